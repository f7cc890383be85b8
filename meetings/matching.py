"""Which rows have what a search asks for, wherever and whenever they are."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from meetings._columns import Columns
from meetings._in_order import Bits, InOrder
from meetings._offsets import DAY, offsets_of, weekdays_of
from meetings._paging import Agenda
from meetings._traits import ONLINE_ONLY, Mask
from meetings.recurrence import LONGEST_LOOK_AHEAD
from meetings.search import Search
from meetings.timetable import NEVER, Moment

Rows = NDArray[np.int64]
Minutes = NDArray[np.int16]

_DAYS_SEEN = LONGEST_LOOK_AHEAD.days + 4
_MINUTES_A_DAY = 24 * 60
_VIEWERS_MOST = 64  # zones


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
        # what has a place is never online only, so no viewer's clock is asked
        is_near = search.centre is not None and not search.online
        self._viewer = None if is_near else search.timezone
        self._parts = _parts(search)
        self._needs_days = self._viewer is None and len(self._parts) == 1
        self._need = columns.traits.need(search, with_weekdays=self._needs_days)
        self._latest_start = _latest_start(search, seconds)
        self._has_window = search.after is not None or search.before is not None

    def likely_share(self) -> float:
        """Guess which part of all rows matches, to know how far to look."""
        share = self._need.likely_share
        if self._has_window:
            share /= 2
        if self._search.text or self._latest_start is not None:
            share /= 10
        return share

    def narrowed(self, rows: Rows) -> Rows:
        """Return those of *rows* that match; the text is not looked at."""
        traits, need = self._columns.traits, self._need
        if need.is_impossible:
            return rows[:0]
        for words, bits in need.all_of:
            rows = rows[(words[rows] & bits) == bits]
        for group in need.any_of:
            rows = rows[traits.having(group, rows)]
        if self._latest_start is not None:
            starts = self._moment.starts.take(self._columns.classes.take(rows))
            rows = rows[starts <= self._latest_start]
        if self._has_hours():
            rows = rows[self._is_at_the_hour(rows)]
        return rows

    def in_order(self, view: InOrder, agenda: Agenda) -> Bits:
        """Say which rows of *view* match; the text is not looked at."""
        traits, rows = self._columns.traits, view.rows
        found = view.everything()
        if self._need.is_impossible:
            return np.zeros_like(found)
        for group in self._need.groups:
            found = found & view.bits(group, lambda group=group: traits.having(group, rows))  # type: ignore[misc] # a bound loop variable
        if self._latest_start is not None:
            found = found & view.before(agenda.key_before(self._latest_start + 1))
        if self._has_hours():
            search = self._search
            clock = (self._viewer, search.online)
            hours = ("hours", clock, search.weekdays, search.after, search.before)
            found = found & view.bits(hours, lambda: self._is_at_the_hour(rows))
        return found

    def _has_hours(self) -> bool:
        return self._has_window or (self._viewer is not None and bool(self._search.weekdays))

    def _is_at_the_hour(self, rows: Rows) -> Mask:
        """Whether days and hours suit, by the viewer's clock of what is attended online."""
        if self._viewer is None:
            return self._suits_here(rows)
        columns, traits = self._columns, self._columns.traits
        suits = self._viewers.suiting(self._parts, self._viewer)
        suits_viewer = suits.take(columns.classes.take(rows))
        if self._search.online:  # a hybrid meeting is then attended from afar too
            return suits_viewer
        is_online_only = traits.having(traits.masks([ONLINE_ONLY]), rows)
        return np.where(is_online_only, suits_viewer, self._suits_here(rows))

    def _suits_here(self, rows: Rows) -> Mask:
        """Whether days and hours suit by the meeting's own clock."""
        traits, minutes = self._columns.traits, self._columns.minutes.take(rows)
        found = np.zeros(len(rows), dtype=np.bool_)
        for part in self._parts:
            suits = (minutes >= part.earliest) & (minutes <= part.latest)  # not NO_MINUTE
            if part.weekdays and not self._needs_days:
                days = traits.masks(("weekday", str(day)) for day in part.weekdays)
                suits &= traits.having(days, rows)
            found |= suits
        return found


class SlotsOfViewers:
    """When slots next begin by the clocks of viewers; made once a zone and moment."""

    def __init__(self, columns: Columns, moment: Moment) -> None:
        self._slots = columns.slots
        self._moment = moment
        self._minutes: dict[ZoneInfo, Minutes] = {}

    def suiting(self, parts: Sequence["_Part"], viewer: ZoneInfo) -> Mask:
        """Say which classes have a slot that next falls on the days and hours asked."""
        suits = _minutes_suiting(parts).take(self._minutes_of(viewer))
        firsts = self._slots.class_ends[:-1]
        found: Mask = np.logical_or.reduceat(suits, firsts) if len(firsts) else suits
        return np.append(found, False)  # of those whose time nobody knows

    def _minutes_of(self, viewer: ZoneInfo) -> Minutes:
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
            found = minutes[self._slots.class_slots].astype(np.int16)
            self._minutes[viewer] = found
        return found


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch of minutes of the day, both ends in it, on *weekdays*; none of them is all."""

    weekdays: frozenset[int]
    earliest: int
    latest: int


def _parts(search: Search) -> tuple[_Part, ...]:
    """Return the window asked for: one that wraps goes on in the morning after its days."""
    earliest = _minute(search.after) if search.after else 0
    latest = _minute(search.before) if search.before else _MINUTES_A_DAY - 1
    if earliest <= latest:
        return (_Part(search.weekdays, earliest, latest),)
    days_after = frozenset(day % 7 + 1 for day in search.weekdays)
    return (
        _Part(search.weekdays, earliest, _MINUTES_A_DAY - 1),
        _Part(days_after, 0, latest),
    )


def _minutes_suiting(parts: Sequence[_Part]) -> Mask:
    """Return a truth value for each minute of the week, that of Monday 00:00 at 1,440."""
    suits = np.zeros((8, _MINUTES_A_DAY), dtype=np.bool_)
    for part in parts:
        suits[list(part.weekdays) or slice(1, 8), part.earliest : part.latest + 1] = True
    return suits.reshape(-1)


def _latest_start(search: Search, seconds: float) -> float | None:
    """Return the latest start that is "on now" or "within" so many minutes, or None for any."""
    latest = seconds if search.now else np.inf
    if search.within_minutes is not None:
        latest = min(latest, seconds + 60 * search.within_minutes)
    return None if latest == np.inf else latest


def _minute(time: dt.time) -> int:
    return time.hour * 60 + time.minute
