"""The sources and the reports of their import runs."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from meetings.storage.database import Database
from meetings.storage.sources import (
    REJECTIONS_KEPT,
    RUNS_KEPT,
    ImportRun,
    Outcome,
    Rejection,
    SourceState,
    State,
    add_run,
    last_runs,
    put_source_state,
    source_states,
)
from tests.make import NOON


def a_source_state(**changes: Any) -> SourceState:
    defaults: dict[str, Any] = {
        "id": "t",
        "title": "Invented Area",
        "fellowship": "na",
        "last_tried_at": NOON,
    }
    return SourceState(**defaults | changes)


def a_run(**changes: Any) -> ImportRun:
    defaults: dict[str, Any] = {
        "id": "run-1",
        "source": "t",
        "started_at": NOON,
        "ended_at": NOON + dt.timedelta(seconds=3),
        "outcome": Outcome.ACCEPTED,
    }
    return ImportRun(**defaults | changes)


async def test_a_source_that_was_never_put_is_not_there(db: Database) -> None:
    async with db.read() as reader:
        assert await source_states(reader) == []


@pytest.mark.parametrize("state", State)
async def test_a_source_comes_back_equal(db: Database, state: State) -> None:
    put = a_source_state(
        state=state, last_accepted_at=NOON, accepted_count=6301, reason="0 records, 6301 before"
    )

    async with db.write() as writer:
        await put_source_state(writer, put)

    async with db.read() as reader:
        assert await source_states(reader) == [put]


async def test_a_source_that_is_put_again_is_replaced_and_no_other(db: Database) -> None:
    old, other = a_source_state(id="t", last_accepted_at=NOON), a_source_state(id="A")
    new = a_source_state(id="t", title="Other Area", state=State.HELD, last_accepted_at=None)

    async with db.write() as writer:
        for state in (old, other, new):
            await put_source_state(writer, state)

    async with db.read() as reader:
        assert await source_states(reader) == [other, new]


async def test_a_run_comes_back_equal(db: Database) -> None:
    run = a_run(
        outcome=Outcome.HELD,
        reason="missing 40 of 100",
        read=12,
        added=1,
        changed=2,
        unchanged=3,
        missing=4,
        removed=5,
        rejected=2,
        rejections=(Rejection("17", "day: not 0 to 6"), Rejection("ü", "name: empty")),
    )

    async with db.write() as writer:
        await add_run(writer, run)

    async with db.read() as reader:
        assert await last_runs(reader, "t", 10) == [run]


async def test_a_run_that_is_added_again_stays_as_it_was(db: Database) -> None:
    async with db.write() as writer:
        await add_run(writer, a_run(reason="first"))
        await add_run(writer, a_run(reason="second"))

    async with db.read() as reader:
        assert await last_runs(reader, "t", 10) == [a_run(reason="first")]


async def test_the_first_rejections_are_kept_and_all_are_counted(db: Database) -> None:
    rejections = tuple(Rejection(str(n), "name: empty") for n in range(REJECTIONS_KEPT + 1))
    run = a_run(rejected=len(rejections), rejections=rejections)

    async with db.write() as writer:
        await add_run(writer, run)

    async with db.read() as reader:
        assert await last_runs(reader, "t", 1) == [replace(run, rejections=rejections[:-1])]


async def test_the_last_runs_are_of_one_source_and_newest_first(db: Database) -> None:
    runs = [
        a_run(id=f"{source}-{hour}", source=source, started_at=NOON + dt.timedelta(hours=hour))
        for hour in range(3)
        for source in ("t", "u")
    ]

    async with db.write() as writer:
        for run in runs:
            await add_run(writer, run)

    async with db.read() as reader:
        assert [run.id for run in await last_runs(reader, "t", 2)] == ["t-2", "t-1"]


async def test_the_oldest_runs_of_a_source_are_forgotten(db: Database) -> None:
    async with db.write() as writer:
        await add_run(writer, a_run(id="other", source="u", started_at=NOON - dt.timedelta(days=9)))
        for hour in range(RUNS_KEPT + 2):
            started_at = NOON + dt.timedelta(hours=hour)
            await add_run(writer, a_run(id=f"{hour:02}", started_at=started_at))

    async with db.read() as reader:
        kept = [run.id for run in await last_runs(reader, "t", 1000)]
        others = [run.id for run in await last_runs(reader, "u", 1000)]
    assert kept == [f"{hour:02}" for hour in reversed(range(2, RUNS_KEPT + 2))]
    assert others == ["other"]
