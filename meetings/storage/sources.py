"""The sources as the last runs left them, and the reports of those runs."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Row, delete, select

from meetings.model import Meeting
from meetings.storage.database import Reader, Writer, insert
from meetings.storage.tables import import_run, source
from meetings.unheard import HIDDEN_AFTER, Unheard

RUNS_KEPT = 50  # of each source (reliability.md 11)
REJECTIONS_KEPT = 50  # of each run


class State(StrEnum):
    """How the last run of a source ended."""

    NEVER = "never"  # there was none
    ACCEPTED = "accepted"
    HELD = "held"
    FAILED = "failed"
    STALE = "stale"  # its collector was read, and has nothing newer of it (bmlt.md 2.3)


class Outcome(StrEnum):
    """How an import run ended."""

    ACCEPTED = "accepted"
    HELD = "held"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """A publisher and what became of its list."""

    id: str
    title: str
    fellowship: str
    state: State = State.NEVER
    last_tried_at: dt.datetime | None = None
    last_accepted_at: dt.datetime | None = None
    accepted_count: int = 0  # meetings in the last accepted list
    reason: str = ""  # why the last run was held or failed
    not_before: dt.datetime | None = None  # its publisher asks to be left alone until then


@dataclass(frozen=True, slots=True)
class Rejection:
    """A record that was no meeting. *reason* names field and fault, never a person's value."""

    key: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRun:
    """The report of one attempt at one source."""

    id: str  # made by whoever runs it, so that a retry is no second run
    source: str
    started_at: dt.datetime
    ended_at: dt.datetime
    outcome: Outcome
    reason: str = ""
    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    missing: int = 0
    removed: int = 0
    rejected: int = 0
    rejections: tuple[Rejection, ...] = ()  # the first ones; `rejected` counts all
    lease_token: int | None = None  # None: it ran before there were leases


@dataclass(frozen=True, slots=True)
class EarlierCount:
    """How many meetings the list of a source had on an earlier day."""

    at: dt.datetime
    count: int


async def source_states(db: Reader) -> list[SourceState]:
    """Return every source that was ever put, by its id."""
    rows = await db.execute(select(source))
    return sorted((_source_state(row) for row in rows), key=lambda state: state.id)


def confirmed_on(meeting: Meeting, sources: Iterable[SourceState]) -> dt.date | None:
    """Return the day of the last accepted list that held *meeting*; *sources* may be newer."""
    if meeting.confirmed_on is not None:
        return meeting.confirmed_on
    accepted_at = next((s.last_accepted_at for s in sources if s.id == meeting.source), None)
    return accepted_at.astimezone(dt.UTC).date() if accepted_at else None


def unheard_of(
    sources: Iterable[SourceState], *, now: dt.datetime, after: dt.timedelta = HIDDEN_AFTER
) -> Unheard:
    """Return the meetings that no accepted list has held for so long."""
    since = now.astimezone(dt.UTC).date() - after
    accepted = ((each.id, each.last_accepted_at) for each in sources)
    silent = (id_ for id_, at in accepted if at and at.astimezone(dt.UTC).date() < since)
    return Unheard(sources=frozenset(silent), since=since)


async def put_source_state(db: Writer, state: SourceState) -> None:
    """Write down where *state*'s source stands, in place of what was known of it."""
    values = asdict(state)
    await db.execute(
        insert(db, source)
        .values(values)
        .on_conflict_do_update(index_elements=[source.c.id], set_=values)
    )


async def add_run(db: Writer, run: ImportRun) -> None:
    """Keep the report of *run*, once, and forget the oldest beyond RUNS_KEPT of its source."""
    first = msgspec.json.encode(run.rejections[:REJECTIONS_KEPT]).decode()
    values = asdict(run) | {"rejections": first}
    await db.execute(
        insert(db, import_run)
        .values(values)
        .on_conflict_do_nothing(index_elements=[import_run.c.id])
    )
    await _forget_older_runs(db, run.source)


async def is_written(db: Reader, run: ImportRun) -> bool:
    """Say whether *run* was kept already: its transaction is tried a second time."""
    query = select(import_run.c.id).where(import_run.c.id == run.id)
    return (await db.execute(query)).first() is not None


async def last_runs(db: Reader, source: str, limit: int) -> list[ImportRun]:
    """Return at most *limit* runs of *source*, the newest first."""
    query = (
        select(import_run)
        .where(import_run.c.source == source)
        .order_by(import_run.c.started_at.desc(), import_run.c.id)
        .limit(limit)
    )
    return [_import_run(row) for row in await db.execute(query)]


async def earlier_counts(db: Reader, *, since: dt.datetime) -> dict[str, EarlierCount]:
    """Return the oldest accepted run that is kept since *since*, by its source."""
    query = (
        select(
            import_run.c.source,
            import_run.c.started_at,
            (import_run.c.added + import_run.c.changed + import_run.c.unchanged).label("count"),
        )
        .where(import_run.c.outcome == Outcome.ACCEPTED.value)
        .where(import_run.c.started_at >= since)
        .order_by(import_run.c.started_at.desc(), import_run.c.id)
    )
    # The newest first, so that the oldest of each source is what stays.
    return {
        row.source: EarlierCount(row.started_at, row._mapping["count"])
        for row in await db.execute(query)
    }


async def _forget_older_runs(db: Writer, source: str) -> None:
    kept = (
        select(import_run.c.id)
        .where(import_run.c.source == source)
        .order_by(import_run.c.started_at.desc(), import_run.c.id)
        .limit(RUNS_KEPT)
    )
    await db.execute(
        delete(import_run).where(import_run.c.source == source).where(import_run.c.id.not_in(kept))
    )


def _source_state(row: Row[Any]) -> SourceState:
    return SourceState(**dict(row._mapping) | {"state": State(row.state)})


def _import_run(row: Row[Any]) -> ImportRun:
    return ImportRun(
        **dict(row._mapping)
        | {
            "outcome": Outcome(row.outcome),
            "rejections": msgspec.json.decode(row.rejections, type=tuple[Rejection, ...]),
        }
    )
