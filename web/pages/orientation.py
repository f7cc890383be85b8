"""The map beside a list of meetings, as a picture that browsers may keep."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from meetings.errors import InvalidSearch, NotFound
from meetings.model import Meeting, Point
from meetings.outlines import packaged_outlines
from meetings.places import Place
from web.keptmaps import KeptMap
from web.mapsketch import LARGE, PHONE, Size, Sketch, has_sketch, sketch
from web.pages.render import page
from web.parameter_values import Parameters
from web.parameters import as_parameters, read_numbers, read_point
from web.security import policy_with_pictures_of
from web.service import Service, service
from web.svgmap import NAMES_MOST, Name, draw
from web.tiles import street_map
from web.words import MILES_ARE_USED_IN

MEETINGS_MOST = 100  # a page of results has no more
NAMES_TRIED = 3 * NAMES_MOST
OF_A_PLACE = "public, max-age=3600"
OF_COORDINATES = "private, no-store"  # they may be a person's (location.md 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What a page needs to show a map, or to ask for one with streets."""

    asked: tuple[tuple[str, str], ...]
    address: str
    large: Size = LARGE
    phone: Size = PHONE

    @property
    def address_for_phones(self) -> str:
        return f"{self.address}&size=phone"


async def map_svg(request: Request) -> Response:
    """GET /map.svg?place=us-ny-brooklyn&meetings=12,45,78&units=mi"""
    running, (found, _) = service(request), _asked(request)
    kept = running.maps.get(found) or running.maps.put(found, _drawn(running, found))
    headers = _headers(request) | {"ETag": kept.etag}
    if kept.etag in request.headers.get("If-None-Match", ""):
        return Response(status_code=304, headers=headers)
    return Response(kept.body, media_type="image/svg+xml", headers=headers)


async def streets(request: Request) -> Response:
    """GET /map?place=us-ny-brooklyn&meetings=12,45,78: with streets, from the operator's server"""
    tiles = service(request).site.tiles
    if tiles is None:
        raise NotFound("this installation has no street map")
    found, meetings = _asked(request)
    answer = page(
        request,
        "streets.html",
        street_map=street_map(found, tiles),
        tiles=tiles,
        meetings=meetings,
    )
    answer.headers.update(_headers(request))
    answer.headers["Content-Security-Policy"] = policy_with_pictures_of(tiles.origin)
    return answer


def _asked(request: Request) -> tuple[Sketch, list[Meeting | None]]:
    running = service(request)
    given = as_parameters(request.query_params.multi_items())
    numbers = read_numbers(given.get("meetings", ()), most=MEETINGS_MOST)
    meetings = list(_meetings(running, numbers))
    found = sketch(
        _centre(running, given),
        meetings,
        in_miles=given.get("units") == ["mi"],
        size=PHONE if given.get("size") == ["phone"] else LARGE,
    )
    if found is None:
        raise NotFound("there is no map of this")
    return found, meetings


def _headers(request: Request) -> dict[str, str]:
    control = OF_A_PLACE if "place" in request.query_params else OF_COORDINATES
    return {"Cache-Control": control, "X-Robots-Tag": "noindex"}


def picture_of(
    meetings: Sequence[Meeting], *, place: Place | None = None, centre: Point | None = None
) -> Picture | None:
    """Return the map of a list of *meetings* near *place* or coordinates, if there is one."""
    at = place.point if place else centre
    in_miles = place is not None and place.country in MILES_ARE_USED_IN
    if at is None or len(meetings) > MEETINGS_MOST:
        return None
    if not has_sketch(at, meetings, in_miles=in_miles):
        return None
    where = {"place": place.slug} if place and place.slug else _coarse(at)
    units = {"units": "mi"} if in_miles else {}
    numbers = {"meetings": ",".join(str(meeting.number) for meeting in meetings)}
    asked = tuple((where | numbers | units).items())
    return Picture(asked=asked, address=f"/map.svg?{urlencode(asked, safe=',')}")


def _coarse(point: Point) -> dict[str, str]:
    return {"latitude": f"{point.latitude:.2f}", "longitude": f"{point.longitude:.2f}"}


def _centre(running: Service, given: Parameters) -> Point:
    """Return the middle, to 0.01 degree where coordinates are given."""
    for slug in given.get("place", ()):
        place = running.places.by_slug(slug)
        if place is None:
            raise NotFound(f"no place is called {slug}")
        return place.point
    point = read_point(given)
    if point is None:
        raise InvalidSearch("place", "A map needs a place.")
    return point


def _meetings(running: Service, numbers: Sequence[int]) -> Iterator[Meeting | None]:
    """Yield the meetings; None for one that is gone, so that the others keep their number."""
    for number in numbers:
        try:
            yield running.catalogue.get(number)
        except NotFound:
            yield None


def _drawn(running: Service, found: Sketch) -> KeptMap:
    towns = running.places.largest_around(found.centre, found.reach_km, most=NAMES_TRIED)
    names: list[Name] = [(town.name, town.point) for town in towns]
    return KeptMap.of(draw(found, packaged_outlines(), names))
