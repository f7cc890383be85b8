"""Which rows answer a search: where it looks, what it keeps, which page of it is shown."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from meetings import _ranking
from meetings._bands import Spans, spans_around
from meetings._columns import Columns
from meetings._paging import Agenda, Page, page_by_distance, page_in_order, read_cursor
from meetings._traits import ONLINE, Mask
from meetings.geo import Floats
from meetings.matching import Matcher, SlotsOfViewers, View, view_of_rows, view_of_spans
from meetings.model import Point
from meetings.search import RADIUS_KM_DEFAULT, Order, Search
from meetings.timetable import Moment

Rows = NDArray[np.int64]

TRAVEL_KM_PER_HOUR = 25.0  # door to door by bus or bicycle, for Order.SOON

_FIRST_LOOK_KM = 3.0
_LAST_LOOK_KM = 6_000.0  # beyond, a look at all there is costs no more
_LEAST_WIDENING, _MOST_WIDENING = 1.4, 6.0
_MORE_THAN_NEEDED = 1.6  # rows of a box to look at, since some lie in its corners
_FAR_TOO_MANY, _CLOSE = 8, 1.3
_FIRST_STRETCH, _WIDER = 512, 8  # of rows in order, until a page is full


@dataclass(frozen=True, slots=True)
class Found:
    """How many match, the page of them to show, and all of them where facets were asked for."""

    count: int
    page: Page
    rows: Rows | None


class Finder:
    """The rows of one catalogue at one moment; made anew when something begins or ends."""

    def __init__(self, columns: Columns, moment: Moment, rows_by_rank: Rows) -> None:
        self._columns = columns
        self._rows = np.arange(len(columns.numbers))
        self._agenda = Agenda(columns, moment, rows_by_rank)
        self._in_order: dict[bool, View] = {}
        self._viewers = SlotsOfViewers(columns, moment)
        self.moment = moment

    def prepare(self) -> None:
        """Do now what the first searches would wait for."""
        for mask in self._columns.traits.masks([ONLINE]):
            self._all_in_order(is_online=True).word(mask[0])

    def find(self, search: Search, seconds: float) -> Found:
        matcher = Matcher(self._columns, self._viewers, search, self.moment, seconds)
        if search.centre is not None and not search.online:
            return self._near(search, search.centre, matcher, seconds)
        is_simple = search.centre is None or search.effective_order is Order.TIME
        if is_simple and not (search.text or search.facets or search.nearest):
            return self._next_anywhere(search, matcher)
        return self._anywhere(search, matcher, seconds)

    def _next_anywhere(self, search: Search, matcher: Matcher) -> Found:
        """Return the page of what comes next, without gathering all that match."""
        view = self._all_in_order(is_online=search.online)
        mask = matcher.mask(view)
        after = read_cursor(search.cursor)
        first = 0 if after is None else self._agenda.position(view.rows, after)
        rows = view.rows[first + _first_places(mask[first:], search.limit + 1)]
        page = self._agenda.page(rows, limit=search.limit, after=None, is_in_order=True)
        count = int(np.count_nonzero(mask))
        return Found(count, self._with_distances(page, search.centre), None)

    def _anywhere(self, search: Search, matcher: Matcher, seconds: float) -> Found:
        if search.text:
            some = self._columns.text.narrowed(search.text, None)
            some = some[matcher.mask(view_of_rows(self._columns, some))]
            rows = self._agenda.in_order(some)
        else:
            view = self._all_in_order(is_online=search.online)
            rows = view.rows[matcher.mask(view)]
        if search.centre is not None and search.effective_order is Order.SOON:
            rows = rows[self._can_be_reached(search.centre, rows, seconds)]
        if search.centre is not None and search.effective_order is Order.DISTANCE:
            return self._anywhere_by_distance(search, search.centre, rows)
        rows = rows[: search.nearest]
        after = read_cursor(search.cursor)
        page = self._agenda.page(rows, limit=search.limit, after=after, is_in_order=True)
        return Found(len(rows), self._with_distances(page, search.centre), rows)

    def _anywhere_by_distance(self, search: Search, centre: Point, rows: Rows) -> Found:
        if search.nearest is not None:
            rows = self._page_by_distance(centre, rows, limit=search.nearest, after=None).rows
        after = read_cursor(search.cursor)
        page = self._page_by_distance(centre, rows, limit=search.limit, after=after)
        return Found(len(rows), page, rows)

    def _near(self, search: Search, centre: Point, matcher: Matcher, seconds: float) -> Found:
        if search.nearest is None:
            radius_km = search.radius_km or RADIUS_KM_DEFAULT
            rows, squares = self._within(search, centre, matcher, seconds, radius_km)
            return Found(len(rows), self._page(search, centre, rows, squares), rows)
        rows, kilometres = self._nearest(search, centre, matcher, seconds, search.nearest)
        if search.effective_order is Order.DISTANCE:
            after = read_cursor(search.cursor)
            page = page_in_order(self._columns, rows, kilometres, limit=search.limit, after=after)
            return Found(len(rows), page, rows)
        squares = self._squares(centre, rows)
        return Found(len(rows), self._page(search, centre, rows, squares), rows)

    def _nearest(
        self, search: Search, centre: Point, matcher: Matcher, seconds: float, most: int
    ) -> tuple[Rows, Floats]:
        """Return the nearest of all that match in order, with their distances in km."""
        furthest_km = search.radius_km or np.inf
        needed = most * _MORE_THAN_NEEDED / max(matcher.likely_share(), 1e-9)
        radius_km = max(_FIRST_LOOK_KM, 1.5 * (search.beyond_km or 0.0))
        while True:
            radius_km, spans = self._box_with(centre, radius_km, needed)
            if radius_km >= min(furthest_km, _LAST_LOOK_KM):
                break
            rows, squares = self._matching(search, centre, matcher, seconds, spans)
            certain = int((squares <= _ranking.surely_within(radius_km)).sum())
            if certain >= most:
                return self._first(centre, rows, squares, most)
            widening = _widening(most * _MORE_THAN_NEEDED, certain)
            needed = max(needed, len(spans) * widening)
            radius_km *= widening
        if furthest_km < np.inf:
            rows, squares = self._within(search, centre, matcher, seconds, furthest_km)
        else:
            rows, squares = self._matching(search, centre, matcher, seconds, None)
        return self._first(centre, rows, squares, most)

    def _box_with(self, centre: Point, radius_km: float, needed: float) -> tuple[float, Spans]:
        """Return a radius of at least *radius_km* whose box holds enough rows, not far too many."""
        keys, too_small = self._columns.band_keys, 0.0
        spans = spans_around(keys, centre, radius_km)
        while (held := len(spans)) < needed and radius_km < _LAST_LOOK_KM:
            too_small = radius_km
            radius_km *= _widening(needed, held)
            spans = spans_around(keys, centre, radius_km)
        while held > _FAR_TOO_MANY * needed and too_small and radius_km > _CLOSE * too_small:
            middle_km = (too_small * radius_km) ** 0.5
            fewer = spans_around(keys, centre, middle_km)
            if len(fewer) < needed:
                too_small = middle_km
            else:
                radius_km, spans, held = middle_km, fewer, len(fewer)
        return radius_km, spans

    def _first(self, centre: Point, rows: Rows, squares: Floats, most: int) -> tuple[Rows, Floats]:
        rows, kilometres = _ranking.nearest_first(self._columns, centre, rows, squares, most=most)
        return rows[:most], kilometres[:most]

    def _within(
        self, search: Search, centre: Point, matcher: Matcher, seconds: float, radius_km: float
    ) -> tuple[Rows, Floats]:
        spans = spans_around(self._columns.band_keys, centre, radius_km)
        rows, squares = self._matching(search, centre, matcher, seconds, spans)
        inside = _ranking.are_within(self._columns, centre, rows, squares, radius_km)
        return rows[inside], squares[inside]

    def _matching(
        self, search: Search, centre: Point, matcher: Matcher, seconds: float, spans: Spans | None
    ) -> tuple[Rows, Floats]:
        """Return what matches in *spans*, in the world when None, with its squared chords."""
        rows = self._in_spans(search.text, matcher, spans)
        squares = self._squares(centre, rows)
        if search.beyond_km is not None:
            is_close = _ranking.are_within(self._columns, centre, rows, squares, search.beyond_km)
            rows, squares = rows[~is_close], squares[~is_close]
        if search.effective_order is Order.SOON:
            in_time = self._can_be_reached(centre, rows, seconds)
            rows, squares = rows[in_time], squares[in_time]
        return rows, squares

    def _in_spans(self, text: str, matcher: Matcher, spans: Spans | None) -> Rows:
        columns = self._columns
        if spans is None and text:
            rows = columns.text.narrowed(text, None)
            view = view_of_rows(columns, rows[rows < columns.placed])
            return view.rows[matcher.mask(view)]
        if spans is None:
            spans = Spans(np.array([0]), np.array([columns.placed]))
        view = view_of_spans(columns, self._rows, spans)
        rows = view.rows[matcher.mask(view)]
        return columns.text.narrowed(text, rows) if text else rows

    def _can_be_reached(self, centre: Point, rows: Rows, seconds: float) -> Mask:
        """Say which start late enough for the way there; what one joins from home always does."""
        placed = rows < self._columns.placed
        starts = self.moment.starts[self._columns.classes[rows]]
        kilometres = np.zeros(len(rows))
        kilometres[placed] = self._kilometres(centre, rows[placed])
        in_time = starts >= seconds + kilometres / TRAVEL_KM_PER_HOUR * 3600
        return np.asarray(in_time | ~placed)

    def _page(self, search: Search, centre: Point, rows: Rows, squares: Floats) -> Page:
        after = read_cursor(search.cursor)
        if search.effective_order is Order.DISTANCE:
            return page_by_distance(
                self._columns, centre, rows, squares, limit=search.limit, after=after
            )
        page = self._agenda.page(rows, limit=search.limit, after=after, is_in_order=False)
        return self._with_distances(page, centre)

    def _page_by_distance(
        self, centre: Point, rows: Rows, *, limit: int, after: tuple[int, int] | None
    ) -> Page:
        squares = self._squares(centre, rows[rows < self._columns.placed])
        return page_by_distance(self._columns, centre, rows, squares, limit=limit, after=after)

    def _with_distances(self, page: Page, centre: Point | None) -> Page:
        if centre is None:
            return page
        kilometres = np.full(len(page.rows), np.nan)
        placed = page.rows < self._columns.placed
        kilometres[placed] = self._kilometres(centre, page.rows[placed])
        return Page(page.rows, kilometres, page.cursor)

    def _kilometres(self, centre: Point, rows: Rows) -> Floats:
        return _ranking.distances_km(self._columns, centre, rows, self._squares(centre, rows))

    def _squares(self, centre: Point, rows: Rows) -> Floats:
        return _ranking.squared_chords(self._columns, centre, rows)

    def _all_in_order(self, *, is_online: bool) -> View:
        """Return all rows, or the online ones, by what comes next."""
        found = self._in_order.get(is_online)
        if found is None:
            rows = self._rows
            if is_online:
                masks = self._columns.traits.masks([ONLINE]) or ((0, np.uint64(0)),)
                word, bits = masks[0]
                rows = np.flatnonzero((self._columns.traits.words[word] & bits) != 0)
            found = view_of_rows(self._columns, self._agenda.in_order(rows))
            self._in_order[is_online] = found
        return found


def _widening(needed: float, held: float) -> float:
    """Return by how much to look further, as if meetings lay evenly on the land."""
    widening = math.sqrt(needed / max(held, 0.5))
    return min(max(widening, _LEAST_WIDENING), _MOST_WIDENING)


def _first_places(mask: Mask, most: int) -> Rows:
    """Return the first *most* places where *mask* is true."""
    length = _FIRST_STRETCH
    while True:
        places = np.flatnonzero(mask[:length])
        if len(places) >= most or length >= len(mask):
            return places[:most]
        length *= _WIDER
