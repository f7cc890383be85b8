"""
The smallest server: `python -m tests.bench.smallest` serves all of NA within 700 MB.

35,000 meetings are imported, then served with the whole gazetteer while a refresh runs beside, as
`openchair serve` starts one; all of it in a memory group that the system holds to the limit, where
we may make one (root). Prints the most that all processes had together, as proportional shares.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from meetings.places import ensure
from tests.bench.soak import import_edition, write_editions
from tests.bench.soak_load import Seen, load
from tests.many import HOW_MANY
from tests.program import program

MUST_MB, REACH_MB = 700, 400
SECONDS = 20.0  # of visits before the refresh, and after it
LOOK_SECONDS = 0.1
GROUPS = Path("/sys/fs/cgroup")


@dataclass(frozen=True, slots=True)
class Group:
    """A group of processes that the system holds to a limit together."""

    folder: Path
    limit: str  # names of its files, which differ between the two kinds
    kills: str

    @property
    def prefix(self) -> Sequence[str]:
        """What a command line begins with to run in here from its first page on."""
        return ("sh", "-c", f'echo $$ > {self.folder}/cgroup.procs && exec "$@"', "in-group")

    def killed(self) -> int:
        """Return how often a process was killed for want of memory."""
        lines = (self.folder / self.kills).read_text(encoding="ascii").splitlines()
        return sum(int(n) for name, n in map(str.split, lines) if name == "oom_kill")

    def shares_mb(self) -> float:
        """Return the proportional shares of all its processes."""
        pids = (self.folder / "cgroup.procs").read_text(encoding="ascii").split()
        return sum(_share_mb(pid) for pid in pids)


def main(meetings: int = HOW_MANY) -> int:
    with tempfile.TemporaryDirectory() as name, memory_group() as group:
        folder = Path(name)
        ensure(folder, progress=lambda _: None)
        write_editions(folder, meetings)
        peaks = asyncio.run(_peaks_mb(folder, meetings, group))
        killed = group.killed()
    for what, peak in peaks.items():
        sys.stdout.write(f"{what:<52} {peak:6.0f} MB\n")
    most = max(peaks.values())
    sys.stdout.write(f"{'the most in all (must 700, reach for 400)':<52} {most:6.0f} MB\n")
    sys.stdout.write(f"{'processes killed at the limit of 700 MB':<52} {killed:6}\n")
    return int(most > MUST_MB or killed > 0)


async def _peaks_mb(folder: Path, meetings: int, group: Group) -> dict[str, float]:
    peaks: dict[str, float] = {}
    async with _peak("first import", group, peaks):
        await import_edition(folder, 1, prefix=group.prefix, nice=0)
    seen = Seen()
    settings = {"OPENCHAIR_TRUSTED_PROXIES": "127.0.0.1"}
    with program(folder, settings=settings, prefix=group.prefix) as running:

        async def visit() -> None:
            await load(running.port, meetings=meetings, seconds=SECONDS, seen=seen)

        async with _peak("serving, with place search", group, peaks):
            await visit()
        async with _peak("serving while a refresh runs, and its catalogue", group, peaks):
            await asyncio.gather(visit(), import_edition(folder, 2, prefix=group.prefix, nice=0))
            await visit()
    if seen.failures:
        raise SystemExit(f"answers that should not be: {dict(seen.failures)}")
    return peaks


@asynccontextmanager
async def _peak(what: str, group: Group, peaks: dict[str, float]) -> AsyncIterator[None]:
    """Note the most that *group* has while the block runs."""
    peaks[what] = 0.0

    async def look() -> None:
        while True:
            peaks[what] = max(peaks[what], await asyncio.to_thread(group.shares_mb))
            await asyncio.sleep(LOOK_SECONDS)

    looking = asyncio.create_task(look())
    try:
        yield
    finally:
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking


@contextmanager
def memory_group() -> Iterator[Group]:
    """Make a group with the limit, of whichever kind this system has."""
    if (GROUPS / "memory").is_dir():
        parent, limit, kills = GROUPS / "memory", "memory.limit_in_bytes", "memory.oom_control"
    else:
        parent, limit, kills = GROUPS, "memory.max", "memory.events"
    group = Group(parent / f"openchair-smallest-{time.monotonic_ns()}", limit, kills)
    try:
        group.folder.mkdir()
        (group.folder / limit).write_text(str(MUST_MB * 1024 * 1024))
    except OSError as problem:
        raise SystemExit(f"no memory group can be made here: {problem}") from problem
    try:
        yield group
    finally:
        _remove(group)


def _remove(group: Group) -> None:
    for _ in range(100):
        with suppress(OSError):
            group.folder.rmdir()
            return
        time.sleep(0.1)  # its last process is still going


def _share_mb(pid: str) -> float:
    with suppress(OSError):  # it ended meanwhile
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    sys.exit(main())
