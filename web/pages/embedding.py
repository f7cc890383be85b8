"""Found meetings inside another site's frame: nothing to press but links."""

from urllib.parse import urlencode

from starlette.requests import Request

from web.parameter_values import Parameters
from web.security import CONTENT_SECURITY_POLICY

NAME = "embed"


def is_embedded(request: Request) -> bool:
    return NAME in request.query_params


def policy() -> str:
    """Return the headers' policy, but that any site may frame this answer."""
    return CONTENT_SECURITY_POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")


def whole_address(request: Request, given: Parameters) -> str:
    """Return the same search outside the frame."""
    rest = [(n, v) for n, values in given.items() if n not in (NAME, "cursor") for v in values]
    query = urlencode(rest)
    return f"{request.url.path}?{query}" if query else request.url.path
