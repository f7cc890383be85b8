"""The VEVENTs of one meeting: recurrence, clock changes, cancelled, moved and ended."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meetings.model import (
    Rule,
    ScheduleException,
    Status,
)
from meetings.zones import zone
from tests.feeds import (
    ENTRIES,
    EVERY_DAY,
    JANUARY,
    SCHEDULES,
    a_feed,
    by_engine,
    expanded,
    lines,
    meeting_with,
    on,
    rule_of,
    starts,
    texts,
    vevents,
)
from tests.make import NOON


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("weekly", ["m1 0106 FREQ=WEEKLY;BYDAY=TU"]),
        (
            "several weekdays",
            [
                "m1-MO 0112 FREQ=WEEKLY;BYDAY=MO",
                "m1-FR 0109 FREQ=WEEKLY;BYDAY=FR",
            ],
        ),
        ("nth", ["m1-2SA 0110 FREQ=MONTHLY;BYDAY=2SA"]),
        ("last", ["m1--1SA 0131 FREQ=MONTHLY;BYDAY=-1SA"]),
        (
            "first and third",
            ["m1-1TU 0106 FREQ=MONTHLY;BYDAY=1TU", "m1-3TU 0120 FREQ=MONTHLY;BYDAY=3TU"],
        ),
        ("fifth and last", ["m1--1TH 0129 FREQ=MONTHLY;BYDAY=-1TH"]),
        ("every other", ["m1 0113 FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"]),
        ("daily", ["m1 0106 FREQ=DAILY"]),
        ("until", ["m1 0106 FREQ=WEEKLY;UNTIL=20260401T035959Z;BYDAY=TU"]),
        ("never seen", ["m1 0106 FREQ=WEEKLY;BYDAY=TU"]),
        ("once", ["m1-20261231 1231"]),
    ],
)
def test_each_schedule_has_the_form_that_every_client_understands(
    case: str, expected: list[str]
) -> None:
    raw = a_feed(SCHEDULES[case])

    written = [
        f"{event['UID'].partition('@')[0]} {event.start:%m%d} {rule_of(event)}".rstrip()
        for event in vevents(raw)
        if rule_of(event) or case == "once"
    ]
    assert written == expected


def test_a_fourth_beside_a_last_is_written_date_by_date_in_months_with_five() -> None:
    raw = a_feed(SCHEDULES["2nd 3rd 4th last"])

    uids = [uid.removeprefix("UID:").partition("@")[0] for uid in lines(raw, "UID")]
    assert uids[:3] == ["m1-2TH", "m1-3TH", "m1--1TH"]
    assert uids[3:6] == ["m1-20260122", "m1-20260423", "m1-20260723"]
    assert uids[-1] == "m1-20281123"


def test_fifth_weekdays_are_single_dates_to_the_end_of_the_year_after_next() -> None:
    raw = a_feed(SCHEDULES["fifth"])

    uids = lines(raw, "UID")
    assert uids[0] == "UID:m1-20260129@oc.example.org"
    assert uids[-1] == "UID:m1-20281130@oc.example.org"
    assert lines(raw, "RRULE")[2:] == []  # only the zone's two


def test_a_daily_marathon_is_seven_weekly_ones_since_outlook_refuses_the_daily() -> None:
    raw = a_feed(SCHEDULES["24 hours daily"])

    assert len(set(lines(raw, "UID"))) == 7
    assert "FREQ=DAILY" not in raw.decode()


def test_a_weekly_marathon_ends_a_day_later_by_the_clock() -> None:
    raw = a_feed(SCHEDULES["24 hours"])

    assert lines(raw, "DTSTART")[-1] == "DTSTART;TZID=America/New_York:20260110T120000"
    assert lines(raw, "DTEND") == ["DTEND;TZID=America/New_York:20260111T120000"]


def test_an_end_that_is_not_listed_is_an_hour_later_and_says_so() -> None:
    raw = a_feed(SCHEDULES["no end stated"])

    assert lines(raw, "DTEND") == ["DTEND;TZID=America/New_York:20260106T203000"]
    assert "End time not listed." in texts(raw, "DESCRIPTION")[0]
    assert "End time not listed." not in texts(a_feed(SCHEDULES["weekly"]), "DESCRIPTION")[0]


def test_a_dtstart_never_spans_a_clock_change_and_the_date_left_over_stands_alone() -> None:
    raw = a_feed(SCHEDULES["first would span a clock change"])

    found = [
        (str(event["UID"]).partition("@")[0], f"{event.start:%m-%d}") for event in vevents(raw)
    ]
    assert found == [("m1-SA", "03-14"), ("m1-SU", "03-08"), ("m1-20260307", "03-07")]


def test_the_zone_is_the_meetings_and_not_the_viewers() -> None:
    raw = a_feed(SCHEDULES["London"])

    assert lines(raw, "DTSTART")[-1] == "DTSTART;TZID=Europe/London:20260106T193000"
    assert lines(raw, "X-WR-TIMEZONE") == ["X-WR-TIMEZONE:Europe/London"]


@pytest.mark.parametrize("case", [case for case in SCHEDULES if not case.startswith("in the")])
def test_two_years_of_a_feed_expand_to_what_the_engine_says(case: str) -> None:
    meeting = SCHEDULES[case]
    assert meeting.schedule is not None
    assert meeting.schedule.timezone is not None
    since = dt.datetime(2026, 1, 1, tzinfo=meeting.schedule.timezone)
    until = dt.datetime(2028, 1, 1, tzinfo=meeting.schedule.timezone)
    schedule = replace(meeting.schedule, first_on=meeting.schedule.first_on or on(2026, 1, 1))

    by_feed = expanded(a_feed(meeting), since, until)

    by_us = by_engine(schedule, since, until)
    assert starts(by_feed) == starts(by_us)
    if schedule.duration in (None, dt.timedelta(hours=1)):
        assert by_feed == by_us


@pytest.mark.parametrize(
    ("zone_name", "since"),
    [
        ("America/New_York", on(2026, 3, 1)),
        ("America/New_York", on(2026, 10, 25)),
        ("America/Vancouver", on(2026, 3, 1)),
        ("America/Vancouver", on(2026, 10, 25)),
        ("Europe/London", on(2026, 3, 22)),
        ("Europe/London", on(2026, 10, 18)),
    ],
)
def test_both_weeks_around_a_clock_change_are_at_the_wall_time(
    zone_name: str, since: dt.date
) -> None:
    meeting = meeting_with(*EVERY_DAY, zone_name=zone_name, duration=dt.timedelta(minutes=61))
    assert meeting.schedule is not None
    begin = dt.datetime.combine(since, dt.time(0), zone(zone_name))
    end = dt.datetime.combine(since + dt.timedelta(days=14), dt.time(0), zone(zone_name))

    by_feed = expanded(a_feed(meeting), begin, end)

    assert by_feed == by_engine(meeting.schedule, begin, end)
    assert [start.time() for start, _ in by_feed] == [dt.time(19, 30)] * 14


@settings(max_examples=15, deadline=None)
@given(
    weekdays=st.sets(st.integers(1, 7), min_size=1, max_size=3),
    ordinals=st.sets(st.sampled_from((1, 2, 3, 4, 5, -1)), max_size=4),
    start=st.times(dt.time(4), dt.time(20)),
    first_on=st.dates(on(2025, 6, 1), on(2026, 6, 30)),
)
def test_any_schedule_expands_to_what_the_engine_says(
    weekdays: set[int], ordinals: set[int], start: dt.time, first_on: dt.date
) -> None:
    rules = [Rule(weekday=day, ordinals=tuple(sorted(ordinals))) for day in sorted(weekdays)]
    meeting = meeting_with(*rules, start=start.replace(second=0, microsecond=0), first_on=first_on)
    assert meeting.schedule is not None
    since = dt.datetime(2025, 6, 1, tzinfo=dt.UTC)
    until = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)

    by_feed = expanded(a_feed(meeting), since, until)

    assert by_feed == by_engine(meeting.schedule, since, until)


def test_a_cancelled_date_says_so_and_shows_a_way_on() -> None:
    closed = ScheduleException(on=on(2026, 2, 3), reason="the hall is closed.")
    schedule = meeting_with(exceptions=(closed,)).schedule
    meeting = replace(ENTRIES["in person"], schedule=schedule, changed_at=JANUARY)

    master, override = vevents(a_feed(meeting))

    assert f"{override['RECURRENCE-ID'].dt:%Y-%m-%d %H:%M}" == "2026-02-03 19:30"
    assert override["SUMMARY"] == "CANCELLED: NA: Evening Hope Group"
    assert override["STATUS"] == "CANCELLED"
    assert override["TRANSP"] == "TRANSPARENT"
    assert override["LOCATION"] == master["LOCATION"]
    assert str(override["DESCRIPTION"]).splitlines() == [
        "No meeting on 3 February: the hall is closed.",
        (
            "Other meetings that evening: https://oc.example.org/find"
            "?after=17%3A00&day=tue&latitude=40.67&longitude=-73.98"
        ),
        "https://oc.example.org/meetings/1",
    ]


def test_a_cancelled_online_meeting_leads_to_others_online() -> None:
    schedule = meeting_with(exceptions=(ScheduleException(on=on(2026, 2, 3)),)).schedule

    raw = a_feed(replace(ENTRIES["online"], schedule=schedule, changed_at=JANUARY))

    assert texts(raw, "DESCRIPTION")[1].splitlines()[1] == (
        "Other meetings that evening: https://oc.example.org/find"
        "?after=17%3A00&day=tue&online=1&timezone=America%2FNew_York"
    )


def test_a_moved_date_keeps_its_place_in_the_series_and_says_whence_it_came() -> None:
    moved = ScheduleException(
        on=on(2026, 2, 10), moved_on=on(2026, 2, 12), moved_start=dt.time(18), reason="a feast"
    )

    _, override = vevents(a_feed(meeting_with(exceptions=(moved,))))

    assert f"{override['RECURRENCE-ID'].dt:%m-%d %H:%M}" == "02-10 19:30"
    assert f"{override.start:%m-%d %H:%M} {override.end:%H:%M}" == "02-12 18:00 19:00"
    assert str(override["DESCRIPTION"]).splitlines()[0] == "Moved from 10 February: a feast."
    assert override["STATUS"] == "CONFIRMED"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"status": Status.CLOSED_FOR_NOW}, "This meeting is closed for now."),
        ({"status": Status.ENDED}, "This meeting is no longer listed."),
        ({"removed_at": NOON}, "This meeting is no longer listed."),
        (
            {"status": Status.CLOSED_FOR_NOW, "removed_at": NOON},
            "This meeting is no longer listed.",
        ),
    ],
)
def test_a_meeting_that_is_over_ends_with_a_cancelled_date(
    changes: dict[str, Any], words: str
) -> None:
    raw = a_feed(replace(meeting_with(), **changes))

    _, override = vevents(raw)
    assert lines(raw, "RRULE")[-1] == "RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20261125T045959Z"
    assert f"{override['RECURRENCE-ID'].dt:%Y-%m-%d}" == "2026-11-24"
    assert override["SUMMARY"] == "CANCELLED: NA: Evening Hope Group"
    assert str(override["DESCRIPTION"]).splitlines()[0] == words


def test_a_meeting_removed_on_its_day_before_it_began_is_cancelled_that_day() -> None:
    tuesday_morning = dt.datetime(2026, 11, 24, 15, tzinfo=dt.UTC)
    tuesday_night = dt.datetime(2026, 11, 25, 1, tzinfo=dt.UTC)

    early = vevents(a_feed(replace(meeting_with(), removed_at=tuesday_morning)))
    late = vevents(a_feed(replace(meeting_with(), removed_at=tuesday_night)))

    assert [f"{event['RECURRENCE-ID'].dt:%m-%d}" for event in (early[1], late[1])] == [
        "11-24",
        "12-01",
    ]


def test_each_part_of_a_split_schedule_ends_with_its_own_cancelled_date() -> None:
    raw = a_feed(ENTRIES["ended, monthly"])

    cancelled = [
        f"{str(event['UID']).partition('@')[0]} {event.start:%Y-%m-%d}"
        for event in vevents(raw)
        if event["STATUS"] == "CANCELLED"
    ]
    assert cancelled[:3] == ["m1-1TU 2026-12-01", "m1-3TU 2026-12-15", "m1-20261229 2026-12-29"]


def test_what_was_cancelled_before_the_end_stays_cancelled_and_what_came_after_is_dropped() -> None:
    exceptions = (
        ScheduleException(on=on(2026, 10, 6)),
        ScheduleException(on=on(2026, 11, 24), reason="flood"),
        ScheduleException(on=on(2026, 12, 1)),
    )
    meeting = replace(meeting_with(exceptions=exceptions), status=Status.ENDED, changed_at=NOON)

    _, first, last = vevents(a_feed(meeting))

    assert f"{first.start:%m-%d}" == "10-06"
    assert f"{last.start:%m-%d}" == "11-24"
    assert "no longer listed" in last["DESCRIPTION"]


def test_a_meeting_that_ended_by_its_own_last_date_is_not_cancelled() -> None:
    meeting = replace(meeting_with(until=on(2026, 6, 30)), status=Status.ENDED)

    (master,) = vevents(a_feed(meeting))

    assert master["STATUS"] == "CONFIRMED"
    assert lines(a_feed(meeting), "RRULE")[-1].endswith("UNTIL=20260701T035959Z")
