import asyncio
import datetime as dt
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from importers import bmlt, pathminder, smart_bundle
from importers._compare import Changes
from importers._hold import Doubt, doubt_about
from importers._listed import Listed
from importers._overrides import Override
from importers._refresh import refresh, refresh_failed
from importers._report import Report
from importers._source import Payloads
from meetings.errors import FetchFailed, Leased, LeaseLost
from meetings.model import Meeting, Status
from meetings.storage.database import Database
from meetings.storage.leases import take
from meetings.storage.meetings import Baseline, all_meetings, baseline, version
from meetings.storage.sources import Outcome, Rejection, State, last_runs, source_states
from tests.make import a_meeting
from tests.make_lists import (
    NO_PLACES,
    NOW,
    a_bmlt_record,
    a_smart_record,
    a_source,
    bmlt_list,
    smart_list,
)
from tests.make_pathminder import SMART, a_meeting_page, a_sitemap
from tests.twice import twice

DAY = dt.timedelta(days=1)
NEW_YORK = ZoneInfo("America/New_York")


async def imported(db: Database, payloads: Payloads, **options: Any) -> Report:
    defaults: dict[str, Any] = {
        "source": a_source(timezone=NEW_YORK),
        "importer": bmlt,
        "places": NO_PLACES,
        "overrides": {},
        "now": NOW,
    }
    return await refresh(db, payloads=payloads, **defaults | options)


async def imported_bundle(db: Database, payloads: Payloads, **options: Any) -> Report:
    return await imported(db, payloads, importer=smart_bundle, **options)


async def stored(db: Database) -> Mapping[str, Baseline]:
    async with db.read() as reader:
        return await baseline(reader, "t")


async def meeting(db: Database, key: str = "1") -> Meeting:
    return (await stored(db))[f"t:{key}"].meeting


async def catalogue_version(db: Database) -> int:
    async with db.read() as reader:
        return await version(reader)


def records(numbers: Iterable[int], **changes: Any) -> list[dict[str, Any]]:
    return [a_bmlt_record(number, **changes) for number in numbers]


def a_list(numbers: Iterable[int], **changes: Any) -> Payloads:
    return bmlt_list(*records(numbers, **changes))


async def test_a_first_list_is_published_whole(db: Database) -> None:
    report = await imported(db, bmlt_list(*records(range(1, 4)), a_bmlt_record(9, meeting_name="")))

    first = await meeting(db)
    assert report == Report(
        source="t",
        outcome=Outcome.ACCEPTED,
        read=4,
        added=3,
        rejected=1,
        rejections=(Rejection("9", "meeting_name: is missing"),),
    )
    assert (first.number, first.revision, first.changed_at) == (1, 0, NOW)
    assert first.schedule is not None
    assert first.schedule.first_on == dt.date(2026, 1, 6)
    assert await catalogue_version(db) == 1


async def test_the_report_is_the_documented_json(db: Database) -> None:
    report = await imported(db, a_list([1]))

    assert list(report.as_json()) == [
        "source",
        "outcome",
        "reason",
        "read",
        "added",
        "changed",
        "unchanged",
        "missing",
        "removed",
        "rejected",
        "rejections",
        "warnings",
    ]


async def test_the_same_list_again_changes_nothing(db: Database) -> None:
    await imported(db, a_list(range(1, 4)))
    before = await stored(db)

    report = await imported(db, a_list(range(1, 4)), now=NOW + DAY)

    after = await stored(db)
    assert (report.added, report.changed, report.unchanged) == (0, 0, 3)
    assert {id_: each.meeting.revision for id_, each in after.items()} == {
        id_: each.meeting.revision for id_, each in before.items()
    }
    assert await catalogue_version(db) == 1


async def test_a_new_name_is_a_new_revision_and_keeps_the_first_date(db: Database) -> None:
    await imported(db, a_list([1, 2]))

    report = await imported(
        db, bmlt_list(a_bmlt_record(1, meeting_name="New"), a_bmlt_record(2)), now=NOW + 60 * DAY
    )

    changed = await meeting(db)
    assert (report.changed, report.unchanged) == (1, 1)
    assert (changed.name, changed.revision, changed.changed_at) == ("New", 1, NOW + 60 * DAY)
    assert changed.schedule is not None
    assert changed.schedule.first_on == dt.date(2026, 1, 6)


