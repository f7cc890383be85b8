"""`openchair serve`: the web service, and the refreshing of its sources in the background."""

import asyncio
import contextlib
import datetime as dt
import socket
from functools import partial

import uvicorn
from starlette.types import ASGIApp

from importers._sources import load_sources
from meetings.errors import MeetingsError
from meetings.settings import Settings
from meetings.storage.sources import SourceState, source_states
from web.app import create_app
from web.cli.importing import refresh_source, sentence
from web.cli.opening import console, open_service
from web.service import Service, Site

LOOK_FOR_WORK_SECONDS = 60
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
    )
    background = [Service.follow]
    if is_refreshing:
        background.append(partial(keep_fresh, settings))
    console.print(f"Open Chair is at {address(listening)}")
    run(create_app(partial(open_service, settings, site), background=background), listening)


def run(app: ASGIApp, listening: socket.socket) -> None:
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,  # it would print what people search for
        server_header=False,
        timeout_graceful_shutdown=STOP_WITHIN_SECONDS,
    )
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


async def keep_fresh(settings: Settings, running: Service) -> None:
    """Refresh each enabled source when its interval has passed, one at a time, for ever."""
    while True:
        async with running.database.read() as reader:
            states = {state.id: state for state in await source_states(reader)}
        for source in load_sources(settings.data_dir):
            if source.enabled and _is_due(states.get(source.id), source.every, running.now()):
                report = await refresh_source(running.database, running.places, source, settings)
                console.print(sentence(report))
        await asyncio.sleep(LOOK_FOR_WORK_SECONDS)


def _is_due(state: SourceState | None, every: dt.timedelta, now: dt.datetime) -> bool:
    return state is None or state.last_tried_at is None or state.last_tried_at + every <= now
