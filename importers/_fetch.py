"""The polite, bounded download of what a publisher offers."""

import asyncio
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urljoin

import httpx2

from importers._limits import (
    LARGEST_PAYLOAD_BYTES,
    MOST_REDIRECTS,
    PAUSE_SECONDS,
    READ_TIMEOUT_SECONDS,
    REQUEST_DEADLINE_SECONDS,
)
from importers._links import host, web_link
from importers._source import Get
from meetings.errors import FetchFailed

_REDIRECTS = (301, 302, 303, 307, 308)


@asynccontextmanager
async def open_get(
    *,
    contact: str = "",
    deadline_seconds: float = REQUEST_DEADLINE_SECONDS,
    pause_seconds: float = PAUSE_SECONDS,
    largest_bytes: int = LARGEST_PAYLOAD_BYTES,
    transport: httpx2.AsyncBaseTransport | None = None,
) -> AsyncIterator[Get]:
    """
    Open a `get(url) -> bytes` for importers: one request at a time, a pause between two.

    *contact* goes into the User-Agent, so that a publisher can write to the operator.
    `get` raises FetchFailed for everything but a complete answer with status 200.
    """
    lock = asyncio.Lock()
    is_first = True

    async with _client(contact, transport) as client:

        async def get(url: str) -> bytes:
            nonlocal is_first
            async with lock:
                if not is_first:
                    await asyncio.sleep(pause_seconds)
                is_first = False
                return await _within(deadline_seconds, client, url, largest_bytes)

        yield get


def _client(contact: str, transport: httpx2.AsyncBaseTransport | None) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(
        headers={
            "User-Agent": f"OpenChair/0.1 (+{contact})" if contact else "OpenChair/0.1",
            "Accept-Encoding": "gzip",
        },
        follow_redirects=False,
        timeout=READ_TIMEOUT_SECONDS,
        transport=transport,
        trust_env=False,  # no proxy or password of the environment (reliability.md 3.1)
    )


async def _within(
    deadline_seconds: float, client: httpx2.AsyncClient, url: str, largest_bytes: int
) -> bytes:
    try:
        async with asyncio.timeout(deadline_seconds):
            return await _follow(client, url, largest_bytes)
    except TimeoutError as problem:
        raise FetchFailed(
            f"{host(url)} did not answer completely within {deadline_seconds:g} s"
        ) from problem
    except (httpx2.HTTPError, httpx2.InvalidURL, zlib.error) as problem:
        raise FetchFailed(f"{host(url)} could not be read: {type(problem).__name__}") from problem


async def _follow(client: httpx2.AsyncClient, url: str, largest_bytes: int) -> bytes:
    for _ in range(MOST_REDIRECTS + 1):
        if not web_link(url) or not url.startswith(("https://", "http://")):
            raise FetchFailed("the address of the list is no http or https link")
        async with client.stream("GET", url) as response:
            if response.status_code not in _REDIRECTS:
                return await _body(response, largest_bytes)
            url = _target(url, response.headers.get("Location", ""))
    raise FetchFailed(f"{host(url)} redirects more than {MOST_REDIRECTS} times")


def _target(url: str, location: str) -> str:
    if not location:
        raise FetchFailed(f"{host(url)} redirects to nowhere")
    target = urljoin(url, location)
    if url.startswith("https:") and not target.startswith("https:"):
        raise FetchFailed(f"{host(url)} redirects from https to an unprotected address")
    return target


async def _body(response: httpx2.Response, largest_bytes: int) -> bytes:
    server = response.url.host
    if response.status_code != 200:
        raise FetchFailed(f"{server} answered with status {response.status_code}")
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip"):
        raise FetchFailed(f"{server} packs its answer otherwise than by gzip")
    unpacker = zlib.decompressobj(31) if encoding == "gzip" else None
    body = bytearray()
    async for chunk in response.aiter_raw():
        # Unpacked here under the limit: the library's own unpacking has none, and a bomb of
        # 1 MB makes 1 GB of it (reliability.md 3.4).
        room = largest_bytes + 1 - len(body)
        body += unpacker.decompress(chunk, room) if unpacker else chunk
        if len(body) > largest_bytes:
            raise FetchFailed(f"{server} sends more than {largest_bytes} bytes")
    if unpacker is not None and not unpacker.eof:
        raise FetchFailed(f"{server} sent an answer that is cut off")
    return bytes(body)
