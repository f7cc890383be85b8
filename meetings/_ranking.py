"""
Rows by their distance: which lie within a radius, and which are the nearest.

Chords rank and cut. Where two of them, or a chord and a radius, are too close to be sure, the
geodesic decides; so sets and orders are those of the geodesic (location.md 8).
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from meetings import geo
from meetings._columns import Columns
from meetings.geo import Floats
from meetings.model import Point

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]

MILLIMETRES_A_KM = 1_000_000
_ERRORS_ARE_BELOW_A_MILLIMETRE_UNTIL_KM = 30.0
_CHORDS_RANK_BELOW_KM = 9_000.0  # further out their order tells little


class Here(NamedTuple):
    """From where distances are, as a point and in kilometres from the centre of the Earth."""

    point: Point
    ecef: Floats  # x, y and z, a line each


def here_at(point: Point) -> Here:
    return Here(point, np.array(geo.ecef_of(point)).reshape(3, 1))


def squared_chords(columns: Columns, here: Here, rows: Rows) -> Floats:
    """Return the squared chord in km² to each of *rows*."""
    ways = columns.ecef.take(rows, axis=1)
    ways -= here.ecef
    ways *= ways
    squares: Floats = np.add.reduce(ways)
    return squares


def within(
    columns: Columns, here: Here, rows: Rows, squares: Floats, radius_km: float
) -> tuple[Rows, Floats]:
    """Return those of *rows* that lie at most *radius_km* away, exactly."""
    inside = are_within(columns, here, rows, squares, radius_km)
    return rows[inside], squares[inside]


def are_within(columns: Columns, here: Here, rows: Rows, squares: Floats, radius_km: float) -> Mask:
    """Say which of *rows* lie at most *radius_km* away, exactly."""
    margin = geo.GEODESIC_DECIDES_WITHIN_KM
    inside: Mask = squares <= geo.chord_km(radius_km + margin) ** 2
    is_sure = squares < geo.chord_km(max(0.0, radius_km - margin)) ** 2
    if np.count_nonzero(inside) == np.count_nonzero(is_sure):
        return inside
    for place in (inside & ~is_sure).nonzero()[0].tolist():
        row = rows[place]
        point = Point(float(columns.latitudes[row]), float(columns.longitudes[row]))
        inside[place] = geo.geodesic_km(here.point, point) <= radius_km
    return inside


def nearest_first(
    columns: Columns,
    here: Here,
    rows: Rows,
    squares: Floats,
    *,
    most: int,
    reach_km: float | None = None,
) -> tuple[Rows, Floats]:
    """
    Return the *most* nearest of *rows*, or a few more, with their distances in km.

    They come by millimetre, then by number. *reach_km* is `reach_of` them, if it is known.
    """
    if len(rows) > most:
        is_candidate = squares <= _squared_chord(reach_km or reach_of(squares, most))
        rows, squares = rows[is_candidate], squares[is_candidate]
    kilometres = distances_km(columns, here, rows, squares)
    order = np.lexsort((columns.ranks.take(rows), np.rint(kilometres * MILLIMETRES_A_KM)))
    return rows.take(order), kilometres.take(order)


def distances_km(columns: Columns, here: Here, rows: Rows, squares: Floats) -> Floats:
    """Return the distances of *rows*: arcs, and geodesics where arcs are not sure enough."""
    arcs = geo.arcs_km(squares)
    if not len(arcs) or _are_sure(arcs):
        return arcs
    is_unsure = _are_unsure(arcs)
    if is_unsure.any():
        chosen = rows[is_unsure]
        arcs[is_unsure] = geo.geodesics_km(
            here.point, columns.latitudes[chosen], columns.longitudes[chosen]
        )
    return arcs


def millimetres(kilometres: Floats) -> NDArray[np.int64]:
    return np.rint(kilometres * MILLIMETRES_A_KM).astype(np.int64)


def squares_around(kilometres: float) -> tuple[float, float]:
    """Return squared chords that enclose those of all places at this distance, rounded to 1 mm."""
    error = 2 * _error_km(kilometres) + 1 / MILLIMETRES_A_KM
    low, high = max(0.0, kilometres - error), kilometres + error
    return geo.chord_km(low) ** 2, _squared_chord(high)


def reach_of(squares: Floats, most: int) -> float:
    """Return the distance in km within which the *most* nearest are, whatever the errors."""
    last = np.partition(squares, most - 1)[most - 1]
    arc_km = geo.bent_km(math.sqrt(last))
    return arc_km + 2 * _error_km(arc_km)


def _squared_chord(arc_km: float) -> float:
    """Return the squared chord of an arc; without limit from half round the sphere on."""
    if arc_km >= np.pi * geo.EARTH_RADIUS_KM:
        return np.inf
    return geo.chord_km(arc_km) ** 2


def _error_km(arc_km: float) -> float:
    if arc_km >= _CHORDS_RANK_BELOW_KM:
        return geo.ERROR_BEYOND_KM
    return geo.arc_error_km(arc_km)


def _are_sure(arcs: Floats) -> bool:
    """Say whether all can be shown and none is close to another; seldom is that not so."""
    longest = float(arcs.max())
    if longest < _ERRORS_ARE_BELOW_A_MILLIMETRE_UNTIL_KM:
        return True
    if longest >= geo.CHORD_IS_SHOWN_BELOW_KM:
        return False
    ascending = np.sort(arcs)
    gaps = ascending[1:] - ascending[:-1]
    are_equal, are_close = gaps == 0, gaps <= 2 * geo.arc_error_km(longest)
    return bool(np.count_nonzero(are_equal) == np.count_nonzero(are_close))


def _are_unsure(arcs: Floats) -> Mask:
    """
    Say which arcs are too long to be shown, or so close to another that their order is open.

    Equal arcs are one: they belong to one place, in whatever order.
    """
    is_unsure: Mask = arcs >= geo.CHORD_IS_SHOWN_BELOW_KM
    order = arcs.argsort()
    ascending = arcs[order]
    errors, gaps = geo.arc_errors_km(ascending), np.diff(ascending)
    is_close = (gaps > 0) & (gaps <= errors[:-1] + errors[1:])
    if is_close.any():
        groups = np.concatenate(([0], np.cumsum(gaps > 0)))
        is_open = np.zeros(groups[-1] + 1, dtype=np.bool_)
        is_open[groups[:-1][is_close]] = True
        is_open[groups[1:][is_close]] = True
        is_unsure[order] |= is_open[groups]
    return is_unsure
