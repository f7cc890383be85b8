"""
One writer at a time on a file of SQLite, whichever process it lives in.

Versions before 3.51.3 can damage the file when two connections write at the same moment
(reliability.md 8.3), and a program may import beside the one that serves. So whoever writes holds
a lock file meanwhile; it is let go by the system if its process dies.
"""

import asyncio
import contextlib
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

from meetings.errors import Busy

if sys.platform != "win32":
    import fcntl

SAFE_VERSION = (3, 51, 3)
WAIT_SECONDS = 30.0  # the largest list is written in three
LOOK_SECONDS = 0.005
SUFFIX = ".writer"


@asynccontextmanager
async def only_writer(file: Path) -> AsyncIterator[None]:
    """
    Hold the lock of the database in *file*.

    Raises:
        Busy: another process has been writing for WAIT_SECONDS.
    """
    with file.with_name(file.name + SUFFIX).open("ab") as lock:
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                while not _is_locked(lock):  # noqa: ASYNC110 - nothing tells when a file is free
                    await asyncio.sleep(LOOK_SECONDS)
        except TimeoutError:
            raise Busy("another process is writing to the database") from None
        yield


def old_library() -> str:
    """Return what to know about this process's SQLite, "" for nothing."""
    if sqlite3.sqlite_version_info >= SAFE_VERSION:
        return ""
    safe = ".".join(map(str, SAFE_VERSION))
    return (
        f"SQLite {sqlite3.sqlite_version} can damage a file that two programs write to at the same"
        f" moment (mended in {safe}): write to it with openchair only, which takes turns."
    )


def _is_locked(lock: IO[bytes]) -> bool:
    if sys.platform == "win32":
        return True  # SQLite's own lock is all there is
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False
