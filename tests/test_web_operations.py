"""/livez, /readyz and /version, and what they keep to themselves."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

from meetings.catalogue import Catalogue
from tests.make import NOON, a_meeting
from tests.serving import SITE, serving
from tests.test_web_service import opened
from web.operations import readiness


async def test_a_server_with_a_catalogue_is_ready_and_says_how_old_it_is(tmp_path: Path) -> None:
    later = NOON + dt.timedelta(hours=2)
    async with serving(tmp_path, [a_meeting()], now=later) as client:
        alive, ready = await client.get("/livez"), await client.get("/readyz")

    assert (alive.status_code, alive.text) == (200, "alive")
    assert ready.status_code == 200
    assert ready.json() == {
        "ready": True,
        "catalogue": {
            "version": 1,
            "meetings": 1,
            "published_seconds_ago": 7200,
            "confirmed_seconds_ago": 0,
        },
        "database": "reachable",
    }


async def test_without_its_database_it_is_ready_and_says_since_when(tmp_path: Path) -> None:
    async with opened(tmp_path, [a_meeting()]) as running:
        await running.load()
        running.now = lambda: NOON + dt.timedelta(minutes=20)

        document = readiness(running)

    assert (document["ready"], document["database"]) == (True, "away")
    assert document["catalogue"] == {
        "version": 1,
        "meetings": 1,
        "published_seconds_ago": 1200,
        "confirmed_seconds_ago": 1200,
    }


async def test_without_any_catalogue_it_is_not_ready(tmp_path: Path) -> None:
    async with opened(tmp_path, []) as running:
        running.catalogue = Catalogue([], version=-1, now=NOON)

        assert readiness(running)["ready"] is False


async def test_what_it_says_of_itself_holds_no_path_and_no_secret(tmp_path: Path) -> None:
    site = replace(SITE, contact="sentinel@operator.example")
    async with serving(tmp_path, [a_meeting()], site=site) as client:
        said = [(await client.get(path)).text for path in ("/readyz", "/version", "/livez")]

    assert all(str(tmp_path) not in each and "sentinel" not in each for each in said)
    assert all("sqlite" not in each for each in said)
