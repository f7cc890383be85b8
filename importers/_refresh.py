"""One refresh of one source: read, locate, compare, hold or accept, publish, report."""

import asyncio
import datetime as dt
import gc
import logging
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace

from importers._compare import Changes, compare
from importers._difference import difference
from importers._geocode import Addresses, GeocoderService
from importers._hold import doubt_about, is_settled
from importers._hourless import with_known_hours
from importers._listed import Listed, read_list
from importers._locate import PlaceFinder
from importers._overrides import Overrides
from importers._own_numbers import own_records
from importers._renamed import Known, said_of, without_taken_down
from importers._report import Report
from importers._retry import left_alone_until
from importers._source import Importer, Payloads, Source, Windowing
from importers._unknown_formats import unknown_formats
from meetings.errors import SourceError
from meetings.storage.database import Database, Reader, Writer, as_reader
from meetings.storage.geocoded import answers
from meetings.storage.leases import Lease, hold, leased
from meetings.storage.meetings import (
    baseline,
    mark_missing,
    mark_present,
    mark_unknown,
    next_version,
    note_raw_digests,
    put,
    rekey,
    remove,
)
from meetings.storage.published import Records, put_published
from meetings.storage.sources import (
    RUNS_KEPT,
    ImportRun,
    Outcome,
    Rejection,
    SourceState,
    State,
    add_run,
    is_written,
    last_runs,
    put_source_state,
    source_states,
)

SWITCH_SECONDS = 0.0005

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    """What the database knows of a source before a run."""

    state: SourceState
    known: Known
    runs: Sequence[ImportRun]


async def refresh(
    db: Database,
    source: Source,
    payloads: Payloads,
    *,
    importer: Importer,
    places: PlaceFinder,
    overrides: Overrides,
    now: dt.datetime,
    geocoder: GeocoderService | None = None,
    accept: bool = False,
    dry_run: bool = False,
    lease: Lease | None = None,
) -> Report:
    """
    Publish what *payloads* hold, or hold the list and keep the last good one.

    Args:
        geocoder: is asked afterwards about addresses without a place, for the next refresh.
        accept: a person looked at it: take the list in spite of any doubt.
        dry_run: report only; nothing is written.
        lease: of *source*, or of what it is part of; without one it takes its own.

    Raises:
        Leased: if another process reads the same source, or took it over meanwhile.
    """
    addresses = None
    if geocoder:
        async with db.read() as reader:
            addresses = Addresses(await answers(reader))
    with _giving_way():
        report = await _refreshed(
            db,
            source,
            payloads,
            importer=importer,
            places=places,
            overrides=overrides,
            now=now,
            addresses=addresses,
            accept=accept,
            dry_run=dry_run,
            lease=lease,
        )
    if geocoder and addresses and not dry_run and report.outcome is Outcome.ACCEPTED:
        await geocoder.ask(db, addresses, now=now)
    return report


async def _refreshed(
    db: Database,
    source: Source,
    payloads: Payloads,
    *,
    importer: Importer,
    places: PlaceFinder,
    overrides: Overrides,
    now: dt.datetime,
    addresses: Addresses | None,
    accept: bool,
    dry_run: bool,
    lease: Lease | None,
) -> Report:
    async with _own(db, source, lease, is_needed=not dry_run) as held:
        async with db.read() as reader:
            stored = await _stored(reader, source)
        try:
            listed = await asyncio.to_thread(
                read_list,
                source,
                payloads,
                importer=importer,
                places=places,
                overrides=overrides,
                now=now,
                known=_raw_digests(stored.known),
                addresses=addresses,
            )
        except SourceError as problem:
            return await refresh_failed(db, source, problem, now=now, dry_run=dry_run, lease=held)
        listed = await asyncio.to_thread(
            without_taken_down, listed, stored.known, overrides, now=now
        )
        listed = await asyncio.to_thread(with_known_hours, listed, stored.known)
        is_windowed = await asyncio.to_thread(_is_windowed, importer, payloads)
        changes = await asyncio.to_thread(
            compare, listed, stored.known, source=source.id, is_windowed=is_windowed, now=now
        )
        doubt = await asyncio.to_thread(
            doubt_about, listed, changes, changes.known, is_windowed=is_windowed
        )
        is_held = doubt is not None and not accept and not is_settled(doubt, stored.runs, now=now)
        reason = doubt.reason if doubt is not None and is_held else ""
        said = await asyncio.to_thread(unknown_formats, changes)
        if is_held or dry_run:
            said += await asyncio.to_thread(difference, changes)
        report = _report(source, listed, changes, held_because=reason, said=said)
        if held is not None:
            records = await asyncio.to_thread(own_records, importer, payloads, source)
            run = report.as_run(at=now, lease_token=held.token)
            await db.change(
                lambda writer: _write(
                    writer, held, source, stored, listed, changes, run, now, records
                )
            )
    _log_line(report)
    return report


@asynccontextmanager
async def _own(
    db: Database, source: Source, lease: Lease | None, *, is_needed: bool
) -> AsyncIterator[Lease | None]:
    """Give *lease*, or one of *source*'s own; None where nothing is going to be written."""
    if lease is not None or not is_needed:
        yield lease
        return
    async with leased(db, source.id) as taken:
        yield taken


