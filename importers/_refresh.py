"""One refresh of one source: read, locate, compare, hold or accept, publish, report."""

import asyncio
import datetime as dt
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from importers._attempt import Attempt, stored_of
from importers._geocode import Addresses, GeocoderService
from importers._giving_way import giving_way
from importers._judging import judged
from importers._locate import PlaceFinder
from importers._overrides import Overrides
from importers._report import Report
from importers._retry import left_alone_until
from importers._source import Importer, Payloads, Source
from importers._writing import Writing, write, write_failure
from meetings.errors import SourceError
from meetings.storage.database import Database
from meetings.storage.geocoded import answers
from meetings.storage.leases import Lease, leased
from meetings.storage.sources import Outcome

_log = logging.getLogger(__name__)


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
    addresses = await _addresses(db) if geocoder else None
    attempt = Attempt(
        source=source,
        payloads=payloads,
        importer=importer,
        places=places,
        overrides=overrides,
        now=now,
        addresses=addresses,
        accept=accept,
        dry_run=dry_run,
    )
    with giving_way():
        report = await _refreshed(db, attempt, lease)
    if geocoder and addresses and not dry_run and report.outcome is Outcome.ACCEPTED:
        await geocoder.ask(db, addresses, now=now)
    return report


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
            await db.change(
                lambda writer: write_failure(writer, held, source, run, not_before=until)
            )
    _log_line(report)
    return report


async def _addresses(db: Database) -> Addresses:
    async with db.read() as reader:
        return Addresses(await answers(reader))


async def _refreshed(db: Database, attempt: Attempt, lease: Lease | None) -> Report:
    source, now, dry_run = attempt.source, attempt.now, attempt.dry_run
    async with _own(db, source, lease, is_needed=not dry_run) as held:
        async with db.read() as reader:
            stored = await stored_of(reader, source)
        try:
            found = await asyncio.to_thread(judged, attempt, stored)
        except SourceError as problem:
            return await refresh_failed(db, source, problem, now=now, dry_run=dry_run, lease=held)
        if held is not None:
            run = found.report.as_run(at=now, lease_token=held.token)
            writing = Writing(lease=held, attempt=attempt, stored=stored, judged=found, run=run)
            await db.change(lambda writer: write(writer, writing))
    _log_line(found.report)
    return found.report


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
