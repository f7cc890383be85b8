"""A series whose own last date has passed is over, whenever its list was written."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from importers import bmlt, ics
from importers._ended import has_ended
from importers._refresh import refresh
from importers._report import Report
from importers._source import Payloads, Reading, Source
from meetings.model import Meeting, Rule, ScheduleException, TimezoneSource
from meetings.storage.database import Database
from meetings.storage.meetings import Baseline, baseline
from meetings.storage.sources import Outcome, Rejection
from tests.make import a_schedule
from tests.make_lists import NO_PLACES, NOW, a_bmlt_record, a_source, bmlt_list

DAY = dt.timedelta(days=1)
TODAY = NOW.date()  # a Wednesday
ENDED = "UNTIL=20200101T000000Z"


def a_series(uid: str, rule: str = "", *, start: str = "20190101T190000") -> str:
    """Return Tuesdays at 19:00 in New York, by Zoom, as it was written in 2019."""
    return "\r\n".join(
        (
            "BEGIN:VEVENT",
            f"UID:{uid}",
            "DTSTAMP:20190101T000000Z",
            f"DTSTART;TZID=America/New_York:{start}",
            f"RRULE:FREQ=WEEKLY;{rule}".rstrip(";"),
            f"SUMMARY:Group {uid}",
            "LOCATION:Zoom",
            "END:VEVENT\r\n",
        )
    )


def a_calendar(*events: str) -> Payloads:
    text = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{''.join(events)}END:VCALENDAR\r\n"
    return {"calendar": text.encode()}


async def imported(db: Database, payloads: Payloads, **options: Any) -> Report:
    defaults: dict[str, Any] = {"importer": ics, "places": NO_PLACES, "overrides": {}, "now": NOW}
    return await refresh(db, a_source(importer="ics"), payloads, **defaults | options)


async def stored(db: Database) -> Mapping[str, Baseline]:
    async with db.read() as reader:
        return await baseline(reader, "t")


@pytest.mark.parametrize(
    ("changes", "is_over"),
    [
        ({}, False),
        ({"until": TODAY - DAY}, True),
        ({"until": TODAY}, False),
        ({"until": TODAY, "rules": (Rule(weekday=2),)}, True),
        ({"until": TODAY + 5 * DAY, "rules": (Rule(weekday=2),)}, True),
        ({"until": TODAY + 6 * DAY, "rules": (Rule(weekday=2),)}, False),
        ({"until": TODAY - DAY, "first_on": TODAY + DAY}, True),
        ({"until": dt.date.max, "first_on": dt.date.max}, False),
    ],
)
def test_a_schedule_is_over_when_none_of_its_dates_is_left(
    changes: dict[str, Any], is_over: bool
) -> None:
    schedule = a_schedule(**{"rules": (Rule(weekday=3),)} | changes)

    assert has_ended(schedule, now=NOW) is is_over


@pytest.mark.parametrize(("days", "is_over"), [(-1, True), (0, False), (7, False)])
def test_a_last_date_that_was_moved_is_waited_for(days: int, is_over: bool) -> None:
    moved = ScheduleException(on=TODAY - 8 * DAY, moved_on=TODAY + days * DAY)
    schedule = a_schedule(until=TODAY - 8 * DAY, exceptions=(moved,))

    assert has_ended(schedule, now=NOW) is is_over


def test_a_day_is_over_when_it_is_over_everywhere() -> None:
    schedule = a_schedule(
        timezone=None,
        timezone_source=TimezoneSource.UNKNOWN,
        until=TODAY,
        rules=(Rule(weekday=3),),
    )

    assert not has_ended(schedule, now=NOW + dt.timedelta(hours=23))
    assert has_ended(schedule, now=NOW + dt.timedelta(hours=25))


@pytest.mark.parametrize("rule", [ENDED, "COUNT=6"])
async def test_a_series_that_ended_long_ago_is_not_listed(db: Database, rule: str) -> None:
    report = await imported(db, a_calendar(a_series("old", rule), a_series("now")))

    assert (await stored(db)).keys() == {"t:now"}
    ((key, reason),) = [(each.key, each.reason) for each in report.rejections]
    assert key == "old"
    assert reason in ("ended on 2019-12-31", "ended on 2019-02-05")


async def test_a_series_that_ends_between_two_equal_lists_is_removed_at_once(db: Database) -> None:
    calendar = a_calendar(a_series("ends", "UNTIL=20261125T000000Z"), a_series("stays"))
    await imported(db, calendar)

    before = await imported(db, calendar, now=NOW + 6 * DAY)
    report = await imported(db, calendar, now=NOW + 7 * DAY)

    assert (before.unchanged, before.removed) == (2, 0)
    assert (report.unchanged, report.removed) == (1, 1)
    assert report.rejections == (Rejection("ends", "ended on 2026-11-24"),)
    assert (await stored(db))["t:ends"].removed_at == NOW + 7 * DAY


class Ending:
    """The BMLT reader, which leaves unchanged records unread; its meetings end tomorrow."""

    TITLE, SPEC, IS_WINDOWED = bmlt.TITLE, bmlt.SPEC, bmlt.IS_WINDOWED
    fetch, load, holds_records = bmlt.fetch, bmlt.load, staticmethod(bmlt.holds_records)

    def read(self, payloads: Payloads, source: Source) -> Reading:
        for each in bmlt.read(payloads, source):
            assert isinstance(each, Meeting)
            assert each.schedule is not None
            yield replace(each, schedule=replace(each.schedule, until=TODAY + DAY))


async def test_a_record_that_is_as_it_was_ends_all_the_same(db: Database) -> None:
    payloads = bmlt_list(a_bmlt_record(1, weekday_tinyint="5"))
    await imported(db, payloads, importer=Ending())

    report = await imported(db, payloads, importer=Ending(), now=NOW + 3 * DAY)

    assert (report.outcome, report.removed) == (Outcome.ACCEPTED, 1)


async def test_a_series_that_ended_and_left_the_list_is_not_missing(db: Database) -> None:
    await imported(db, a_calendar(a_series("ends", "UNTIL=20261125T000000Z"), a_series("stays")))

    report = await imported(db, a_calendar(a_series("stays")), now=NOW + 7 * DAY)

    assert (report.missing, report.removed) == (0, 1)


async def test_the_end_of_a_term_ends_its_groups_without_a_person(db: Database) -> None:
    terms = [a_series(f"term-{n}", "UNTIL=20261125T000000Z") for n in range(9)]
    calendar = a_calendar(*terms, a_series("stays"))
    await imported(db, calendar)

    outcomes = [await imported(db, calendar, now=NOW + n * DAY) for n in (7, 8)]

    assert [(each.outcome, each.removed) for each in outcomes] == [
        (Outcome.ACCEPTED, 9),
        (Outcome.ACCEPTED, 0),
    ]


async def test_a_calendar_of_one_series_ends_with_it(db: Database) -> None:
    calendar = a_calendar(a_series("ends", "UNTIL=20261125T000000Z"))
    await imported(db, calendar)

    report = await imported(db, calendar, now=NOW + 7 * DAY)

    assert (report.outcome, report.removed) == (Outcome.ACCEPTED, 1)


async def test_ends_that_are_news_and_many_wait_for_a_person(db: Database) -> None:
    uids = [f"s{n}" for n in range(10)]
    await imported(db, a_calendar(*(a_series(uid) for uid in uids)))

    cut = [a_series(uid, ENDED if n < 6 else "") for n, uid in enumerate(uids)]
    report = await imported(db, a_calendar(*cut), now=NOW + DAY)

    assert (report.outcome, report.reason) == (Outcome.HELD, "6 of 10 meetings are missing")
