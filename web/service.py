"""What one running service holds: its constants, the catalogue in use and the place search."""

import asyncio
import datetime as dt
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from geopy.geocoders.base import Geocoder
from starlette.requests import Request

from meetings.catalogue import Catalogue
from meetings.errors import StorageError
from meetings.model import Meeting
from meetings.places import Places
from meetings.storage.database import Database
from meetings.storage.meetings import all_meetings, version
from meetings.storage.sources import SourceState, source_states

POLL_SECONDS = 1.0

log = logging.getLogger("openchair")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What never changes while an installation runs."""

    base_url: str  # how links in calendars, QR codes and messages begin, without a slash
    is_public: bool  # whether others can reach base_url: calendar companies, telephones
    uid_host: str
    is_sample: bool = False  # invented lists: a banner on every page, SAMPLE in titles

    @property
    def title_prefix(self) -> str:
        return "SAMPLE " if self.is_sample else ""


def utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(slots=True, kw_only=True)
class Service:
    """Opened in the lifespan, read by every route."""

    site: Site
    database: Database
    places: Places
    geocoder: Geocoder
    now: Callable[[], dt.datetime] = utc_now
    catalogue: Catalogue = field(default_factory=lambda: Catalogue([], version=-1, now=utc_now()))
    sources: list[SourceState] = field(default_factory=list)
    event_bytes: dict[tuple[object, ...], bytes] = field(default_factory=dict)
    close_hall: Callable[[Meeting], Awaitable[None]] | None = None  # the demo's button

    async def load(self) -> None:
        """Swap in the newest published catalogue, if there is a newer one."""
        async with self.database.read() as reader:
            self.sources = await source_states(reader)
            newest = await version(reader)
            if newest == self.catalogue.version:
                return
            meetings = await all_meetings(reader)
        self.catalogue = await asyncio.to_thread(
            Catalogue, meetings, version=newest, now=self.now()
        )

    async def follow(self) -> None:
        """Poll the version for ever; while the database is away the last catalogue serves on."""
        while True:
            await asyncio.sleep(POLL_SECONDS)
            try:
                await self.load()
            except StorageError:
                log.warning("catalogue.not_reloaded")


def service(request: Request) -> Service:
    """Return the running service: the one reader of the untyped `app.state`."""
    running: Service = request.app.state.service
    return running
