"""The visitors of the soak: people who search, calendars that poll, people who keep a plan."""

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from tests.bench.generate import towns
from tests.bench.queries import as_query, mixed

SEARCHERS, SEARCHES_A_SECOND = 4, 8.0  # each; two in ten ask for the page of a town
POLLERS, POLLS_A_SECOND = 2, 8.0
KEEPERS, CHANGES_A_SECOND = 2, 1.0
POPULAR = 400  # searches that come again and again, beside as many that never do
FOLLOWED = 1_500  # feeds of single meetings that calendars poll


@dataclass(slots=True)
class Seen:
    """What the visitors saw; a search by the moment it was asked, and what it took."""

    searches: list[tuple[float, float]] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


class Visitor:
    """One connection that is kept open, and opened again where the server closed it."""

    def __init__(self, port: int, *, address: str) -> None:
        self._port, self._address = port, address
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(
        self, path: str, *, method: str = "GET", body: bytes = b"", headers: str = ""
    ) -> Answer:
        request = (
            f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: {self._address}\r\n"
            f"Content-Length: {len(body)}\r\n{headers}\r\n"
        ).encode() + body
        try:
            return await self._ask(request)
        except (ConnectionError, asyncio.IncompleteReadError):
            self.close()  # it was idle too long; what is asked here may be asked twice
            return await self._ask(request)

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def _ask(self, request: bytes) -> Answer:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port, limit=1 << 20)
        reader, writer = self._streams
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        lines = head.split("\r\n")
        headers = {n.lower(): v.strip() for n, _, v in (line.partition(":") for line in lines[1:])}
        length = int(headers.get("content-length", 0))
        return Answer(int(lines[0].split()[1]), headers, await reader.readexactly(length))


async def load(port: int, *, meetings: int, seconds: float, seen: Seen) -> None:
    """Visit the server at *port* for so long."""
    end = time.monotonic() + seconds
    kinds: list[tuple[int, float, Callable[..., Awaitable[None]]]] = [
        (SEARCHERS, SEARCHES_A_SECOND, _search),
        (POLLERS, POLLS_A_SECOND, _poll),
        (KEEPERS, CHANGES_A_SECOND, _keep),
    ]
    async with asyncio.TaskGroup() as tasks:
        for count, rate, act in kinds:
            for number in range(count):
                tasks.create_task(_visit(port, end, 1 / rate, act, meetings, seen, number))


async def _visit(
    port: int,
    end: float,
    pause: float,
    act: Callable[..., Awaitable[None]],
    meetings: int,
    seen: Seen,
    number: int,
) -> None:
    chance = random.Random(f"{act.__name__}{number}")
    visitor = Visitor(port, address="203.0.113.1")
    state: dict[str, str] = {}
    due = time.monotonic() + chance.random() * pause
    while due < end:
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        due = max(due + pause, time.monotonic())
        try:
            await act(visitor, chance, meetings, seen, state)
        except (OSError, asyncio.IncompleteReadError) as problem:
            seen.failures[f"{act.__name__}: {type(problem).__name__}"] += 1
            visitor.close()
    visitor.close()


async def _search(
    visitor: Visitor, chance: random.Random, meetings: int, seen: Seen, state: dict[str, str]
) -> None:
    del meetings, state
    if chance.random() < 0.2:
        place = chance.choices(towns().names, towns().weights.tolist())[0]
        name = place.replace(" ", "+")
        path = f"/find?near={_quoted(name)}"
    else:
        seed = chance.randrange(POPULAR) if chance.random() < 0.5 else chance.randrange(1 << 30)
        path = f"/api/meetings?{as_query(mixed(1, seed=seed).near[0])}"
    began = time.monotonic()
    answer = await visitor.ask(path)
    seen.searches.append((began, time.monotonic() - began))
    _note(seen, "search", answer, (200, 400))  # 400: the gazetteer does not know the town


async def _poll(
    visitor: Visitor, chance: random.Random, meetings: int, seen: Seen, state: dict[str, str]
) -> None:
    path = f"/meetings/{1 + int(chance.random() ** 2 * min(FOLLOWED, meetings))}/calendar.ics"
    known = state.get(path)
    headers = f"If-None-Match: {known}\r\n" if known else ""
    answer = await visitor.ask(path, headers=headers)
    if "etag" in answer.headers:
        state[path] = answer.headers["etag"]
    _note(seen, "feed", answer, (200, 304, 404))  # 404: a meeting without a feed


async def _keep(
    visitor: Visitor, chance: random.Random, meetings: int, seen: Seen, state: dict[str, str]
) -> None:
    """Make a plan, change it a few times, read its feed, delete it; one step at a time."""
    if not state:
        other = ".".join(str(chance.randrange(1, 255)) for _ in range(3))
        maker = Visitor(visitor._port, address=f"11.{other}")  # limits are by address
        made = await maker.ask("/api/plans", method="POST", body=_chosen(chance, meetings))
        maker.close()
        _note(seen, "plan made", made, (201,))
        if made.status == 201:
            state |= {"secret": json.loads(made.body)["secret"], "etag": made.headers["etag"]}
        return
    headers = f"Authorization: Bearer {state['secret']}\r\nIf-Match: {state['etag']}\r\n"
    step = chance.random()
    if step < 0.1:
        _note(seen, "plan deleted", await _plan(visitor, "DELETE", b"", headers), (204,))
        state.clear()
    elif step < 0.3 and "calendar" not in state:
        answer = await visitor.ask("/api/plans/calendars", method="POST", headers=headers)
        _note(seen, "calendar made", answer, (201,))
        state |= {"etag": answer.headers["etag"]}
        state["calendar"] = json.loads(answer.body)["calendars"][-1]["secret"]
    elif step < 0.6 and "calendar" in state:
        answer = await visitor.ask(f"/c/{state['calendar']}/calendar.ics")
        _note(seen, "plan's feed", answer, (200,))
    else:
        answer = await _plan(visitor, "PUT", _chosen(chance, meetings), headers)
        _note(seen, "plan changed", answer, (200,))
        state["etag"] = answer.headers["etag"]


async def _plan(visitor: Visitor, method: str, body: bytes, headers: str) -> Answer:
    return await visitor.ask("/api/plans", method=method, body=body, headers=headers)


def _chosen(chance: random.Random, meetings: int) -> bytes:
    numbers = chance.sample(range(1, meetings + 1), 5)
    return json.dumps({"chosen": [{"number": number} for number in numbers]}).encode()


def _note(seen: Seen, what: str, answer: Answer, expected: tuple[int, ...]) -> None:
    seen.statuses[f"{what} {answer.status}"] += 1
    if answer.status not in expected:
        seen.failures[f"{what} {answer.status}"] += 1


def _quoted(text: str) -> str:
    return "".join(c if c.isascii() and (c.isalnum() or c in "+-.") else _hex(c) for c in text)


def _hex(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode())
