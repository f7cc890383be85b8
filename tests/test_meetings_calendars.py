"""Feeds as a whole: stamps, bytes, ETags, what is left out, and the linter's word on all."""

import datetime as dt
import hashlib
import importlib.util
import logging
import os
import random
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from meetings.calendars import Look, etag, events, feed
from meetings.model import (
    Accuracy,
    Admission,
    Meeting,
    Online,
    OtherFormat,
    Point,
    ScheduleException,
    Status,
    TimezoneSource,
    VenueType,
)
from tests.feeds import (
    DAY,
    ENTRIES,
    HALL,
    HORIZON_ON,
    JANUARY,
    LOOK,
    SCHEDULES,
    a_feed,
    feeds,
    lines,
    meeting_with,
    numbered,
    on,
    unfolded,
    vevents,
)
from tests.make import NOON, a_meeting, a_schedule
from tests.shared import shared


def test_the_header_is_constant_and_zones_stand_in_the_order_of_their_first_use() -> None:
    chosen = numbered(SCHEDULES[name] for name in ("London", "weekly", "London", "Kolkata"))

    raw = a_feed(*chosen)

    assert unfolded(raw)[:14] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//oc.example.org//Meeting feeds 1//EN",
        "CALSCALE:GREGORIAN",
        "NAME:Meetings",
        "X-WR-CALNAME:Meetings",
        "DESCRIPTION:Meetings as their lists give them. Changes reach you within a day.",
        "X-WR-CALDESC:Meetings as their lists give them. Changes reach you within a day.",
        "URL:https://oc.example.org",
        "X-WR-TIMEZONE:Europe/London",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "COLOR:teal",
        "X-APPLE-CALENDAR-COLOR:#008080",
    ]
    assert lines(raw, "TZID") == [
        "TZID:Europe/London",
        "TZID:America/New_York",
        "TZID:Asia/Kolkata",
    ]
    assert [line[:7] for line in lines(raw, "UID")] == ["UID:m1@", "UID:m2@", "UID:m3@", "UID:m4@"]


def test_a_public_feed_names_its_address() -> None:
    look = replace(LOOK, source_url="https://oc.example.org/calendar.ics?day=tue")

    raw = feed([SCHEDULES["weekly"]], look, horizon_on=HORIZON_ON)

    assert lines(raw, "SOURCE") == ["SOURCE;VALUE=URI:https://oc.example.org/calendar.ics?day=tue"]
    assert lines(a_feed(SCHEDULES["weekly"]), "SOURCE") == []


@pytest.mark.parametrize(
    "meetings",
    [
        [],
        [a_meeting(schedule=None)],
        [a_meeting(schedule=a_schedule(timezone=None, timezone_source=TimezoneSource.UNKNOWN))],
        [replace(meeting_with(), number=0)],
        [meeting_with(until=on(2025, 12, 31))],
    ],
    ids=["none", "by appointment", "no zone", "no number", "over before it began"],
)
def test_a_calendar_is_never_empty(meetings: list[Meeting]) -> None:
    raw = a_feed(*meetings)

    (event,) = vevents(raw)
    assert event["SUMMARY"] == "No meetings in this calendar"
    assert lines(raw, "DTSTART")[0] in (
        "DTSTART;VALUE=DATE:20261118",
        "DTSTART;VALUE=DATE:20260101",
    )
    same_etag = etag(meetings, LOOK, horizon_on=HORIZON_ON) == etag(
        meetings, LOOK, horizon_on=HORIZON_ON + DAY
    )
    assert same_etag == (raw == feed(meetings, LOOK, horizon_on=HORIZON_ON + DAY))
    assert event["TRANSP"] == "TRANSPARENT"


def test_the_etag_of_an_empty_calendar_moves_with_its_day() -> None:
    today = etag([], LOOK, horizon_on=HORIZON_ON)

    assert etag([a_meeting(schedule=None)], LOOK, horizon_on=HORIZON_ON) == today
    assert etag([], LOOK, horizon_on=HORIZON_ON + DAY) != today


