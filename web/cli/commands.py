"""The commands of `openchair`. Exit codes: 0 fine, 1 held or nothing, 2 wrong use, 3 failed."""

import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from importers._source import Source
from meetings.errors import InvalidSearch, MeetingsError, SettingsError
from meetings.settings import Settings, read_settings
from meetings.storage.migrate import migrate as migrate_database
from meetings.zones import zone
from web.cli import demo as sample
from web.cli import gazetteer, importing, searching, serving, upkeep, working
from web.cli.opening import console
from web.cli.stopping import run_until_stopped
from web.service import utc_now

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Find peer support-group meetings and serve them.",
)

places = typer.Typer(no_args_is_help=True, help="Make and ask the gazetteer.")
app.add_typer(places, name="places")
config = typer.Typer(no_args_is_help=True, help="Look at the settings.")
app.add_typer(config, name="config")

Host = Annotated[str, typer.Option(help="Address to listen on.")]
Port = Annotated[int, typer.Option(help="Port to listen on; a busy one moves on to the next.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Many = Annotated[list[str] | None, typer.Option()]


@app.command()
def demo(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Serve invented sample lists, without the internet; nothing is kept."""
    sample.demo(_settings(), host=host, port=port)


@app.command()
def serve(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    no_refresh: Annotated[bool, typer.Option(help="Do not read the sources.")] = False,
) -> None:
    """Serve the configured database, and refresh the sources in the background."""
    settings = _settings()
    serving.serve(settings, host=host, port=port, is_refreshing=settings.refresh and not no_refresh)


@app.command()
def worker() -> None:
    """Refresh the sources for ever, under leases, beside web nodes over one PostgreSQL."""
    working.work(_settings())


@app.command(name="import")
def import_(
    sources: Annotated[list[str] | None, typer.Argument(help="Sources; all without any.")] = None,
    format: Annotated[str, typer.Option(help="Importer of --file.")] = "",  # noqa: A002 - the option's name
    file: Annotated[Path | None, typer.Option(help="Read this file or folder.")] = None,
    as_: Annotated[str, typer.Option("--as", help="Source id of --file.")] = "",
    fellowship: Annotated[str, typer.Option(help="Whose meetings --file holds.")] = "na",
    timezone: Annotated[str, typer.Option(help="Zone of its meetings that give none.")] = "",
    dry_run: Annotated[bool, typer.Option(help="Only say what would change.")] = False,
    accept: Annotated[bool, typer.Option(help="Take a list that would be held.")] = False,
    due: Annotated[bool, typer.Option(help="Only what was not read lately.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read the sources, or a list from a file or folder."""
    settings = _settings()
    if file is None:
        names = sources or []
        refreshing = importing.import_sources(
            settings, names, accept=accept, dry_run=dry_run, only_due=due
        )
        reports = run_until_stopped(refreshing)
    else:
        source = _source_of_file(sources or [], format, as_, fellowship, timezone)
        reading = importing.import_file(settings, source, file, accept=accept, dry_run=dry_run)
        reports = run_until_stopped(reading)
    if as_json:
        _print_json({"runs": [report.as_json() for report in reports]})
    else:
        importing.print_reports(reports)
    raise typer.Exit(importing.exit_code(reports))


@app.command()
def sources(as_json: AsJson = False) -> None:
    """Show each source: its state, when it was last accepted, and why it was not."""
    states = asyncio.run(importing.states(_settings()))
    if as_json:
        _print_json({"sources": states})
    else:
        importing.print_states(states)


@app.command()
def search(
    near: Annotated[str, typer.Option(help="A town, with its region where needed.")] = "",
    at: Annotated[str, typer.Option(metavar="LAT,LON", help="Coordinates instead.")] = "",
    radius: Annotated[str, typer.Option(help="25km or 15mi.")] = "",
    nearest: Annotated[str, typer.Option(help="So many, however far.")] = "",
    beyond: Annotated[str, typer.Option(help="Leave out what is closer, as 20km.")] = "",
    online: Annotated[bool, typer.Option(help="What can be joined from anywhere.")] = False,
    fellowship: Many = None,
    venue: Many = None,
    day: Many = None,
    after: str = "",
    before: str = "",
    now: bool = False,
    format: Many = None,  # noqa: A002 - the option's name
    admission: Many = None,
    language: Many = None,
    text: str = "",
    order: str = "",
    limit: str = "",
    as_json: AsJson = False,
) -> None:
    """Search the listed meetings."""
    given = searching.parameters(
        near=near, at=at, radius=radius, nearest=nearest, beyond=beyond, online=online,
        fellowship=fellowship, venue=venue, day=day, after=after, before=before, now=now,
        format=format, admission=admission, language=language, text=text, order=order,
        limit=limit,
    )  # fmt: skip
    results = asyncio.run(searching.search(_settings(), given))
    if as_json:
        _print_json(searching.document(results))
    else:
        searching.print_results(results)
    raise typer.Exit(0 if results.count else 1)


@app.command()
def migrate() -> None:
    """Bring the database's tables up to date; a SQLite database is copied first."""
    asyncio.run(migrate_database(_settings().database_url))


@app.command()
def backup(file: upkeep.CopyFile) -> None:
    """Copy the database into a file, while it is in use."""
    upkeep.backup(_settings(), file)


@app.command()
def restore(file: upkeep.CopyFile) -> None:
    """Put a copy in the database's place; what was there is kept beside it."""
    upkeep.restore(_settings(), file, now=utc_now())


@config.command()
def check() -> None:
    """Show the settings, and what is wrong with them."""
    raise typer.Exit(upkeep.check(_settings()))


@places.command()
def build(
    dump: gazetteer.Dump = None, to: gazetteer.To = None, outlines: gazetteer.Lines = None
) -> None:
    """Make the gazetteer anew, from the packages of the extra gazetteer-build or a dump."""
    if outlines is not None:
        gazetteer.build_outlines(outlines, to=to)
    else:
        gazetteer.build(_settings(), dump=dump, to=to)


@places.command()
def find(text: Annotated[str, typer.Argument()], as_json: AsJson = False) -> None:
    """Show what a typed place or postal code means."""
    found = asyncio.run(gazetteer.find(_settings(), text))
    if as_json:
        sys.stdout.buffer.write(gazetteer.document(found) + b"\n")
    else:
        gazetteer.print_places(found)
    raise typer.Exit(0 if found else 1)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; every error is one sentence and an exit code."""
    try:
        app(arguments)
    except (SettingsError, InvalidSearch) as problem:
        console.print(f"openchair: {problem}", markup=False)
        sys.exit(2)
    except MeetingsError as problem:
        console.print(f"openchair: {problem}", markup=False)
        sys.exit(3)


def _settings() -> Settings:
    return read_settings(os.environ)


def _source_of_file(
    names: Sequence[str], importer: str, id_: str, fellowship: str, timezone: str
) -> Source:
    if names:
        raise SettingsError("name sources, or give --file, not both")
    if not importer or not id_:
        raise SettingsError("--file needs --format and --as")
    try:
        default_zone = zone(timezone) if timezone else None
        return Source(id=id_, importer=importer, fellowship=fellowship, timezone=default_zone)
    except ValueError as problem:
        raise SettingsError(str(problem)) from problem


def _print_json(document: object) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(document) + b"\n")
