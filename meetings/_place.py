"""What a place is, and when a text may mean several of them."""

from dataclasses import dataclass, field

from meetings.geo import arc_between_km
from meetings.model import Point

CHOICE_SCORE = 500  # a namesake this close in score is a choice: from a third of the people on
_KM_A_DEGREE = 110.5  # of latitude, at least (location.md 8)
SAME_TOWN_KM = 60  # from a quarter or a postal code to the middle of its town, at most
CHOICE_APART_KM = 30  # nearer ones are one town to a traveller: Kansas City


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """How well a place fits the text that found it."""

    score: float
    is_exact: bool  # a whole name, not the beginning of one
    names_region: bool  # the text says in which region or country
    is_of_region: bool = False  # the text is nothing but a region or country, this a town of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A town, or another place one can search near; "" is "not known"."""

    name: str
    region: str = ""
    region_code: str = ""  # admin1 of GeoNames: "NY", "ENG", "08"
    country: str = ""  # ISO 3166-1 alpha-2
    country_name: str = ""
    point: Point
    population: int = 0
    timezone: str = ""  # IANA, as GeoNames has it and sometimes stale: prefer that of the point
    slug: str = ""  # us-ny-brooklyn; "" when the place is not in the gazetteer
    # "town", "locality" of postal addresses, "postcode", "point" for typed coordinates, or
    # "address" from another geocoder
    kind: str = "town"
    match: Match | None = field(default=None, compare=False)  # None unless a text found it

    @property
    def label(self) -> str:
        """Return the name for people: "Brooklyn, New York, United States"."""
        parts = (self.name, self.region, self.country_name)
        return ", ".join(dict.fromkeys(part for part in parts if part))  # Singapore is all three


def choices(found: list[Place]) -> list[Place]:
    """
    Return the places a person should choose from: only the first when it is clear.

    A text that is the whole name of several towns far apart and of like size ("Springfield",
    and "Springfield, USA") is ambiguous; "London" and "Portland" are not.
    """
    chosen = found[:1]
    for place in found[1:]:
        if _rivals(chosen[0].match, place.match) and all(are_apart(place, it) for it in chosen):
            chosen.append(place)
    return chosen


def are_apart(a: Place, b: Place) -> bool:
    if abs(a.point.latitude - b.point.latitude) > CHOICE_APART_KM / _KM_A_DEGREE:
        return True
    return arc_between_km(a.point, b.point) > CHOICE_APART_KM


def _rivals(first: Match | None, other: Match | None) -> bool:
    if first is None or other is None or not first.is_exact:
        return False
    return other.is_exact and first.score - other.score <= CHOICE_SCORE
