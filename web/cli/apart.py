"""
Heavy work in a process of its own, below the server's priority.

Reading a large list, or making a catalogue, keeps the interpreter busy and leaves memory behind;
here neither is the server's. What a refresh publishes reaches it as another node's would: by the
version; a catalogue as a file.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import msgspec

from importers._report import Report
from importers._source import Source
from meetings.errors import MeetingsError

NICE = 10
END_WITHIN_SECONDS = 3  # to let go of the lease
# Windows has no os.nice
BELOW = f"import os; hasattr(os, 'nice') and os.nice({NICE}); "
REFRESH = f"{BELOW} from web.cli import main; main()"
SNAPSHOT = f"{BELOW} import sys; from web.cli.snapshot import main; main(sys.argv[1:])"


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
    _, printed, said = await _run(REFRESH, "import", source.id, "--due", "--json")
    try:
        runs = msgspec.json.decode(printed, type=_Printed).runs
    except msgspec.MsgspecError:
        raise MeetingsError(_last_word(said)) from None
    for report in runs:
        yield report


async def make_snapshot(precedence: Sequence[str]) -> None:
    """
    Make the catalogue's file anew with this process's settings.

    Raises:
        MeetingsError: if it ended otherwise.
    """
    code, _, said = await _run(SNAPSHOT, *precedence)
    if code:
        raise MeetingsError(_last_word(said))


async def _run(program: str, *arguments: str) -> tuple[int | None, bytes, bytes]:
    """Return its exit code and what it wrote; whoever stops waiting ends it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        program,
        *arguments,
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
    return process.returncode, printed, said


def _last_word(said: bytes) -> str:
    last = said.decode(errors="replace").strip().rpartition("\n")[2]
    return last.removeprefix("openchair: ") or "it ended by itself"


async def _end(process: asyncio.subprocess.Process) -> None:
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), END_WITHIN_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