async def test_a_new_weekday_moves_the_first_date_and_keeps_number_and_id(db: Database) -> None:
    await imported(db, a_list([1]))

    await imported(db, a_list([1], weekday_tinyint="5"), now=NOW + 60 * DAY)

    moved = await meeting(db)
    assert (moved.id, moved.number, moved.revision) == ("t:1", 1, 1)
    assert moved.schedule is not None
    assert moved.schedule.first_on == dt.date(2026, 1, 1)  # of the year it was first seen


async def test_a_point_that_moves_by_centimetres_is_no_change(db: Database) -> None:
    await imported(db, a_list([1], latitude="40.69240001"))

    report = await imported(db, a_list([1], latitude="40.69240002"))

    assert report.changed == 0


@pytest.mark.parametrize(
    "broken", [b"", b"<html>", b'{"message": "no"}', b'[{"id_bigint": "1"', b"null"]
)
async def test_a_broken_payload_fails_and_the_list_stays(db: Database, broken: bytes) -> None:
    await imported(db, a_list(range(1, 4)))

    report = await imported(db, {"GetSearchResults": broken}, now=NOW + DAY)

    assert report.outcome is Outcome.FAILED
    assert all(each.missing_since is None for each in (await stored(db)).values())


async def test_a_failed_fetch_is_written_down_and_the_list_stays(db: Database) -> None:
    await imported(db, a_list([1]))

    report = await refresh_failed(
        db, a_source(), FetchFailed("bmlt.example.org answered with status 503"), now=NOW + DAY
    )

    async with db.read() as reader:
        (state,) = await source_states(reader)
    assert report.outcome is Outcome.FAILED
    assert (state.state, state.last_accepted_at, state.last_tried_at, state.accepted_count) == (
        State.FAILED,
        NOW,
        NOW + DAY,
        1,
    )
    assert state.reason == "bmlt.example.org answered with status 503"


@pytest.mark.parametrize("payload", [b"[]", b"{}"])
async def test_an_empty_list_is_held_also_at_first(db: Database, payload: bytes) -> None:
    empty = {"GetSearchResults": payload}

    first = await imported(db, empty)
    await imported(db, a_list(range(1, 4)), now=NOW + DAY)
    later = [await imported(db, empty, now=NOW + n * DAY) for n in range(2, 7)]

    assert {report.outcome for report in [first, *later]} == {Outcome.HELD}
    assert len(await stored(db)) == 3
    assert all(each.missing_since is None for each in (await stored(db)).values())


async def test_a_list_that_lost_a_quarter_is_held(db: Database) -> None:
    await imported(db, a_list(range(1, 21)))

    report = await imported(db, a_list(range(1, 16)), now=NOW + DAY)

    assert report.outcome is Outcome.HELD
    assert report.reason.startswith("5 of 20 meetings are missing (set ")
    assert all(each.missing_since is None for each in (await stored(db)).values())


async def test_four_of_twenty_may_go_missing(db: Database) -> None:
    await imported(db, a_list(range(1, 21)))

    report = await imported(db, a_list(range(1, 17)), now=NOW + DAY)

    assert (report.outcome, report.missing, report.removed) == (Outcome.ACCEPTED, 4, 0)


async def test_a_person_may_accept_what_is_held(db: Database) -> None:
    await imported(db, a_list(range(1, 21)))

    report = await imported(db, a_list(range(1, 3)), now=NOW + DAY, accept=True)

    assert (report.outcome, report.missing) == (Outcome.ACCEPTED, 18)


async def test_the_same_loss_three_times_over_a_day_is_believed(db: Database) -> None:
    await imported(db, a_list(range(1, 21)))
    shorter, hours = a_list(range(1, 16)), (12, 24, 30, 36)

    outcomes = [
        (await imported(db, shorter, now=NOW + dt.timedelta(hours=h))).outcome for h in hours
    ]

    assert outcomes == [Outcome.HELD, Outcome.HELD, Outcome.HELD, Outcome.ACCEPTED]


