"""`openchair serve`: the web service, and the refreshing of its sources in the background."""

import contextlib
import gc
import socket
from functools import partial

import uvicorn
from starlette.types import ASGIApp

from importers._source import Source
from importers._sources import load_sources
from meetings.errors import MeetingsError, SettingsError
from meetings.settings import Settings
from web.app import BACKGROUND, create_app
from web.cli.keeping_fresh import keep_fresh
from web.cli.opening import console, open_service
from web.service import Site

PORTS_TRIED = 20
STOP_WITHIN_SECONDS = 20


def serve(settings: Settings, *, host: str, port: int, is_refreshing: bool) -> None:
    """Serve until interrupted."""
    listening = free_port(host, port)
    if not settings.base_url:
        console.print(
            "OPENCHAIR_BASE_URL is not set: links and QR codes point to localhost,"
            " and the buttons that subscribe are hidden."
        )
    site = Site(
        base_url=settings.base_url or address(listening),
        is_public=bool(settings.base_url),
        uid_host=settings.uid_host,
        contact=settings.contact,
    )
    background = [*BACKGROUND]
    if is_refreshing:
        background.append(partial(keep_fresh, settings))
    console.print(f"Open Chair is at {address(listening)}")
    opened = partial(open_service, settings, site, sources=_sources(settings))
    run(create_app(opened, background=background), listening)


def run(app: ASGIApp, listening: socket.socket) -> None:
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,  # it would print what people search for
        server_header=False,
        timeout_graceful_shutdown=STOP_WITHIN_SECONDS,
    )
    gc.freeze()  # what was imported stays: looking through it would stall a request for 0.1 s
    with contextlib.suppress(KeyboardInterrupt):  # uvicorn raises it again after its own stop
        uvicorn.Server(config).run(sockets=[listening])


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


def _sources(settings: Settings) -> list[Source]:
    """Return the sources; a broken file of the operator's takes the lists' particulars, no more."""
    try:
        return load_sources(settings.data_dir)
    except SettingsError as problem:
        console.print(f"{problem}; what is listed already is served", markup=False)
        return []
