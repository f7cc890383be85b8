"""What is refreshed when, and that nothing that goes wrong ends the refreshing."""

import datetime as dt
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from importers._retry import TryLater
from importers._source import Get
from meetings._gazetteer import write
from meetings.errors import FetchFailed
from meetings.places import OfflineGeocoder, Places
from meetings.settings import Settings
from meetings.storage.database import Database
from meetings.storage.sources import State, source_states
from tests.make_lists import NOW, a_bmlt_record, bmlt_list
from tests.serving import SITE, towns
from web.cli.keeping_fresh import refresh_due
from web.cli.refreshing import Refreshing, refresh_each
from web.service import Service

OWN = """
[[sources]]
id = "na"
importer = "bmlt"
fellowship = "na"
enabled = false

[[sources]]
id = "virtual-na"
importer = "bmlt"
fellowship = "na"
enabled = false

[[sources]]
id = "recovery-dharma"
importer = "tsml"
fellowship = "rd"
enabled = false

[[sources]]
id = "refuge-recovery"
importer = "tsml"
fellowship = "refuge"
enabled = false

[[sources]]
id = "gone"
importer = "bmlt"
fellowship = "na"
url = "https://gone.example/main_server"

[[sources]]
id = "here"
importer = "bmlt"
fellowship = "na"
url = "https://here.example/main_server"
"""


class Publishers:
    """Root servers by their hosts; *asked* counts what each was asked."""

    def __init__(self, answers: Mapping[str, bytes]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    async def get(self, url: str) -> bytes:
        host = url.split("/")[2]
        self.asked.append(host)
        if host not in self.answers:
            raise FetchFailed(f"{host} did not answer completely within 60 s")
        return self.answers[host] if "GetSearchResults" in url else b"[]"

    def open(
        self, *, contact: str, keep_in: Path | None, obey_robots: bool
    ) -> AbstractAsyncContextManager[Get]:
        assert (contact, keep_in is None, obey_robots) == ("", False, False)
        return self._opened()

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[Get]:
        yield self.get


@pytest.fixture
async def running(db: Database, tmp_path: Path) -> AsyncIterator[Service]:
    write(tmp_path / "places.sqlite", towns(), progress=lambda _: None)
    (tmp_path / "sources.toml").write_text(OWN)
    with Places(tmp_path / "places.sqlite") as places:
        yield Service(
            site=SITE, database=db, places=places, geocoder=OfflineGeocoder(places), now=lambda: NOW
        )


async def due(settings: Settings, running: Service, publishers: Publishers) -> str:
    """Refresh in this process, from *publishers* that are no servers."""
    shared = Refreshing(
        database=running.database,
        places=running.places,
        settings=settings,
        opening=publishers.open,
    )
    return await refresh_due(settings, running, refresh=partial(refresh_each, shared))


def a_list() -> bytes:
    (body,) = bmlt_list(*(a_bmlt_record(number) for number in range(1, 13))).values()
    return body


async def states(running: Service) -> dict[str, State]:
    async with running.database.read() as reader:
        return {state.id: state.state for state in await source_states(reader)}


async def test_a_source_that_is_not_reached_does_not_keep_the_others_from_being_read(
    running: Service, tmp_path: Path
) -> None:
    publishers = Publishers({"here.example": a_list()})

    said = await due(Settings(data_dir=tmp_path), running, publishers)

    assert said == ""
    assert await states(running) == {"gone": State.FAILED, "here": State.ACCEPTED}


async def test_what_was_read_a_moment_ago_is_not_due(running: Service, tmp_path: Path) -> None:
    publishers, settings = Publishers({"here.example": a_list()}), Settings(data_dir=tmp_path)
    await due(settings, running, publishers)
    running.now = lambda: dt.datetime.now(dt.UTC)
    publishers.asked.clear()

    await due(settings, running, publishers)

    assert publishers.asked == []


async def test_a_publisher_that_asks_for_hours_is_left_alone_for_them(
    running: Service, tmp_path: Path
) -> None:
    class Busy(Publishers):
        async def get(self, url: str) -> bytes:
            self.asked.append(url.split("/")[2])
            raise TryLater("busy", after=dt.timedelta(hours=6))

    publishers, settings = Busy({}), Settings(data_dir=tmp_path)
    await due(settings, running, publishers)
    began = dt.datetime.now(dt.UTC)
    asked_at = []

    for hours in (3, 5, 7):
        publishers.asked.clear()
        running.now = partial(lambda wait: began + dt.timedelta(hours=wait), hours)
        await due(settings, running, publishers)
        asked_at.append((hours, bool(publishers.asked)))

    assert asked_at == [(3, False), (5, False), (7, True)]


async def test_what_is_due_longest_is_read_first(running: Service, tmp_path: Path) -> None:
    publishers, settings = Publishers({"here.example": a_list()}), Settings(data_dir=tmp_path)
    await due(settings, running, publishers)
    publishers.asked.clear()
    running.now = lambda: dt.datetime.now(dt.UTC) + dt.timedelta(days=3)

    await due(settings, running, publishers)

    assert list(dict.fromkeys(publishers.asked)) == ["gone.example", "here.example"]


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        ("overrides.toml", "no list is read: overrides.toml is not TOML"),
        ("sources.toml", "no list is read: sources.toml is not TOML"),
    ],
)
async def test_a_broken_file_of_the_operators_is_said_and_nothing_is_read(
    running: Service, tmp_path: Path, file: str, sentence: str
) -> None:
    (tmp_path / file).write_text("[[[")
    publishers = Publishers({})

    said = await due(Settings(data_dir=tmp_path), running, publishers)

    assert said.startswith(sentence)
    assert publishers.asked == []


async def test_a_source_with_an_unknown_importer_is_said_and_the_others_are_read(
    running: Service, tmp_path: Path
) -> None:
    (tmp_path / "sources.toml").write_text(
        OWN.replace(
            'id = "gone"\nimporter = "bmlt"',
            'id = "gone"\nimporter = "excel"',
        )
    )
    publishers = Publishers({"here.example": a_list()})

    said = await due(Settings(data_dir=tmp_path), running, publishers)

    assert said.startswith("gone is not read: there is no importer 'excel'")
    assert await states(running) == {"here": State.ACCEPTED}


async def test_what_a_bug_throws_costs_one_list_and_not_the_server(
    running: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> object:
        raise RecursionError

    monkeypatch.setattr("web.cli.refreshing.refresh_failed", broken)
    publishers = Publishers({"here.example": a_list()})

    said = await due(Settings(data_dir=tmp_path), running, publishers)

    assert said == "gone is not read: RecursionError"
    assert await states(running) == {"here": State.ACCEPTED}


async def test_pages_learn_of_a_source_that_was_added_while_serving(
    running: Service, tmp_path: Path
) -> None:
    await due(Settings(data_dir=tmp_path), running, Publishers({}))

    assert {"gone", "here", "smart-us"} <= {each.id for each in running.publishers}
