"""Two nodes over one PostgreSQL, and what goes on while it is away."""

import datetime as dt
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from asgi_lifespan import LifespanManager

from meetings._gazetteer import write
from meetings.errors import Away, SchemaTooOld
from meetings.places import OfflineGeocoder, Places
from meetings.storage.database import Database, open_database
from meetings.storage.sources import SourceState, State, put_source_state
from tests.make import NOON, a_meeting
from tests.relay import cable_to
from tests.serving import SITE, client_of, publish, towns
from web.app import create_app
from web.service import Service

MINUTE = dt.timedelta(minutes=1)
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


@dataclass
class Clock:
    now: dt.datetime = NOON

    def __call__(self) -> dt.datetime:
        return self.now


@dataclass
class Node:
    """A web node, whose poll of the version is the test's to make."""

    client: httpx2.AsyncClient
    running: Service

    async def post(self, path: str, form: Mapping[str, str]) -> httpx2.Response:
        return await self.client.post(
            path, data=dict(form), headers={"Sec-Fetch-Site": "same-origin"}
        )


@asynccontextmanager
async def node(url: str, folder: Path, clock: Clock) -> AsyncIterator[Node]:
    places_at = _gazetteer(folder)
    made: list[Service] = []

    @asynccontextmanager
    async def opened() -> AsyncIterator[Service]:
        async with open_database(url) as database:
            with Places(places_at) as places:
                made.append(
                    Service(
                        site=SITE,
                        database=database,
                        places=places,
                        geocoder=OfflineGeocoder(places),
                        now=clock,
                        snapshot=folder / "catalogue",
                    )
                )
                yield made[0]

    async with (
        LifespanManager(create_app(opened, background=())) as manager,
        client_of(manager.app) as client,
    ):
        yield Node(client, made[0])


