"""The web nodes and the workers, each a process on its host."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from meetings._gazetteer import write
from tests.failover.network import Address, Host
from tests.serving import towns

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 60
SOURCES = ("north", "south", "west")


def url_of(databases: Sequence[Address]) -> str:
    """Return the URL that finds the primary among *databases*, whichever it is."""
    hosts = "&".join(f"host={host}:{port}" for host, port in databases)
    return f"postgresql+psycopg://postgres@/openchair?{hosts}&target_session_attrs=read-write"


@dataclass
class Node:
    """A web node: `openchair serve`."""

    host: Host
    address: str
    process: subprocess.Popen[bytes]

    def end(self) -> None:
        self.process.kill()
        self.process.wait()


async def start_node(host: Host, port: int, folder: Path, url: str) -> Node:
    """Start `openchair serve`, and wait until it is ready."""
    home = _home(folder, host)
    serve = ["serve", "--no-refresh", "--host", host.address, "--port", str(port)]
    with (home / "log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603, ASYNC220 - our own program, soon started
            [*host.command, sys.executable, "-c", f"from web.cli import main; main({serve})"],
            env=_environment(home, url)
            # the clients come through a proxy, as far as the node can tell: limits are by address
            | {"OPENCHAIR_TRUSTED_PROXIES": "127.0.0.1 10.99.0.1"},
            cwd=ROOT,
            stdout=log,
            stderr=log,
        )
    node = Node(host, f"http://{host.address}:{port}", process)
    async with asyncio.timeout(PATIENCE_SECONDS), httpx2.AsyncClient() as client:
        while not await _is_ready(client, node.address):
            if process.poll() is not None:
                raise AssertionError((home / "log").read_text())
            await asyncio.sleep(0.1)
    return node


@dataclass
class Worker:
    """A worker, and what it said, line by line."""

    host: Host
    process: asyncio.subprocess.Process
    said: list[Mapping[str, str | int]] = field(default_factory=list)

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    async def end(self) -> None:
        """Stop it as an operator would, and wait."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
        await self.process.wait()

    async def until(self, *what: str, after: int = 0) -> Mapping[str, str | int]:
        """Return the next line from number *after* on that tells one of *what*."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                for line in self.said[after:]:
                    if line["what"] in what:
                        return line
                await asyncio.sleep(0.01)

    async def listen(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.said.append(json.loads(line))


async def start_worker(
    host: Host, folder: Path, url: str, *, meetings: int, tasks: asyncio.TaskGroup
) -> Worker:
    home = _home(folder, host)
    with (home / "log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *host.command,
            *(sys.executable, "-m", "tests.failover.worker", str(home), str(meetings), *SOURCES),
            env=_environment(home, url),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )
    worker = Worker(host, process)
    tasks.create_task(worker.listen())
    return worker


async def _is_ready(client: httpx2.AsyncClient, address: str) -> bool:
    try:
        return (await client.get(f"{address}/readyz")).status_code == 200
    except httpx2.TransportError:
        return False


def _home(folder: Path, host: Host) -> Path:
    home = folder / host.name
    home.mkdir(exist_ok=True)
    if not (home / "places.sqlite").exists():
        write(home / "places.sqlite", towns(), progress=lambda _: None)
    return home


def _environment(home: Path, url: str) -> dict[str, str]:
    kept = {name: v for name, v in os.environ.items() if not name.startswith("OPENCHAIR_")}
    return kept | {"OPENCHAIR_DATA_DIR": str(home), "OPENCHAIR_DATABASE_URL": url}
