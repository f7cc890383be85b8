"""Rows of one world id are told apart by number, and each meeting keeps its own."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest

from importers import naws
from importers._overrides import Override
from importers._refresh import refresh
from importers._report import Report
from meetings.storage.database import Database
from meetings.storage.meetings import Baseline, baseline
from meetings.zones import zone
from tests.make_lists import NO_PLACES, NOW, a_source
from tests.test_importers_naws import a_naws_row, table

DAY = dt.timedelta(days=1)
MONDAY = a_naws_row(Day="Monday", Time="1900")
THURSDAY = a_naws_row(Day="Thursday", Time="2000")
FRIDAY = a_naws_row(Day="Friday", Time="2100")
FIRST, SECOND, THIRD = "t:G00000001", "t:G00000001-2", "t:G00000001-3"


async def imported(db: Database, *rows: dict[str, Any], day: int = 0, **options: Any) -> Report:
    others = (
        a_naws_row(Committee=f"G9{n}", CommitteeName=f"Other {n}", Address=f"{n} Sample St")
        for n in range(8)
    )
    payloads = {"naws": table(*({"Delete": ""} | row for row in (*rows, *others)))}
    source = a_source(importer="naws", timezone=zone("America/New_York"))
    defaults: dict[str, Any] = {"places": NO_PLACES, "overrides": {}, "now": NOW + day * DAY}
    return await refresh(db, source, payloads, importer=naws, **defaults | options)


async def stored(db: Database) -> Mapping[str, Baseline]:
    async with db.read() as reader:
        known = await baseline(reader, "t")
    return {id_: each for id_, each in known.items() if id_.startswith(FIRST)}


async def weekdays(db: Database) -> dict[str, int]:
    return {
        id_: each.meeting.schedule.rules[0].weekday
        for id_, each in (await stored(db)).items()
        if each.meeting.schedule is not None
    }


async def test_a_row_that_goes_gives_its_calendar_to_no_other(db: Database) -> None:
    await imported(db, MONDAY, THURSDAY)

    report = await imported(db, THURSDAY, day=1)

    assert (report.changed, report.missing, report.removed) == (0, 1, 0)
    assert await weekdays(db) == {FIRST: 1, SECOND: 4}
    assert (await stored(db))[FIRST].missing_since == NOW + DAY


async def test_rows_that_change_places_change_nothing(db: Database) -> None:
    await imported(db, MONDAY, THURSDAY)

    report = await imported(db, THURSDAY, MONDAY, day=1)

    assert (report.added, report.changed, report.missing, report.unchanged) == (0, 0, 0, 10)


async def test_a_new_row_above_the_others_gets_a_number_of_its_own(db: Database) -> None:
    await imported(db, MONDAY, THURSDAY)

    report = await imported(db, FRIDAY, MONDAY, THURSDAY, day=1)

    assert (report.added, report.changed, report.missing) == (1, 0, 0)
    assert await weekdays(db) == {FIRST: 1, SECOND: 4, THIRD: 5}


@pytest.mark.parametrize("move", [{"Time": "1830"}, {"Day": "Saturday"}])
async def test_a_meeting_that_moves_keeps_its_number(db: Database, move: dict[str, Any]) -> None:
    await imported(db, MONDAY, THURSDAY)

    report = await imported(db, THURSDAY, MONDAY | move, day=1)

    assert (report.added, report.changed, report.missing) == (0, 1, 0)
    assert (await weekdays(db))[SECOND] == 4


async def test_the_only_row_is_the_meeting_whatever_changes(db: Database) -> None:
    await imported(db, MONDAY)

    report = await imported(db, FRIDAY | {"Address": "5 Sample Ave"}, day=1)

    assert (report.added, report.changed, report.missing) == (0, 1, 0)


async def test_the_number_of_a_meeting_that_ended_is_not_given_again(db: Database) -> None:
    await imported(db, MONDAY, THURSDAY)
    for day in (1, 5, 9):
        await imported(db, THURSDAY, day=day)

    await imported(db, FRIDAY, THURSDAY, day=10)
    after = await stored(db)
    await imported(db, FRIDAY, THURSDAY, MONDAY, day=11)

    assert after[FIRST].removed_at is not None
    assert await weekdays(db) == {FIRST: 1, SECOND: 4, THIRD: 5}
    assert (await stored(db))[FIRST].removed_at is None


async def test_a_row_that_cannot_be_read_is_unknown_under_its_own_number(db: Database) -> None:
    await imported(db, MONDAY, THURSDAY)

    report = await imported(db, THURSDAY, MONDAY | {"Time": "soon"}, day=1)

    assert [each.key for each in report.rejections] == ["G00000001"]
    assert (report.changed, report.missing, report.unchanged) == (0, 0, 9)


async def test_a_takedown_is_of_the_meeting_wherever_its_row_stands(db: Database) -> None:
    overrides = {SECOND: Override(takedown=NOW.date())}
    await imported(db, MONDAY, THURSDAY)
    await imported(db, MONDAY, THURSDAY, overrides=overrides, day=1)

    report = await imported(db, THURSDAY, MONDAY, overrides=overrides, day=2)

    assert [each.key for each in report.rejections] == ["G00000001-2"]
    assert [id_ for id_, each in (await stored(db)).items() if each.removed_at is None] == [FIRST]
