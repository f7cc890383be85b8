"""
Roughly how many places lie around a point, to know at once how far to look for the nearest.

The places are counted in cells of a quarter of a degree, each count with all that lies south and
west of it: four of them tell what a box holds.
"""

import math
from bisect import bisect_left

import numpy as np
from numpy.typing import NDArray

from meetings.geo import Floats
from meetings.model import Point

Sums = NDArray[np.int32]

RADII_KM = (12, 18, 27, 40, 60, 90, 140, 210, 320, 480, 720, 1100, 1700, 2700, 4200, 6500)

_CELLS = 4  # a degree
_NORTH, _EAST = 180 * _CELLS, 360 * _CELLS
_SUMS_A_ROW = _EAST + 1
_CELLS_A_KM = _CELLS / 111.0
_NARROWEST = 0.02  # of a degree of longitude, near the poles


def summed(latitudes: Floats, longitudes: Floats) -> Sums:
    """Return how many places lie south and west of each corner of the cells."""
    north = np.minimum(((latitudes + 90) * _CELLS).astype(np.int64), _NORTH - 1)
    east = np.minimum(((longitudes + 180) * _CELLS).astype(np.int64), _EAST - 1)
    counts = np.bincount(north * _EAST + east, minlength=_NORTH * _EAST)
    sums = np.zeros((_NORTH + 1, _EAST + 1), dtype=np.int32)
    sums[1:, 1:] = counts.reshape(_NORTH, _EAST)
    for axis in (0, 1):
        np.cumsum(sums, axis=axis, out=sums)
    return sums


class Density:
    """Answers from the sums of a catalogue, read one by one, which numpy is slow at."""

    def __init__(self, sums: Sums) -> None:
        self._sums = sums.reshape(-1).data

    def radius_km(self, centre: Point, needed: float) -> float:
        """Return a radius that holds about *needed* places, the largest there is if none does."""
        north, east = (centre.latitude + 90) * _CELLS, (centre.longitude + 180) * _CELLS
        shrinking = max(_NARROWEST, math.cos(math.radians(centre.latitude)))

        def held(radius_km: int) -> int:
            reach = radius_km * _CELLS_A_KM
            return self._held(north, east, reach, min(reach / shrinking, _EAST / 2))

        place = bisect_left(RADII_KM, needed, key=held)
        return float(RADII_KM[min(place, len(RADII_KM) - 1)])

    def _held(self, here_north: float, here_east: float, reach: float, turn: float) -> int:
        """Return what a box holds; all numbers are in cells."""
        sums = self._sums
        south = max(0, round(here_north - reach))
        north = min(_NORTH, max(round(here_north + reach), south + 1)) * _SUMS_A_ROW
        south *= _SUMS_A_ROW
        west = round(here_east - turn)
        east = max(round(here_east + turn), west + 1)
        around = 0
        if west < 0 or east > _EAST:  # across the antimeridian: all but what lies between
            around = sums[north + _EAST] - sums[south + _EAST]
            west, east = west % _EAST, east % _EAST
        return (
            around
            + sums[north + east]
            - sums[north + west]
            - sums[south + east]
            + sums[south + west]
        )
