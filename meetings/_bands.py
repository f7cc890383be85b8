"""
Places sorted into bands of latitude, so that a box is one span of rows a band.

A row's key is its band times 720 plus its longitude. A box is a pair of positions in each band,
two pairs where it crosses the antimeridian, and whole bands over a pole (speed.md).
"""

import math
from collections.abc import Iterable

import numpy as np

from meetings.geo import Floats
from meetings.model import Point

BAND_DEGREES = 0.25
_KEYS_A_BAND = 720.0  # more than 360, so that no longitude reaches into the next band
_KEYS_END = 361.0  # behind all longitudes of a band
_BANDS = int(180 / BAND_DEGREES) + 1  # the pole itself is a band of its own

# The net is cast with the shortest degree and the sharpest curve of the ellipsoid, then a little
# wider still, so that no meeting inside a radius falls through it (location.md 8).
_KM_A_DEGREE = 110.5
_SHARPEST_RADIUS_KM = 6335.4
_WIDER = 1e-6  # degrees, 0.1 m

_BASES: Floats = np.arange(_BANDS + 1, dtype=np.float64) * _KEYS_A_BAND


Span = tuple[int, int]  # rows that lie side by side: from the first to before the second


def band_keys(latitudes: Floats, longitudes: Floats) -> Floats:
    """Return the key of each place; rows are to be sorted by it."""
    return _bands(latitudes) * _KEYS_A_BAND + (longitudes + 180.0)


def spans_around(keys: Floats, centre: Point, radius_km: float) -> list[Span]:
    """Return the spans of rows, in order, that hold every place within *radius_km*."""
    reach = radius_km / _KM_A_DEGREE + _WIDER
    south, north = centre.latitude - reach, centre.latitude + reach
    first, last = _band(max(south, -90.0)), _band(min(north, 90.0))
    turn = _degrees_of_longitude(centre.latitude, radius_km)
    west, east = centre.longitude + 180.0 - turn, centre.longitude + 180.0 + turn
    if south <= -90 or north >= 90 or turn >= 180:
        edges = _BASES[[first, last + 1]]
    elif west > 0 and east < 360:
        edges = _BASES[first : last + 1, None] + (west, east)
    else:  # two ranges that meet at the antimeridian, which is 0 and 360
        left = west + 360 if west <= 0 else west
        right = east if west <= 0 else east - 360
        edges = _BASES[first : last + 1, None] + (0.0, right, left, _KEYS_END)
    found = keys.searchsorted(edges).reshape(-1, 2).tolist()
    return [(start, stop) for start, stop in found if start < stop]


def count_in(spans: Iterable[Span]) -> int:
    """Return how many rows that is."""
    return sum([stop - start for start, stop in spans])


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
