"""
A refresh in a process of its own, below the server's priority.

Reading a large list keeps the interpreter busy and leaves memory behind; here neither is the
server's. What the refresh publishes reaches it as another node's would: by the version.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass

import msgspec

from importers._report import Report
from importers._source import Source
from meetings.errors import MeetingsError

NICE = 10
END_WITHIN_SECONDS = 3  # to let go of the lease
# Windows has no os.nice
PROGRAM = f"import os; hasattr(os, 'nice') and os.nice({NICE}); from web.cli import main; main()"


@dataclass(frozen=True, slots=True)
class _Printed:
    """What `openchair import --json` prints."""

    runs: tuple[Report, ...]


async def refresh_apart(source: Source) -> AsyncIterator[Report]:
    """
    Run `openchair import --due` for *source* with this process's settings; report each list.

    Whoever stops waiting ends it; nothing is published then. There is no report where another
    process reads the source, or has just read it.

    Raises:
        MeetingsError: if it ended without a report.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        PROGRAM,
        "import",
        source.id,
        "--due",
        "--json",
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ | {"COLUMNS": "1000"},
    )
    try:
        printed, said = await process.communicate()
    finally:
        if process.returncode is None:
            await _end(process)
    try:
        runs = msgspec.json.decode(printed, type=_Printed).runs
    except msgspec.MsgspecError:
        last = said.decode(errors="replace").strip().rpartition("\n")[2]
        raise MeetingsError(last.removeprefix("openchair: ") or "it ended by itself") from None
    for report in runs:
        yield report


async def _end(process: asyncio.subprocess.Process) -> None:
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), END_WITHIN_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
