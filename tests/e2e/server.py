"""
The service over the sample lists with a made clock: started by `conftest`, as `serve` would be.

It is the coming Tuesday, a quarter past six in the evening in New York: after the day on which
the lists are read, since a meeting has no dates before that.
"""

import datetime as dt
import logging
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import uvicorn

from importers._sources import read_sources
from meetings.settings import Settings
from web.app import create_app
from web.cli.demo import LISTS, PATHS
from web.cli.opening import open_service, publishers
from web.cli.refreshing import Refreshing, refresh_each
from web.logs import TextLines
from web.service import Service, Site, utc_now

NEW_YORK = ZoneInfo("America/New_York")
QUARTER_PAST_SIX = dt.time(18, 15)
TUESDAY = 1  # as date.weekday counts


def coming_tuesday(today: dt.date) -> dt.datetime:
    """Return the evening of the first Tuesday after *today*."""
    day = today + dt.timedelta(days=(TUESDAY - today.weekday() - 1) % 7 + 1)
    return dt.datetime.combine(day, QUARTER_PAST_SIX, NEW_YORK).astimezone(dt.UTC)


@asynccontextmanager
async def opened(folder: Path, gazetteer: Path, base_url: str) -> AsyncIterator[Service]:
    settings = Settings(
        database_url=f"sqlite+aiosqlite:///{folder / 'e2e.db'}", data_dir=gazetteer, refresh=False
    )
    site = Site(base_url=base_url, is_public=True, uid_host="uid.example")
    sources = read_sources(LISTS / "sources.toml")
    moment = coming_tuesday(utc_now().date())
    async with open_service(settings, site, sources=sources) as running:
        running.now = lambda: moment
        shared = Refreshing(database=running.database, places=running.places, settings=settings)
        for source in sources:
            async for report in refresh_each(shared, source, path=PATHS[source.importer]):
                assert report.outcome == "accepted", report
        running.publishers = publishers(sources)
        yield running


def main(folder: str, gazetteer: str, descriptor: str) -> None:
    listening = socket.socket(fileno=int(descriptor))
    base_url = f"http://localhost:{listening.getsockname()[1]}"
    said = logging.StreamHandler(sys.stdout)
    said.setFormatter(TextLines())
    logging.basicConfig(level=logging.INFO, handlers=[said])  # more than `serve` writes
    app = create_app(lambda: opened(Path(folder), Path(gazetteer), base_url))
    config = uvicorn.Config(app, access_log=False, log_config=None, server_header=False)
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main(*sys.argv[1:])
