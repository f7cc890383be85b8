"""Whose lists stand on the Pathminder platform (smart.md 3 and 12)."""

from dataclasses import dataclass

from importers._source import Source
from meetings.errors import UnknownFormat
from meetings.formats import comparable


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """One brand of the platform. Ids of different brands overlap, so each is its own source."""

    fellowship: str
    host: str
    prefix: str  # of the names we make where a group has none
    title: str  # with which its pages' titles begin
    floor: int  # meetings it has at least; fewer is odd (smart.md 5)
    generic_names: frozenset[str] = frozenset()  # comparable; what stands there names no group


_BRANDS = (
    Brand(
        fellowship="smart",
        host="meetings.smartrecovery.org",
        prefix="SMART",
        title="SMART Recovery",
        floor=500,
        generic_names=frozenset(
            map(comparable, ("4-Point Recovery", "Family & Friends", "Successful Life Skills"))
        ),
    ),
    Brand(
        fellowship="lifering",
        host="meetings.lifering.org",
        prefix="LifeRing",
        title="LifeRing",
        floor=50,
        generic_names=frozenset(map(comparable, ("How Was Your Week Meeting", "LifeRing"))),
    ),
    # Known by its URL pattern only (smart.md 3).
    Brand(
        fellowship="wfs",
        host="meetings.womenforsobriety.org",
        prefix="Women for Sobriety",
        title="Women for Sobriety",
        floor=0,
    ),
)


def brand_titled(title: str) -> Brand | None:
    """Return the brand to which a page with this title belongs."""
    return next((brand for brand in _BRANDS if title.startswith(brand.title)), None)


def brand_of(source: Source) -> Brand:
    """Return the brand of the fellowship of *source*. Raises UnknownFormat if it has none."""
    found = next((brand for brand in _BRANDS if brand.fellowship == source.fellowship), None)
    if found is None:
        known = ", ".join(brand.fellowship for brand in _BRANDS)
        raise UnknownFormat(
            f"Pathminder lists {known}; say which by the fellowship of the source, "
            f"which is {source.fellowship!r}"
        )
    return found
