"""Start and find: from a typed place to meetings one can reach."""

from dataclasses import fields, replace
from operator import attrgetter

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from meetings.errors import InvalidSearch
from meetings.model import Point
from meetings.places import Place
from meetings.search import Order, Results, Search
from meetings.zones import zone_at
from web.autonyms import held_in
from web.feeds.addresses import search_pairs
from web.feeds.asking import Asking, asking, unchosen
from web.feeds.calendars import NOT_OF_CALENDARS
from web.feeds.options import NAMES as NAMES_OF_OPTIONS
from web.languages import country_of, spoken
from web.lists import LIST_MOST
from web.pages.choosing import address_of, place_asked, which_place
from web.pages.coverage import Week, week_of
from web.pages.embedding import is_embedded, policy, whole_address
from web.pages.orientation import picture_of
from web.pages.own_language import own_language
from web.pages.render import page, steady_page
from web.parameter_values import Parameters
from web.parameters import (
    Ambiguous,
    as_parameters,
    find_place,
    read_numbers,
    read_point,
    read_search,
)
from web.service import Service, service

EXAMPLES = ("Brooklyn, NY", "Los Angeles", "London", "Toronto", "São Paulo", "Tehran")
# Of a search, what its form of filters does not show; all else tells one kept form from another.
_NOT_IN_FORM = frozenset(
    ("centre", "now", "within_minutes", "text", "order", "timezone", "limit", "cursor", "facets")
)
_filters = attrgetter(*(each.name for each in fields(Search) if each.name not in _NOT_IN_FORM))
PREVIEW = 5  # online meetings shown beside those near a place


async def start(request: Request) -> HTMLResponse:
    """GET /"""
    count = len(service(request).catalogue)
    return steady_page(request, "start.html", {"examples": EXAMPLES, "count": count})


async def search_by_post(request: Request) -> Response:
    """POST /find: what was typed stays out of the address, a place's slug goes in."""
    form: FormData = await request.form(max_files=0, max_fields=60)
    fields = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    given = _coarse(as_parameters(fields))
    near, here = " ".join(given.pop("near", [])), given.pop("here", [])
    below = "/now" if given.pop("page", []) == ["now"] else "/find"
    path, centre = below, None
    if here:
        path, centre, given = _from_here(service(request), here[0], given, below)
    elif near:
        found = await find_place(service(request).geocoder, near, country=country_of(request))
        if isinstance(found, Ambiguous):
            given["near"], centre = [near], found.places[0].point
        else:
            centre = found.point
            path = f"{below}/{found.slug}" if found.slug else "/find"
            given |= {} if found.slug else _coordinates(centre)
    _read(service(request), given, centre)  # nonsense is answered here, not after a redirect
    return RedirectResponse(address_of(path, given), status_code=303)


def _from_here(
    running: Service, text: str, given: dict[str, list[str]], below: str
) -> tuple[str, Point, dict[str, list[str]]]:
    """Return where "40.65,-73.95", which a browser sent, leads: to a town, if one is near."""
    latitude, _, longitude = text.partition(",")
    point = read_point({"latitude": [latitude], "longitude": [longitude]})
    if point is None:
        raise InvalidSearch("here", "Coordinates are two numbers: latitude and longitude.")
    town = running.places.nearest_place(point)
    if town is None:
        return "/find", point, given | _coordinates(point)
    return f"{below}/{town.slug}", town.point, given


async def find(request: Request) -> Response:
    """GET /find/us-ny-brooklyn?day=tue, or /find?near=Brooklyn, or /find?online=1"""
    running = service(request)
    given = _coarse(as_parameters(request.query_params.multi_items()))
    place = await place_asked(request, given)
    if isinstance(place, Ambiguous):
        return which_place(request, "/find", place, given)
    search = _search(running, given, place)
    results = running.catalogue.find(search, now=running.now())
    if is_embedded(request):
        return _embedded(request, given, place, search, results)
    week = _week(running, search, place)
    chosen = read_numbers(given.get("meetings", ()), most=LIST_MOST)
    count_by = running.catalogue.count_by
    tongues = held_in(count_by("language"), search.languages)
    return page(
        request,
        "find.html",
        week=week,
        own_language=week and place and own_language(running, spoken(request), place, week, search),
        place=place,
        search=search,
        given=given,
        results=results,
        picture=picture_of(
            [hit.meeting for hit in results.hits], place=place, centre=search.centre
        ),
        farther=_farther(running, search, results),
        online=_online_preview(running, search, place),
        more=_more(request, given, results),
        orders=_orders(request, given, search),
        viewer=search.timezone,
        country=place.country if place else "",
        chosen=chosen,
        count_by=count_by,
        held_in=tongues,
        filters_of=(
            (place.label, place.country) if place else None,
            _filters(search),
            tuple(chosen),
            tuple(count_by("fellowship")),
            tuple(tongues),
        ),
        subscribe=_subscribe(request, given, place, results),
    )


