"""Which sources are to be read now, as the database tells of their last runs."""

import datetime as dt
from collections.abc import Sequence

from importers._due import due_at
from importers._source import Source
from importers._sources import whole_of
from meetings.storage.database import Database, Reader
from meetings.storage.leases import sources_leased
from meetings.storage.sources import RUNS_KEPT, Outcome, State, last_runs, source_states

_NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)


async def sources_due(db: Database, sources: Sequence[Source], *, now: dt.datetime) -> list[Source]:
    """Return the enabled ones that are due and that nobody reads, the longest due first."""
    async with db.read() as reader:
        leased = await sources_leased(reader)
        waiting = [
            (await _due_at(reader, source), source)
            for source in sources
            if source.enabled and source.id not in leased and whole_of(source.id, sources) is None
        ]
    due = (pair for pair in waiting if pair[0] <= now)
    return [source for _, source in sorted(due, key=lambda pair: pair[0])]


async def is_due(db: Database, source: Source, *, now: dt.datetime) -> bool:
    async with db.read() as reader:
        return await _due_at(reader, source) <= now


async def _due_at(db: Reader, source: Source) -> dt.datetime:
    state = next((each for each in await source_states(db) if each.id == source.id), None)
    if state is None or state.last_tried_at is None:
        return _NEVER
    runs = await last_runs(db, source.id, RUNS_KEPT) if state.state is State.FAILED else []
    failures = 0
    for run in runs:
        if run.outcome is not Outcome.FAILED:
            break
        failures += 1
    at = due_at(source, tried_at=state.last_tried_at, failures=failures)
    return max(at, state.not_before or at)
