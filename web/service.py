"""What one running service holds: its constants, the catalogue in use and the place search."""

import asyncio
import contextlib
import datetime as dt
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from geopy.geocoders.base import Geocoder
from starlette.requests import Request

from meetings import plans
from meetings.catalogue import Catalogue, CatalogueBuilder
from meetings.errors import LinkGone, MeetingsError, SchemaTooNew, SchemaTooOld, StorageError
from meetings.model import Meeting
from meetings.places import Places
from meetings.plans import Kind
from meetings.storage.database import Database, Reader
from meetings.storage.meetings import meetings_in_batches, published_at, version
from meetings.storage.migrate import check_schema
from meetings.storage.sources import (
    EarlierCount,
    SourceState,
    earlier_counts,
    source_states,
    unheard_of,
)
from meetings.unheard import DOUBTED_AFTER
from web.answers import Confirmed, KeptAnswers, confirmed_days
from web.bmlt.faces import Faces
from web.feeds.gone import GoneMeetings
from web.feeds.kept import KeptEvents, KeptFeeds
from web.keptmaps import KeptMaps
from web.keptweeks import KeptWeeks
from web.limits import Buckets
from web.plans.kept import PlanFeed
from web.publishers import TREND_OVER, Publisher, precedence
from web.sheets import Sheets
from web.states import keep_states, open_states
from web.tiles import Tiles

POLL_SECONDS = 1.0
USES_SECONDS = 3600.0
NEWER_WITHIN_SECONDS = 5.0  # of a start that has an older catalogue to serve
OUT_OF_TOUCH_AFTER = dt.timedelta(seconds=30)
SAID_AFTER = dt.timedelta(minutes=15)  # to visitors (reliability.md 9.2)

log = logging.getLogger("openchair")

