import math

import numpy as np
import pytest

from meetings.geo import arc_km, ecef_km, geodesic_km, shown_km, within_km
from meetings.model import Point
from tests.shared import shared

NEW_YORK = Point(40.71, -74.0)

# location.md 8, "Test vectors": from, to, kilometres.
VECTORS = [
    ((41.49008, -71.312796), (41.499498, -81.695391), 866.455433),
    ((-17, 179.9), (-17, -179.9), 21.297165),
    ((89.9, 0), (89.9, 180), 22.338796),
    ((44.97, -93.26), (44.95, -93.09), 13.596183),
    ((60, 0), (60, 1), 55.799470),
    ((0, 0), (1, 0), 110.574389),
    ((-90, 0), (90, 0), 20003.931459),
]


@pytest.mark.parametrize(("start", "end", "kilometres"), VECTORS)
def test_geodesic_km_agrees_with_the_reference(
    start: tuple[float, float], end: tuple[float, float], kilometres: float
) -> None:
    assert geodesic_km(Point(*start), Point(*end)) == pytest.approx(kilometres, abs=1e-6)


@pytest.mark.parametrize(("start", "end", "kilometres"), VECTORS)
def test_shown_km_is_within_two_metres_below_500_km_and_exact_beyond(
    start: tuple[float, float], end: tuple[float, float], kilometres: float
) -> None:
    (arc,) = arc_km(Point(*start), ecef_km([Point(*end)]))

    shown = shown_km(Point(*start), Point(*end), float(arc))

    assert shown == pytest.approx(kilometres, abs=0.002)


def test_within_km_lets_the_geodesic_decide_at_the_very_edge() -> None:
    edge = Point(41.0, -73.0)
    radius_km = geodesic_km(NEW_YORK, edge)
    arcs = arc_km(NEW_YORK, ecef_km([edge, edge]))

    just_inside = within_km(NEW_YORK, [edge, edge], arcs, radius_km)
    just_outside = within_km(NEW_YORK, [edge, edge], arcs, math.nextafter(radius_km, 0))

    assert just_inside.tolist() == [True, True]
    assert just_outside.tolist() == [False, False]


def test_ecef_of_no_points_is_an_empty_table() -> None:
    assert ecef_km([]).shape == (0, 3)
    assert arc_km(NEW_YORK, ecef_km([])).tolist() == []


@pytest.mark.lists
def test_geodesic_km_is_within_a_micrometre_of_geodtest() -> None:
    lines = shared("data/geo/GeodTest-100.dat").read_text().splitlines()
    rows = np.array([[float(cell) for cell in line.split()] for line in lines])

    worst = max(
        abs(geodesic_km(Point(row[0], row[1]), Point(row[3], row[4])) * 1000 - row[6])
        for row in rows
    )

    assert len(rows) == 100
    assert worst < 1e-6
