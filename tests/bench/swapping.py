"""How long an event loop stands still while a new catalogue is built, written and swapped in."""

import asyncio
import itertools
import time
from collections.abc import Iterator
from pathlib import Path

from meetings.catalogue import Catalogue, CatalogueBuilder
from meetings.model import Meeting
from tests.bench.engine import opened
from tests.bench.queries import NOW, mixed
from web.service import no_collections

BATCH = 1_000  # as the storage reads them
TICK_SECONDS = 0.001


def swaps(snapshot: Path, folder: Path) -> dict[str, float]:
    return asyncio.run(_swapped(snapshot, folder))


async def _swapped(snapshot: Path, folder: Path) -> dict[str, float]:
    serving = [opened(snapshot)]
    stalls: list[float] = []
    ticking = asyncio.create_task(_tick(serving, stalls))
    started = time.monotonic()
    with no_collections():
        builder = CatalogueBuilder(folder / "swapped.snapshot")
        meetings = iter(serving[0].all())
        while batch := await asyncio.to_thread(_read, meetings):
            await asyncio.to_thread(builder.add, batch)
        built = await asyncio.to_thread(builder.built, version=2, stamp="swapped", now=NOW)
    serving[0] = built
    await asyncio.sleep(0.2)
    ticking.cancel()
    (folder / "swapped.snapshot").unlink()
    stalls.sort()
    return {
        "longest stall during a swap, ms": 1000 * stalls[-1],
        "stall during a swap, p99 ms": 1000 * stalls[int(len(stalls) * 0.99)],
        "a swap takes, s": time.monotonic() - started,
    }


def _read(meetings: Iterator[Meeting]) -> list[Meeting]:
    """Read meetings as the storage does, from their documents."""
    return list(itertools.islice(meetings, BATCH))


async def _tick(serving: list[Catalogue], stalls: list[float]) -> None:
    """Answer a search every millisecond; note how much later than asked each turn came."""
    for search in itertools.cycle(mixed(500).near):
        asked = time.monotonic()
        await asyncio.sleep(TICK_SECONDS)
        stalls.append(time.monotonic() - asked - TICK_SECONDS)
        serving[0].answer(search, now=NOW)
