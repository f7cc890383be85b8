"""
Builds the gazetteer: one SQLite file of the world's towns and postal codes.

`python -m meetings._gazetteer FOLDER FILE` builds it from the text in FOLDER. It is a process
of its own, which `meetings.places.build` starts, since it needs memory that Python would keep.
"""

import contextlib
import gc
import os
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import chain
from operator import itemgetter
from pathlib import Path

from meetings import _gazetteer_text as text
from meetings._gazetteer_rows import Locality, PostalCode, Town
from meetings._place_names import normalise, population_score, spellings
from meetings._place_postcodes import slug_of

__all__ = ["GAZETTEER_VERSION", "Town", "normalise", "write"]

GAZETTEER_VERSION = 8  # grows with the tables, the normalisation, the slugs or the text

PRIMARY_SCORE = 300  # the scores: location.md 3.3
ALTERNATE_SCORE = -300
LOCALITY_SCORE = 900
POPULAR_SCORE = 4500  # some 30,000 inhabitants
FAMOUS_SCORE = 5500  # some 300,000
LARGEST = 20  # towns of each region, of which those of a country are too
UNKNOWN_POPULATION = 2000  # taken for that of a place without one: Hackney is no hamlet
POPULOUS = 15_000  # inhabitants; of these the names on a map of a whole country are chosen

_Names = tuple[Collection[str], Collection[str]]  # of one town: its own, and the others
_Areas = Mapping[tuple[str, str], int]

_SCHEMA = """
CREATE TABLE country (code TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE region (
    country TEXT, code TEXT, name TEXT NOT NULL, PRIMARY KEY (country, code)
) WITHOUT ROWID;
-- what people write behind a town; region_code '' is the whole country
CREATE TABLE region_word (
    norm TEXT, country TEXT, region_code TEXT,
    is_own INTEGER NOT NULL,  -- 0 where it counts behind a town only: a county, an abbreviation
    PRIMARY KEY (norm, country, region_code)
) WITHOUT ROWID;
CREATE TABLE place (
    id INTEGER PRIMARY KEY,  -- of GeoNames; below 0 for the localities of postal addresses
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    country TEXT NOT NULL,  -- ISO 3166-1 alpha-2
    region_code TEXT NOT NULL,  -- admin1 of GeoNames: 'NY', 'ENG', '08'
    latitude REAL NOT NULL,
    longitude REAL NOT NULL,
    population INTEGER NOT NULL,
    timezone TEXT NOT NULL  -- '' for localities
);
-- regions in which a place is; those of one country are neighbours
CREATE TABLE area (id INTEGER PRIMARY KEY, country TEXT NOT NULL, region_code TEXT NOT NULL);
CREATE TABLE largest (
    area INTEGER, population INTEGER, place INTEGER, PRIMARY KEY (area, population, place)
) WITHOUT ROWID;
CREATE TABLE name (
    norm TEXT, place INTEGER, is_primary INTEGER NOT NULL, score INTEGER NOT NULL,
    area INTEGER NOT NULL,  -- where the place is, to search without it
    PRIMARY KEY (norm, place)
) WITHOUT ROWID;
CREATE TABLE postal (
    country TEXT, code TEXT, name TEXT NOT NULL, region_code TEXT NOT NULL,
    latitude REAL NOT NULL, longitude REAL NOT NULL, PRIMARY KEY (code, country)
) WITHOUT ROWID;
"""
_INDEXES = f"""
CREATE UNIQUE INDEX place_slug ON place (slug);
CREATE INDEX place_point ON place (latitude, longitude);
CREATE INDEX place_populous ON place (latitude, longitude) WHERE population >= {POPULOUS};
-- for beginnings of a few letters: one name in six, and one in thirty
CREATE INDEX name_popular ON name (norm, score, is_primary, area)
    WHERE score >= {POPULAR_SCORE};
CREATE INDEX name_famous ON name (norm, score, is_primary, area)
    WHERE score >= {FAMOUS_SCORE};
"""


