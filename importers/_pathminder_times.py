"""
When a meeting takes place, by the trust order of smart.md 4.1.

The AddEvent block first; then an instant, whose clock the place decides; never the text, of
which only the ordinals and the length are true.
"""

import datetime as dt
import re

from importers._foreign_rrule import Recurrence, recurrence
from importers._pathminder_page import CalendarBlock
from importers._schedule_text import ScheduleText, schedule_text
from meetings.model import Rule, Schedule, TimezoneSource
from meetings.recurrence import dates
from meetings.zones import zone

_WALL_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]([0-9]{2}:[0-9]{2})(?::[0-9]{2})?")


def schedule_of(block: CalendarBlock, text: str) -> Schedule:
    """
    Return the schedule of an AddEvent block; *text* helps where the block has no RRULE.

    Raises:
        ValueError: naming the field; also where the next start is not in its own rule.
    """
    start = _wall_time(block.start, "start")
    told = _recurrence(block, text, start.date())
    timezone = zone(block.timezone)
    schedule = Schedule(
        rules=told.rules,
        start=start.time(),
        duration=_duration(start, block.end),
        timezone=timezone,
        timezone_source=TimezoneSource.SOURCE,
        until=told.last_on(timezone),
    )
    if start.date() not in dates(schedule, since=start.date(), until=start.date()):
        raise ValueError("recurring: the next start is not in its own rule")
    return told.counted(schedule, start_on=start.date())


def ordinals_and_length(text: str) -> ScheduleText:
    """Return what is true of the text. Raises ValueError, which says why it is none."""
    if not text:
        raise ValueError("no trustworthy time: there is no schedule text, so the rule is unknown")
    try:
        return schedule_text(text)
    except ValueError as problem:
        raise ValueError(f"schedule: {problem}") from problem


def _recurrence(block: CalendarBlock, text: str, on: dt.date) -> Recurrence:
    if block.recurring:
        return recurrence(block.recurring.removeprefix("RRULE:"), start_on=on)
    return Recurrence(rules=(_rule(ordinals_and_length(text), on),))


def _rule(text: ScheduleText, on: dt.date) -> Rule:
    is_weekly = text.interval_weeks == 1
    return Rule(
        weekday=on.isoweekday(),
        ordinals=text.ordinals,
        interval_weeks=text.interval_weeks,
        anchor_on=None if is_weekly else on,
    )


def _wall_time(text: str, field: str) -> dt.datetime:
    found = _WALL_TIME.fullmatch(text)
    try:
        time = dt.datetime.fromisoformat(f"{found[1]} {found[2]}") if found else None
    except ValueError:
        time = None
    if time is None or not 1970 < time.year < 2200:
        raise ValueError(f"{field}: must be a date and a time such as 2026-07-27 19:00")
    return time


def _duration(start: dt.datetime, end: str) -> dt.timedelta | None:
    """Return the length between two full date-times: ends may lie past midnight (3.4)."""
    if not end:
        return None
    length = _wall_time(end, "end") - start
    if length <= dt.timedelta(0):
        raise ValueError("end: is not after the start")
    return length
