"""Bodies, read raw and unpacked under limits (reliability.md 3.3 and 3.4)."""

import asyncio
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx2

from importers._limits import MOST_UNPACKED_RATIO, UNPACKED_RATIO_FROM_BYTES
from meetings.errors import FetchFailed

_PIECE_BYTES = 256 * 1024  # unpacked in about a millisecond


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How large an answer may be."""

    largest_wire_bytes: int
    largest_bytes: int  # unpacked


async def body_of(response: httpx2.Response, sizes: Sizes) -> bytes:
    """
    Return the whole body. Raises FetchFailed if it is too large, cut off, or packed otherwise.

    The library's own unpacking has no limit: of a bomb of 1 MB it makes 1 GB, and it does not
    let go of the event loop meanwhile.
    """
    server = response.url.host
    _check_declared(response, sizes)
    body = bytearray()
    async for piece in _pieces(response, sizes):
        body += piece
        if len(body) > sizes.largest_bytes:
            raise _too_large(server, sizes.largest_bytes)
    return bytes(body)


async def beginning_of(response: httpx2.Response, *, most_bytes: int) -> bytes:
    """Return the first bytes of an error page; what cannot be read of it is left out."""
    sizes = Sizes(largest_wire_bytes=most_bytes, largest_bytes=most_bytes)
    body = bytearray()
    try:
        async for piece in _pieces(response, sizes):
            body += piece
            if len(body) >= most_bytes:
                break
    except (FetchFailed, httpx2.HTTPError):
        pass  # the status is the news; the page only adds words to it
    return bytes(body[:most_bytes])


def _check_declared(response: httpx2.Response, sizes: Sizes) -> None:
    """Refuse by the header alone what is too large, so that none of it is read."""
    declared = response.headers.get("Content-Length", "")
    if declared.isascii() and declared.isdecimal() and int(declared[:20]) > _wire_limit(sizes):
        raise _too_large(response.url.host, _wire_limit(sizes))


async def _pieces(response: httpx2.Response, sizes: Sizes) -> AsyncIterator[bytes]:
    """Yield the unpacked body in small pieces, letting others run in between."""
    server = response.url.host
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip"):
        raise FetchFailed(f"{server} packs its answer otherwise than by gzip")
    unpacker = zlib.decompressobj(31) if encoding == "gzip" else None
    received = unpacked = 0
    async for chunk in response.aiter_raw():
        received += len(chunk)
        if received > _wire_limit(sizes):
            raise _too_large(server, _wire_limit(sizes))
        if unpacker is None:
            yield chunk
            continue
        async for piece in _unpacked(unpacker, chunk, server):
            unpacked += len(piece)
            is_bomb = unpacked > MOST_UNPACKED_RATIO * max(received, UNPACKED_RATIO_FROM_BYTES)
            if is_bomb:
                raise FetchFailed(f"{server} sends a few bytes that unpack to far too many")
            yield piece
    if unpacker is not None and not unpacker.eof:
        raise FetchFailed(f"{server} sent an answer that is cut off")


def _too_large(server: str, most_bytes: int) -> FetchFailed:
    return FetchFailed(f"{server} sends more than {most_bytes} bytes")


def _wire_limit(sizes: Sizes) -> int:
    return min(sizes.largest_wire_bytes, sizes.largest_bytes)


async def _unpacked(
    unpacker: "zlib._Decompress", chunk: bytes, server: str
) -> AsyncIterator[bytes]:
    rest = chunk
    while rest:
        try:
            yield unpacker.decompress(rest, _PIECE_BYTES)
        except zlib.error as problem:
            raise FetchFailed(f"{server} sent a gzip answer that is damaged") from problem
        if unpacker.unused_data:
            raise FetchFailed(f"{server} sent something behind the end of its gzip answer")
        rest = unpacker.unconsumed_tail
        await asyncio.sleep(0)
