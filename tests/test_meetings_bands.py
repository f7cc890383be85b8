"""Boxes of cells: no place within a radius lies outside of them, and none is in two."""

from itertools import pairwise

import numpy as np
import pytest

from meetings._bands import band_keys, cell_starts, spans_around
from meetings.geo import geodesics_km
from meetings.model import Point

EDGES = [Point(latitude, longitude) for latitude in (90, -90, 0) for longitude in (180, -180, 0)]


def everywhere() -> tuple[np.ndarray, np.ndarray]:
    """Return the places of rows: on all the Earth, on its edges, and in order."""
    random = np.random.default_rng(5)
    latitudes = np.degrees(np.arcsin(random.uniform(-1, 1, 4000)))
    longitudes = random.uniform(-180, 180, 4000)
    latitudes = np.append(latitudes, [point.latitude for point in EDGES])
    longitudes = np.append(longitudes, [point.longitude for point in EDGES])
    order = np.argsort(band_keys(latitudes, longitudes), kind="stable")
    return latitudes[order], longitudes[order]


@pytest.mark.parametrize("radius_km", [0.1, 25.0, 500.0, 3000.0, 6000.0])
def test_a_box_holds_each_place_within_the_radius_once(radius_km: float) -> None:
    latitudes, longitudes = everywhere()
    starts = cell_starts(latitudes, longitudes).data
    random = np.random.default_rng(6)
    anywhere = zip(random.uniform(-90, 90, 60), random.uniform(-180, 180, 60), strict=True)

    for centre in [*EDGES, *(Point(float(north), float(east)) for north, east in anywhere)]:
        spans = spans_around(starts, centre, radius_km)

        near = np.flatnonzero(geodesics_km(centre, latitudes, longitudes) <= radius_km)
        held = {row for start, stop in spans for row in range(start, stop)}
        assert set(near.tolist()) <= held
        assert all(stop <= start for (_, stop), (start, _) in pairwise(spans))
