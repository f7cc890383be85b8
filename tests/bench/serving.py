"""A search over HTTP against a constant body of the same application, by CPU of the server."""

import asyncio
import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.bench.generate import SEED
from tests.bench.queries import as_query, mixed

ROUNDS = 5
CONNECTIONS = 4
REQUESTS = 2_000  # of each kind in each round
KEPT_QUERIES = 200
START_SECONDS = 60.0
NANOSECONDS = 1e9


@dataclass(frozen=True, slots=True)
class Server:
    process: int
    address: tuple[str, int]
    ready_seconds: float

    def cpu_seconds(self) -> float:
        """Return the time on a core of all its threads, to the nanosecond."""
        tasks = Path(f"/proc/{self.process}/task").iterdir()
        return sum(int((t / "schedstat").read_text().split()[0]) for t in tasks) / NANOSECONDS

    def memory_mb(self) -> float:
        """Return its proportional share of memory."""
        lines = Path(f"/proc/{self.process}/smaps_rollup").read_text().splitlines()
        (line,) = (line for line in lines if line.startswith("Pss:"))
        return int(line.split()[1]) / 1024


def over_http(snapshot: Path, *, queries: int, gazetteer: str | None) -> dict[str, float]:
    """Return requests per CPU second of the server and their ratios."""
    constant = ["/api/constant"] * REQUESTS
    kept = [f"/api/meetings?{as_query(s)}" for s in mixed(KEPT_QUERIES).near]
    rates: dict[str, list[float]] = {"constant": [], "cold": [], "kept": []}
    with served(snapshot, gazetteer) as server:
        asyncio.run(ask(server, kept))
        for number in range(ROUNDS):
            fresh = [
                f"/api/meetings?{as_query(search)}"
                for search in mixed(min(queries, REQUESTS), seed=SEED + 7 + number).near
            ]
            rates["constant"].append(rate(server, constant))
            rates["cold"].append(rate(server, fresh))
            asyncio.run(ask(server, kept))
            rates["kept"].append(rate(server, (kept * (REQUESTS // len(kept) + 1))[:REQUESTS]))
        memory = server.memory_mb()
    typical = {name: float(np.median(found)) for name, found in rates.items()}
    return {
        "constant 8 kB, requests per CPU second": typical["constant"],
        "search over HTTP, cold, requests per CPU second": typical["cold"],
        "search over HTTP, kept, requests per CPU second": typical["kept"],
        "search over HTTP, cold / constant 8 kB": typical["cold"] / typical["constant"],
        "search over HTTP, kept / constant 8 kB": typical["kept"] / typical["constant"],
        "memory of a worker with gazetteer, PSS MB": memory,
        "ready after start from the snapshot, s": server.ready_seconds,
    }


@contextlib.contextmanager
def served(snapshot: Path, gazetteer: str | None) -> Iterator[Server]:
    """Start a server over *snapshot* and stop it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        descriptor = listening.fileno()
        command = [sys.executable, "-m", "tests.bench.server", str(snapshot), str(descriptor)]
        started = time.monotonic()
        process = subprocess.Popen(  # noqa: S603 - our own module
            [*command, gazetteer or ""], pass_fds=[descriptor]
        )
        try:
            address = listening.getsockname()
            asyncio.run(asyncio.wait_for(_ask_at(address, ["/livez"]), START_SECONDS))
            yield Server(process.pid, address, time.monotonic() - started)
        finally:
            process.terminate()
            process.wait(timeout=START_SECONDS)


def rate(server: Server, paths: Sequence[str]) -> float:
    before = server.cpu_seconds()
    asyncio.run(ask(server, paths))
    return len(paths) / (server.cpu_seconds() - before)


async def ask(server: Server, paths: Sequence[str]) -> list[int]:
    """Ask for all of *paths* over a few kept connections; return the bodies' sizes."""
    return await _ask_at(server.address, paths)


async def _ask_at(address: tuple[str, int], paths: Sequence[str]) -> list[int]:
    async with asyncio.TaskGroup() as tasks:
        asked = [
            tasks.create_task(_ask_in_turn(address, paths[first::CONNECTIONS]))
            for first in range(min(CONNECTIONS, len(paths)))
        ]
    return [size for task in asked for size in task.result()]


async def _ask_in_turn(address: tuple[str, int], paths: Sequence[str]) -> list[int]:
    sizes = []
    reader, writer = await asyncio.open_connection(*address)
    for path in paths:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"{path}: {head.decode()}")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        await reader.readexactly(length)
        sizes.append(length)
    writer.close()
    await writer.wait_closed()
    return sizes
