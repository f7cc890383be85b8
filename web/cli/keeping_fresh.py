"""
Refreshing the sources for ever, one at a time: `openchair worker`, and `serve` in the background.

Any number of processes may do so over one PostgreSQL: each source is read under a lease.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable

from importers._overrides import load_overrides
from importers._report import Report
from importers._source import Source
from importers._sources import load_sources
from meetings.errors import MeetingsError
from meetings.settings import Settings
from web.cli.apart import refresh_apart
from web.cli.due import sources_due
from web.cli.importing import note_run
from web.cli.opening import console, publishers
from web.service import Service

LOOK_FOR_WORK_SECONDS = 60

Refresh = Callable[[Source], AsyncIterator[Report]]

log = logging.getLogger("openchair")


async def keep_fresh(settings: Settings, running: Service) -> None:
    """
    Refresh each enabled source when it is due; nothing that goes wrong ends this.

    The same problem is said once and not every minute.
    """
    said = ""
    while True:
        problem = await refresh_due(settings, running)
        if problem and problem != said:
            console.print(problem, markup=False, soft_wrap=True)
        said = problem
        await asyncio.sleep(LOOK_FOR_WORK_SECONDS)


async def refresh_due(
    settings: Settings, running: Service, *, refresh: Refresh = refresh_apart
) -> str:
    """
    Refresh what is due, the longest due first; return what went wrong, "" for nothing.

    Of a broken file of the operator's nothing is applied, and nothing is read: a meeting that
    was taken down must not come back because of a slip in overrides.toml.
    """
    try:
        load_overrides(settings.data_dir)
        sources = load_sources(settings.data_dir)
        due = await sources_due(running.database, sources, now=running.now())
    except MeetingsError as problem:
        return f"no list is read: {problem}"
    running.publishers = publishers(sources)
    problems = [await _refresh(refresh, source, running) for source in due]
    return "; ".join(problem for problem in problems if problem)


async def _refresh(refresh: Refresh, source: Source, running: Service) -> str:
    try:
        async for report in refresh(source):
            note_run(report, running)
    except MeetingsError as problem:
        return f"{source.id} is not read: {problem}"
    except Exception as bug:
        # The last fence: a bug here may cost one list a day, never the server (issue 3, item 7).
        log.exception("refresh.stopped source=%s", source.id)
        return f"{source.id} is not read: {type(bug).__name__}"
    return ""
