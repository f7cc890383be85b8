"""Search parameters, the same on pages, API, calendar and command line: text in, Search out."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import unquote_plus
from zoneinfo import ZoneInfo

from geopy.geocoders.base import Geocoder

from meetings.errors import InvalidSearch
from meetings.fellowships import FELLOWSHIPS
from meetings.formats import FORMATS
from meetings.geo import KM_PER_MILE
from meetings.model import Point, VenueType
from meetings.places import Place, choices, typed_place
from meetings.search import (
    LIMIT_MOST,
    RADIUS_KM_LEAST,
    RADIUS_KM_MOST,
    TEXT_MOST,
    WITHIN_MINUTES_MOST,
    Search,
)
from web.parameter_values import (
    ADMISSIONS,
    CLOCK_TIME,
    ORDERS,
    SWITCHED,
    Parameters,
    admissions,
    chosen,
    codes,
    kilometres,
    number,
    one,
    order,
    switch,
    tags,
    time,
    whole,
    zone_named,
)

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
READ_MOST = 4096  # values that are kept
FIELDS_MOST = 200  # of one query; nobody asks that much


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """What was typed may be several places: a person chooses."""

    text: str
    places: tuple[Place, ...]

    @property
    def is_region(self) -> bool:
        """Whether it is a whole region or country, whose large towns are the choice."""
        return all(place.match is not None and place.match.is_of_region for place in self.places)


async def find_place(geocoder: Geocoder, text: str, *, country: str = "") -> Place | Ambiguous:
    """
    Return the place that *text* names, preferably in *country*, of whoever asks.

    Raises InvalidSearch when nothing has that name.
    """
    if len(text) > 100:
        raise InvalidSearch("near", "Please type a shorter place: a town and its region is enough.")
    found = await typed_place(geocoder, text, country=country)
    if not found:
        raise InvalidSearch(
            "near", "We know no place of that name. Please try the nearest larger town."
        )
    several = choices(found)
    return Ambiguous(text, tuple(several)) if len(several) > 1 else found[0]


async def one_place(geocoder: Geocoder, given: Parameters, *, country: str = "") -> Place | None:
    """Return the place in *given*, for programs: they cannot choose, so the choices are named."""
    near = " ".join(given.get("near", ()))
    found = await find_place(geocoder, near, country=country) if near else None
    if isinstance(found, Ambiguous):
        names = "; ".join(place.label for place in found.places)
        raise InvalidSearch("near", "Several places may be meant: {names}.", names=names)
    return found


def read_search(
    given: Parameters, *, centre: Point | None = None, listed: Collection[str] | None = None
) -> Search:
    """
    Return the Search that *given* asks for; *centre* is the place already looked up.

    Of fellowships those of our table and the *listed* ones are known. Without *listed* all are:
    a calendar that somebody follows goes on when its fellowship is listed no more.
    Coordinates are rounded to 0.01 degree (location.md 10). Raises InvalidSearch with the
    field and one sentence.
    """
    fields: dict[str, Any] = {}  # as PARAMETERS says
    for name, values in given.items():
        if name in PARAMETERS:
            field, value = _read_one(name, tuple(values))
            if value is not None:
                fields[field] = value
    if centre is None:
        centre = read_point(given)
    if "radius_km" in given and "radius_mi" in given:
        raise InvalidSearch("radius_km", "Please give kilometres or miles, not both.")
    search = Search(centre=centre, **fields)
    if listed is not None:
        _check_known(search.fellowships, listed)
    return search


def _check_known(fellowships: Iterable[str], listed: Collection[str]) -> None:
    for code in fellowships:
        if code not in FELLOWSHIPS and code not in listed:
            raise InvalidSearch("fellowship", "We know no fellowship of that code.")


@lru_cache(maxsize=READ_MOST)
def _read_one(name: str, values: tuple[str, ...]) -> tuple[str, object]:
    """Return a field of Search and its value; most searches give the same few."""
    known = PARAMETERS[name]
    return known.field, known.read({name: values}, name)


def read_query(query: bytes) -> dict[str, list[str]]:
    """Return the parameters of a query string by name, without the empty ones."""
    given: dict[str, list[str]] = {}
    parts = query.decode("latin-1").split("&")
    if len(parts) > FIELDS_MOST:
        raise InvalidSearch("query", "That is too much at once.")
    for part in parts:  # three times as quick as urllib's parse_qsl
        name, _, value = part.partition("=")
        if value := _plain(value).strip():
            given.setdefault(_plain(name), []).append(value)
    return given


def read_point(given: Parameters) -> Point | None:
    """Return the coordinates in *given*, rounded to 0.01 degree, or None."""
    latitude, longitude = number(given, "latitude"), number(given, "longitude")
    if latitude is None and longitude is None:
        return None
    if latitude is None or longitude is None:
        raise InvalidSearch("latitude", "Coordinates are two numbers: latitude and longitude.")
    try:
        return Point(round(latitude, 2), round(longitude, 2))
    except ValueError:
        raise InvalidSearch(
            "latitude", "Latitude is from -90 to 90, longitude from -180 to 180."
        ) from None


def zone_of(given: Parameters) -> ZoneInfo | None:
    """Return the viewer's zone in *given*, or None."""
    return zone_named(given, "timezone")


