import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings._outlines_make import FILES, make_outlines, simplified
from meetings._topojson import read_topology
from meetings.errors import StorageError
from meetings.outlines import (
    Frame,
    Kind,
    Outlines,
    Points,
    packaged_outlines,
    read_outlines,
    write_outlines,
)
from tests.gazetteer import silence

HALF_A_STEP = 0.001001  # degrees
SQUARE = np.array([(0.0, 0.0), (0.0, 4.0), (4.0, 4.0), (4.0, 0.0), (0.0, 0.0)])
BROOKLYN = Frame(-74.2, 40.4, -73.7, 40.9)


def written(folder: Path, *lines: tuple[Kind, Points]) -> Outlines:
    write_outlines(folder / "lines", lines)
    return read_outlines(folder / "lines")


def area(ring: Points) -> float:
    x, y = ring.T
    return abs(float(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1)))) / 2


def test_lines_are_read_as_they_were_written_to_half_a_step(tmp_path: Path) -> None:
    first = np.array([(10.0, 50.0), (10.0031, 50.0057), (-120.0, -33.3)])
    second = np.array([(-0.5, 0.5), (0.5, -0.5)])

    outlines = written(tmp_path, (Kind.COUNTRY_BORDER, first), (Kind.COUNTY_BORDER, second))

    read = [
        outlines.points[a:b] for a, b in zip(outlines.firsts, outlines.firsts[1:], strict=False)
    ]
    assert outlines.kinds.tolist() == [Kind.COUNTRY_BORDER, Kind.COUNTY_BORDER]
    for line, points in zip(read, (first, second), strict=True):
        nearest = np.abs(line[:, None, :] - points[None, :, :]).max(axis=2).min(axis=0)
        assert nearest.max() <= HALF_A_STEP
        assert np.abs(np.diff(line, axis=0)).max() <= 0.2541  # what a byte holds
    assert np.allclose(read[0][-1], first[-1])


def test_the_same_lines_give_the_same_bytes(tmp_path: Path) -> None:
    write_outlines(tmp_path / "one", [(Kind.LAND, SQUARE)])
    write_outlines(tmp_path / "two", [(Kind.LAND, SQUARE)])

    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


@given(st.tuples(*[st.floats(-3, 7) for _ in range(4)]))
def test_a_ring_is_cut_to_its_part_in_the_frame(edges: tuple[float, float, float, float]) -> None:
    (west, east), (south, north) = sorted(edges[:2]), sorted(edges[2:])
    wide = max(0.0, min(east, 4.0) - max(west, 0.0))
    high = max(0.0, min(north, 4.0) - max(south, 0.0))
    ring = np.concatenate([np.linspace(a, b, 40) for a, b in itertools.pairwise(SQUARE)])
    outlines = Outlines(
        np.zeros(1, dtype=np.uint8), np.array([0, len(ring)]), ring, np.array([[0.0, 0, 4, 4]])
    )

    cut = list(outlines.rings(Kind.LAND, Frame(west, south, east, north)))

    assert sum(map(area, cut)) == pytest.approx(wide * high, abs=1e-9)


def test_a_line_comes_as_the_runs_that_may_be_in_the_frame(tmp_path: Path) -> None:
    line = np.array([(x / 10, 0.0 if x % 40 < 20 else 3.0) for x in range(100)])
    outlines = written(tmp_path, (Kind.REGION_BORDER, line))

    runs = list(outlines.lines(Kind.REGION_BORDER, Frame(0, -1, 10, 1)))

    assert len(runs) == 3
    assert list(outlines.lines(Kind.LAND, Frame(0, -1, 10, 1))) == []


def test_a_line_is_made_simpler_by_what_hardly_shows() -> None:
    line = np.array([(0.0, 0.0), (0.5, 0.001), (1.0, 0.0), (1.0, 1.0)])

    assert simplified(line).tolist() == [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]


def test_neighbours_share_their_border(tmp_path: Path) -> None:
    document = {
        "type": "Topology",
        "transform": {"scale": [0.5, 0.5], "translate": [10, 20]},
        # the left half, the line between, the right half
        "arcs": [
            [[2, 0], [-2, 0], [0, 4], [2, 0]],
            [[2, 0], [0, 4]],
            [[2, 4], [2, 0], [0, -4], [-2, 0]],
        ],
        "objects": {
            "countries": {
                "type": "GeometryCollection",
                "geometries": [
                    {"type": "Polygon", "arcs": [[0, -2]]},
                    {"type": "MultiPolygon", "arcs": [[[1, 2]]]},
                    {"type": None},
                ],
            }
        },
    }
    (tmp_path / "atlas.json").write_text(json.dumps(document))

    topology = read_topology(tmp_path / "atlas.json", simplify=lambda arc: arc)

    assert [area(ring) for ring in topology.rings("countries")] == [2.0, 2.0]
    borders = topology.borders("countries")
    assert {number: arc.tolist() for number, arc in borders.items()} == {1: [[11, 20], [11, 22]]}


def test_a_folder_without_the_packages_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=FILES[0]):
        make_outlines(tmp_path, tmp_path / "outlines", progress=silence)


def test_the_packaged_outlines_show_new_yorks_shores_and_counties() -> None:
    outlines = packaged_outlines()

    shores = list(outlines.rings(Kind.LAND_OF_THE_USA, BROOKLYN))
    land = sum(map(area, shores)) / (0.5 * 0.5)

    assert 0.5 < land < 0.9
    assert len(list(outlines.lines(Kind.COUNTY_BORDER, BROOKLYN))) > 3
    assert list(outlines.lines(Kind.COUNTRY_BORDER, BROOKLYN)) == []


def test_siberia_is_whole_on_both_sides_of_the_antimeridian() -> None:
    outlines = packaged_outlines()

    for frame in (Frame(178, 66, 180, 68), Frame(-180, 66, -178, 68)):
        assert 3.0 < sum(map(area, outlines.rings(Kind.LAND, frame))) <= 4.0
