"""Makes the gazetteer's text from what was read, as location.md 2 and 3 decide."""

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import cos, hypot, radians
from pathlib import Path

from meetings import _gazetteer_text as text
from meetings._gazetteer_canada import COUNTRY, REGIONS, corrected
from meetings._gazetteer_rows import Country, Locality, PostalCode, Region, Town
from meetings._place_names import normalise, spellings
from meetings._place_postcodes import stored
from meetings.model import Point

SMALLEST_TOWN_WITH_ALTERNATES = (
    1000  # inhabitants; location.md 3.5: a fifth of the names, hardly ever typed
)
SMALLEST_TOWN_OF_ALL_SCRIPTS = 5000
CENSUS_DECIDES_BEYOND_KM = 25  # location.md 3.6, but for codes at the town they name
SAME_PLACE_KM = 30

# fmt: off
POSTAL_COUNTRIES = frozenset({  # 30 countries, and islands of theirs
    "US", "CA", "GB", "IE", "AU", "NZ", "ZA", "IN", "DE", "AT", "CH", "NL", "BE", "LU", "FR",
    "ES", "PT", "IT", "DK", "NO", "SE", "FI", "IS", "PL", "CZ", "SK", "HU", "BR", "MX", "LI",
    "IM", "JE", "GG", "PR", "VI", "GU", "AS", "MP", "AX", "FO", "GL", "GP", "MQ", "GF", "RE",
})
LATIN_COUNTRIES = POSTAL_COUNTRIES - {"IN"} | {
    "AR", "CL", "CO", "EC", "PE", "PH", "RO", "TR", "VE",
}
# fmt: on
# Where people write the post town of a place too small for the list of towns.
LOCALITY_COUNTRIES = frozenset(("US", "GB", "IE", "AU", "NZ", "ZA"))


@dataclass(frozen=True, slots=True, kw_only=True)
class PostalRow:
    """One line of a GeoNames postal file."""

    country: str
    code: str
    town: str
    region: str  # its name
    latitude: float
    longitude: float
    accuracy: int  # 1 is a guess, 6 the centre of the code; 0 is not known

    @property
    def point(self) -> Point:
        return Point(self.latitude, self.longitude)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """All that the text is made of."""

    countries: Iterable[Country]
    regions: Iterable[Region]
    towns: Iterable[Town]
    postal_rows: Iterable[PostalRow]
    us_points: Mapping[str, Point]  # of ZIP codes, by the Census: what corrects GeoNames
    british: Iterable[PostalCode]  # outcodes and sectors


def make(origin: Origin, folder: Path, *, progress: Callable[[str], None]) -> None:
    """Write the text of *origin* into *folder*, which exists."""
    regions = list(origin.regions)
    text.write_countries(folder, sorted(origin.countries, key=lambda it: it.code))
    text.write_regions(folder, sorted(regions, key=lambda it: (it.country, it.code, it.words)))
    progress("reading towns")
    towns = sorted(
        map(_prepared, origin.towns),
        key=lambda it: (it.country, it.region_code, -it.population, it.id),
    )
    progress(f"writing {len(towns):,} towns")
    text.write_towns(folder, towns)
    progress("reading postal codes")
    rows = [row for row in origin.postal_rows if _is_usable(row)]
    codes = _Codes(towns, regions)
    named = {row.code: row.town for row in rows if row.country == COUNTRY}
    made = corrected(codes.of_rows(rows, origin.us_points, list(origin.british)), towns, named)
    progress(f"writing {len(made):,} postal codes")
    text.write_postal_codes(folder, sorted(made, key=lambda it: (it.country, it.code)))
    text.write_localities(folder, _unique(codes.localities(rows)))


