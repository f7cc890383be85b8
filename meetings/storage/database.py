"""The door to the database: who reads, who writes, and what is done again."""

import asyncio
import itertools
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NewType, TypeVar

import sqlalchemy
from sqlalchemy import Column, Table, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Dialect
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.sql.compiler import SQLCompiler

from meetings.errors import Away, Busy
from meetings.storage.driver_errors import translated_errors
from meetings.storage.engines import UNCONFIRMED, checked, engine_for_migration, engines
from meetings.storage.one_writer import only_writer

Reader = NewType("Reader", AsyncConnection)
Writer = NewType("Writer", AsyncConnection)
Item = TypeVar("Item")
T = TypeVar("T")

CHUNK = 250  # rows a statement; 30,000 in one stall the event loop for 276 ms, 200 for 4 (8.2)
TRY_AGAIN_SECONDS = 6.0  # a standby is promoted in four (reliability.md 9.4)
FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 1.0
# What was done already writes nothing when it is done again, and PostgreSQL does not let a commit
# that wrote nothing wait. A lock writes; this kind stands in nobody's way, nor in a publisher's.
WRITE_SOMETHING = text("select id from catalogue where id = 1 for key share")


@dataclass(frozen=True, slots=True)
class Database:
    """
    An open database. Make it with open_database.

    A task that is cancelled while it commits cannot know whether it was done (reliability.md
    8.2): what is retried must be safe to do twice.
    """

    reading: AsyncEngine
    writing: AsyncEngine

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Reader]:
        """
        Open a transaction that sees one state of the database and cannot write.

        Raises:
            Busy: another process holds the database; try again later.
            StorageError: the database did not do it.
        """
        with translated_errors():
            async with self.reading.connect() as connection:
                yield Reader(connection)

    async def change(self, body: Callable[[Writer], Awaitable[T]]) -> T:
        """
        Do *body* in a transaction, and again when it collided or its connection was lost.

        Whether a lost transaction was committed is not known. So *body* must be safe to do twice:
        its keys are made before, and what stands there already is no conflict. Nor is it known
        whether a standby has it: the one that is answered for waits until one has all before it,
        too. Raises as read does.
        """
        until = time.monotonic() + TRY_AGAIN_SECONDS
        for tried in itertools.count():
            try:
                async with self.write() as writer:
                    if tried and writer.dialect.name == "postgresql":
                        await writer.execute(WRITE_SOMETHING)
                    return await body(writer)
            except (Away, Busy):
                pause = _pause_seconds(tried)
                if time.monotonic() + pause > until:
                    raise
            await asyncio.sleep(pause)
        raise AssertionError("unreachable")

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Writer]:
        """
        Open a transaction that is committed at the end of the block; raises as read does.

        Away, too, where the commit was done and no standby is known to have it.
        """
        with translated_errors():
            async with self.writing.connect() as connection, _turn(self.writing.url):
                async with connection.begin():
                    yield Writer(connection)
                if (await connection.get_raw_connection()).info.pop(UNCONFIRMED, False):
                    raise Away("the commit was not confirmed by a standby")


@asynccontextmanager
async def open_database(url: str) -> AsyncIterator[Database]:
    """
    Open the database at *url*, `sqlite+aiosqlite:///FILE` or `postgresql+psycopg://…`.

    A connection is made when it is first needed, except SQLite's writing one.

    Raises:
        SettingsError: if *url* is of another kind.
        StorageError: if SQLite's file cannot be opened.
    """
    reading, writing = engines(checked(url))
    try:
        if writing.dialect.name == "sqlite":
            await _connect_once(writing)
        yield Database(reading, writing)
    finally:
        await reading.dispose()
        await writing.dispose()


@asynccontextmanager
async def open_for_migration(url: str) -> AsyncIterator[Writer]:
    """
    Open one writing transaction without foreign keys.

    Rebuilding a table of SQLite deletes its children by cascade otherwise (reliability.md 8.4).
    """
    at = checked(url)
    engine = engine_for_migration(at)
    try:
        with translated_errors():
            async with _turn(at), engine.begin() as connection:
                yield Writer(connection)
    finally:
        await engine.dispose()


def as_reader(db: Writer) -> Reader:
    """Read what *db* has written so far, before it is committed."""
    return Reader(db)


def insert(db: Writer, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return the insert of *db*'s own dialect, the only one that knows `on conflict`."""
    if db.dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


async def insert_rows(db: Writer, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """
    Insert *rows*, which all have the same columns.

    The statement is compiled once and its values are bound here, in a third of the time that
    SQLAlchemy takes to do it row by row.
    """
    statement = _insertion(db.dialect, table, tuple(rows[0]))
    names = statement.positiontup or list(rows[0])
    columns = (_bound(db, table.c[name], [row[name] for row in rows]) for name in names)
    values: list[Any] = list(zip(*columns, strict=True))
    if statement.positiontup is None:  # psycopg goes by name
        values = [dict(zip(names, each, strict=True)) for each in values]
    await db.exec_driver_sql(str(statement), values)


def chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Cut *items* into pieces that one statement takes without stalling the event loop."""
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]


@lru_cache(maxsize=8)
def _insertion(dialect: Dialect, table: Table, columns: tuple[str, ...]) -> SQLCompiler:
    return sqlalchemy.insert(table).compile(dialect=dialect, column_keys=list(columns))


def _bound(db: Writer, column: Column[Any], values: list[Any]) -> list[Any]:
    bind = column.type.bind_processor(db.dialect)
    return values if bind is None else list(map(cache(bind), values))  # often one instant for all


def _pause_seconds(tried: int) -> float:
    pause = min(FIRST_PAUSE_SECONDS * 2.0**tried, LONGEST_PAUSE_SECONDS)
    return pause * random.uniform(0.5, 1)  # noqa: S311 - spreads those who collided, no secret


def _turn(url: URL) -> AbstractAsyncContextManager[None]:
    """Return what to hold while writing: SQLite's file has one writer, PostgreSQL sees to it."""
    if url.get_backend_name() == "sqlite":
        return only_writer(Path(url.database or ""))
    return nullcontext()


async def _connect_once(engine: AsyncEngine) -> None:
    # Who waits for the only connection is not told when another's attempt to make it is
    # cancelled, and sits out the pool's 30 seconds; a connection once made is handed on.
    with translated_errors():
        async with engine.connect():
            pass
