"""What is on now or starts soon, and what comes later tonight: for somebody in a hurry."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from meetings.places import Place
from meetings.search import Hit, Order, Results, Search
from meetings.zones import zone_at
from web.helplines import COUNTRIES, help_of
from web.pages.choosing import place_asked, which_place
from web.pages.render import page
from web.parameters import Ambiguous, as_parameters
from web.service import Service, service

SOON = dt.timedelta(hours=2)
SHOWN_MOST = 10  # of each kind; the rest is a link away
NIGHT_ENDS = dt.time(4)
NIGHT_BEGINS = dt.time(16)
LATER_AT_LEAST = dt.timedelta(hours=6)
_UTC = ZoneInfo("UTC")
_A_MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Later:
    """What starts after those that are soon."""

    hits: tuple[Hit, ...]
    is_tonight: bool  # else it is still day, where the place is


async def now(request: Request) -> Response:
    """GET /now or /now/us-ny-brooklyn: on now or within two hours, then what comes later"""
    running = service(request)
    given = as_parameters(request.query_params.multi_items())
    place = await place_asked(request, given)
    if isinstance(place, Ambiguous):
        return which_place(request, "/now", place, given)
    zone = zone_at(place.point) if place else None
    near, online = _soon_near(running, place), _soon_online(running)
    country = place.country if place else ""
    return page(
        request,
        "now.html",
        place=place,
        near=near,
        online=online,
        later=_later(running, place, zone, besides=online if near is None else near),
        help=help_of(country),
        countries=COUNTRIES,
        soon_minutes=_minutes(SOON),
        viewer=zone,
        country=country,
    )


def _soon_near(running: Service, place: Place | None) -> Results | None:
    if place is None:
        return None
    search = Search(
        centre=place.point, within_minutes=_minutes(SOON), order=Order.SOON, limit=SHOWN_MOST
    )
    return running.catalogue.find(search, now=running.now())


def _soon_online(running: Service) -> Results:
    search = Search(online=True, within_minutes=_minutes(SOON), limit=SHOWN_MOST)
    return running.catalogue.find(search, now=running.now())


def _later(
    running: Service, place: Place | None, zone: ZoneInfo | None, *, besides: Results
) -> Later:
    """Return what starts after SOON: near *place* until the night is over, else online."""
    moment = running.now().astimezone(zone or _UTC)
    until = night_over(moment) if place else moment + LATER_AT_LEAST
    search = Search(
        centre=place.point if place else None,
        online=place is None,
        timezone=None if place else _UTC,  # the hours below are told by it
        within_minutes=_minutes(until - moment),
        after=_clock(moment + SOON),
        before=_clock(until - _A_MINUTE),
        order=Order.TIME,
        limit=SHOWN_MOST,
    )
    known = {hit.meeting.number for hit in besides.hits}
    hits = running.catalogue.find(search, now=running.now()).hits
    is_tonight = not NIGHT_ENDS <= moment.time() < NIGHT_BEGINS
    return Later(tuple(hit for hit in hits if hit.meeting.number not in known), is_tonight)


def night_over(moment: dt.datetime) -> dt.datetime:
    """Return the four in the morning that ends the night, or some hours on if it is near."""
    ends = dt.datetime.combine(moment.date(), NIGHT_ENDS, moment.tzinfo)
    if ends <= moment:
        ends += dt.timedelta(days=1)
    return max(ends, moment + LATER_AT_LEAST)


def _clock(moment: dt.datetime) -> dt.time:
    return moment.time().replace(second=0, microsecond=0)


def _minutes(span: dt.timedelta) -> int:
    return int(span.total_seconds()) // 60
