"""How a feed goes over HTTP: validators first, the body only when it is wanted (calendar.md 11)."""

import datetime as dt
import gzip
from collections.abc import Callable
from email.utils import format_datetime, parsedate_to_datetime

from starlette.requests import Request
from starlette.responses import Response

METHODS = ["GET", "HEAD", "OPTIONS"]
GZIP_FROM_BYTES = 8192
GZIP_LEVEL = 6
NO_GZIP_FOR = ("Microsoft", "Outlook", "Exchange")  # one gzipped feed broke there (reported)
PUBLIC = "public, max-age=900, s-maxage=3600, stale-while-revalidate=86400, stale-if-error=604800"
PRIVATE = "private, max-age=900"  # of links that are their own key


def answer_options() -> Response:
    return Response(status_code=204, headers={"Allow": ", ".join(METHODS)})


def answer_feed(
    request: Request,
    *,
    etag: str,
    changed_at: dt.datetime | None,
    body: Callable[[], bytes],
    gzipped: Callable[[], bytes] | None = None,
    cache_control: str = PUBLIC,
) -> Response:
    """
    Answer 304 without building the body where the client has it, else 200. *etag* is bare.

    *gzipped* gives the same body compressed, where somebody keeps it.
    """
    headers = {
        "ETag": f'"{etag}"',
        "Cache-Control": cache_control,
        "Vary": "Accept-Encoding",
        "X-Robots-Tag": "noindex",
        "Content-Disposition": 'inline; filename="calendar.ics"',
    }
    if changed_at is not None:
        headers["Last-Modified"] = format_datetime(changed_at.astimezone(dt.UTC), usegmt=True)
    if _has_it(request, etag, changed_at):
        return Response(status_code=304, headers=headers)
    content = body()
    if len(content) >= GZIP_FROM_BYTES and _wants_gzip(request):
        content = gzipped() if gzipped else compressed(content)
        headers |= {"Content-Encoding": "gzip", "ETag": f'"{etag}-gz"'}
    return Response(content, headers=headers, media_type="text/calendar; charset=utf-8")


def compressed(content: bytes) -> bytes:
    """Return *content* gzipped, the same bytes every time."""
    return gzip.compress(content, GZIP_LEVEL, mtime=0)


def _has_it(request: Request, etag: str, changed_at: dt.datetime | None) -> bool:
    """If-None-Match wins when both validators come: ICSx5 sends both."""
    if (matches := request.headers.get("If-None-Match")) is not None:
        known = {part.strip().removeprefix("W/").strip('"') for part in matches.split(",")}
        return bool(known & {etag, f"{etag}-gz", "*"})
    since = request.headers.get("If-Modified-Since")
    if since is None or changed_at is None:
        return False
    try:
        return changed_at.replace(microsecond=0) <= parsedate_to_datetime(since)
    except (ValueError, TypeError):
        return False


def _wants_gzip(request: Request) -> bool:
    agent = request.headers.get("User-Agent", "")
    accepted = request.headers.get("Accept-Encoding", "")
    return "gzip" in accepted and not any(name in agent for name in NO_GZIP_FOR)
