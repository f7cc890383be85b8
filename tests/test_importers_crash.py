"""What is left when a refresh is killed, or its disk is full: one list, and whole."""

import asyncio
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from importers import bmlt
from importers._source import Payloads
from meetings.errors import StorageError
from meetings.storage.migrate import migrate
from tests.many import HOW_MANY, a_large_list
from tests.refreshing import refreshed

KILLS = int(os.environ.get("TEST_KILLS", "5"))  # 20 before a release
EDITION = ", edition 2"

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with 35,000 meetings, and the next edition of their list, all names changed."""
    folder = tmp_path_factory.mktemp("crash")
    url = f"sqlite+aiosqlite:///{folder / 'accepted.db'}"
    asyncio.run(migrate(url))
    asyncio.run(refreshed(url, a_large_list()))
    (folder / "list").mkdir()
    for name, body in a_large_list(version=2).items():
        (folder / "list" / f"{name}.json").write_bytes(body)
    return folder


def editions(database: Path) -> Counter[bool]:
    """Count the names of the old edition and of the new one; False is the old one."""
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]
        rows = connection.execute("select document, revision from meeting where removed_at is null")
        found = [(EDITION in document, revision) for document, revision in rows]
        (version,) = connection.execute("select version from catalogue").fetchone()
        runs = connection.execute("select count(*) from import_run").fetchone()[0]
    assert {(is_new, is_new + 0) for is_new, _ in found} == set(found)  # a revision for each
    is_new = found[0][0]
    assert (version, runs) == ((2, 2) if is_new else (1, 1))
    return Counter(is_new for is_new, _ in found)


def test_a_refresh_that_is_killed_leaves_the_old_list_or_the_new_one(
    folder: Path, tmp_path: Path
) -> None:
    seed = random.randrange(2**32)
    chance, seen = random.Random(seed), Counter[bool]()
    print(f"seed {seed}")  # noqa: T201 - shown when the test fails
    for number in range(KILLS):
        database = tmp_path / f"{number}.db"
        shutil.copy(folder / "accepted.db", database)
        _refresh_and_kill(database, folder / "list", chance, in_write=number % 2 == 1)

        counted = editions(database)

        assert list(counted.values()) == [HOW_MANY]
        seen |= counted
        database.unlink()
    print(f"old list {seen[False]}, new list {seen[True]}")  # noqa: T201


def _refresh_and_kill(
    database: Path, lists: Path, chance: random.Random, *, in_write: bool
) -> None:
    """Kill at any moment of some seconds; *in_write*: when so much of the new list is written."""
    with subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "tests.refreshing", f"sqlite+aiosqlite:///{database}", str(lists)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[1],
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"reading\n"
        if in_write:
            _wait_for_log(process, database, chance.uniform(0, 40e6))
        else:
            _wait(process, chance.uniform(0, 6))
        process.kill()


def _wait(process: subprocess.Popen[bytes], seconds: float) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return


def _wait_for_log(process: subprocess.Popen[bytes], database: Path, size: float) -> None:
    log = database.with_name(database.name + "-wal")
    while process.poll() is None and not (log.exists() and log.stat().st_size > size):
        time.sleep(0.005)


def test_a_full_disk_leaves_the_old_list_and_says_so(tmp_path: Path) -> None:
    with _small_disk(tmp_path / "disk", megabytes=4) as disk:
        url = f"sqlite+aiosqlite:///{disk / 'small.db'}"
        asyncio.run(migrate(url))
        asyncio.run(refreshed(url, a_large_list(2000)))
        larger = bmlt.load(_written(a_large_list(5900), tmp_path / "list"))

        with pytest.raises(StorageError, match="the disk that holds the database is full"):
            asyncio.run(refreshed(url, larger))

        assert editions(disk / "small.db") == {False: 2000}


@contextmanager
def _small_disk(folder: Path, *, megabytes: int) -> Iterator[Path]:
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root can make a small disk")
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    if subprocess.run(command, check=False, capture_output=True).returncode:  # noqa: S603
        pytest.skip("this machine lets nobody mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)  # noqa: S603, S607


def _written(payloads: Payloads, folder: Path) -> Path:
    folder.mkdir()
    for name, body in payloads.items():
        (folder / f"{name}.json").write_bytes(body)
    return folder
