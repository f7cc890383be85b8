"""The service over the sample lists as a process of its own, whose words are read at the end."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

PATIENCE_SECONDS = 60
# What visitors type and open: the server may write none of it down.
TYPED = ("brooklyn", "brokolyn", "springfield", "xyzzy", "near=")


@dataclass(frozen=True, slots=True)
class Served:
    """A running service at *address*; what it writes may hold none of the *secrets*."""

    address: str
    secrets: list[str] = field(default_factory=list)


@contextmanager
def serving_samples(folder: Path, gazetteer: Path) -> Iterator[Served]:
    """Serve until the end of the `with`; then look through all that was written."""
    with socket.create_server(("127.0.0.1", 0)) as listening, (folder / "log").open("w") as log:
        descriptor = listening.fileno()
        command = [sys.executable, "-m", "tests.e2e.server", str(folder), str(gazetteer)]
        with subprocess.Popen(  # noqa: S603 - our own program
            [*command, str(descriptor)],
            pass_fds=[descriptor],
            cwd=Path(__file__).parents[2],
            stdout=log,
            stderr=subprocess.STDOUT,
        ) as process:
            running = Served(f"http://localhost:{listening.getsockname()[1]}")
            try:
                httpx2.get(f"{running.address}/livez", timeout=PATIENCE_SECONDS)
                yield running
            finally:
                process.send_signal(signal.SIGINT)
                process.wait(PATIENCE_SECONDS)
    written = (folder / "log").read_text(encoding="utf-8").lower()
    assert [word for word in (*TYPED, *running.secrets) if word.lower() in written] == []
