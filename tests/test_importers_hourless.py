import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest

from importers import tsml
from importers._refresh import refresh
from importers._report import Report
from importers._source import Payloads
from meetings.storage.database import Database
from meetings.storage.meetings import Baseline, baseline
from meetings.storage.sources import Outcome, Rejection
from tests.make_lists import NO_PLACES, NOW, a_source
from tests.make_tsml import a_tsml_record, tsml_list

DAY = dt.timedelta(days=1)
STAYS = "time: is no HH:MM, so the hour of the last good list stays"


async def imported(db: Database, payloads: Payloads, *, now: dt.datetime = NOW) -> Report:
    source = a_source(importer="tsml", fellowship="aa")
    return await refresh(
        db, source, payloads, importer=tsml, places=NO_PLACES, overrides={}, now=now
    )


async def stored(db: Database) -> Mapping[str, Baseline]:
    async with db.read() as reader:
        return await baseline(reader, "t")


def a_list(**first: Any) -> Payloads:
    return tsml_list(a_tsml_record("a", **first), *(a_tsml_record(key) for key in "bcd"))


@pytest.mark.parametrize("slip", ["25:99", "soon"])
async def test_an_hour_that_cannot_be_read_is_no_news(db: Database, slip: str) -> None:
    await imported(db, a_list())
    before = (await stored(db))["t:a"]

    report = await imported(db, a_list(time=slip, name="Renamed"), now=NOW + DAY)

    after = (await stored(db))["t:a"]
    assert (report.outcome, report.changed, report.unchanged) == (Outcome.ACCEPTED, 0, 3)
    assert report.rejections == (Rejection("a", STAYS),)
    assert (after.document, after.revision) == (before.document, 0)
    assert (after.listed_on, after.missing_since) == (NOW.date(), None)


async def test_a_list_mended_again_confirms_it_again(db: Database) -> None:
    await imported(db, a_list())
    await imported(db, a_list(time="25:99"), now=NOW + DAY)

    await imported(db, a_list(), now=NOW + 2 * DAY)

    kept = (await stored(db))["t:a"]
    assert (kept.revision, kept.listed_on) == (0, None)


async def test_a_record_of_several_days_keeps_them_all(db: Database) -> None:
    await imported(db, a_list(day=[2, 4]))

    report = await imported(db, a_list(day=[2, 4], time="25:99"), now=NOW + DAY)

    assert {each.key for each in report.rejections} == {"a/2", "a/4"}
    assert (report.added, report.missing, report.unchanged) == (0, 0, 3)


@pytest.mark.parametrize("slip", [{"day": ["Monday", "Funday"]}, {"name": ""}])
async def test_no_day_of_a_record_that_cannot_be_read_is_missing(
    db: Database, slip: dict[str, Any]
) -> None:
    await imported(db, a_list(day=[1, 3]))
    before = await stored(db)

    for days in (1, 5, 9, 13):
        report = await imported(db, a_list(**{"day": [1, 3]} | slip), now=NOW + days * DAY)

    after = await stored(db)
    assert [each.key for each in report.rejections] == ["a"]
    assert (report.missing, report.removed, report.unchanged) == (0, 0, 3)
    for id_ in ("t:a/1", "t:a/3"):
        kept = after[id_]
        assert (kept.document, kept.revision) == (before[id_].document, 0)
        assert (kept.listed_on, kept.missing_since) == (NOW.date(), None)


async def test_no_day_of_a_record_that_cannot_be_read_goes_to_another_key(db: Database) -> None:
    await imported(db, a_list(day=[1, 3]))

    slip = a_tsml_record("a", day=["Monday", "Funday"])
    twin = a_tsml_record("twin", day=1)
    others = (a_tsml_record(key) for key in "bcd")
    report = await imported(db, tsml_list(slip, twin, *others), now=NOW + DAY)

    assert (report.added, report.missing, report.unchanged) == (1, 0, 3)


async def test_a_meeting_that_never_had_an_hour_is_listed_without(db: Database) -> None:
    first = await imported(db, a_list(time="25:99"))
    again = await imported(db, a_list(time="25:98", name="Renamed"), now=NOW + DAY)

    assert (first.added, first.rejected) == (4, 0)
    assert (again.changed, again.rejected) == (1, 0)
    assert (await stored(db))["t:a"].meeting.schedule is None


async def test_a_publisher_who_takes_the_hour_away_is_believed(db: Database) -> None:
    await imported(db, a_list())

    report = await imported(db, a_list(time=None, day=None), now=NOW + DAY)

    assert (report.changed, report.rejected) == (1, 0)
    assert (await stored(db))["t:a"].meeting.schedule is None


async def test_a_list_with_many_such_hours_is_held(db: Database) -> None:
    def of(time: str) -> Payloads:
        return tsml_list(*(a_tsml_record(f"m{number}", time=time) for number in range(10)))

    await imported(db, of("19:30"))

    report = await imported(db, of("half past seven"), now=NOW + DAY)

    assert report.outcome is Outcome.HELD