async def test_a_fetch_that_fails_between_takes_nothing_from_that(db: Database) -> None:
    await imported(db, a_list(range(1, 21)))
    smaller = a_list(range(1, 14))

    for day, payloads in ((1, smaller), (2, smaller)):
        await imported(db, payloads, now=NOW + day * DAY)
    await refresh_failed(db, a_source(timezone=NEW_YORK), FetchFailed("gone"), now=NOW + 3 * DAY)
    report = await imported(db, smaller, now=NOW + 4 * DAY)

    assert (report.outcome, report.missing) == (Outcome.ACCEPTED, 7)


async def test_a_loss_of_more_than_half_is_never_believed_by_itself(db: Database) -> None:
    await imported(db, a_list(range(1, 21)))

    reports = [await imported(db, a_list(range(1, 8)), now=NOW + n * DAY) for n in range(1, 9)]

    assert {report.outcome for report in reports} == {Outcome.HELD}


@pytest.mark.parametrize(
    ("payloads", "reason"),
    [
        (
            bmlt_list(*records(range(1, 18)), *records(range(18, 21), meeting_name="")),
            "3 of 20 records rejected, the first: "
            + "; ".join(f"{number} meeting_name: is missing" for number in (18, 19, 20)),
        ),
        (
            bmlt_list(*records(range(1, 14)), *records(range(14, 21), start_time="20:00:00")),
            "day, time or place changed in 7 of 20 meetings",
        ),
        (a_list(range(1, 62)), "61 records, where the last accepted list had 20"),
        (
            bmlt_list(*records(range(1, 16)), *records(range(16, 21), latitude="0", longitude="0")),
            "5 of 20 coordinates are 0,0",
        ),
    ],
)
async def test_a_suspicious_list_is_held(db: Database, payloads: Payloads, reason: str) -> None:
    await imported(db, a_list(range(1, 21)))

    report = await imported(db, payloads, now=NOW + DAY)

    assert (report.outcome, report.reason) == (Outcome.HELD, reason)


async def test_a_list_that_moves_to_another_zone_as_a_whole_is_held(db: Database) -> None:
    await imported(db, a_list(range(1, 21)))

    report = await imported(db, a_list(range(1, 21), time_zone="Europe/London"), now=NOW + DAY)

    assert report.reason == "the time zone changed in all 20 meetings"


def test_more_records_than_any_list_has_are_held() -> None:
    listed = Listed(
        meetings={"t:1": a_meeting(id="t:1")},
        rejected=[],
        withdrawn=set(),
        taken_down=set(),
        read=50_001,
        with_point=0,
        at_null_island=0,
        warnings=(),
    )

    doubt = doubt_about(listed, Changes(known={}, rekeyed={}), {}, is_windowed=False)

    assert doubt == Doubt(reason="50001 records, more than 50000")


async def test_equal_coordinates_everywhere_are_held(db: Database) -> None:
    report = await imported(db, a_list(range(1, 21), latitude="40.7"))

    assert (report.outcome, report.reason) == (Outcome.HELD, "all 20 coordinates are equal")


async def test_an_absent_meeting_is_removed_after_three_lists_and_a_week(db: Database) -> None:
    await imported(db, a_list(range(1, 11)))
    shorter = a_list(range(2, 11))

    days = (1, 4, 8, 9)
    reports = [await imported(db, shorter, now=NOW + day * DAY) for day in days]

    gone = await meeting(db)
    assert [(report.missing, report.removed) for report in reports] == [
        (1, 0),
        (1, 0),
        (1, 0),
        (0, 1),
    ]
    assert (gone.removed_at, gone.revision) == (NOW + 9 * DAY, 1)


async def test_two_lists_without_a_meeting_are_too_few_however_long_they_take(
    db: Database,
) -> None:
    await imported(db, a_list(range(1, 11)))

    for day in (1, 30):
        report = await imported(db, a_list(range(2, 11)), now=NOW + day * DAY)

    assert (report.missing, report.removed) == (1, 0)


async def test_a_meeting_that_comes_back_in_time_was_never_changed(db: Database) -> None:
    await imported(db, a_list(range(1, 11)))
    await imported(db, a_list(range(2, 11)), now=NOW + DAY)

    report = await imported(db, a_list(range(1, 11)), now=NOW + 2 * DAY)

    back = (await stored(db))["t:1"]
    assert (report.changed, report.unchanged, report.missing) == (0, 10, 0)
    assert (back.meeting.revision, back.missing_since) == (0, None)