def read_numbers(values: Sequence[str], *, most: int) -> list[int]:
    """Return the meeting numbers in *values*, which repeat or hold commas, each once in order."""
    texts = [part.strip() for value in values for part in value.split(",") if part.strip()]
    if not all(text.isascii() and text.isdigit() and len(text) <= 12 for text in texts):
        raise InvalidSearch("meetings", "A list is made of meeting numbers, such as 12,45,78.")
    numbers = list(dict.fromkeys(int(text) for text in texts))
    if len(numbers) > most:
        raise InvalidSearch("meetings", "A list holds at most {most} meetings.", most=most)
    return numbers


def as_parameters(pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """Return *pairs* of a query or form by name, without the empty ones."""
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        if value.strip():
            given.setdefault(name, []).append(value.strip())
    return given


def _plain(text: str) -> str:
    return unquote_plus(text) if "%" in text or "+" in text else text


@dataclass(frozen=True, slots=True)
class Parameter:
    """A search parameter: the field of Search it fills, who reads it, and how it is described."""

    field: str
    read: Callable[[Parameters, str], object]  # None where a value says nothing
    about: str
    schema: Mapping[str, object]


def _text(most: int) -> Mapping[str, object]:
    return {"type": "string", "maxLength": most}


def _range(kind: str, least: float, most: float) -> Mapping[str, object]:
    return {"type": kind, "minimum": least, "maximum": most}


def _list_of(values: Iterable[str] = ()) -> Mapping[str, object]:
    known = list(values)
    return {"type": "array", "items": {"type": "string"} | ({"enum": known} if known else {})}


_YES_OR_NO = {"type": "string", "enum": list(SWITCHED)}
_CLOCK = {"type": "string", "pattern": CLOCK_TIME.pattern}
_BEFORE = "until this hour; before `after` it is that of the next morning, whatever `day` says"
_VENUES = {venue.value: venue for venue in VenueType}
_DAYS = {day: number for number, day in enumerate(WEEKDAYS, 1)}

PARAMETERS: Mapping[str, Parameter] = {
    "radius_km": Parameter(
        "radius_km",
        number,
        "how far from the place, in kilometres; 25 without it",
        _range("number", RADIUS_KM_LEAST, RADIUS_KM_MOST),
    ),
    "radius_mi": Parameter(
        "radius_km",
        kilometres,
        "the same in miles",
        _range("number", RADIUS_KM_LEAST, int(RADIUS_KM_MOST / KM_PER_MILE)),
    ),
    "nearest": Parameter(
        "nearest",
        whole,
        "the nearest so many, however far",
        _range("integer", 1, LIMIT_MOST),
    ),
    "beyond_km": Parameter(
        "beyond_km",
        number,
        "leaves out what is closer",
        _range("number", 0, RADIUS_KM_MOST),
    ),
    "online": Parameter("online", switch, "what can be joined from anywhere", _YES_OR_NO),
    "fellowship": Parameter(
        "fellowships", codes, "codes of /api/fellowships, any of them", _list_of()
    ),
    "venue": Parameter("venue_types", chosen(_VENUES), "how one attends", _list_of(_VENUES)),
    "day": Parameter("weekdays", chosen(_DAYS), "days of the week, any of them", _list_of(_DAYS)),
    "format": Parameter(
        "formats",
        chosen({code: code for code in FORMATS}),
        "codes of /api/formats, all of them",
        _list_of(FORMATS),
    ),
    "language": Parameter(
        "languages", tags, "BCP 47 tags, any of them; en-US finds en too", _list_of()
    ),
    "admission": Parameter(
        "admissions",
        admissions,
        "who may come, any of them; family groups only where asked for",
        _list_of(ADMISSIONS),
    ),
    "without_camera": Parameter(
        "without_camera",
        switch,
        "leaves out what is listed as needing a camera; most lists say nothing about it",
        _YES_OR_NO,
    ),
    "after": Parameter("after", time, "starting from this hour", _CLOCK),
    "before": Parameter("before", time, _BEFORE, _CLOCK),
    "now": Parameter("now", switch, "on at this moment", _YES_OR_NO),
    "within": Parameter(
        "within_minutes",
        whole,
        "on now or starting within so many minutes",
        _range("integer", 1, WITHIN_MINUTES_MOST),
    ),
    "text": Parameter("text", one, "words in the name, the place or the notes", _text(TEXT_MOST)),
    "order": Parameter(
        "order", order, "what comes first", {"type": "string", "enum": list(ORDERS)}
    ),
    "timezone": Parameter("timezone", zone_named, "the viewer's time zone, by its name", _text(64)),
    "limit": Parameter("limit", whole, "how many a page", _range("integer", 1, LIMIT_MOST)),
    "cursor": Parameter("cursor", one, "`next` of the page before", _text(100)),
    "facets": Parameter("facets", switch, "also counts the values of what fits", _YES_OR_NO),
}
# Where to search; read before the others, since a place has to be looked up.
PLACE_PARAMETERS: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "near": ("a town with its region, or a postal code", _text(100)),
    "latitude": ("rounded to 0.01 degree", _range("number", -90, 90)),
    "longitude": ("rounded to 0.01 degree", _range("number", -180, 180)),
}
