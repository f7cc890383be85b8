"""
What a calendar's poll of a plan costs: `python -m tests.bench.plan_polls`, by CPU of the process.

An unchanged plan of five meetings, asked for again at once (answered from memory) and after the
time in which its link need not be looked at again, as an hourly poll is.
"""

import asyncio
import datetime as dt
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
from asgi_lifespan import LifespanManager
from starlette.types import ASGIApp, Message

from meetings import plans
from meetings.plan import Chosen, Plan
from tests.make import NOON, a_meeting
from tests.test_web_service import opened
from web.app import create_app
from web.service import Service

POLLS = 500
HOUR = dt.timedelta(hours=1)


async def measure(folder: Path) -> dict[str, float]:
    """Return polls a CPU second."""
    clock, made = [NOON], dict[str, str]()

    @asynccontextmanager
    async def running() -> AsyncIterator[Service]:
        async with opened(folder, [a_meeting(id=f"t:{n}") for n in range(40)]) as service:
            service.now = lambda: clock[0]
            plan = Plan(chosen=tuple(Chosen(number=n) for n in range(1, 6)))
            kept = await plans.make_plan(service.database, plan, now=NOON)
            kept = await plans.make_calendar(service.database, kept, now=NOON)
            made["path"] = f"/c/{kept.plan.calendars[0]}/calendar.ics"
            yield service

    async with LifespanManager(create_app(running, background=())) as manager:
        transport = httpx2.ASGITransport(manager.app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://t") as client:
            etag = (await client.get(made["path"])).headers["etag"]
        found = {}
        for name, step in (("from memory", dt.timedelta(0)), ("looked up, as hourly", HOUR / 60)):
            began = time.process_time()
            for _ in range(POLLS):
                clock[0] += step
                if await _poll(manager.app, made["path"], etag) != 304:
                    raise SystemExit("the feed of an unchanged plan changed")
            found[name] = POLLS / (time.process_time() - began)
    return found


async def _poll(app: ASGIApp, path: str, etag: str) -> int:
    statuses: list[int] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"t"), (b"if-none-match", etag.encode())],
        "client": ("127.0.0.1", 1),
        "server": ("t", 80),
    }
    await app(scope, receive, send)
    return statuses[0]


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        for what, rate in asyncio.run(measure(Path(name))).items():
            sys.stdout.write(f"a plan's unchanged feed, {what:<24} {rate:8,.0f} a CPU second\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
