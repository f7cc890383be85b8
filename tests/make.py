"""Builders with boring defaults: a test states only what matters to it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from meetings.model import Meeting, Rule, Schedule, TimezoneSource, VenueType
from meetings.recurrence import first_occurrence
from meetings.zones import zone

NOON = dt.datetime(2026, 11, 18, 12, 0, tzinfo=dt.UTC)


def a_schedule(**changes: Any) -> Schedule:
    """Return Tuesdays at 19:30 for an hour in New York, first on 6 January 2026."""
    defaults: dict[str, Any] = {
        "rules": (Rule(weekday=2),),
        "start": dt.time(19, 30),
        "duration": dt.timedelta(hours=1),
        "timezone": zone("America/New_York"),
        "timezone_source": TimezoneSource.SOURCE,
        "first_on": dt.date(2026, 1, 6),
    }
    return Schedule(**defaults | changes)


def a_meeting(**changes: Any) -> Meeting:
    """Return an in-person NA meeting of source "t"; an *id* of "s:k" sets the source too."""
    defaults: dict[str, Any] = {
        "id": "t:1",
        "number": 1,
        "fellowship": "na",
        "name": "Evening Hope Group",
        "schedule": a_schedule(),
        "venue_type": VenueType.IN_PERSON,
        "changed_at": NOON,
    }
    fields = defaults | changes
    return Meeting(**{"source": fields["id"].partition(":")[0]} | fields)


def numbered(meetings: Iterable[Meeting]) -> list[Meeting]:
    """Return *meetings* as the storage gives them back: numbered, with a stored first date."""
    return [
        replace(
            meeting,
            number=number,
            changed_at=NOON,
            schedule=meeting.schedule
            and replace(
                meeting.schedule,
                first_on=first_occurrence(meeting.schedule, seen_on=NOON.date()),
            ),
        )
        for number, meeting in enumerate(meetings, 1)
    ]
