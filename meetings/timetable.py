"""
When each of many meetings takes place next, without asking each of them each time.

A schedule is cut into slots, one a weekday. Meetings share slots, and plain weekly ones are
computed all at once, as columns; nth weekdays, other intervals and exceptions are asked of
`meetings.recurrence` and kept until they are over (speed.md, "Time zones").
"""

import datetime as dt
from array import array
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from meetings._documents import decode_schedule, encode_schedule
from meetings._offsets import DAY, Offsets, Seconds, day_number, offsets_of, weekdays_of
from meetings.model import ASSUMED_DURATION, Schedule
from meetings.recurrence import LONGEST_LOOK_AHEAD, occurrences
from meetings.zones import zone

NEVER = 2**40  # seconds since 1970; sorts last: no schedule, no zone, or over

_NO_LAST_DAY = 2**31 - 1
_DAYS_BEHIND, _DAYS_AHEAD = 4, 25  # an occurrence lasts a day, the one after next is 3 weeks off
_LOOK_AHEAD_SECONDS = int(LONGEST_LOOK_AHEAD.total_seconds())

Plain = tuple[int, int, int, int, int, int]
Which = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Slots:
    """The distinct slots and the classes made of them, as columns that a file can hold."""

    zone_names: tuple[str, ...]
    plain: Which  # a row each: zone, ISO weekday, start, length, first and last day
    # schedules of one rule each, encoded; numbered on from the plain ones
    exotic: tuple[bytes, ...]
    exotic_since: NDArray[np.float64]  # from when on the answers hold; inf: nobody asked yet
    exotic_answers: Seconds  # start, end, the start after, until when that holds; a column each
    class_ends: NDArray[np.int64]  # of each class's slots in class_slots, one more for the start
    class_slots: Which


@dataclass(frozen=True, slots=True)
class Moment:
    """
    What is on or comes next, a value a class: true from *since* until *until*, in epoch seconds.

    The last class stands for "nobody knows when".
    """

    since: float
    until: float
    starts: Seconds  # of the running or next occurrence, or NEVER
    following: Seconds  # of the one after it
    slot_starts: Seconds

    def coming(self, classes: NDArray[np.integer], seconds: float) -> Seconds:
        """Return the next start to come of each of *classes*, also while one runs, or NEVER."""
        starts: Seconds = self.starts[classes]
        return np.where(starts >= seconds, starts, self.following[classes])

    def holds_at(self, seconds: float) -> bool:
        return self.since <= seconds < self.until


