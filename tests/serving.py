"""A running service for web tests: a real database, a small gazetteer, a made clock."""

import csv
import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
from asgi_lifespan import LifespanManager
from starlette.types import ASGIApp

from meetings._gazetteer import Town, write
from meetings.model import Meeting
from meetings.places import OfflineGeocoder, Places
from meetings.storage.database import Database, open_database
from meetings.storage.meetings import next_version, put
from meetings.storage.migrate import migrate
from meetings.storage.sources import ImportRun, SourceState, add_run, put_source_state
from tests.make import NOON
from web.app import Background, create_app
from web.metrics import Measurements
from web.publishers import Publisher
from web.service import Service, Site
from web.sheets import Sheets

PLACES = Path(__file__).parent / "data" / "places.tsv"
SITE = Site(base_url="https://meetings.example", is_public=True, uid_host="uid.example")


@asynccontextmanager
async def serving(
    folder: Path, meetings: Sequence[Meeting] = (), **settings: Any
) -> AsyncIterator[httpx2.AsyncClient]:
    """Serve *meetings* as `served` does, and give a client."""
    async with served(folder, meetings, **settings) as app, client_of(app) as client:
        yield client


def client_of(app: ASGIApp, address: str = "127.0.0.1") -> httpx2.AsyncClient:
    """Return a client that asks *app* from *address*."""
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False, client=(address, 123))
    return httpx2.AsyncClient(transport=transport, base_url="http://testserver")


@asynccontextmanager
async def served(
    folder: Path,
    meetings: Sequence[Meeting] = (),
    *,
    site: Site = SITE,
    now: dt.datetime = NOON,
    clock: Callable[[], dt.datetime] | None = None,
    states: Sequence[SourceState] = (),
    runs: Sequence[ImportRun] = (),
    publishers: Sequence[Publisher] = (),
    sheets: Sheets | None = None,
    background: Sequence[Background] = (),
    measured: Measurements | None = None,
    prepare: Callable[[Database], Awaitable[None]] | None = None,
) -> AsyncIterator[ASGIApp]:
    """
    Serve *meetings*, which get the numbers 1, 2, 3… in this order, as if it were *now*.

    With a *clock* it is what that says.
    """
    url = f"sqlite+aiosqlite:///{folder / 'web.db'}"
    await migrate(url)
    write(folder / "places.sqlite", towns(), progress=lambda _: None)

    @asynccontextmanager
    async def opened() -> AsyncIterator[Service]:
        async with open_database(url) as database:
            await publish(database, meetings)
            if prepare is not None:
                await prepare(database)
            async with database.write() as writer:
                for state in states:
                    await put_source_state(writer, state)
                for run in runs:
                    await add_run(writer, run)
            with Places(folder / "places.sqlite") as places:
                yield Service(
                    site=site,
                    database=database,
                    places=places,
                    geocoder=OfflineGeocoder(places),
                    now=clock or (lambda: now),
                    publishers=list(publishers),
                    sheets=sheets,
                )

    application = create_app(opened, background=background, measured=measured)
    async with LifespanManager(application) as manager:
        yield manager.app


async def publish(database: Database, meetings: Sequence[Meeting]) -> None:
    async with database.write() as writer:
        if meetings:
            await put(writer, meetings, version=await next_version(writer, at=NOON))


def towns() -> Iterator[Town]:
    lines = PLACES.read_text(encoding="utf-8").splitlines()[1:]
    for row in csv.DictReader(lines, delimiter="\t"):
        yield Town(
            id=int(row["id"]),
            name=row["name"],
            country=row["country"],
            region_code=row["region_code"],
            latitude=float(row["latitude"]),
            longitude=float(row["longitude"]),
            population=int(row["population"]),
            timezone=row["timezone"],
            alternate_names=tuple(row["alternate_names"].split("|")),
        )
