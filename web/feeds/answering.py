"""How a feed goes over HTTP: validators first, the body only when it is wanted (calendar.md 11)."""

import datetime as dt
import gzip
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import format_datetime, parsedate_to_datetime

from starlette.requests import Request
from starlette.responses import Response

METHODS = ["GET", "HEAD", "OPTIONS"]
GZIP_FROM_BYTES = 8192
GZIP_LEVEL = 6
NO_GZIP_FOR = ("Microsoft", "Outlook", "Exchange")  # one gzipped feed broke there (reported)
PUBLIC = "public, max-age=900, s-maxage=3600, stale-while-revalidate=86400, stale-if-error=604800"
PRIVATE = "private, max-age=900"  # of links that are their own key

_RawHeaders = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHead:
    """The validators of one feed, and its headers as they go over the wire: made once."""

    etag: str  # bare
    changed_at: dt.datetime | None
    known: frozenset[str]  # what If-None-Match may say of it
    unchanged: _RawHeaders
    plain: _RawHeaders
    gzipped: _RawHeaders


class _Answer(Response):
    """An answer whose headers are bytes already: most of a 304 is its headers."""

    def __init__(self, status_code: int, headers: _RawHeaders, content: bytes = b"") -> None:
        self.status_code = status_code
        self.background = None
        self.body = content
        self.raw_headers = list(headers)
        if status_code != 304:
            self.raw_headers.append((b"content-length", b"%d" % len(content)))


def feed_head(
    *, etag: str, changed_at: dt.datetime | None, cache_control: str = PUBLIC
) -> FeedHead:
    headers = {
        "cache-control": cache_control,
        "vary": "Accept-Encoding",
        "x-robots-tag": "noindex",
        "content-disposition": 'inline; filename="calendar.ics"',
    }
    if changed_at is not None:
        headers["last-modified"] = format_datetime(changed_at.astimezone(dt.UTC), usegmt=True)
    full = headers | {"content-type": "text/calendar; charset=utf-8"}
    tag, zipped_tag = f'"{etag}"', f'"{etag}-gz"'
    return FeedHead(
        etag=etag,
        changed_at=changed_at,
        known=frozenset({tag, zipped_tag, f"W/{tag}", f"W/{zipped_tag}", etag, f"{etag}-gz", "*"}),
        unchanged=_raw({"etag": tag} | headers),
        plain=_raw({"etag": tag} | full),
        gzipped=_raw({"etag": zipped_tag, "content-encoding": "gzip"} | full),
    )


def answer_options() -> Response:
    return Response(status_code=204, headers={"Allow": ", ".join(METHODS)})


def answer_feed(
    request: Request,
    *,
    etag: str,
    changed_at: dt.datetime | None,
    body: Callable[[], bytes],
    cache_control: str = PUBLIC,
) -> Response:
    """Answer 304 without building the body where the client has it, else 200. *etag* is bare."""
    head = feed_head(etag=etag, changed_at=changed_at, cache_control=cache_control)
    return answer_kept(request, head, body)


def answer_kept(
    request: Request,
    head: FeedHead,
    body: Callable[[], bytes],
    gzipped: Callable[[], bytes] | None = None,
) -> Response:
    """Answer with a head that somebody keeps, and perhaps with the body *gzipped* already."""
    if _has_it(request, head):
        return _Answer(304, head.unchanged)
    content = body()
    if len(content) >= GZIP_FROM_BYTES and _wants_gzip(request):
        return _Answer(200, head.gzipped, gzipped() if gzipped else compressed(content))
    return _Answer(200, head.plain, content)


def compressed(content: bytes) -> bytes:
    """Return *content* gzipped, the same bytes every time."""
    return gzip.compress(content, GZIP_LEVEL, mtime=0)


def _raw(headers: Mapping[str, str]) -> _RawHeaders:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]


def _has_it(request: Request, head: FeedHead) -> bool:
    """If-None-Match wins when both validators come: ICSx5 sends both."""
    headers = request.headers
    if (matches := headers.get("if-none-match")) is not None:
        return matches in head.known or any(
            part.strip() in head.known for part in matches.split(",")
        )
    since = headers.get("if-modified-since")
    if since is None or head.changed_at is None:
        return False
    try:
        return head.changed_at.replace(microsecond=0) <= parsedate_to_datetime(since)
    except (ValueError, TypeError):
        return False


def _wants_gzip(request: Request) -> bool:
    headers = request.headers
    agent = headers.get("user-agent", "")
    accepted = headers.get("accept-encoding", "")
    return "gzip" in accepted and not any(name in agent for name in NO_GZIP_FOR)