def test_one_bad_meeting_is_left_out_and_the_log_does_not_quote_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    good, bad = numbered([SCHEDULES["weekly"], meeting_with()])
    bad = replace(bad, name="Secret \ud800 Garden", notes="Private")

    with caplog.at_level(logging.WARNING):
        raw = a_feed(good, bad)

    assert raw == a_feed(good)
    assert [record.getMessage() for record in caplog.records] == [
        "meeting_left_out id=t:2 error=UnicodeEncodeError"
    ]
    assert "Secret" not in caplog.text
    assert "Private" not in caplog.text


@pytest.mark.parametrize("changes", [{"number": 0}, {"changed_at": None}], ids=str)
def test_a_meeting_that_nobody_published_has_no_events(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="t:1 lacks one"):
        events(replace(meeting_with(), **changes), LOOK, horizon_on=HORIZON_ON)


@pytest.mark.parametrize(
    "changes", [{"uid_host": ""}, {"uid_host": "x" * 151}, {"base_url": "https://x.org/"}], ids=str
)
def test_a_look_that_would_break_a_feed_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(changes))):
        replace(LOOK, **changes)


def test_master_and_overrides_carry_the_same_stamps() -> None:
    meeting = replace(
        SCHEDULES["with exceptions"],
        revision=7,
        changed_at=dt.datetime(2026, 2, 4, 3, 2, 1, 999, tzinfo=dt.timezone(dt.timedelta(hours=2))),
    )

    raw = events(meeting, LOOK, horizon_on=HORIZON_ON)

    assert len(vevents(a_feed(meeting))) == 4
    assert set(lines(raw, "DTSTAMP")) == {"DTSTAMP:20260204T010201Z"}
    assert set(lines(raw, "LAST-MODIFIED")) == {"LAST-MODIFIED:20260204T010201Z"}
    assert set(lines(raw, "SEQUENCE")) == {"SEQUENCE:7"}
    assert [len(lines(raw, name)) for name in ("DTSTAMP", "LAST-MODIFIED", "SEQUENCE")] == [4] * 3


def test_a_new_revision_changes_the_stamps_and_nothing_else() -> None:
    meeting = SCHEDULES["with exceptions"]
    stamps = re.compile(rb"(DTSTAMP|LAST-MODIFIED|SEQUENCE):.*\r\n")
    bumped = replace(meeting, revision=1, changed_at=JANUARY + DAY)

    old = events(meeting, LOOK, horizon_on=HORIZON_ON)
    new = events(bumped, LOOK, horizon_on=HORIZON_ON)

    assert old != new
    assert stamps.sub(b"", old) == stamps.sub(b"", new)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Another"},
        {"fellowship": "aa"},
        {"venue": replace(HALL, name="Elsewhere")},
        {"venue": replace(HALL, street="13 Example Street")},
        {"venue": replace(HALL, directions="Back door.")},
        {"venue": replace(HALL, transit="Bus 1")},
        {"point": Point(40.68, -73.98)},
        {"accuracy": Accuracy.LOCALITY},
        {"venue_type": VenueType.ONLINE},
        {"online": Online(url="https://meet.example.net/other")},
        {"online": Online(url="https://meet.example.net/room", phone="+1 202 555 0100")},
        {"online": Online(url="https://meet.example.net/room", notes="Code on the door")},
        {"formats": ("speaker",)},
        {"other_formats": (OtherFormat(code="ZZ"),)},
        {"admission": Admission.OPEN},
        {"restriction_text": "Men"},
        {"notes": "Ring once."},
        {"page_url": "https://list.example.org/1"},
        {"status": Status.ENDED},
        {"removed_at": NOON},
        {"schedule": meeting_with(start=dt.time(20)).schedule},
        {"schedule": meeting_with(duration=dt.timedelta(hours=2)).schedule},
        {"schedule": meeting_with(zone_name="America/Toronto").schedule},
        {"schedule": meeting_with(exceptions=(ScheduleException(on=on(2026, 12, 1)),)).schedule},
    ],
    ids=str,
)
def test_whatever_a_person_would_notice_changes_the_bytes(changes: dict[str, Any]) -> None:
    meeting = ENTRIES["hybrid"]

    old = events(meeting, LOOK, horizon_on=HORIZON_ON)
    new = events(replace(meeting, **changes), LOOK, horizon_on=HORIZON_ON)

    assert old != new