async def test_a_removed_meeting_that_comes_back_is_a_new_revision(db: Database) -> None:
    await imported(db, a_list([1, 2]))
    await imported(db, bmlt_list(a_bmlt_record(1, published="0"), a_bmlt_record(2)))

    report = await imported(db, a_list([1, 2]), now=NOW + DAY)

    back = await meeting(db)
    assert report.changed == 1
    assert (back.removed_at, back.revision, back.number) == (None, 2, 1)


async def test_what_the_source_takes_back_is_removed_at_once(db: Database) -> None:
    await imported(db, a_list(range(1, 4)))

    report = await imported(
        db, bmlt_list(a_bmlt_record(1, published="0"), *records([2, 3])), now=NOW + DAY
    )

    assert (report.outcome, report.removed) == (Outcome.ACCEPTED, 1)
    assert (await meeting(db)).removed_at == NOW + DAY


async def test_a_source_that_takes_back_a_quarter_is_held(db: Database) -> None:
    await imported(db, a_list(range(1, 21)))

    report = await imported(
        db, bmlt_list(*records(range(1, 6), published="0"), *records(range(6, 21))), now=NOW + DAY
    )

    assert report.outcome is Outcome.HELD


async def test_a_rejected_record_keeps_its_last_good_version(db: Database) -> None:
    await imported(db, a_list(range(1, 11)))
    damaged = bmlt_list(a_bmlt_record(1, meeting_name=""), *records(range(2, 11)))

    reports = [await imported(db, damaged, now=NOW + n * 5 * DAY) for n in range(1, 5)]

    kept = (await stored(db))["t:1"]
    assert [(report.missing, report.removed) for report in reports] == [(0, 0)] * 4
    assert (kept.meeting.name, kept.missing_since) == ("Group 1", None)


async def test_a_record_that_cannot_be_read_does_not_confirm_its_meeting(db: Database) -> None:
    await imported(db, a_list(range(1, 11)))
    damaged = bmlt_list(a_bmlt_record(1, meeting_name=""), *records(range(2, 11)))

    days, versions = [], []
    for number, payloads in enumerate([damaged, damaged, a_list(range(1, 11))], 1):
        await imported(db, payloads, now=NOW + number * DAY)
        days.append((await meeting(db)).confirmed_on)
        versions.append(await catalogue_version(db))

    assert days == [NOW.date(), NOW.date(), None]
    assert versions == [2, 2, 3]
    assert (await meeting(db)).revision == 0


async def test_a_dry_run_writes_nothing(db: Database) -> None:
    report = await imported(db, a_list(range(1, 4)), dry_run=True)

    async with db.read() as reader:
        assert await all_meetings(reader) == []
        assert await source_states(reader) == []
        assert await last_runs(reader, "t", 9) == []
    assert report.added == 3


async def test_a_dry_run_and_a_held_list_show_the_difference(db: Database) -> None:
    online = {"venue_type": "3", "virtual_meeting_link": "https://zoom.example/j/1"}
    await imported(db, a_list(range(1, 21)))
    other = bmlt_list(
        a_bmlt_record(1, meeting_name="Renamed"),
        a_bmlt_record(2, start_time="06:00:00"),
        a_bmlt_record(3, **online),
        *records(range(4, 14)),
        a_bmlt_record(21),
    )

    dry = await imported(db, other, now=NOW + DAY, dry_run=True)
    held = await imported(db, other, now=NOW + DAY)

    assert held.outcome is Outcome.HELD
    assert dry.warnings == held.warnings
    assert dry.warnings == (
        "added: t:21 Group 21",
        "changed: t:1 Renamed (words); t:2 Group 2 (time); t:3 Group 3 (place, online)",
        "missing: "
        + "; ".join(f"t:{number} Group {number}" for number in range(14, 19))
        + "; and 2 more",
    )