def write(
    path: Path,
    towns: Iterable[Town],
    localities: Iterable[Locality] = (),
    postal_codes: Iterable[PostalCode] = (),
    *,
    progress: Callable[[str], None],
) -> None:
    """Write the gazetteer beside *path*, then put it there in one step."""
    ranked = sorted(towns, key=lambda town: (-town.population, town.id))
    norms = [normalise(town.name) for town in ranked]
    names = map(_spelled, ranked)
    codes = list(postal_codes)
    # a test's few need no other regions
    countries = {town.country for town in ranked} | {code.country for code in codes}
    with _replacing(path, progress) as db:
        _write_countries(db, text.packaged_folder())
        _write_regions(db, text.packaged_folder(), countries)
        _write_places(db, ranked, norms, names, list(localities))
        _write_postal_codes(db, codes)


def write_text(folder: Path, path: Path, *, progress: Callable[[str], None]) -> None:
    """Write the gazetteer that the text in *folder* holds, whose names are normalised."""
    progress("reading the towns of the world")
    ranked = sorted(text.read_towns(folder), key=lambda town: (-town.population, town.id))
    norms = [normalise(town.name) for town in ranked]
    names = map(_kept, ranked, norms)
    with _replacing(path, progress) as db:
        _write_countries(db, folder)
        _write_regions(db, folder)
        progress(f"writing {len(ranked):,} towns and their names")
        _write_places(db, ranked, norms, names, list(text.read_localities(folder)))
        progress("writing postal codes")
        _write_postal_codes(db, text.read_postal_codes(folder))


