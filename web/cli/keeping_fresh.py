"""Refreshing the sources in the background of `openchair serve`, one at a time, for ever."""

import asyncio
import datetime as dt
import logging
from collections.abc import AsyncIterator, Callable, Sequence

from importers._due import due_at
from importers._overrides import load_overrides
from importers._report import Report
from importers._source import Source
from importers._sources import load_sources, whole_of
from meetings.errors import MeetingsError
from meetings.settings import Settings
from meetings.storage.sources import RUNS_KEPT, Outcome, State, last_runs, source_states
from web.cli.apart import refresh_apart
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
        due = await _due(running, sources)
    except MeetingsError as problem:
        return f"no list is read: {problem}"
    running.publishers = publishers(sources)
    problems = [await _refresh(refresh, source, running) for source in due]
    return "; ".join(problem for problem in problems if problem)


async def _due(running: Service, sources: Sequence[Source]) -> list[Source]:
    now = running.now()
    waiting = []
    for source in sources:
        if source.enabled and whole_of(source.id, sources) is None:
            at = await _due_at(running, source)
            if at is None or at <= now:
                waiting.append((at or dt.datetime.min.replace(tzinfo=dt.UTC), source))
    return [source for _, source in sorted(waiting, key=lambda pair: pair[0])]


async def _due_at(running: Service, source: Source) -> dt.datetime | None:
    """Return when *source* is due, None for one that was never tried."""
    async with running.database.read() as reader:
        state = next((each for each in await source_states(reader) if each.id == source.id), None)
        if state is None or state.last_tried_at is None:
            return None
        runs = await last_runs(reader, source.id, RUNS_KEPT) if state.state is State.FAILED else []
    failures = 0
    for run in runs:
        if run.outcome is not Outcome.FAILED:
            break
        failures += 1
    return due_at(source, tried_at=state.last_tried_at, failures=failures)


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
