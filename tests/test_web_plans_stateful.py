"""
Random lives of plans through two clients of one server, a browser's forms and a program's API.

No link ever opens what it must not, and nothing acknowledged is lost.
"""

import asyncio
import datetime as dt
import re
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import httpx2
import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    multiple,
    rule,
    run_state_machine_as_test,
)

from meetings import plans
from meetings.sealing import make_secret
from tests.make import NOON, a_meeting
from tests.serving import client_of, served
from web.limits import Buckets
from web.service import Service

PARTS, LIVES, STEPS = 4, 500, 6  # 2,000 lives, of which both cores take their share
MEETINGS = [a_meeting(id=f"t:{number}", name=f"Group {number}.") for number in range(1, 10)]
NUMBERS = st.lists(st.integers(1, 9), min_size=1, max_size=4, unique=True)
KINDS = ("keep", "share", "calendar", "share feed")
LINKS_MOST = 3  # of a kind and a plan
UNLIMITED = 10**9

T = TypeVar("T")

pytestmark = pytest.mark.long


@dataclass(slots=True, kw_only=True)
class World:
    """One server, its clock, and the two who use it."""

    loop: asyncio.AbstractEventLoop
    now: dt.datetime = NOON
    service: Service
    browser: httpx2.AsyncClient
    program: httpx2.AsyncClient

    def run(self, doing: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(doing)


@dataclass(slots=True, eq=False)
class Known:
    """What one plan must be, by all that was acknowledged."""

    numbers: list[int]
    keep: str
    calendars: list[str] = field(default_factory=list)
    shares: dict[str, list[int]] = field(default_factory=dict)
    ends: dict[str, dt.date] = field(default_factory=dict)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    loop = asyncio.new_event_loop()
    opening = opened(tmp_path, loop)
    yield loop.run_until_complete(opening.__aenter__())
    loop.run_until_complete(opening.__aexit__(None, None, None))
    loop.close()


@asynccontextmanager
async def opened(folder: Path, loop: asyncio.AbstractEventLoop) -> AsyncIterator[World]:
    """Serve without limits on guessing, which have tests of their own."""
    worlds: list[World] = []
    caught: asyncio.Future[Service] = loop.create_future()

    async def catch(running: Service) -> None:
        running.misses, running.creations = Buckets(UNLIMITED, 1), Buckets(UNLIMITED, 1)
        caught.set_result(running)

    def clock() -> dt.datetime:
        return worlds[0].now if worlds else NOON

    async with (
        served(folder, MEETINGS, clock=clock, background=[catch]) as app,
        client_of(app, "192.0.2.1") as browser,
        client_of(app, "198.51.100.1") as program,
    ):
        service = await caught
        worlds.append(World(loop=loop, service=service, browser=browser, program=program))
        yield worlds[0]


class Lives(RuleBasedStateMachine):
    """Each life begins at the same noon with no plan of its own; the server serves them all."""

    known = Bundle("known")

    world: ClassVar[World]

    def __init__(self) -> None:
        super().__init__()
        self.world.now = NOON
        self.alive: list[Known] = []
        self.dead: list[str] = []

    def teardown(self) -> None:
        for plan in self.alive:
            self.check(plan)
        for secret in [*self.dead, make_secret()]:
            assert self.kinds(secret) == {}

    # what the two do

    @rule(target=known, numbers=NUMBERS, is_browser=st.booleans())
    def create(self, numbers: list[int], is_browser: bool) -> Known:
        if is_browser:
            answer = self.post("/plans", meetings=[str(number) for number in numbers])
            keep = secret_of(answer, "/k/")
        else:
            answer = self.ask("POST", "", chosen=[{"number": number} for number in numbers])
            keep = answer.json()["secret"]
        self.alive.append(Known(numbers, keep))
        return self.checked(self.alive[-1])

    @rule(plan=known, numbers=NUMBERS)
    def replace(self, plan: Known, numbers: list[int]) -> None:
        etag = self.ask("GET", plan.keep).headers["etag"]
        chosen = [{"number": number} for number in numbers]
        self.ask("PUT", plan.keep, etag=etag, chosen=chosen)
        plan.numbers = numbers
        self.checked(plan)

    @rule(plan=known, number=st.integers(1, 9))
    def tick(self, plan: Known, number: int) -> None:
        change = "remove" if number in plan.numbers else "add"
        self.press(plan, change, meetings=str(number))
        self.ticked(plan, number)
        self.checked(plan)

    @rule(plan=known, numbers=NUMBERS, number=st.integers(1, 9))
    def both_at_once(self, plan: Known, numbers: list[int], number: int) -> None:
        """The browser ticks while the program replaces: one of them is told of the other."""
        etag = self.ask("GET", plan.keep).headers["etag"]
        change = "remove" if number in plan.numbers else "add"
        form = {"stamp": etag.strip('"'), "meetings": str(number)}
        ticked, replaced = self.world.run(
            together(
                self.world.browser.post(f"/k/{plan.keep}/{change}", data=form),
                self.world.program.put(
                    "/api/plans",
                    json={"chosen": [{"number": each} for each in numbers]},
                    headers={"Authorization": f"Bearer {plan.keep}", "If-Match": etag},
                ),
            )
        )
        assert sorted([ticked.status_code, replaced.status_code]) in ([200, 409], [303, 409])
        if ticked.status_code == 303:
            self.ticked(plan, number)
        else:
            plan.numbers = numbers
        self.checked(plan)

    @rule(plan=known, is_browser=st.booleans())
    def follow(self, plan: Known, is_browser: bool) -> None:
        if len(plan.calendars) == LINKS_MOST:
            return
        if is_browser:
            self.press(plan, "calendar", titles="full")
        else:
            self.ask("POST", plan.keep, "/calendars")
        told = self.ask("GET", plan.keep).json()["calendars"]
        plan.calendars.append(told[-1]["secret"])
        self.checked(plan)

    @rule(plan=known, is_browser=st.booleans())
    def stop_following(self, plan: Known, is_browser: bool) -> None:
        if plan.calendars:
            self.take_back(plan, "calendar", plan.calendars[0], is_browser)
            self.dead.append(plan.calendars.pop(0))
            self.checked(plan)

    @rule(
        plan=known,
        numbers=NUMBERS,
        days=st.none() | st.integers(1, 5),
        is_browser=st.booleans(),
    )
    def share(self, plan: Known, numbers: list[int], days: int | None, is_browser: bool) -> None:
        if len(plan.shares) == LINKS_MOST:
            return
        end = None if days is None else self.world.now.date() + dt.timedelta(days=days)
        self.fill(plan, "", numbers, end, is_browser)
        secret = self.ask("GET", plan.keep).json()["shares"][-1]["secret"]
        plan.shares[secret] = numbers
        if end is not None:
            plan.ends[secret] = end
        self.checked(plan)

    @rule(plan=known, numbers=NUMBERS, is_browser=st.booleans())
    def change_a_share(self, plan: Known, numbers: list[int], is_browser: bool) -> None:
        for secret in [each for each in plan.shares if not self.is_over(plan, each)][:1]:
            self.fill(plan, secret, numbers, plan.ends.get(secret), is_browser)
            plan.shares[secret] = numbers
            self.checked(plan)

    @rule(plan=known, is_browser=st.booleans())
    def take_a_share_back(self, plan: Known, is_browser: bool) -> None:
        for secret in list(plan.shares)[:1]:
            self.take_back(plan, "share", secret, is_browser)
            del plan.shares[secret]
            plan.ends.pop(secret, None)
            self.dead.append(secret)
            self.checked(plan)

    @rule(target=known, plan=known)
    def copy_a_share(self, plan: Known) -> Any:
        for secret, numbers in plan.shares.items():
            if not self.is_over(plan, secret):
                page = self.get(f"/s/{secret}")
                ticked = re.findall(r'type="hidden" name="meetings" value="(\d+)"', page.text)
                copy = self.post("/plans", meetings=ticked)
                self.alive.append(Known(sorted(numbers), secret_of(copy, "/k/")))
                return self.checked(self.alive[-1])
        return multiple()

    @rule(plan=known, is_browser=st.booleans())
    def rotate(self, plan: Known, is_browser: bool) -> None:
        old = plan.keep
        if is_browser:
            plan.keep = secret_of(self.press(plan, "rotate"), "/k/")
        else:
            plan.keep = self.ask("POST", old, "/rotate").json()["secret"]
        self.dead.append(old)
        assert self.opens(old, "keep") is None
        self.checked(plan)

    @rule(plan=consumes(known), is_browser=st.booleans())
    def delete(self, plan: Known, is_browser: bool) -> None:
        if is_browser:
            self.press(plan, "delete")
        else:
            etag = self.ask("GET", plan.keep).headers["etag"]
            self.ask("DELETE", plan.keep, etag=etag)
        self.alive.remove(plan)
        self.dead += [plan.keep, *plan.calendars, *plan.shares]

    @rule(days=st.integers(1, 4))
    def wait(self, days: int) -> None:
        """Let days pass, in which shares end; then the server does its hourly upkeep."""
        self.world.now += dt.timedelta(days=days)
        self.world.run(self.world.service.flush_uses())
        self.world.run(plans.forget_unused(self.world.service.database, now=self.world.now))

    # what must hold

    def checked(self, plan: Known) -> Known:
        """Look at the plan, and follow what it hands out, as its people do all the time."""
        document = self.ask("GET", plan.keep).json()
        assert sorted(each["number"] for each in document["chosen"]) == sorted(plan.numbers)
        assert [each["secret"] for each in document["calendars"]] == plan.calendars
        assert [each["secret"] for each in document["shares"]] == list(plan.shares)
        for secret in plan.calendars[-1:]:
            assert self.opens(secret, "calendar") == sorted(plan.numbers)
        for secret in list(plan.shares)[-1:]:
            is_over = self.is_over(plan, secret)
            assert self.opens(secret, "share feed") == (None if is_over else shown(plan, secret))
        return plan

    def check(self, plan: Known) -> None:
        """Every link of *plan* opens what it should, and is no other kind's key."""
        self.checked(plan)
        assert self.kinds(plan.keep) == {"keep": sorted(plan.numbers)}
        for secret in plan.calendars:
            assert self.kinds(secret) == {"calendar": sorted(plan.numbers)}
        for secret in plan.shares:
            both = {"share": shown(plan, secret), "share feed": shown(plan, secret)}
            assert self.kinds(secret) == ({} if self.is_over(plan, secret) else both)

    def kinds(self, secret: str) -> dict[str, list[int]]:
        """Return what *secret* opens, as which kind of link, with the meetings shown."""
        found = {kind: self.opens(secret, kind) for kind in KINDS}
        return {kind: numbers for kind, numbers in found.items() if numbers is not None}

    def opens(self, secret: str, kind: str) -> list[int] | None:
        match kind:
            case "keep":
                return numbers_in(self.bare("GET", "/api/plans", secret), "chosen")
            case "share":
                return numbers_in(self.bare("GET", "/api/plans/shared", secret), "meetings")
            case "calendar":
                return groups_in(self.get(f"/c/{secret}/calendar.ics", fails=True))
            case _:
                return groups_in(self.get(f"/s/{secret}/calendar.ics", fails=True))

    def is_over(self, plan: Known, secret: str) -> bool:
        return secret in plan.ends and plan.ends[secret] <= self.world.now.date()

    # how they do it

    def ticked(self, plan: Known, number: int) -> None:
        others = [each for each in plan.numbers if each != number]
        plan.numbers = others if number in plan.numbers else [*others, number]

    def fill(
        self, plan: Known, secret: str, numbers: list[int], end: dt.date | None, is_browser: bool
    ) -> None:
        until = end.isoformat() if end else None
        if is_browser:
            form = {"meetings": [str(number) for number in numbers], "expires_on": until or ""}
            change = {"link": secret} if secret else {}
            self.press(plan, "edit-share" if secret else "share", **form, **change)
        else:
            change = {"secret": secret} if secret else {}
            method, wish = "PUT" if secret else "POST", {"meetings": numbers, "expires_on": until}
            etag = self.ask("GET", plan.keep).headers["etag"] if secret else ""
            self.ask(method, plan.keep, "/shares", etag=etag, **wish, **change)

    def take_back(self, plan: Known, kind: str, secret: str, is_browser: bool) -> None:
        if is_browser:
            self.press(plan, f"revoke-{kind}", link=secret)
        else:
            self.ask("DELETE", plan.keep, f"/{kind}s", secret=secret)

    def press(self, plan: Known, change: str, **form: Any) -> httpx2.Response:
        stamp = self.ask("GET", plan.keep).headers["etag"].strip('"')
        return self.post(f"/k/{plan.keep}/{change}", stamp=stamp, **form)

    def post(self, path: str, **form: Any) -> httpx2.Response:
        answer = self.world.run(self.world.browser.post(path, data=form))
        assert answer.status_code == 303, answer.text
        return answer

    def get(self, path: str, *, fails: bool = False) -> httpx2.Response:
        answer = self.world.run(self.world.browser.get(path))
        assert fails or answer.status_code == 200
        return answer

    def ask(
        self, method: str, keep: str, path: str = "", /, *, etag: str = "", **document: Any
    ) -> httpx2.Response:
        answer = self.bare(method, f"/api/plans{path}", keep, etag=etag, document=document)
        assert answer.status_code in (200, 201, 204), answer.text
        return answer

    def bare(
        self,
        method: str,
        path: str,
        secret: str,
        *,
        etag: str = "",
        document: dict[str, Any] | None = None,
    ) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {secret}"} | ({"If-Match": etag} if etag else {})
        program = self.world.program
        return self.world.run(program.request(method, path, json=document or None, headers=headers))


def shown(plan: Known, secret: str) -> list[int]:
    return sorted(plan.shares[secret])


async def together(first: Coroutine[Any, Any, T], second: Coroutine[Any, Any, T]) -> tuple[T, T]:
    return await asyncio.gather(first, second)


def secret_of(answer: httpx2.Response, prefix: str) -> str:
    return answer.headers["location"].partition("#")[0].removeprefix(prefix)


def numbers_in(answer: httpx2.Response, name: str) -> list[int] | None:
    """Return the meetings that JSON tells, or None where the link opens nothing."""
    if answer.status_code == 404:
        return None
    assert answer.status_code == 200, answer.text
    return sorted(each["number"] for each in answer.json()[name])


def groups_in(feed: httpx2.Response) -> list[int] | None:
    """Return the meetings in a calendar, or None where the link opens none, or says so."""
    if feed.status_code == 404 or "UID:replaced-" in feed.text:
        assert "Group" not in feed.text
        return None
    assert feed.status_code == 200
    return sorted({int(found) for found in re.findall(r"SUMMARY:NA: Group (\d)\.", feed.text)})


@pytest.mark.parametrize("part", range(PARTS))
def test_no_link_opens_what_it_must_not_and_nothing_acknowledged_is_lost(
    world: World, part: int
) -> None:
    Lives.world = world
    run_state_machine_as_test(
        seed(part)(type("Lives", (Lives,), {})),  # other lives than in the other parts
        settings=settings(
            max_examples=LIVES,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            phases=[Phase.generate],  # a life is short enough to be read as it is
            suppress_health_check=list(HealthCheck),
        ),
    )