async def test_each_run_is_written_down(db: Database) -> None:
    await imported(db, a_list(range(1, 4)))
    await imported(db, bmlt_list(), now=NOW + DAY)

    async with db.read() as reader:
        runs = await last_runs(reader, "t", 9)
    assert [(run.outcome, run.read, run.added, run.reason) for run in runs] == [
        (Outcome.HELD, 0, 0, "no usable meeting among 0 records"),
        (Outcome.ACCEPTED, 3, 3, ""),
    ]


async def test_overrides_survive_every_import(db: Database) -> None:
    overrides = {"t:1": Override(closed_until=(NOW + 9 * DAY).date())}
    await imported(db, a_list([1, 2]), overrides=overrides)

    again = await imported(db, a_list([1, 2]), overrides=overrides, now=NOW + DAY)
    closed = await meeting(db)
    after = await imported(db, a_list([1, 2]), overrides=overrides, now=NOW + 9 * DAY)

    assert (again.changed, closed.status) == (0, Status.CLOSED_FOR_NOW)
    assert (after.changed, (await meeting(db)).status) == (1, Status.ACTIVE)


async def test_a_takedown_removes_and_stays(db: Database) -> None:
    overrides = {"t:1": Override(takedown=NOW.date())}
    await imported(db, a_list([1, 2]))

    first = await imported(db, a_list([1, 2]), overrides=overrides, now=NOW + DAY)
    second = await imported(db, a_list([1, 2]), overrides=overrides, now=NOW + 2 * DAY)

    assert (first.removed, second.removed, second.added) == (1, 0, 0)
    assert (await meeting(db)).removed_at == NOW + DAY


async def test_what_the_operator_takes_down_is_no_loss_of_the_list(db: Database) -> None:
    await imported(db, a_list(range(1, 21)))
    overrides = {f"t:{number}": Override(takedown=NOW.date()) for number in range(1, 8)}

    report = await imported(db, a_list(range(1, 21)), overrides=overrides, now=NOW + DAY)

    assert (report.outcome, report.removed) == (Outcome.ACCEPTED, 7)


async def test_coordinates_that_were_moved_are_reported(db: Database) -> None:
    swapped = {"latitude": "-73.99", "longitude": "40.69"}

    report = await imported(db, bmlt_list(a_bmlt_record(1), a_bmlt_record(2, **swapped)))

    (warning,) = report.warnings
    assert warning == (
        "coordinates of 1 meetings have latitude and longitude swapped, or a sign lost,"
        " the first is t:2"
    )


async def test_mixtures_of_venue_formats_are_told_each_time(db: Database) -> None:
    named = [("VM", "Virtual Meeting"), ("TC", "Temporarily Closed Facility")]
    formats = [
        {"id": number, "key_string": key, "name_string": name, "lang": "en"}
        for number, (key, name) in enumerate(named, 54)
    ]
    described = {"GetFormats.en": json.dumps(formats).encode()}
    mixed = records([2, 3], venue_type="1", format_shared_id_list="54,55")
    payloads = {**bmlt_list(a_bmlt_record(1), *mixed), **described}

    first = await imported(db, payloads)
    again = await imported(db, payloads, now=NOW + DAY)

    assert (first.added, again.unchanged) == (3, 3)
    assert first.warnings == again.warnings
    (warning,) = first.warnings
    assert warning == (
        "2 meetings have venue_type 1 (in_person) and the formats VM TC: venue_type is believed,"
        " the first is t:2"
    )


async def test_other_words_for_a_format_that_nobody_knows_are_no_change(db: Database) -> None:
    def named(name: str) -> Payloads:
        formats = [{"id": 91, "key_string": "ZZ", "name_string": name, "lang": "en"}]
        described = {"GetFormats.en": json.dumps(formats).encode()}
        return {**a_list([1], format_shared_id_list="91"), **described}

    await imported(db, named("By the lake"))
    report = await imported(db, named("At the lake"), now=NOW + DAY)

    assert (report.changed, report.unchanged) == (0, 1)


