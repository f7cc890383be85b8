"""Which rows have what a search asks for, wherever and whenever they are."""

import datetime as dt
from collections.abc import Callable
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from meetings._bands import Spans
from meetings._columns import NO_MINUTE, Columns
from meetings._offsets import DAY, offsets_of, weekdays_of
from meetings._traits import ONLINE_ONLY, Mask, Need, Trait, Words
from meetings.recurrence import LONGEST_LOOK_AHEAD
from meetings.search import Search
from meetings.timetable import NEVER, Moment

Rows = NDArray[np.int64]

_DAYS_SEEN = LONGEST_LOOK_AHEAD.days + 4
_MINUTES_A_DAY = 24 * 60
_VIEWERS_MOST = 64  # zones


class View:
    """Some rows, and the values of any column in them; each column is read once."""

    def __init__(self, columns: Columns, rows: Rows, take: Callable[[NDArray], NDArray]) -> None:  # type: ignore[type-arg] # columns of any type
        self.columns = columns
        self.rows = rows
        self._take = take
        self._words: dict[int, Words] = {}
        self._masks: dict[Trait, Mask] = {}
        self._minutes_by_viewer: dict[ZoneInfo, Rows] = {}

    def word(self, number: int) -> Words:
        found = self._words.get(number)
        if found is None:
            found = self._words[number] = self._take(self.columns.traits.words[number])
        return found

    def having(self, trait: Trait) -> Mask:
        found = self._masks.get(trait)
        if found is None:
            found = self._masks[trait] = _has_any(self, self.columns.traits.masks([trait]))
        return found

    @cached_property
    def minutes(self) -> NDArray[np.int16]:
        return self._take(self.columns.minutes)

    @cached_property
    def classes(self) -> NDArray[np.int32]:
        return self._take(self.columns.classes)

    def minutes_of(self, viewer: ZoneInfo, by_class: Rows) -> Rows:
        """Return *by_class* for each row, which has to be the same each time for a *viewer*."""
        found = self._minutes_by_viewer.get(viewer)
        if found is None:
            if len(self._minutes_by_viewer) >= _VIEWERS_MOST:
                self._minutes_by_viewer.clear()
            found = self._minutes_by_viewer[viewer] = by_class[self.classes]
        return found


def view_of_rows(columns: Columns, rows: Rows) -> View:
    return View(columns, rows, lambda column: column.take(rows))


def view_of_spans(columns: Columns, every_row: Rows, spans: Spans) -> View:
    """Return a view of what lies side by side, which is quicker to copy than single rows."""

    pairs = spans.pairs()

    def take(column: NDArray) -> NDArray:  # type: ignore[type-arg] # columns of any type
        if len(pairs) == 1:
            return column[pairs[0][0] : pairs[0][1]]
        return np.concatenate([column[start:stop] for start, stop in pairs] or [column[:0]])

    return View(columns, take(every_row), take)


class Matcher:
    """The filters of one search at one moment."""

    def __init__(
        self,
        columns: Columns,
        viewers: "SlotsOfViewers",
        search: Search,
        moment: Moment,
        seconds: float,
    ) -> None:
        self._columns = columns
        self._viewers = viewers
        self._search = search
        self._moment = moment
        self._need = columns.traits.need(search)
        self._latest_start = _latest_start(search, seconds)

    def likely_share(self) -> float:
        """Guess which part of all rows matches, to know how far to look."""
        share = self._need.likely_share
        if self._search.weekdays:
            share *= len(self._search.weekdays) / 7
        if self._search.after or self._search.before:
            share /= 2
        if self._search.text or self._latest_start is not None:
            share /= 10
        return share

    def mask(self, view: View) -> Mask:
        """Say which rows of *view* match; the text is not looked at."""
        if self._need.is_impossible:
            return np.zeros(len(view.rows), dtype=np.bool_)
        mask = _has(view, self._need)
        if self._latest_start is not None:
            mask &= self._moment.starts[view.classes] <= self._latest_start
        if self._search.weekdays or self._search.after or self._search.before:
            mask &= self._is_at_the_hour(view)
        return mask

    def _is_at_the_hour(self, view: View) -> Mask:
        """Whether days and hours suit, by the meeting's clock or, online, by the viewer's."""
        search = self._search
        by_own_clock = _is_in_window(search, view.minutes)
        if search.weekdays:
            days = [("weekday", str(day)) for day in search.weekdays]
            by_own_clock &= _has_any(view, self._columns.traits.masks(days))
        if search.timezone is None:
            return by_own_clock
        is_online_only = view.having(ONLINE_ONLY)
        if not is_online_only.any():
            return by_own_clock
        by_viewer_s = self._viewers.suiting(view, search, search.timezone)
        found: Mask = (is_online_only & by_viewer_s) | (
            by_own_clock > is_online_only
        )  # own, not online
        return found


class SlotsOfViewers:
    """When slots next begin by the clocks of viewers; made once a zone and moment."""

    def __init__(self, columns: Columns, moment: Moment) -> None:
        self._slots = columns.slots
        self._moment = moment
        self._minutes: dict[ZoneInfo, Rows] = {}
        self._several = np.flatnonzero(np.diff(self._slots.class_ends) > 1)

    def suiting(self, view: View, search: Search, viewer: ZoneInfo) -> Mask:
        """Say which rows have a slot that next falls on the days and hours asked."""
        suits, minutes = _minutes_suiting(search), self._minutes_of(viewer)
        by_class = np.append(minutes[self._slots.class_ends[:-1]], 0)
        found: Mask = suits.take(view.minutes_of(viewer, by_class))
        if len(self._several):  # the others have one slot, which was looked at
            in_class = np.append(
                np.logical_or.reduceat(suits[minutes], self._slots.class_ends[:-1]), False
            )
            found |= in_class[view.classes]
        return found

    def _minutes_of(self, viewer: ZoneInfo) -> Rows:
        """Return the minute of *viewer*'s week at which each slot of each class begins."""
        found = self._minutes.get(viewer)
        if found is None:
            starts = self._moment.slot_starts
            first_day = int(self._moment.since // DAY) - 2
            offsets = offsets_of([viewer], first_day=first_day, days=_DAYS_SEEN)
            walls = offsets.walls_of(0, starts)
            minutes = weekdays_of(walls // DAY) * _MINUTES_A_DAY + walls % DAY // 60
            minutes = np.where(starts < NEVER, minutes, 0)  # no weekday has the number 0
            if len(self._minutes) >= _VIEWERS_MOST:
                self._minutes.clear()
            found = self._minutes[viewer] = minutes[self._slots.class_slots]
        return found


def _minutes_suiting(search: Search) -> Mask:
    """Return a truth value for each minute of the week, that of Monday 00:00 at 1,440."""
    in_window = _is_in_window(search, np.arange(_MINUTES_A_DAY))
    suits = np.zeros((8, _MINUTES_A_DAY), dtype=np.bool_)
    suits[list(search.weekdays) or slice(1, 8)] = in_window
    return suits.reshape(-1)


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
