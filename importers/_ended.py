"""Meetings that have ended by their own last date, whatever the stamps of their list say."""

import datetime as dt

from meetings.model import Schedule
from meetings.recurrence import dates

_WHERE_DAYS_END_LAST = dt.timezone(dt.timedelta(hours=-12))


def has_ended(schedule: Schedule | None, *, now: dt.datetime) -> bool:
    """Say whether no date of *schedule* is left, from today on at its place."""
    if schedule is None or schedule.until is None:
        return False
    today = now.astimezone(schedule.timezone or _WHERE_DAYS_END_LAST).date()
    if any(each.moved_on is not None and each.moved_on >= today for each in schedule.exceptions):
        return False
    if schedule.until < today or (schedule.first_on or today) > today:
        return schedule.until < today
    return next(dates(schedule, since=today, until=schedule.until), None) is None
