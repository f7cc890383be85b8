"""One question to a publisher: redirects followed by hand, and only a whole answer taken."""

import datetime as dt
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import httpx2

from importers._limits import MOST_REDIRECTS
from importers._links import host, web_link
from importers._refusals import MOST_ERROR_BYTES, challenge, error_in, refusal
from importers._retry import BUSY, TryLater, asked_wait
from importers._unpacking import Sizes, beginning_of, body_of
from importers._validators import KeptAnswers, Validators, validators_of
from meetings.errors import FetchFailed

_REDIRECTS = (301, 302, 303, 307, 308)
_FOR_GOOD = (301, 308)
_NOT_MODIFIED = 304

_log = logging.getLogger(__name__)

Permit = Callable[[str], Awaitable[None]]  # raises FetchFailed for what must not be read


class BadStatus(FetchFailed):
    """An answer came with a status that says no."""

    def __init__(self, message: str, *, status: int) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """How questions are put: over *client*, within *sizes*, with what was *kept* before."""

    client: httpx2.AsyncClient
    sizes: Sizes
    kept: KeptAnswers | None = None

    async def ask(self, url: str, *, permit: Permit) -> bytes:
        """Return the answer at *url*. Raises FetchFailed, and what the client raises."""
        for _ in range(MOST_REDIRECTS + 1):
            if not url.lower().startswith(("https://", "http://")) or not web_link(url):
                raise FetchFailed("the address of the list is no http or https link")
            await permit(url)
            sent = await self.kept.validators(url) if self.kept else Validators()
            async with self.client.stream("GET", url, headers=sent.as_headers()) as response:
                if response.status_code not in _REDIRECTS:
                    return await self._answer(response, url, sent)
                target = _target(url, response.headers.get("Location", ""))
                if response.status_code in _FOR_GOOD:
                    # a person changes sources.toml; nothing is stored (reliability.md 3.2)
                    _log.warning("fetch.moved_for_good from=%s to=%s", _named(url), _named(target))
                url = target
        raise FetchFailed(f"{host(url)} redirects more than {MOST_REDIRECTS} times")

    async def _answer(self, response: httpx2.Response, url: str, sent: Validators) -> bytes:
        if response.status_code == _NOT_MODIFIED:
            return await self._unchanged(url, sent)
        if response.status_code != 200:
            raise await _refused(response)
        body = await body_of(response, self.sizes)
        problem = challenge(host(url), response.headers, body) or error_in(host(url), body)
        if problem:
            raise FetchFailed(problem)
        if self.kept:
            await self.kept.keep(url, validators_of(response.headers), body)
        return body

    async def _unchanged(self, url: str, sent: Validators) -> bytes:
        body = await self.kept.body(url) if self.kept and sent else None
        if body is None:  # the next run asks without validators, so nothing stays broken
            raise FetchFailed(f"{host(url)} says that nothing changed, and there is no kept list")
        return body


async def _refused(response: httpx2.Response) -> FetchFailed:
    server, status = response.url.host, response.status_code
    beginning = await beginning_of(response, most_bytes=MOST_ERROR_BYTES)
    if problem := challenge(server, response.headers, beginning):
        return BadStatus(problem, status=status)
    message = refusal(server, status, beginning)
    if status not in BUSY:
        return BadStatus(message, status=status)
    now = dt.datetime.now(dt.UTC)
    return TryLater(message, after=asked_wait(response.headers.get("Retry-After", ""), now=now))


def _named(url: str) -> str:
    """Return an address without what may be a key."""
    parts = urlsplit(url)
    return f"{parts.hostname}{parts.path}"[:200]


def _target(url: str, location: str) -> str:
    if not location:
        raise FetchFailed(f"{host(url)} redirects to nowhere")
    if not location.isprintable():  # urljoin would take line ends out and go on
        raise FetchFailed(f"{host(url)} redirects to an address with control characters")
    try:
        target = urljoin(url, location)
    except ValueError as problem:
        raise FetchFailed(f"{host(url)} redirects to what is no address") from problem
    if url.startswith("https:") and not target.startswith("https:"):
        raise FetchFailed(f"{host(url)} redirects from https to an unprotected address")
    return target
