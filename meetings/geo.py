"""
Distances on WGS 84: chords to rank and cut by, geodesics to decide and to show.

Squared ECEF chords order like geodesics and need no trigonometry. Bent to an arc they are
within 1.3 m of the geodesic at 500 km (speed.md, "Distance"); beyond that only the geodesic
is shown. This module is the one door to geopy's distances.
"""

import math
from collections.abc import Sequence

import numpy as np
from geopy.distance import geodesic
from numpy.typing import NDArray

from meetings.model import Point

EARTH_RADIUS_KM = 6371.0088  # IUGG mean radius, for bending a chord into an arc
CHORD_IS_SHOWN_BELOW_KM = 500.0
GEODESIC_DECIDES_WITHIN_KM = 0.002  # of a radius
KM_PER_MILE = 1.609344

# An arc errs by how much it was bent, times how far the curvature is from that of the sphere:
# 0.6 % either way in the radius, twice that in its square. Measured: 1.23 % at most.
_ERROR_OF_BENDING = 0.013
_SMALLEST_ERROR_KM = 1e-7  # rounding
# Towards the antipode chords tell little: measured 603 km at most.
_BENDING_HOLDS_BELOW_KM, ERROR_BEYOND_KM = 10_000.0, 650.0

_SEMI_MAJOR_KM = 6378.137
_FLATTENING = 1 / 298.257223563
_SEMI_MINOR_KM = _SEMI_MAJOR_KM * (1 - _FLATTENING)
_ECCENTRICITY_SQUARED = _FLATTENING * (2 - _FLATTENING)
_ROUNDS = 20  # of Vincenty's formula; it takes 4 or 5, and never ends near the antipode
_IS_STILL = 1e-12  # radians, 6 µm

Floats = NDArray[np.float64]


def geodesic_km(a: Point, b: Point) -> float:
    """Return the length of the shortest line on the ellipsoid, to 1 µm."""
    return float(geodesic((a.latitude, a.longitude), (b.latitude, b.longitude)).km)


def geodesics_km(centre: Point, latitudes: Floats, longitudes: Floats) -> Floats:
    """
    Return the geodesic from *centre* to each of many places, to 0.1 mm.

    Vincenty's inverse formula, vectorised; the few places near the antipode, where it does not
    settle, are geopy's.

    Source: T. Vincenty, "Direct and inverse solutions of geodesics on the ellipsoid with
    application of nested equations", Survey Review XXIII 176, 1975.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        found, is_settled = _vincenty(
            np.radians(centre.latitude),
            np.radians(latitudes),
            np.radians(longitudes - centre.longitude),
        )
    for row in np.flatnonzero(~is_settled):
        found[row] = geodesic_km(centre, Point(float(latitudes[row]), float(longitudes[row])))
    return found


def ecef_km(points: Sequence[Point]) -> Floats:
    """Return earth-centred x, y, z of *points*, one row each, in kilometres."""
    degrees = np.array([(p.latitude, p.longitude) for p in points], dtype=np.float64)
    return np.column_stack(ecef_columns(*degrees.reshape(-1, 2).T))


def ecef_columns(latitudes: Floats, longitudes: Floats) -> tuple[Floats, Floats, Floats]:
    """Return earth-centred x, y and z of places given in degrees, in kilometres."""
    latitude, longitude = np.radians(latitudes), np.radians(longitudes)
    sine, cosine = np.sin(latitude), np.cos(latitude)
    normal = _SEMI_MAJOR_KM / np.sqrt(1 - _ECCENTRICITY_SQUARED * sine * sine)
    return (
        normal * cosine * np.cos(longitude),
        normal * cosine * np.sin(longitude),
        normal * (1 - _ECCENTRICITY_SQUARED) * sine,
    )


def chord_km(arc_km: float) -> float:
    """Return the straight line under an arc of the mean sphere."""
    return 2 * EARTH_RADIUS_KM * math.sin(min(arc_km / (2 * EARTH_RADIUS_KM), math.pi / 2))


def ecef_of(point: Point) -> tuple[float, float, float]:
    """Return earth-centred x, y and z of one *point* in kilometres."""
    latitude, longitude = math.radians(point.latitude), math.radians(point.longitude)
    sine, cosine = math.sin(latitude), math.cos(latitude)
    normal = _SEMI_MAJOR_KM / math.sqrt(1 - _ECCENTRICITY_SQUARED * sine * sine)
    return (
        normal * cosine * math.cos(longitude),
        normal * cosine * math.sin(longitude),
        normal * (1 - _ECCENTRICITY_SQUARED) * sine,
    )


def arc_km(centre: Point, ecef: Floats) -> Floats:
    """Return the distance from *centre* to each row of *ecef* by `arcs_km`."""
    difference = ecef - ecef_km([centre])[0]
    return arcs_km(np.einsum("ij,ij->i", difference, difference))


def arc_between_km(a: Point, b: Point) -> float:
    """Return the distance of two points by `arcs_km`, in a twentieth of a geodesic's time."""
    return bent_km(math.dist(ecef_of(a), ecef_of(b)))