def test_what_nobody_sees_changes_no_byte() -> None:
    meeting = ENTRIES["hybrid"]
    later = replace(meeting, confirmed_on=on(2026, 11, 17), service_body="Area 9")

    old = events(meeting, LOOK, horizon_on=HORIZON_ON)
    new = events(later, replace(LOOK, name="Other"), horizon_on=HORIZON_ON - 300 * DAY)

    assert old == new


def test_shuffled_input_gives_the_same_bytes_and_the_same_etag() -> None:
    meetings = numbered((SCHEDULES | ENTRIES).values())
    shuffled = random.Random(8).sample(meetings, len(meetings))

    assert a_feed(*meetings) == a_feed(*shuffled, *meetings[:3])
    assert etag(meetings, LOOK, horizon_on=HORIZON_ON) == etag(
        shuffled, LOOK, horizon_on=HORIZON_ON
    )


def test_another_process_in_another_zone_writes_the_same_bytes() -> None:
    program = (
        "import hashlib;"
        "from meetings.calendars import etag;"
        "from tests.feeds import HORIZON_ON, LOOK, ENTRIES, SCHEDULES, a_feed, numbered;"
        "print(hashlib.sha256(a_feed(*numbered((SCHEDULES | ENTRIES).values()))).hexdigest(),"
        "etag(SCHEDULES.values(), LOOK, horizon_on=HORIZON_ON))"
    )

    other = subprocess.run(  # noqa: S603 - our own interpreter and words
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[1],
        env=os.environ | {"PYTHONHASHSEED": "7", "TZ": "Asia/Kolkata"},
        capture_output=True,
        check=True,
        text=True,
    )

    body = a_feed(*numbered((SCHEDULES | ENTRIES).values()))
    mark = etag(SCHEDULES.values(), LOOK, horizon_on=HORIZON_ON)
    assert other.stdout.split() == [hashlib.sha256(body).hexdigest(), mark]


def test_the_etag_moves_with_revision_look_and_year_and_not_with_the_day() -> None:
    meeting = SCHEDULES["fifth"]

    def mark(meeting: Meeting, look: Look = LOOK, horizon_on: dt.date = HORIZON_ON) -> str:
        return etag([meeting], look, horizon_on=horizon_on)

    same = mark(meeting)
    assert mark(meeting, horizon_on=on(2026, 1, 1)) == same
    assert mark(replace(meeting, revision=1)) != same
    assert mark(meeting, replace(LOOK, is_busy=True)) != same
    assert mark(meeting, horizon_on=on(2027, 1, 1)) != same
    assert a_feed(meeting) != feed([meeting], LOOK, horizon_on=on(2027, 1, 1))


def test_a_cached_builder_takes_the_place_of_ours() -> None:
    asked: list[str] = []

    def build(meeting: Meeting, look: Look, *, horizon_on: dt.date) -> bytes:
        asked.append(meeting.id)
        return events(meeting, look, horizon_on=horizon_on)

    raw = feed([SCHEDULES["weekly"]], LOOK, horizon_on=HORIZON_ON, build=build)

    assert raw == a_feed(SCHEDULES["weekly"])
    assert asked == ["t:1"]


@pytest.mark.lists
def test_the_linter_finds_nothing_in_any_of_these_feeds() -> None:
    spec = importlib.util.spec_from_file_location("feedlint", shared("tools/feedlint.py"))
    assert spec is not None
    assert spec.loader is not None
    feedlint = importlib.util.module_from_spec(spec)
    sys.modules["feedlint"] = feedlint  # its dataclasses look their module up
    spec.loader.exec_module(feedlint)

    faults = {
        name: found
        for name, raw in feeds().items()
        if (found := feedlint.lint(raw) + feedlint.by_icalendar(raw))
    }

    assert faults == {}
