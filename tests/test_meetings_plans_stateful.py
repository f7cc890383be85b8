"""Random lives of plans: no link opens what it must not, and nothing acknowledged is lost."""

import asyncio
import datetime as dt
import shutil
import tempfile
from collections.abc import Awaitable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
)

from meetings import plans
from meetings.errors import Conflict, LinkGone
from meetings.plan import Chosen, Plan, SharedList
from meetings.plans import Kind, OpenPlan
from meetings.sealing import make_secret
from meetings.storage.database import Database, open_database
from meetings.storage.migrate import migrate
from tests.make import NOON

T = TypeVar("T")
NUMBERS = st.lists(st.integers(1, 9), min_size=1, max_size=4, unique=True).map(tuple)

pytestmark = pytest.mark.long


@dataclass
class Known:
    """What one plan must be: the model beside the real one."""

    numbers: tuple[int, ...]
    keep: str
    calendars: list[str] = field(default_factory=list)
    shares: dict[str, tuple[int, ...]] = field(default_factory=dict)
    ends: dict[str, dt.date] = field(default_factory=dict)


class Plans(RuleBasedStateMachine):
    keepers = Bundle("keepers")

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = Path(tempfile.mkdtemp())
        self.now = NOON
        self.alive: list[Known] = []
        self.dead: set[str] = set()

    @initialize()
    def open(self) -> None:
        url = f"sqlite+aiosqlite:///{self.folder / 'plans.db'}"
        self.run(migrate(url))
        self.context = open_database(url)
        self.db: Database = self.run(self.context.__aenter__())

    def teardown(self) -> None:
        self.run(self.context.__aexit__(None, None, None))
        self.loop.close()
        shutil.rmtree(self.folder)

    def run(self, awaitable: Awaitable[T]) -> T:
        return self.loop.run_until_complete(awaitable)

    def opened(self, known: Known) -> OpenPlan:
        return self.run(plans.open_plan(self.db, known.keep, now=self.now))

    @rule(target=keepers, numbers=NUMBERS)
    def create(self, numbers: tuple[int, ...]) -> Known:
        opened = self.run(plans.make_plan(self.db, plan_of(numbers), now=self.now))
        self.alive.append(Known(numbers, opened.secret))
        return self.alive[-1]

    @rule(known=keepers, numbers=NUMBERS)
    def edit(self, known: Known, numbers: tuple[int, ...]) -> None:
        before = self.opened(known)
        after = replace(before.plan, chosen=plan_of(numbers).chosen)
        self.run(plans.change_plan(self.db, before, after))
        known.numbers = numbers

    @rule(known=keepers, first=NUMBERS, second=NUMBERS)
    def edit_in_two_windows(
        self, known: Known, first: tuple[int, ...], second: tuple[int, ...]
    ) -> None:
        windows = self.opened(known), self.opened(known)
        chosen = [
            replace(w.plan, chosen=plan_of(n).chosen)
            for w, n in zip(windows, (first, second), strict=True)
        ]
        self.run(plans.change_plan(self.db, windows[0], chosen[0]))
        with pytest.raises(Conflict):
            self.run(plans.change_plan(self.db, windows[1], chosen[1]))
        known.numbers = first

    @rule(known=keepers)
    def follow(self, known: Known) -> None:
        if len(known.calendars) < 5:
            opened = self.run(plans.make_calendar(self.db, self.opened(known), now=self.now))
            known.calendars.append(opened.plan.calendars[-1])

    @rule(known=keepers)
    def stop_following(self, known: Known) -> None:
        if known.calendars:
            secret = known.calendars.pop(0)
            opened = self.opened(known)
            self.run(plans.revoke_calendar(self.db, opened, secret, now=self.now))
            self.dead.add(secret)

    @rule(known=keepers, numbers=NUMBERS, days=st.none() | st.integers(1, 40))
    def share(self, known: Known, numbers: tuple[int, ...], days: int | None) -> None:
        if len(known.shares) >= 5:
            return
        end = None if days is None else self.now.date() + dt.timedelta(days=days)
        opened = self.run(
            plans.make_share(
                self.db,
                self.opened(known),
                SharedList(numbers=numbers),
                label="",
                expires_on=end,
                now=self.now,
            )
        )
        secret = opened.plan.shares[-1].secret
        known.shares[secret] = numbers
        if end is not None:
            known.ends[secret] = end

    @rule(known=keepers, numbers=NUMBERS)
    def change_share(self, known: Known, numbers: tuple[int, ...]) -> None:
        living = [secret for secret in known.shares if not self.is_over(known, secret)]
        for secret in living[:1]:
            self.run(
                plans.change_share(
                    self.db,
                    self.opened(known),
                    secret,
                    SharedList(numbers=numbers),
                    label="x",
                    expires_on=known.ends.get(secret),
                )
            )
            known.shares[secret] = numbers

    @rule(known=keepers)
    def revoke_share(self, known: Known) -> None:
        for secret in list(known.shares)[:1]:
            self.run(plans.revoke_share(self.db, self.opened(known), secret, now=self.now))
            del known.shares[secret]
            known.ends.pop(secret, None)
            self.dead.add(secret)

    @rule(known=keepers)
    def rotate(self, known: Known) -> None:
        self.dead.add(known.keep)
        known.keep = self.run(plans.rotate_keep(self.db, self.opened(known), now=self.now)).secret

    @rule(target=keepers, known=keepers)
    def copy_a_share(self, known: Known) -> Any:
        for secret, numbers in known.shares.items():
            if self.is_over(known, secret):
                continue
            shown = self.run(plans.open_share(self.db, secret, now=self.now))
            assert shown.numbers == numbers
            return self.create(shown.numbers)
        return multiple()

    @rule(known=consumes(keepers))
    def delete(self, known: Known) -> None:
        self.run(plans.delete_plan(self.db, self.opened(known), now=self.now))
        self.alive.remove(known)
        self.dead |= {known.keep, *known.calendars, *known.shares}

    @rule(days=st.integers(1, 30))
    def wait(self, days: int) -> None:
        """Let time pass, in which everything alive is used and the unused is forgotten."""
        self.now += dt.timedelta(days=days)
        for known in self.alive:
            for kind, secret in self.secrets(known):
                if not self.is_over(known, secret):
                    self.run(plans.note_use(self.db, secret, kind, now=self.now))
        self.run(plans.forget_unused(self.db, now=self.now))

    @invariant()
    def every_living_link_opens_what_it_should_and_nothing_else(self) -> None:
        for known in self.alive[-3:]:
            plan = self.opened(known).plan
            assert tuple(each.number for each in plan.chosen) == known.numbers
            assert list(plan.calendars) == known.calendars
            for kind, secret in self.secrets(known):
                is_over = self.is_over(known, secret)
                assert self.kinds_opened(secret) == (set() if is_over else {kind})
            for secret, numbers in known.shares.items():
                if not self.is_over(known, secret):
                    shown = self.run(plans.open_share(self.db, secret, now=self.now))
                    assert shown.numbers == numbers

    @invariant()
    def no_dead_or_guessed_link_opens_anything(self) -> None:
        for secret in [*list(self.dead)[-5:], make_secret()]:
            assert self.kinds_opened(secret) == set()

    def secrets(self, known: Known) -> list[tuple[Kind, str]]:
        return [
            (Kind.KEEP, known.keep),
            *((Kind.CALENDAR, secret) for secret in known.calendars),
            *((Kind.SHARE, secret) for secret in known.shares),
        ]

    def is_over(self, known: Known, secret: str) -> bool:
        return secret in known.ends and known.ends[secret] <= self.now.date()

    def kinds_opened(self, secret: str) -> set[Kind]:
        found = set()
        for kind, opener in (
            (Kind.KEEP, plans.open_plan),
            (Kind.CALENDAR, plans.open_calendar),
            (Kind.SHARE, plans.open_share),
        ):
            try:
                self.run(opener(self.db, secret, now=self.now))
            except LinkGone:
                continue
            found.add(kind)
        return found


def plan_of(numbers: tuple[int, ...]) -> Plan:
    return Plan(chosen=tuple(Chosen(number=number) for number in numbers))


TestPlans = Plans.TestCase
TestPlans.settings = settings(
    max_examples=60,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
