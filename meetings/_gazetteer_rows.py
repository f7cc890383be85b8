"""
The rows that the gazetteer is made of, wherever they come from.

Those of which there are hundreds of thousands are named tuples, since they are made in a
third of the time that a frozen dataclass takes, and a first start waits for them.
"""

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """A country and what people call it."""

    code: str  # ISO 3166-1 alpha-2
    name: str
    words: tuple[str, ...]  # normalised: its codes and names


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """
    A state, province or nation, with its names and the letters of its ISO 3166-2 code.

    Or, without a name, words that mean it behind a town only: a county, "Ala.", "Norfolk" for
    the whole of the island.
    """

    country: str
    code: str  # admin1 of GeoNames: "NY", "ENG", "08"; "" is the whole country
    name: str  # "" for a county: it is understood, and not shown
    words: tuple[str, ...]  # normalised


class Town(NamedTuple):
    """A place with inhabitants."""

    id: int  # of GeoNames
    name: str
    country: str
    region_code: str
    latitude: float
    longitude: float
    population: int
    timezone: str
    alternate_names: tuple[str, ...] = ()


class Locality(NamedTuple):
    """A name in postal addresses that is no town of its own: "Glen Mills"."""

    name: str
    country: str
    region_code: str
    latitude: float
    longitude: float
    postal_code: str  # one of its own, which tells it from its namesakes


class PostalCode(NamedTuple):
    """A postal code no finer than an address bar may show (location.md 10)."""

    country: str
    code: str  # as `_place_postcodes.stored` has it: "SW1A 1", "M5V", "11201"
    name: str  # of its town, maybe ""
    region_code: str
    latitude: float
    longitude: float
