"""The schema: from nothing to the newest, whole or not at all, and told apart when it is not."""

import sqlite3
from contextlib import closing
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import make_url

from meetings.errors import SchemaTooNew, SchemaTooOld, StorageError
from meetings.storage.database import Database, open_database, open_for_migration
from meetings.storage.meetings import all_meetings, put
from meetings.storage.migrate import check_schema, migrate
from meetings.storage.tables import metadata
from tests.make import a_meeting

TABLES = {"alembic_version", *metadata.tables}


async def test_an_empty_database_gets_every_table(bare_url: str) -> None:
    before = await _tables(bare_url)

    await migrate(bare_url)

    assert (before, await _tables(bare_url)) == (set(), TABLES)


async def test_the_migrations_make_what_the_tables_say(db: Database) -> None:
    async with db.read() as reader:
        assert await reader.run_sync(_differences) == []


async def test_a_migrated_database_passes_the_check(db: Database) -> None:
    async with db.read() as reader:
        await check_schema(reader)


async def test_migrating_again_changes_nothing(db: Database, database_url: str) -> None:
    async with db.write() as writer:
        await put(writer, [a_meeting()], version=1)

    await migrate(database_url)

    async with db.read() as reader:
        await check_schema(reader)
        assert await all_meetings(reader) == [a_meeting()]


async def test_an_empty_database_is_too_old(bare_url: str) -> None:
    async with open_database(bare_url) as db, db.read() as reader:
        with pytest.raises(SchemaTooOld, match="openchair migrate"):
            await check_schema(reader)


async def test_a_database_of_a_newer_program_is_too_new(db: Database, database_url: str) -> None:
    async with db.write() as writer:
        await writer.execute(text("update alembic_version set version_num = '9999'"))

    async with db.read() as reader:
        with pytest.raises(SchemaTooNew, match="9999"):
            await check_schema(reader)
    with pytest.raises(SchemaTooNew, match="9999"):
        await migrate(database_url)


async def test_a_step_that_fails_leaves_nothing(bare_url: str) -> None:
    # the last table of the first step is there already
    async with open_for_migration(bare_url) as writer:
        await writer.execute(text("create table import_run (id text)"))

    with pytest.raises(StorageError):
        await migrate(bare_url)

    assert await _tables(bare_url) == {"import_run"}


async def test_rows_without_parents_undo_the_migration(bare_sqlite_url: str) -> None:
    with closing(sqlite3.connect(make_url(bare_sqlite_url).database or "")) as other, other:
        other.execute("create table parent (id integer primary key)")
        other.execute("create table child (parent integer references parent)")
        other.execute("insert into child values (1)")

    with pytest.raises(StorageError, match="child"):
        await migrate(bare_sqlite_url)

    assert await _tables(bare_sqlite_url) == {"parent", "child"}


async def test_the_tables_of_sqlite_are_strict_and_its_log_is_ahead(sqlite_url: str) -> None:
    with closing(sqlite3.connect(make_url(sqlite_url).database or "")) as other:
        strict = dict(
            other.execute("select name, strict from pragma_table_list where schema='main'")
        )
        (journal,) = other.execute("pragma journal_mode").fetchone()

    assert {name for name in metadata.tables if strict[name]} == set(metadata.tables)
    assert journal == "wal"


def _differences(connection: Connection) -> Any:
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "compare_server_default": True}
    )
    return compare_metadata(context, metadata)


async def _tables(url: str) -> set[str]:
    async with open_database(url) as db, db.read() as reader:
        return set(await reader.run_sync(lambda connection: inspect(connection).get_table_names()))
