"""Which rows answer a search: near a place or anywhere, and which page of them is shown."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from meetings import _ranking
from meetings._columns import Columns
from meetings._in_order import InOrder, count
from meetings._paging import Agenda, Page, page_by_distance, page_in_order, read_cursor
from meetings._ranking import Here, here_at
from meetings._surroundings import TRAVEL_KM_PER_HOUR, Asked, Surroundings
from meetings._traits import ONLINE
from meetings.matching import Matcher, SlotsOfViewers
from meetings.search import Order, Search
from meetings.timetable import Moment

__all__ = ["TRAVEL_KM_PER_HOUR", "Finder", "Found"]

Rows = NDArray[np.int64]


@dataclass(slots=True)
class Found:
    """How many match, the page of them to show, and all of them where facets were asked for."""

    count: int
    page: Page
    rows: Rows | None


class Finder:
    """The rows of one catalogue at one moment; made anew when something begins or ends."""

    def __init__(self, columns: Columns, moment: Moment) -> None:
        self._columns = columns
        self._agenda = Agenda(columns, moment)
        self._surroundings = Surroundings(columns, moment)
        self._in_order: dict[bool, InOrder] = {}
        self._viewers = SlotsOfViewers(columns, moment)
        self.moment = moment

    def prepare(self) -> None:
        """Do now what the first searches would wait for."""
        search = Search(online=True)
        self._matcher(search, self.moment.since).in_order(
            self._all_in_order(is_online=True), self._agenda
        )

    def find(self, search: Search, seconds: float) -> Found:
        matcher = self._matcher(search, seconds)
        here = None if search.centre is None else here_at(search.centre)
        if here is not None and not search.online:
            return self._near(Asked(search, here, matcher, seconds))
        is_simple = here is None or search.effective_order is Order.TIME
        if is_simple and not (search.text or search.facets or search.nearest):
            return self._next_anywhere(search, here, matcher)
        return self._anywhere(search, here, matcher, seconds)

    def _matcher(self, search: Search, seconds: float) -> Matcher:
        return Matcher(self._columns, self._viewers, search, self.moment, seconds)

    def _next_anywhere(self, search: Search, here: Here | None, matcher: Matcher) -> Found:
        """Return the page of what comes next, without gathering all that match."""
        view = self._all_in_order(is_online=search.online)
        bits = matcher.in_order(view, self._agenda)
        after = read_cursor(search.cursor)
        start = 0 if after is None else self._agenda.position(view, after)
        rows = view.first(bits, start=start, most=search.limit + 1)
        page = self._agenda.page(rows, limit=search.limit, after=None, is_in_order=True)
        return Found(count(bits), self._with_distances(page, here), None)

    def _anywhere(
        self, search: Search, here: Here | None, matcher: Matcher, seconds: float
    ) -> Found:
        if search.text:
            rows = matcher.narrowed(self._columns.text.narrowed(search.text, None))
        else:
            view = self._all_in_order(is_online=search.online)
            rows = view.chosen(matcher.in_order(view, self._agenda))
        if here is not None and search.effective_order is Order.SOON:
            rows = rows[self._surroundings.are_in_time(here, rows, seconds)]
        if here is not None and search.effective_order is Order.DISTANCE:
            return self._anywhere_by_distance(search, here, rows)
        if search.text:
            rows = self._agenda.in_order(rows).rows
        rows = rows[: search.nearest]
        after = read_cursor(search.cursor)
        page = self._agenda.page(rows, limit=search.limit, after=after, is_in_order=True)
        return Found(len(rows), self._with_distances(page, here), rows)

    def _anywhere_by_distance(self, search: Search, here: Here, rows: Rows) -> Found:
        if search.nearest is not None:
            rows = self._page_by_distance(here, rows, limit=search.nearest, after=None).rows
        after = read_cursor(search.cursor)
        page = self._page_by_distance(here, rows, limit=search.limit, after=after)
        return Found(len(rows), page, rows)

    def _near(self, asked: Asked) -> Found:
        search, after = asked.search, read_cursor(asked.search.cursor)
        is_by_distance = search.effective_order is Order.DISTANCE
        if search.nearest is not None:
            rows, kilometres = self._surroundings.nearest(asked, search.nearest)
            if is_by_distance:
                page = page_in_order(
                    self._columns, rows, kilometres, limit=search.limit, after=after
                )
                return Found(len(rows), page, rows)
        else:
            rows, squares = self._surroundings.within_radius(asked)
            if is_by_distance:
                page = page_by_distance(
                    self._columns, asked.here, rows, squares, limit=search.limit, after=after
                )
                return Found(len(rows), page, rows)
        page = self._agenda.page(rows, limit=search.limit, after=after, is_in_order=False)
        return Found(len(rows), self._with_distances(page, asked.here), rows)

    def _page_by_distance(
        self, here: Here, rows: Rows, *, limit: int, after: tuple[int, int] | None
    ) -> Page:
        has_place = rows < self._columns.placed
        placed = rows[has_place]
        return page_by_distance(
            self._columns,
            here,
            placed,
            _ranking.squared_chords(self._columns, here, placed),
            limit=limit,
            after=after,
            elsewhere=rows[~has_place],
        )

    def _with_distances(self, page: Page, here: Here | None) -> Page:
        if here is None:
            return page
        kilometres = np.full(len(page.rows), np.nan)
        placed = page.rows < self._columns.placed
        kilometres[placed] = self._surroundings.kilometres(here, page.rows[placed])
        return Page(page.rows, kilometres, page.cursor)

    def _all_in_order(self, *, is_online: bool) -> InOrder:
        """Return all rows, or the online ones, by what comes next."""
        found = self._in_order.get(is_online)
        if found is None:
            rows = np.arange(len(self._columns.numbers))
            if is_online:
                traits = self._columns.traits
                rows = rows[traits.having(traits.masks([ONLINE]), rows)]
            found = self._in_order[is_online] = self._agenda.in_order(rows)
        return found
