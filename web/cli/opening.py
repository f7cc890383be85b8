"""Opening what a command needs: the database, the gazetteer, the service made of both."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from rich.console import Console

from importers._source import Source
from importers._sources import is_divided, load_sources
from meetings.errors import SettingsError
from meetings.model import Meeting
from meetings.places import OfflineGeocoder, Places, ensure
from meetings.settings import Settings
from meetings.storage.database import Database, open_database
from meetings.storage.migrate import check_schema, migrate
from web.cli.checking import sheets
from web.cli.geocoding import open_geocoder
from web.publishers import Publisher
from web.service import MakeSnapshot, Service, Site

console = Console(stderr=True, highlight=False, soft_wrap=True)  # standard output is for answers

CloseHall = Callable[[Database, Places, Meeting], Awaitable[None]]


@asynccontextmanager
async def open_places(settings: Settings) -> AsyncIterator[Places]:
    """Open the gazetteer; the first time it is built, which takes some seconds."""
    path = await asyncio.to_thread(ensure, settings.data_dir, progress=console.print)
    with Places(path) as places:
        yield places


@asynccontextmanager
async def open_checked(settings: Settings) -> AsyncIterator[Database]:
    """Open the database; SQLite is brought up to date, PostgreSQL waits for `migrate`."""
    async with _open_migrated(settings) as database:
        async with database.read() as reader:
            await check_schema(reader)
        yield database


@asynccontextmanager
async def _open_migrated(settings: Settings) -> AsyncIterator[Database]:
    if settings.database_url.startswith("sqlite"):
        await migrate(settings.database_url)
    async with open_database(settings.database_url) as database:
        yield database


@asynccontextmanager
async def open_service(
    settings: Settings,
    site: Site,
    *,
    sources: Iterable[Source] = (),
    close_hall: CloseHall | None = None,
    make_snapshot: MakeSnapshot | None = None,
) -> AsyncIterator[Service]:
    """
    Open all that the web service reads; *close_hall* is the demo's button.

    PostgreSQL may be away: the service looks at the schema when it first loads the catalogue.
    """
    async with (
        _open_migrated(settings) as database,
        open_places(settings) as places,
        open_geocoder(settings, places) as geocoder,
    ):
        yield Service(
            site=site,
            database=database,
            places=places,
            geocoder=geocoder,
            gazetteer=OfflineGeocoder(places),
            snapshot=None if site.is_sample else snapshot_path(settings),
            make_snapshot=make_snapshot,
            close_hall=partial(close_hall, database, places) if close_hall else None,
            publishers=publishers(sources),
            sheets=sheets(),
        )


def sources_told(settings: Settings) -> list[Source]:
    """Return the sources; a broken file of the operator's takes the lists' particulars, no more."""
    try:
        return load_sources(settings.data_dir)
    except SettingsError as problem:
        console.print(f"{problem}; what is listed already is served", markup=False)
        return []


def snapshot_path(settings: Settings) -> Path:
    """Return where the catalogue of this database is kept between starts."""
    of_database = hashlib.sha256(settings.database_url.encode()).hexdigest()[:12]
    return settings.data_dir / f"catalogue-{of_database}.snapshot"


def publishers(sources: Iterable[Source]) -> list[Publisher]:
    """Return what pages tell of *sources*."""
    return [
        Publisher(
            id=source.id,
            title=source.title,
            fellowship=source.fellowship,
            every=source.every,
            terms=source.terms,
            is_read=source.enabled,
            is_divided=is_divided(source),
            is_home=source.home,
        )
        for source in sources
    ]
