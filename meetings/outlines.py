"""
Coasts, lakes and borders for the map without streets, from one small file.

The file holds lines as steps of 0.002 degree. Its lines lie up to some 1.5 km beside the
real ones, its lakes some 2 km: enough to know where one is, not to walk by.
"""

import io
import lzma
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FILE_NAME = "outlines.npz.xz"
STEP_DEGREES = 0.002
SMALLEST_SHARE = 1 / 500  # of the frame's width: what is smaller than a dot is left out
LONGEST_STEP = 127  # what a signed byte holds; longer ones are divided

Points = NDArray[np.float64]  # one row a point: longitude, latitude
Bytes = NDArray[np.int8]
Integers = NDArray[np.int64]


class Kind(IntEnum):
    """What a line is; the first three are closed."""

    LAND = 0
    LAKE = 1
    LAND_OF_THE_USA = 2  # finer than LAND, and without the Great Lakes
    COUNTRY_BORDER = 3
    REGION_BORDER = 4  # of the states and provinces of four large countries
    COUNTY_BORDER = 5  # of the USA


@dataclass(frozen=True, slots=True)
class Frame:
    """A part of the world's map, in degrees."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True)
class Outlines:
    kinds: NDArray[np.uint8]  # of each line
    firsts: Integers  # of each line, where its points begin, and where the last one's end
    points: Points
    corners: Points  # of each line: west, south, east, north

    def rings(self, kind: Kind, frame: Frame) -> Iterator[Points]:
        """Yield the closed lines of *kind* as *frame* cuts them."""
        for line in self._lines(kind, frame):
            cut = clipped(_thinned(line, frame), frame)
            if len(cut):
                yield cut

    def lines(self, kind: Kind, frame: Frame) -> Iterator[Points]:
        """Yield the runs of the lines of *kind* that may be in *frame*."""
        for line in self._lines(kind, frame):
            yield from _runs(line, frame)

    def _lines(self, kind: Kind, frame: Frame) -> Iterator[Points]:
        west, south, east, north = self.corners.T
        is_near = (west <= frame.east) & (east >= frame.west)
        is_near &= (south <= frame.north) & (north >= frame.south)
        is_near &= (east - west) + (north - south) > (frame.east - frame.west) * SMALLEST_SHARE
        for line in np.flatnonzero(is_near & (self.kinds == kind)):
            yield self.points[self.firsts[line] : self.firsts[line + 1]]


@cache
def packaged_outlines() -> Outlines:
    return read_outlines(Path(str(resources.files("meetings") / "gazetteer" / FILE_NAME)))


def read_outlines(path: Path) -> Outlines:
    """Return the lines in *path*, which takes 0.1 s."""
    with np.load(io.BytesIO(lzma.decompress(path.read_bytes())), allow_pickle=False) as stored:
        kinds, counts = stored["kinds"], stored["counts"].astype(np.int64)
        starts, steps = np.cumsum(stored["starts"], axis=1).T, stored["steps"]
    firsts = np.concatenate(([0], np.cumsum(counts)))
    walked = np.zeros((int(firsts[-1]), 2), dtype=np.int64)
    is_first = np.zeros(len(walked), dtype=np.bool_)
    is_first[firsts[:-1]] = True
    walked[~is_first] = steps.T
    walked[is_first] = starts
    walked[firsts[1:-1]] -= _ends(starts, steps, counts)[:-1]
    points = (np.cumsum(walked, axis=0) * STEP_DEGREES).astype(np.float64)
    corners: Points = np.hstack(
        (np.minimum.reduceat(points, firsts[:-1]), np.maximum.reduceat(points, firsts[:-1]))
    )
    return Outlines(kinds, firsts, points, corners)


def write_outlines(path: Path, lines: Sequence[tuple[Kind, Points]]) -> None:
    """
    Write *lines*, rounded; the same lines give the same bytes.

    They are sorted by kind and place, so that each start is told by a short way from the last.
    """
    walked = [(kind, _walk(points)) for kind, points in lines]
    walked.sort(key=lambda line: (line[0], line[1][0].tolist()))
    walks = [walk for _, walk in walked]
    starts = np.array([walk[0] for walk in walks])
    buffer = io.BytesIO()
    np.savez(
        buffer,
        kinds=np.array([kind for kind, _ in walked], dtype=np.uint8),
        counts=np.array([len(walk) for walk in walks], dtype=np.uint32),
        starts=np.diff(starts, axis=0, prepend=[[0, 0]]).T.astype(np.int32),
        steps=np.concatenate([np.diff(walk, axis=0) for walk in walks]).T.astype(np.int8),
    )
    packed = lzma.compress(buffer.getvalue(), preset=9 | lzma.PRESET_EXTREME)
    path.write_bytes(packed)


def clipped(ring: Points, frame: Frame) -> Points:
    """
    Return the part of *ring* in *frame*, closed along its edges; empty when there is none.

    Source: Ivan Sutherland and Gary Hodgman, "Reentrant Polygon Clipping", CACM 17, 1974.
    """
    for axis, limit, sign in (
        (0, frame.west, 1),
        (0, frame.east, -1),
        (1, frame.south, 1),
        (1, frame.north, -1),
    ):
        ring = _cut(ring, axis, limit, sign)
        if not len(ring):
            break
    return ring


def _thinned(ring: Points, frame: Frame) -> Points:
    """Return *ring* without what goes on outside one edge, since it cannot come back inside."""
    east, north = ring[:, 0], ring[:, 1]
    side = np.zeros(len(ring), dtype=np.int8)
    side[east < frame.west] = 1
    side[east > frame.east] = 2
    side[north < frame.south] = 3
    side[north > frame.north] = 4
    turns = side[1:] != side[:-1]
    is_kept = side == 0
    is_kept[1:] |= turns
    is_kept[:-1] |= turns
    is_kept[0] = is_kept[-1] = True
    thinned: Points = ring[is_kept]
    return thinned


def _cut(ring: Points, axis: int, limit: float, sign: int) -> Points:
    """Return what lies on one side of *limit*, with the points where the ring crosses it."""
    inner = (ring[:, axis] - limit) * sign
    is_inside = inner >= 0
    if is_inside.all():
        return ring
    following = np.roll(ring, -1, axis=0)
    crosses = is_inside != np.roll(is_inside, -1)
    share = np.divide(inner, inner - np.roll(inner, -1), where=crosses, out=np.zeros(len(ring)))
    crossing = ring + (following - ring) * share[:, None]
    both = np.stack((ring, crossing), axis=1).reshape(-1, 2)
    cut: Points = both[np.stack((is_inside, crosses), axis=1).reshape(-1)]
    return cut


def _runs(line: Points, frame: Frame) -> Iterator[Points]:
    low = np.minimum(line[:-1], line[1:])
    high = np.maximum(line[:-1], line[1:])
    is_near = (low <= (frame.east, frame.north)) & (high >= (frame.west, frame.south))
    near = np.flatnonzero(is_near.all(axis=1))
    for run in np.split(near, np.flatnonzero(np.diff(near) > 1) + 1):
        if len(run):
            yield line[run[0] : run[-1] + 2]


def _walk(points: Points) -> Integers:
    """Return *points* in whole steps without standing still, long ways divided."""
    whole = np.round(points / STEP_DEGREES).astype(np.int64)
    parts = np.maximum(1, -(-np.abs(np.diff(whole, axis=0)).max(axis=1, initial=0) // LONGEST_STEP))
    ways = [
        np.round(np.linspace(a, b, int(count), endpoint=False)).astype(np.int64)
        for a, b, count in zip(whole[:-1], whole[1:], parts, strict=True)
    ]
    walk = np.concatenate([*ways, whole[-1:]])
    is_moving = np.concatenate(([True], np.any(np.diff(walk, axis=0) != 0, axis=1)))
    return walk[is_moving]


def _ends(starts: Integers, steps: Bytes, counts: Integers) -> Integers:
    """Return where each line ends."""
    firsts = np.concatenate(([0], np.cumsum(counts - 1)))
    walked = np.concatenate(
        (np.zeros((1, 2), np.int64), np.cumsum(steps.T, axis=0, dtype=np.int64))
    )
    ends: Integers = starts + walked[firsts[1:]] - walked[firsts[:-1]]
    return ends
