"""
Distances on WGS 84: chords to rank and cut by, geodesics to decide and to show.

Squared ECEF chords order like geodesics and need no trigonometry. Bent to an arc they are
within 1.3 m of the geodesic at 500 km (speed.md, "Distance"); beyond that only the geodesic
is shown. This module is the one door to geopy's distances.
"""

import numpy as np
from geopy.distance import geodesic
from numpy.typing import NDArray

from meetings.model import Point

EARTH_RADIUS_KM = 6371.0088  # IUGG mean radius, for bending a chord into an arc
CHORD_IS_SHOWN_BELOW_KM = 500.0
GEODESIC_DECIDES_WITHIN_KM = 0.002  # of a radius
KM_PER_MILE = 1.609344

_SEMI_MAJOR_KM = 6378.137
_FLATTENING = 1 / 298.257223563
_ECCENTRICITY_SQUARED = _FLATTENING * (2 - _FLATTENING)

Floats = NDArray[np.float64]


def geodesic_km(a: Point, b: Point) -> float:
    """Return the length of the shortest line on the ellipsoid, to 1 µm."""
    return float(geodesic((a.latitude, a.longitude), (b.latitude, b.longitude)).km)


def ecef_km(points: list[Point]) -> Floats:
    """Return earth-centred x, y, z of *points*, one row each, in kilometres."""
    degrees = np.array([(p.latitude, p.longitude) for p in points], dtype=np.float64)
    latitude, longitude = np.radians(degrees.reshape(-1, 2)).T
    normal = _SEMI_MAJOR_KM / np.sqrt(1 - _ECCENTRICITY_SQUARED * np.sin(latitude) ** 2)
    return np.column_stack(
        (
            normal * np.cos(latitude) * np.cos(longitude),
            normal * np.cos(latitude) * np.sin(longitude),
            normal * (1 - _ECCENTRICITY_SQUARED) * np.sin(latitude),
        )
    )


def arc_km(centre: Point, ecef: Floats) -> Floats:
    """
    Return the distance from *centre* to each row of *ecef*: the chord, bent to an arc.

    The error is 0.2 mm at 25 km, 1 cm at 100 km, 1.3 m at 500 km and grows from there:
    use it to rank, and to show below CHORD_IS_SHOWN_BELOW_KM.
    """
    difference = ecef - ecef_km([centre])[0]
    chord = np.sqrt(np.einsum("ij,ij->i", difference, difference))
    arc: Floats = 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(chord / (2 * EARTH_RADIUS_KM), 1.0))
    return arc


def within_km(
    centre: Point, points: list[Point], arcs: Floats, radius_km: float
) -> NDArray[np.bool_]:
    """
    Say which of *points* lie at most *radius_km* from *centre*, exactly.

    *arcs* are their distances by `arc_km`; those too close to the radius to be sure
    are decided by the geodesic, so what is shown never exceeds what was asked.
    """
    inside: NDArray[np.bool_] = arcs <= radius_km
    for row in np.flatnonzero(np.abs(arcs - radius_km) <= GEODESIC_DECIDES_WITHIN_KM):
        inside[row] = geodesic_km(centre, points[row]) <= radius_km
    return inside


def shown_km(centre: Point, point: Point, arc: float) -> float:
    """Return the distance to show for a point whose `arc_km` is *arc*."""
    return arc if arc < CHORD_IS_SHOWN_BELOW_KM else geodesic_km(centre, point)
