"""`openchair demo`: invented lists in a throw-away database, served without the internet."""

import datetime as dt
import shutil
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from importlib import resources
from pathlib import Path

from importers._source import Source
from importers._sources import read_sources
from meetings.catalogue import Catalogue
from meetings.model import Meeting, VenueType
from meetings.places import Places
from meetings.recurrence import next_occurrence
from meetings.search import Search
from meetings.settings import Settings
from meetings.storage.database import Database
from web.app import create_app
from web.cli.opening import console, open_service
from web.cli.refreshing import Refreshing, refresh_each
from web.cli.serving import address, free_port, run
from web.logs import set_up
from web.service import Service, Site, utc_now

LISTS = Path(str(resources.files("importers") / "demo"))
PATHS = {"bmlt": LISTS / "na", "smart_bundle": LISTS / "smart" / "bundle.json"}
CLOSED_REASON = "the hall is closed"
CLOSED_TOMORROW = "the hall is being painted"


def demo(settings: Settings, *, host: str, port: int) -> None:
    """Serve the sample lists until interrupted; nothing is kept."""
    set_up(settings.log_format)
    folder = Path(tempfile.mkdtemp(prefix="openchair-demo-"))
    try:
        listening = free_port(host, port)
        site = Site(
            base_url=address(listening),
            is_public=False,
            uid_host=settings.uid_host,
            is_sample=True,
        )
        throw_away = replace(
            settings,
            database_url=f"sqlite+aiosqlite:///{folder / 'demo.db'}",
            place_geocoder="",  # it needs no internet
        )
        run(create_app(partial(_opened, throw_away, site, folder)), listening)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def _opened(settings: Settings, site: Site, folder: Path) -> AsyncIterator[Service]:
    closing = _ClosedHalls(settings, folder)
    async with open_service(
        settings, site, sources=_sources(), close_hall=closing.close
    ) as running:
        await closing.publish(running.database, running.places)
        await running.load()
        first = _first_in_person(running.catalogue)
        await closing.close(running.database, running.places, first, reason=CLOSED_TOMORROW)
        await running.load()
        _print_addresses(site, running.catalogue)
        yield running


class _ClosedHalls:
    """The dates on which sample halls are closed, told as an operator would: overrides.toml."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self._settings = replace(settings, data_dir=folder)
        self._file = folder / "overrides.toml"
        self._closed: dict[str, dict[dt.date, str]] = {}

    async def close(
        self,
        database: Database,
        places: Places,
        meeting: Meeting,
        *,
        reason: str = CLOSED_REASON,
    ) -> None:
        """Cancel the next date of *meeting* and publish the lists anew."""
        if meeting.schedule is None or meeting.schedule.timezone is None:
            return
        occurrence = next_occurrence(meeting.schedule, now=utc_now())
        if occurrence is not None:
            self._closed.setdefault(meeting.id, {})[occurrence.on] = reason
            self._file.write_text(self._toml(), encoding="utf-8")
            await self.publish(database, places)

    async def publish(self, database: Database, places: Places) -> None:
        shared = Refreshing(database=database, places=places, settings=self._settings)
        for source in _sources():
            async for _ in refresh_each(shared, source, path=PATHS[source.importer]):
                pass

    def _toml(self) -> str:
        return "\n".join(
            f'["{id_}"]\nexceptions = ['
            + ", ".join(f'{{on = {on}, reason = "{reason}"}}' for on, reason in dates.items())
            + "]\n"
            for id_, dates in self._closed.items()
        )


def _sources() -> Sequence[Source]:
    return read_sources(LISTS / "sources.toml")


def _first_in_person(catalogue: Catalogue) -> Meeting:
    results = catalogue.find(Search(venue_types=frozenset({VenueType.IN_PERSON})), now=utc_now())
    return results.hits[-1].meeting


def _print_addresses(site: Site, catalogue: Catalogue) -> None:
    numbers = [hit.meeting.number for hit in catalogue.find(Search(limit=3), now=utc_now()).hits]
    listed = ",".join(map(str, numbers))
    for what, path in (
        ("start", "/"),
        ("near Brooklyn", "/find?near=Brooklyn%2C+NY"),
        ("online tonight", "/find?online=1&after=18:00&timezone=America/New_York"),
        ("on now", "/now"),
        ("a list", f"/list?meetings={listed}"),
        ("its calendar", f"/list/calendar.ics?meetings={listed}"),
        ("sources", "/sources"),
    ):
        console.print(f"  {what:<16} {site.base_url}{path}", soft_wrap=True)
    console.print(f"{len(catalogue)} invented sample meetings. Stop with Ctrl+C.")
