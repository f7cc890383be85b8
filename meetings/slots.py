"""The times that a week can hold: meetings on their weekdays, and what is taken already."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from meetings.geo import geodesic_km
from meetings.model import ASSUMED_DURATION, Meeting, Point, Rule, Schedule
from meetings.weeks import DAY_MINUTES, WEEK_MINUTES, Weeks

Spans = tuple[NDArray[np.int64], NDArray[np.int64]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Busy:
    """A time that is taken, used for the proposal and not stored."""

    weekday: int
    start: dt.time
    end: dt.time  # not after the start: it ends on the next day
    timezone: ZoneInfo | None = None  # None: by the clock of the person


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """
    One weekday of one meeting, on the clock of the person's week: minute 0 is Monday midnight.

    *shifts* are the minutes by which it starts later in each week of the year, *rule_weekday* is
    the day by the meeting's own clock.
    """

    meeting: Meeting
    weekday: int
    start_minute: int
    end_minute: int
    distance_km: float | None  # None: online
    shifts: tuple[int, ...] = (0,)
    rule_weekday: int = 0

    @property
    def is_online(self) -> bool:
        return self.distance_km is None

    @property
    def starts_at(self) -> dt.time:
        """Return the start by the clock of the person."""
        hour, minute = divmod(self.start_minute % DAY_MINUTES, 60)
        return dt.time(hour, minute)


def slots_of(
    meetings: Iterable[Meeting], *, centre: Point | None, weeks: Weeks | None = None
) -> list[Slot]:
    """
    Return the weekly slots of *meetings*, each with its distance from *centre* or online.

    Without *weeks* each stands where the clock of its own wall says. A meeting that is not every
    week, or whose time or zone is unknown, gives none: a week cannot count on it.
    """
    slots = []
    for meeting in meetings:
        schedule, distance_km = meeting.schedule, _distance_km(meeting, centre)
        if schedule is None or schedule.timezone is None or not meeting.is_listed:
            continue
        if distance_km is None and not meeting.is_online:
            continue
        slots += [
            _slot(meeting, schedule, rule, distance_km, weeks)
            for rule in schedule.rules
            if not rule.ordinals and rule.interval_weeks == 1
        ]
    return slots


def _slot(
    meeting: Meeting,
    schedule: Schedule,
    rule: Rule,
    distance_km: float | None,
    weeks: Weeks | None,
) -> Slot:
    starts = _starts(rule.weekday, schedule.start, schedule.timezone, weeks)
    length = int((schedule.duration or ASSUMED_DURATION).total_seconds()) // 60
    return Slot(
        meeting=meeting,
        weekday=starts[0] // DAY_MINUTES + 1,
        start_minute=starts[0],
        end_minute=starts[0] + length,
        distance_km=distance_km,
        shifts=tuple(start - starts[0] for start in starts),
        rule_weekday=rule.weekday,
    )


def _starts(
    weekday: int, clock: dt.time, timezone: ZoneInfo | None, weeks: Weeks | None
) -> tuple[int, ...]:
    if weeks is None:
        return ((weekday - 1) * DAY_MINUTES + minute_of(clock),)
    return weeks.minutes(weekday, clock, timezone or weeks.zone)


def busy_spans(busy: Busy, weeks: Weeks | None) -> Spans:
    """Return start and end of what is taken, in each week."""
    ends_on = busy.weekday if busy.start < busy.end else busy.weekday + 1
    starts = np.array(_starts(busy.weekday, busy.start, busy.timezone, weeks))
    ends = np.array(_starts((ends_on - 1) % 7 + 1, busy.end, busy.timezone, weeks))
    return starts, ends + np.where(ends <= starts, WEEK_MINUTES, 0)


def minute_of(time: dt.time) -> int:
    return time.hour * 60 + time.minute


def _distance_km(meeting: Meeting, centre: Point | None) -> float | None:
    if centre is None or not meeting.is_in_person or meeting.point is None:
        return None
    return geodesic_km(centre, meeting.point)