def bent_km(chord_km: float) -> float:
    """Return the arc over one chord, as `arcs_km` does for many."""
    return 2 * EARTH_RADIUS_KM * math.asin(min(chord_km / (2 * EARTH_RADIUS_KM), 1.0))


def arcs_km(squared_chords: Floats) -> Floats:
    """
    Return the distances for squared chords in km²: each chord, bent to an arc.

    The error is 0.2 mm at 25 km, 1 cm at 100 km, 1.3 m at 500 km and grows from there, see
    `arc_errors_km`: use it to rank, and to show below CHORD_IS_SHOWN_BELOW_KM.
    """
    halves = np.sqrt(squared_chords) / (2 * EARTH_RADIUS_KM)
    arcs: Floats = 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(halves, 1.0))
    return arcs


def arc_errors_km(arcs: Floats) -> Floats:
    """Return by how much each of the `arcs_km` can differ from its geodesic, at most."""
    chords = 2 * EARTH_RADIUS_KM * np.sin(arcs / (2 * EARTH_RADIUS_KM))
    errors = _ERROR_OF_BENDING * (arcs - chords) + _SMALLEST_ERROR_KM
    return np.where(arcs < _BENDING_HOLDS_BELOW_KM, errors, ERROR_BEYOND_KM)


def arc_error_km(arc_km: float) -> float:
    """Return what `arc_errors_km` does for one arc."""
    if arc_km >= _BENDING_HOLDS_BELOW_KM:
        return ERROR_BEYOND_KM
    return _ERROR_OF_BENDING * (arc_km - chord_km(arc_km)) + _SMALLEST_ERROR_KM


def _vincenty(latitude: float, latitudes: Floats, turn: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    start = np.arctan((1 - _FLATTENING) * np.tan(latitude))
    ends = np.arctan((1 - _FLATTENING) * np.tan(latitudes))
    sin_start, cos_start, sin_ends, cos_ends = map(np.asarray, _sines(start, ends))
    turn = np.remainder(turn + np.pi, 2 * np.pi) - np.pi
    lengthwise, is_settled = turn.copy(), np.zeros(len(turn), dtype=np.bool_)
    for _ in range(_ROUNDS):
        sine, cosine = np.sin(lengthwise), np.cos(lengthwise)
        across = cos_ends * sine
        along = cos_start * sin_ends - sin_start * cos_ends * cosine
        sin_arc = np.sqrt(across * across + along * along)
        cos_arc = sin_start * sin_ends + cos_start * cos_ends * cosine
        arc = np.arctan2(sin_arc, cos_arc)
        sin_azimuth = np.where(sin_arc > 0, cos_start * across / sin_arc, 0.0)
        cos2_azimuth = 1 - sin_azimuth * sin_azimuth
        middle = np.where(
            cos2_azimuth > 1e-15, cos_arc - 2 * sin_start * sin_ends / cos2_azimuth, 0.0
        )
        c = _FLATTENING / 16 * cos2_azimuth * (4 + _FLATTENING * (4 - 3 * cos2_azimuth))
        wave = middle + c * cos_arc * (2 * middle * middle - 1)
        before = lengthwise
        lengthwise = turn + (1 - c) * _FLATTENING * sin_azimuth * (arc + c * sin_arc * wave)
        is_settled = np.abs(lengthwise - before) < _IS_STILL
        if is_settled.all():
            break
    is_settled &= np.abs(lengthwise) <= np.pi
    return _length_km(cos2_azimuth, arc, sin_arc, cos_arc, middle), is_settled


def _sines(start: float, ends: Floats) -> tuple[float | Floats, ...]:
    return np.sin(start), np.cos(start), np.sin(ends), np.cos(ends)


def _length_km(
    cos2_azimuth: Floats, arc: Floats, sin_arc: Floats, cos_arc: Floats, middle: Floats
) -> Floats:
    u2 = cos2_azimuth * (_SEMI_MAJOR_KM**2 - _SEMI_MINOR_KM**2) / _SEMI_MINOR_KM**2
    a = 1 + u2 / 16384 * (4096 + u2 * (-768 + u2 * (320 - 175 * u2)))
    b = u2 / 1024 * (256 + u2 * (-128 + u2 * (74 - 47 * u2)))
    square = middle * middle
    deepest = b / 6 * middle * (4 * sin_arc * sin_arc - 3) * (4 * square - 3)
    bend = b * sin_arc * (middle + b / 4 * (cos_arc * (2 * square - 1) - deepest))
    length: Floats = _SEMI_MINOR_KM * a * (arc - bend)
    return length
