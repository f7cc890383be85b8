"""What a stretch of work costs a process: time, memory, and stalls of its event loop."""

import asyncio
import os
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

TICK_SECONDS = 0.002


@dataclass(slots=True)
class Watched:
    """What a stretch of work cost: time, memory above the start, the longest stall."""

    seconds: float = 0.0
    memory_mb: float = 0.0
    stall_ms: float = 0.0

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        _start_peak_anew()
        start_mb, began = _status_mb("VmRSS"), time.perf_counter()
        ticking = asyncio.create_task(self._tick())
        try:
            yield
        finally:
            ticking.cancel()
            with suppress(asyncio.CancelledError):
                await ticking
            self.seconds = time.perf_counter() - began
            self.memory_mb = _status_mb("VmHWM") - start_mb

    async def _tick(self) -> None:
        """
        Measure how late a timer comes.

        It counts no more than the CPU that this process used meanwhile: what other processes
        of a busy machine take is no stall of ours.
        """
        while True:
            began, used = time.perf_counter(), time.process_time()
            await asyncio.sleep(TICK_SECONDS)
            late = time.perf_counter() - began - TICK_SECONDS
            self.stall_ms = max(self.stall_ms, 1000 * min(late, time.process_time() - used))


def _start_peak_anew() -> None:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _status_mb(name: str) -> float:
    status = Path(f"/proc/{os.getpid()}/status").read_text(encoding="ascii")
    found = re.search(rf"^{name}:\s+(\d+) kB$", status, re.MULTILINE)
    assert found is not None
    return int(found[1]) / 1024
