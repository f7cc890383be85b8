"""
Places sorted into bands of latitude, so that a box is one span of rows a band.

A row's key is its band times 720 plus its longitude. A box is a pair of positions in each band,
two pairs where it crosses the antimeridian, and whole bands over a pole (speed.md).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from meetings.geo import Floats
from meetings.model import Point

BAND_DEGREES = 0.1
_KEYS_A_BAND = 720.0  # more than 360, so that no longitude reaches into the next band
_BANDS = int(180 / BAND_DEGREES) + 1  # the pole itself is a band of its own

# The net is cast with the shortest degree and the sharpest curve of the ellipsoid, then a little
# wider still, so that no meeting inside a radius falls through it (location.md 8).
_KM_A_DEGREE = 110.5
_SHARPEST_RADIUS_KM = 6335.4
_WIDER = 1e-6  # degrees, 0.1 m

_BASES: Floats = np.arange(_BANDS + 1, dtype=np.float64) * _KEYS_A_BAND


@dataclass(frozen=True, slots=True)
class Spans:
    """Rows that lie side by side: from each of *starts* to before its *stops*."""

    starts: NDArray[np.int64]
    stops: NDArray[np.int64]

    def __len__(self) -> int:
        """Return how many rows that is."""
        return int((self.stops - self.starts).sum())

    def pairs(self) -> list[tuple[int, int]]:
        both = zip(self.starts.tolist(), self.stops.tolist(), strict=True)
        return [pair for pair in both if pair[0] < pair[1]]


def band_keys(latitudes: Floats, longitudes: Floats) -> Floats:
    """Return the key of each place; rows are to be sorted by it."""
    return _bands(latitudes) * _KEYS_A_BAND + (longitudes + 180.0)


def spans_around(keys: NDArray[np.float64], centre: Point, radius_km: float) -> Spans:
    """Return the spans of rows, in order, that hold every place within *radius_km*."""
    reach = radius_km / _KM_A_DEGREE + _WIDER
    south, north = centre.latitude - reach, centre.latitude + reach
    first, last = _band(max(south, -90.0)), _band(min(north, 90.0))
    turn = _degrees_of_longitude(centre.latitude, radius_km)
    if south <= -90 or north >= 90 or turn >= 180:
        edges = keys.searchsorted(np.array([first, last + 1]) * _KEYS_A_BAND)
        return Spans(edges[:1], edges[1:])
    bases = _BASES[first : last + 1]
    west, east = centre.longitude + 180.0 - turn, centre.longitude + 180.0 + turn
    if west > 0 and east < 360:
        return _between(keys, bases, west, east)
    # two ranges that meet at the antimeridian, which is 0 and 360
    right = _between(keys, bases, 0.0, east if west <= 0 else east - 360)
    left = _between(keys, bases, west + 360 if west <= 0 else west, 360.0)
    starts = np.column_stack((right.starts, left.starts)).reshape(-1)  # in the order of the rows
    return Spans(starts, np.column_stack((right.stops, left.stops)).reshape(-1))


def _between(keys: NDArray[np.float64], bases: Floats, west: float, east: float) -> Spans:
    return Spans(keys.searchsorted(bases + west), keys.searchsorted(bases + east, "right"))


def _bands(latitudes: Floats) -> Floats:
    return np.floor((latitudes + 90.0) / BAND_DEGREES)


def _band(latitude: float) -> int:
    """Return the band of one latitude by the very arithmetic that places rows."""
    return min(math.floor((latitude + 90.0) / BAND_DEGREES), _BANDS)


def _degrees_of_longitude(latitude: float, radius_km: float) -> float:
    """Return how far a circle reaches east and west, 180 where it holds a pole."""
    sine = math.sin(min(radius_km / _SHARPEST_RADIUS_KM, math.pi / 2))
    cosine = math.cos(math.radians(latitude))
    return 180.0 if sine >= cosine else math.degrees(math.asin(sine / cosine)) + _WIDER
