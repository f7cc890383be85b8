import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest

from importers import smart_bundle, tsml
from importers._overrides import Override
from importers._refresh import refresh
from importers._report import Report
from importers._source import Payloads
from meetings.storage.database import Database
from meetings.storage.meetings import Baseline, baseline, version
from meetings.storage.sources import Outcome, Rejection
from tests.make_lists import NO_PLACES, NOW, a_smart_record, a_source, smart_list
from tests.make_tsml import a_tsml_record, tsml_list

DAY = dt.timedelta(days=1)


async def imported(db: Database, payloads: Payloads, **options: Any) -> Report:
    defaults: dict[str, Any] = {
        "source": a_source(importer="tsml", fellowship="aa"),
        "importer": tsml,
        "places": NO_PLACES,
        "overrides": {},
        "now": NOW,
    }
    return await refresh(db, payloads=payloads, **defaults | options)


async def stored(db: Database) -> Mapping[str, Baseline]:
    async with db.read() as reader:
        return await baseline(reader, "t")


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.unchanged, report.missing


async def test_a_meeting_under_another_key_keeps_number_revision_and_calendar(db: Database) -> None:
    await imported(db, tsml_list(a_tsml_record(slug="hope"), a_tsml_record(slug="b", name="B")))
    before = (await stored(db))["t:hope"]

    report = await imported(
        db,
        tsml_list(a_tsml_record(slug="hope-group"), a_tsml_record(slug="b", name="B")),
        now=NOW + DAY,
    )

    after = await stored(db)
    assert counts(report) == (0, 0, 2, 0)
    assert report.warnings == (
        "1 meetings have another key, the first: t:hope is now t:hope-group",
    )
    assert after.keys() == {"t:hope-group", "t:b"}
    now = after["t:hope-group"]
    assert (now.number, now.revision, now.changed_at) == (before.number, 0, NOW)
    assert now.meeting.id == "t:hope-group"


async def test_many_other_keys_at_once_wait_for_a_person(db: Database) -> None:
    def numbered(first: int) -> Payloads:
        return tsml_list(*(a_tsml_record(slug=f"m{first + n}", name=f"N{n}") for n in range(8)))

    await imported(db, numbered(0))
    before = {each.number for each in (await stored(db)).values()}

    held = await imported(db, numbered(500), now=NOW + DAY)
    under_old = (await stored(db)).keys()
    await imported(db, numbered(500), accept=True, now=NOW + 2 * DAY)

    after = await stored(db)
    assert (held.outcome, held.reason) == (Outcome.HELD, "8 of 8 meetings have another key")
    assert under_old == {f"t:m{n}" for n in range(8)}
    assert after.keys() == {f"t:m{500 + n}" for n in range(8)}
    assert {each.number for each in after.values()} == before


async def test_every_node_hears_of_the_other_key_and_only_once(db: Database) -> None:
    await imported(db, tsml_list(a_tsml_record(slug="hope")))

    for day in (1, 2):
        await imported(db, tsml_list(a_tsml_record(slug="new")), now=NOW + day * DAY)

    async with db.read() as reader:
        assert await version(reader) == 2


async def test_a_second_day_of_a_record_takes_nothing_from_the_first(db: Database) -> None:
    await imported(db, tsml_list(a_tsml_record(slug="hope", day=[1])))
    before = (await stored(db))["t:hope"]

    report = await imported(db, tsml_list(a_tsml_record(slug="hope", day=[1, 3])), now=NOW + DAY)

    after = await stored(db)
    assert counts(report) == (1, 0, 1, 0)
    assert after.keys() == {"t:hope/1", "t:hope/3"}
    assert after["t:hope/1"].number == before.number


async def test_a_later_change_finds_the_meeting_under_its_new_key(db: Database) -> None:
    await imported(db, tsml_list(a_tsml_record(slug="hope")))
    number = (await stored(db))["t:hope"].number
    await imported(db, tsml_list(a_tsml_record(slug="new")), now=NOW + DAY)

    report = await imported(
        db, tsml_list(a_tsml_record(slug="new", time="21:45")), accept=True, now=NOW + 2 * DAY
    )

    after = (await stored(db))["t:new"]
    assert counts(report) == (0, 1, 0, 0)
    assert (after.number, after.revision) == (number, 1)


@pytest.mark.parametrize("is_tombstone", [True, False])
async def test_what_was_taken_down_stays_so_under_another_key(
    db: Database, is_tombstone: bool
) -> None:
    overrides = {"t:hope": Override(takedown=NOW.date())}
    other = a_tsml_record(slug="b", name="B")
    await imported(db, tsml_list(a_tsml_record(slug="hope"), other))
    if is_tombstone:
        await imported(db, tsml_list(a_tsml_record(slug="hope"), other), overrides=overrides)

    for day in (1, 2):
        report = await imported(
            db,
            tsml_list(a_tsml_record(slug="new"), other),
            overrides=overrides,
            now=NOW + day * DAY,
        )

    after = await stored(db)
    assert report.rejections == (
        Rejection("new", "looks like t:hope, which the operator took down"),
    )
    assert after.keys() == {"t:hope", "t:b"}
    assert after["t:hope"].removed_at is not None


async def test_meetings_that_look_alike_are_never_taken_for_each_other(db: Database) -> None:
    alike = [a_tsml_record(slug=slug) for slug in ("a", "b")]
    await imported(db, tsml_list(*alike))

    report = await imported(
        db, tsml_list(a_tsml_record(slug="c"), a_tsml_record(slug="d")), now=NOW + DAY
    )

    assert counts(report) == (2, 0, 0, 2)


async def test_another_hour_is_another_meeting(db: Database) -> None:
    await imported(db, tsml_list(a_tsml_record(slug="a")))

    report = await imported(db, tsml_list(a_tsml_record(slug="b", time="06:15")), now=NOW + DAY)

    assert counts(report) == (1, 0, 0, 1)


async def test_a_list_of_some_days_renames_nothing(db: Database) -> None:
    options: dict[str, Any] = {"importer": smart_bundle, "source": a_source(fellowship="smart")}
    link = {"pathminderUrl": "https://instance-us.pathcheck.net/j/X0X0X0"}
    await imported(db, smart_list(a_smart_record(1, **link)), **options)

    report = await imported(db, smart_list(a_smart_record(2, **link)), now=NOW + DAY, **options)

    assert report.missing == 1
