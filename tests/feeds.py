"""Meetings to make calendars of, and readers of feeds that are not ours."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import icalendar
import recurring_ical_events

from meetings.calendars import Look, feed, replaced_notice
from meetings.model import (
    Accuracy,
    Admission,
    Meeting,
    Online,
    OtherFormat,
    Point,
    Rule,
    Schedule,
    ScheduleException,
    Status,
    Venue,
    VenueType,
)
from meetings.recurrence import occurrences
from meetings.zones import zone
from tests.make import NOON, a_meeting, a_schedule

HORIZON_ON = dt.date(2026, 11, 18)
LOOK = Look(name="Meetings", uid_host="oc.example.org", base_url="https://oc.example.org")
JANUARY = dt.datetime(2026, 1, 20, 12, 0, tzinfo=dt.UTC)
PLAIN_LOOK = replace(LOOK, is_plain=True, reminder_minutes=15, is_busy=True, language="fa")
DAY = dt.timedelta(days=1)
HALL = Venue(
    name="Riverside Hall, Room 2",
    street="12 Example Street",
    town="Brooklyn",
    region="NY",
    country="USA",
    directions="Side door.",
)
HOSTILE = (
    "a\rb",
    "a\nBEGIN:VEVENT\r\nUID:x\nEND:VEVENT",
    "nul\x00 esc\x1b next\x85 line\u2028 paragraph\u2029 bell\x07 del\x7f",
    "quotes \" and ' and ’ and ^ and ^n and ^'",
    "semi;colon, comma\\ back\\\\slash \\N \\n \\; end\\",
    "candles 🕯️🕯️ 希望之家 أمل‎‏ עֶזְרָה",
    "x" * 10_000,
    "\\" * 500 + "é" * 500 + "🕯" * 500,
    '"' * 300,
    "END:VCALENDAR",
)


def on(year: int, month: int, day: int) -> dt.date:
    return dt.date(year, month, day)


def meeting_with(*rules: Rule, zone_name: str = "America/New_York", **changes: Any) -> Meeting:
    schedule = a_schedule(
        **{"timezone": zone(zone_name), "rules": rules or (Rule(weekday=2),)} | changes
    )
    # Exceptions long before the last change are written no more: they were known in January.
    return a_meeting(schedule=schedule, changed_at=JANUARY if schedule.exceptions else NOON)


EVERY_DAY = tuple(Rule(weekday=day) for day in range(1, 8))
A_DAY_LONG = dt.timedelta(hours=24)
# One for each row of calendar.md 5, and their neighbours.
SCHEDULES: dict[str, Meeting] = {
    "weekly": meeting_with(),
    "several weekdays": meeting_with(Rule(weekday=5), Rule(weekday=1)),
    "nth": meeting_with(Rule(weekday=6, ordinals=(2,))),
    "last": meeting_with(Rule(weekday=6, ordinals=(-1,))),
    "first and third": meeting_with(Rule(weekday=2, ordinals=(1, 3))),
    "2nd 3rd 4th last": meeting_with(Rule(weekday=4, ordinals=(2, 3, 4, -1))),
    "fifth": meeting_with(Rule(weekday=4, ordinals=(5,))),
    "fifth and last": meeting_with(Rule(weekday=4, ordinals=(5, -1))),
    "fourth and fifth": meeting_with(Rule(weekday=4, ordinals=(4, 5))),
    "every other": meeting_with(
        Rule(weekday=2, interval_weeks=2, anchor_on=on(2026, 8, 25)), first_on=on(2026, 1, 13)
    ),
    "every other and weekly": meeting_with(
        Rule(weekday=2, interval_weeks=2, anchor_on=on(2026, 8, 25)), Rule(weekday=7)
    ),
    "daily": meeting_with(*EVERY_DAY, start=dt.time(7)),
    "across midnight": meeting_with(Rule(weekday=6), start=dt.time(23)),
    "24 hours": meeting_with(Rule(weekday=6), start=dt.time(12), duration=A_DAY_LONG),
    "24 hours daily": meeting_with(*EVERY_DAY, start=dt.time(12), duration=A_DAY_LONG),
    "once": meeting_with(Rule(weekday=4), first_on=on(2026, 12, 31), until=on(2026, 12, 31)),
    "no end stated": meeting_with(duration=None),
    "until": meeting_with(until=on(2026, 3, 31)),
    "never seen": meeting_with(first_on=None),
    "first would span a clock change": meeting_with(
        Rule(weekday=6),
        Rule(weekday=7),
        start=dt.time(20),
        duration=dt.timedelta(hours=8),
        first_on=on(2026, 3, 7),
    ),
    "Vancouver": meeting_with(zone_name="America/Vancouver"),
    "London": meeting_with(zone_name="Europe/London"),
    "Auckland": meeting_with(zone_name="Pacific/Auckland"),
    "Kolkata": meeting_with(zone_name="Asia/Kolkata"),
    "Dublin": meeting_with(zone_name="Europe/Dublin"),
    "with exceptions": meeting_with(
        exceptions=(
            ScheduleException(on=on(2026, 2, 3), reason="the hall is closed."),
            ScheduleException(
                on=on(2026, 2, 10), moved_on=on(2026, 2, 12), moved_start=dt.time(18)
            ),
            ScheduleException(on=on(2026, 1, 6)),
            ScheduleException(on=on(2026, 2, 4), reason="no such date"),
        )
    ),
    "exceptions of single dates": meeting_with(
        Rule(weekday=4, ordinals=(5,)),
        exceptions=(
            ScheduleException(on=on(2026, 4, 30)),
            ScheduleException(on=on(2026, 7, 30), moved_start=dt.time(18)),
        ),
    ),
    "paused for half a year": meeting_with(
        exceptions=tuple(
            ScheduleException(on=on(2026, 2, 3) + 7 * week * DAY) for week in range(26)
        )
    ),
    "in the gap": meeting_with(Rule(weekday=7), start=dt.time(2, 30)),
    "in the gap, cancelled": meeting_with(
        Rule(weekday=7),
        start=dt.time(2, 30),
        exceptions=(ScheduleException(on=on(2026, 3, 8)),),
    ),
    "in the hour that comes twice": meeting_with(
        Rule(weekday=7, ordinals=(1, 5)),
        start=dt.time(1, 15),
        exceptions=(ScheduleException(on=on(2026, 11, 1)),),
    ),
}
ENTRIES: dict[str, Meeting] = {
    "in person": a_meeting(
        schedule=meeting_with().schedule,
        venue=HALL,
        point=Point(40.67, -73.98),
        accuracy=Accuracy.EXACT,
        admission=Admission.OPEN,
        formats=("discussion", "wheelchair"),
        notes="Ring twice.",
    ),
    "online": a_meeting(
        schedule=meeting_with().schedule,
        venue_type=VenueType.ONLINE,
        venue=HALL,
        point=Point(40.67, -73.98),
        accuracy=Accuracy.EXACT,
        online=Online(url="https://meet.example.net/j?a=1,2;3", phone="+1 202-555-0100,,123#"),
        admission=Admission.CLOSED,
    ),
    "hybrid": a_meeting(
        schedule=meeting_with().schedule,
        venue_type=VenueType.HYBRID,
        venue=HALL,
        point=Point(40.67, -73.98),
        accuracy=Accuracy.STREET,
        online=Online(url="https://meet.example.net/room", phone="ask the host"),
    ),
    "somewhere in town": a_meeting(
        schedule=meeting_with().schedule,
        venue=Venue(town="Brooklyn", region="NY"),
        point=Point(40.67, -73.98),
        accuracy=Accuracy.LOCALITY,
    ),
    "town with a point": a_meeting(
        schedule=meeting_with().schedule,
        venue=Venue(town="Brooklyn", region="NY"),
        point=Point(40.67, -73.98),
        accuracy=Accuracy.EXACT,
    ),
    "closed for now": a_meeting(
        schedule=meeting_with().schedule, status=Status.CLOSED_FOR_NOW, revision=3
    ),
    "ended, monthly": a_meeting(
        schedule=meeting_with(Rule(weekday=2, ordinals=(1, 3, 5))).schedule, status=Status.ENDED
    ),
    "removed": a_meeting(schedule=meeting_with().schedule, removed_at=NOON),
    "restricted": a_meeting(
        schedule=meeting_with().schedule,
        fellowship="smart",
        admission=Admission.RESTRICTED,
        restriction_text="College students only",
        other_formats=(OtherFormat(code="ZZ", name="Zither"),),
    ),
}


def a_hostile_meeting(text: str) -> Meeting:
    return a_meeting(
        schedule=meeting_with(
            exceptions=(
                ScheduleException(on=on(2026, 2, 3), reason=text),
                ScheduleException(on=on(2026, 2, 10), moved_start=dt.time(9), reason=text),
            )
        ).schedule,
        changed_at=JANUARY,
        name=text,
        fellowship=text,
        venue_type=VenueType.HYBRID,
        venue=Venue(name=text, street=text, town=text, directions=text, transit=text),
        point=Point(-0.0000001, 179.9999999),
        accuracy=Accuracy.EXACT,
        online=Online(url=f"https://{text}", phone=text, notes=text),
        notes=text,
        page_url=text,
        restriction_text=text,
        other_formats=(OtherFormat(code=text, name=text),),
    )


def a_feed(*meetings: Meeting) -> bytes:
    return feed(meetings, LOOK, horizon_on=HORIZON_ON)


def numbered(meetings: Iterable[Meeting]) -> list[Meeting]:
    return [
        replace(meeting, id=f"t:{number}", number=number)
        for number, meeting in enumerate(meetings, 1)
    ]


def feeds() -> dict[str, bytes]:
    """Return every feed these tests look at, for the linter."""
    meetings = SCHEDULES | ENTRIES | {text[:20]: a_hostile_meeting(text) for text in HOSTILE}
    return {name: a_feed(meeting) for name, meeting in meetings.items()} | {
        "all": a_feed(*numbered(meetings.values())),
        "none": a_feed(),
        "public": feed(
            [ENTRIES["hybrid"]],
            replace(LOOK, source_url="https://oc.example.org/calendar.ics?day=tue", is_busy=True),
            horizon_on=HORIZON_ON,
        ),
        "plain": feed(numbered(meetings.values()), PLAIN_LOOK, horizon_on=HORIZON_ON),
        "Spanish": feed(
            numbered(ENTRIES.values()),
            replace(LOOK, language="es", reminder_minutes=24 * 60, is_private=True),
            horizon_on=HORIZON_ON,
        ),
        "replaced": replaced_notice(PLAIN_LOOK, on=HORIZON_ON),
    }


def unfolded(raw: bytes) -> list[str]:
    return raw.replace(b"\r\n ", b"").decode().split("\r\n")


def lines(raw: bytes, name: str) -> list[str]:
    return [line for line in unfolded(raw) if re.match(rf"{name}[;:]", line)]


def texts(raw: bytes, name: str) -> list[str]:
    return [str(event[name]) for event in vevents(raw) if name in event]


def vevents(raw: bytes) -> list[Any]:
    """Return the VEVENTs, once nothing at all was complained of."""
    parsed = icalendar.Calendar.from_ical(raw)
    assert [error for component in parsed.walk() for error in component.errors] == []
    return list(parsed.walk("VEVENT"))


def expanded(
    raw: bytes, since: dt.datetime, until: dt.datetime
) -> list[tuple[dt.datetime, dt.datetime]]:
    """Return the wall times of what takes place, by an expander that is not ours."""
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(raw)).between(since, until)
    return sorted(
        (event.start.replace(tzinfo=None), event.end.replace(tzinfo=None))
        for event in found
        if event["STATUS"] == "CONFIRMED"
    )


def by_engine(
    schedule: Schedule, since: dt.datetime, until: dt.datetime
) -> list[tuple[dt.datetime, dt.datetime]]:
    return [
        (each.start.replace(tzinfo=None), each.end.replace(tzinfo=None))
        for each in occurrences(schedule, since=since, until=until)
        if not each.is_cancelled
    ]


def rule_of(event: Any) -> str:
    return event["RRULE"].to_ical().decode() if "RRULE" in event else ""


def starts(spans: list[tuple[dt.datetime, dt.datetime]]) -> list[dt.datetime]:
    return [start for start, _ in spans]
