"""
Reads a copy of GeoNames' export, for operators who want newer or other data.

The folder is laid out as the export is: `dump/cities500.txt` and `zip/allCountries.txt`, both
unpacked. Countries, regions and Great Britain's sectors stay those of the packaged text.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from meetings import _gazetteer_text as text
from meetings._gazetteer_make import Origin, PostalRow
from meetings._gazetteer_rows import Town
from meetings.errors import StorageError
from meetings.model import Point

TOWNS = "dump/cities500.txt"
POSTAL_CODES = "zip/allCountries.txt"


def origin_of_dump(folder: Path) -> Origin:
    """Raise StorageError when a file is missing."""
    for name in (TOWNS, POSTAL_CODES):
        if not (folder / name).exists():
            raise StorageError(f"{folder} holds no {name}")
    packaged = text.packaged_folder()
    codes = list(text.read_postal_codes(packaged))
    return Origin(
        countries=text.read_countries(packaged),
        regions=text.read_regions(packaged),
        towns=_towns(folder / TOWNS),
        postal_rows=_postal_rows(folder / POSTAL_CODES),
        # checked against the Census when they were packaged
        us_points={it.code: Point(it.latitude, it.longitude) for it in codes if it.country == "US"},
        british=[it for it in codes if it.country == "GB" and not it.code.startswith("BT")],
    )


def _towns(path: Path) -> Iterator[Town]:
    """Yield the towns; the columns are those of GeoNames' own readme."""
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield Town(
                id=int(row[0]),
                name=row[1],
                country=row[8],
                region_code=row[10],
                latitude=float(row[4]),
                longitude=float(row[5]),
                population=int(row[14] or 0),
                timezone=row[17],
                alternate_names=tuple(filter(None, row[3].split(","))),
            )


def _postal_rows(path: Path) -> Iterator[PostalRow]:
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield PostalRow(
                country=row[0],
                code=row[1],
                town=row[2],
                region=row[3],
                latitude=float(row[9]),
                longitude=float(row[10]),
                accuracy=int(row[11] or 0),
            )
