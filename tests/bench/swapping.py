"""How long an event loop stands still while a new catalogue is built, written and swapped in."""

import asyncio
import contextlib
import gc
import itertools
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from meetings.catalogue import Catalogue, CatalogueBuilder
from meetings.model import Meeting
from tests.bench.engine import opened
from tests.bench.queries import NOW, mixed

BATCH = 1_000  # as the storage reads them
TICK_SECONDS = 0.001
NANOSECONDS = 1e9


class Stall(NamedTuple):
    """How late one turn of the event loop came, in all and without waiting for other programs."""

    seconds: float
    own_seconds: float


def swaps(snapshot: Path, folder: Path) -> dict[str, float]:
    return asyncio.run(_swapped(snapshot, folder))


async def _swapped(snapshot: Path, folder: Path) -> dict[str, float]:
    serving = [opened(snapshot)]
    mixed(1)  # loads the towns
    gc.freeze()  # as `openchair serve` does
    stalls: list[Stall] = []
    ticking = asyncio.create_task(_tick(serving, stalls))
    started = time.monotonic()
    builder = CatalogueBuilder(folder / "swapped.snapshot")
    meetings = iter(serving[0].all())
    while batch := await asyncio.to_thread(_read, meetings):
        await asyncio.to_thread(builder.add, batch)
    built = await asyncio.to_thread(builder.built, version=2, stamp="swapped", now=NOW)
    serving[0] = built
    await asyncio.sleep(0.2)
    ticking.cancel()
    (folder / "swapped.snapshot").unlink()
    all_told = sorted(stall.seconds for stall in stalls)
    return {
        "longest stall during a swap, ms": 1000 * max(stall.own_seconds for stall in stalls),
        "longest stall with waiting for a core, ms": 1000 * all_told[-1],
        "stall with waiting for a core, p99 ms": 1000 * all_told[int(len(all_told) * 0.99)],
        "a swap takes, s": time.monotonic() - started,
    }


def _read(meetings: Iterator[Meeting]) -> list[Meeting]:
    """Read meetings as the storage does, from their documents."""
    return list(itertools.islice(meetings, BATCH))


async def _tick(serving: list[Catalogue], stalls: list[Stall]) -> None:
    """Answer a search every millisecond; note how much later than asked each turn came."""
    for search in itertools.cycle(mixed(500).near):
        asked, waited = time.monotonic(), _waited_seconds()
        await asyncio.sleep(TICK_SECONDS)
        late = time.monotonic() - asked - TICK_SECONDS
        stalls.append(Stall(late, max(0.0, late - (_waited_seconds() - waited))))
        serving[0].answer(search, now=NOW)


def _waited_seconds() -> float:
    """Return how long our threads were ready to run while other programs held the cores."""
    waited = 0
    for task in Path("/proc/self/task").iterdir():
        with contextlib.suppress(OSError):  # it has just ended
            waited += int((task / "schedstat").read_text().split()[1])
    return waited / NANOSECONDS