def _embedded(
    request: Request, given: Parameters, place: Place | None, search: Search, results: Results
) -> Response:
    """Return the results for another site's frame: the one page that may be framed."""
    response = page(
        request,
        "embedded.html",
        place=place,
        search=search,
        results=results,
        viewer=search.timezone,
        country=place.country if place else "",
        more=_more(request, given, results),
        whole=whole_address(request, given),
    )
    response.headers["Content-Security-Policy"] = policy()
    return response


def _subscribe(
    request: Request, given: Parameters, place: Place | None, results: Results
) -> Asking | None:
    """Return the question for this search as a calendar, which names the place by its point."""
    left_out = {"near", "meetings", *NOT_OF_CALENDARS, *NAMES_OF_OPTIONS}
    asked = {name: list(values) for name, values in given.items() if name not in left_out}
    asked |= _coordinates(place.point) if place else {}
    if not asked:
        return None
    running, meetings = service(request), [hit.meeting for hit in results.hits]
    hidden, options = search_pairs(asked), unchosen(spoken(request))
    return asking(running.site, meetings, "/subscribe", hidden=hidden, options=options)


def _coarse(given: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return *given* with coordinates of 0.01 degree, since it goes into links (location.md 10)."""
    point = read_point(given)
    return given if point is None else given | _coordinates(point)


def _coordinates(point: Point) -> dict[str, list[str]]:
    return {"latitude": [f"{point.latitude:.2f}"], "longitude": [f"{point.longitude:.2f}"]}


def _read(running: Service, given: Parameters, centre: Point | None) -> Search:
    return read_search(given, centre=centre, listed=running.catalogue.count_by("fellowship"))


def _search(running: Service, given: Parameters, place: Place | None) -> Search:
    """Return the search; a place's zone stands in for the viewer's where none is given."""
    search = _read(running, given, place.point if place else None)
    if place is None or search.timezone is not None:
        return search
    return replace(search, timezone=zone_at(place.point))


def _farther(running: Service, search: Search, results: Results) -> Results | None:
    """Where nothing is near, find the nearest there is, so that nobody is left with nothing."""
    if results.count or search.centre is None or search.online or search.cursor:
        return None
    nearest = replace(search, radius_km=None, beyond_km=None, nearest=PREVIEW)
    return running.catalogue.find(nearest, now=running.now())


def _week(running: Service, search: Search, place: Place | None) -> Week | None:
    """Return the week near a place that links can name; it is told once, on the first page."""
    if place is None or not place.slug or search.online or search.nearest or search.cursor:
        return None
    return week_of(running, search, search.timezone)


def _online_preview(running: Service, search: Search, place: Place | None) -> Results | None:
    if place is None or search.online or search.cursor:
        return None
    preview = Search(
        online=True,
        fellowships=search.fellowships,
        admissions=search.admissions,
        timezone=search.timezone,
        limit=PREVIEW,
    )
    return running.catalogue.find(preview, now=running.now())


def _more(request: Request, given: Parameters, results: Results) -> str:
    if results.next_cursor is None:
        return ""
    return address_of(request.url.path, {**given, "cursor": [results.next_cursor]})


def _orders(request: Request, given: Parameters, search: Search) -> dict[Order, str]:
    """Return the links to the other orders of the same results."""
    orders = [Order.TIME] if search.centre is None else [Order.DISTANCE, Order.TIME]
    rest = {name: values for name, values in given.items() if name != "cursor"}
    return {
        order: address_of(request.url.path, rest | {"order": [order.value]})
        for order in orders
        if order is not search.effective_order
    }
