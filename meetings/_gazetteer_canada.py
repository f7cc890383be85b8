"""
Canadian codes whose point is far from the town they are named after, and wrong.

GeoNames puts "Baie-Comeau Northeast" 211 km from Baie-Comeau. A code is the town's where it bears
the name of a town of its province, with a direction at most, lies further off than a ZIP code may
from its Census point, and the other codes of its district say so too: "Saint-Bruno" near
Montréal has a namesake 351 km away.
"""

import statistics
from collections import defaultdict
from collections.abc import Iterable

from meetings._gazetteer_rows import PostalCode, Town
from meetings._place_names import normalise
from meetings.geo import geodesic_km
from meetings.model import Point

COUNTRY = "CA"
TOWN_DECIDES_BEYOND_KM = 25.0
SMALLEST_TOWN = 5_000  # smaller ones share their name with quarters of cities: Highlands

_DISTRICT_LETTERS = 2  # of a code: G4 is the north shore of the Saint Lawrence
_DIRECTIONS = frozenset(
    [
        "north",
        "south",
        "east",
        "west",
        "central",
        "northeast",
        "northwest",
        "southeast",
        "southwest",
    ]
)


def corrected(codes: Iterable[PostalCode], towns: Iterable[Town]) -> list[PostalCode]:
    """Return *codes*, those of Canada moved to their town where they lie wrongly."""
    codes = list(codes)
    named: dict[tuple[str, str], Town] = {}
    for town in sorted(towns, key=lambda town: town.population):
        if town.country == COUNTRY and town.population >= SMALLEST_TOWN:
            named[town.region_code, normalise(town.name)] = town
    districts: dict[str, list[Point]] = defaultdict(list)
    for code in codes:
        if code.country == COUNTRY:
            districts[code.code[:_DISTRICT_LETTERS]].append(_point(code))
    middles = {district: _middle(points) for district, points in districts.items()}
    return [_corrected(code, named, middles) if code.country == COUNTRY else code for code in codes]


def _corrected(
    code: PostalCode, towns: dict[tuple[str, str], Town], middles: dict[str, Point]
) -> PostalCode:
    town = towns.get((code.region_code, _without_directions(code.name)))
    if town is None:
        return code
    here, there = _point(code), Point(town.latitude, town.longitude)
    middle = middles[code.code[:_DISTRICT_LETTERS]]
    is_far = geodesic_km(here, there) > TOWN_DECIDES_BEYOND_KM
    if is_far and geodesic_km(there, middle) < geodesic_km(here, middle):
        return code._replace(latitude=town.latitude, longitude=town.longitude)
    return code


def _without_directions(name: str) -> str:
    words = normalise(name).split()
    while len(words) > 1 and words[-1] in _DIRECTIONS:
        words.pop()
    return " ".join(words)


def _point(code: PostalCode) -> Point:
    return Point(code.latitude, code.longitude)


def _middle(points: list[Point]) -> Point:
    return Point(
        statistics.median(point.latitude for point in points),
        statistics.median(point.longitude for point in points),
    )
