"""
The mixed queries of the benchmarks, always the same for the same seed.

Nine in ten are near a town, chosen as meetings are, and ask for 25 km around, the nearest 20
with filters, a text, or what comes next online; one in ten is anywhere on Earth (speed.md).
"""

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlencode

import numpy as np

from meetings.model import Point
from meetings.search import Order, Search
from meetings.zones import zone
from tests.bench.generate import SEED, towns
from web.parameters import WEEKDAYS

LIMIT = 20
NOW = dt.datetime(2026, 11, 18, 18, 7, 30, tzinfo=dt.UTC)
VIEWERS = ("America/New_York", "Europe/London", "Asia/Kolkata", "America/Los_Angeles")
HUNDRED_CHARACTERS = (
    "e o a s t r n i l m c h u p er re in ro ou th st en es or co an ho at ch om mm un it ty se ur"
)
TEXTS = ("serenity", "hope morning", "church", "newcomers", "book study", "light 17")


@dataclass(frozen=True, slots=True)
class Queries:
    near: list[Search]
    anywhere: list[Search]


def mixed(count: int, *, seed: int = SEED) -> Queries:
    """Return so many searches near towns, and a ninth as many anywhere."""
    random = np.random.default_rng(seed + 1)
    near = [_near_a_town(random) for _ in range(count)]
    return Queries(near, [_anywhere(random) for _ in range(-(-count // 9))])


def costliest() -> Search:
    """Return the most expensive search that is allowed: nearly all filters, all of New York."""
    return Search(
        centre=Point(40.71, -74.0),
        radius_km=500.0,
        beyond_km=1.0,
        fellowships=frozenset({"na", "aa", "smart"}),
        weekdays=frozenset(range(1, 8)),
        languages=frozenset({"en", "es"}),
        after=dt.time(0, 1),
        before=dt.time(23, 58),
        within_minutes=10_080,
        text=HUNDRED_CHARACTERS,
        order=Order.SOON,
        timezone=zone("Europe/London"),
        limit=100,
        facets=True,
    )


def as_query(search: Search) -> str:
    """Return *search* as the query string that a program sends."""
    pairs: list[tuple[str, object]] = [("limit", search.limit)]
    if search.centre is not None:
        pairs += [("latitude", search.centre.latitude), ("longitude", search.centre.longitude)]
    plain = {
        "radius_km": search.radius_km,
        "beyond_km": search.beyond_km,
        "nearest": search.nearest,
        "online": 1 if search.online else None,
        "facets": 1 if search.facets else None,
        "fellowship": ",".join(sorted(search.fellowships)),
        "language": ",".join(sorted(search.languages)),
        "format": ",".join(sorted(search.formats)),
        "day": ",".join(WEEKDAYS[day - 1] for day in sorted(search.weekdays)),
        "after": search.after and f"{search.after:%H:%M}",
        "before": search.before and f"{search.before:%H:%M}",
        "within": search.within_minutes,
        "text": search.text,
        "order": search.order and search.order.value,
        "timezone": search.timezone and search.timezone.key,
    }
    return urlencode([*pairs, *((name, value) for name, value in plain.items() if value)])


def _near_a_town(random: np.random.Generator) -> Search:
    known = towns()
    town = int(random.choice(len(known.names), p=known.weights))
    north, east = random.normal(0, 0.06, 2)
    centre = _rounded(known.latitudes[town] + north, known.longitudes[town] + east)
    lot = random.random()
    if lot < 0.45:
        return Search(centre=centre, radius_km=25.0, limit=LIMIT)
    if lot < 0.75:
        return _nearest(random, centre)
    if lot < 0.85:
        return Search(centre=centre, radius_km=25.0, text=_one(random, TEXTS), limit=LIMIT)
    return _online(random)


def _nearest(random: np.random.Generator, centre: Point) -> Search:
    return Search(
        centre=centre,
        nearest=LIMIT,
        fellowships=frozenset({"na"}),
        weekdays=frozenset({int(random.integers(1, 8))}),
        after=dt.time(17) if random.random() < 0.3 else None,
        limit=LIMIT,
    )


def _online(random: np.random.Generator) -> Search:
    is_of_a_day = random.random() < 0.3
    return Search(
        online=True,
        fellowships=frozenset({_one(random, ("na", "aa", "smart"))}),
        weekdays=frozenset({int(random.integers(1, 8))}) if is_of_a_day else frozenset(),
        timezone=zone(_one(random, VIEWERS)),
        limit=LIMIT,
    )


def _anywhere(random: np.random.Generator) -> Search:
    latitude = float(np.degrees(np.arcsin(random.uniform(-1, 1))))
    centre = _rounded(latitude, float(random.uniform(-180, 180)))
    return Search(centre=centre, nearest=LIMIT, fellowships=frozenset({"na"}), limit=LIMIT)


def _rounded(latitude: float, longitude: float) -> Point:
    """Return a point of 0.01 degree, as all searches have it."""
    east = (longitude + 180) % 360 - 180
    return Point(round(float(np.clip(latitude, -90, 90)), 2), round(float(east), 2))


def _one(random: np.random.Generator, choices: tuple[str, ...]) -> str:
    return choices[int(random.integers(len(choices)))]
