"""
When each of many meetings takes place next, without asking each of them each time.

Meetings share schedules, so the next occurrence is kept once for each distinct schedule
and looked up anew only when it has ended (speed.md, "Time zones").
"""

import datetime as dt
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from meetings.model import Occurrence, Schedule
from meetings.recurrence import next_occurrence

NEVER = np.iinfo(np.int64).max  # sorts last: no schedule, no zone, or over


class Timetable:
    """The running or next occurrence of each meeting, as of the last `roll`."""

    def __init__(self, schedules: Sequence[Schedule | None]) -> None:
        known = {s: None for s in schedules if s is not None and s.timezone is not None}
        numbers = {schedule: row for row, schedule in enumerate(known)}
        self._schedules = list(known)
        self._which = np.array(
            [-1 if s is None else numbers.get(s, -1) for s in schedules], dtype=np.int64
        )
        self._occurrences: list[Occurrence | None] = [None] * (len(known) + 1)
        # One row more than schedules: row -1 stands for "no schedule" and never ends.
        self._starts = np.full(len(known) + 1, NEVER, dtype=np.int64)
        self._ends = np.full(len(known) + 1, NEVER, dtype=np.int64)
        self._rolled_at: int | None = None

    def roll(self, now: dt.datetime) -> None:
        """Move every schedule whose occurrence has ended by *now* on to its next one."""
        seconds = int(now.timestamp())
        if self._rolled_at is None or seconds < self._rolled_at:
            stale = np.arange(len(self._schedules))
        else:
            stale = np.flatnonzero(self._ends <= seconds)
        for row in stale:
            self._look_up(int(row), now)
        self._rolled_at = seconds

    def starts(self) -> NDArray[np.int64]:
        """Return the start of each meeting's occurrence in epoch seconds, or NEVER."""
        return self._starts[self._which]

    def occurrence(self, row: int) -> Occurrence | None:
        """Return the running or next occurrence of the meeting at *row*."""
        return self._occurrences[int(self._which[row])]

    def next_start(self, row: int, *, now: dt.datetime) -> dt.datetime | None:
        """Return the start, in UTC, of the next occurrence to come, also while one runs."""
        occurrence = self.occurrence(row)
        if occurrence is not None and occurrence.start < now:
            schedule = self._schedules[int(self._which[row])]
            occurrence = next_occurrence(schedule, now=occurrence.end)
        return None if occurrence is None else occurrence.start.astimezone(dt.UTC)

    def _look_up(self, row: int, now: dt.datetime) -> None:
        occurrence = next_occurrence(self._schedules[row], now=now)
        self._occurrences[row] = occurrence
        self._starts[row] = NEVER if occurrence is None else int(occurrence.start.timestamp())
        self._ends[row] = NEVER if occurrence is None else int(occurrence.end.timestamp())
