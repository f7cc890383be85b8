"""Which rows have what a search asks for, wherever and whenever they are."""

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from meetings._bands import Spans
from meetings._columns import NO_MINUTE, Columns
from meetings._offsets import DAY, offsets_of, weekdays_of
from meetings._traits import ONLINE_ONLY, Mask, Need, Words
from meetings.recurrence import LONGEST_LOOK_AHEAD
from meetings.search import Search
from meetings.timetable import NEVER, Moment

Rows = NDArray[np.int64]

_DAYS_SEEN = LONGEST_LOOK_AHEAD.days + 4
_MINUTES_A_DAY = 24 * 60


class View:
    """Some rows, and the values of any column in them; each column is read once."""

    def __init__(self, columns: Columns, rows: Rows, take: Callable[[NDArray], NDArray]) -> None:  # type: ignore[type-arg] # columns of any type
        self.columns = columns
        self.rows = rows
        self.take = take
        self._words: dict[int, Words] = {}

    def word(self, number: int) -> Words:
        found = self._words.get(number)
        if found is None:
            found = self._words[number] = self.take(self.columns.traits.words[number])
        return found


def view_of_rows(columns: Columns, rows: Rows) -> View:
    return View(columns, rows, lambda column: column[rows])


def view_of_spans(columns: Columns, every_row: Rows, spans: Spans) -> View:
    """Return a view of what lies side by side, which is quicker to copy than single rows."""

    def take(column: NDArray) -> NDArray:  # type: ignore[type-arg] # columns of any type
        if len(spans) == 1:
            return column[spans[0][0] : spans[0][1]]
        return np.concatenate([column[start:stop] for start, stop in spans] or [column[:0]])

    return View(columns, take(every_row), take)


class Matcher:
    """The filters of one search at one moment."""

    def __init__(self, columns: Columns, search: Search, moment: Moment, seconds: float) -> None:
        self._columns = columns
        self._search = search
        self._moment = moment
        self._need = columns.traits.need(search)
        self._latest_start = _latest_start(search, seconds)
        self._seconds = seconds

    def matching(self, view: View) -> Rows:
        """Return the rows of *view* that match, in its order; the text is not looked at."""
        if self._need.is_impossible:
            return view.rows[:0]
        mask = _has(view, self._need)
        if self._latest_start is not None:
            mask &= self._moment.starts[view.take(self._columns.classes)] <= self._latest_start
        if self._search.weekdays or self._search.after or self._search.before:
            mask &= self._is_at_the_hour(view)
        return view.rows[mask]

    def _is_at_the_hour(self, view: View) -> Mask:
        """Whether days and hours suit, by the meeting's clock or, online, by the viewer's."""
        search = self._search
        by_own_clock = _is_in_window(search, view.take(self._columns.minutes))
        if search.weekdays:
            days = [("weekday", str(day)) for day in search.weekdays]
            by_own_clock &= _has_any(view, self._columns.traits.masks(days))
        if search.timezone is None:
            return by_own_clock
        by_viewer_s = self._classes_in_view(search.timezone)[view.take(self._columns.classes)]
        is_online_only = _has_any(view, self._columns.traits.masks([ONLINE_ONLY]))
        return np.where(is_online_only, by_viewer_s, by_own_clock)

    def _classes_in_view(self, viewer: ZoneInfo) -> Mask:
        """Return which classes have a slot that next falls on the days and hours asked."""
        slots, starts = self._columns.slots, self._moment.slot_starts
        first_day = int(self._seconds // DAY) - 2
        offsets = offsets_of([viewer], first_day=first_day, days=_DAYS_SEEN)
        walls = offsets.walls_of(0, starts)
        suits = _is_in_window(self._search, walls % DAY // 60) & (starts < NEVER)
        if self._search.weekdays:
            is_meant = np.zeros(8, dtype=np.bool_)
            is_meant[list(self._search.weekdays)] = True
            suits &= is_meant[weekdays_of(walls // DAY)]
        if not len(slots.class_slots):
            return np.zeros(1, dtype=np.bool_)
        of_classes = np.logical_or.reduceat(suits[slots.class_slots], slots.class_ends[:-1])
        return np.append(of_classes, False)


def _latest_start(search: Search, seconds: float) -> float | None:
    """Return the latest start that is "on now" or "within" so many minutes, or None for any."""
    latest = seconds if search.now else np.inf
    if search.within_minutes is not None:
        latest = min(latest, seconds + 60 * search.within_minutes)
    return None if latest == np.inf else latest


def _has(view: View, need: Need) -> Mask:
    mask: Mask | None = None
    for word, bits in need.all_of:
        has_all = (view.word(word) & bits) == bits
        mask = has_all if mask is None else mask & has_all
    for group in need.any_of:
        has_one = _has_any(view, group)
        mask = has_one if mask is None else mask & has_one
    return np.ones(len(view.rows), dtype=np.bool_) if mask is None else mask


def _has_any(view: View, masks: tuple[tuple[int, np.uint64], ...]) -> Mask:
    found = np.zeros(len(view.rows), dtype=np.bool_)
    for word, bits in masks:
        found |= (view.word(word) & bits) != 0
    return found


def _is_in_window(search: Search, minutes: NDArray[np.integer]) -> Mask:
    """Whether minutes of the day lie in a window that may wrap midnight; both ends belong to it."""
    earliest = _minute(search.after) if search.after else 0
    latest = _minute(search.before) if search.before else _MINUTES_A_DAY - 1
    after, before = minutes >= earliest, minutes <= latest
    in_window = (after & before) if earliest <= latest else (after | before)
    return np.asarray(in_window & (minutes != NO_MINUTE))


def _minute(time: dt.time) -> int:
    return time.hour * 60 + time.minute
