"""
Copies of a SQLite database, made while it is in use, and put back.

A copy counts once it was opened and found whole. It is one file; copying the database's file by
hand would lose what still stands in its write-ahead log (reliability.md 8.3, 11).
"""

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import make_url

from meetings.errors import SettingsError, StorageError
from meetings.storage.one_writer import only_writer

PAGES_AT_ONCE = 4096  # 16 MB, between which others may write
POSTGRESQL = (
    "a PostgreSQL database is copied with its own tools: pg_dump --format=custom and pg_restore,"
    " or pg_basebackup; this command is for SQLite"
)


def sqlite_file(url: str) -> Path | None:
    """Return the file of the SQLite database at *url*, None for a database of another kind."""
    parsed = make_url(url)
    return Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None


async def backup(url: str, to: Path, *, is_replacing: bool = False) -> None:
    """
    Copy the database at *url* into the new file *to*.

    Raises:
        SettingsError: for PostgreSQL, or when *to* exists already.
        StorageError: if it cannot be read, or the copy is not whole.
    """
    file = sqlite_file(url)
    if file is None:
        raise SettingsError(POSTGRESQL)
    await asyncio.to_thread(_backup, file, to, is_replacing=is_replacing)


async def restore(url: str, copy: Path, *, aside: Path) -> None:
    """
    Put *copy* in the place of the database at *url*; what was there goes into the file *aside*.

    A server that is running sees the change as it sees any other.

    Raises:
        SettingsError: for PostgreSQL.
        StorageError: if *copy* is no whole database of ours; nothing was changed.
        Busy: another process has been writing for a long time.
    """
    file = sqlite_file(url)
    if file is None:
        raise SettingsError(POSTGRESQL)
    await asyncio.to_thread(check_copy, copy)
    async with only_writer(file):
        if file.is_file():
            await asyncio.to_thread(_backup, file, aside, is_replacing=False)
        await asyncio.to_thread(_copy, copy, file)


def check_copy(copy: Path) -> None:
    """Open *copy* and look through all of it. Raises StorageError."""
    if not copy.is_file():
        raise StorageError(f"there is no file {copy}")
    try:
        with closing(sqlite3.connect(f"file:{copy}?mode=ro", uri=True)) as opened:
            found = opened.execute("pragma integrity_check").fetchone()
            orphans = opened.execute("pragma foreign_key_check").fetchone()
            opened.execute("select version_num from alembic_version").fetchone()
    except sqlite3.Error as problem:
        raise StorageError(f"{copy} is no database of this program") from problem
    if found != ("ok",) or orphans is not None:
        raise StorageError(f"{copy} is not whole")


def _backup(file: Path, to: Path, *, is_replacing: bool) -> None:
    if to.exists() and not is_replacing:
        raise SettingsError(f"{to} exists already")
    if not file.is_file():
        raise StorageError(f"there is no database at {file}")
    unfinished = to.with_name(f"{to.name}.new")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    try:
        _copy(file, unfinished)
        _close_log(unfinished)
        check_copy(unfinished)
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        unfinished.replace(to)
    finally:
        unfinished.unlink(missing_ok=True)


def _close_log(copy: Path) -> None:
    """Make *copy* a single file, which needs no write-ahead log beside it to be opened."""
    with closing(sqlite3.connect(copy)) as opened:
        opened.execute("pragma journal_mode=delete")


def _copy(source: Path, target: Path) -> None:
    try:
        with (
            closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as reading,
            closing(sqlite3.connect(target)) as writing,
        ):
            reading.backup(writing, pages=PAGES_AT_ONCE, sleep=0.01)
    except sqlite3.Error as problem:
        raise StorageError(f"{source} could not be copied: {problem.sqlite_errorname}") from problem
