"""`openchair serve` as a process of its own, over a small gazetteer and an empty database."""

import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from meetings._gazetteer import write
from tests.serving import towns

PATIENCE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Program:
    """A running server; *said* grows with what it writes to standard error."""

    process: subprocess.Popen[str]
    port: int
    said: list[str]
    reading: threading.Thread  # ends when the program has said all

    @property
    def client(self) -> httpx2.Client:
        return httpx2.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=PATIENCE_SECONDS)

    def connect(self, timeout: float = PATIENCE_SECONDS) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout)

    def memory_mb(self) -> float:
        """Return its resident memory."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        (kilobytes,) = re.findall(r"VmRSS:\s+(\d+) kB", status)
        return int(kilobytes) / 1024


@contextmanager
def program(
    folder: Path,
    *arguments: str,
    settings: Mapping[str, str] | None = None,
    prefix: Sequence[str] = (),
) -> Iterator[Program]:
    """
    Start `openchair serve` in *folder*, wait until it answers, and end it afterwards.

    *prefix* is what its command line begins with.
    """
    if not (folder / "places.sqlite").exists():
        write(folder / "places.sqlite", towns(), progress=lambda _: None)
    command = ["serve", "--no-refresh", "--port", "0", *arguments]
    with subprocess.Popen(  # noqa: S603 - our own program
        [*prefix, sys.executable, "-c", f"from web.cli import main; main({command})"],
        env=_environment(folder) | dict(settings or {}),
        cwd=Path(__file__).parents[1],
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield _listened_to(process)
        finally:
            process.kill()


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: v for name, v in os.environ.items() if not name.startswith("OPENCHAIR_")}
    return kept | {
        "OPENCHAIR_DATA_DIR": str(folder),
        "OPENCHAIR_DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'program.db'}",
        "COLUMNS": "200",
    }


def _listened_to(process: subprocess.Popen[str]) -> Program:
    """Return the program once it answers; a thread reads on, so that it never waits for us."""
    assert process.stderr is not None
    said: list[str] = []
    port = 0
    for line in process.stderr:
        said.append(line)
        if found := re.search(r"is at http://localhost:(\d+)", line):
            port = int(found[1])
            break
    if not port:
        raise AssertionError(f"it did not start: {''.join(said)}")
    reading = threading.Thread(target=lambda: said.extend(process.stderr or ()), daemon=True)
    reading.start()
    running = Program(process, port, said, reading)
    with running.client as client:
        client.get("/livez").raise_for_status()
    return running
