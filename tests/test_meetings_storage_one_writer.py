"""SQLite's file is written to by one process at a time, and a dead one holds up nobody."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from meetings.errors import Busy
from meetings.storage import one_writer
from meetings.storage.database import Database, open_database

WRITERS, WRITES = 3, 20
HOLD = """
import asyncio, sys
from pathlib import Path
from meetings.storage.one_writer import only_writer

async def hold():
    async with only_writer(Path(sys.argv[1])):
        print("held", flush=True)
        await asyncio.sleep(600)

asyncio.run(hold())
"""


async def test_two_openers_of_one_file_never_write_at_the_same_moment(sqlite_url: str) -> None:
    inside: set[int] = set()
    together = 0

    async def write(number: int) -> None:
        nonlocal together
        async with open_database(sqlite_url) as database:
            for _ in range(WRITES):
                async with database.write() as writer:
                    inside.add(number)
                    together = max(together, len(inside))
                    await writer.execute(text("update catalogue set version = version + 1"))
                    inside.remove(number)

    await asyncio.gather(*(write(number) for number in range(WRITERS)))

    async with open_database(sqlite_url) as database, database.read() as reader:
        version = (await reader.execute(text("select version from catalogue"))).scalar_one()
    assert (together, version) == (1, WRITERS * WRITES)


async def test_who_waits_too_long_for_another_process_is_told_that_it_is_busy(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(one_writer, "WAIT_SECONDS", 0.2)
    async with open_database(sqlite_url) as database:
        with held_by_another_process(sqlite_url):
            with pytest.raises(Busy, match="another process is writing"):
                await a_write(database)
            async with database.read() as reader:
                await reader.execute(text("select 1"))

        await a_write(database)  # it was killed, and its lock went with it


@contextmanager
def held_by_another_process(url: str) -> Iterator[None]:
    file = make_url(url).database or ""
    with subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-c", HOLD, file],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[1],
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield
        finally:
            process.kill()


async def a_write(database: Database) -> None:
    async with database.write() as writer:
        await writer.execute(text("update catalogue set version = version + 1"))
