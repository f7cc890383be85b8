"""Calendar feeds: a meeting's, a search's, a list's. The same meetings give the same bytes."""

import asyncio
import datetime as dt
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response

from meetings import calendars
from meetings.calendars import Look
from meetings.catalogue import Catalogue
from meetings.errors import InvalidSearch
from meetings.model import Meeting
from meetings.search import LIMIT_MOST, Search
from web.feeds.addresses import find_path, list_feed_path, meeting_feed_path, search_feed_path
from web.feeds.answering import answer_kept, answer_options, feed_head
from web.feeds.gone import GoneMeetings, gone_meetings, without_followed
from web.feeds.kept import KeptEvents, KeptFeed
from web.feeds.options import FeedOptions, read_options, without_options
from web.lists import list_path, read_list
from web.parameter_values import Parameters
from web.parameters import as_parameters, one_place, read_numbers, read_search
from web.service import Service, service

MEETINGS_MOST = 300
NOT_OF_CALENDARS = ("now", "within", "cursor", "limit", "order")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What a feed holds and where it stands."""

    meetings: Sequence[Meeting]
    path: str  # of the feed itself, canonical
    page_path: str


Choose = Callable[[Service, Parameters, FeedOptions], Awaitable[Chosen]]


async def meeting_calendar(request: Request) -> Response:
    """GET /meetings/12/calendar.ics"""

    async def choose(running: Service, _: Parameters, options: FeedOptions) -> Chosen:
        return _one(running, request.path_params["number"], options)

    return await _answer(request, choose)


async def search_calendar(request: Request) -> Response:
    """GET /calendar.ics?near=Brooklyn&day=tue, or ?meeting-id=12 as crouton asks"""
    return await _answer(request, _searched)


async def list_calendar(request: Request) -> Response:
    """GET /list/calendar.ics?meetings=12,45"""
    return await _answer(request, _listed)


async def find_all(running: Service, given: Parameters) -> list[Meeting]:
    """
    Return the meetings of a search, on whatever week: a calendar has no "now".

    Those that ended at most a month ago are among them: a calendar tells of it. So are those
    that nobody has confirmed for long, which nobody has called off either.
    """
    for name in NOT_OF_CALENDARS:
        if name in given:
            raise InvalidSearch(name, "A calendar holds every week, so it has no such choice.")
    if not given:
        raise InvalidSearch("near", "A calendar of a search needs a place, or online=1.")
    place = await one_place(running.geocoder, given)
    search = read_search(given, centre=place.point if place else None)
    gone = await _gone(running)
    before = _all_pages(gone.as_before, search, now=running.now())
    found = _all_pages(running.catalogue, search, now=running.now())
    left = [gone.by_number[meeting.number] for meeting in before]
    return [*found, *without_followed(left, found)]


async def _answer(request: Request, choose: Choose) -> Response:
    """Answer from what is kept, as long as the catalogue and the day are the same."""
    if request.method == "OPTIONS":
        return answer_options()
    running = service(request)
    key = (request.scope["path"], request.scope["query_string"])
    kept = running.feeds.get(key)
    if kept is not None and (kept.version, kept.on) == _moment(running):
        return _respond(request, kept)
    try:
        kept = await _made(running, request, choose, kept)
    except Exception as problem:
        if kept is None:
            raise
        # A known feed never gets an error: its last good bytes serve on (calendar.md 1, 10).
        _log.warning("feed_not_made route=%s error=%s", _route(request), type(problem).__name__)
        return _respond(request, kept)
    running.feeds.put(key, kept)
    return _respond(request, kept)


def _moment(running: Service) -> tuple[int, dt.date]:
    return running.catalogue.version, running.now().date()


async def _made(
    running: Service, request: Request, choose: Choose, before: KeptFeed | None
) -> KeptFeed:
    given = as_parameters(request.query_params.multi_items())
    options = read_options(given)
    version, horizon_on = _moment(running)
    chosen = await choose(running, without_options(given), options)
    base_url = running.site.base_url
    look = options.look(
        running.site, source_url=base_url + chosen.path, page_url=base_url + chosen.page_path
    )
    etag = calendars.etag(chosen.meetings, look, horizon_on=horizon_on)
    if before is not None and before.head.etag == etag:
        return replace(before, version=version, on=horizon_on)
    changed_at = max((m.changed_at for m in chosen.meetings if m.changed_at), default=None)
    return KeptFeed(
        version=version,
        on=horizon_on,
        head=feed_head(etag=etag, changed_at=changed_at),
        body=calendars.feed(
            chosen.meetings, look, horizon_on=horizon_on, build=_kept(running.events)
        ),
    )


def _respond(request: Request, kept: KeptFeed) -> Response:
    return answer_kept(request, kept.head, lambda: kept.body, kept.gzipped)


def _route(request: Request) -> str:
    """Return the route's template: a path may hold a number, a query what was searched."""
    return str(getattr(request.scope.get("route"), "path", ""))


def _one(running: Service, number: int, options: FeedOptions) -> Chosen:
    return Chosen(
        meetings=[running.catalogue.get(number)],
        path=meeting_feed_path(number, options),
        page_path=f"/meetings/{number}",
    )


async def _searched(running: Service, given: Parameters, options: FeedOptions) -> Chosen:
    if "meeting-id" in given:
        return _one(running, await _number_at_bmlt(running, given["meeting-id"]), options)
    return Chosen(
        meetings=await find_all(running, given),
        path=search_feed_path(given, options),
        page_path=find_path(given),
    )


async def _number_at_bmlt(running: Service, given: Sequence[str]) -> int:
    """Return the meeting whose id_bigint crouton asks for: its own list's beside a home source."""
    numbers = read_numbers(given, most=1)
    if not numbers:
        raise InvalidSearch("meeting-id", "A meeting has a number, such as 12.")
    titles = {state.id: state.title for state in running.sources}
    return await running.bmlt.public_number(numbers[0], running.catalogue, running.database, titles)


async def _listed(running: Service, given: Parameters, options: FeedOptions) -> Chosen:
    chosen = read_list(running.catalogue, given.get("meetings", ()))
    return Chosen(
        meetings=chosen.meetings,
        path=list_feed_path(chosen.numbers, options),
        page_path=list_path(chosen.numbers),
    )


def _all_pages(catalogue: Catalogue, search: Search, *, now: dt.datetime) -> list[Meeting]:
    found: list[Meeting] = []
    cursor: str | None = ""
    while cursor is not None and len(found) < MEETINGS_MOST:
        page = catalogue.find(replace(search, limit=LIMIT_MOST, cursor=cursor), now=now)
        found += [hit.meeting for hit in page.hits]
        cursor = page.next_cursor
    return found


async def _gone(running: Service) -> GoneMeetings:
    """Return what ended lately or is unheard of, looked for once per version and day."""
    catalogue = running.catalogue
    moment = (*_moment(running), catalogue.unheard)
    gone = running.gone
    if gone is None or (gone.version, gone.on, gone.unheard) != moment:
        gone = running.gone = await asyncio.to_thread(
            gone_meetings,
            catalogue.all(),
            version=moment[0],
            now=running.now(),
            precedence=catalogue.precedence,
            unheard=catalogue.unheard,
        )
    return gone


def _kept(events: KeptEvents) -> calendars.Build:
    """Return a builder that makes the events of a meeting once per revision and look."""

    def build(meeting: Meeting, look: Look, *, horizon_on: dt.date) -> bytes:
        key = (meeting.number, meeting.revision, look.of_events(), horizon_on.year)
        return events.get(key, lambda: calendars.events(meeting, look, horizon_on=horizon_on))

    return build
