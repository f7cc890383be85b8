"""A name that several countries have: that of the country a browser names is meant first."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from tests.serving import serving

CANADA, WASHINGTON = "ca-vancouver", "us-wa-vancouver"


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    async with serving(tmp_path) as opened:
        yield opened


async def test_what_is_typed_is_looked_for_in_the_country_of_the_browser_first(
    client: httpx2.AsyncClient,
) -> None:
    for language, first in (("en-US,en;q=0.9", WASHINGTON), ("fr-CA", CANADA), ("en", CANADA)):
        asking = {"Accept-Language": language}
        completed = await client.get("/api/places?q=Vancouver", headers=asking)

        assert completed.json()["places"][0]["slug"] == first
        assert completed.headers["vary"] == "Accept-Language"


async def test_a_form_and_a_link_lead_to_the_same_place(client: httpx2.AsyncClient) -> None:
    for language, leads_to in (("en-US", "/find?near=Vancouver"), ("en-CA", f"/find/{CANADA}")):
        asking = {"Accept-Language": language}
        posted = await client.post("/find", data={"near": "Vancouver"}, headers=asking)
        linked = await client.get("/find?near=Vancouver", headers=asking)

        assert posted.headers["location"] == leads_to
        assert ("Which Vancouver?" in linked.text) == (language == "en-US")
        assert linked.headers["vary"] == "Accept-Language"


async def test_answers_are_kept_apart_by_the_country_of_who_asks(
    client: httpx2.AsyncClient,
) -> None:
    asked = "/api/meetings?near=Vancouver"
    here, abroad = {"Accept-Language": "en-CA"}, {"Accept-Language": "en-US"}
    first = await client.get(asked, headers=here)
    again = await client.get(asked, headers={**here, "If-None-Match": first.headers["etag"]})

    assert (first.status_code, again.status_code) == (200, 304)
    assert first.headers["vary"] == again.headers["vary"] == "Accept-Language"
    assert (await client.get(asked, headers=abroad)).status_code == 400
    assert "vary" not in (await client.get("/api/meetings?online=1", headers=here)).headers
