import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from meetings._gazetteer import write
from meetings.errors import Away
from meetings.model import Meeting
from meetings.places import OfflineGeocoder, Places
from meetings.search import Search
from meetings.storage.database import Database, open_database
from meetings.storage.migrate import migrate
from meetings.storage.sources import SourceState, State, put_source_state
from tests.make import NOON, a_meeting
from tests.serving import SITE, publish, towns
from web.service import Service

AWAY = "postgresql+psycopg://nobody@127.0.0.1:1/none"  # where nobody listens


@asynccontextmanager
async def opened(folder: Path, meetings: list[Meeting]) -> AsyncIterator[Service]:
    """Open a service over a database that holds *meetings* beside what it held."""
    url = f"sqlite+aiosqlite:///{folder / 'web.db'}"
    await migrate(url)
    async with open_database(url) as database:
        await publish(database, meetings)
        with a_service(database, folder) as running:
            yield running


@contextmanager
def a_service(database: Database, folder: Path) -> Iterator[Service]:
    write(folder / "places.sqlite", towns(), progress=lambda _: None)
    with Places(folder / "places.sqlite") as places:
        yield Service(
            site=SITE,
            database=database,
            places=places,
            geocoder=OfflineGeocoder(places),
            now=lambda: NOON,
            snapshot=folder / "catalogue",
        )


def names(running: Service) -> list[str]:
    return [meeting.name for meeting in running.catalogue.all()]


async def test_a_start_without_its_database_serves_the_last_catalogue(tmp_path: Path) -> None:
    async with opened(tmp_path, [a_meeting(name="Kept")]) as running:
        await running.start()
        async with open_database(AWAY) as away:
            with a_service(away, tmp_path) as alone:
                await alone.start()

    assert names(alone) == ["Kept"]


async def test_a_start_with_neither_fails(tmp_path: Path) -> None:
    async with open_database(AWAY) as away:
        with a_service(away, tmp_path) as running, pytest.raises(Away):
            await running.start()


async def test_a_start_shows_what_was_published_since(tmp_path: Path) -> None:
    async with opened(tmp_path, [a_meeting(name="Old")]) as running:
        await running.start()
    changed = replace(a_meeting(name="New"), revision=1)

    async with opened(tmp_path, [changed]) as again:
        await again.start()

    assert names(again) == ["New"]


async def test_a_list_that_falls_silent_leaves_searches_and_returns(tmp_path: Path) -> None:
    async def found_after(days: int) -> int:
        read = SourceState(
            id="t",
            title="A",
            fellowship="na",
            state=State.FAILED,
            last_accepted_at=NOON - dt.timedelta(days=days),
        )
        async with running.database.write() as writer:
            await put_source_state(writer, read)
        await running.load()
        return running.catalogue.find(Search(), now=NOON).count

    async with opened(tmp_path, [a_meeting()]) as running:
        await running.start()
        found = [await found_after(days) for days in (1, 181, 0)]

    assert found == [1, 0, 1]


async def test_the_next_moment_is_made_ready_while_a_catalogue_is_made(tmp_path: Path) -> None:
    async def never_made(order: Sequence[str]) -> None:  # noqa: ARG001 - a MakeSnapshot
        await asyncio.Event().wait()

    async with opened(tmp_path, [a_meeting()]) as running, asyncio.TaskGroup() as tasks:
        await running.start()
        its_end = dt.datetime(2026, 11, 25, 1, 30, tzinfo=dt.UTC)
        running.now = lambda: its_end - dt.timedelta(seconds=1)
        await publish(running.database, [a_meeting(id="t:2")])
        running.make_snapshot = never_made
        beside = [tasks.create_task(running.load()), tasks.create_task(running.look_ahead())]
        served = running.catalogue
        async with asyncio.timeout(10):
            while served._coming is None:  # noqa: ASYNC110 - nothing tells
                await asyncio.sleep(0.01)
        for task in beside:
            task.cancel()

        assert served._coming.moment.since == its_end.timestamp()
        assert running.catalogue is served


async def test_a_snapshot_of_another_database_is_not_served(tmp_path: Path) -> None:
    async with opened(tmp_path, [a_meeting(name="Theirs")]) as running:
        await running.start()
    (tmp_path / "web.db").unlink()

    async with opened(tmp_path, []) as emptied:
        await emptied.start()

    assert names(emptied) == []
