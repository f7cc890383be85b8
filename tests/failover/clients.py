"""Clients that make, change and take back plans, search, and note every answer they got."""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx2

ANSWER_SECONDS = 30
PAUSE_SECONDS = 0.1
SEARCHES = ("/api/meetings?latitude=40.65&longitude=-73.99&radius_km=20&limit=20", "/api/meetings")


@dataclass
class Kept:
    """One plan: the states in which it may be found, and secrets that must open nothing."""

    secret: str
    may_be: list[list[int]]  # the last acknowledged, then what was asked for in vain since


@dataclass
class Notes:
    """What was acknowledged."""

    plans: list[Kept] = field(default_factory=list)
    taken_back: list[tuple[str, str]] = field(default_factory=list)  # (kind, secret)
    acknowledged: Counter[str] = field(default_factory=Counter)
    in_vain: Counter[str] = field(default_factory=Counter)
    searches: Counter[str] = field(default_factory=Counter)  # by node and outcome
    failures: list[str] = field(default_factory=list)  # of searches


@dataclass
class Person:
    """Somebody who keeps plans, on one node."""

    address: str
    client: httpx2.AsyncClient
    notes: Notes
    chance: random.Random

    async def live(self) -> None:
        """Make a plan and change it some times, over and over."""
        while True:
            kept = await self.make()
            for _ in range(self.chance.randrange(6)):
                await asyncio.sleep(PAUSE_SECONDS)
                if kept is not None and kept.secret:
                    await self._change(kept)

    async def make(self) -> Kept | None:
        chosen = self._choice()
        made = await self._ask("make", "POST", "/api/plans", json=_plan(chosen))
        if made is None:
            return None
        kept = Kept(str(made["secret"]), [chosen])
        self.notes.plans.append(kept)
        return kept

    async def _change(self, kept: Kept) -> None:
        act = self.chance.choice((self._edit, self._edit, self._rotate, self._share_and_revoke))
        await act(kept)

    async def _edit(self, kept: Kept) -> None:
        stamp = await self._stamp(kept)
        if not stamp:
            return
        chosen = self._choice()
        kept.may_be.append(chosen)
        etag = {"If-Match": stamp}
        if await self._ask("edit", "PUT", "/api/plans", kept, headers=etag, json=_plan(chosen)):
            kept.may_be[:] = [chosen]

    async def _stamp(self, kept: Kept) -> str:
        """Return the entity tag of a plan as it is now, "" where it cannot be read."""
        with contextlib.suppress(httpx2.TransportError):
            now = await self.client.get(f"{self.address}/api/plans", headers=_as(kept.secret))
            return now.headers.get("ETag", "") if now.status_code == 200 else ""
        return ""

    async def _rotate(self, kept: Kept) -> None:
        """Replace the keep link; until that is acknowledged no link is known to open the plan."""
        self.notes.plans.remove(kept)
        rotated = await self._ask("rotate", "POST", "/api/plans/rotate", kept)
        if rotated is None:
            kept.secret = ""
            return
        self.notes.taken_back.append(("keep", kept.secret))
        kept.secret = str(rotated["secret"])
        self.notes.plans.append(kept)

    async def _share_and_revoke(self, kept: Kept) -> None:
        shared = await self._ask(
            "share", "POST", "/api/plans/shares", kept, json={"meetings": self._choice()}
        )
        if shared is None:
            return
        secret = str(shared["shares"][-1]["secret"])
        if await self._ask("revoke", "DELETE", "/api/plans/shares", kept, json={"secret": secret}):
            self.notes.taken_back.append(("share", secret))

    def _choice(self) -> list[int]:
        return sorted(self.chance.sample(range(1, 60), 3))

    async def _ask(
        self,
        what: str,
        method: str,
        path: str,
        kept: Kept | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        json: object = None,
    ) -> dict[str, Any] | None:
        """Return the answer that was acknowledged, None for one that was not."""
        secret = _as(kept.secret if kept else "")
        try:
            answer = await self.client.request(
                method, f"{self.address}{path}", headers=secret | dict(headers or {}), json=json
            )
        except httpx2.TransportError as problem:
            self.notes.in_vain[f"{what} {type(problem).__name__}"] += 1
            return None
        if answer.status_code in (200, 201):
            self.notes.acknowledged[what] += 1
            found: dict[str, Any] = answer.json()
            return found
        self.notes.in_vain[f"{what} {answer.status_code}"] += 1
        return None


async def search(name: str, address: str, client: httpx2.AsyncClient, notes: Notes) -> None:
    """Search over and over; whatever is not a list of meetings is a failure."""
    number = 0
    while True:
        number += 1
        try:
            path = SEARCHES[number % 2]
            answer = await client.get(f"{address}{path}", headers=_as(""))
            found = answer.status_code == 200 and bool(answer.json()["meetings"])
            problem = "" if found else f"{answer.status_code} {answer.text[:200]}"
        except httpx2.TransportError as gone:
            problem = repr(gone)
        notes.searches[f"{name} {'failed' if problem else 'answered'}"] += 1
        if problem:
            notes.failures.append(f"{name}: {problem}")
        await asyncio.sleep(0.05)


async def still_open(
    addresses: Sequence[str], client: httpx2.AsyncClient, notes: Notes
) -> list[str]:
    """Return what is wrong with the noted plans and secrets, on each node."""
    few = asyncio.Semaphore(8)

    async def problem_of(address: str, kept: Kept) -> str:
        async with few:
            answer = await client.get(f"{address}/api/plans", headers=_as(kept.secret))
        if answer.status_code != 200:
            return f"an acknowledged plan answers {answer.status_code}"
        chosen = [each["number"] for each in answer.json()["chosen"]]
        return "" if chosen in kept.may_be else "an acknowledged edit is gone"

    async def problem_with(address: str, kind: str, secret: str) -> str:
        path = "/api/plans" if kind == "keep" else "/api/plans/shared"
        async with few:
            answer = await client.get(f"{address}{path}", headers=_as(secret))
        if answer.status_code == 404:
            return ""
        return f"a {kind} link that was taken back answers {answer.status_code}"

    looking = [problem_of(address, kept) for address in addresses for kept in notes.plans]
    looking += [problem_with(address, *each) for address in addresses for each in notes.taken_back]
    return [problem for problem in await asyncio.gather(*looking) if problem]


def _plan(chosen: list[int]) -> dict[str, object]:
    return {"chosen": [{"number": number} for number in chosen]}


def _as(secret: str) -> dict[str, str]:
    """Return the headers of somebody with *secret*, each time from another network."""
    address = ".".join(str(random.randrange(1, 250)) for _ in range(4))
    authorization = {"Authorization": f"Bearer {secret}"} if secret else {}
    return {"X-Forwarded-For": address, **authorization}
