"""What lies around a place: all that matches within a radius, or the nearest of it."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from meetings import _ranking
from meetings._bands import Span, count_in, spans_around
from meetings._columns import Columns
from meetings._density import Density
from meetings._ranking import Here
from meetings._traits import Mask
from meetings.geo import Floats
from meetings.matching import Matcher
from meetings.search import RADIUS_KM_DEFAULT, Order, Search
from meetings.timetable import Moment

Rows = NDArray[np.int64]

TRAVEL_KM_PER_HOUR = 25.0  # door to door by bus or bicycle, for Order.SOON

_LAST_LOOK_KM = 6_000.0  # beyond, a look at all there is costs no more
_LEAST_WIDENING, _MOST_WIDENING = 1.5, 6.0
_MORE_THAN_NEEDED = 2.0  # rows of a box to look at, since some lie in its corners
_SURELY_FURTHER = 1.0001


class Asked(NamedTuple):
    """A search from a place, and its filters."""

    search: Search
    here: Here
    matcher: Matcher
    seconds: float


class Surroundings:
    """The rows of a catalogue that have a place, at one moment."""

    def __init__(self, columns: Columns, moment: Moment) -> None:
        self._columns = columns
        self._moment = moment
        self._rows: Rows = np.arange(columns.placed)
        self._cell_starts = columns.cell_starts.data  # numpy is slow at one value
        self._density = Density(columns.sums)

    def within(self, asked: Asked, radius_km: float) -> tuple[Rows, Floats]:
        """Return all that match within a radius, with their squared chords."""
        spans = spans_around(self._cell_starts, asked.here.point, radius_km)
        rows, squares = self._matching(asked, spans)
        return _ranking.within(self._columns, asked.here, rows, squares, radius_km)

    def within_radius(self, asked: Asked) -> tuple[Rows, Floats]:
        return self.within(asked, asked.search.radius_km or RADIUS_KM_DEFAULT)

    def nearest(self, asked: Asked, most: int) -> tuple[Rows, Floats]:
        """Return the nearest of all that match in order, with their distances in km."""
        rows, squares, reach_km = self._nearest(asked, most)
        rows, kilometres = _ranking.nearest_first(
            self._columns, asked.here, rows, squares, most=most, reach_km=reach_km
        )
        return rows[:most], kilometres[:most]

    def are_in_time(self, here: Here, rows: Rows, seconds: float) -> Mask:
        """Say which start late enough for the way there; what one joins from home always does."""
        placed = rows < self._columns.placed
        starts = self._moment.starts[self._columns.classes[rows]]
        kilometres = np.zeros(len(rows))
        kilometres[placed] = self.kilometres(here, rows[placed])
        in_time = starts >= seconds + kilometres / TRAVEL_KM_PER_HOUR * 3600
        return np.asarray(in_time | ~placed)

    def kilometres(self, here: Here, rows: Rows) -> Floats:
        squares = _ranking.squared_chords(self._columns, here, rows)
        return _ranking.distances_km(self._columns, here, rows, squares)

    def _nearest(self, asked: Asked, most: int) -> tuple[Rows, Floats, float | None]:
        """
        Return matching rows among which the *most* nearest are, with their squared chords.

        The last is how far these reach, where that is known.
        """
        point, furthest_km = asked.here.point, asked.search.radius_km or math.inf
        needed = most * _MORE_THAN_NEEDED / max(asked.matcher.likely_share(), 1e-9)
        radius_km = self._density.radius_km(point, needed)
        radius_km = max(radius_km, 1.5 * (asked.search.beyond_km or 0.0))
        while radius_km < min(furthest_km, _LAST_LOOK_KM):
            spans = spans_around(self._cell_starts, point, radius_km)
            rows, squares = self._matching(asked, spans)
            if len(rows) < most:
                widening = _widening(most * _MORE_THAN_NEEDED, len(rows))
                needed = count_in(spans) * widening * widening
                radius_km = max(radius_km * _LEAST_WIDENING, self._density.radius_km(point, needed))
                continue
            reach_km = _ranking.reach_of(squares, most)
            if reach_km <= radius_km:
                return rows, squares, reach_km
            radius_km = reach_km * _SURELY_FURTHER  # those found are within it
        if furthest_km < math.inf:
            return *self.within(asked, furthest_km), None
        return *self._matching(asked, None), None

    def _matching(self, asked: Asked, spans: list[Span] | None) -> tuple[Rows, Floats]:
        """Return what matches in *spans*, in the world when None, with its squared chords."""
        search, here, columns = asked.search, asked.here, self._columns
        rows = self._in_spans(search.text, asked.matcher, spans)
        squares = _ranking.squared_chords(columns, here, rows)
        if search.beyond_km is not None:
            is_far = ~_ranking.are_within(columns, here, rows, squares, search.beyond_km)
            rows, squares = rows[is_far], squares[is_far]
        if search.effective_order is Order.SOON:
            in_time = self.are_in_time(here, rows, asked.seconds)
            rows, squares = rows[in_time], squares[in_time]
        return rows, squares

    def _in_spans(self, text: str, matcher: Matcher, spans: list[Span] | None) -> Rows:
        columns = self._columns
        if spans is None and text:
            rows = columns.text.narrowed(text, None)
            return matcher.narrowed(rows[rows < columns.placed])
        if spans is None:
            return matcher.narrowed(self._rows)
        pieces = [self._rows[start:stop] for start, stop in spans]
        rows = matcher.narrowed(np.concatenate(pieces) if pieces else self._rows[:0])
        return columns.text.narrowed(text, rows) if text else rows


def _widening(needed: float, held: float) -> float:
    """Return by how much to look further, as if meetings lay evenly on the land."""
    widening = math.sqrt(needed / max(held, 0.5))
    return min(max(widening, _LEAST_WIDENING), _MOST_WIDENING)
