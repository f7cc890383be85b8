"""What the operator says of a record holds for each of its days (tsml.md 6)."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest

from importers import tsml
from importers._overrides import Override, Overrides, override_of
from importers._refresh import refresh
from importers._report import Report
from importers._source import Payloads
from meetings.model import Accuracy, Point
from meetings.storage.database import Database
from meetings.storage.meetings import Baseline, baseline
from meetings.storage.sources import Rejection
from tests.make_lists import NO_PLACES, NOW, a_source
from tests.make_tsml import a_tsml_record, tsml_list

DAY = dt.timedelta(days=1)
TODAY = NOW.date()
DOWN = "taken down by the operator"


async def imported(
    db: Database, payloads: Payloads, overrides: Overrides, *, now: dt.datetime = NOW
) -> Report:
    source = a_source(importer="tsml", fellowship="aa")
    return await refresh(
        db, source, payloads, importer=tsml, places=NO_PLACES, overrides=overrides, now=now
    )


async def stored(db: Database) -> Mapping[str, Baseline]:
    async with db.read() as reader:
        return await baseline(reader, "t")


def a_list(**first: Any) -> Payloads:
    return tsml_list(a_tsml_record("a", **first), *(a_tsml_record(key) for key in "bcd"))


async def test_a_takedown_outlives_a_second_day_of_its_record(db: Database) -> None:
    overrides = {"t:a": Override(takedown=TODAY)}
    await imported(db, a_list(day=1), {})
    await imported(db, a_list(day=1), overrides, now=NOW + DAY)

    report = await imported(db, a_list(day=[1, 3]), overrides, now=NOW + 2 * DAY)

    after = await stored(db)
    assert after.keys() == {"t:a", "t:b", "t:c", "t:d"}
    assert after["t:a"].removed_at is not None
    assert report.rejections == (Rejection("a/1", DOWN), Rejection("a/3", DOWN))


async def test_a_takedown_that_begins_with_the_second_day_ends_the_first(db: Database) -> None:
    overrides = {"t:a": Override(takedown=TODAY + DAY)}
    await imported(db, a_list(day=1), overrides)

    report = await imported(db, a_list(day=[1, 3]), overrides, now=NOW + DAY)

    assert (report.added, report.removed, report.unchanged) == (0, 1, 3)
    assert (await stored(db))["t:a"].removed_at is not None


async def test_a_takedown_of_a_record_takes_all_its_days(db: Database) -> None:
    await imported(db, a_list(day=[1, 3]), {})

    report = await imported(
        db, a_list(day=[1, 3]), {"t:a": Override(takedown=TODAY)}, now=NOW + DAY
    )

    assert (report.removed, report.unchanged) == (2, 3)


async def test_a_takedown_of_one_day_leaves_the_others(db: Database) -> None:
    await imported(db, a_list(day=[1, 3]), {"t:a/3": Override(takedown=TODAY)})

    assert (await stored(db)).keys() == {"t:a/1", "t:b", "t:c", "t:d"}


async def test_what_was_taken_down_with_several_days_stays_so_under_another_key(
    db: Database,
) -> None:
    overrides = {"t:a": Override(takedown=TODAY)}
    await imported(db, a_list(day=[1, 3]), {})
    others = [a_tsml_record(key) for key in "bcd"]

    renamed = tsml_list(a_tsml_record("new", day=[1, 3]), *others)
    await imported(db, renamed, overrides, now=NOW + DAY)

    living = [id_ for id_, each in (await stored(db)).items() if each.removed_at is None]
    assert living == ["t:b", "t:c", "t:d"]


async def test_a_correction_of_a_record_holds_for_each_of_its_days(db: Database) -> None:
    point = Point(40.5, -73.5)

    await imported(db, a_list(day=[1, 3]), {"t:a": Override(point=point)})

    after = await stored(db)
    for id_ in ("t:a/1", "t:a/3"):
        meeting = after[id_].meeting
        assert (meeting.point, meeting.accuracy) == (point, Accuracy.EXACT)


@pytest.mark.parametrize("days", [(0, 9), (9, 0)])
def test_a_day_has_its_own_correction_and_the_earlier_takedown(days: tuple[int, int]) -> None:
    whole, own = (TODAY + DAY * each for each in days)
    until = TODAY + 3 * DAY
    overrides = {
        "t:a": Override(takedown=whole, point=Point(1, 1)),
        "t:a/1": Override(takedown=own, closed_until=until),
    }

    assert override_of("t:a/1", overrides) == Override(takedown=TODAY, closed_until=until)
    assert override_of("t:a/3", overrides) == overrides["t:a"]
    assert override_of("t:b", overrides) is None


async def test_an_entry_that_names_no_meeting_is_told(db: Database) -> None:
    overrides = {
        id_: Override(takedown=TODAY) for id_ in ("t:a", "t:b", "t:slip", "t:slip/1", "other:x")
    }
    await imported(db, a_list(day=[1, 3]), {})

    for day in (1, 2):
        report = await imported(db, a_list(day=[1, 3]), overrides, now=NOW + day * DAY)

        assert report.warnings == (
            "overrides.toml: no meeting has the key of 2 entries, the first: t:slip",
        )
