"""
A worker over an invented publisher, as a process of its own: FOLDER MEETINGS SOURCE…

It reads each source again and again, as fast as leases let it, and prints one JSON line when it
has fetched a list, and one for what became of it. Every list is a newer edition: its meetings are
named after the moment at which it was fetched.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from importers._source import Get, Source
from meetings.errors import StorageError
from meetings.settings import Settings
from meetings.storage.database import Database, open_database
from meetings.storage.sources import Outcome
from meetings.zones import zone
from tests.make_lists import NO_PLACES, a_bmlt_record, bmlt_list
from web.cli.refreshing import Refreshing, refresh_each
from web.cli.stopping import run_until_stopped

LEASE_SECONDS = 3
READING_SECONDS = 0.8  # between the fetch and the rest: time to be killed or stopped in
PAUSE_SECONDS = 0.2


@dataclass
class Publisher:
    """Gives one source's list, always a new edition."""

    source: str
    meetings: int
    weekday: int  # of all its meetings, so that no two sources list the same
    edition: int = 0

    async def get(self, url: str) -> bytes:
        asked = parse_qs(urlsplit(url).query)
        if asked["switcher"] != ["GetSearchResults"]:
            return b"[]"
        page, size = int(asked["page_num"][0]), int(asked["page_size"][0])
        if page == 1:
            self.edition = time.monotonic_ns()  # one clock for every process of this machine
            say(self.source, "fetched", self.edition)
            await asyncio.sleep(READING_SECONDS)
        records = [
            a_bmlt_record(
                n,
                meeting_name=f"Group {n} edition {self.edition}",
                weekday_tinyint=str(self.weekday),
            )
            for n in range(size * (page - 1) + 1, min(size * page, self.meetings) + 1)
        ]
        (body,) = bmlt_list(*records).values()
        return body

    @asynccontextmanager
    async def opened(
        self,
        *,
        contact: str,  # noqa: ARG002 - an OpenGet, here and below
        keep_in: Path | None,  # noqa: ARG002
        obey_robots: bool,  # noqa: ARG002
    ) -> AsyncIterator[Get]:
        yield self.get


async def work(folder: Path, meetings: int, names: Sequence[str]) -> None:
    url = os.environ["OPENCHAIR_DATABASE_URL"]
    async with open_database(url) as database:
        while True:
            for weekday, name in enumerate(names, start=1):
                await _read(database, folder, Publisher(name, meetings, weekday))
                await asyncio.sleep(PAUSE_SECONDS)


async def _read(database: Database, folder: Path, publisher: Publisher) -> None:
    source = Source(
        id=publisher.source,
        importer="bmlt",
        fellowship="na",
        url="https://publisher.example/main_server",
        timezone=zone("America/New_York"),
    )
    shared = Refreshing(
        database=database,
        places=NO_PLACES,
        settings=Settings(data_dir=folder),
        opening=publisher.opened,
        lease_seconds=LEASE_SECONDS,
    )
    try:
        async for report in refresh_each(shared, source):
            if report.outcome is Outcome.ACCEPTED:
                say(source.id, "accepted", publisher.edition)
            elif publisher.edition:
                say(source.id, "refused", publisher.edition, report.reason)
    except StorageError as problem:
        say(source.id, "away", publisher.edition, str(problem))


def say(source: str, what: str, edition: int, why: str = "") -> None:
    line = {"source": source, "what": what, "edition": edition, "why": why}
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    folder, meetings, *names = sys.argv[1:]
    run_until_stopped(work(Path(folder), int(meetings), names), exit_code=0)
