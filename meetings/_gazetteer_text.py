"""
The gazetteer as text: tab-separated and compressed, which is what a release carries.

Names are normalised already, so that a first start only sorts and stores them. The folder
`gazetteer` beside this module is the packaged one; `openchair places build` makes another.
"""

import lzma
from collections.abc import Iterable, Iterator, Sequence
from importlib import resources
from pathlib import Path

from meetings._gazetteer_rows import Country, Locality, PostalCode, Region, Town

COUNTRIES = "countries.tsv.xz"
REGIONS = "regions.tsv.xz"
TOWNS = "towns.tsv.xz"
LOCALITIES = "localities.tsv.xz"
POSTAL_CODES = "postal-codes.tsv.xz"
FILES = (COUNTRIES, REGIONS, TOWNS, LOCALITIES, POSTAL_CODES)

_BETWEEN_NAMES = "|"
# lc and pb as suit text: they save 40,000 bytes of the default's
_FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "lc": 4, "lp": 0, "pb": 0}]


def packaged_folder() -> Path:
    return Path(str(resources.files("meetings") / "gazetteer"))


def read_countries(folder: Path) -> Iterator[Country]:
    for code, name, words in _rows(folder / COUNTRIES):
        yield Country(code=code, name=name, words=_names(words))


def read_regions(folder: Path) -> Iterator[Region]:
    for country, code, name, words in _rows(folder / REGIONS):
        yield Region(country=country, code=code, name=name, words=_names(words))


def read_towns(folder: Path) -> Iterator[Town]:
    for row in _rows(folder / TOWNS):
        id_, name, country, region, latitude, longitude, population, timezone, names = row
        point = float(latitude), float(longitude)
        numbers = *point, int(population)
        yield Town(int(id_), name, country, region, *numbers, timezone, _names(names))


def read_localities(folder: Path) -> Iterator[Locality]:
    for name, country, region, latitude, longitude, code in _rows(folder / LOCALITIES):
        yield Locality(name, country, region, float(latitude), float(longitude), code)


def read_postal_codes(folder: Path) -> Iterator[PostalCode]:
    for country, code, name, region, latitude, longitude in _rows(folder / POSTAL_CODES):
        yield PostalCode(country, code, name, region, float(latitude), float(longitude))


def write_countries(folder: Path, countries: Iterable[Country]) -> None:
    _write(folder / COUNTRIES, ((it.code, it.name, _joined(it.words)) for it in countries))


def write_regions(folder: Path, regions: Iterable[Region]) -> None:
    rows = ((it.country, it.code, it.name, _joined(it.words)) for it in regions)
    _write(folder / REGIONS, rows)


def write_towns(folder: Path, towns: Iterable[Town]) -> None:
    """Write *towns*, whose alternate names are normalised."""
    rows = (
        (
            str(it.id),
            it.name,
            it.country,
            it.region_code,
            *_degrees(it.latitude, it.longitude),
            str(it.population),
            it.timezone,
            _joined(it.alternate_names),
        )
        for it in towns
    )
    _write(folder / TOWNS, rows)


def write_localities(folder: Path, localities: Iterable[Locality]) -> None:
    rows = (
        (
            it.name,
            it.country,
            it.region_code,
            *_degrees(it.latitude, it.longitude),
            it.postal_code,
        )
        for it in localities
    )
    _write(folder / LOCALITIES, rows)


def write_postal_codes(folder: Path, codes: Iterable[PostalCode]) -> None:
    rows = (
        (it.country, it.code, it.name, it.region_code, *_degrees(it.latitude, it.longitude))
        for it in codes
    )
    _write(folder / POSTAL_CODES, rows)


def _rows(path: Path) -> Iterator[list[str]]:
    text = lzma.decompress(path.read_bytes()).decode()
    return (line.split("\t") for line in text.splitlines())


def _write(path: Path, rows: Iterable[Sequence[str]]) -> None:
    text = "".join("\t".join(row) + "\n" for row in rows)
    path.write_bytes(lzma.compress(text.encode(), filters=_FILTERS))


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split(_BETWEEN_NAMES)) if text else ()


def _joined(names: Iterable[str]) -> str:
    return _BETWEEN_NAMES.join(sorted(names))


def _degrees(latitude: float, longitude: float) -> tuple[str, str]:
    """Return both to 0.001 degree, 110 metres; a search rounds to ten times that."""
    return f"{round(latitude, 3):g}", f"{round(longitude, 3):g}"
