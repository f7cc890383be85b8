"""
Places sorted into bands of latitude, so that a box is one span of rows a band.

A row's key is its band times 720 plus its longitude. A box is a pair of positions in each band,
two pairs where it crosses the antimeridian, and whole bands over a pole (speed.md).
"""

import math

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

Spans = list[tuple[int, int]]


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
        edges = np.array([first, last + 1]) * _KEYS_A_BAND
        start, stop = np.searchsorted(keys, edges).tolist()
        return [(start, stop)]
    bases = np.arange(first, last + 1) * _KEYS_A_BAND
    ranges = _ranges(centre.longitude + 180.0 - turn, centre.longitude + 180.0 + turn)
    starts = np.concatenate([np.searchsorted(keys, bases + west, "left") for west, _ in ranges])
    stops = np.concatenate([np.searchsorted(keys, bases + east, "right") for _, east in ranges])
    spans = [
        pair for pair in zip(starts.tolist(), stops.tolist(), strict=True) if pair[0] < pair[1]
    ]
    return spans if len(ranges) == 1 else sorted(spans)


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


def _ranges(west: float, east: float) -> list[tuple[float, float]]:
    """Return one range of 0..360, or two that meet at the antimeridian, which is 0 and 360."""
    if west <= 0:
        return [(0.0, east), (west + 360, 360.0)]
    if east >= 360:
        return [(0.0, east - 360), (west, 360.0)]
    return [(west, east)]
