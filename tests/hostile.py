"""
The bad source of ../shared/tools as processes of their own: the server, and our client.

    python -m tests.hostile serve TOOL PORT          the tool's cases, until stopped
    python -m tests.hostile import TOOL PORT NAME    the importer NAME against each, as JSON
    python -m tests.hostile naive TOOL PORT          the bad twin: what everybody writes first

The client is a process of its own so that its memory and the stalls of its event loop are its
own too (reliability.md 14).
"""

import asyncio
import dataclasses
import gc
import importlib.util
import json
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
)
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2

from importers._fetch import open_get
from importers._refresh import refresh, refresh_failed
from importers._registry import get_importer
from importers._report import Report
from importers._source import Get, Importer, Payloads, Source
from meetings.errors import SourceError
from meetings.model import Meeting
from meetings.storage.database import Database, open_database
from meetings.storage.meetings import Baseline, baseline
from meetings.storage.migrate import migrate
from tests.make_lists import NO_PLACES, NOW
from tests.serving import serving
from tests.watched import Watched

Serve = Callable[[Any], Any]
DEADLINE_SECONDS = 5.0  # "tests 5 s" (reliability.md 3.3)
# These last until the deadline or through the back-off, so they run side by side.
WAITING = (
    *("slow-body", "slow-head", "silence", "stall", "endless-interim"),
    *("reset", "retry-after-junk"),
)
# What these do to a naive client, they do to the machine that runs the test.
NOT_FOR_A_NAIVE_CLIENT = (
    *("gzip-bomb", "gzip-bomb-json", "double-gzip", "zip-bomb", "gz-file-bomb", "endless-body"),
    *("declared-huge", "too-many-records", "redirect-bomb"),
)
# As BMLT the tool writes its record 0 with the id "m000", which no server has: they are numbers.
NUMBER_OF_RECORD_0 = "900000"


