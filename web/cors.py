"""Answers that any site may read: no cookie is ever asked for, so nothing can be borrowed."""

from collections.abc import Mapping
from types import MappingProxyType

from starlette.responses import Response

HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
        "Access-Control-Allow-Headers": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
)


def answer_preflight(asked_headers: str | None) -> Response:
    """Allow what a browser asks before the request: some send a User-Agent (bmlt.md 3.1)."""
    named = {"Access-Control-Allow-Headers": asked_headers} if asked_headers else {}
    headers = {**HEADERS, **named, "Access-Control-Max-Age": "86400"}
    return Response(status_code=204, headers=headers)