class Timetable:
    """The running or next occurrences of all classes, at any moment."""

    def __init__(self, slots: Slots) -> None:
        self._slots = slots
        self._zones = [zone(name) for name in slots.zone_names]
        zones, weekdays, starts, lengths, first_days, last_days = slots.plain.astype(np.int64).T
        self._zone_of, self._weekdays = zones, weekdays
        self._starts, self._lengths = starts, lengths
        # the first day has the slot's weekday from here on
        self._first_days = first_days + (weekdays - weekdays_of(first_days)) % 7
        self._last_days = last_days
        self._exotic = _Exotic(slots)

    def at(self, seconds: float) -> Moment:
        """Return the state of things at *seconds* since 1970."""
        plain = self._plain_at(seconds)
        exotic, until = self._exotic.at(seconds)
        starts, ends, following = (np.concatenate(pair) for pair in zip(plain, exotic, strict=True))
        return self._by_class(seconds, until, starts, ends, following)

    def _plain_at(self, seconds: float) -> tuple[Seconds, Seconds, Seconds]:
        """Return start and end of the running or next occurrence of each, and the start after."""
        first_day = int(seconds // DAY) - _DAYS_BEHIND
        offsets = offsets_of(self._zones, first_day=first_day, days=_DAYS_BEHIND + _DAYS_AHEAD)
        here = offsets.walls_at(seconds)[self._zone_of] // DAY
        days = here - (weekdays_of(here) - self._weekdays) % 7
        days = np.maximum(days, self._first_days)
        far = np.flatnonzero(days > here + 7)  # what begins later than the offsets reach
        first, second, third = (self._begin(offsets, days + 7 * n, far) for n in range(3))
        is_over = first + self._lengths <= seconds
        starts, following = np.where(is_over, second, first), np.where(is_over, third, second)
        ends = np.where(starts < NEVER, starts + self._lengths, NEVER)
        is_too_far = (starts >= seconds + _LOOK_AHEAD_SECONDS) & (starts < NEVER)
        ends = np.where(is_too_far, starts - _LOOK_AHEAD_SECONDS + 1, ends)  # it comes nearer
        return np.where(is_too_far, NEVER, starts), ends, np.where(is_too_far, NEVER, following)

    def _begin(self, offsets: Offsets, days: Seconds, far: NDArray[np.int64]) -> Seconds:
        instants = offsets.instants_of(self._zone_of, days * DAY + self._starts)
        for slot in far.tolist():
            wall = dt.datetime.fromtimestamp(int(days[slot] * DAY + self._starts[slot]), dt.UTC)
            local = wall.replace(tzinfo=self._zones[self._zone_of[slot]])
            instants[slot] = int(local.timestamp())
        return np.where(days <= self._last_days, instants, NEVER)

    def _by_class(
        self, seconds: float, until: float, starts: Seconds, ends: Seconds, following: Seconds
    ) -> Moment:
        of_class, firsts = self._slots.class_slots, self._slots.class_ends[:-1]
        if not len(firsts):
            none = np.array([NEVER])
            return Moment(seconds, float(NEVER), none, none, starts)
        class_starts = np.minimum.reduceat(starts[of_class], firsts)
        class_ends = np.minimum.reduceat(ends[of_class], firsts)
        latest = np.repeat(
            np.maximum(class_starts, int(np.floor(seconds))), np.diff(self._slots.class_ends)
        )
        later = np.where(starts[of_class] > latest, starts[of_class], following[of_class])
        class_following = np.minimum.reduceat(later, firsts)
        return Moment(
            since=seconds,
            until=float(min(until, class_ends.min(), class_following.min())),
            starts=np.append(class_starts, NEVER),
            following=np.append(class_following, NEVER),
            slot_starts=starts,
        )


def answered(slots: Slots, seconds: float) -> Slots:
    """Return *slots* with what takes long to ask at *seconds* since 1970, for a file."""
    since, answers = _Exotic(slots).asked(seconds)
    return replace(slots, exotic_since=since, exotic_answers=answers)


class TimetableBuilder:
    """Takes schedules one after the other and gives each the number of its class."""

    def __init__(self) -> None:
        self._zones: dict[str, int] = {}
        self._plain: dict[Plain, int] = {}
        self._plain_values = array("i")
        self._exotic: dict[bytes, int] = {}
        # by slots, of which the exotic ones are counted down from -1; nothing that Python's
        # collector has to look at, since there are many
        self._classes: dict[tuple[int, ...], int] = {}

    def add(self, schedule: Schedule | None) -> int:
        """Return the number of the class of *schedule*; -1 when nobody knows when it is."""
        if schedule is None or schedule.timezone is None:
            return -1
        slots = tuple(
            self._slot(schedule, schedule.timezone, n) for n in range(len(schedule.rules))
        )
        return self._classes.setdefault(slots, len(self._classes))

    def built(self) -> Slots:
        plain = len(self._plain)
        ends, of_classes = array("q", [0]), array("i")
        for slots in self._classes:
            of_classes.extend(slot if slot >= 0 else plain - slot - 1 for slot in slots)
            ends.append(len(of_classes))
        return Slots(
            zone_names=tuple(self._zones),
            plain=np.frombuffer(self._plain_values, dtype=np.int32).reshape(-1, 6),
            exotic=tuple(self._exotic),
            exotic_since=np.full(len(self._exotic), np.inf),
            exotic_answers=np.zeros((4, len(self._exotic)), dtype=np.int64),
            class_ends=np.array(ends, dtype=np.int64),
            class_slots=np.array(of_classes, dtype=np.int32),
        )

    def _slot(self, schedule: Schedule, timezone: ZoneInfo, number: int) -> int:
        rule = schedule.rules[number]
        duration = schedule.duration or ASSUMED_DURATION
        is_plain = not (
            rule.ordinals
            or rule.interval_weeks > 1
            or schedule.exceptions
            or schedule.start.microsecond
            or duration.microseconds
        )
        if not is_plain:
            alone = schedule if len(schedule.rules) == 1 else replace(schedule, rules=(rule,))
            return -1 - self._exotic.setdefault(encode_schedule(alone), len(self._exotic))
        start = schedule.start
        slot = (
            self._zones.setdefault(timezone.key, len(self._zones)),
            rule.weekday,
            start.hour * 3600 + start.minute * 60 + start.second,
            int(duration.total_seconds()),
            0 if schedule.first_on is None else day_number(schedule.first_on),
            _NO_LAST_DAY if schedule.until is None else day_number(schedule.until),
        )
        if slot not in self._plain:
            self._plain[slot] = len(self._plain)
            self._plain_values.extend(slot)
        return self._plain[slot]


class _Exotic:
    """The slots that are asked one by one, each again only when its answer no longer holds."""

    def __init__(self, slots: Slots) -> None:
        self._schedules = slots.exotic
        self._asked = slots.exotic_since, slots.exotic_answers

    def at(self, seconds: float) -> tuple[tuple[Seconds, Seconds, Seconds], float]:
        """Return start, end and the start after, of all, and until when that holds."""
        self._asked = self.asked(seconds)
        starts, ends, following, until = self._asked[1]
        return (starts, ends, following), float(until.min(initial=NEVER))

    def asked(self, seconds: float) -> tuple[NDArray[np.float64], Seconds]:
        """Return since when answers hold, and the answers, those that are old asked anew."""
        since, answers = self._asked[0].copy(), self._asked[1].copy()
        is_stale = (seconds < since) | (answers[3] <= seconds)
        for number in np.flatnonzero(is_stale).tolist():
            answers[:, number] = _answer(decode_schedule(self._schedules[number]), seconds)
            since[number] = seconds
        return since, answers


def _answer(schedule: Schedule, seconds: float) -> tuple[int, int, int, int]:
    """Return start, end, the start after both it and now, and until when to believe that."""
    now = dt.datetime.fromtimestamp(seconds, dt.UTC)
    coming = (
        occurrence
        for occurrence in occurrences(schedule, since=now, until=now + LONGEST_LOOK_AHEAD)
        if not occurrence.is_cancelled
    )
    tomorrow = int(seconds) + DAY  # one day more comes into sight
    current = next(coming, None)
    if current is None:
        return NEVER, NEVER, NEVER, tomorrow
    start, end = int(current.start.timestamp()), int(current.end.timestamp())
    latest = max(start, seconds)
    following = next((n for each in coming if (n := int(each.start.timestamp())) > latest), None)
    if following is not None:
        return start, end, following, min(end, following)
    return start, end, NEVER, start if start > seconds else min(end, tomorrow)
