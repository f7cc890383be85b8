"""`openchair worker` and `import` as processes: how they start, and let go when stopped."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from meetings._gazetteer import write
from meetings.storage.database import open_database
from meetings.storage.leases import sources_leased
from meetings.storage.sources import State, last_runs, source_states
from tests.many import a_large_list
from tests.serving import towns

STOP_SECONDS = 25
PATIENCE_SECONDS = 300  # a machine may be busy
OWN = """
[[sources]]
id = "near"
importer = "bmlt"
fellowship = "na"
url = "https://127.0.0.1/main_server"
"""
OFF = "\n".join(
    f'[[sources]]\nid = "{id_}"\nimporter = "{importer}"\nfellowship = "{whose}"\nenabled = false'
    for id_, importer, whose in (
        ("na", "bmlt", "na"),
        ("virtual-na", "bmlt", "na"),
        ("recovery-dharma", "tsml", "rd"),
        ("refuge-recovery", "tsml", "refuge"),
    )
)


@contextmanager
def started(url: str, folder: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    write(folder / "places.sqlite", towns(), progress=lambda _: None)
    kept = {name: v for name, v in os.environ.items() if not name.startswith("OPENCHAIR_")}
    settings = {"OPENCHAIR_DATA_DIR": str(folder), "OPENCHAIR_DATABASE_URL": url}
    with subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", f"from web.cli import main; main({list(arguments)})"],
        env=kept | settings | {"COLUMNS": "200"},
        cwd=Path(__file__).parents[1],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


async def seen(url: str) -> tuple[dict[str, State], set[str]]:
    """Return the states of the sources, and which are being read."""
    async with open_database(url) as db, db.read() as reader:
        states = {state.id: state.state for state in await source_states(reader)}
        return states, await sources_leased(reader)


async def until(url: str, states: dict[str, State], leased: set[str]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await seen(url) != (states, leased):  # noqa: ASYNC110 - nobody tells when
            await asyncio.sleep(0.05)


def test_a_worker_over_sqlite_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    with started(sqlite_url, tmp_path, "worker") as process:
        _, said = process.communicate(timeout=STOP_SECONDS)

    assert process.returncode == 2
    assert said == (
        "openchair: OPENCHAIR_DATABASE_URL: a worker needs PostgreSQL; over SQLite"
        " `openchair serve` reads the lists itself\n"
    )


@pytest.mark.long
async def test_two_workers_read_a_list_once_and_stop_when_told(
    postgresql_url: str, tmp_path: Path
) -> None:
    (tmp_path / "sources.toml").write_text(OFF + OWN)
    with (
        started(postgresql_url, tmp_path, "worker") as one,
        started(postgresql_url, tmp_path, "worker") as two,
    ):
        await until(postgresql_url, {"near": State.FAILED}, set())
        for process in (one, two):
            process.send_signal(signal.SIGTERM)

        assert [process.wait(STOP_SECONDS) for process in (one, two)] == [0, 0]
    async with open_database(postgresql_url) as db, db.read() as reader:
        assert len(await last_runs(reader, "near", 9)) == 1


@pytest.mark.long
async def test_an_import_that_is_stopped_lets_go_of_its_lease(
    database_url: str, tmp_path: Path
) -> None:
    (tmp_path / "list").mkdir()
    for name, body in a_large_list().items():
        (tmp_path / "list" / f"{name}.json").write_bytes(body)
    reading = ("--format", "bmlt", "--file", str(tmp_path / "list"), "--as", "na-test")
    with started(database_url, tmp_path, "import", *reading) as process:
        await until(database_url, {}, {"na-test"})

        process.send_signal(signal.SIGTERM)

        assert process.wait(STOP_SECONDS) == 128 + signal.SIGTERM
    assert await seen(database_url) == ({}, set())
