"""
Two web nodes against one: `python -m tests.bench.nodes` prints searches per CPU second of each.

Nodes share nothing but the database, which is not on a search's way. What two could lose to one
another is the machine's: memory, its caches, the pages of the catalogue's file. Each round asks
one node everything, then two nodes half each, at the same time; medians count. Each node is asked
by a process of its own: one that asks both keeps neither busy, and a server that is woken for
every request takes more time for it.
"""

import argparse
import asyncio
import contextlib
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from pathlib import Path

import numpy as np

from tests.bench import engine
from tests.bench.generate import SEED
from tests.bench.queries import as_query, mixed
from tests.bench.serving import Server, ask, served

ROUNDS = 5
MUST = 0.9


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.nodes", description=__doc__)
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--searches", type=int, default=2_000, help="in each round")
    parser.add_argument("--folder", help="where the snapshot is kept for the next run")
    given = parser.parse_args()
    folder = Path(given.folder or tempfile.mkdtemp(prefix="openchair-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    one, two = rates(engine.snapshot(folder, given.rows), given.searches)
    sys.stdout.write(f"one node, searches per CPU second    {one:8,.0f}\n")
    sys.stdout.write(f"two nodes, searches per CPU second   {two:8,.0f}\n")
    sys.stdout.write(f"two nodes / one, must {MUST}            {two / one:8.2f}\n")
    return 0 if two / one >= MUST else 1


def rates(snapshot: Path, searches: int) -> tuple[float, float]:
    """Return the searches per CPU second of one node, and of two."""
    found: dict[int, list[float]] = {1: [], 2: []}
    with contextlib.ExitStack() as stack:
        nodes = [stack.enter_context(served(snapshot, None)) for _ in range(2)]
        askers = stack.enter_context(ProcessPoolExecutor(len(nodes)))
        _ask_all(askers, nodes, _paths(searches, seed=SEED))
        for number in range(ROUNDS):
            paths = iter(_paths(2 * searches, seed=SEED + 11 + number))
            for count in (1, 2):  # a search that was asked before would be answered from memory
                fresh = [next(paths) for _ in range(searches)]
                found[count].append(rate(askers, nodes[:count], fresh))
    return float(np.median(found[1])), float(np.median(found[2]))


def rate(askers: Executor, nodes: Sequence[Server], paths: Sequence[str]) -> float:
    """Return how many of *paths* the *nodes* answer together in one second on a core."""
    before = sum(node.cpu_seconds() for node in nodes)
    _ask_all(askers, nodes, paths)
    return len(paths) / (sum(node.cpu_seconds() for node in nodes) - before)


def _ask_all(askers: Executor, nodes: Sequence[Server], paths: Sequence[str]) -> None:
    shares = [paths[first :: len(nodes)] for first in range(len(nodes))]
    list(askers.map(_ask, nodes, shares))


def _ask(node: Server, paths: Sequence[str]) -> None:
    asyncio.run(ask(node, paths))


def _paths(count: int, *, seed: int) -> list[str]:
    return [f"/api/meetings?{as_query(search)}" for search in mixed(count, seed=seed).near]


if __name__ == "__main__":
    sys.exit(main())
