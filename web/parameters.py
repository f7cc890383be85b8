"""Search parameters, the same on pages, API, calendar and command line: text in, Search out."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from zoneinfo import ZoneInfo

from geopy.geocoders.base import Geocoder

from meetings.errors import InvalidSearch
from meetings.formats import FORMATS
from meetings.geo import KM_PER_MILE
from meetings.model import Admission, Point, VenueType
from meetings.places import Place, choices, typed_place
from meetings.search import LIMIT_DEFAULT, Order, Search
from meetings.zones import zone

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Parameters = Mapping[str, Sequence[str]]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """What was typed is the name of several places: a person chooses."""

    text: str
    places: tuple[Place, ...]


async def find_place(geocoder: Geocoder, text: str) -> Place | Ambiguous:
    """Return the place that *text* names. Raises InvalidSearch when nothing has that name."""
    if len(text) > 100:
        raise InvalidSearch("near", "Please type a shorter place: a town and its region is enough.")
    found = await typed_place(geocoder, text)
    if not found:
        raise InvalidSearch(
            "near", "We know no place of that name. Please try the nearest larger town."
        )
    several = choices(found)
    return Ambiguous(text, tuple(several)) if len(several) > 1 else found[0]


async def one_place(geocoder: Geocoder, given: Parameters) -> Place | None:
    """Return the place in *given*, for programs: they cannot choose, so the choices are named."""
    near = " ".join(given.get("near", ()))
    found = await find_place(geocoder, near) if near else None
    if isinstance(found, Ambiguous):
        names = "; ".join(place.label for place in found.places)
        raise InvalidSearch("near", f"Several places have that name: {names}.")
    return found


def read_search(given: Parameters, *, centre: Point | None = None) -> Search:
    """
    Return the Search that *given* asks for; *centre* is the place already looked up.

    Coordinates are rounded to 0.01 degree (location.md 10). Raises InvalidSearch with the
    field and one sentence.
    """
    admissions = _choices(given, "admission", {a.value: a for a in Admission})
    return Search(
        centre=centre or read_point(given),
        radius_km=_radius_km(given),
        nearest=_whole(given, "nearest"),
        beyond_km=_number(given, "beyond_km"),
        online=_switch(given, "online"),
        fellowships=frozenset(_values(given, "fellowship")),
        venue_types=frozenset(_choices(given, "venue", {v.value: v for v in VenueType})),
        weekdays=frozenset(_choices(given, "day", {d: n for n, d in enumerate(WEEKDAYS, 1)})),
        formats=frozenset(_choices(given, "format", {code: code for code in FORMATS})),
        languages=frozenset(_values(given, "language")),
        admissions=frozenset(admissions) - {Admission.INSTITUTION},
        after=_time(given, "after"),
        before=_time(given, "before"),
        now=_switch(given, "now"),
        within_minutes=_whole(given, "within"),
        text=_one(given, "text"),
        order=next(iter(_choices(given, "order", {o.value: o for o in Order})), None),
        timezone=zone_of(given),
        limit=LIMIT_DEFAULT if (limit := _whole(given, "limit")) is None else limit,
        cursor=_one(given, "cursor"),
    )


def read_point(given: Parameters) -> Point | None:
    """Return the coordinates in *given*, rounded to 0.01 degree, or None."""
    latitude, longitude = _number(given, "latitude"), _number(given, "longitude")
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
    name = _one(given, "timezone")
    try:
        return zone(name) if name else None
    except ValueError:
        raise InvalidSearch(
            "timezone", "A time zone has a name such as America/New_York."
        ) from None


def read_numbers(values: Sequence[str], *, most: int) -> list[int]:
    """Return the meeting numbers in *values*, which repeat or hold commas, each once in order."""
    texts = [part.strip() for value in values for part in value.split(",") if part.strip()]
    if not all(text.isascii() and text.isdigit() and len(text) <= 12 for text in texts):
        raise InvalidSearch("meetings", "A list is made of meeting numbers, such as 12,45,78.")
    numbers = list(dict.fromkeys(int(text) for text in texts))
    if len(numbers) > most:
        raise InvalidSearch("meetings", f"A list holds at most {most} meetings.")
    return numbers


def as_parameters(pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """Return *pairs* of a query or form by name, without the empty ones."""
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        if value.strip():
            given.setdefault(name, []).append(value.strip())
    return given


def _values(given: Parameters, name: str) -> list[str]:
    """Return all values of a parameter that may repeat or hold commas."""
    return [v.strip() for value in given.get(name, ()) for v in value.split(",") if v.strip()]


def _one(given: Parameters, name: str) -> str:
    values = given.get(name, ())
    if len(values) > 1:
        raise InvalidSearch(name, "Please give this once.")
    return values[0] if values else ""


def _choices(given: Parameters, name: str, meanings: Mapping[str, T]) -> list[T]:
    chosen = []
    for value in _values(given, name):
        if value not in meanings:
            known = ", ".join(list(meanings)[:12]) + (" …" if len(meanings) > 12 else "")
            raise InvalidSearch(name, f"This must be one of: {known}.")
        chosen.append(meanings[value])
    return chosen


def _number(given: Parameters, name: str) -> float | None:
    text = _one(given, name)
    try:
        return float(text) if text else None
    except ValueError:
        raise InvalidSearch(name, "This must be a number.") from None


def _whole(given: Parameters, name: str) -> int | None:
    text = _one(given, name)
    if not text:
        return None
    if not (text.lstrip("-").isascii() and text.lstrip("-").isdigit() and len(text) <= 9):
        raise InvalidSearch(name, "This must be a whole number.")
    return int(text)


def _radius_km(given: Parameters) -> float | None:
    kilometres, miles = _number(given, "radius_km"), _number(given, "radius_mi")
    if kilometres is not None and miles is not None:
        raise InvalidSearch("radius_km", "Please give kilometres or miles, not both.")
    return kilometres if miles is None else miles * KM_PER_MILE


def _switch(given: Parameters, name: str) -> bool:
    return _choices(given, name, {"1": True, "0": False})[-1:] == [True]


def _time(given: Parameters, name: str) -> dt.time | None:
    text = _one(given, name)
    try:
        return dt.time.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidSearch(name, "A time looks like 18:30.") from None
