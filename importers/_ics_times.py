"""
When the meeting of an event takes place, by the clock on its wall.

An instant in UTC has lost that clock: programs that write one mean the local hour, which in
half of the year is another. The zone of the calendar or of the source gives it back; without
one the place must (`Unplaced`), which can be done for a plain rule only.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from importers._foreign_rrule import Recurrence, recurrence
from importers._ics_events import Event, When
from importers._source import Source
from meetings.model import Rule, Schedule, ScheduleException, TimezoneSource

_MOST_EXCEPTIONS = 60  # the latest ones; no program shows more of the past
_NAME_THE_ZONE = "DTSTART: is in UTC, and only a timezone of the source tells the local"


@dataclass(frozen=True, slots=True, kw_only=True)
class Instant:
    """A start whose zone nobody told; the place has to."""

    at: dt.datetime
    ordinals: tuple[int, ...]
    interval_weeks: int


def schedule_of(
    event: Event, overrides: Iterable[Event], source: Source, calendar_zone: ZoneInfo | None
) -> Schedule | Instant:
    """Return when *event* takes place. Raises ValueError, which names the property."""
    start = _start(event)
    zone, known_from = _zone(start, source, calendar_zone)
    told = recurrence(event.rrule, start_on=start.wall.date())
    if start.is_utc and zone is None:
        return _instant(start, told, has_exceptions=bool(event.except_at or list(overrides)))
    wall = start.as_wall(zone)
    days = (wall.date() - start.wall.date()).days
    schedule = Schedule(
        rules=tuple(_shifted(rule, days) for rule in told.rules),
        start=wall.time(),
        duration=event.duration,
        timezone=zone,
        timezone_source=known_from,
        first_on=wall.date(),
        until=told.last_on(zone),
    )
    counted = told.counted(schedule, start_on=wall.date())
    return replace(counted, exceptions=_exceptions(event, overrides, wall.time(), zone))


def _start(event: Event) -> When:
    if event.start is None:
        raise ValueError("DTSTART: is missing")
    return event.start


def _zone(
    start: When, source: Source, calendar_zone: ZoneInfo | None
) -> tuple[ZoneInfo | None, TimezoneSource]:
    if start.timezone is not None:
        return start.timezone, TimezoneSource.SOURCE
    if calendar_zone is not None:
        return calendar_zone, TimezoneSource.SOURCE
    if start.is_utc and source.timezone is not None:
        return source.timezone, TimezoneSource.DEFAULT
    return None, TimezoneSource.UNKNOWN  # floating: `_locate` climbs the ladder of zones


def _instant(start: When, told: Recurrence, *, has_exceptions: bool) -> Instant:
    rule = told.rules[0]
    is_plain = (
        len(told.rules) == 1
        and rule.weekday == start.wall.isoweekday()
        and rule.interval_weeks <= 2
        and told.until is None
        and told.count is None
        and not has_exceptions
    )
    if not is_plain:
        raise ValueError(f"{_NAME_THE_ZONE} days of its rule")
    return Instant(
        at=start.wall.replace(tzinfo=dt.UTC),
        ordinals=rule.ordinals,
        interval_weeks=rule.interval_weeks,
    )


def _shifted(rule: Rule, days: int) -> Rule:
    """Return the rule by local days, where the night lies between them and those of UTC."""
    if not days:
        return rule
    if rule.ordinals:
        raise ValueError("RRULE: counts weeks of the month in UTC, where it is another day")
    return replace(
        rule,
        weekday=(rule.weekday + days - 1) % 7 + 1,
        anchor_on=rule.anchor_on and rule.anchor_on + dt.timedelta(days=days),
    )


def _exceptions(
    event: Event, overrides: Iterable[Event], start: dt.time, zone: ZoneInfo | None
) -> tuple[ScheduleException, ...]:
    found = {}
    for each in event.except_at:
        on = each.as_wall(zone).date()
        found[on] = ScheduleException(on=on)
    for override in overrides:
        exception = _override(override, start, zone)
        if exception is not None:
            found[exception.on] = exception
    latest = sorted(found.values(), key=lambda each: each.on)[-_MOST_EXCEPTIONS:]
    return tuple(latest)


def _override(event: Event, start: dt.time, zone: ZoneInfo | None) -> ScheduleException | None:
    """Return what an override does to its date; None if it changes neither date nor hour."""
    if event.replaces_later:
        raise ValueError("RECURRENCE-ID: changes all later ones too (RANGE), which is not read")
    if event.replaces is None:
        return None
    on = event.replaces.as_wall(zone).date()
    if event.is_cancelled:
        return ScheduleException(on=on)
    if event.start is None:
        raise ValueError("DTSTART: of an override is missing")
    moved = event.start.as_wall(zone)
    if (moved.date(), moved.time()) == (on, start):
        return None
    return ScheduleException(
        on=on,
        moved_on=None if moved.date() == on else moved.date(),
        moved_start=None if moved.time() == start else moved.time(),
    )
