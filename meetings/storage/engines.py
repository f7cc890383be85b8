"""
How each database is connected to: its settings, its pools, and what is heard of it.

SQLite has one writing connection and a few reading ones, in engines of their own: a reader on
the writer's connection would see rows that are not committed yet (reliability.md 8.2).
"""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from meetings.errors import SettingsError, StorageError

READERS = 3
SQLITE_PRAGMAS = (
    "busy_timeout=5000",  # milliseconds; first, since the next one may have to wait
    "journal_mode=wal",
    "synchronous=full",
    "foreign_keys=on",
    "journal_size_limit=67108864",
    "trusted_schema=off",
)
# A server that is cut off says nothing: without these a request waits for a quarter of an hour.
POSTGRESQL_PATIENCE = {
    "connect_timeout": 3,  # seconds, for each host
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 8_000,  # milliseconds
}
# The server's own name for the place where a commit waits for a standby; its words are translated.
WAIT_FOR_STANDBY = "SyncRepWaitForLSN"
UNCONFIRMED = "unconfirmed"
# And a client that is cut off says nothing either: its locks would hold up everybody else.
END_IDLE_TRANSACTIONS = "set local idle_in_transaction_session_timeout = 30000"


def checked(url: str) -> URL:
    """Return *url* parsed; raises SettingsError where it is of neither kind."""
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


def engines(url: URL) -> tuple[AsyncEngine, AsyncEngine]:
    """
    Return the engine that reads and the one that writes.

    Raises:
        StorageError: if SQLite's file has no folder.
    """
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

    @event.listens_for(writing.sync_engine, "connect")
    def _listen(connection: Any, record: ConnectionPoolEntry) -> None:
        # a commit whose wait the server cancels returns as if it were safe (reliability.md 9.4)
        def heard(notice: Any) -> None:  # a Diagnostic of psycopg, which is an extra
            if notice.source_function == WAIT_FOR_STANDBY:
                record.info[UNCONFIRMED] = True

        connection.driver_connection.add_notice_handler(heard)

    return reading, writing


def engine_for_migration(url: URL) -> AsyncEngine:
    """Return an engine that writes without foreign keys; raises as engines does."""
    if url.get_backend_name() == "sqlite":
        _check_folder(url)
        return _sqlite(url, "begin immediate", size=1, pragmas=("foreign_keys=off",))
    return _postgresql(url)


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
