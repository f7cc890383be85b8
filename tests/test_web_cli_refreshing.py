"""The aggregator's export from a publisher to the database, and what one list does to others."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from importers._report import Report
from importers._source import Get, Source
from meetings.errors import SettingsError
from meetings.settings import Settings
from meetings.storage.database import Database
from meetings.storage.leases import leased, sources_leased
from meetings.storage.meetings import all_meetings
from meetings.storage.sources import Outcome, State, last_runs, source_states
from tests.make_export import EXPORT_URL, FIRST, Files, Publisher, an_export, records
from tests.make_lists import NO_PLACES, a_source
from web.cli.refreshing import OpenGet, Refreshing, refresh_each

NA = a_source(id="na", title="NA worldwide", url=EXPORT_URL)


def opening(publisher: Publisher) -> OpenGet:
    @asynccontextmanager
    async def opened(
        *, contact: str, keep_in: Path | None, obey_robots: bool
    ) -> AsyncIterator[Get]:
        assert (contact, keep_in is None, obey_robots) == ("ops@example.org", False, False)
        yield publisher.get

    return opened


async def refreshed(
    db: Database, folder: Path, files: Files, *, source: Source = NA, **options: Any
) -> dict[str, Report]:
    only = options.pop("only", ())
    shared = Refreshing(
        database=db,
        places=NO_PLACES,
        settings=Settings(data_dir=folder, contact="ops@example.org"),
        opening=opening(Publisher(files)),
        **options,
    )
    return {each.source: each async for each in refresh_each(shared, source, only=only)}


async def ids(db: Database) -> set[str]:
    async with db.read() as reader:
        return {meeting.id for meeting in await all_meetings(reader) if not meeting.removed_at}


async def states(db: Database) -> dict[str, State]:
    async with db.read() as reader:
        return {state.id: state.state for state in await source_states(reader)}


async def test_each_root_server_is_published_as_a_source_of_its_own(
    db: Database, tmp_path: Path
) -> None:
    reports = await refreshed(db, tmp_path, an_export())

    assert list(reports) == ["na", "na-5", "na-9"]
    assert [reports[id_].added for id_ in reports] == [0, 12, 12]
    assert {id_.partition(":")[0] for id_ in await ids(db)} == {"na-5", "na-9"}
    assert await states(db) == dict.fromkeys(("na", "na-5", "na-9"), State.ACCEPTED)


async def test_the_same_export_twice_changes_nothing(db: Database, tmp_path: Path) -> None:
    await refreshed(db, tmp_path, an_export())

    again = await refreshed(db, tmp_path, an_export())

    assert [(each.added, each.changed, each.unchanged) for each in again.values()] == [
        (0, 0, 0),
        (0, 0, 12),
        (0, 0, 12),
    ]


async def test_a_list_that_lost_most_is_held_and_the_others_are_taken(
    db: Database, tmp_path: Path
) -> None:
    await refreshed(db, tmp_path, an_export())
    cut = {5: records(5, range(1, 5)), 9: records(9, range(1, 14))}

    reports = await refreshed(db, tmp_path, an_export(lists=cut))

    assert reports["na-5"].outcome is Outcome.HELD
    assert (reports["na-9"].outcome, reports["na-9"].added) == (Outcome.ACCEPTED, 1)
    assert len(await ids(db)) == 25


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        ({"schema_version": 7}, "the export has schema_version 7, and 1 is read"),
        ({"files": []}, "manifest.json names no formats.json.gz or no list of a root server"),
    ],
)
async def test_an_export_that_cannot_be_used_fails_in_one_sentence_and_changes_nothing(
    db: Database, tmp_path: Path, damage: dict[str, Any], sentence: str
) -> None:
    await refreshed(db, tmp_path, an_export())
    before = await ids(db)

    (report,) = (await refreshed(db, tmp_path, an_export(**damage))).values()

    assert (report.source, report.outcome, report.reason) == ("na", Outcome.FAILED, sentence)
    assert await ids(db) == before
    assert await states(db) == {
        "na": State.FAILED,
        "na-5": State.ACCEPTED,
        "na-9": State.ACCEPTED,
    }


async def test_a_missing_file_of_one_root_server_fails_that_one_alone(
    db: Database, tmp_path: Path
) -> None:
    await refreshed(db, tmp_path, an_export())
    before, files = await ids(db), an_export()
    del files[FIRST]

    reports = await refreshed(db, tmp_path, files)

    assert [each.outcome for each in reports.values()] == [
        Outcome.ACCEPTED,
        Outcome.FAILED,
        Outcome.ACCEPTED,
    ]
    assert reports["na-5"].reason == "export.example answered with status 404"
    assert await ids(db) == before


async def test_a_stale_root_server_keeps_its_meetings_and_is_called_stale(
    db: Database, tmp_path: Path
) -> None:
    await refreshed(db, tmp_path, an_export())
    before = await ids(db)

    for _ in range(5):
        reports = await refreshed(db, tmp_path, an_export(stale_root_servers=[9]))

    assert list(reports) == ["na", "na-5"]
    (warning,) = reports["na"].warnings
    assert warning.startswith("na-9, Unknown Region, is not read: ")
    assert warning.endswith("the aggregator has not reached its server since 2026-10-02")
    assert await ids(db) == before
    assert (await states(db))["na-9"] is State.STALE


async def test_a_root_server_that_left_the_export_keeps_its_meetings_and_is_called_stale(
    db: Database, tmp_path: Path
) -> None:
    await refreshed(db, tmp_path, an_export())

    await refreshed(db, tmp_path, an_export(lists={5: records(5)}))

    assert len(await ids(db)) == 24
    assert (await states(db))["na-9"] is State.STALE


async def test_one_part_read_alone_says_nothing_about_the_others(
    db: Database, tmp_path: Path
) -> None:
    await refreshed(db, tmp_path, an_export())

    reports = await refreshed(db, tmp_path, an_export(), only={"na-9"})

    assert list(reports) == ["na", "na-9"]
    assert (await states(db))["na-5"] is State.ACCEPTED


async def test_a_root_server_that_the_operator_switched_off_is_not_read(
    db: Database, tmp_path: Path
) -> None:
    told = '[[sources]]\nid = "na-5"\nimporter = "bmlt"\nfellowship = "na"\nenabled = false\n'
    (tmp_path / "sources.toml").write_text(told)

    reports = await refreshed(db, tmp_path, an_export())

    assert list(reports) == ["na", "na-9"]
    assert "na-5" in reports["na"].warnings[0]


async def test_a_dry_run_of_an_export_writes_nothing(db: Database, tmp_path: Path) -> None:
    reports = await refreshed(db, tmp_path, an_export(), dry_run=True)

    assert reports["na-9"].added == 12
    assert await ids(db) == set()
    assert await states(db) == {}


async def test_a_broken_overrides_file_stops_before_a_publisher_is_asked(
    db: Database, tmp_path: Path
) -> None:
    (tmp_path / "overrides.toml").write_text("[[[")

    with pytest.raises(SettingsError, match=r"overrides\.toml is not TOML"):
        await refreshed(db, tmp_path, an_export())

    assert await states(db) == {}


async def test_a_bug_in_a_reader_is_the_report_of_its_list(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> object:
        raise ZeroDivisionError("with particulars")

    monkeypatch.setattr("importers.bmlt.read", broken)

    reports = await refreshed(db, tmp_path, an_export())

    assert reports["na-9"].outcome is Outcome.FAILED
    assert reports["na-9"].reason == "the reader stopped at ZeroDivisionError"


async def test_a_source_that_another_process_reads_is_a_report_and_asks_no_publisher(
    db: Database, tmp_path: Path
) -> None:
    async with leased(db, "na"):
        reports = await refreshed(db, tmp_path, {})

    assert [(each.outcome, each.reason) for each in reports.values()] == [
        (Outcome.FAILED, "another process reads na")
    ]
    assert await states(db) == {}


async def test_of_what_is_due_nothing_is_said_that_another_process_reads(
    db: Database, tmp_path: Path
) -> None:
    async with leased(db, "na"):
        assert await refreshed(db, tmp_path, {}, only_due=True) == {}


async def test_what_another_process_has_just_read_is_not_due(db: Database, tmp_path: Path) -> None:
    first = await refreshed(db, tmp_path, an_export(), only_due=True)

    again = await refreshed(db, tmp_path, an_export(), only_due=True)

    assert (list(first), again) == (["na", "na-5", "na-9"], {})


async def test_parts_are_published_under_the_lease_of_the_whole(
    db: Database, tmp_path: Path
) -> None:
    await refreshed(db, tmp_path, an_export())
    await refreshed(db, tmp_path, an_export())

    async with db.read() as reader:
        tokens = [run.lease_token for run in await last_runs(reader, "na-5", 9)]
        assert (sorted(map(str, tokens)), await sources_leased(reader)) == (["1", "2"], set())
