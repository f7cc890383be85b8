"""
The door to the database: who reads, who writes, and what becomes of a driver's errors.

SQLite has one writing connection and a few reading ones, in engines of their own: a reader on
the writer's connection would see rows that are not committed yet (reliability.md 8.2).
"""

import asyncio
import itertools
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NewType, TypeVar

import sqlalchemy
from sqlalchemy import Connection, Table, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from meetings.errors import Away, Busy, SettingsError, StorageError
from meetings.storage.driver_errors import translated_errors
from meetings.storage.one_writer import only_writer

Reader = NewType("Reader", AsyncConnection)
Writer = NewType("Writer", AsyncConnection)
Item = TypeVar("Item")
T = TypeVar("T")

CHUNK = 250  # rows a statement; 30,000 in one stall the event loop for 276 ms, 200 for 4 (8.2)
READERS = 3
SQLITE_PRAGMAS = (
    "busy_timeout=5000",  # milliseconds; first, since the next one may have to wait
    "journal_mode=wal",
    "synchronous=full",
    "foreign_keys=on",
    "journal_size_limit=67108864",
    "trusted_schema=off",
)
TRY_AGAIN_SECONDS = 6.0  # a standby is promoted in four (reliability.md 9.4)
FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 1.0
# A server that is cut off says nothing: without these a request waits for a quarter of an hour.
POSTGRESQL_PATIENCE = {
    "connect_timeout": 3,  # seconds, for each host
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 8_000,  # milliseconds
}
# And a client that is cut off says nothing either: its locks would hold up everybody else.
END_IDLE_TRANSACTIONS = "set local idle_in_transaction_session_timeout = 30000"


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
        its keys are made before, and what stands there already is no conflict. Raises as read does.
        """
        until = time.monotonic() + TRY_AGAIN_SECONDS
        for tried in itertools.count():
            try:
                async with self.write() as writer:
                    return await body(writer)
            except (Away, Busy):
                pause = _pause_seconds(tried)
                if time.monotonic() + pause > until:
                    raise
            await asyncio.sleep(pause)
        raise AssertionError("unreachable")

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Writer]:
        """Open a transaction that is committed at the end of the block; raises as read does."""
        with translated_errors():
            async with (
                self.writing.connect() as connection,
                _turn(self.writing.url),
                connection.begin(),
            ):
                yield Writer(connection)


@asynccontextmanager
async def open_database(url: str) -> AsyncIterator[Database]:
    """
    Open the database at *url*, `sqlite+aiosqlite:///FILE` or `postgresql+psycopg://…`.

    A connection is made when it is first needed, except SQLite's writing one.

    Raises:
        SettingsError: if *url* is of another kind.
        StorageError: if SQLite's file cannot be opened.
    """
    reading, writing = _engines(_checked(url))
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
    checked = _checked(url)
    if checked.get_backend_name() == "sqlite":
        _check_folder(checked)
        engine = _sqlite(checked, "begin immediate", size=1, pragmas=("foreign_keys=off",))
    else:
        engine = _postgresql(checked)
    try:
        with translated_errors():
            async with _turn(checked), engine.begin() as connection:
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
    statement = sqlalchemy.insert(table).compile(dialect=db.dialect, column_keys=list(rows[0]))
    binds = {
        name: cache(bind)  # a whole list changed at one instant
        for name in rows[0]
        if (bind := table.c[name].type.bind_processor(db.dialect)) is not None
    }
    bound = [row | {name: bind(row[name]) for name, bind in binds.items()} for row in rows]
    order = statement.positiontup
    values = [tuple(row[name] for name in order) for row in bound] if order else bound
    await db.exec_driver_sql(str(statement), values)


def chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Cut *items* into pieces that one statement takes without stalling the event loop."""
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]


def _pause_seconds(tried: int) -> float:
    pause = min(FIRST_PAUSE_SECONDS * 2.0**tried, LONGEST_PAUSE_SECONDS)
    return pause * random.uniform(0.5, 1)  # noqa: S311 - spreads those who collided, no secret


def _checked(url: str) -> URL:
    expected = (
        "the database url must be sqlite+aiosqlite:///FILE or postgresql+psycopg://USER@HOST/NAME"
    )
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        # make_url repeats the url, which may hold a password
        raise SettingsError(expected) from None
    if parsed.drivername not in ("sqlite+aiosqlite", "postgresql+psycopg"):
        raise SettingsError(f"{expected}, got {parsed.drivername}")
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise SettingsError(f"{expected}; in memory, reader and writer would not meet")
    return parsed


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


def _engines(url: URL) -> tuple[AsyncEngine, AsyncEngine]:
    if url.get_backend_name() == "sqlite":
        _check_folder(url)
        reading = _sqlite(url, "begin", size=READERS, pragmas=("query_only=on",))
        return reading, _sqlite(url, "begin immediate", size=1)
    # as in SQLite, a version and the rows read after it belong together
    reading = _postgresql(
        url,
        isolation_level="REPEATABLE READ",
        execution_options={"postgresql_readonly": True},
    )
    writing = _postgresql(url)

    @event.listens_for(writing.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(END_IDLE_TRANSACTIONS)

    return reading, writing


def _check_folder(url: URL) -> None:
    # aiosqlite would find out in a thread, which it then leaves to end after the event loop has
    folder = Path(url.database or "").parent
    if not folder.is_dir():
        raise StorageError(f"the folder of the database file does not exist: {folder}")


def _sqlite(url: URL, begin: str, *, size: int, pragmas: tuple[str, ...] = ()) -> AsyncEngine:
    engine = create_async_engine(url, hide_parameters=True, pool_size=size, max_overflow=0)

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _: object) -> None:  # the adapter of the driver is untyped
        try:
            connection.isolation_level = None  # the driver must not begin transactions by itself
            cursor = connection.cursor()
            for pragma in (*SQLITE_PRAGMAS, *pragmas):
                cursor.execute(f"pragma {pragma}")
            cursor.close()
        except BaseException:
            connection.close()  # the pool has not taken it yet, so nobody else would
            raise

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    @event.listens_for(engine.sync_engine, "invalidate")
    def _roll_back(connection: Any, *_: object) -> None:
        # a cancelled task's connection is closed, but lives on with its lock on the file as long
        # as a cursor does, and the traceback of the cancellation holds one
        connection.rollback()

    return engine


def _postgresql(url: URL, **options: Any) -> AsyncEngine:
    return create_async_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        connect_args={
            # prepared statements do not pass pgbouncer in transaction mode (reliability.md 9.4)
            "prepare_threshold": None,
            **{name: v for name, v in POSTGRESQL_PATIENCE.items() if name not in url.query},
        },
        **options,
    )
