"""A process of its own that refreshes one source, for tests that kill it: DATABASE-URL FOLDER."""

import asyncio
import datetime as dt
import sys
from pathlib import Path

from importers import bmlt
from importers._refresh import refresh
from importers._report import Report
from importers._source import Payloads
from meetings.storage.database import open_database
from tests.make_lists import NO_PLACES, NOW, a_source


async def refreshed(url: str, payloads: Payloads, *, now: dt.datetime = NOW) -> Report:
    async with open_database(url) as db:
        return await refresh(
            db, a_source(), payloads, importer=bmlt, places=NO_PLACES, overrides={}, now=now
        )


if __name__ == "__main__":
    url, folder = sys.argv[1:]
    print("reading", flush=True)  # noqa: T201 - the parent waits for this line
    asyncio.run(refreshed(url, bmlt.load(Path(folder)), now=NOW + dt.timedelta(days=1)))