async def test_formats_that_nobody_knows_are_counted_each_time_the_commonest_first(
    db: Database,
) -> None:
    names = [{"id": n, "key_string": key, "lang": "en"} for n, key in ((91, "ZZ"), (92, "QQ"))]
    described = {"GetFormats.en": json.dumps(names).encode()}
    rare = a_bmlt_record(1, format_shared_id_list="91,92")
    payloads = {**bmlt_list(rare, *records([2, 3], format_shared_id_list="92")), **described}

    first = await imported(db, payloads)
    again = await imported(db, payloads, now=NOW + DAY)

    assert (first.added, again.unchanged) == (3, 3)
    assert first.warnings == again.warnings
    assert first.warnings == (
        "formats shown as the list words them, and how many meetings have each: QQ (3), ZZ (1)",
    )


def weekly(numbers: Iterable[int]) -> list[dict[str, Any]]:
    return [a_smart_record(number) for number in numbers]


@pytest.mark.parametrize(
    ("before", "after", "outcome"),
    [
        (455, 0, Outcome.HELD),
        (455, 260, Outcome.HELD),
        (455, 300, Outcome.ACCEPTED),
        (12, 3, Outcome.ACCEPTED),
    ],
)
async def test_a_windowed_list_is_held_when_it_collapses(
    db: Database, before: int, after: int, outcome: Outcome
) -> None:
    await imported_bundle(db, smart_list(*weekly(range(1, before + 1))))

    report = await imported_bundle(db, smart_list(*weekly(range(1, after + 1))), now=NOW + DAY)

    assert report.outcome is outcome


async def test_a_windowed_list_has_a_longer_grace(db: Database) -> None:
    monthly = a_smart_record(
        2,
        utcStart="2026-11-21T01:00:00+00:00",
        schedule="Third Saturday of each month, 1:00 AM to 2:00 AM",
    )
    await imported_bundle(db, smart_list(a_smart_record(1), monthly, a_smart_record(3)))

    days = (1, 14, 15, 16, 42, 43, 44)
    reports = [
        await imported_bundle(db, smart_list(a_smart_record(3)), now=NOW + day * DAY)
        for day in days
    ]

    assert [report.removed for report in reports] == [0, 0, 0, 1, 0, 0, 1]


@pytest.mark.parametrize(
    ("complete", "removed"),
    [({}, [0, 0, 0, 0, 1]), ({"sitemap": a_sitemap("502")}, [0, 0, 1, 0, 0])],
)
async def test_pages_with_a_sitemap_have_the_grace_of_a_complete_list(
    db: Database, complete: Payloads, removed: list[int]
) -> None:
    def pages(*keys: str) -> Payloads:
        return {f"meetings/{key}": a_meeting_page(id=key) for key in keys} | dict(complete)

    async def read(payloads: Payloads, day: int) -> Report:
        return await imported(db, payloads, source=SMART, importer=pathminder, now=NOW + day * DAY)

    await read(pages("501", "502"), 0)

    reports = [await read(pages("502"), day) for day in (1, 8, 9, 15, 16)]

    assert [report.removed for report in reports] == removed


@pytest.mark.parametrize(
    ("is_complete", "outcome"), [(True, Outcome.HELD), (False, Outcome.ACCEPTED)]
)
async def test_pages_with_a_sitemap_are_held_as_a_complete_list_is(
    db: Database, is_complete: bool, outcome: Outcome
) -> None:
    def pages(count: int) -> Payloads:
        keys = [str(500 + number) for number in range(count)]
        sitemap = {"sitemap": a_sitemap(*keys)} if is_complete else {}
        return {f"meetings/{key}": a_meeting_page(id=key) for key in keys} | sitemap

    await imported(db, pages(12), source=SMART, importer=pathminder)

    report = await imported(db, pages(8), source=SMART, importer=pathminder, now=NOW + DAY)

    assert report.outcome is outcome
    assert ("4 of 12 meetings are missing" in report.reason) is is_complete


async def test_the_phase_of_every_other_week_is_kept_over_two_weeks(db: Database) -> None:
    text = "Every other Tuesday, 12:00 AM to 1:00 AM"
    instants = ("2026-11-24", "2026-12-08", "2026-12-15")

    reports = [
        await imported_bundle(
            db,
            smart_list(a_smart_record(utcStart=f"{day}T00:00:00+00:00", schedule=text)),
            now=NOW + n * 14 * DAY,
        )
        for n, day in enumerate(instants)
    ]

    assert [report.changed for report in reports] == [0, 0, 1]


