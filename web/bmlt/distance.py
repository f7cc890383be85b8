"""
Distances as BMLT computes them, behind this face only (bmlt.md 3.6).

The central angle in degrees by the spherical law of cosines, times 69.0 for miles and 111.111
for kilometres. Vectors find the rows; what is printed is computed with the steps of the original,
so that all fourteen digits agree.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from web.bmlt.keys import RADII

MILES, KILOMETRES = 69.0, 111.111  # per degree of the central angle
_DEGREES = 180.0 / math.pi
_HALF_TURN = 180.0
_NET = 1e-12  # of a cosine: ten metres at the least

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
# A hunt looks so far before it looks further, at last at the whole Earth.
STAGES: Sequence[float] = (1.0, 5.0, 25.0, 100.0, RADII[-1], 1000.0, 4000.0, 20_001.0)


def steps_of(latitudes: Floats, longitudes: Floats) -> Floats:
    """Return cosine and sine of each latitude, and the longitude in radians, as libm has them."""
    north = list(map(math.radians, latitudes.tolist()))
    east = map(math.radians, longitudes.tolist())
    return np.array([list(map(math.cos, north)), list(map(math.sin, north)), list(east)])


def exact_degrees(steps: Floats, latitude: float, longitude: float) -> Floats:
    """
    Return the central angles to points of *steps*; their order decides the last digits.

    numpy multiplies and adds as C does, but has cosines of its own: those come from libm.
    """
    north, east = math.radians(latitude), math.radians(longitude)
    cosines, sines, others_east = steps
    turns = np.array(list(map(math.cos, (east - others_east).tolist())))
    cosine = math.cos(north) * cosines * turns + math.sin(north) * sines
    angles: Floats = np.array(list(map(math.acos, np.clip(cosine, -1.0, 1.0).tolist())))
    angles *= _DEGREES
    # the cosine of an exact hit may be a hair less than 1, which is metres
    is_same = (sines == math.sin(north)) & (cosines == math.cos(north)) & (others_east == east)
    angles[is_same] = 0.0
    return angles


def printed(distances: Floats) -> list[bytes]:
    """Return at most 14 significant digits, "0" for an exact hit, "" where there is no point."""
    return [b"%.14G" % each if each == each else b"" for each in distances.tolist()]


def could_be_near(vectors: Floats, latitude: float, longitude: float, degrees: float) -> Integers:
    """Return the places of *vectors* within *degrees*, and of some a hair beyond: a quick net."""
    if degrees >= _HALF_TURN:
        return np.arange(vectors.shape[1], dtype=np.int64)
    x, y, z = unit_vector(latitude, longitude)
    cosines = x * vectors[0]
    cosines += y * vectors[1]
    cosines += z * vectors[2]
    near: Integers = np.flatnonzero(cosines >= math.cos(math.radians(degrees)) - _NET)
    return near


def unit_vector(latitude: float, longitude: float) -> tuple[float, float, float]:
    north, east = math.radians(latitude), math.radians(longitude)
    return math.cos(north) * math.cos(east), math.cos(north) * math.sin(east), math.sin(north)


def near_degrees(vectors: Floats, latitude: float, longitude: float) -> Floats:
    """Return the central angles to *vectors*, good to a millionth of a degree."""
    centre = np.array(unit_vector(latitude, longitude))
    chords: Floats = np.sqrt(((vectors - centre[:, None]) ** 2).sum(axis=0))
    angles: Floats = np.degrees(2 * np.arcsin(np.minimum(1.0, chords / 2)))
    return angles


def hunted_radius(distances: Floats, wanted: int) -> float | None:
    """Return the smallest of the 58 radii with *wanted* rows; None: not even the largest."""
    ordered = np.sort(distances)
    for radius in RADII:
        if int(np.searchsorted(ordered, radius, side="right")) >= wanted:
            return radius
    return None
