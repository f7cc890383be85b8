"""
A foreign RRULE, read into our own rules and never passed through (reliability.md 4.2).

What our schedule cannot say is refused in words: days of the month, every second month, and
whatever repeats within a day.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import islice

from meetings.model import Rule, Schedule
from meetings.recurrence import dates

_LONGEST = 300
_MOST_COUNTED = 1_000  # occurrences; more than that is as good as no end
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_BYDAY = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_UNTIL = re.compile(r"([0-9]{8})(?:T([0-9]{6})(Z?))?")
_KNOWN = frozenset({"FREQ", "INTERVAL", "BYDAY", "WKST", "UNTIL", "COUNT", "BYSETPOS"})
_FINER_THAN_DAILY = frozenset({"HOURLY", "MINUTELY", "SECONDLY"})

_Parts = Mapping[str, str]
_Days = list[tuple[int | None, int]]  # ordinal or none, ISO weekday


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """What an RRULE says: the rules, and where it stops."""

    rules: tuple[Rule, ...]
    until: dt.date | dt.datetime | None = None  # an instant when the text gives one
    count: int | None = None

    def last_on(self, timezone: dt.tzinfo | None) -> dt.date | None:
        """Return the local date of UNTIL; without a zone, that of the instant in UTC."""
        if isinstance(self.until, dt.datetime):
            return self.until.astimezone(timezone or dt.UTC).date()
        return self.until

    def counted(self, schedule: Schedule, *, start_on: dt.date) -> Schedule:
        """Return *schedule*, made of these rules, up to the last of COUNT occurrences."""
        if self.count is None or self.count > _MOST_COUNTED:
            return schedule
        horizon = start_on + dt.timedelta(days=366 * 20)
        found = list(islice(dates(schedule, since=start_on, until=horizon), self.count))
        return replace(schedule, until=found[-1]) if len(found) == self.count else schedule


def recurrence(text: str, *, start_on: dt.date) -> Recurrence:
    """
    Read the value of an RRULE whose first date is *start_on*, by the clock of the meeting.

    Raises:
        ValueError: for anything that is no rule of ours, saying which part.
    """
    parts = _parts(text)
    return Recurrence(
        rules=_rules(parts, start_on), until=_until(parts), count=_number(parts, "COUNT")
    )


def _parts(text: str) -> _Parts:
    if len(text) > _LONGEST:
        raise ValueError(f"RRULE: is longer than {_LONGEST} characters")
    pairs = [part.partition("=") for part in text.upper().strip().strip(";").split(";")]
    parts = {key.strip(): value.strip() for key, _, value in pairs}
    if len(parts) != len(pairs) or not all(parts.values()):
        raise ValueError("RRULE: is not made of KEY=VALUE")
    unknown = sorted(key for key in parts if key not in _KNOWN)
    if unknown:
        raise ValueError(f"RRULE: {unknown[0][:20]} is none of our rules")
    return parts


def _rules(parts: _Parts, start_on: dt.date) -> tuple[Rule, ...]:
    frequency, interval = parts.get("FREQ", ""), _number(parts, "INTERVAL") or 1
    days = _days(parts)
    if frequency == "DAILY":
        return _daily(days, interval, start_on)
    if frequency == "WEEKLY":
        return _weekly(days, interval, start_on, parts.get("WKST", "MO"))
    if frequency == "MONTHLY":
        return _monthly(days, interval, _number(parts, "BYSETPOS"))
    if frequency in _FINER_THAN_DAILY:
        raise ValueError("RRULE: repeats within a day")
    raise ValueError("RRULE: FREQ must be DAILY, WEEKLY or MONTHLY")


def _daily(days: _Days, interval: int, start_on: dt.date) -> tuple[Rule, ...]:
    if interval % 7 == 0 and not days:
        return _weekly([], interval // 7, start_on, "MO")
    if interval != 1:
        raise ValueError("RRULE: every so many days is none of our rules")
    return _weekly(days or [(None, day) for day in range(1, 8)], 1, start_on, "MO")


def _weekly(days: _Days, interval: int, start_on: dt.date, week_start: str) -> tuple[Rule, ...]:
    if any(ordinal for ordinal, _ in days):
        raise ValueError("RRULE: BYDAY of a week has no ordinals")
    if week_start not in _DAYS:
        raise ValueError("RRULE: WKST is no weekday")
    weekdays = sorted({weekday for _, weekday in days}) or [start_on.isoweekday()]
    if interval == 1:
        return tuple(Rule(weekday=weekday) for weekday in weekdays)
    first_day = _DAYS.index(week_start) + 1
    return tuple(
        Rule(
            weekday=weekday,
            interval_weeks=interval,
            anchor_on=_anchor(weekday, interval, start_on, first_day),
        )
        for weekday in weekdays
    )


def _anchor(weekday: int, interval: int, start_on: dt.date, first_day: int) -> dt.date:
    """Return the first date of *weekday* in a week that counts; weeks begin on *first_day*."""
    week_on = start_on - dt.timedelta(days=(start_on.isoweekday() - first_day) % 7)
    on = week_on + dt.timedelta(days=(weekday - first_day) % 7)
    return on if on >= start_on else on + dt.timedelta(weeks=interval)


def _monthly(days: _Days, interval: int, position: int | None) -> tuple[Rule, ...]:
    if interval != 1:
        raise ValueError("RRULE: every so many months is none of our rules")
    if not days:
        raise ValueError("RRULE: a day of the month is none of our rules")
    if position is not None:
        days = _at_position(days, position)
    ordinals: dict[int, list[int]] = {}
    for ordinal, weekday in days:
        ordinals.setdefault(weekday, []).extend([] if ordinal is None else [ordinal])
    bare = {weekday for ordinal, weekday in days if ordinal is None}  # every one of the month
    return tuple(
        Rule(weekday=weekday, ordinals=() if weekday in bare else tuple(dict.fromkeys(found)))
        for weekday, found in sorted(ordinals.items())
    )


def _at_position(days: _Days, position: int) -> _Days:
    """Read BYDAY=TU;BYSETPOS=2, which means 2TU."""
    if len(days) != 1 or days[0][0] is not None:
        raise ValueError("RRULE: BYSETPOS of several days is none of our rules")
    return [(position, days[0][1])]


def _days(parts: _Parts) -> _Days:
    found = []
    for word in parts.get("BYDAY", "").split(","):
        day = _BYDAY.fullmatch(word.strip())
        if day is None and "BYDAY" in parts:
            raise ValueError("RRULE: BYDAY is not understood")
        if day is not None:
            found.append((int(day[1]) if day[1] else None, _DAYS.index(day[2]) + 1))
    return found


def _number(parts: _Parts, key: str) -> int | None:
    text = parts.get(key)
    if text is None:
        return None
    if not re.fullmatch(r"-?[0-9]{1,6}", text) or int(text) == 0:
        raise ValueError(f"RRULE: {key} is no number")
    if int(text) < 0 and key != "BYSETPOS":
        raise ValueError(f"RRULE: {key} is below zero")
    return int(text)


def _until(parts: _Parts) -> dt.date | dt.datetime | None:
    text = parts.get("UNTIL")
    if text is None:
        return None
    found = _UNTIL.fullmatch(text)
    if found is None:
        raise ValueError("RRULE: UNTIL is no date")
    try:
        on = dt.datetime.strptime(found[1], "%Y%m%d").date()  # noqa: DTZ007 # only its date
        if not found[3]:
            return on
        time = dt.datetime.strptime(found[2], "%H%M%S").time()  # noqa: DTZ007 # UTC is added
    except ValueError as problem:
        raise ValueError("RRULE: UNTIL is no date") from problem
    return dt.datetime.combine(on, time, dt.UTC)