async def test_a_source_that_was_renamed_in_the_settings_is_renamed(db: Database) -> None:
    await imported(db, a_list([1]))
    source = replace(a_source(timezone=NEW_YORK), title="Invented Region")

    await refresh(
        db,
        source,
        a_list([1]),
        importer=bmlt,
        places=NO_PLACES,
        overrides={},
        now=NOW + DAY,
    )

    async with db.read() as reader:
        assert [state.title for state in await source_states(reader)] == ["Invented Region"]


async def test_of_two_who_import_one_list_at_once_one_publishes(db: Database) -> None:
    for round_ in range(1, 6):
        told = await asyncio.gather(
            *(
                imported(
                    db, a_list(range(1, 5), meeting_name=f"Name {round_}"), now=NOW + round_ * DAY
                )
                for _ in range(2)
            ),
            return_exceptions=True,
        )

        reports = [each for each in told if isinstance(each, Report)]
        assert len([each for each in reports if each.added or each.changed]) == 1
        # the other was turned away, or came when that was over and had nothing to say
        others = [each for each in told if not isinstance(each, Report)]
        assert [type(each) for each in others] == [Leased] * (2 - len(reports))
        assert await catalogue_version(db) == round_


async def test_a_fetch_that_ends_in_vain_takes_nothing_from_an_import_beside_it(
    db: Database,
) -> None:
    for round_ in range(1, 21):
        now = NOW + round_ * DAY
        held_back = asyncio.Event()

        async def fetch_in_vain(at: dt.datetime, go: asyncio.Event) -> None:
            await go.wait()
            with suppress(Leased):
                await refresh_failed(db, a_source(), FetchFailed("no answer"), now=at)

        in_vain = asyncio.create_task(fetch_in_vain(now, held_back))
        asyncio.get_running_loop().call_later(round_ / 1000, held_back.set)
        named = a_list(range(1, 5), meeting_name=f"Name {round_}")
        try:
            await imported(db, named, now=now)
        except Leased:
            await in_vain
            await imported(db, named, now=now)
        await in_vain

        async with db.read() as reader:
            (state,) = await source_states(reader)
        assert state.last_accepted_at == now


@pytest.mark.parametrize("is_fenced", [True, False])
async def test_a_process_that_stood_still_overwrites_nothing_that_was_read_since(
    db: Database, is_fenced: bool
) -> None:
    async with db.write() as writer:
        stopped = await take(writer, "t", owner="test:stopped", seconds=0)
    await imported(db, a_list([1], meeting_name="Newer"), now=NOW + DAY)
    late = stopped if is_fenced else replace(stopped, token=stopped.token + 1)  # the bad twin

    with suppress(LeaseLost):
        await imported(db, a_list([1], meeting_name="Older"), lease=late)

    assert (await meeting(db)).name == ("Newer" if is_fenced else "Older")
    async with db.read() as reader:
        assert len(await last_runs(reader, "t", 9)) == (1 if is_fenced else 2)


async def test_a_fetch_in_vain_of_one_who_stood_still_is_not_written_down(db: Database) -> None:
    async with db.write() as writer:
        stopped = await take(writer, "t", owner="test:stopped", seconds=0)
    await imported(db, a_list([1]))

    with pytest.raises(LeaseLost):
        await refresh_failed(db, a_source(), FetchFailed("no answer"), now=NOW + DAY, lease=stopped)

    async with db.read() as reader:
        assert [state.state for state in await source_states(reader)] == [State.ACCEPTED]


async def test_a_run_says_under_which_lease_it_was(db: Database) -> None:
    await imported(db, a_list([1]))
    await imported(db, a_list([1]))

    async with db.read() as reader:
        assert {run.lease_token for run in await last_runs(reader, "t", 9)} == {1, 2}


async def test_a_list_whose_publication_nobody_heard_of_is_published_once(db: Database) -> None:
    await imported(db, a_list(range(1, 9)))

    await imported(twice(db), a_list(range(2, 10)), now=NOW + DAY)

    async with db.read() as reader:
        assert len(await last_runs(reader, "t", 9)) == 2
        assert await version(reader) == 2
    known = await stored(db)
    assert (known["t:1"].missing_lists, known["t:9"].revision) == (1, known["t:2"].revision)
