"""Whether a client has an answer already."""

from starlette.requests import Request


def has_already(request: Request, etag: str) -> bool:
    """Compare weakly (RFC 9110, 13.1.2): a proxy that compresses makes our tags weak."""
    known = request.headers.get("if-none-match", "")
    return bool(known) and etag in [part.strip().removeprefix("W/") for part in known.split(",")]
