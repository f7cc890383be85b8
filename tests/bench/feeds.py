"""
What a feed costs: 304 and kept bytes beside constants of the same app, and events built.

    python -m tests.bench.feeds [--rounds 5] [--requests 4000] [--meetings 3000]

One worker with uvloop and httptools in a process of its own; requests per second of its CPU time;
interleaved rounds, medians. The requests come over one connection at a time, as many wait in it
as fit, so that the server never waits for the client.
"""

import argparse
import multiprocessing
import os
import random
import socket
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

import uvicorn
from geopy.geocoders.base import Geocoder
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from meetings import calendars
from meetings.model import Meeting
from meetings.storage.database import open_database
from meetings.storage.migrate import migrate
from tests.feeds import ENTRIES, HORIZON_ON, LOOK
from tests.make import NOON
from tests.serving import publish
from web import app as web_app
from web.service import Service, Site

SEED = 5
IN_FLIGHT = 50
FEED_OF = 12  # meetings: about the 13 kB of speed.md
MUST = {"304": 0.8, "kept": 0.5, "built": 1_500}
ONE = "/meetings/1/calendar.ics"
MANY = "/list/calendar.ics?meetings=" + ",".join(str(n) for n in range(1, FEED_OF + 1))


def main() -> None:
    options = read_options()
    meetings = invented(options.meetings)
    body = calendars.feed(meetings[:FEED_OF], LOOK, horizon_on=HORIZON_ON)
    built = events_per_second(meetings[:600])
    with tempfile.TemporaryDirectory() as folder:
        listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        ours, theirs = multiprocessing.Pipe()
        server = multiprocessing.get_context("fork").Process(
            target=serve, args=(listening, theirs, Path(folder), meetings, len(body)), daemon=True
        )
        server.start()
        try:
            rates = measure(listening.getsockname()[1], ours, options.rounds, options.requests)
        finally:
            server.terminate()
            server.join()
    print_rates(rates, built, options, len(body))


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=4_000)
    parser.add_argument("--meetings", type=int, default=3_000)
    return parser.parse_args()


def invented(count: int) -> list[Meeting]:
    """Return meetings of every kind the tests know, mixed by a seed."""
    kinds = list(ENTRIES.values())[:3]
    chance = random.Random(SEED)
    return [
        replace(chance.choice(kinds), id=f"t:{number}", number=number, name=f"Group {number}")
        for number in range(1, count + 1)
    ]


def events_per_second(meetings: Sequence[Meeting], rounds: int = 5) -> float:
    """Return the VEVENTs made in a second of CPU time, through the icalendar library."""
    rates = []
    for _ in range(rounds):
        begin = time.process_time()
        for meeting in meetings:
            calendars.events(meeting, LOOK, horizon_on=HORIZON_ON)
        rates.append(len(meetings) / (time.process_time() - begin))
    return statistics.median(rates)


def serve(
    listening: socket.socket,
    asked: Connection,
    folder: Path,
    meetings: Sequence[Meeting],
    body_bytes: int,
) -> None:
    """Serve the real application with two constants in its list of routes."""
    constants = {"/constant/small": b"x" * 200, "/constant/large": b"x" * body_bytes}

    async def constant(request: Request) -> Response:
        return Response(constants[request.scope["path"]], media_type="text/plain")

    async def cpu(_: Request) -> Response:
        asked.send(time.process_time())
        return Response(status_code=204)

    @asynccontextmanager
    async def opened() -> AsyncIterator[Service]:
        url = f"sqlite+aiosqlite:///{folder / 'bench.db'}"
        await migrate(url)
        async with open_database(url) as database:
            await publish(database, meetings)
            yield Service(
                site=Site(base_url=LOOK.base_url, is_public=True, uid_host=LOOK.uid_host),
                database=database,
                places=None,  # type: ignore[arg-type] # no request of the bench asks for a place
                geocoder=Geocoder(),
                now=lambda: NOON,
            )

    # The constants stand where the feeds do: a later route costs a little more.
    at = next(i for i, route in enumerate(web_app.ROUTES) if route.path.endswith(".ics"))
    web_app.ROUTES[at:at] = [
        Route("/constant/{size}", constant),
        Route("/cpu", cpu),
    ]
    app = web_app.create_app(opened, background=())
    uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False)).run([listening])


def measure(port: int, asked: Connection, rounds: int, requests: int) -> dict[str, list[float]]:
    """Return the requests per CPU second of each kind, round by round."""
    wait_for(port)
    etag = header(port, ONE, "etag")
    kinds = {
        "constant 200 bytes": request_of("/constant/small"),
        "304": request_of(ONE, f"If-None-Match: {etag}"),
        "constant of the feed's size": request_of("/constant/large"),
        "kept": request_of(MANY),
    }
    rates: dict[str, list[float]] = {name: [] for name in kinds}
    for name in kinds:
        ask(port, kinds[name], 200)  # warm
    for _ in range(rounds):
        for name, request in kinds.items():
            begin = cpu_seconds(port, asked)
            ask(port, request, requests)
            rates[name].append(requests / (cpu_seconds(port, asked) - begin))
    return rates


def request_of(path: str, *headers: str) -> bytes:
    lines = (f"GET {path} HTTP/1.1", "Host: localhost", *headers)
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def ask(port: int, request: bytes, count: int) -> None:
    """Send *count* requests over one connection, many at a time, and read every answer."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        length = len(answer(connection, request))
        for first in range(0, count, IN_FLIGHT):
            many = min(IN_FLIGHT, count - first)
            connection.sendall(request * many)
            read_exactly(connection, length * many)


def answer(connection: socket.socket, request: bytes) -> bytes:
    """Return one whole answer, head and body."""
    connection.sendall(request)
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    length = next(
        (
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.startswith(b"content-le")
        ),
        0,
    )
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def read_exactly(connection: socket.socket, count: int) -> None:
    while count > 0:
        count -= len(connection.recv(min(count, 1 << 20)))


def header(port: int, path: str, name: str) -> str:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        head = answer(connection, request_of(path)).partition(b"\r\n\r\n")[0].decode()
    found = (line.partition(": ")[2] for line in head.split("\r\n") if line.startswith(name))
    return next(found)


def cpu_seconds(port: int, asked: Connection) -> float:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        answer(connection, request_of("/cpu"))
    seconds: float = asked.recv()
    return seconds


def wait_for(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        answer(connection, request_of("/livez"))


def print_rates(
    rates: dict[str, list[float]], built: float, options: argparse.Namespace, size: int
) -> None:
    median = {name: statistics.median(found) for name, found in rates.items()}
    ratios = {
        "304": median["304"] / median["constant 200 bytes"],
        "kept": median["kept"] / median["constant of the feed's size"],
    }
    said = (
        f"{options.meetings} meetings, seed {SEED}, {options.rounds} rounds of"
        f" {options.requests} requests, a feed of {size} bytes, {os.cpu_count()} cores"
    )
    lines = [said]
    lines += [f"{name:<28} {rate:>9,.0f} requests per CPU second" for name, rate in median.items()]
    lines += [
        f"304 / constant 200 bytes     {ratios['304']:>9.2f}  must {MUST['304']}",
        f"kept / constant of its size  {ratios['kept']:>9.2f}  must {MUST['kept']}",
        f"events built per CPU second  {built:>9,.0f}  must {MUST['built']:,.0f}",
    ]
    print("\n".join(lines))  # noqa: T201 - that is what it is for


if __name__ == "__main__":
    main()
