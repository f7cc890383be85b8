"""One attempt at one source: what came, how it is read, and what the database knew before."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from importers._geocode import Addresses
from importers._locate import PlaceFinder
from importers._overrides import Overrides
from importers._renamed import Known
from importers._source import Importer, Payloads, Source
from meetings.storage.database import Reader
from meetings.storage.meetings import baseline
from meetings.storage.sources import RUNS_KEPT, ImportRun, SourceState, last_runs, source_states


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """
    What came of a source, and by what it is read and judged.

    *addresses* are those that an operator's geocoder has answered; *accept*: a person looked at
    the list, and it is taken in spite of any doubt; *dry_run*: nothing is written.
    """

    source: Source
    payloads: Payloads
    importer: Importer
    places: PlaceFinder
    overrides: Overrides
    now: dt.datetime
    addresses: Addresses | None = None
    accept: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What the database knows of a source before a run."""

    state: SourceState
    known: Known
    runs: Sequence[ImportRun]


async def stored_of(db: Reader, source: Source) -> Stored:
    return Stored(
        state=await state_of(db, source),
        known=await baseline(db, source.id),
        runs=await last_runs(db, source.id, RUNS_KEPT),
    )


async def state_of(db: Reader, source: Source) -> SourceState:
    """Return where the source stands, by the title and fellowship it has today."""
    states = {state.id: state for state in await source_states(db)}
    title = source.title or source.id
    known = states.get(source.id) or SourceState(
        id=source.id, title=title, fellowship=source.fellowship
    )
    return replace(known, title=title, fellowship=source.fellowship)
