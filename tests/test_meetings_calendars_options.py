"""What a person chooses for a feed: reminders, busy, language; and what limits a feed."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from meetings._phrases import PHRASES
from meetings.calendars import (
    MOST_BYTES,
    entry,
    etag,
    events,
    feed,
    leaves_on,
    replaced_notice,
)
from meetings.model import Meeting, Rule, ScheduleException, Status
from tests.feeds import (
    DAY,
    ENTRIES,
    HORIZON_ON,
    JANUARY,
    LOOK,
    SCHEDULES,
    a_feed,
    by_engine,
    expanded,
    lines,
    meeting_with,
    numbered,
    on,
    rule_of,
    starts,
    texts,
    vevents,
)
from tests.make import NOON


@pytest.mark.parametrize(("minutes", "trigger"), [(15, "-PT15M"), (60, "-PT1H"), (24 * 60, "-P1D")])
def test_a_reminder_is_an_alarm_on_what_takes_place_and_nowhere_else(
    minutes: int, trigger: str
) -> None:
    look = replace(LOOK, reminder_minutes=minutes)

    master, cancelled, moved = vevents(
        feed([SCHEDULES["with exceptions"]], look, horizon_on=HORIZON_ON)
    )[1:]

    alarms = [event.walk("VALARM") for event in (master, cancelled, moved)]
    assert [len(found) for found in alarms] == [0, 0, 1]
    ((alarm,),) = [found for found in alarms if found]
    assert alarm["TRIGGER"].to_ical().decode() == trigger
    assert alarm["ACTION"] == "DISPLAY"
    assert alarm["DESCRIPTION"] == "NA: Evening Hope Group"
    assert alarm["UID"] == f"a{minutes}-m1@oc.example.org"


def test_nobody_is_reminded_who_did_not_ask() -> None:
    assert b"VALARM" not in a_feed(*numbered((SCHEDULES | ENTRIES).values()))


@pytest.mark.parametrize("changes", [{"reminder_minutes": 30}, {"language": "xx"}], ids=str)
def test_a_choice_that_nobody_offers_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(changes))):
        replace(LOOK, **changes)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["CANCELLED: NA: Evening Hope Group", "No meeting on 3 February: flood."]),
        ("es", ["CANCELADA: NA: Evening Hope Group", "No hay reunión el 3 de febrero: flood."]),
        (
            "fa",
            ["لغو شد: NA: Evening Hope Group", "در ۳ فوریه (۱۴ بهمن) جلسه برگزار نمی‌شود: flood."],
        ),
    ],
)
def test_the_fixed_words_are_in_the_language_asked_for(language: str, said: list[str]) -> None:
    closed = ScheduleException(on=on(2026, 2, 3), reason="flood")
    meeting = meeting_with(exceptions=(closed,))

    _, override = vevents(feed([meeting], replace(LOOK, language=language), horizon_on=HORIZON_ON))

    assert [str(override["SUMMARY"]), str(override["DESCRIPTION"]).splitlines()[0]] == said


def test_each_language_has_twelve_months_and_no_word_empty() -> None:
    for phrases in PHRASES.values():
        assert len(set(phrases.months)) == 12
        assert len(set(phrases.solar_hijri_months)) in (0, 12)
        names = set(phrases.__slots__) - {"solar_hijri_months"}
        assert all(getattr(phrases, name) for name in names)


def test_a_feed_in_persian_has_its_digits_and_the_solar_hijri_date_beside() -> None:
    assert PHRASES["fa"].day(on(2026, 3, 21)) == "۲۱ مارس (۱ فروردین)"
    assert PHRASES["es"].day(on(2026, 3, 21)) == "21 de marzo"


def test_the_other_meetings_are_those_of_that_evening_or_that_day() -> None:
    closed = ScheduleException(on=on(2026, 2, 3))
    evening = meeting_with(exceptions=(closed,))
    morning = meeting_with(exceptions=(closed,), start=dt.time(9))

    said = [texts(a_feed(each), "DESCRIPTION")[1].splitlines()[1] for each in (evening, morning)]

    assert said == [
        "Other meetings that evening: https://oc.example.org/find?after=17%3A00&day=tue",
        "Other meetings that day: https://oc.example.org/find?day=tue",
    ]


def test_an_entry_is_told_for_links_that_make_one_elsewhere() -> None:
    said = entry(ENTRIES["online"], LOOK)

    assert said.title == "NA: Evening Hope Group"
    assert said.location == "https://meet.example.net/j?a=1,2;3"
    assert said.description.startswith("Join: https://meet.example.net/j?a=1,2;3")


def test_a_replaced_link_shows_a_notice_and_no_meeting() -> None:
    (event,) = vevents(replaced_notice(LOOK, on=on(2026, 3, 1)))

    assert event["UID"] == "replaced-20260301@oc.example.org"
    assert event["SUMMARY"] == "This calendar link was replaced"
    assert event["TRANSP"] == "TRANSPARENT"


def test_an_empty_plan_says_so_on_the_day_of_its_making() -> None:
    made_on = on(2026, 3, 1)

    first = feed([], LOOK, horizon_on=HORIZON_ON, empty_on=made_on)
    later = feed([], LOOK, horizon_on=HORIZON_ON + DAY, empty_on=made_on)

    assert lines(first, "DTSTART") == ["DTSTART;VALUE=DATE:20260301"]
    assert first == later
    assert etag([], LOOK, horizon_on=HORIZON_ON, empty_on=made_on) == etag(
        [], LOOK, horizon_on=HORIZON_ON + DAY, empty_on=made_on
    )


def test_what_is_long_over_is_written_no_more_after_the_next_change() -> None:
    exceptions = (
        ScheduleException(on=on(2026, 2, 3)),
        ScheduleException(on=on(2026, 2, 10), moved_on=on(2026, 5, 12)),
    )
    meeting = meeting_with(exceptions=exceptions)
    in_april = replace(meeting, revision=1, changed_at=dt.datetime(2026, 4, 6, tzinfo=dt.UTC))

    before = [event.get("RECURRENCE-ID") for event in vevents(a_feed(meeting))]
    after = [event.get("RECURRENCE-ID") for event in vevents(a_feed(in_april))]

    assert [each and f"{each.dt:%m-%d}" for each in before] == [None, "02-03", "02-10"]
    assert [each and f"{each.dt:%m-%d}" for each in after] == [None, "02-10"]


def test_what_is_over_stays_as_it_is_until_something_changes() -> None:
    meeting = meeting_with(exceptions=(ScheduleException(on=on(2026, 2, 3)),))

    assert a_feed(meeting) == feed([meeting], LOOK, horizon_on=HORIZON_ON + 30 * DAY)


@pytest.mark.parametrize(
    ("changes", "left_on"),
    [
        ({}, None),
        ({"removed_at": NOON}, on(2026, 12, 24)),  # 24 November is its last date, then 30 days
        ({"status": Status.ENDED}, on(2026, 12, 24)),
        ({"status": Status.CLOSED_FOR_NOW}, on(2026, 12, 24)),
        (
            {"removed_at": NOON, "schedule": meeting_with(until=on(2026, 6, 30)).schedule},
            on(2026, 12, 18),
        ),
        ({"removed_at": NOON, "schedule": None}, None),
    ],
    ids=str,
)
def test_a_meeting_that_is_over_leaves_a_month_after_its_last_date(
    changes: dict[str, Any], left_on: dt.date | None
) -> None:
    assert leaves_on(replace(meeting_with(), **changes)) == left_on


def test_a_feed_tells_of_an_end_for_a_month_and_is_then_without_the_meeting() -> None:
    gone = replace(meeting_with(), removed_at=NOON)
    last_day = on(2026, 12, 23)

    assert len(vevents(feed([gone], LOOK, horizon_on=last_day))) == 2
    assert texts(feed([gone], LOOK, horizon_on=last_day + DAY), "SUMMARY") == [
        "No meetings in this calendar"
    ]
    assert etag([gone], LOOK, horizon_on=last_day) == etag([gone], LOOK, horizon_on=HORIZON_ON)
    assert etag([gone], LOOK, horizon_on=last_day) != etag([gone], LOOK, horizon_on=last_day + DAY)


def cancelled_from(first: dt.date, *, weeks: int, changed_at: dt.datetime = JANUARY) -> Meeting:
    off = tuple(ScheduleException(on=first + 7 * n * DAY, reason="summer") for n in range(weeks))
    return replace(meeting_with(exceptions=off), changed_at=changed_at)


def test_a_long_pause_is_an_end_and_a_new_beginning() -> None:
    paused = cancelled_from(on(2026, 6, 2), weeks=13)

    found = [
        f"{str(event['UID']).partition('@')[0]} {event.start:%m-%d} {rule_of(event)}".strip()
        for event in vevents(a_feed(paused))
    ]

    assert found == [
        "m1 01-06 FREQ=WEEKLY;UNTIL=20260603T035959Z;BYDAY=TU",
        "m1 06-02",  # the first date off, said to be cancelled
        "m1-20260901 09-01 FREQ=WEEKLY;BYDAY=TU",
    ]


def test_a_short_pause_is_cancelled_date_by_date() -> None:
    paused = cancelled_from(on(2026, 6, 2), weeks=12)

    assert {str(event["UID"]) for event in vevents(a_feed(paused))} == {"m1@oc.example.org"}
    assert len(vevents(a_feed(paused))) == 13


@pytest.mark.parametrize("rules", [(Rule(weekday=2),), (Rule(weekday=2), Rule(weekday=4))])
def test_a_paused_feed_expands_to_what_the_engine_says(rules: tuple[Rule, ...]) -> None:
    off = cancelled_from(on(2026, 6, 2), weeks=20).schedule
    assert off is not None
    paused = meeting_with(*rules, exceptions=off.exceptions)
    assert paused.schedule is not None
    since, until = (dt.datetime(year, 1, 1, tzinfo=dt.UTC) for year in (2026, 2028))

    assert starts(expanded(a_feed(paused), since, until)) == starts(
        by_engine(paused.schedule, since, until)
    )


def test_a_new_weekly_time_keeps_the_uid_and_rewrites_what_is_off() -> None:
    off = ScheduleException(on=on(2026, 2, 3))
    early = meeting_with(exceptions=(off,))
    late = replace(
        meeting_with(exceptions=(off,), start=dt.time(20)), revision=1, changed_at=JANUARY + DAY
    )
    elsewhen = meeting_with(Rule(weekday=5), exceptions=(off,), first_on=on(2026, 1, 2))

    assert lines(a_feed(early), "UID") == lines(a_feed(late), "UID")
    assert lines(a_feed(late), "RECURRENCE-ID") == [
        "RECURRENCE-ID;TZID=America/New_York:20260203T200000"
    ]
    assert lines(a_feed(elsewhen), "RECURRENCE-ID") == []


def test_new_zone_rules_change_the_etag_and_no_event(monkeypatch: pytest.MonkeyPatch) -> None:
    meeting = SCHEDULES["Vancouver"]
    before = etag([meeting], LOOK, horizon_on=HORIZON_ON)
    written = events(meeting, LOOK, horizon_on=HORIZON_ON)

    monkeypatch.setattr("meetings.calendars.ZONE_VERSION", "2099z")

    assert etag([meeting], LOOK, horizon_on=HORIZON_ON) != before
    assert events(meeting, LOOK, horizon_on=HORIZON_ON) == written


def test_a_feed_stays_under_what_google_takes_by_leaving_notes_out() -> None:
    wordy = [
        replace(each, notes="A long story. " * 200)
        for each in numbered([ENTRIES["in person"]] * 500)
    ]

    raw = a_feed(*wordy)

    assert 0 < len(raw) < MOST_BYTES
    assert raw.count(b"BEGIN:VEVENT") == 500
    assert b"A long story" not in raw


def test_a_feed_that_is_too_long_all_the_same_is_cut_at_a_meeting() -> None:
    many = numbered([ENTRIES["in person"]] * 1_500)

    raw = a_feed(*many)

    assert len(raw) < MOST_BYTES + 10_000
    assert len(vevents(raw)) > 500
