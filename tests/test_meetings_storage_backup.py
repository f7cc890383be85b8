"""Copies of the database: whole, made while it is written to, and put back."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text, update
from sqlalchemy.engine import make_url

from meetings import plans
from meetings.errors import SettingsError, StorageError
from meetings.plan import Chosen, Plan
from meetings.storage.backup import backup, restore
from meetings.storage.database import Database, open_database, open_for_migration
from meetings.storage.meetings import all_meetings, put
from meetings.storage.migrate import _config, check_schema, migrate
from meetings.storage.sources import source_states
from meetings.storage.tables import catalogue
from tests.make import NOON, a_meeting

REVISIONS = [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()][
    1:
]


async def test_a_backup_that_is_restored_holds_every_meeting_and_every_plan(
    sqlite_url: str, tmp_path: Path
) -> None:
    copy, aside = tmp_path / "copy.db", tmp_path / "aside.db"
    async with open_database(sqlite_url) as db:
        await _put(db, "t:1", version=1)
        kept = await plans.make_plan(db, Plan(chosen=(Chosen(number=1),)), now=NOON)

        await backup(sqlite_url, copy)
        await plans.delete_plan(db, kept, now=NOON)
        await _put(db, "t:2", version=2)
        await restore(sqlite_url, copy, aside=aside)

        async with db.read() as reader:
            assert [meeting.id for meeting in await all_meetings(reader)] == ["t:1"]
        assert (await plans.open_plan(db, kept.secret, now=NOON)).plan == kept.plan
    async with open_database(_url(aside)) as before, before.read() as reader:
        assert [meeting.id for meeting in await all_meetings(reader)] == ["t:1", "t:2"]


async def test_a_backup_beside_a_writer_is_one_state_of_it(sqlite_url: str, tmp_path: Path) -> None:
    async with open_database(sqlite_url) as db:
        writing = asyncio.create_task(_write_pairs(db, 60))
        for number in range(5):
            await backup(sqlite_url, tmp_path / f"{number}.db")
        await writing

    for number in range(5):
        with closing(sqlite3.connect(tmp_path / f"{number}.db")) as copy:
            version, last = copy.execute("select version, last_number from catalogue").fetchone()
        assert version == last


async def test_a_backup_is_readable_by_its_owner_alone_and_has_no_log_beside_it(
    sqlite_url: str, tmp_path: Path
) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()

    await backup(sqlite_url, folder / "copy.db")

    assert [file.name for file in folder.iterdir()] == ["copy.db"]
    assert (folder / "copy.db").stat().st_mode & 0o777 == 0o600


async def test_a_backup_never_overwrites(sqlite_url: str, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("precious")

    with pytest.raises(SettingsError, match="exists already"):
        await backup(sqlite_url, tmp_path / "copy.db")


async def test_what_is_no_database_of_ours_is_not_restored(sqlite_url: str, tmp_path: Path) -> None:
    async with open_database(sqlite_url) as db:
        await _put(db, "t:1", version=1)
    whole = tmp_path / "whole.db"
    await backup(sqlite_url, whole)
    cut = tmp_path / "cut.db"
    cut.write_bytes(whole.read_bytes()[:-4096])
    (tmp_path / "text.db").write_text("no database")
    sqlite3.connect(tmp_path / "other.db").execute("create table t (a)").connection.close()

    for name in ("cut.db", "text.db", "other.db", "missing.db"):
        with pytest.raises(StorageError, match=name):
            await restore(sqlite_url, tmp_path / name, aside=tmp_path / "aside.db")

    async with open_database(sqlite_url) as db, db.read() as reader:
        assert [meeting.id for meeting in await all_meetings(reader)] == ["t:1"]


async def test_postgresql_is_pointed_to_its_own_tools(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="pg_dump"):
        await backup("postgresql+psycopg://db.example/openchair", tmp_path / "copy.db")


@pytest.mark.parametrize("revision", REVISIONS)
async def test_a_database_of_every_released_schema_is_copied_and_migrates_with_its_data(
    bare_sqlite_url: str, revision: str
) -> None:
    await _at_revision(bare_sqlite_url, revision)

    await migrate(bare_sqlite_url)

    async with open_database(bare_sqlite_url) as db, db.read() as reader:
        await check_schema(reader)
        assert [state.id for state in await source_states(reader)] == ["old"]
        numbers = await reader.execute(text("select number, id from meeting"))
        assert [tuple(row) for row in numbers] == [(7, "old:7")]
    file = Path(make_url(bare_sqlite_url).database or "")
    (copy,) = file.parent.glob(f"{file.name}.before-*")
    with closing(sqlite3.connect(copy)) as before:
        assert before.execute("select version_num from alembic_version").fetchone() == (revision,)


@pytest.mark.parametrize("revision", REVISIONS)
async def test_postgresql_of_every_released_schema_migrates_with_its_data(
    bare_postgresql_url: str, revision: str
) -> None:
    await _at_revision(bare_postgresql_url, revision)

    await migrate(bare_postgresql_url)

    async with open_database(bare_postgresql_url) as db, db.read() as reader:
        await check_schema(reader)
        assert [state.id for state in await source_states(reader)] == ["old"]


async def test_what_is_up_to_date_is_not_copied(sqlite_url: str) -> None:
    await migrate(sqlite_url)

    file = Path(make_url(sqlite_url).database or "")
    assert list(file.parent.glob(f"{file.name}.before-*")) == []


async def _at_revision(url: str, revision: str) -> None:
    """Make the database that the release with *revision* left, with a source and a meeting."""

    def upgrade(connection: Connection) -> None:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    async with open_for_migration(url) as writer:
        await writer.run_sync(upgrade)
        await writer.execute(
            text(
                "insert into source (id, title, fellowship, state, accepted_count, reason)"
                " values ('old', 'Old', 'na', 'accepted', 1, '')"
            )
        )
        await writer.execute(
            text(
                "insert into meeting (number, id, source, fellowship, document, digest, revision,"
                " changed_at, first_seen_on, missing_lists, version)"
                " values (7, 'old:7', 'old', 'na', '{}', 'x', 1, '2026-01-01T00:00:00Z',"
                " '2026-01-01', 0, 1)"
            )
        )


async def _put(db: Database, id_: str, *, version: int) -> None:
    async with db.write() as writer:
        await put(writer, [a_meeting(id=id_)], version=version)


async def _write_pairs(db: Database, times: int) -> None:
    for number in range(times):
        async with db.write() as writer:
            for column in ("version", "last_number"):
                await writer.execute(update(catalogue).values({column: number}))


def _url(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"
