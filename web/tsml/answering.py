"""
/meeting-guide.json and .csv: every meeting, those of a source or fellowship, or a search's.

Streamed, so that no more than some rows at a time stand in memory as text.
"""

import asyncio
import hashlib
import logging
import zlib
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from meetings.catalogue import Catalogue
from meetings.errors import InvalidSearch
from meetings.fellowships import fellowship as fellowship_of
from meetings.formats import FAMILY_ADMISSIONS
from meetings.model import Meeting
from meetings.search import LIMIT_MOST, Search
from web.cors import HEADERS, answer_preflight
from web.etags import has_already
from web.parameter_values import Parameters
from web.parameters import one_place, read_query, read_search
from web.service import Service, service
from web.tsml.rows import TsmlRow, is_weekly, rows_of_meetings
from web.tsml.sheet import sheet_lines

METHODS = ["GET", "HEAD", "OPTIONS"]
_ROWS_AT_ONCE = 400
_MAX_AGE = "public, max-age=900"
_NOT_OF_LISTS = frozenset({"now", "within", "cursor", "limit", "facets", "order"})
# What a search reads; anything else is ignored, such as the time that tsml-ui appends.
_OF_A_SEARCH_WORDS = (
    "near latitude longitude radius_km radius_mi nearest beyond_km online venue day format "
    "language admission after before text timezone"
)
_OF_A_SEARCH = frozenset(_OF_A_SEARCH_WORDS.split())
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which meetings; a *search* that asks nothing more than a fellowship is None."""

    fellowships: frozenset[str]
    sources: frozenset[str]
    with_family: bool
    search: Search | None


async def as_json(request: Request) -> Response:
    """GET /meeting-guide.json?fellowship=smart"""
    return await _answer(request, _json_pieces, "application/json")


async def as_sheet(request: Request) -> Response:
    """GET /meeting-guide.csv?source=na-12"""
    return await _answer(request, sheet_lines, "text/csv; charset=utf-8")


async def _answer(
    request: Request, pieces: Callable[[Iterable[TsmlRow]], Iterator[bytes]], media_type: str
) -> Response:
    if request.method == "OPTIONS":
        return answer_preflight(request.headers.get("access-control-request-headers"))
    running = service(request)
    wanted = await _wanted(running, read_query(request.scope["query_string"]))
    zips = "gzip" in request.headers.get("accept-encoding", "")
    tag = _etag(running, wanted, media_type, zips=zips)
    headers = {**HEADERS, "Cache-Control": _MAX_AGE, "ETag": tag, "Vary": "Accept-Encoding"}
    if media_type.startswith("text/csv"):
        headers["Content-Disposition"] = 'attachment; filename="meetings.csv"'
    if has_already(request, tag):
        return Response(status_code=304, headers=headers)
    if zips:
        headers["Content-Encoding"] = "gzip"
    if request.method == "HEAD":
        return Response(headers={**headers, "Content-Type": media_type})
    rows = rows_of_meetings(
        _counted(_meetings(running, wanted)),
        running.site.base_url,
        with_family=wanted.with_family,
    )
    return StreamingResponse(
        _in_chunks(pieces(rows), zips=zips), media_type=media_type, headers=headers
    )


async def _wanted(running: Service, given: Parameters) -> Wanted:
    for name in _NOT_OF_LISTS & given.keys():
        raise InvalidSearch(name, "A Meeting Guide list holds every week, without pages.")
    fellowships = frozenset(_values(given, "fellowship"))
    asked = {name: given[name] for name in _OF_A_SEARCH & given.keys()}
    search = None
    if asked:
        place = await one_place(running.geocoder, asked)
        search = read_search(asked, centre=place.point if place else None)
        search = replace(search, fellowships=fellowships, limit=LIMIT_MOST)
    return Wanted(
        fellowships=fellowships,
        sources=frozenset(_values(given, "source")),
        with_family=bool(search and search.admissions & FAMILY_ADMISSIONS)
        or any(fellowship_of(code).is_family for code in fellowships),
        search=search,
    )


def _meetings(running: Service, wanted: Wanted) -> Iterator[Meeting]:
    """Yield one entry of each meeting, or the entries of the sources asked for."""
    catalogue = running.catalogue
    if wanted.search is not None:
        found = _found(running, wanted.search)
        yield from (_entries_of(found, catalogue, wanted.sources) if wanted.sources else found)
        return
    for meeting in catalogue.all():
        if wanted.fellowships and meeting.fellowship not in wanted.fellowships:
            continue
        is_asked = meeting.source in wanted.sources
        if is_asked if wanted.sources else catalogue.is_found(meeting.number):
            yield meeting


def _entries_of(
    found: Iterable[Meeting], catalogue: Catalogue, sources: Collection[str]
) -> Iterator[Meeting]:
    for meeting in found:
        entries = [meeting, *catalogue.also_listed(meeting.number)]
        yield from (each for each in entries if each.source in sources)


def _found(running: Service, search: Search) -> Iterator[Meeting]:
    """Yield every page of a search; the catalogue that began answers it to the end."""
    catalogue, now = running.catalogue, running.now()
    cursor: str | None = ""
    while cursor is not None:
        page = catalogue.find(replace(search, cursor=cursor), now=now)
        yield from (hit.meeting for hit in page.hits)
        cursor = page.next_cursor


def _counted(meetings: Iterable[Meeting]) -> Iterator[Meeting]:
    """Pass *meetings* on, and report how many the format cannot express: it is weekly only."""
    total = left_out = 0
    for meeting in meetings:
        total += 1
        left_out += not is_weekly(meeting)
        yield meeting
    _log.info("meeting_guide meetings=%d not_weekly=%d", total, left_out)


def _json_pieces(rows: Iterable[TsmlRow]) -> Iterator[bytes]:
    yield b"["
    for position, row in enumerate(rows):
        encoded = msgspec.json.encode(row)
        yield b",\n" + encoded if position else encoded
    yield b"]"


async def _in_chunks(pieces: Iterator[bytes], *, zips: bool) -> AsyncIterator[bytes]:
    packer = zlib.compressobj(6, zlib.DEFLATED, 31) if zips else None  # 31: with gzip's header
    while chunk := await asyncio.to_thread(_next_chunk, pieces):
        packed = packer.compress(chunk) if packer else chunk
        if packed:
            yield packed
    if packer:
        yield packer.flush()


def _next_chunk(pieces: Iterator[bytes]) -> bytes:
    found: list[bytes] = []
    for piece in pieces:
        found.append(piece)
        if len(found) >= _ROWS_AT_ONCE:
            break
    return b"".join(found)


def _etag(running: Service, wanted: Wanted, media_type: str, *, zips: bool) -> str:
    """The same catalogue and question give the same bytes; a search may also follow the day."""
    catalogue = running.catalogue
    parts = (
        catalogue.version,
        catalogue.stamp,
        running.site.base_url,
        media_type,
        zips,
        sorted(wanted.fellowships),
        sorted(wanted.sources),
        wanted.with_family,
        _in_words(wanted.search),
        running.now().date() if wanted.search else None,
    )
    return f'"{hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()}"'


def _in_words(search: Search | None) -> str:
    """Return a search as text that is the same in every process: sets have no order."""
    if search is None:
        return ""
    values = {name: getattr(search, name) for name in search.__slots__}
    return repr(
        {
            name: sorted(map(str, value)) if isinstance(value, frozenset) else str(value)
            for name, value in values.items()
        }
    )


def _values(given: Parameters, name: str) -> list[str]:
    parts = [part.strip() for text in given.get(name, ()) for part in text.split(",")]
    return [part for part in parts if part]
