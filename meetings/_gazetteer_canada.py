"""
Canadian codes whose point is far from the town they are named after, and wrong.

A rural code, whose second character is 0, is an area of hundreds of kilometres, named after
itself and a town in it: "Outer Nunavut (Iqaluit)". GeoNames puts it into the middle of its land,
that one onto the ice at 80° north. It is where its town is, if that is very far away.

Of the others GeoNames puts "Baie-Comeau Northeast" 211 km from Baie-Comeau. A code is the town's
where it bears the name of a town of its province, with a direction at most, lies further off than
a ZIP code may from its Census point, and the other codes of its district say so too:
"Saint-Bruno" near Montréal has a namesake 351 km away.
"""

import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping

from meetings._gazetteer_rows import PostalCode, Town
from meetings._place_names import normalise
from meetings.geo import geodesic_km
from meetings.model import Point

COUNTRY = "CA"
# Names of regions in the postal file, normalised, that are spelt otherwise everywhere else.
REGIONS = {
    "nunavut territory": "nunavut",
    "northwest territory": "northwest territories",
}
TOWN_DECIDES_BEYOND_KM = 25.0
# An independent list agrees beyond it, and below it says as often that the middle is right.
SEAT_DECIDES_BEYOND_KM = 700.0
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


Towns = Mapping[tuple[str, str], Town]  # by region code and normalised name


def corrected(
    codes: Iterable[PostalCode], towns: Iterable[Town], names: Mapping[str, str]
) -> list[PostalCode]:
    """
    Return *codes*, those of Canada moved to their town where they lie wrongly.

    *names* are those of the codes in full, with the town of an area in brackets.
    """
    codes = list(codes)
    named: dict[tuple[str, str], Town] = {}
    for town in sorted(towns, key=lambda town: town.population):
        if town.country == COUNTRY:
            named[town.region_code, normalise(town.name)] = town
    districts: dict[str, list[Point]] = defaultdict(list)
    for code in codes:
        if code.country == COUNTRY:
            districts[code.code[:_DISTRICT_LETTERS]].append(_point(code))
    middles = {district: _middle(points) for district, points in districts.items()}
    return [_corrected(code, named, names, middles) for code in codes]


def _corrected(
    code: PostalCode, towns: Towns, names: Mapping[str, str], middles: Mapping[str, Point]
) -> PostalCode:
    if code.country != COUNTRY:
        return code
    town = _seat(code, towns, names) if _is_rural(code) else _namesake(code, towns, middles)
    return code._replace(latitude=town.latitude, longitude=town.longitude) if town else code


def _is_rural(code: PostalCode) -> bool:
    return code.code[1:2] == "0"


def _seat(code: PostalCode, towns: Towns, names: Mapping[str, str]) -> Town | None:
    """Return the town that an area is named for, if it is far off."""
    name = names.get(code.code, code.name)
    town = towns.get((code.region_code, normalise(name.partition("(")[2].rstrip(")") or name)))
    if town is None or geodesic_km(_point(code), _of(town)) <= SEAT_DECIDES_BEYOND_KM:
        return None
    return town


def _namesake(code: PostalCode, towns: Towns, middles: Mapping[str, Point]) -> Town | None:
    """Return the town that a code is named for, if it is far off and the district agrees."""
    town = towns.get((code.region_code, _without_directions(code.name)))
    if town is None or town.population < SMALLEST_TOWN:
        return None
    here, there = _point(code), _of(town)
    middle = middles[code.code[:_DISTRICT_LETTERS]]
    is_far = geodesic_km(here, there) > TOWN_DECIDES_BEYOND_KM
    return town if is_far and geodesic_km(there, middle) < geodesic_km(here, middle) else None


def _of(town: Town) -> Point:
    return Point(town.latitude, town.longitude)


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
