"""
An end to connections that wait for ever or send too much: uvicorn has none (reliability.md 10).

A request that comes in one piece, as nearly all do, never arms a timer.
"""

import asyncio
import sys
from collections.abc import Iterable
from enum import Enum, auto
from typing import Any

from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

if sys.platform != "win32":
    import resource

HEAD_SECONDS = 5.0  # from the connection, or its next request, to the end of the headers
BODY_SECONDS = 10.0  # and one second more for each of the next
BODY_BYTES_A_SECOND = 8_192
LINGER_SECONDS = 2.0  # in which a client that was refused may read why, while it still sends
TAKE_SECONDS = 30.0  # without taking a byte of what it asked for
HEAD_BYTES_MOST = 32_768
URL_BYTES_MOST = 8_192
BACKLOG = 128  # connections accepted in one go, before any can be ended again
OTHER_FILES = 96  # database, snapshots, templates, downloads
CONNECTIONS_MOST = 10_000
EVICTED_AT_ONCE = 0.1  # of the connections, so that looking for them stays cheap


class Phase(Enum):
    """How far the request of a connection has come."""

    HEAD = auto()
    BODY = auto()
    WHOLE = auto()


class GuardedProtocol(HttpToolsProtocol):
    """uvicorn's protocol with an end to waiting, to headers, and to the number of connections."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.phase = Phase.HEAD
        self.since = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._taking: asyncio.TimerHandle | None = None
        self._answering: RequestResponseCycle | None = None
        self._head_bytes = self._body_bytes = 0

    @property
    def is_waiting(self) -> bool:
        """Whether it is the client's turn: an ended connection costs nobody an answer."""
        answered = self.cycle is None or self.cycle.response_complete
        return self.phase is not Phase.WHOLE or answered

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's own
        super().connection_made(transport)
        self.since = self.loop.time()
        self._arm(HEAD_SECONDS)
        if len(self.connections) > _connections_most():
            make_room(self.connections)

    def connection_lost(self, exc: Exception | None) -> None:
        self._disarm()
        self._take_done()
        if self._answering is not None:
            self._answering.disconnected = True  # uvicorn tells only the last of several requests
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.transport.is_closing() or self.phase is Phase.WHOLE:
            self._disarm()
        elif self.phase is Phase.BODY:
            self._watch_body(len(data))
        else:
            self._watch_head(len(data))

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.phase = Phase.HEAD
        self.since = self.loop.time()
        self._head_bytes = self._body_bytes = 0
        self._disarm()

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > URL_BYTES_MOST:
            self._refuse(414)

    def on_headers_complete(self) -> None:
        self.phase = Phase.BODY
        if sum(len(name) + len(value) for name, value in self.headers) > HEAD_BYTES_MOST:
            self._refuse(431)
        if not self.transport.is_closing():
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if not self.transport.is_closing():
            super().on_body(body)

    def on_message_complete(self) -> None:
        self.phase = Phase.WHOLE
        if not self.transport.is_closing():
            super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.transport.is_closing() or not self.cycle.response_complete:
            return
        self.since = self.loop.time()
        if self.phase is Phase.WHOLE:
            self.phase, self._head_bytes = Phase.HEAD, 0  # of the next request, if there is one
        else:
            # answered before it was read, such as 413: what still comes is thrown away
            self._unset_keepalive_if_required()
            self._disarm()
            self._arm(LINGER_SECONDS)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._taking = self.loop.call_later(TAKE_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._take_done()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._answering = cycle
        super()._start_asgi_task(cycle, app)

    def _watch_head(self, received: int) -> None:
        self._head_bytes += received
        if self._head_bytes > HEAD_BYTES_MOST:
            self._refuse(431)
        elif self._timer is None:
            self._arm(HEAD_SECONDS)

    def _watch_body(self, received: int) -> None:
        if self.cycle.response_complete:
            return  # lingering
        self._body_bytes += received
        allowed = BODY_SECONDS + self._body_bytes / BODY_BYTES_A_SECOND
        self._disarm()
        self._arm(max(0.0, self.since + allowed - self.loop.time()))

    def _refuse(self, status: int) -> None:
        if self.transport.is_closing():
            return
        self.transport.write(
            STATUS_LINE[status] + b"content-length: 0\r\nconnection: close\r\n\r\n"
        )
        self.transport.close()

    def _arm(self, seconds: float) -> None:
        self._timer = self.loop.call_later(seconds, self.transport.abort)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _take_done(self) -> None:
        if self._taking is not None:
            self._taking.cancel()
            self._taking = None


def make_room(connections: Iterable[Any]) -> None:
    """End the connections that wait longest for their client; a request being answered stays."""
    guarded = [
        each
        for each in connections
        if isinstance(each, GuardedProtocol) and not each.transport.is_closing()
    ]
    waiting = sorted((each for each in guarded if each.is_waiting), key=lambda each: each.since)
    surplus = len(guarded) - _connections_most()
    for each in waiting[: max(surplus, int(len(guarded) * EVICTED_AT_ONCE))]:
        each.transport.abort()


def _connections_most() -> int:
    """Return how many connections the limit of open files leaves room for."""
    if sys.platform == "win32":
        return CONNECTIONS_MOST
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(16, min(CONNECTIONS_MOST, files - OTHER_FILES))
