"""One refresh of one source, and of each of the sources behind one address."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar, runtime_checkable

from importers._fetch import open_get
from importers._geocode import open_geocoder
from importers._locate import PlaceFinder
from importers._overrides import load_overrides
from importers._parts import Divided, Part
from importers._parts_noted import note_parts
from importers._refresh import refresh, refresh_failed
from importers._registry import get_importer
from importers._report import Report
from importers._source import Get, Importer, Payloads, Source
from importers._sources import as_told, load_sources
from meetings.errors import Leased, LeaseLost, MeetingsError, SourceError
from meetings.settings import Settings
from meetings.storage.database import Database
from meetings.storage.leases import LEASE_SECONDS, Lease, leased
from meetings.storage.sources import Outcome
from web.cli.due import is_due
from web.cli.progress import Quiet, Watch, watched
from web.service import utc_now

log = logging.getLogger("openchair")

T = TypeVar("T")


class OpenGet(Protocol):
    """What opens the way to the publishers; tests hand in one that stays on this machine."""

    def __call__(
        self, *, contact: str, keep_in: Path | None, obey_robots: bool
    ) -> AbstractAsyncContextManager[Get]: ...


@runtime_checkable
class OfPages(Protocol):
    """An importer that reads pages made for people, so that robots.txt speaks to it."""

    READS_PAGES: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshing:
    """What the refreshes of one command or one server share."""

    database: Database
    places: PlaceFinder
    settings: Settings
    accept: bool = False
    dry_run: bool = False
    only_due: bool = False  # leave alone what was read lately, or is being read
    lease: Lease | None = None  # of the source that is being read
    lease_seconds: int = LEASE_SECONDS
    watch: Watch = field(default_factory=Quiet)
    opening: OpenGet = open_get


async def refresh_each(
    shared: Refreshing, source: Source, *, path: Path | None = None, only: Collection[str] = ()
) -> AsyncIterator[Report]:
    """
    Publish what *source* publishes, or what lies in *path*, and report each list.

    Nobody else reads it meanwhile; when somebody does already, or takes over from a process that
    stood still, that is a report too, which is not written down.

    A source that several lists stand behind comes first, with what is to be said of those that
    are not read; then each of its parts. What a publisher or a reader does wrong is a report.

    Raises:
        SettingsError: for a broken file of the operator's, before a publisher is asked.
        StorageError: from the database.
    """
    importer = get_importer(source.importer)
    load_overrides(shared.settings.data_dir)
    if shared.dry_run:
        async for report in _refresh_all(shared, importer, source, path, only):
            yield report
        return
    try:
        async with leased(shared.database, source.id, seconds=shared.lease_seconds) as lease:
            if not shared.only_due or await is_due(shared.database, source, now=utc_now()):
                ours = replace(shared, lease=lease)
                async for report in _refresh_all(ours, importer, source, path, only):
                    yield report
    except Leased as problem:
        if isinstance(problem, LeaseLost) or not shared.only_due:
            yield Report(source=source.id, outcome=Outcome.FAILED, reason=str(problem))


async def _refresh_all(
    shared: Refreshing,
    importer: Importer,
    source: Source,
    path: Path | None,
    only: Collection[str],
) -> AsyncIterator[Report]:
    shared.watch.reading(source.title or source.id)
    if isinstance(importer, Divided) and importer.is_divided(source, path):
        async for report in _refresh_parts(shared, importer, source, path, only):
            shared.watch.done(report)
            yield report
        return
    report = await _refresh(shared, source, importer, partial(_payloads, shared, source, path))
    shared.watch.done(report)
    yield report


async def _payloads(shared: Refreshing, source: Source, path: Path | None) -> Payloads:
    importer = get_importer(source.importer)
    if path is not None:
        return await asyncio.to_thread(importer.load, path)
    async with _open_get(shared, obey_robots=_reads_pages(importer)) as get:
        return await importer.fetch(watched(get, shared.watch), source)


def _open_get(shared: Refreshing, *, obey_robots: bool = False) -> AbstractAsyncContextManager[Get]:
    return shared.opening(
        contact=shared.settings.contact,
        keep_in=shared.settings.data_dir / "answers",
        obey_robots=obey_robots,
    )


def _reads_pages(importer: object) -> bool:
    return isinstance(importer, OfPages) and importer.READS_PAGES


async def _refresh_parts(
    shared: Refreshing, importer: Divided, source: Source, path: Path | None, only: Collection[str]
) -> AsyncIterator[Report]:
    async def find() -> list[Part]:
        async with _open_get(shared) as get:
            return await importer.parts(
                watched(get, shared.watch), source, path, only=only, with_stale=shared.accept
            )

    found = await _guarded(shared, source, find)
    if isinstance(found, Report):
        yield found
        return
    told = load_sources(shared.settings.data_dir)
    parts = [replace(part, source=as_told(part.source, told)) for part in found]
    wanted = [part for part in parts if _is_wanted(part, only)]
    shared.watch.expect(len(wanted))
    yield _report_of_whole(source, parts, wanted)
    for part in wanted:
        shared.watch.reading(part.source.title)
        yield await _refresh(
            shared,
            part.source,
            get_importer(part.source.importer),
            partial(asyncio.to_thread, part.payloads),
        )
    if shared.lease is not None:  # last: a process that ends before leaves the source due
        await note_parts(
            shared.database,
            source,
            parts,
            is_whole=not only,
            now=utc_now(),
            lease=shared.lease,
        )


def _is_wanted(part: Part, only: Collection[str]) -> bool:
    return not part.stale and (part.source.enabled or part.source.id in only)


def _report_of_whole(source: Source, parts: Sequence[Part], wanted: Sequence[Part]) -> Report:
    left_out = [part for part in parts if part not in wanted]
    return Report(
        source=source.id,
        outcome=Outcome.ACCEPTED,
        warnings=tuple(
            f"{part.source.id}, {part.source.title}, is not read: {part.stale or 'switched off'}"
            for part in left_out
        ),
    )


async def _refresh(
    shared: Refreshing,
    source: Source,
    importer: Importer,
    get_payloads: Callable[[], Awaitable[Payloads]],
) -> Report:
    async def publish() -> Report:
        payloads, settings = await get_payloads(), shared.settings
        async with open_geocoder(settings.geocoder, contact=settings.contact) as geocoder:
            return await refresh(
                shared.database,
                source,
                payloads,
                importer=importer,
                places=shared.places,
                overrides=load_overrides(settings.data_dir),
                now=utc_now(),
                geocoder=geocoder,
                accept=shared.accept,
                dry_run=shared.dry_run,
                lease=shared.lease,
            )

    return await _guarded(shared, source, publish)


async def _guarded(
    shared: Refreshing, source: Source, work: Callable[[], Awaitable[T]]
) -> T | Report:
    """
    Do *work*, or return the report that it went wrong.

    A bug in one reader is a report too: it must not keep the lists behind it from being read.
    """
    problem: Exception
    try:
        return await work()
    except SourceError as refused:
        problem = refused
    except MeetingsError:
        raise
    except Exception as bug:
        log.exception("import.stopped source=%s", source.id)
        problem = SourceError(f"the reader stopped at {type(bug).__name__}")
    return await refresh_failed(
        shared.database,
        source,
        problem,
        now=utc_now(),
        dry_run=shared.dry_run,
        lease=shared.lease,
    )
