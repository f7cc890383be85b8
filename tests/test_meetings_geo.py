import numpy as np
import pytest

from meetings.geo import (
    Floats,
    arc_errors_km,
    arc_km,
    ecef_columns,
    ecef_km,
    geodesic_km,
    geodesics_km,
)
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
def test_geodesics_km_agrees_with_the_reference(
    start: tuple[float, float], end: tuple[float, float], kilometres: float
) -> None:
    found = geodesics_km(Point(*start), np.array([end[0]]), np.array([end[1]]))

    assert found[0] == pytest.approx(kilometres, abs=1e-6)


def test_many_geodesics_are_those_of_geopy_everywhere_on_earth() -> None:
    random = np.random.default_rng(4)
    centres = [*(Point(*place) for place in ((90, 0), (-90, 5), (0, 180), (0, 0), (-17, -180)))]
    centres += [Point(*place) for place in anywhere(random, 5).T]

    for centre in centres:
        latitudes, longitudes = anywhere(random, 40)
        latitudes[0], longitudes[0] = centre.latitude, centre.longitude
        latitudes[1], longitudes[1] = -centre.latitude, (centre.longitude + 359.9) % 360 - 180
        exact = exactly(centre, latitudes, longitudes)

        assert geodesics_km(centre, latitudes, longitudes) == pytest.approx(exact, abs=2e-7)


def test_an_arc_errs_by_no_more_than_is_said() -> None:
    random = np.random.default_rng(5)

    for _ in range(40):
        centre = Point(*anywhere(random, 1).T[0])
        near = (random.uniform(-1, 1, (2, 100)).T * 10 ** random.uniform(-4, 1, (100, 1))).T
        latitudes = np.clip(np.append(centre.latitude + near[0], anywhere(random, 50)[0]), -90, 90)
        longitudes = np.append(centre.longitude + near[1], anywhere(random, 50)[1])
        longitudes = (longitudes + 180) % 360 - 180
        arcs = arc_km(centre, np.column_stack(ecef_columns(latitudes, longitudes)))

        errors = np.abs(arcs - geodesics_km(centre, latitudes, longitudes))
        assert (errors <= arc_errors_km(arcs) + 1e-7).all()


def test_ecef_of_no_points_is_an_empty_table() -> None:
    assert ecef_km([]).shape == (0, 3)
    assert arc_km(NEW_YORK, ecef_km([])).tolist() == []


def anywhere(random: np.random.Generator, count: int) -> Floats:
    """Return latitudes and longitudes spread evenly over the Earth."""
    latitudes = np.degrees(np.arcsin(random.uniform(-1, 1, count)))
    return np.array([latitudes, random.uniform(-180, 180, count)])


def exactly(centre: Point, latitudes: Floats, longitudes: Floats) -> list[float]:
    return [
        geodesic_km(centre, Point(float(latitude), float(longitude)))
        for latitude, longitude in zip(latitudes, longitudes, strict=True)
    ]


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
