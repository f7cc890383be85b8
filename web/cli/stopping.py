"""Commands that SIGTERM ends in order: what they hold, such as a lease, is let go of."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

STOPPED = 128 + signal.SIGTERM  # as a shell tells it


def run_until_stopped(work: Coroutine[Any, Any, T], *, exit_code: int = STOPPED) -> T:
    """Run *work*; SIGTERM cancels it, and the process exits with *exit_code*."""
    try:
        return asyncio.run(_cancelled_by_signal(work))
    except asyncio.CancelledError:
        sys.exit(exit_code)


async def _cancelled_by_signal(work: Coroutine[Any, Any, T]) -> T:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None  # noqa: S101 - a coroutine runs in one

    def stop() -> None:
        loop.remove_signal_handler(signal.SIGTERM)  # a second signal ends it at once
        task.cancel()

    with contextlib.suppress(NotImplementedError):  # Windows has none
        loop.add_signal_handler(signal.SIGTERM, stop)
    return await work