def _is_windowed(importer: Importer, payloads: Payloads) -> bool:
    if isinstance(importer, Windowing):
        return importer.is_windowed(payloads)
    return importer.IS_WINDOWED


async def refresh_failed(
    db: Database,
    source: Source,
    error: Exception,
    *,
    now: dt.datetime,
    dry_run: bool = False,
    lease: Lease | None = None,
) -> Report:
    """Write down that no usable list came; the last accepted one stays. Raises Leased."""
    report = Report(source=source.id, outcome=Outcome.FAILED, reason=str(error))
    async with _own(db, source, lease, is_needed=not dry_run) as held:
        if held is not None:
            run, until = report.as_run(at=now, lease_token=held.token), left_alone_until(error, now)
            await db.change(lambda writer: _write_failure(writer, held, source, run, until))
    _log_line(report)
    return report


async def _write_failure(
    db: Writer, lease: Lease, source: Source, run: ImportRun, not_before: dt.datetime | None
) -> None:
    await hold(db, lease)
    state = await _state(as_reader(db), source)
    await _write_run(db, replace(state, not_before=not_before), run)


@contextmanager
def _giving_way() -> Iterator[None]:
    """
    Let searches of this process go first while a list is worked on in another thread.

    The interpreter is handed over sooner than after its usual 5 ms, since one search takes it
    back ten times. And the collection of garbage is put off until the lists of this run are
    gone: they make no cycles, but so many objects that the collector would walk through all
    that the process holds, catalogue included, again and again, 150 ms each.
    """
    usual = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        sys.setswitchinterval(usual)


def _raw_digests(known: Known) -> dict[str, str]:
    """Return the ids of living meetings by the digest of their records; a tombstone is read."""
    return {
        each.raw_digest: id_
        for id_, each in known.items()
        if each.raw_digest and each.removed_at is None
    }


async def _stored(db: Reader, source: Source) -> _Stored:
    return _Stored(
        state=await _state(db, source),
        known=await baseline(db, source.id),
        runs=await last_runs(db, source.id, RUNS_KEPT),
    )


async def _state(db: Reader, source: Source) -> SourceState:
    """Return where the source stands, by the title and fellowship it has today."""
    states = {state.id: state for state in await source_states(db)}
    title = source.title or source.id
    known = states.get(source.id) or SourceState(
        id=source.id, title=title, fellowship=source.fellowship
    )
    return replace(known, title=title, fellowship=source.fellowship)


def _report(
    source: Source, listed: Listed, changes: Changes, *, held_because: str, said: Sequence[str]
) -> Report:
    """Return the report; a held run tells what accepting it would do."""
    return Report(
        source=source.id,
        outcome=Outcome.HELD if held_because else Outcome.ACCEPTED,
        reason=held_because,
        read=listed.read,
        added=len(changes.added),
        changed=len(changes.changed),
        unchanged=len(changes.unchanged),
        missing=len(changes.missing),
        removed=len(changes.removed),
        rejected=len(listed.rejected),
        rejections=tuple(Rejection(each.key, each.reason) for each in listed.rejected),
        warnings=(*listed.warnings, *said_of(changes.rekeyed), *said),
    )


async def _write(
    db: Writer,
    lease: Lease,
    source: Source,
    stored: _Stored,
    listed: Listed,
    changes: Changes,
    run: ImportRun,
    now: dt.datetime,
    records: Records,
) -> None:
    await hold(db, lease)
    if await is_written(as_reader(db), run):
        return  # the transaction before was committed, only nobody heard of it
    state = await _state(as_reader(db), source)
    if run.outcome is Outcome.ACCEPTED:
        gone = [id_.partition(":")[2] for id_ in changes.removed]
        is_renumbered = await put_published(db, source.id, records, removed=gone)
        await _publish(
            db, changes, listed.raw_digests, stored.state, now, is_renumbered=is_renumbered
        )
        await note_raw_digests(db, _new_digests(listed, changes))
        count = len(changes.added) + len(changes.changed) + len(changes.unchanged)
        state = replace(state, last_accepted_at=now, accepted_count=count)
    await _write_run(db, replace(state, not_before=None), run)


async def _publish(
    db: Writer,
    changes: Changes,
    raw_digests: Mapping[str, str],
    state: SourceState,
    now: dt.datetime,
    *,
    is_renumbered: bool,
) -> None:
    listed_on = (state.last_accepted_at or now).astimezone(dt.UTC).date()
    if changes.is_visible or is_renumbered:
        version = await next_version(db, at=now)
        await rekey(db, changes.rekeyed, version=version)
        meetings = [*changes.added, *changes.changed]
        await put(db, meetings, version=version, raw_digests=raw_digests)
        await remove(db, changes.removed, version=version, at=now)
    await mark_missing(db, changes.missing, at=now, listed_on=listed_on)
    await mark_unknown(db, changes.newly_unknown, listed_on=listed_on)
    await mark_present(db, changes.returned)


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


def _log_line(report: Report) -> None:
    _log.info(
        "import source=%s outcome=%s read=%d added=%d changed=%d missing=%d removed=%d rejected=%d",
        report.source,
        report.outcome.value,
        report.read,
        report.added,
        report.changed,
        report.missing,
        report.removed,
        report.rejected,
    )