MakeSnapshot = Callable[[Sequence[str]], Awaitable[None]]
# version and stamp of the database, precedence of its sources, those unheard of for long
_Moment = tuple[int, str, tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What never changes while an installation runs."""

    base_url: str  # how links in calendars, QR codes and messages begin, without a slash
    is_public: bool  # whether others can reach base_url: calendar companies, telephones
    uid_host: str
    is_sample: bool = False  # invented lists: a banner on every page, SAMPLE in titles
    tiles: Tiles | None = None  # the operator's street map, if there is one
    contact: str = ""  # the operator's, for publishers; an e-mail or web address
    geocoder_host: str = ""  # is sent the places that people type, if the operator names one

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
    geocoder: Geocoder  # of whole texts that somebody typed
    gazetteer: Geocoder | None = None  # of what is only begun, where geocoder asks others
    now: Callable[[], dt.datetime] = utc_now
    catalogue: Catalogue = field(default_factory=lambda: Catalogue([], version=-1, now=utc_now()))
    snapshot: Path | None = None  # the catalogue's local file; None keeps it in memory only
    # makes that file anew beside this process, for a precedence; None: it is made in a thread
    make_snapshot: MakeSnapshot | None = None
    answers: KeptAnswers = field(default_factory=KeptAnswers)
    confirmed: Confirmed = field(default_factory=dict)  # by source, as answers tell it
    sources: list[SourceState] = field(default_factory=list)
    feeds: KeptFeeds = field(default_factory=KeptFeeds)
    events: KeptEvents = field(default_factory=KeptEvents)
    maps: KeptMaps = field(default_factory=KeptMaps)
    weeks: KeptWeeks = field(default_factory=KeptWeeks)
    gone: GoneMeetings | None = None  # of searches' feeds, looked for when one is asked for
    close_hall: Callable[[Meeting], Awaitable[None]] | None = None  # the demo's button
    publishers: list[Publisher] = field(default_factory=list)  # as set up; sources.toml
    earlier: dict[str, EarlierCount] = field(default_factory=dict)  # for the trend of each source
    sheets: Sheets | None = None
    bmlt: Faces = field(default_factory=Faces)
    misses: Buckets = field(default_factory=lambda: Buckets(20, 3.0))  # wrong secrets
    creations: Buckets = field(default_factory=lambda: Buckets(10, 1080.0))  # new plans
    searches: Buckets = field(default_factory=lambda: Buckets(60, 1.0))
    plan_feeds: dict[str, PlanFeed] = field(default_factory=dict, repr=False)
    used: dict[str, Kind] = field(default_factory=dict, repr=False)  # secrets, until written down
    followed_at: dt.datetime | None = None  # when the database last said which version is newest
    # for the metrics, by a word of ours:
    limited: Counter[str] = field(default_factory=Counter)
    runs: Counter[str] = field(default_factory=Counter)
    records: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)  # plans and links, as last counted

    @property
    def catalogue_age(self) -> dt.timedelta | None:
        """How long ago the catalogue in use was published; None for one that never was."""
        try:
            return self.now() - dt.datetime.fromisoformat(self.catalogue.stamp)
        except ValueError:
            return None

    @property
    def unconfirmed(self) -> dt.timedelta | None:
        """How long ago the database said that there is nothing newer; None before it did."""
        return None if self.followed_at is None else self.now() - self.followed_at

    @property
    def is_out_of_touch(self) -> bool:
        return self.unconfirmed is None or self.unconfirmed > OUT_OF_TOUCH_AFTER

    @property
    def lists_as_of(self) -> dt.datetime | None:
        """What pages say of lists that could not be renewed for long; None while they are."""
        unconfirmed = self.unconfirmed
        if unconfirmed is not None and unconfirmed <= SAID_AFTER:
            return None
        age = self.catalogue_age
        return self.followed_at or (None if age is None else self.now() - age)

    @property
    def doubted(self) -> frozenset[str]:
        """Return the sources whose meetings are shown with a warning (reliability.md 2.1)."""
        return unheard_of(self.sources, now=self.now(), after=DOUBTED_AFTER).sources

    async def start(self) -> None:
        """
        Open the last catalogue's file and load what is newer, if that is soon done.

        So it starts without its database too; only a schema that does not fit stops it.
        """
        await self._open_snapshot()
        if self.catalogue.version < 0:
            await self.load()
            return
        try:
            async with asyncio.timeout(NEWER_WITHIN_SECONDS):
                await self.load()
        except (SchemaTooOld, SchemaTooNew):
            raise
        except (StorageError, TimeoutError):  # `follow` goes on trying
            age = self.catalogue_age
            seconds = None if age is None else int(age.total_seconds())
            log.warning("catalogue.from_snapshot_only published_seconds_ago=%s", seconds)

    async def _open_snapshot(self) -> None:
        if self.snapshot is not None:
            opened = await asyncio.to_thread(Catalogue.opened, self.snapshot, now=self.now())
            self.catalogue = opened or self.catalogue
            self._show_sources(await asyncio.to_thread(open_states, self.snapshot))

    async def load(self) -> None:
        """Swap in the newest published catalogue, if there is a newer one."""
        async with self.database.read() as reader:
            if self.followed_at is None:
                await check_schema(reader)
            await self._note_sources(reader)
            order = precedence(self.sources, self.publishers)
            silent = tuple(sorted(unheard_of(self.sources, now=self.now()).sources))
            newest = await version(reader), str(await published_at(reader)), order, silent
            self.followed_at = self.now()
        if newest == _shown(self.catalogue):
            return
        if self.catalogue.version < 0 or not await self._made_apart(newest):
            await self._swap(
                await make_catalogue(self.database, self.snapshot, order, now=self.now)
            )

    async def _made_apart(self, wanted: _Moment) -> bool:
        """Swap in what another process made of the database; say whether that went well."""
        if self.make_snapshot is None or self.snapshot is None:
            return False
        newest, _, order, _ = wanted
        try:
            await self.make_snapshot(order)
        except MeetingsError as problem:
            log.warning("catalogue.not_made_apart problem=%s", problem)
            return False
        made = await asyncio.to_thread(Catalogue.opened, self.snapshot, now=self.now())
        if made is None or made.version < newest or made.precedence != order:
            return False
        await self._swap(made)
        return True

    async def _swap(self, made: Catalogue) -> None:
        before, self.catalogue = self.catalogue, made
        await asyncio.to_thread(before.forget)

    async def _note_sources(self, reader: Reader) -> None:
        states = await source_states(reader)
        if states != self.sources:
            self.earlier = await earlier_counts(reader, since=self.now() - TREND_OVER)
            self._show_sources(states)
            if self.snapshot is not None:
                await asyncio.to_thread(keep_states, self.snapshot, states)

    def _show_sources(self, states: list[SourceState]) -> None:
        self.confirmed = confirmed_days((s.id, s.last_accepted_at) for s in states)
        self.sources = states

    async def write_uses_down(self) -> None:
        """Note the month in which links were used, hourly, and forget what nobody uses."""
        while True:
            await asyncio.sleep(USES_SECONDS)
            try:
                await self.flush_uses()
                await plans.forget_unused(self.database, now=self.now())
                self.kept = await plans.count_kept(self.database)
            except StorageError:
                log.warning("uses.not_written")

    async def flush_uses(self) -> None:
        while self.used:
            secret, kind = self.used.popitem()
            with contextlib.suppress(LinkGone):  # revoked since
                await plans.note_use(self.database, secret, kind, now=self.now())

    async def follow(self) -> None:
        """Poll the version for ever; while the database is away the last catalogue serves on."""
        while True:
            await asyncio.sleep(POLL_SECONDS)
            try:
                await self.load()
            except StorageError:
                log.warning("catalogue.not_reloaded")

    async def look_ahead(self) -> None:
        """Make ready for ever what the next moment needs, also while a new catalogue is made."""
        while True:
            await asyncio.to_thread(self.catalogue.look_ahead, now=self.now())
            await asyncio.sleep(POLL_SECONDS)


async def make_catalogue(
    database: Database,
    snapshot: Path | None,
    order: Sequence[str],
    *,
    now: Callable[[], dt.datetime],
) -> Catalogue:
    """Make the newest published catalogue, in a thread; *order* is the precedence of sources."""
    async with database.read() as reader:
        unheard = unheard_of(await source_states(reader), now=now())
        builder = CatalogueBuilder(snapshot, precedence=order, unheard=unheard)
        newest, stamp = await version(reader), str(await published_at(reader))
        async for meetings in meetings_in_batches(reader):
            await asyncio.to_thread(builder.add, meetings)
    return await asyncio.to_thread(builder.built, version=newest, stamp=stamp, now=now())


def _shown(catalogue: Catalogue) -> _Moment:
    return catalogue.version, catalogue.stamp, catalogue.precedence, catalogue.unheard_sources


def service(request: Request) -> Service:
    """Return the running service: the one reader of the untyped `app.state`."""
    running: Service = request.app.state.service
    return running
