"""Calendar feeds: a meeting's, a search's, a list's. The same meetings give the same bytes."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from meetings import calendars
from meetings.calendars import Look
from meetings.errors import InvalidSearch
from meetings.model import Meeting
from meetings.search import LIMIT_MOST, Search
from web.feeds.answering import answer_feed
from web.lists import read_list
from web.parameters import Parameters, as_parameters, one_place, read_numbers, read_search
from web.service import Service, service

MEETINGS_MOST = 300
CACHED_EVENTS_MOST = 20_000


async def meeting_calendar(request: Request) -> Response:
    """GET /meetings/12/calendar.ics"""
    meeting = service(request).catalogue.get(request.path_params["number"])
    return _feed(request, [meeting], name="Meetings")


async def search_calendar(request: Request) -> Response:
    """GET /calendar.ics?near=Brooklyn&day=tue, or ?meeting-id=12 as crouton asks"""
    running = service(request)
    given = as_parameters(request.query_params.multi_items())
    if "meeting-id" in given:
        numbers = read_numbers(given["meeting-id"], most=1)
        return _feed(request, [running.catalogue.get(n) for n in numbers], name="Meetings")
    return _feed(request, await _found(running, given), name="Meetings")


async def list_calendar(request: Request) -> Response:
    """GET /list/calendar.ics?meetings=12,45"""
    values = request.query_params.getlist("meetings")
    return _feed(request, read_list(service(request).catalogue, values).meetings, name="Meetings")


async def _found(running: Service, given: Parameters) -> list[Meeting]:
    """Return the meetings of a search, on whatever week: a calendar has no "now"."""
    for name in ("now", "within", "cursor", "limit", "order"):
        if name in given:
            raise InvalidSearch(name, "A calendar holds every week, so it has no such choice.")
    if not given:
        raise InvalidSearch("near", "A calendar of a search needs a place, or online=1.")
    place = await one_place(running.geocoder, given)
    search = read_search(given, centre=place.point if place else None)
    return _all_pages(running, search)


def _all_pages(running: Service, search: Search) -> list[Meeting]:
    found: list[Meeting] = []
    cursor: str | None = ""
    while cursor is not None and len(found) < MEETINGS_MOST:
        page = running.catalogue.find(
            replace(search, limit=LIMIT_MOST, cursor=cursor), now=running.now()
        )
        found += [hit.meeting for hit in page.hits]
        cursor = page.next_cursor
    return found


def _feed(request: Request, meetings: Iterable[Meeting], *, name: str) -> Response:
    running = service(request)
    chosen = list(meetings)
    look = Look(
        name=f"{running.site.title_prefix}{name}",
        title_prefix=running.site.title_prefix,
        uid_host=running.site.uid_host,
        base_url=running.site.base_url,
    )
    horizon_on = running.now().date()
    return answer_feed(
        request,
        etag=calendars.etag(chosen, look, horizon_on=horizon_on),
        changed_at=max((m.changed_at for m in chosen if m.changed_at), default=None),
        body=lambda: calendars.feed(
            chosen, look, horizon_on=horizon_on, build=_cached(running.event_bytes)
        ),
    )


def _cached(cache: dict[tuple[object, ...], bytes]) -> calendars.Build:
    """Return a builder that makes the events of a meeting once per revision and look."""

    def build(meeting: Meeting, look: Look, *, horizon_on: dt.date) -> bytes:
        seen = replace(look, name="", source_url="")  # what no event shows
        key = (meeting.number, meeting.revision, seen, horizon_on.year)
        if key not in cache:
            if len(cache) >= CACHED_EVENTS_MOST:
                cache.clear()
            cache[key] = calendars.events(meeting, look, horizon_on=horizon_on)
        return cache[key]

    return build
