"""`openchair import`: reading lists, from their publishers or from files."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from importers._fetch import open_get
from importers._overrides import load_overrides
from importers._refresh import refresh, refresh_failed
from importers._registry import get_importer
from importers._report import Report
from importers._source import Source
from importers._sources import load_sources
from meetings.errors import SettingsError, SourceError
from meetings.places import Places
from meetings.settings import Settings
from meetings.storage.database import Database
from meetings.storage.sources import Outcome, SourceState, source_states
from web.cli.opening import console, open_checked, open_places
from web.service import utc_now

EXIT_CODES = {Outcome.ACCEPTED: 0, Outcome.HELD: 1, Outcome.FAILED: 3}


async def import_sources(
    settings: Settings, names: Sequence[str], *, accept: bool, dry_run: bool
) -> list[Report]:
    """Refresh the sources called *names*, or every enabled one."""
    known = {source.id: source for source in load_sources(settings.data_dir)}
    if unknown := [name for name in names if name not in known]:
        raise SettingsError(f"there is no source {unknown[0]}; there are {', '.join(known)}")
    chosen = [known[name] for name in names] or [s for s in known.values() if s.enabled]
    reports = []
    async with open_checked(settings) as database, open_places(settings) as places:
        for source in chosen:
            console.print(f"reading {source.title or source.id}")
            reports.append(
                await refresh_source(
                    database, places, source, settings, accept=accept, dry_run=dry_run
                )
            )
    return reports


async def import_file(
    settings: Settings, source: Source, path: Path, *, accept: bool, dry_run: bool
) -> Report:
    """Read the list in *path*, a file or folder, as *source*."""
    async with open_checked(settings) as database, open_places(settings) as places:
        return await refresh_source(
            database, places, source, settings, path=path, accept=accept, dry_run=dry_run
        )


async def refresh_source(
    database: Database,
    places: Places,
    source: Source,
    settings: Settings,
    *,
    path: Path | None = None,
    accept: bool = False,
    dry_run: bool = False,
) -> Report:
    """Publish what *source* publishes, or what lies in *path*; a failure is a report too."""
    importer, overrides = get_importer(source.importer), load_overrides(settings.data_dir)
    try:
        if path is not None:
            payloads = await asyncio.to_thread(importer.load, path)
        else:
            async with open_get(contact=settings.contact) as get:
                payloads = await importer.fetch(get, source)
        return await refresh(
            database,
            source,
            payloads,
            importer=importer,
            places=places,
            overrides=overrides,
            now=utc_now(),
            accept=accept,
            dry_run=dry_run,
        )
    except SourceError as problem:
        return await refresh_failed(database, source, problem, now=utc_now(), dry_run=dry_run)


def exit_code(reports: Sequence[Report]) -> int:
    return max((EXIT_CODES[report.outcome] for report in reports), default=0)


def sentence(report: Report) -> str:
    """Return a report as one line for the terminal."""
    counts = ", ".join(
        f"{getattr(report, name):,} {name}"
        for name in ("read", "added", "changed", "unchanged", "missing", "removed", "rejected")
    )
    reason = f": {report.reason}" if report.reason else ""
    return f"{report.source}: {report.outcome}{reason} ({counts})"


def print_reports(reports: Sequence[Report]) -> None:
    for report in reports:
        console.print(sentence(report), markup=False, soft_wrap=True)
        for warning in report.warnings:
            console.print(f"  {warning}", markup=False, soft_wrap=True)
        for rejection in report.rejections:
            line = f"  rejected {rejection.key}: {rejection.reason}"
            console.print(line, markup=False, soft_wrap=True)


async def states(settings: Settings) -> list[SourceState]:
    async with open_checked(settings) as database, database.read() as reader:
        return await source_states(reader)


def print_states(known: Sequence[SourceState]) -> None:
    table = Table("source", "state", "last accepted", "meetings", "reason")
    for state in known:
        accepted = state.last_accepted_at
        table.add_row(
            state.id,
            state.state,
            f"{accepted:%Y-%m-%d %H:%M} UTC" if accepted else "never",
            f"{state.accepted_count:,}",
            state.reason,
        )
    Console(highlight=False).print(table)
