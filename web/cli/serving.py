"""`openchair serve`: the web service, and the refreshing of its sources in the background."""

import gc
import signal
import socket
import sys
from collections.abc import Sequence
from functools import partial
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from meetings.errors import MeetingsError
from meetings.settings import Settings
from meetings.storage.one_writer import old_library
from web.app import BACKGROUND, create_app
from web.cli.apart import make_snapshot
from web.cli.keeping_fresh import keep_fresh
from web.cli.opening import console, open_service, sources_told
from web.connections import BACKLOG, GuardedProtocol
from web.logs import set_up
from web.metrics import Measurements, metrics_served
from web.service import Site
from web.tiles import Tiles

PORTS_TRIED = 20
# After so long a thread that computes lets go of the interpreter, which an answer waits for after
# each file that it reads; Python's own 0.005 make that 0.1 s.
SWITCH_SECONDS = 0.0005
STOP_WITHIN_SECONDS = 20  # and up to five more for what runs beside the requests


def serve(settings: Settings, *, host: str, port: int, is_refreshing: bool) -> None:
    """Serve until interrupted."""
    set_up(settings.log_format)
    listening = free_port(host, port)
    if not settings.base_url:
        console.print(
            "OPENCHAIR_BASE_URL is not set: links and QR codes point to localhost,"
            " and the buttons that subscribe are hidden."
        )
    if settings.database_url.startswith("sqlite") and (said := old_library()):
        console.print(said, markup=False, soft_wrap=True)
    site = Site(
        base_url=settings.base_url or address(listening),
        is_public=bool(settings.base_url),
        uid_host=settings.uid_host,
        contact=settings.contact,
        geocoder_host=settings.place_geocoder_host,
        tiles=Tiles(url=settings.tile_url, attribution=settings.tile_attribution)
        if settings.tile_url
        else None,
    )
    background = [*BACKGROUND]
    if is_refreshing:
        background.append(partial(keep_fresh, settings))
    console.print(f"Open Chair is at {address(listening)}")
    opened = partial(
        open_service, settings, site, sources=sources_told(settings), make_snapshot=make_snapshot
    )
    measured = Measurements()
    app = create_app(opened, background=background, measured=measured)
    with metrics_served(measured, settings.metrics):
        run(app, listening, trusted_proxies=settings.trusted_proxies)


class Server(uvicorn.Server):
    """uvicorn's server, which a second signal of any kind stops at once."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.force_exit = self.should_exit
        super().handle_exit(sig, frame)


def run(app: ASGIApp, listening: socket.socket, *, trusted_proxies: Sequence[str] = ()) -> None:
    """Serve until a signal; then finish what was asked, and exit with 0."""
    config = uvicorn.Config(
        app,
        http=GuardedProtocol,
        ws="none",
        log_config=None,  # web.logs writes, and what it says names nobody
        log_level="warning",
        access_log=False,  # it would print what people search for
        server_header=False,
        backlog=BACKLOG,
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=[*trusted_proxies],
        timeout_graceful_shutdown=STOP_WITHIN_SECONDS,
    )
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.freeze()  # what was imported stays: looking through it would stall a request for 0.1 s
    for number in (signal.SIGTERM, signal.SIGINT):  # uvicorn raises them again after its own stop
        signal.signal(number, _exit)
    Server(config).run(sockets=[listening])


def _exit(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - signal calls it so
    sys.exit(0)


def free_port(host: str, port: int) -> socket.socket:
    """Return a socket that listens on *port*, or on the next one that is free."""
    for candidate in range(port, port + PORTS_TRIED):
        try:
            return socket.create_server((host, candidate))
        except OSError:
            console.print(f"Port {candidate} is in use, trying the next.")
    raise MeetingsError(f"no port from {port} to {port + PORTS_TRIED - 1} is free")


def address(listening: socket.socket) -> str:
    return f"http://localhost:{listening.getsockname()[1]}"
