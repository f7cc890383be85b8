"""How far to look for so many places: an estimate that has to be of the right size."""

import numpy as np
import pytest

from meetings._density import RADII_KM, Density, summed
from meetings.geo import geodesics_km
from meetings.model import Point

CENTRES = [
    Point(0, 0),
    Point(40.7, -74.0),
    Point(-16.8, 179.97),
    Point(64.1, -21.9),
    Point(-45.0, -180.0),
]


def evenly(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return so many places, as many on each square kilometre of the Earth."""
    random = np.random.default_rng(11)
    return np.degrees(np.arcsin(random.uniform(-1, 1, count))), random.uniform(-180, 180, count)


@pytest.mark.parametrize("centre", CENTRES)
def test_the_radius_holds_about_as_many_as_are_needed(centre: Point) -> None:
    latitudes, longitudes = evenly(200_000)

    radius_km = Density(summed(latitudes, longitudes)).radius_km(centre, 300)

    held = int((geodesics_km(centre, latitudes, longitudes) <= radius_km).sum())
    assert 100 < held < 1500


def test_more_than_there_are_need_the_largest_radius() -> None:
    density = Density(summed(np.array([90.0, -90.0]), np.array([180.0, -180.0])))

    assert density.radius_km(Point(0, 0), 300) == RADII_KM[-1]


def test_all_places_are_counted_at_the_edges_of_the_map() -> None:
    sums = summed(np.array([90.0, -90.0, 0.0]), np.array([180.0, -180.0, 180.0]))

    assert sums[-1, -1] == 3
