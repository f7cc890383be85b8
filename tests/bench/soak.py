"""
Half an hour of mixed load on one node: `python -m tests.bench.soak --minutes 30`.

`openchair serve` over 35,000 meetings and the whole gazetteer is searched, polled by calendars and
asked to keep plans, while a list is imported once a minute, as `serve` refreshes one. Prints what
the server's memory did after the first five minutes, how long searches took with and without an
import, and what was left open at the end.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from meetings.places import ensure
from meetings.storage.engines import READERS
from tests.bench.soak_load import Seen, load
from tests.many import a_large_list
from tests.program import PATIENCE_SECONDS, Program, program

MUST_GROW_PERCENT, MUST_SLOWER = 5.0, 2.0
SETTLED_AFTER_SECONDS = 300.0
IMPORT_EVERY_SECONDS = 60.0
LOOK_EVERY_SECONDS = 5.0
NEW_CATALOGUE_SECONDS = 4.0  # after an import, in which the server loads what is new
# The loop's, one for each connection to SQLite, and asyncio's pool, which starts them when needed.
THREADS_MOST = 1 + (READERS + 1) + min(32, (os.cpu_count() or 1) + 4)
NICE = 10
AROUND_SECONDS = 30.0
CHANGED_ONE_IN = 50


@dataclass(slots=True)
class Watched:
    """What was seen from outside, by the clock."""

    memory: list[tuple[float, float]] = field(default_factory=list)
    threads: list[tuple[float, float]] = field(default_factory=list)
    imports: list[tuple[float, float]] = field(default_factory=list)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.soak")
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--meetings", type=int, default=35_000)
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ensure(folder, progress=lambda _: None)
        write_editions(folder, chosen.meetings)
        return asyncio.run(_soak(folder, chosen.meetings, chosen.minutes * 60))


async def _soak(folder: Path, meetings: int, seconds: float) -> int:
    await import_edition(folder, 1, nice=0)
    seen, watched = Seen(), Watched()
    settings = {"OPENCHAIR_TRUSTED_PROXIES": "127.0.0.1"}
    with program(folder, settings=settings) as running:
        began = time.monotonic()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(load(running.port, meetings=meetings, seconds=seconds, seen=seen))
            tasks.create_task(_watch(running, began + seconds, watched))
            tasks.create_task(_import_again(folder, began + seconds, watched))
        await asyncio.sleep(LOOK_EVERY_SECONDS)  # idle connections end by themselves
        left = _connections(running.port)
        code = await asyncio.to_thread(_stop, running)
    return _report(seen, watched, began, left, code)


def _report(seen: Seen, watched: Watched, began: float, left: int, code: int) -> int:
    during = [took for at, took in seen.searches if _is_within(at, took, watched.imports)]
    without = [took for at, took in seen.searches if not _is_within(at, took, watched.imports)]
    slow, usual = _p99_ms(during), _p99_ms(without)
    settled, last, peak = _over_time(watched.memory, began)
    most = max(threads for _, threads in watched.threads)
    growth = (last / settled - 1) * 100
    figures = (
        ("searches", f"{len(seen.searches):,}", True),
        ("imports", f"{len(watched.imports):,}", bool(watched.imports)),
        ("answers that should not be", dict(seen.failures) or "none", not seen.failures),
        ("memory after five minutes, MB", f"{settled:.0f}", True),
        (f"memory at the end, MB (most: {peak:.0f})", f"{last:.0f}", True),
        ("growth, %", f"{growth:.1f}", growth <= MUST_GROW_PERCENT),
        ("p50 of searches without an import, ms", f"{_p50_ms(without):.1f}", True),
        ("p50 of searches during one, ms", f"{_p50_ms(during):.1f}", True),
        ("p99 of searches without an import, ms", f"{usual:.1f}", True),
        ("p99 of searches during one, ms", f"{slow:.1f}", True),
        ("during / without", f"{slow / usual:.2f}", slow <= MUST_SLOWER * usual),
        ("the same beside each import, typical", f"{_beside(seen, watched):.2f}", True),
        (f"threads, most of them (may: {THREADS_MOST})", f"{most:.0f}", most <= THREADS_MOST),
        ("connections left", left, left == 0),
        ("exit code after SIGTERM", code, code == 0),
    )
    shown = watched.memory[:: max(1, len(watched.memory) // 12)]
    over_time = ", ".join(f"{(at - began) / 60:.0f} min {mb:.0f}" for at, mb in shown)
    sys.stdout.write(f"memory in MB: {over_time}\n")
    sys.stdout.write(f"{json.dumps(dict(sorted(seen.statuses.items())))}\n")
    for what, found, is_well in figures:
        sys.stdout.write(f"{what:<44} {found!s:>10}{'' if is_well else '   MISSED'}\n")
    return int(not all(is_well for _, _, is_well in figures))


def write_editions(folder: Path, meetings: int) -> None:
    """Write two editions of a list, which differ in one meeting of fifty."""
    payloads = dict(a_large_list(meetings))
    records = json.loads(payloads["GetSearchResults"])
    for number in (1, 2):
        for record in records[::CHANGED_ONE_IN]:
            record["comments"] = f"Edition {number}"
        payloads["GetSearchResults"] = json.dumps(records).encode()
        (folder / f"edition-{number}").mkdir()
        for name, body in payloads.items():
            (folder / f"edition-{number}" / f"{name}.json").write_bytes(body)


async def import_edition(
    folder: Path, edition: int, *, prefix: Sequence[str] = (), nice: int = NICE
) -> None:
    """Run `openchair import` as `serve` does, below its own priority."""
    arguments = ["import", "--format", "bmlt", "--as", "soak", "--json"]
    arguments += ["--file", str(folder / f"edition-{edition}")]
    process = await asyncio.create_subprocess_exec(
        *prefix,
        sys.executable,
        "-c",
        f"import os; os.nice({nice}); from web.cli import main; main({arguments})",
        stdout=asyncio.subprocess.PIPE,
        env=os.environ
        | {
            "OPENCHAIR_DATA_DIR": str(folder),
            "OPENCHAIR_DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'program.db'}",
        },
    )
    said, _ = await process.communicate()
    (run,) = json.loads(said)["runs"]
    if run["outcome"] != "accepted":
        raise SystemExit(f"the import was not accepted: {run['reason']}")


async def _import_again(folder: Path, end: float, watched: Watched) -> None:
    pause = min(IMPORT_EVERY_SECONDS, (end - time.monotonic()) / 4)
    due, edition = time.monotonic() + pause, 2
    while due < end - pause / 2:
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        due = time.monotonic() + pause
        began = time.monotonic()
        await import_edition(folder, edition)
        watched.imports.append((began, time.monotonic() + NEW_CATALOGUE_SECONDS))
        edition = 3 - edition


async def _watch(running: Program, end: float, watched: Watched) -> None:
    while time.monotonic() < end:
        await asyncio.sleep(min(LOOK_EVERY_SECONDS, max(0.0, end - time.monotonic())))
        watched.memory.append((time.monotonic(), running.memory_mb()))
        watched.threads.append((time.monotonic(), _threads(running)))


def _over_time(looks: Sequence[tuple[float, float]], began: float) -> tuple[float, float, float]:
    """Return the typical memory of the minute after the first five, of the last, and the peak."""
    span = looks[-1][0] - began
    start = min(SETTLED_AFTER_SECONDS, span / 2)
    minute = min(60.0, span / 4)
    after = [found for at, found in looks if start <= at - began <= start + minute]
    last = [found for at, found in looks if at >= looks[-1][0] - minute]
    return statistics.median(after), statistics.median(last), max(found for _, found in looks)


def _beside(seen: Seen, watched: Watched) -> float:
    """
    Return the ratio of each import to the half minutes around it, the median of them all.

    On a machine that others use too, an import takes long when they are busy, and so most of the
    searches during imports are from such times; this compares like with like.
    """
    ratios = []
    for began, ended in watched.imports:
        around = [
            took
            for at, took in seen.searches
            if began - AROUND_SECONDS <= at <= ended + AROUND_SECONDS
            and not _is_within(at, took, watched.imports)
        ]
        during = [took for at, took in seen.searches if _is_within(at, took, [(began, ended)])]
        if len(around) > 1 and len(during) > 1:
            ratios.append(_p99_ms(during) / _p99_ms(around))
    return statistics.median(ratios) if ratios else 0.0


def _is_within(at: float, took: float, spans: Sequence[tuple[float, float]]) -> bool:
    return any(began <= at + took and at <= ended for began, ended in spans)


def _p99_ms(seconds: Sequence[float]) -> float:
    return statistics.quantiles(seconds, n=100)[98] * 1000


def _p50_ms(seconds: Sequence[float]) -> float:
    return statistics.median(seconds) * 1000


def _threads(running: Program) -> int:
    return sum(1 for _ in Path(f"/proc/{running.process.pid}/task").iterdir())


def _connections(port: int) -> int:
    """Return how many connections to *port* are established."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[1].endswith(f":{port:04X}") and row[3] == "01" for row in rows)


def _stop(running: Program) -> int:
    running.process.terminate()
    return running.process.wait(PATIENCE_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
