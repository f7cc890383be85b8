"""`openchair backup`, `restore`, `migrate` and `config check`: upkeep of one installation."""

import asyncio
import datetime as dt
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from sqlalchemy.engine import make_url

from importers._overrides import load_overrides
from importers._sources import load_sources
from meetings.errors import MeetingsError
from meetings.settings import Settings
from meetings.storage import backup as copies
from meetings.storage.database import open_database
from meetings.storage.migrate import check_schema, migrate
from meetings.storage.one_writer import old_library
from web.cli.opening import console

CopyFile = Annotated[Path, typer.Argument(help="The copy: one file.")]


def backup(settings: Settings, file: Path) -> None:
    """Copy the database into *file*, while it is in use."""
    asyncio.run(copies.backup(settings.database_url, file))
    console.print(f"{file} is whole: {file.stat().st_size:,} bytes", markup=False)


def restore(settings: Settings, copy: Path, *, now: dt.datetime) -> None:
    """Put *copy* in the database's place; what was there is kept beside it."""
    current = copies.sqlite_file(settings.database_url) or Path()
    aside = current.with_name(f"{current.name}.before-restore-{now:%Y%m%dT%H%M%S}")
    asyncio.run(_restore(settings.database_url, copy, aside))
    kept = f"; what was there is in {aside}" if aside.exists() else ""
    console.print(f"{copy} is restored{kept}", markup=False, soft_wrap=True)


def check(settings: Settings) -> int:
    """Print the settings and what is wrong with them; return the exit code."""
    terminal = Console(highlight=False, soft_wrap=True)
    for name, value in _shown(settings):
        terminal.print(f"OPENCHAIR_{name} = {value}", markup=False)
    problem = asyncio.run(_problem(settings))
    for doubt in _doubts(settings):
        terminal.print(f"note: {doubt}", markup=False)
    terminal.print(f"problem: {problem}" if problem else "fine", markup=False)
    return 3 if problem else 0


async def _restore(url: str, copy: Path, aside: Path) -> None:
    await copies.restore(url, copy, aside=aside)
    await migrate(url)  # it may be of an earlier release


def _shown(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield each setting by its name, without a password."""
    for field in fields(settings):
        value = getattr(settings, field.name)
        name = "METRICS_PORT" if field.name == "metrics" else field.name.upper()
        if field.name == "database_url":
            url = make_url(value).set(query={})
            value = url.render_as_string(hide_password=True)
        elif isinstance(value, bool):
            value = "on" if value else "off"
        elif isinstance(value, tuple):
            value = ", ".join(value)
        elif field.name == "metrics":
            value = f"{value.host}:{value.port}" if value else ""
        yield name, str(value)


def _doubts(settings: Settings) -> Iterator[str]:
    if not settings.base_url:
        yield "without OPENCHAIR_BASE_URL links and QR codes point to localhost"
    elif settings.base_url.startswith("http:"):
        yield "OPENCHAIR_BASE_URL is not https: secret links can be read on their way"
    if settings.uid_host == Settings().uid_host:
        yield "choose OPENCHAIR_UID_HOST before the first calendar is handed out, and keep it"
    if settings.database_url.startswith("sqlite") and (said := old_library()):
        yield said


async def _problem(settings: Settings) -> str:
    """Return what keeps this installation from serving, "" for nothing."""
    try:
        load_sources(settings.data_dir)
        load_overrides(settings.data_dir)
        file = copies.sqlite_file(settings.database_url)
        if file is not None and not file.exists():
            return ""  # made at the first start
        async with open_database(settings.database_url) as database, database.read() as reader:
            await check_schema(reader)
    except MeetingsError as problem:
        return str(problem)
    return ""
