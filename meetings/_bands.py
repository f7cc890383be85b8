"""
Places sorted into bands of latitude, so that a box is one span of rows a band.

Bands are cut into cells, numbered eastwards and from band to band. How many rows lie before each
cell is known, so a box of cells is two look-ups a band, four where it crosses the antimeridian,
and whole bands over a pole.
"""

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from meetings.geo import Floats
from meetings.model import Point

_CELLS_A_DEGREE = 4
_BANDS, _CELLS_A_BAND = 180 * _CELLS_A_DEGREE, 360 * _CELLS_A_DEGREE
_KEYS_A_BAND = 720.0  # more than 360, so that no longitude reaches into the next band

# The net is cast with the shortest degree and the sharpest curve of the ellipsoid, then a little
# wider still, so that no meeting inside a radius falls through it (location.md 8).
_KM_A_DEGREE = 110.5
_SHARPEST_RADIUS_KM = 6335.4
_WIDER = 1e-6  # degrees, 0.1 m

CellStarts = NDArray[np.int32]
Span = tuple[int, int]  # rows that lie side by side: from the first to before the second


def band_keys(latitudes: Floats, longitudes: Floats) -> Floats:
    """Return the key of each place; rows are to be sorted by it."""
    return _numbers(latitudes + 90.0, _BANDS) * _KEYS_A_BAND + (longitudes + 180.0)


def cell_starts(latitudes: Floats, longitudes: Floats) -> CellStarts:
    """Return how many rows lie before each cell, and last how many there are."""
    bands = _numbers(latitudes + 90.0, _BANDS)
    cells = bands * _CELLS_A_BAND + _numbers(longitudes + 180.0, _CELLS_A_BAND)
    counts = np.bincount(cells.astype(np.int64), minlength=_BANDS * _CELLS_A_BAND)
    return np.append(0, np.cumsum(counts)).astype(np.int32)


def spans_around(starts: Sequence[int], centre: Point, radius_km: float) -> list[Span]:
    """Return the spans of rows, in order, that hold every place within *radius_km*."""
    reach = radius_km / _KM_A_DEGREE + _WIDER
    south, north = centre.latitude + 90.0 - reach, centre.latitude + 90.0 + reach
    first, last = _number(south, _BANDS), _number(north, _BANDS)
    turn = _degrees_of_longitude(centre.latitude, radius_km)
    if south <= 0 or north >= 180 or turn >= 180:
        edges = [(starts[first * _CELLS_A_BAND], starts[(last + 1) * _CELLS_A_BAND])]
    else:
        ranges = _ranges(centre.longitude + 180.0 - turn, centre.longitude + 180.0 + turn)
        bands = range(first * _CELLS_A_BAND, (last + 1) * _CELLS_A_BAND, _CELLS_A_BAND)
        edges = [(starts[b + west], starts[b + east]) for b in bands for west, east in ranges]
    return [span for span in edges if span[0] < span[1]]


def count_in(spans: Iterable[Span]) -> int:
    """Return how many rows that is."""
    return sum([stop - start for start, stop in spans])


def _numbers(degrees: Floats, most: int) -> Floats:
    """Return the numbers of bands or cells; the last edge of the world belongs to the last."""
    return np.minimum(np.floor(degrees * _CELLS_A_DEGREE), most - 1)


def _number(degrees: float, most: int) -> int:
    """Return what `_numbers` does, of one that may lie beyond the edge."""
    return min(max(0, math.floor(degrees * _CELLS_A_DEGREE)), most - 1)


def _ranges(west: float, east: float) -> list[tuple[int, int]]:
    """Return the cells of a band between two longitudes: two ranges across the antimeridian."""
    first = _number(west % 360, _CELLS_A_BAND)
    end = _number(east % 360, _CELLS_A_BAND) + 1
    if west >= 0 and east < 360:
        return [(first, end)]
    return [(0, end), (first, _CELLS_A_BAND)]  # it reaches at most a quarter either way


def _degrees_of_longitude(latitude: float, radius_km: float) -> float:
    """Return how far a circle reaches east and west, 180 where it holds a pole."""
    sine = math.sin(min(radius_km / _SHARPEST_RADIUS_KM, math.pi / 2))
    cosine = math.cos(math.radians(latitude))
    return 180.0 if sine >= cosine else math.degrees(math.asin(sine / cosine)) + _WIDER
