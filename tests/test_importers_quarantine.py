"""No list, however it comes, takes more meetings off the air than the rules allow."""

import asyncio
import datetime as dt
import json
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from importers import bmlt
from importers._refresh import refresh
from importers._report import Report
from importers._source import Payloads
from meetings.storage.database import Database, open_database
from meetings.storage.meetings import all_meetings, baseline
from meetings.storage.migrate import migrate
from meetings.storage.sources import Outcome
from tests.make_lists import NO_PLACES, NOW, a_bmlt_record, a_source, bmlt_list

DAY = dt.timedelta(days=1)
RECORDS = [a_bmlt_record(number) for number in range(1, 101)]


async def imported(db: Database, payloads: Payloads, **options: Any) -> Report:
    defaults: dict[str, Any] = {"importer": bmlt, "places": NO_PLACES, "overrides": {}, "now": NOW}
    return await refresh(db, a_source(), payloads, **defaults | options)


def body(records: Sequence[object]) -> bytes:
    return json.dumps(records).encode()


@pytest.mark.parametrize(
    ("payload", "outcome"),
    [
        (body(RECORDS[:40]), Outcome.HELD),
        (body([]), Outcome.HELD),
        (b"{}", Outcome.HELD),
        (b"", Outcome.FAILED),
        (b"<!DOCTYPE html><title>Just a moment...</title>", Outcome.FAILED),
        (body(RECORDS)[:40_000], Outcome.FAILED),
        (body(RECORDS)[:-1], Outcome.FAILED),
    ],
)
async def test_a_mutilated_list_changes_nothing(
    db: Database, payload: bytes, outcome: Outcome
) -> None:
    await imported(db, bmlt_list(*RECORDS))
    async with db.read() as reader:
        before = await baseline(reader, "t")

    report = await imported(db, {"GetSearchResults": payload}, now=NOW + DAY)

    async with db.read() as reader:
        assert await baseline(reader, "t") == before
    assert report.outcome is outcome
    assert report.reason


class Publishing(RuleBasedStateMachine):
    """A publisher whose list comes whole, cut, empty or broken, on any day."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.url = f"sqlite+aiosqlite:///{self.folder / 'test.db'}"
        self.now = NOW
        self.loop = asyncio.new_event_loop()
        self.run(migrate(self.url))
        self.opened = AsyncExitStack()
        self.db: Database = self.run(self.opened.enter_async_context(open_database(self.url)))
        self.live: set[str] = set()
        self.absences: list[set[str]] = []  # of the readable lists
        self.lost, self.allowed = 0, 0

    def teardown(self) -> None:
        self.run(self.opened.aclose())
        self.loop.close()
        shutil.rmtree(self.folder)

    def run(self, work: Any) -> Any:
        return self.loop.run_until_complete(work)

    @initialize(count=st.integers(5, 30))
    def first_list(self, count: int) -> None:
        self.publish(body(RECORDS[:count]))

    @rule(numbers=st.sets(st.integers(0, 29)), days=st.integers(0, 9))
    def some_list(self, numbers: set[int], days: int) -> None:
        self.now += days * DAY
        self.absences.append(self.live - {f"t:{number + 1}" for number in numbers})
        self.publish(body([RECORDS[number] for number in sorted(numbers)]))

    @rule(payload=st.sampled_from([b"", b"[]", b"{}", b"<html>", b"[{]"]), hours=st.integers(0, 48))
    def broken_list(self, payload: bytes, hours: int) -> None:
        self.now += dt.timedelta(hours=hours)
        self.publish(payload)

    def publish(self, payload: bytes) -> None:
        before = self.live
        self.run(self.import_list(payload))
        self.live = self.run(self.present())
        self.lost = len(before - self.live)
        last = self.absences[-3:]
        is_settled = len(last) == 3 and last[0] == last[1] == last[2]  # reliability.md 2.2
        self.allowed = len(before) // 2 if is_settled else max(3, len(before) // 5)

    async def import_list(self, payload: bytes) -> None:
        await imported(self.db, {"GetSearchResults": payload}, now=self.now)

    async def present(self) -> set[str]:
        """Return what the last accepted list held."""
        async with self.db.read() as reader:
            return {
                meeting.id
                for meeting in await all_meetings(reader)
                if meeting.removed_at is None and meeting.confirmed_on is None
            }

    @invariant()
    def no_more_than_a_fifth_is_lost_at_once(self) -> None:
        assert self.lost <= self.allowed


class TakingEveryList(Publishing):
    """The naive twin: whatever can be read is taken, as importers of the field do."""

    async def import_list(self, payload: bytes) -> None:
        await imported(self.db, {"GetSearchResults": payload}, now=self.now, accept=True)


FEW = settings(max_examples=20, stateful_step_count=8, deadline=None)


def test_no_sequence_of_lists_takes_more_than_a_fifth_away() -> None:
    run_state_machine_as_test(Publishing, settings=FEW)


def test_the_twin_that_takes_every_list_is_caught() -> None:
    without_shrinking = settings(FEW, phases=[Phase.generate], print_blob=False)

    with pytest.raises(AssertionError):
        run_state_machine_as_test(TakingEveryList, settings=without_shrinking)
