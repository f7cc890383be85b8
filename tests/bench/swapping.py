"""
How long an event loop stands still while a new catalogue is made and swapped in.

`openchair serve` has it made by a process beside it and opens the file; where it cannot, it makes
it in a thread of its own, which is measured too.
"""

import asyncio
import contextlib
import datetime as dt
import gc
import itertools
import os
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from meetings.catalogue import Catalogue, CatalogueBuilder
from meetings.model import Meeting
from tests.bench.engine import opened
from tests.bench.queries import NOW, mixed
from web.cli.serving import SWITCH_SECONDS

BATCH = 1_000  # as the storage reads them
TICK_SECONDS = 0.001
NANOSECONDS = 1e9
NICE = 10
OPENED_AT = NOW + dt.timedelta(seconds=10)  # later than it was made


class Turn(NamedTuple):
    """When something ended, and how long it took, in all and without waiting for other programs."""

    at: float
    seconds: float
    own_seconds: float


class Watched(NamedTuple):
    """How late each turn of the loop came, and how long the answer took that it was for."""

    turns: list[Turn]
    answers: list[Turn]


class Swapped(NamedTuple):
    longest_ms: float
    longest_with_waiting_ms: float
    longest_at_the_end_ms: float
    longest_answer_ms: float
    seconds: float


# a new catalogue in a new file, and when the other process was done, or the last batch was added
Make = Callable[[Catalogue, Path, Path], Awaitable[tuple[Catalogue, float]]]


def swaps(snapshot: Path, folder: Path) -> dict[str, float]:
    apart = asyncio.run(_swapped(snapshot, folder / "apart.snapshot", _made_apart))
    here = asyncio.run(_swapped(snapshot, folder / "here.snapshot", _made_here))
    return {
        "longest stall during a swap, ms": apart.longest_ms,
        "longest stall with waiting for a core, ms": apart.longest_with_waiting_ms,
        # before that only the other process worked: what is longer then is the machine's
        "longest stall while the file is opened, ms": apart.longest_at_the_end_ms,
        "longest answer during a swap, ms": apart.longest_answer_ms,
        "a swap takes, s": apart.seconds,
        "longest stall where a thread makes it, ms": here.longest_ms,
        "longest answer where a thread makes it, ms": here.longest_answer_ms,
    }


async def _swapped(snapshot: Path, new: Path, make: Make) -> Swapped:
    serving = [opened(snapshot)]
    mixed(1)  # loads the towns
    sys.setswitchinterval(SWITCH_SECONDS)  # as `openchair serve` does, this too
    gc.freeze()
    watched = Watched([], [])
    ticking = asyncio.create_task(_tick(serving, watched))
    started = time.monotonic()
    serving[0], nearly = await make(serving[0], snapshot, new)
    await asyncio.sleep(0.2)
    ticking.cancel()
    await asyncio.to_thread(new.unlink)
    return Swapped(
        longest_ms=1000 * max(turn.own_seconds for turn in watched.turns),
        longest_with_waiting_ms=1000 * max(turn.seconds for turn in watched.turns),
        longest_at_the_end_ms=1000 * max(t.own_seconds for t in watched.turns if t.at >= nearly),
        longest_answer_ms=1000 * max(answer.own_seconds for answer in watched.answers),
        seconds=time.monotonic() - started,
    )


async def _made_apart(served: Catalogue, snapshot: Path, new: Path) -> tuple[Catalogue, float]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.swapping", str(snapshot), str(new)
    )
    if await process.wait():
        raise SystemExit("no catalogue was made")
    nearly = time.monotonic()
    made = await asyncio.to_thread(Catalogue.opened, new, now=OPENED_AT)
    assert made is not None
    assert len(made) == len(served)
    return made, nearly


async def _made_here(
    served: Catalogue,
    snapshot: Path,  # noqa: ARG001 - as the other
    new: Path,
) -> tuple[Catalogue, float]:
    builder = CatalogueBuilder(new)
    meetings = iter(served.all())
    while batch := await asyncio.to_thread(_read, meetings):
        await asyncio.to_thread(builder.add, batch)
    nearly = time.monotonic()
    return await asyncio.to_thread(builder.built, version=2, stamp="swapped", now=NOW), nearly


def make(snapshot: str, new: str) -> None:
    """Make *new* of the meetings of *snapshot*, as `openchair serve` has it made."""
    os.nice(NICE)
    builder = CatalogueBuilder(Path(new))
    meetings = iter(opened(Path(snapshot)).all())
    while batch := _read(meetings):
        builder.add(batch)
    builder.built(version=2, stamp="swapped", now=NOW)


def _read(meetings: Iterator[Meeting]) -> list[Meeting]:
    """Read meetings as the storage does, from their documents."""
    return list(itertools.islice(meetings, BATCH))


async def _tick(serving: list[Catalogue], watched: Watched) -> None:
    """Answer a search every millisecond."""
    for search in itertools.cycle(mixed(500).near):
        with _noted(watched.turns, TICK_SECONDS):
            await asyncio.sleep(TICK_SECONDS)
        with _noted(watched.answers, 0.0):
            serving[0].answer(search, now=OPENED_AT)


@contextlib.contextmanager
def _noted(turns: list[Turn], asked_seconds: float) -> Iterator[None]:
    """Note how much longer than asked for the block takes."""
    started, waited = time.monotonic(), _waited_seconds()
    yield
    late = time.monotonic() - started - asked_seconds
    turns.append(Turn(time.monotonic(), late, max(0.0, late - (_waited_seconds() - waited))))


def _waited_seconds() -> float:
    """Return how long our threads were ready to run while other programs held the cores."""
    waited = 0
    for task in Path("/proc/self/task").iterdir():
        with contextlib.suppress(OSError):  # it has just ended
            waited += int((task / "schedstat").read_text().split()[1])
    return waited / NANOSECONDS


if __name__ == "__main__":
    make(*sys.argv[1:])
