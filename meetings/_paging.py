"""One page of what was found, in a stated order, and the cursor to the next one."""

import base64
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from meetings import _ranking
from meetings._columns import Columns
from meetings._in_order import InOrder
from meetings._ranking import Here
from meetings.errors import InvalidSearch
from meetings.geo import Floats
from meetings.timetable import NEVER, Moment

Rows = NDArray[np.int64]
Keys = NDArray[np.int64]

_NOWHERE = 10**14  # millimetres: what has no place comes after all that has one
_CURSOR_MOST = 2**62


@dataclass(frozen=True, slots=True)
class Page:
    """The rows to show; *cursor* is the last one's place in the order, if there are more."""

    rows: Rows
    kilometres: Floats | None  # nan for what has no place
    cursor: tuple[int, int] | None


class Agenda:
    """All rows by what is on now or comes next, then by number; made once a moment."""

    def __init__(self, columns: Columns, moment: Moment) -> None:
        self._rows_by_rank = columns.rows_by_rank
        self._numbers = columns.numbers
        self._bits = len(self._rows_by_rank).bit_length()
        starts = moment.starts[columns.classes]
        self.keys: Keys = (starts << self._bits) | columns.ranks

    def in_order(self, rows: Rows) -> InOrder:
        keys = np.sort(self.keys[rows])
        return InOrder(self._rows_of(keys), keys)

    def position(self, view: InOrder, after: tuple[int, int]) -> int:
        """Return where in *view* those begin that come after a cursor."""
        return int(np.searchsorted(view.keys, self._key_of(after), side="right"))

    def key_before(self, start: float) -> int:
        """Return the least key of what starts in the second *start* or later."""
        return int(start) << self._bits

    def page(
        self, rows: Rows, *, limit: int, after: tuple[int, int] | None, is_in_order: bool
    ) -> Page:
        """Return the first *limit* of *rows* that come after the cursor *after*."""
        keys = self.keys[rows[: limit + 1] if is_in_order and after is None else rows]
        if after is not None:
            keys = keys[keys > self._key_of(after)]
        if len(keys) > limit + 1 and not is_in_order:
            keys = np.partition(keys, limit)[: limit + 1]
        keys = keys[: limit + 1] if is_in_order else np.sort(keys)
        shown = self._rows_of(keys[:limit])
        is_more = len(keys) > limit
        last = int(keys[limit - 1]) >> self._bits if is_more else 0
        cursor = (last, int(self._numbers[shown[-1]])) if is_more else None
        return Page(shown, None, cursor)

    def _rows_of(self, keys: Keys) -> Rows:
        rows: Rows = self._rows_by_rank[keys & ((1 << self._bits) - 1)]
        return rows

    def _key_of(self, cursor: tuple[int, int]) -> int:
        """Return the key of a cursor, whose number may have left the catalogue since."""
        start, number = cursor
        before = np.searchsorted(self._numbers[self._rows_by_rank], number, side="right")
        return (min(start, NEVER) << self._bits) + int(before) - 1


def page_by_distance(
    columns: Columns,
    here: Here,
    rows: Rows,
    squares: Floats,
    *,
    limit: int,
    after: tuple[int, int] | None,
    elsewhere: Rows | None = None,
) -> Page:
    """Return the first *limit* by distance; *elsewhere*, without a place, by number behind them."""
    most = limit + 1
    if after is not None:
        low, high = _ranking.squares_around(after[0] / _ranking.MILLIMETRES_A_KM)
        is_left = squares >= low
        rows, squares = rows[is_left], squares[is_left]
        most += int((squares <= high).sum())
    rows, kilometres = _ranking.nearest_first(columns, here, rows, squares, most=most)
    if elsewhere is not None and len(elsewhere):
        by_number = elsewhere[np.argsort(columns.ranks[elsewhere])]
        rows = np.concatenate((rows, by_number))
        kilometres = np.concatenate((kilometres, np.full(len(elsewhere), np.nan)))
    return page_in_order(columns, rows, kilometres, limit=limit, after=after)


def page_in_order(
    columns: Columns,
    rows: Rows,
    kilometres: Floats,
    *,
    limit: int,
    after: tuple[int, int] | None,
) -> Page:
    """Return the first *limit* of rows that are in the order of their distances."""
    if after is not None:
        keys = _keys(kilometres)
        is_after = (keys > after[0]) | ((keys == after[0]) & (columns.numbers[rows] > after[1]))
        rows, kilometres = rows[is_after], kilometres[is_after]
    cursor = None
    if len(rows) > limit:
        last = limit - 1
        cursor = _key(kilometres.item(last)), columns.numbers.item(rows.item(last))
    return Page(rows[:limit], kilometres[:limit], cursor)


def _keys(kilometres: Floats) -> Keys:
    has_place = ~np.isnan(kilometres)
    return np.where(has_place, _ranking.millimetres(np.where(has_place, kilometres, 0)), _NOWHERE)


def _key(kilometres: float) -> int:
    """Return what `_keys` does, of one."""
    return _NOWHERE if kilometres != kilometres else round(kilometres * _ranking.MILLIMETRES_A_KM)


def write_cursor(cursor: tuple[int, int] | None) -> str | None:
    """Return sort key and number of the last meeting shown, as a link carries them."""
    if cursor is None:
        return None
    key, number = cursor
    return base64.urlsafe_b64encode(f"{key}.{number}".encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> tuple[int, int] | None:
    """Return what `write_cursor` wrote; both survive a swap of the catalogue."""
    if not cursor:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        key, _, number = (
            base64.urlsafe_b64decode(padded.encode("ascii")).decode("ascii").partition(".")
        )
        pair = int(key), int(number)
    except ValueError:
        raise InvalidSearch("cursor", "This link to the next page is damaged.") from None
    if not all(0 <= value <= _CURSOR_MOST for value in pair):
        raise InvalidSearch("cursor", "This link to the next page is damaged.")
    return pair
