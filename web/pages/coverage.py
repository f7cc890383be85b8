"""The week of a place at a glance: what is in person, what is only online, and the gaps."""

from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import HTMLResponse

from meetings.errors import NotFound
from meetings.places import Place
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


async def coverage(request: Request) -> HTMLResponse:
    """GET /coverage/us-ny-bolton-landing"""
    running, slug = service(request), request.path_params["slug"]
    place = running.places.by_slug(slug)
    if place is None:
        raise NotFound(f"no place is called {slug}")
    return page(
        request,
        "coverage.html",
        place=place,
        week=week_at(running, place),
        radius_km=RADIUS_KM,
        zone=zone_at(place.point),
    )


def week_at(running: Service, place: Place) -> list[Day]:
    """Return Monday to Sunday with the meetings near *place* and those one can join online."""
    near = Search(centre=place.point, radius_km=RADIUS_KM, limit=1)
    online = Search(online=True, timezone=zone_at(place.point), limit=1)
    return [
        Day(
            weekday=weekday,
            code=code,
            in_person=_count(running, near, weekday),
            online=_count(running, online, weekday),
        )
        for weekday, code in enumerate(WEEKDAYS, 1)
    ]


def _count(running: Service, search: Search, weekday: int) -> int:
    asked = replace(search, weekdays=frozenset({weekday}))
    return running.catalogue.find(asked, now=running.now()).count
