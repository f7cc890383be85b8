"""
Invented meetings that are spread as real ones are, always the same for the same seed.

At towns of GeoNames weighted by population to the power of 0.85, three meetings a venue, 20 %
online, 8 % hybrid (speed.md, "Measuring fairly"). Names, venues and notes are made of common
words; nobody meets there.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeVar
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from meetings._gazetteer_text import packaged_folder, read_towns
from meetings.fellowships import FELLOWSHIPS
from meetings.formats import FORMATS
from meetings.model import (
    Accuracy,
    Admission,
    Meeting,
    Online,
    Point,
    Rule,
    Schedule,
    TimezoneSource,
    Venue,
    VenueType,
)
from meetings.zones import zone, zone_names

SEED = 20_261_118
SEEN_ON = dt.date(2026, 1, 1)
CHANGED_AT = dt.datetime(2026, 11, 18, 12, 0, tzinfo=dt.UTC)

_A_VENUE = 3
_KM_A_DEGREE = 111.0
_SPREAD_KM = 6.0
_ADJECTIVES = [
    "Serenity",
    "Hope",
    "Clean",
    "New",
    "Early",
    "Living",
    "Steady",
    "Quiet",
    "Open",
    "First",
    "Rising",
    "Simple",
]
_NOUNS = [
    "Morning",
    "Path",
    "Miracles",
    "Beginnings",
    "Group",
    "Journey",
    "Steps",
    "Freedom",
    "Light",
    "Circle",
    "Way",
]
_HALLS = [
    "Community",
    "Methodist",
    "Lutheran",
    "Saint Mary",
    "Unity",
    "Town",
    "Library",
    "Health",
    "Family",
]
_ROOMS = ["Church", "Centre", "Hall", "Clinic", "Clubhouse"]
_NOTES = (
    "Enter by the rear door and take the stairs to the basement.",
    "Newcomers are welcome, please come ten minutes early.",
    "No meeting on public holidays, call ahead.",
    "Wheelchair ramp at the side entrance, parking behind the building.",
    "Book study on the last week of the month.",
    "Enter through the café and ask for the meeting room.",
)
_STREETS = ["Main", "Oak", "Church", "High", "Station", "Park", "Mill", "School", "River", "Market"]
_MINUTES = (600, 720, 735, 1050, 1080, 1110, 1140, 1170, 1200, 1230)
_MINUTE_WEIGHTS = (0.06, 0.16, 0.04, 0.06, 0.12, 0.12, 0.22, 0.12, 0.08, 0.02)
_LANGUAGES = (("en",), ("es",), ("en", "es"), ("fa",), ("fr",), ())
_LANGUAGE_WEIGHTS = (0.72, 0.08, 0.03, 0.01, 0.03, 0.13)
_ADMISSIONS = (
    Admission.OPEN,
    Admission.CLOSED,
    Admission.UNKNOWN,
    Admission.EVERYONE,
    Admission.FAMILY_ONLY,
)
_ADMISSION_WEIGHTS = (0.45, 0.3, 0.2, 0.02, 0.03)
_DURATIONS = (60, 90, None, 75)
_DURATION_WEIGHTS = (0.6, 0.28, 0.09, 0.03)

Floats = NDArray[np.float64]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Towns:
    """The places that meetings and searches are near to."""

    names: tuple[str, ...]
    zone_names: tuple[str, ...]
    countries: tuple[str, ...]
    latitudes: Floats
    longitudes: Floats
    weights: Floats


SMALLEST_TOWN = 15_000


@cache
def towns() -> Towns:
    """Return the towns over 15,000 people whose zone we know."""
    known = [
        town
        for town in read_towns(packaged_folder())
        if town.population >= SMALLEST_TOWN and town.timezone in zone_names()
    ]
    weights = np.array([town.population for town in known], dtype=np.float64) ** 0.85
    return Towns(
        names=tuple(town.name for town in known),
        zone_names=tuple(town.timezone for town in known),
        countries=tuple(town.country for town in known),
        latitudes=np.array([town.latitude for town in known]),
        longitudes=np.array([town.longitude for town in known]),
        weights=weights / weights.sum(),
    )


def generated(count: int, *, seed: int = SEED) -> Iterator[Meeting]:
    """Yield *count* meetings numbered from 1, three after each other at one venue."""
    random = np.random.default_rng(seed)
    for first in range(0, count, _A_VENUE * 1000):
        venues = _venues(random, -(-min(count - first, _A_VENUE * 1000) // _A_VENUE))
        for number in range(first, min(count, first + _A_VENUE * 1000)):
            yield _meeting(random, number + 1, venues[(number - first) // _A_VENUE])


@dataclass(frozen=True, slots=True)
class _Place:
    venue: Venue
    point: Point
    timezone: ZoneInfo


def _venues(random: np.random.Generator, count: int) -> list[_Place]:
    known = towns()
    chosen = random.choice(len(known.names), count, p=known.weights)
    north, east = random.normal(0, _SPREAD_KM, (2, count)) / _KM_A_DEGREE
    return [
        _Place(
            Venue(
                name=f"{_one(random, _HALLS)} {_one(random, _ROOMS)}",
                street=f"{random.integers(1, 900)} {_one(random, _STREETS)} Street",
                town=known.names[town],
                postal_code=f"{random.integers(10_000, 99_999)}",
                country=known.countries[town],
            ),
            Point(
                round(float(np.clip(known.latitudes[town] + north[n], -89.9, 89.9)), 6),
                round(float((known.longitudes[town] + east[n] + 180) % 360 - 180), 6),
            ),
            zone(known.zone_names[town]),
        )
        for n, town in enumerate(chosen.tolist())
    ]


def _meeting(random: np.random.Generator, number: int, place: _Place) -> Meeting:
    kind = random.random()
    venue_type = VenueType.ONLINE if kind < 0.2 else VenueType.IN_PERSON
    if 0.2 <= kind < 0.28:
        venue_type = VenueType.HYBRID
    is_in_person = venue_type is not VenueType.ONLINE
    return Meeting(
        id=f"made:{number}",
        number=number,
        source="made",
        fellowship=_weighted(random, *_fellowships()),
        name=f"{_one(random, _ADJECTIVES)} {_one(random, _NOUNS)} {random.integers(1, 400)}",
        schedule=_schedule(random, place.timezone),
        venue_type=venue_type,
        venue=place.venue if is_in_person else None,
        point=place.point if is_in_person else None,
        accuracy=Accuracy.STREET if is_in_person else None,
        online=None if venue_type is VenueType.IN_PERSON else _online(number),
        formats=_some_formats(random),
        admission=_weighted(random, _ADMISSIONS, _ADMISSION_WEIGHTS),
        languages=_weighted(random, _LANGUAGES, _LANGUAGE_WEIGHTS),
        notes=_one(random, _NOTES) if random.random() < 0.5 else "",
        confirmed_on=CHANGED_AT.date(),
        revision=1,
        changed_at=CHANGED_AT,
    )


def _schedule(random: np.random.Generator, timezone: ZoneInfo) -> Schedule | None:
    if random.random() < 0.005:
        return None
    weekday = int(random.integers(1, 8))
    minutes = _weighted(random, _MINUTES, _MINUTE_WEIGHTS)
    length = _weighted(random, _DURATIONS, _DURATION_WEIGHTS)
    ordinals = (int(random.integers(1, 5)),) if random.random() < 0.04 else ()
    return Schedule(
        rules=(Rule(weekday=weekday, ordinals=ordinals),),
        start=dt.time(minutes // 60, minutes % 60),
        duration=None if length is None else dt.timedelta(minutes=length),
        timezone=timezone,
        timezone_source=TimezoneSource.SOURCE,
        first_on=SEEN_ON + dt.timedelta(days=(weekday - SEEN_ON.isoweekday()) % 7),
    )


def _online(number: int) -> Online:
    return Online(url=f"https://meet.example/{number}", notes="The door opens at the hour.")


def _some_formats(random: np.random.Generator) -> tuple[str, ...]:
    codes = _format_codes()
    return tuple(sorted({_one(random, codes) for _ in range(int(random.integers(0, 5)))}))


@cache
def _format_codes() -> tuple[str, ...]:
    return tuple(code for code, row in FORMATS.items() if not row.is_admission)[:60]


@cache
def _fellowships() -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Return NA, AA and SMART in this order of size, and a tail of all others."""
    others = [code for code in FELLOWSHIPS if code not in ("na", "aa", "smart")]
    share = 0.2 / len(others)
    return ("na", "aa", "smart", *others), (0.45, 0.3, 0.05, *[share] * len(others))


def _one(random: np.random.Generator, choices: Sequence[T]) -> T:
    return choices[int(random.random() * len(choices))]


def _weighted(random: np.random.Generator, choices: Sequence[T], weights: Sequence[float]) -> T:
    lot = random.random()
    for choice, weight in zip(choices, weights, strict=True):
        lot -= weight
        if lot < 0:
            return choice
    return choices[-1]