def tool(path: Path) -> ModuleType:
    """Return the tool as a module, whose BMLT has the point of each case too."""
    spec = importlib.util.spec_from_file_location("hostile_server", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    written = module.as_bmlt

    def as_bmlt(record: Any) -> Any:
        made = written(record)
        is_first = isinstance(made, dict) and made["id_bigint"] == "m000"
        return made | {"id_bigint": NUMBER_OF_RECORD_0} if is_first else made

    module.as_bmlt = as_bmlt  # type: ignore[attr-defined] # a module's names are not declared
    for name, mended in (
        ("redirect-relative", _leading_to_bmlt),
        ("redirect-bomb", _leading_to_bmlt),
        ("not-a-number", partial(_with_bare_numbers, module)),
        ("huge-numbers", partial(_with_bare_numbers, module)),
    ):
        case = module.CASES[name]
        module.CASES[name] = dataclasses.replace(case, serve=mended(case.serve))
    return module


def _leading_to_bmlt(serve: Serve) -> Serve:
    """Let a redirect lead a BMLT client to BMLT: the tool leads it to a Meeting Guide list."""

    def served(asked: Any) -> Any:
        answer = serve(asked)
        if not asked.bmlt:
            return answer
        query = f"client_interface?switcher={asked.switcher}"
        return _led(answer, query) if isinstance(answer, bytes) else _led_in_pieces(answer, query)

    return served


def _led(answer: bytes, query: str) -> bytes:
    path, _, last = query.partition("?")
    for target in (b"/ok", b"/redirect-relative"):
        old = b"Location: " + target
        answer = answer.replace(old, old + f"/{path}".encode())
    return re.sub(rb"(Location: \S+)", rb"\1?" + last.encode(), answer)


async def _led_in_pieces(answer: AsyncIterator[bytes], query: str) -> AsyncIterator[bytes]:
    async for piece in answer:
        yield _led(piece, query) if piece.startswith(b"HTTP/") else piece


def _with_bare_numbers(module: ModuleType, serve: Serve) -> Serve:
    """Let BMLT write coordinates as numbers: as text, no JSON number is bad."""

    def served(asked: Any) -> Any:
        as_text = module._text
        module._text = lambda value: value  # type: ignore[attr-defined] # as above
        try:
            return serve(asked)
        finally:
            module._text = as_text  # type: ignore[attr-defined] # as above

    return served


def main() -> None:
    command, path, port, *names = sys.argv[1:]
    hostile = tool(Path(path))
    if command == "serve":
        sys.exit(hostile.main(["--port", port, "--seconds", "30"]))
    run = _import_all(hostile, int(port), names[0]) if names else _naive(hostile, int(port))
    json.dump(asyncio.run(run), sys.stdout)


async def _import_all(hostile: ModuleType, port: int, name: str) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/hostile.db"
        await migrate(url)
        async with open_database(url) as database:
            client = _Client(hostile, port, database, get_importer(name), Path(folder))
            cases = [case for case in hostile.CASES.values() if case.name not in WAITING]
            waiting = [hostile.CASES[name] for name in WAITING]
            await client.run(hostile.CASES["ok"], source_id="warm-up")
            results = [await client.run_alone(case) for case in cases]
            results += await asyncio.gather(*(client.run(case) for case in waiting))
            leaks = await client.leaks([case for case in cases if case.must_not])
            return [result | {"leaks": leaks.get(result["name"], [])} for result in results]


async def _naive(hostile: ModuleType, port: int) -> list[dict[str, Any]]:
    """Ask as everybody does at first: redirects, a time-out and `.json()`."""
    names = [
        case.name
        for case in hostile.CASES.values()
        if case.kind not in ("record", "sequence") and case.name not in NOT_FOR_A_NAIVE_CLIENT
    ]
    async with httpx2.AsyncClient(follow_redirects=True, timeout=DEADLINE_SECONDS) as client:

        async def ask(name: str) -> dict[str, Any]:
            watched = Watched()
            async with watched.watching():
                try:
                    async with asyncio.timeout(hostile.CASES[name].within_seconds + 1):
                        answer = await client.get(f"http://127.0.0.1:{port}/{name}")
                        json.dumps(answer.json())
                        outcome = "accepted"
                except Exception:  # whatever it is, the naive client did not take the list
                    outcome = "failed"
            return {"name": name, "outcome": outcome, "seconds": watched.seconds}

        return await asyncio.gather(*(ask(name) for name in names))


class _Client:
    """One importer against the server, with a database that holds a good list of each source."""

    def __init__(
        self, hostile: ModuleType, port: int, database: Database, importer: Importer, folder: Path
    ) -> None:
        self._hostile = hostile
        self._port = port
        self._database = database
        self._importer = importer
        self._folder = folder
        self._opening = asyncio.Lock()

    async def run_alone(self, case: Any) -> dict[str, Any]:
        gc.collect()  # so that the rubbish of the one before is no stall of this one
        return await self.run(case)

    async def run(self, case: Any, *, source_id: str = "") -> dict[str, Any]:
        source = Source(
            id=source_id or case.name,
            importer="hostile",
            fellowship="na",
            url=f"http://127.0.0.1:{self._port}/{case.name}",
        )
        if not case.steps:
            await self._publish(source, await self._good_list(case, source))
        before = await self._stored(source.id)
        steps, watched = [], Watched()
        async with watched.watching():
            for _ in case.steps or range(2 if case.name == "sets-cookie" else 1):
                report = await self._refresh(source)
                after = await self._stored(source.id)
                steps.append({**_told(report), **_compared(before, after)})
                before = after
        return {"name": case.name, "steps": steps, **dataclasses.asdict(watched)}

    async def leaks(self, cases: Sequence[Any]) -> dict[str, list[str]]:
        """Return what of `must_not` stands in a page, feed or answer, by the names of cases."""
        shown: list[tuple[Any, Meeting]] = [
            (case, each.meeting)
            for case in cases
            for id_, each in (await self._stored(case.name)).items()
            if not re.search(r":m?[56]\d\d$", id_)  # the padding says nothing
        ]
        leaks: dict[str, list[str]] = {}
        async with serving(self._folder, [meeting for _, meeting in shown], now=NOW) as web:
            for number, (case, _) in enumerate(shown, 1):
                for path in (f"/meetings/{number}", f"/api/meetings/{number}"):
                    leaks.setdefault(case.name, []).extend(await _found(web, path, case.must_not))
                feed = await _found(web, f"/meetings/{number}/calendar.ics", case.must_not)
                leaks[case.name].extend(feed)
        return leaks

    async def _refresh(self, source: Source) -> Report | Exception:
        try:
            try:
                async with AsyncExitStack() as stack:
                    async with self._opening:  # as in a refresh, one publisher at a time
                        get = await stack.enter_async_context(self._get())
                    payloads = await self._importer.fetch(get, source)
            except SourceError as problem:
                return await refresh_failed(self._database, source, problem, now=NOW)
            return await self._publish(source, payloads)
        except Exception as problem:  # the very thing that must not happen, to be told of
            return problem

    def _get(self) -> AbstractAsyncContextManager[Get]:
        return open_get(
            deadline_seconds=DEADLINE_SECONDS,
            pause_seconds=0,
            keep_in=self._folder / "answers",
            allow=[f"127.0.0.1:{self._port}"],
        )

    async def _publish(self, source: Source, payloads: Payloads) -> Report:
        return await refresh(
            self._database,
            source,
            payloads,
            importer=self._importer,
            places=NO_PLACES,
            overrides={},
            now=NOW,
        )

    async def _good_list(self, case: Any, source: Source) -> Payloads:
        """Return the list that the source published before it turned bad."""
        records = self._hostile.many(3)
        if case.kind == "record":
            records = [self._hostile.meeting(500 + number) for number in range(150)]
        if case.name == "mostly-bad":
            records = self._hostile.many(8)

        async def get(url: str) -> bytes:
            parts = urlsplit(url)
            asked = self._hostile.Asked(0, 0, parts.path, parse_qs(parts.query), {})
            return bytes(self._hostile.listing(asked, records))

        return await self._importer.fetch(get, source)

    async def _stored(self, source_id: str) -> Mapping[str, Baseline]:
        async with self._database.read() as reader:
            return await baseline(reader, source_id)


def _told(report: Report | Exception) -> dict[str, Any]:
    if isinstance(report, Exception):
        return {"outcome": "crashed", "reason": repr(report)}
    counts = ("outcome", "reason", "read", "rejected", "missing")
    return {name: getattr(report, name) for name in counts}


def _compared(before: Mapping[str, Baseline], after: Mapping[str, Baseline]) -> dict[str, Any]:
    live = [each for each in after.values() if each.meeting.removed_at is None]
    return {
        "is_same_list": _meetings(before) == _meetings(after),
        "live": len(live),
        "live_missing": sum(each.missing_since is not None for each in live),
        "live_stale": sum(each.listed_on is not None for each in live),
        "revisions": sum(each.meeting.revision for each in live),
    }


def _meetings(stored: Mapping[str, Baseline]) -> dict[str, Meeting]:
    return {id_: each.meeting for id_, each in stored.items()}


async def _found(web: httpx2.AsyncClient, path: str, must_not: tuple[str, ...]) -> list[str]:
    answer = await web.get(path)
    assert answer.status_code in (200, 404), path  # 404: a meeting without a feed
    # A line end in HTML is a blank; it is calendars and headers that a line is smuggled into.
    is_page = answer.headers["Content-Type"].startswith("text/html")
    harmful = [text for text in must_not if not (is_page and text[0] in "\r\n")]
    return [f"{path}: {text!r}" for text in harmful if text in answer.content.decode()]


if __name__ == "__main__":
    main()
