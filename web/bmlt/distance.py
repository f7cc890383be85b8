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

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
# A hunt looks so far before it looks further.
STAGES: Sequence[float] = (1.0, 5.0, 25.0, 100.0, RADII[-1])


def exact_degrees(
    latitude: float, longitude: float, other_latitude: float, other_longitude: float
) -> float:
    """Return the central angle; the order of the steps decides the last digits."""
    if (latitude, longitude) == (other_latitude, other_longitude):
        return 0.0  # the cosine may be a hair less than 1, which is metres
    north, other_north = math.radians(latitude), math.radians(other_latitude)
    turn = math.radians(longitude) - math.radians(other_longitude)
    cosine = math.cos(north) * math.cos(other_north) * math.cos(turn) + math.sin(north) * math.sin(
        other_north
    )
    return math.degrees(math.acos(max(-1.0, min(1.0, cosine))))


def printed(distance: float) -> str:
    """Return at most 14 significant digits, "0" for an exact hit."""
    return f"{distance:.14G}"


def near_degrees(vectors: Floats, latitude: float, longitude: float) -> Floats:
    """Return the central angles to *vectors*, good to a millionth of a degree."""
    north, east = math.radians(latitude), math.radians(longitude)
    centre = np.array(
        [math.cos(north) * math.cos(east), math.cos(north) * math.sin(east), math.sin(north)]
    )
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
