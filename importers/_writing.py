"""What one run leaves in the database: a published list or none, and its report."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from importers._attempt import Attempt, Stored, state_of
from importers._compare import Changes
from importers._judging import Judged
from importers._listed import Listed
from importers._source import Source
from meetings.storage.database import Writer, as_reader
from meetings.storage.leases import Lease, hold
from meetings.storage.meetings import (
    mark_missing,
    mark_present,
    mark_unknown,
    next_version,
    note_raw_digests,
    put,
    rekey,
    remove,
)
from meetings.storage.published import put_published
from meetings.storage.sources import (
    ImportRun,
    Outcome,
    SourceState,
    State,
    add_run,
    is_written,
    put_source_state,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """What one transaction writes, made before it begins: it may be tried again."""

    lease: Lease
    attempt: Attempt
    stored: Stored
    judged: Judged
    run: ImportRun


async def write(db: Writer, writing: Writing) -> None:
    """Publish the list if it was accepted, and keep the report."""
    await hold(db, writing.lease)
    if await is_written(as_reader(db), writing.run):
        return  # the transaction before was committed, only nobody heard of it
    state = await state_of(as_reader(db), writing.attempt.source)
    if writing.run.outcome is Outcome.ACCEPTED:
        state = await _accept(db, writing, state)
    await _write_run(db, replace(state, not_before=None), writing.run)


async def write_failure(
    db: Writer, lease: Lease, source: Source, run: ImportRun, *, not_before: dt.datetime | None
) -> None:
    """Keep the report of a run without a list; *not_before* its publisher is left alone."""
    await hold(db, lease)
    state = await state_of(as_reader(db), source)
    await _write_run(db, replace(state, not_before=not_before), run)


async def _accept(db: Writer, writing: Writing, state: SourceState) -> SourceState:
    judged, now = writing.judged, writing.attempt.now
    listed, changes = judged.listed, judged.changes
    gone = [id_.partition(":")[2] for id_ in changes.removed]
    is_renumbered = await put_published(db, state.id, judged.records, removed=gone)
    listed_on = (writing.stored.state.last_accepted_at or now).astimezone(dt.UTC).date()
    if changes.is_visible or is_renumbered:
        await _publish(db, changes, listed.raw_digests, now)
    await mark_missing(db, changes.missing, at=now, listed_on=listed_on)
    await mark_unknown(db, changes.newly_unknown, listed_on=listed_on)
    await mark_present(db, changes.returned)
    await note_raw_digests(db, _new_digests(listed, changes))
    count = len(changes.added) + len(changes.changed) + len(changes.unchanged)
    return replace(state, last_accepted_at=now, accepted_count=count)


async def _publish(
    db: Writer, changes: Changes, raw_digests: Mapping[str, str], now: dt.datetime
) -> None:
    version = await next_version(db, at=now)
    await rekey(db, changes.rekeyed, version=version)
    meetings = [*changes.added, *changes.changed]
    await put(db, meetings, version=version, raw_digests=raw_digests)
    await remove(db, changes.removed, version=version, at=now)


def _new_digests(listed: Listed, changes: Changes) -> dict[str, str | None]:
    """Return the digests of records that differ while their meetings are as they were."""
    digests = listed.raw_digests
    return {
        id_: digests.get(id_)
        for id_ in changes.unchanged
        if id_ in listed.meetings and digests.get(id_) != changes.known[id_].raw_digest
    }


async def _write_run(db: Writer, state: SourceState, run: ImportRun) -> None:
    outcome = State(run.outcome.value)
    await put_source_state(
        db, replace(state, state=outcome, last_tried_at=run.started_at, reason=run.reason)
    )
    await add_run(db, run)