def _gazetteer(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    if not (folder / "places.sqlite").exists():
        write(folder / "places.sqlite", towns(), progress=lambda _: None)
    return folder / "places.sqlite"


@pytest.fixture
async def filled_url(postgresql_url: str) -> str:
    """The URL of a PostgreSQL database with one meeting, whose list was read an hour ago."""
    async with open_database(postgresql_url) as db:
        await publish(db, [a_meeting(id="t:1", source="t", name="Evening Hope")])
        await _note_source(db)
    return postgresql_url


async def _note_source(db: Database) -> None:
    read = NOON - 60 * MINUTE
    state = SourceState(
        id="t", title="Invented Region", fellowship="na", state=State.ACCEPTED,
        last_tried_at=read, last_accepted_at=read, accepted_count=1,
    )  # fmt: skip
    async with db.write() as writer:
        await put_source_state(writer, state)


async def made_plan(node: Node) -> str:
    """Make a plan by the form; return its keep secret."""
    answer = await node.post("/plans", {"meetings": "1"})
    assert answer.status_code == 303
    return answer.headers["Location"].removeprefix("/k/")


async def made_calendar(node: Node, secret: str) -> str:
    answer = await node.client.post(
        "/api/plans/calendars", headers={"Authorization": f"Bearer {secret}"}
    )
    return str(answer.json()["calendars"][-1]["secret"])


async def test_a_new_link_opens_on_any_node_at_once(filled_url: str, tmp_path: Path) -> None:
    clock = Clock()
    async with (
        node(filled_url, tmp_path / "a", clock) as one,
        node(filled_url, tmp_path / "b", clock) as two,
    ):
        secret = await made_plan(one)
        calendar = await made_calendar(two, secret)

        page = await two.client.get(f"/k/{secret}")
        feed = await one.client.get(f"/c/{calendar}/calendar.ics")

    assert (page.status_code, feed.status_code) == (200, 200)
    assert "Evening Hope" in page.text
    assert "Evening Hope" in feed.text


async def test_what_was_taken_back_on_one_node_is_gone_on_the_other_within_30_seconds(
    filled_url: str, tmp_path: Path
) -> None:
    clock = Clock()
    async with (
        node(filled_url, tmp_path / "a", clock) as one,
        node(filled_url, tmp_path / "b", clock) as two,
    ):
        secret = await made_plan(one)
        calendar = await made_calendar(one, secret)
        before = await two.client.get(f"/c/{calendar}/calendar.ics")  # which keeps it
        await one.client.request(
            "DELETE",
            "/api/plans/calendars",
            headers={"Authorization": f"Bearer {secret}"},
            json={"secret": calendar},
        )
        here = await one.client.get(f"/c/{calendar}/calendar.ics")
        clock.now += dt.timedelta(seconds=30)
        there = await two.client.get(f"/c/{calendar}/calendar.ics")

    assert "Evening Hope" in before.text
    for answer in (here, there):
        assert answer.text.count("BEGIN:VEVENT") == 1
        assert "Evening Hope" not in answer.text


async def test_while_the_database_is_away_only_changes_and_unknown_links_have_to_wait(
    filled_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("meetings.storage.database.TRY_AGAIN_SECONDS", 0.2)
    clock = Clock()
    async with cable_to(filled_url) as (cable, url), node(url, tmp_path / "a", clock) as one:
        secret = await made_plan(one)
        calendar = await made_calendar(one, secret)
        known = await one.client.get(f"/c/{calendar}/calendar.ics")
        await cable.cut()
        clock.now += MINUTE

        found = await one.client.get("/api/meetings")
        page = await one.client.get("/meetings/1")
        public = await one.client.get("/meetings/1/calendar.ics")
        feed = await one.client.get(f"/c/{calendar}/calendar.ics")
        waiting = [
            await one.post("/plans", {"meetings": "1"}),
            await one.client.get(f"/k/{secret}"),
            await one.post(f"/k/{secret}/delete", {}),
        ]
        await cable.mend()
        again = await one.client.get(f"/k/{secret}")

    assert [each.status_code for each in (found, page, public, feed)] == [200] * 4
    assert feed.content == known.content
    assert [(each.status_code, each.headers["Retry-After"]) for each in waiting] == [
        (503, "60")
    ] * 3
    assert again.status_code == 200


async def test_a_node_starts_without_the_database_and_says_how_old_its_lists_are(
    filled_url: str, tmp_path: Path
) -> None:
    clock = Clock(NOON + 5 * MINUTE)
    async with cable_to(filled_url) as (cable, url):
        async with node(url, tmp_path / "a", clock) as before:
            catalogue = before.running.catalogue
        await cable.cut()

        async with node(url, tmp_path / "a", clock) as alone:
            found = (await alone.client.get("/api/meetings")).json()
            ready = (await alone.client.get("/readyz")).json()
            page, sources = [(await alone.client.get(path)).text for path in ("/", "/sources")]
            await cable.mend()
            await alone.running.load()
            renewed = (await alone.client.get("/")).text

    assert [each["name"] for each in found["meetings"]] == ["Evening Hope"]
    assert ready == {
        "ready": True,
        "catalogue": {
            "version": catalogue.version,
            "meetings": 1,
            "published_seconds_ago": 300,
            "confirmed_seconds_ago": None,
        },
        "database": "away",
    }
    as_of = "What you see is as it was on November 18, 2026, 12:00 UTC."
    assert (as_of in page, as_of in sources, as_of in renewed) == (True, True, False)
    assert "Invented Region" in sources


async def test_a_first_start_needs_the_database(filled_url: str, tmp_path: Path) -> None:
    async with cable_to(filled_url) as (cable, url):
        await cable.cut()

        with pytest.raises(Away):
            async with node(url, tmp_path / "a", Clock()):
                pass


async def test_a_schema_that_does_not_fit_stops_a_start_also_with_a_snapshot(
    filled_url: str, bare_postgresql_url: str, tmp_path: Path
) -> None:
    async with node(filled_url, tmp_path / "a", Clock()):
        pass

    with pytest.raises(SchemaTooOld, match="openchair migrate"):
        async with node(bare_postgresql_url, tmp_path / "a", Clock()):
            pass


async def test_pages_say_so_when_nothing_was_confirmed_for_a_quarter_of_an_hour(
    filled_url: str, tmp_path: Path
) -> None:
    clock = Clock()
    async with node(filled_url, tmp_path / "a", clock) as one:
        said = []
        for minutes in (15, 1):
            clock.now += minutes * MINUTE
            said.append("as it was on" in (await one.client.get("/")).text)

    assert said == [False, True]
