"""Which rows answer a search: where it looks, what it keeps, which page of it is shown."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from meetings import _ranking
from meetings._bands import Spans, spans_around
from meetings._columns import Columns
from meetings._paging import Agenda, Page, page_by_distance, read_cursor
from meetings._traits import ONLINE
from meetings.geo import Floats
from meetings.matching import Matcher, View, view_of_rows, view_of_spans
from meetings.model import Point
from meetings.search import RADIUS_KM_DEFAULT, RADIUS_KM_MOST, Order, Search
from meetings.timetable import Moment

Rows = NDArray[np.int64]

TRAVEL_KM_PER_HOUR = 25.0  # door to door by bus or bicycle, for Order.SOON

_FIRST_LOOK_KM = 3.0
_LEAST_WIDENING, _MOST_WIDENING = 1.6, 5.0


@dataclass(frozen=True, slots=True)
class Found:
    """All rows that match, and the page of them to show with its distances in km or nan."""

    rows: Rows
    page: Page


class Finder:
    """The rows of one catalogue at one moment; made anew when something begins or ends."""

    def __init__(self, columns: Columns, moment: Moment, rows_by_rank: Rows) -> None:
        self._columns = columns
        self._rows = np.arange(len(columns.numbers))
        self._agenda = Agenda(columns, moment, rows_by_rank)
        self._views: dict[bool, View] = {}
        self.moment = moment

    def prepare(self) -> None:
        """Do now what the first searches would wait for."""
        for mask in self._columns.traits.masks([ONLINE]):
            self._in_order(is_online=True).word(mask[0])

    def find(self, search: Search, seconds: float) -> Found:
        matcher = Matcher(self._columns, search, self.moment, seconds)
        if search.centre is None or search.online:
            return self._anywhere(search, matcher, seconds)
        rows, squares = self._near(search, search.centre, matcher, seconds)
        if search.nearest is not None and len(rows) > search.nearest:
            rows, squares = self._nearest_of(rows, squares, search.centre, search.nearest)
        return Found(rows, self._page(search, search.centre, rows, squares))

    def _anywhere(self, search: Search, matcher: Matcher, seconds: float) -> Found:
        if search.text:
            rows = self._columns.text.narrowed(search.text, None)
            rows = matcher.matching(view_of_rows(self._columns, rows))
            rows = self._agenda.in_order(rows)
        else:
            rows = matcher.matching(self._in_order(is_online=search.online))
        if search.effective_order is Order.DISTANCE and search.centre is not None:
            rows = rows if search.nearest is None else self._first(search, rows)
            squares = self._squares(search.centre, rows[rows < self._columns.placed])
            return Found(rows, self._page(search, search.centre, rows, squares))
        if search.effective_order is Order.SOON:
            rows = rows[self._can_be_reached(search, rows, None, seconds)]
        rows = rows[: search.nearest]
        after = read_cursor(search.cursor)
        page = self._agenda.page(rows, limit=search.limit, after=after, is_in_order=True)
        return Found(rows, self._with_distances(page, search.centre))

    def _first(self, search: Search, rows: Rows) -> Rows:
        """Return the nearest so many of rows with and without a place."""
        if search.centre is None or search.nearest is None:
            return rows
        squares = self._squares(search.centre, rows[rows < self._columns.placed])
        page = page_by_distance(
            self._columns, search.centre, rows, squares, limit=search.nearest, after=None
        )
        return page.rows

    def _near(
        self, search: Search, centre: Point, matcher: Matcher, seconds: float
    ) -> tuple[Rows, Floats]:
        """Return what matches within the radius, or within one that holds enough."""
        if search.nearest is None:
            radius_km = search.radius_km or RADIUS_KM_DEFAULT
            return self._within(search, centre, matcher, seconds, radius_km)
        most_km = search.radius_km or np.inf
        radius_km = max(_FIRST_LOOK_KM, 1.5 * (search.beyond_km or 0.0))
        while radius_km < min(most_km, RADIUS_KM_MOST):
            rows, squares = self._within(search, centre, matcher, seconds, radius_km)
            if len(rows) >= search.nearest:
                return rows, squares
            widening = (search.nearest / max(len(rows), 0.5)) ** 0.5 * 1.2
            radius_km *= min(max(widening, _LEAST_WIDENING), _MOST_WIDENING)
        return self._within(search, centre, matcher, seconds, most_km)

    def _within(
        self, search: Search, centre: Point, matcher: Matcher, seconds: float, radius_km: float
    ) -> tuple[Rows, Floats]:
        rows = self._in_box(search, centre, matcher, radius_km)
        squares = self._squares(centre, rows)
        if radius_km < np.inf:
            inside = _ranking.are_within(self._columns, centre, rows, squares, radius_km)
            rows, squares = rows[inside], squares[inside]
        if search.beyond_km is not None:
            is_close = _ranking.are_within(self._columns, centre, rows, squares, search.beyond_km)
            rows, squares = rows[~is_close], squares[~is_close]
        if search.effective_order is Order.SOON:
            in_time = self._can_be_reached(search, rows, squares, seconds)
            rows, squares = rows[in_time], squares[in_time]
        return rows, squares

    def _in_box(self, search: Search, centre: Point, matcher: Matcher, radius_km: float) -> Rows:
        """Return what matches in a box that holds the radius, or in the whole world."""
        columns, text = self._columns, search.text
        if radius_km < np.inf:
            spans = spans_around(columns.band_keys, centre, radius_km)
            rows = matcher.matching(view_of_spans(columns, self._rows, spans))
            return columns.text.narrowed(text, rows) if text else rows
        if text:
            rows = columns.text.narrowed(text, None)
            return matcher.matching(view_of_rows(columns, rows[rows < columns.placed]))
        everywhere: Spans = [(0, columns.placed)]
        return matcher.matching(view_of_spans(columns, self._rows, everywhere))

    def _can_be_reached(
        self, search: Search, rows: Rows, squares: Floats | None, seconds: float
    ) -> NDArray[np.bool_]:
        """Say which start late enough for the way there; what one joins from home always does."""
        starts = self.moment.starts[self._columns.classes[rows]]
        kilometres = np.zeros(len(rows))
        if search.centre is not None:
            placed = rows < self._columns.placed
            if squares is None:
                squares = self._squares(search.centre, rows[placed])
            kilometres[placed] = _ranking.distances_km(
                self._columns, search.centre, rows[placed], squares
            )
        else:
            return np.ones(len(rows), dtype=np.bool_)
        in_time = starts >= seconds + kilometres / TRAVEL_KM_PER_HOUR * 3600
        return np.asarray(in_time | ~placed)

    def _nearest_of(
        self, rows: Rows, squares: Floats, centre: Point, most: int
    ) -> tuple[Rows, Floats]:
        nearest, _ = _ranking.nearest_first(self._columns, centre, rows, squares, most=most)
        rows = nearest[:most]
        return rows, self._squares(centre, rows)

    def _page(self, search: Search, centre: Point, rows: Rows, squares: Floats) -> Page:
        after = read_cursor(search.cursor)
        if search.effective_order is Order.DISTANCE:
            return page_by_distance(
                self._columns, centre, rows, squares, limit=search.limit, after=after
            )
        page = self._agenda.page(rows, limit=search.limit, after=after, is_in_order=False)
        return self._with_distances(page, centre)

    def _with_distances(self, page: Page, centre: Point | None) -> Page:
        if centre is None:
            return page
        kilometres = np.full(len(page.rows), np.nan)
        placed = page.rows < self._columns.placed
        rows = page.rows[placed]
        kilometres[placed] = _ranking.distances_km(
            self._columns, centre, rows, self._squares(centre, rows)
        )
        return Page(page.rows, kilometres, page.cursor)

    def _squares(self, centre: Point, rows: Rows) -> Floats:
        return _ranking.squared_chords(self._columns, centre, rows)

    def _in_order(self, *, is_online: bool) -> View:
        """Return all rows, or the online ones, by what comes next."""
        found = self._views.get(is_online)
        if found is None:
            rows = self._rows
            if is_online:
                ((word, bits),) = self._columns.traits.masks([ONLINE]) or ((0, np.uint64(0)),)
                rows = np.flatnonzero((self._columns.traits.words[word] & bits) != 0)
            found = view_of_rows(self._columns, self._agenda.in_order(rows))
            self._views[is_online] = found
        return found
