"""`openchair import` and `openchair sources`: reading lists, and what became of each."""

import logging
from collections.abc import Collection, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from importers._fetch import open_get
from importers._report import Report
from importers._source import Source
from importers._sources import load_sources, whole_of
from meetings.errors import SettingsError
from meetings.settings import Settings
from meetings.storage.sources import Outcome, SourceState, source_states
from web.cli.opening import console, open_checked, open_places
from web.cli.progress import watching
from web.cli.refreshing import OpenGet, Refreshing, refresh_each
from web.service import Service

EXIT_CODES = {Outcome.ACCEPTED: 0, Outcome.HELD: 1, Outcome.FAILED: 3}
REJECTIONS_SHOWN = 10  # of each list; --json has more
COUNTED = ("read", "added", "changed", "unchanged", "missing", "removed", "rejected")

log = logging.getLogger("openchair")


async def import_sources(
    settings: Settings,
    names: Sequence[str],
    *,
    accept: bool,
    dry_run: bool,
    only_due: bool = False,
    opening: OpenGet = open_get,
) -> list[Report]:
    """
    Refresh the sources called *names*, or every enabled one; also single parts, as na-12.

    With *only_due* those that were read lately are left alone, and those that others read.
    """
    chosen = _chosen(load_sources(settings.data_dir), names)
    reports: list[Report] = []
    async with open_checked(settings) as database, open_places(settings) as places:
        with watching(console) as watch:
            shared = Refreshing(
                database=database,
                places=places,
                settings=settings,
                accept=accept,
                dry_run=dry_run,
                only_due=only_due,
                watch=watch,
                opening=opening,
            )
            watch.expect(len(chosen))
            for source, only in chosen:
                reports += [report async for report in refresh_each(shared, source, only=only)]
    return reports


async def import_file(
    settings: Settings, source: Source, path: Path, *, accept: bool, dry_run: bool
) -> list[Report]:
    """Read the list in *path*, a file or folder, as *source*."""
    async with open_checked(settings) as database, open_places(settings) as places:
        with watching(console) as watch:
            shared = Refreshing(
                database=database,
                places=places,
                settings=settings,
                accept=accept,
                dry_run=dry_run,
                watch=watch,
            )
            watch.expect(1)
            return [report async for report in refresh_each(shared, source, path=path)]


def exit_code(reports: Sequence[Report]) -> int:
    return max((EXIT_CODES[report.outcome] for report in reports), default=0)


def note_run(report: Report, running: Service) -> None:
    """Write one line of a run in the background, and count it for the metrics."""
    counts = {name: getattr(report, name) for name in COUNTED}
    running.runs[report.outcome] += 1
    running.records.update(counts)
    fields = {"source": report.source, "outcome": report.outcome.value, **counts}
    if report.reason:
        fields["reason"] = report.reason
    log.info("import.run", extra={"fields": fields})


def sentence(report: Report) -> str:
    """Return a report as one line for the terminal."""
    counts = ", ".join(f"{getattr(report, name):,} {name}" for name in COUNTED)
    reason = f": {report.reason}" if report.reason else ""
    return f"{report.source}: {report.outcome}{reason} ({counts})"


def print_reports(reports: Sequence[Report]) -> None:
    for report in reports:
        console.print(sentence(report), markup=False, soft_wrap=True)
        for warning in report.warnings:
            console.print(f"  {warning}", markup=False, soft_wrap=True)
        for rejection in report.rejections[:REJECTIONS_SHOWN]:
            line = f"  rejected {rejection.key}: {rejection.reason}"
            console.print(line, markup=False, soft_wrap=True)
        more = len(report.rejections) - REJECTIONS_SHOWN
        if more > 0:
            console.print(f"  and {more:,} more; --json tells of each", markup=False)


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


def _chosen(
    sources: Sequence[Source], names: Sequence[str]
) -> list[tuple[Source, Collection[str]]]:
    """Return what to read, and of a divided source which parts; () is all of them."""
    known = {source.id: source for source in sources if whole_of(source.id, sources) is None}
    if not names:
        return [(source, ()) for source in known.values() if source.enabled]
    parts: dict[str, set[str]] = {}
    for name in names:
        whole = known.get(name) or whole_of(name, sources)
        if whole is None:
            raise SettingsError(f"there is no source {name}; there are {', '.join(known)}")
        parts.setdefault(whole.id, set()).update({name} - {whole.id})
    return [(known[id_], () if id_ in names else only) for id_, only in parts.items()]
