"""What `/privacy` says is kept is all that the database, the logs and the metrics can hold."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import httpx2
import pytest
from starlette.routing import Route

from meetings.storage.tables import metadata
from tests.make import a_meeting
from tests.serving import SITE, serving
from web.app import ROUTES

# Every table, and the words of the page that tell of it. A new one must be told of first.
TOLD = {
    "catalogue": "What publishers list",
    "meeting": "What publishers list",
    "source": "What publishers list",
    "import_run": "What publishers list",
    "published_record": "What publishers list",
    "geocoded": "addresses of halls as they were found on the map",
    "lease": "which of our machines is reading it",
    "sealed_plan": "A locked row each",
    "link": "A fingerprint of each",
}
# What a row of a person's holds: nothing but this may be added without a word on the page.
OF_PEOPLE = {
    "sealed_plan": {"locator", "content", "made_month", "used_month"},
    "link": {"hash", "kind", "sealed", "used_month", "expires_on", "revoked_on"},
}


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    async with serving(tmp_path, [a_meeting()]) as opened:
        yield opened


async def words(client: httpx2.AsyncClient) -> str:
    page = await client.get("/privacy")
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


async def test_every_table_is_told_of(client: httpx2.AsyncClient) -> None:
    text = await words(client)

    assert set(TOLD) == set(metadata.tables)
    assert [said for said in TOLD.values() if said not in text] == []


def test_rows_of_people_hold_what_is_told_and_no_more() -> None:
    held = {name: {column.name for column in metadata.tables[name].columns} for name in OF_PEOPLE}

    assert held == OF_PEOPLE


async def test_whoever_is_sent_typed_places_is_named(tmp_path: Path) -> None:
    site = replace(SITE, geocoder_host="places.example")
    async with serving(tmp_path, [a_meeting()], site=site) as client:
        text = await words(client)

    assert "sends those words to places.example , which looks them up" in text
    assert "looked up on this server" not in text
    assert "asks nobody else" not in text


async def test_no_answer_sets_a_cookie(client: httpx2.AsyncClient) -> None:
    addresses = [route.path for route in ROUTES if isinstance(route, Route)]
    for address in addresses:
        path = re.sub(r"\{number:int\}", "1", re.sub(r"\{slug\}", "us-ny-brooklyn", address))
        answer = await client.get(re.sub(r"\{\w+\}", "us", path))

        assert "set-cookie" not in answer.headers, path


async def test_a_plan_is_made_and_opened_without_a_cookie(client: httpx2.AsyncClient) -> None:
    made = await client.post("/plans", data={"meetings": "1"})
    opened = await client.get(made.headers["location"])

    assert (made.status_code, opened.status_code) == (303, 200)
    assert [answer.url for answer in (made, opened) if "set-cookie" in answer.headers] == []


def test_our_scripts_store_nothing() -> None:
    scripts = sorted((Path(__file__).parents[1] / "web" / "static").glob("*.js"))

    assert scripts
    for script in scripts:
        text = script.read_text(encoding="utf-8")
        assert not re.search(r"localStorage|sessionStorage|indexedDB|document\.cookie|caches", text)


async def test_every_page_leads_there(client: httpx2.AsyncClient) -> None:
    for path in ("/", "/now", "/find", "/meetings/1", "/helplines", "/nothing"):
        assert 'href="/privacy"' in (await client.get(path)).text


async def test_it_says_what_leaving_cannot_do(client: httpx2.AsyncClient) -> None:
    text = await words(client)

    assert "Pages opened before stay in the browser's history" in text
    assert "programs on this device" in text


async def test_a_street_map_of_another_server_is_told_of_where_there_is_one(
    client: httpx2.AsyncClient,
) -> None:
    assert SITE.tiles is None
    assert "map with streets" not in await words(client)
