"""
Venue addresses looked up by an operator's geocoder: Nominatim, Photon or Pelias.

Off unless OPENCHAIR_GEOCODER names one. It is asked by refreshes alone, about addresses of
venues; for what a visitor types there is another setting, see `web.cli.geocoding`. One question
a second, each only once for ever (the public Nominatim's policy, location.md 6.1). A refresh
uses the answers that are there and asks afterwards; the next one uses what came.
"""

import asyncio
import datetime as dt
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlsplit

import httpx2
from geopy.adapters import AdapterHTTPError, BaseAsyncAdapter
from geopy.exc import GeocoderParseError, GeocoderTimedOut, GeocoderUnavailable, GeopyError
from geopy.extra.rate_limiter import AsyncRateLimiter
from geopy.geocoders import get_geocoder_for_service
from geopy.geocoders.base import Geocoder

from importers._limits import (
    GEOCODER_PAUSE_SECONDS,
    GEOCODER_QUESTIONS_A_RUN,
    GEOCODER_TIMEOUT_SECONDS,
)
from meetings.errors import SettingsError
from meetings.model import Accuracy, Point, Venue
from meetings.storage.database import Database
from meetings.storage.geocoded import keep_answer

SERVICES = ("nominatim", "photon", "pelias")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Addresses:
    """The answers so far, as the ladder asks for them; what was asked in vain is *wanted*."""

    answers: Mapping[str, Point | None]
    wanted: dict[str, None] = field(default_factory=dict)  # in the order of the list

    def __call__(self, venue: Venue, country: str) -> tuple[Point | None, Accuracy | None]:
        address = address_of(venue, country)
        if not address:
            return None, None
        if address not in self.answers:
            self.wanted[address] = None
        point = self.answers.get(address)
        return (point, Accuracy.STREET) if point is not None else (None, None)


@dataclass(frozen=True, slots=True)
class GeocoderService:
    """An open geocoder. Make it with open_geocoder."""

    name: str
    geocode: AsyncRateLimiter
    pause_seconds: float

    async def ask(self, db: Database, addresses: Addresses, *, now: dt.datetime) -> int:
        """
        Ask about wanted addresses, a bounded number, and keep every answer.

        Returns how many were answered. A service that fails is left alone until the next run.
        """
        asked = 0
        for address in list(addresses.wanted)[:GEOCODER_QUESTIONS_A_RUN]:
            try:
                location = await self.geocode(address, timeout=GEOCODER_TIMEOUT_SECONDS)
            except GeopyError as problem:
                _log.warning(
                    "geocoder service=%s failed=%s answered=%d",
                    self.name,
                    type(problem).__name__,
                    asked,
                )
                break
            point = Point(location.latitude, location.longitude) if location else None
            async with db.write() as writer:
                await keep_answer(writer, address, point, service=self.name, on=now.date())
            asked += 1
        if asked:
            await asyncio.sleep(self.pause_seconds)  # the next list may ask at once
        return asked


@asynccontextmanager
async def open_geocoder(
    setting: str,
    *,
    contact: str = "",
    pause_seconds: float = GEOCODER_PAUSE_SECONDS,
    transport: httpx2.AsyncBaseTransport | None = None,
) -> AsyncIterator[GeocoderService | None]:
    """
    Open the geocoder of OPENCHAIR_GEOCODER: "nominatim", or "photon https://host/path"; "" is none.

    Raises:
        SettingsError: for another service, an address that is none, or Pelias without one.
    """
    if not setting:
        yield None
        return
    async with open_geopy(setting, contact=contact, transport=transport) as geocoder:
        # by itself the limiter swallows errors, retries at once, and logs what it asked
        yield GeocoderService(
            setting.partition(" ")[0],
            AsyncRateLimiter(
                geocoder.geocode,
                min_delay_seconds=pause_seconds,
                max_retries=0,
                swallow_exceptions=False,
            ),
            pause_seconds,
        )


@asynccontextmanager
async def open_geopy(
    setting: str, *, contact: str = "", transport: httpx2.AsyncBaseTransport | None = None
) -> AsyncIterator[Geocoder]:
    """Open the geocoder of geopy that "nominatim https://host/path" names, without a limit."""
    name, _, url = setting.partition(" ")
    agent = f"OpenChair/0.1 (+{contact})" if contact else "OpenChair/0.1"
    kind = get_geocoder_for_service(_checked(name, url.strip()))
    async with kind(
        **_domain(url.strip()),
        user_agent=agent,
        adapter_factory=lambda **_: _Adapter(transport),
    ) as geocoder:
        yield geocoder


def address_of(venue: Venue, country: str) -> str:
    """Return a venue's address as one asks for it, "" without a street and a town or code."""
    if not venue.street or not (venue.town or venue.postal_code):
        return ""
    region = f"{venue.region} {venue.postal_code}".strip()
    parts = (venue.street, venue.town, region, country or venue.country)
    return ", ".join(" ".join(part.split()) for part in parts if part).casefold()


def _checked(name: str, url: str) -> str:
    if name not in SERVICES:
        raise SettingsError(f"OPENCHAIR_GEOCODER must begin with {' or '.join(SERVICES)}")
    if url and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
        raise SettingsError("OPENCHAIR_GEOCODER needs an address such as https://host.example")
    if name == "pelias" and not url:
        raise SettingsError("OPENCHAIR_GEOCODER needs the address of the Pelias service")
    return name


def _domain(url: str) -> dict[str, str]:
    """Return an address as geopy takes it: a host with its path, and the scheme."""
    if not url:
        return {}
    parts = urlsplit(url)
    return {"domain": f"{parts.netloc}{parts.path}".rstrip("/"), "scheme": parts.scheme}


class _Adapter(BaseAsyncAdapter):  # type: ignore[misc]  # geopy carries no types
    """geopy's requests over httpx2: no redirects, no proxy or password of the environment."""

    def __init__(self, transport: httpx2.AsyncBaseTransport | None) -> None:
        super().__init__(proxies=None, ssl_context=None)
        self._client = httpx2.AsyncClient(
            follow_redirects=False, trust_env=False, transport=transport
        )

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(self, *problem: Any) -> None:
        await self._client.__aexit__(*problem)

    async def get_text(self, url: str, *, timeout: float, headers: dict[str, str]) -> str:  # noqa: ASYNC109  geopy's signature
        return (await self._get(url, timeout, headers)).text

    async def get_json(self, url: str, *, timeout: float, headers: dict[str, str]) -> Any:  # noqa: ASYNC109  geopy's signature
        answer = await self._get(url, timeout, headers)
        try:
            return answer.json()
        except ValueError as problem:
            raise GeocoderParseError("the answer is no JSON") from problem

    async def _get(self, url: str, seconds: float, headers: dict[str, str]) -> httpx2.Response:
        try:
            answer = await self._client.get(url, timeout=seconds, headers=headers)
        except httpx2.TimeoutException as problem:
            raise GeocoderTimedOut("no answer in time") from problem
        except httpx2.HTTPError as problem:
            raise GeocoderUnavailable(type(problem).__name__) from problem
        if answer.status_code != 200:
            raise AdapterHTTPError(
                f"status {answer.status_code}",
                status_code=answer.status_code,
                headers=answer.headers,
                text=answer.text,
            )
        return answer
