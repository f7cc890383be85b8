"""The guarded, polite download of what a publisher offers (reliability.md 3)."""

import asyncio
import logging
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path

import httpx2

from importers._exchange import BadStatus, Exchange, Permit
from importers._limits import (
    BACK_OFF_SECONDS,
    LARGEST_PAYLOAD_BYTES,
    LARGEST_WIRE_BYTES,
    LONGEST_WAIT,
    MOST_TRIES,
    PAUSE_SECONDS,
    READ_TIMEOUT_SECONDS,
    REQUEST_DEADLINE_SECONDS,
)
from importers._links import host
from importers._retry import TryLater, back_off_seconds
from importers._robots import LARGEST_ROBOTS_BYTES, PROGRAM, Robots
from importers._source import Get
from importers._transport import GuardedTransport
from importers._unpacking import Sizes
from importers._validators import KeptAnswers
from meetings.errors import FetchFailed

_VERSION = "0.1"


@asynccontextmanager
async def open_get(
    *,
    contact: str = "",
    deadline_seconds: float = REQUEST_DEADLINE_SECONDS,
    pause_seconds: float = PAUSE_SECONDS,
    first_back_off_seconds: float = BACK_OFF_SECONDS,
    largest_bytes: int = LARGEST_PAYLOAD_BYTES,
    largest_wire_bytes: int = LARGEST_WIRE_BYTES,
    keep_in: Path | None = None,
    obey_robots: bool = False,
    allow: Collection[str] = (),
    transport: httpx2.AsyncBaseTransport | None = None,
) -> AsyncIterator[Get]:
    """
    Open a `get(url) -> bytes` for importers: one request at a time, a pause between two.

    `get` raises FetchFailed for everything but a complete answer with status 200. A publisher
    that says "not modified" confirms its list: `get` returns the bytes it sent before.

    Args:
        contact: goes into the User-Agent, so that a publisher can write to the operator.
        deadline_seconds: for one request, its redirects and its whole answer included.
        largest_bytes: of an answer, unpacked; *largest_wire_bytes* as it is sent.
        keep_in: a folder for answers that have an ETag or a date; None asks anew each time.
        obey_robots: read robots.txt first; for pages that are made for people, not programs.
        allow: "address:port" that may be asked though it is not public; for tests only.
        transport: connects; by default the guarded one.
    """
    if transport is None:
        certificates = await asyncio.to_thread(httpx2.create_ssl_context, trust_env=False)
        transport = GuardedTransport(allow=allow, certificates=certificates)
    async with _client(contact, transport) as client:
        queue = _Queue(
            exchange=Exchange(
                client=client,
                sizes=Sizes(largest_wire_bytes=largest_wire_bytes, largest_bytes=largest_bytes),
                kept=KeptAnswers(keep_in) if keep_in else None,
            ),
            robots_exchange=Exchange(
                client=client,
                sizes=Sizes(
                    largest_wire_bytes=LARGEST_ROBOTS_BYTES, largest_bytes=LARGEST_ROBOTS_BYTES
                ),
            ),
            deadline_seconds=deadline_seconds,
            pause_seconds=pause_seconds,
            first_back_off_seconds=first_back_off_seconds,
            obey_robots=obey_robots,
        )
        yield queue.get


def _client(contact: str, transport: httpx2.AsyncBaseTransport) -> httpx2.AsyncClient:
    logging.getLogger("httpx2").setLevel(logging.WARNING)  # at INFO it prints whole addresses
    return httpx2.AsyncClient(
        headers={"User-Agent": _user_agent(contact), "Accept-Encoding": "gzip"},
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),  # none is kept, none is sent
        follow_redirects=False,
        timeout=READ_TIMEOUT_SECONDS,
        transport=transport,
        trust_env=False,  # no proxy or password of the environment (reliability.md 3.1)
    )


def _user_agent(contact: str) -> str:
    sendable = "".join(c for c in contact if c.isascii() and c.isprintable()).strip()
    return f"{PROGRAM}/{_VERSION} (+{sendable})" if sendable else f"{PROGRAM}/{_VERSION}"


@dataclass(slots=True, kw_only=True)
class _Queue:
    """The requests of one run: one at a time, with pauses, and tried again where it helps."""

    exchange: Exchange
    robots_exchange: Exchange
    deadline_seconds: float
    pause_seconds: float
    first_back_off_seconds: float
    obey_robots: bool
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _ended_at: float | None = None  # of the last request, by the clock of the event loop
    _robots: Robots = field(init=False)

    def __post_init__(self) -> None:
        self._robots = Robots(self._robots_txt)

    async def get(self, url: str) -> bytes:
        async with self._lock:
            for tried in range(1, MOST_TRIES):
                try:
                    return await self._try(url)
                except TryLater as problem:
                    if problem.after is not None and problem.after > LONGEST_WAIT:
                        raise
                    asked_seconds = problem.after.total_seconds() if problem.after else 0.0
                except _Unreached:
                    asked_seconds = 0.0
                back_off = back_off_seconds(tried, first_seconds=self.first_back_off_seconds)
                await asyncio.sleep(max(back_off, asked_seconds))
            return await self._try(url)

    async def _try(self, url: str) -> bytes:
        asked_seconds = await self._robots.pause_seconds(url) if self.obey_robots else 0.0
        await self._pause(max(self.pause_seconds, asked_seconds))
        permit = self._permitted if self.obey_robots else _everything
        return await self._within_deadline(self.exchange, url, permit)

    async def _permitted(self, url: str) -> None:
        """Ask again for each redirect: it may lead to what programs should not read."""
        await self._robots.pause_seconds(url)

    async def _robots_txt(self, url: str) -> bytes | None:
        await self._pause(self.pause_seconds)
        try:
            return await self._within_deadline(self.robots_exchange, url, _everything)
        except BadStatus as problem:
            if 400 <= problem.status < 500:  # RFC 9309, section 2.3.1.3
                return None
            raise

    async def _pause(self, seconds: float) -> None:
        if self._ended_at is not None:
            now = asyncio.get_running_loop().time()
            await asyncio.sleep(max(0.0, self._ended_at + seconds - now))

    async def _within_deadline(self, exchange: Exchange, url: str, permit: Permit) -> bytes:
        try:
            async with asyncio.timeout(self.deadline_seconds):
                return await exchange.ask(url, permit=permit)
        except TimeoutError as problem:
            raise FetchFailed(
                f"{host(url)} did not answer completely within {self.deadline_seconds:g} s"
            ) from problem
        except httpx2.TimeoutException as problem:
            raise FetchFailed(f"{host(url)} fell silent in the middle") from problem
        except httpx2.NetworkError as problem:
            if "CERTIFICATE_VERIFY_FAILED" in str(problem):
                raise FetchFailed(f"{host(url)} shows a certificate not to be trusted") from problem
            raise _Unreached(f"{host(url)} could not be reached, or hung up") from problem
        except (httpx2.HTTPError, httpx2.InvalidURL) as problem:
            kind = type(problem).__name__
            raise FetchFailed(f"{host(url)} could not be read: {kind}") from problem
        finally:
            self._ended_at = asyncio.get_running_loop().time()


class _Unreached(FetchFailed):
    """The network failed, which may pass in a second."""


async def _everything(_: str) -> None:
    """Permit whatever is asked."""
