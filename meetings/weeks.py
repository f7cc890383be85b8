"""
The weeks of the coming year by one person's clock, for times that follow other clocks.

A meeting of another zone moves against one's own week when the clocks change in one place and
not in the other. Two times collide if they do so in any week of the year.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

WEEKS = 53
DAY_MINUTES, WEEK_MINUTES = 24 * 60, 7 * 24 * 60

_Time = tuple[int, dt.time, ZoneInfo]  # weekday, clock, zone


@dataclass(frozen=True, slots=True)
class Weeks:
    """The Mondays of a year, first the *steady* ones: no clock changes here in their weeks."""

    zone: ZoneInfo
    mondays: tuple[dt.date, ...]
    steady: int
    _known: dict[_Time, tuple[int, ...]] = field(default_factory=dict, compare=False, repr=False)

    def minutes(self, weekday: int, clock: dt.time, timezone: ZoneInfo) -> tuple[int, ...]:
        """
        Return how many minutes of each week have passed when it is *clock* on *weekday* there.

        In the first week they lie within it; in another they may lie an hour or so outside.
        """
        asked = (weekday, clock, timezone)
        if asked not in self._known:
            self._known[asked] = tuple(self._minutes(*asked))
        return self._known[asked]

    def _minutes(self, weekday: int, clock: dt.time, timezone: ZoneInfo) -> Iterable[int]:
        day = dt.timedelta(days=weekday - 1)
        nominal = self._passed(self.mondays[0], day, clock, timezone)
        day -= dt.timedelta(weeks=nominal // WEEK_MINUTES)
        return (self._passed(monday, day, clock, timezone) for monday in self.mondays)

    def _passed(
        self, monday: dt.date, day: dt.timedelta, clock: dt.time, timezone: ZoneInfo
    ) -> int:
        begins = dt.datetime.combine(monday, dt.time.min, self.zone).astimezone(dt.UTC)
        falls = dt.datetime.combine(monday + day, clock, timezone).astimezone(dt.UTC)
        return int((falls - begins).total_seconds()) // 60


def weeks_from(on: dt.date, zone: ZoneInfo) -> Weeks:
    """Return the year's weeks from the day *on*, as the clocks of *zone* count them."""
    monday = on - dt.timedelta(days=on.weekday())
    mondays = [monday + dt.timedelta(weeks=week) for week in range(WEEKS)]
    mondays.sort(key=lambda each: (_changes_in(each, zone), each))
    return Weeks(zone, tuple(mondays), sum(not _changes_in(each, zone) for each in mondays))


def _changes_in(monday: dt.date, zone: ZoneInfo) -> bool:
    ends = (monday, monday + dt.timedelta(weeks=1))
    begins, over = (dt.datetime.combine(day, dt.time.min, zone).utcoffset() for day in ends)
    return begins != over