@contextlib.contextmanager
def _replacing(path: Path, progress: Callable[[str], None]) -> Iterator[sqlite3.Connection]:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with contextlib.closing(sqlite3.connect(temporary, isolation_level=None)) as db:
            db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
            db.executescript("PRAGMA page_size = 8192; PRAGMA cache_size = -200000;")
            db.executescript(_SCHEMA)
            db.execute("BEGIN")
            yield db
            progress("indexing")
            db.execute("COMMIT")
            db.executescript(_INDEXES)
            db.execute(f"PRAGMA user_version = {GAZETTEER_VERSION}")
        with temporary.open("rb") as written:
            os.fsync(written.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _write_places(
    db: sqlite3.Connection,
    ranked: list[Town],
    norms: list[str],
    names: Iterable[_Names],
    localities: list[Locality],
) -> None:
    taken: set[str] = set()  # the slugs
    insert = "INSERT INTO place VALUES (?,?,?,?,?,?,?,?,?)"
    db.executemany(insert, _town_rows(ranked, norms, taken))  # towns first: theirs never change
    db.executemany(insert, _locality_rows(localities, taken))
    areas = _write_areas(db, [*ranked, *localities])
    db.executemany("INSERT INTO largest VALUES (?,?,?)", _largest(ranked, areas))
    rows = chain(_town_names(ranked, names, areas), _locality_names(localities, areas))
    # in the order of the tree, which is then built once
    db.executemany("INSERT INTO name VALUES (?,?,?,?,?)", sorted(rows, key=itemgetter(0)))


def _write_areas(db: sqlite3.Connection, places: Iterable[Town | Locality]) -> _Areas:
    known = sorted({(place.country, place.region_code) for place in places})
    db.executemany("INSERT INTO area VALUES (?,?,?)", [(n, *it) for n, it in enumerate(known)])
    return {area: number for number, area in enumerate(known)}


def _largest(ranked: Iterable[Town], areas: _Areas) -> Iterator[tuple[int, int, int]]:
    counts: Counter[int] = Counter()
    for town in ranked:
        area = areas[town.country, town.region_code]
        counts[area] += 1
        if counts[area] <= LARGEST:
            yield area, town.population, town.id


def _write_countries(db: sqlite3.Connection, folder: Path) -> None:
    countries = list(text.read_countries(folder))
    db.executemany("INSERT INTO country VALUES (?,?)", [(it.code, it.name) for it in countries])
    _write_words(db, ((word, it.code, "", True) for it in countries for word in it.words))


def _write_regions(db: sqlite3.Connection, folder: Path, countries: set[str] | None = None) -> None:
    regions = [
        region
        for region in text.read_regions(folder)
        if countries is None or region.country in countries
    ]
    named = [(it.country, it.code, it.name) for it in regions if it.name]
    db.executemany("INSERT INTO region VALUES (?,?,?)", named)
    regions.sort(key=lambda region: not region.name)  # a county's words may be a region's own
    rows = ((word, it.country, it.code, bool(it.name)) for it in regions for word in it.words)
    _write_words(db, rows)


def _write_words(db: sqlite3.Connection, rows: Iterable[tuple[str, str, str, bool]]) -> None:
    # ignored: counties share words and their state's code
    db.executemany("INSERT OR IGNORE INTO region_word VALUES (?,?,?,?)", rows)


def _town_rows(
    ranked: list[Town], norms: list[str], taken: set[str]
) -> Iterator[tuple[object, ...]]:
    for town, norm in zip(ranked, norms, strict=True):
        slug = _slug(town, norm)
        if slug in taken:  # by a more populous one
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


def _locality_rows(localities: Iterable[Locality], taken: set[str]) -> Iterator[tuple[object, ...]]:
    for number, locality in enumerate(localities, 1):
        slug = _slug(locality, normalise(locality.name))
        if slug in taken:
            slug = f"{slug}-{slug_of('', locality.postal_code).strip('-')}"
        taken.add(slug)
        yield (
            -number,
            slug,
            locality.name,
            locality.country,
            locality.region_code,
            locality.latitude,
            locality.longitude,
            0,
            "",
        )


def _slug(place: Town | Locality, norm: str) -> str:
    """Return us-ny-brooklyn: two letters are codes people know, "08" and "ENG" are not."""
    region, country = place.region_code.lower(), place.country.lower()
    if len(region) == 2 and region.isalpha():
        country = f"{country}-{region}"
    plain = norm if norm.isascii() else " ".join(norm.encode("ascii", "ignore").decode().split())
    if not plain:
        plain = str(place.id) if isinstance(place, Town) else place.postal_code.lower()
    return f"{country}-{plain.replace(' ', '-')}"


def _spelled(town: Town) -> _Names:
    primary = spellings(town.name)
    alternates = {norm for name in town.alternate_names for norm in spellings(name)}
    return primary, alternates - primary


def _kept(town: Town, norm: str) -> _Names:
    return (norm,) if norm else (), town.alternate_names


def _town_names(
    towns: list[Town], names: Iterable[_Names], areas: _Areas
) -> Iterator[tuple[object, ...]]:
    for town, (primary, alternates) in zip(towns, names, strict=True):
        score = round(population_score(town.population or UNKNOWN_POPULATION))
        id_, area = town.id, areas[town.country, town.region_code]
        for norm in primary:
            yield norm, id_, 1, score + PRIMARY_SCORE, area
        for norm in alternates:
            yield norm, id_, 0, score + ALTERNATE_SCORE, area


def _locality_names(localities: Iterable[Locality], areas: _Areas) -> Iterator[tuple[object, ...]]:
    for number, locality in enumerate(localities, 1):
        if norm := normalise(locality.name):
            area = areas[locality.country, locality.region_code]
            yield norm, -number, 1, LOCALITY_SCORE, area


def _write_postal_codes(db: sqlite3.Connection, codes: Iterable[PostalCode]) -> None:
    rows = sorted(codes, key=itemgetter(1))  # by code, as the tree is
    db.executemany("INSERT INTO postal VALUES (?,?,?,?,?,?)", rows)


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    gc.disable()  # millions of rows and no cycle among them: collecting only costs time
    write_text(Path(sys.argv[1]), Path(sys.argv[2]), progress=_print)


if __name__ == "__main__":
    main()
