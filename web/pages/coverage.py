"""The week of a place at a glance: what is in person, what is only online, and the gaps."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import HTMLResponse

from meetings.errors import NotFound
from meetings.search import Search
from meetings.zones import zone_at
from web.pages.render import page
from web.parameters import WEEKDAYS
from web.service import Service, service

RADIUS_KM = 25.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    weekday: int  # ISO
    code: str  # mon…sun
    in_person: int
    online: int  # by the clock of the place


@dataclass(frozen=True, slots=True)
class Week:
    days: list[Day]  # Monday first
    languages: Mapping[str, int]  # that meetings near are listed as held in


async def coverage(request: Request) -> HTMLResponse:
    """GET /coverage/us-ny-bolton-landing"""
    running, slug = service(request), request.path_params["slug"]
    place = running.places.by_slug(slug)
    if place is None:
        raise NotFound(f"no place is called {slug}")
    near, zone = Search(centre=place.point, radius_km=RADIUS_KM), zone_at(place.point)
    return page(
        request,
        "coverage.html",
        place=place,
        week=week_of(running, near, zone),
        radius_km=RADIUS_KM,
        zone=zone,
    )


def week_of(running: Service, search: Search, zone: ZoneInfo | None) -> Week:
    """Return the days with the meetings that *search* finds near, and those one can join online."""
    near = Search(
        centre=search.centre,
        radius_km=search.radius_km,
        fellowships=search.fellowships,
        admissions=search.admissions,
        facets=True,
        limit=1,
    )
    counts = running.catalogue.find(near, now=running.now()).facets or {}
    online = _online(running, search, zone)
    days = [
        Day(
            weekday=weekday,
            code=code,
            in_person=counts.get("day", {}).get(code, 0),
            online=online[weekday - 1],
        )
        for weekday, code in enumerate(WEEKDAYS, 1)
    ]
    return Week(days, counts.get("language", {}))


def _online(running: Service, search: Search, zone: ZoneInfo | None) -> tuple[int, ...]:
    asked = Search(
        online=True,
        fellowships=search.fellowships,
        admissions=search.admissions,
        timezone=zone,
        limit=1,
    )
    return running.weeks.counts(running.catalogue, asked, now=running.now())