class _Codes:
    """Makes postal codes and localities, by what is known of towns and regions."""

    def __init__(self, towns: Iterable[Town], regions: Iterable[Region]) -> None:
        self._region_codes = {
            (region.country, word): region.code
            for region in regions
            if region.name
            for word in region.words
        }
        self._towns: dict[tuple[str, str], list[Town]] = defaultdict(list)
        for town in towns:
            for norm in {normalise(town.name), *town.alternate_names}:
                self._towns[town.country, norm].append(town)

    def of_rows(
        self, rows: Iterable[PostalRow], us_points: Mapping[str, Point], british: list[PostalCode]
    ) -> Iterator[PostalCode]:
        """Yield a code for each group of rows; *british* ones keep their own, better points."""
        grouped: dict[tuple[str, str], list[PostalRow]] = defaultdict(list)
        for row in rows:
            grouped[row.country, stored(row.code, row.country)[0]].append(row)
        for code in british:
            outcode = code.code.partition(" ")[0]
            group = grouped.get(("GB", outcode), [])
            yield self._named(code, group) if group else code
        known = {("GB", code.code) for code in british}
        for (country, text_), group in grouped.items():
            if (country, text_) not in known:
                census = us_points.get(text_) if country == "US" else None
                yield self._named(_coded(country, text_, self._point(group, census)), group)

    def localities(self, rows: Iterable[PostalRow]) -> Iterator[Locality]:
        grouped: dict[tuple[str, str, str], list[PostalRow]] = defaultdict(list)
        for row in rows:
            if row.country in LOCALITY_COUNTRIES:
                grouped[row.country, self._region_code(row), normalise(row.town)].append(row)
        for (country, region_code, norm), group in grouped.items():
            for row in _apart(group):
                if norm and not self._is_town(country, norm, row.point):
                    yield Locality(
                        name=row.town,
                        country=country,
                        region_code=region_code,
                        latitude=row.latitude,
                        longitude=row.longitude,
                        postal_code=stored(row.code, country)[0],
                    )

    def _point(self, rows: list[PostalRow], census: Point | None) -> Point:
        """
        Return where the rows have their code, or where the *census* has it if that is far off.

        Unless the rows have it at the town they name, and the Census does not. Location.md 3.6
        gives Anchorage's 99503 and Fairbanks' 99701 to the Census, but measured against the
        towns it is the Census that is off, by 448 and 297 km: the middle of an area of the
        wilderness. For 99505 and 99506 it is the other way round.
        """
        point = _median(rows)
        if census is None or _are_near(point, census, CENSUS_DECIDES_BEYOND_KM):
            return point
        return point if self._has_town_at(point, rows, but_not_at=census) else census

    def _has_town_at(self, point: Point, rows: list[PostalRow], *, but_not_at: Point) -> bool:
        towns = [
            Point(town.latitude, town.longitude)
            for row in rows
            for town in self._towns.get((row.country, normalise(row.town)), ())
            if town.region_code == self._region_code(row)
        ]
        is_there, is_elsewhere = (
            any(_are_near(town, it, SAME_PLACE_KM) for town in towns) for it in (point, but_not_at)
        )
        return is_there and not is_elsewhere

    def _named(self, code: PostalCode, rows: list[PostalRow]) -> PostalCode:
        """Return *code* with its region, and the town that most people know in it."""
        point = Point(code.latitude, code.longitude)
        names = {row.town.partition(" (")[0] for row in rows}
        name = max(names, key=lambda name: (self._population(code.country, name, point), name))
        return code._replace(name=name, region_code=self._region_code(rows[0]))

    def _population(self, country: str, name: str, point: Point) -> int:
        return max(
            (
                town.population
                for town in self._towns.get((country, normalise(name)), ())
                if _are_near(Point(town.latitude, town.longitude), point, SAME_PLACE_KM)
            ),
            default=0,
        )

    def _is_town(self, country: str, norm: str, point: Point) -> bool:
        return any(
            _are_near(Point(town.latitude, town.longitude), point, SAME_PLACE_KM)
            for town in self._towns.get((country, norm), ())
        )

    def _region_code(self, row: PostalRow) -> str:
        word = normalise(row.region)
        if row.country == COUNTRY:
            word = REGIONS.get(word, word)
        return self._region_codes.get((row.country, word), "")


def _prepared(town: Town) -> Town:
    """Return *town* with its names normalised, and only those worth keeping."""
    names = spellings(town.name)
    if town.population >= SMALLEST_TOWN_WITH_ALTERNATES:
        typed = (name for name in town.alternate_names if _is_typed(name, town))
        names |= {norm for name in typed for norm in spellings(name)}
    return town._replace(alternate_names=tuple(sorted(names - {normalise(town.name)})))


def _is_typed(name: str, town: Town) -> bool:
    """
    Leave out what only programs wrote, a third of the names.

    That is letters for letters of another script, "mywnykh" and "bu lin mo er", and villages
    of Latin countries in all the scripts of the world.
    """
    if name.isascii():
        return not (name.islower() and name[:1].isalpha())
    is_village = town.population < SMALLEST_TOWN_OF_ALL_SCRIPTS
    return not (is_village and town.country in LATIN_COUNTRIES and not _is_latin(name))


def _is_latin(name: str) -> bool:
    return all(letter < "\u0250" or not letter.isalpha() for letter in name)


def _is_usable(row: PostalRow) -> bool:
    is_somewhere = (row.latitude, row.longitude) != (0, 0)
    return row.country in POSTAL_COUNTRIES and is_somewhere and bool(stored(row.code, row.country))


def _median(rows: list[PostalRow]) -> Point:
    """Return the median of the most accurate rows: a mean follows the one that is far off."""
    best = max(row.accuracy for row in rows)
    accurate = [row for row in rows if row.accuracy == best]
    return Point(
        statistics.median(row.latitude for row in accurate),
        statistics.median(row.longitude for row in accurate),
    )


def _coded(country: str, code: str, point: Point) -> PostalCode:
    return PostalCode(
        country=country,
        code=code,
        name="",
        region_code="",
        latitude=point.latitude,
        longitude=point.longitude,
    )


def _are_near(a: Point, b: Point, within_km: float) -> bool:
    """Compare on a flat map, which is right to some 0.1 km here and 100 times faster."""
    north = 110.57 * (a.latitude - b.latitude)
    east = 111.32 * (a.longitude - b.longitude) * cos(radians(a.latitude))
    return hypot(north, east) <= within_km


def _apart(rows: list[PostalRow]) -> list[PostalRow]:
    """Return one row for each place: rows of one name far apart are namesakes."""
    kept: list[PostalRow] = []
    for row in sorted(rows, key=lambda it: (-it.accuracy, it.code)):
        if not any(_are_near(row.point, other.point, SAME_PLACE_KM) for other in kept):
            kept.append(row)
    return kept


def _unique(localities: Iterable[Locality]) -> list[Locality]:
    """Return *localities* in order, one for each name in a code, since that makes their slugs."""
    known = {
        (it.country, it.region_code, normalise(it.name), it.postal_code): it for it in localities
    }
    return [known[key] for key in sorted(known)]
