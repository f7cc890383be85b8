"""Nonsense in every parameter of every face: one sentence and the field, never our fault."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote_from_bytes

import httpx2
import pytest

from tests.serving import serving
from tests.test_web_pages import in_brooklyn
from web.parameters import PARAMETERS, PLACE_PARAMETERS

NONSENSE = ("--5", "1_0", "9" * 400, "\x00\ud83d’")
FACES = (
    "/api/meetings?",
    "/api/places?",
    "/find/us-ny-brooklyn?",
    "/now?",
    "/calendar.ics?",
    "/list/calendar.ics?",
)
NAMES = (*PARAMETERS, *PLACE_PARAMETERS, "q", "meetings", "meeting-id")


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    async with serving(tmp_path, [in_brooklyn("1", name="Hope", languages=("en",))]) as opened:
        yield opened


async def test_nonsense_is_never_our_fault(client: httpx2.AsyncClient) -> None:
    statuses = {
        (face, name, value): (await client.get(f"{face}{name}={written(value)}")).status_code
        for face in FACES
        for name in NAMES
        for value in NONSENSE
    }

    assert {asked: status for asked, status in statuses.items() if status not in (200, 400)} == {}


async def test_two_signs_are_no_number(client: httpx2.AsyncClient) -> None:
    for name in ("nearest", "limit", "within", "radius_km", "beyond_km"):
        answer = await client.get(f"/api/meetings?latitude=1&longitude=1&{name}=--5")
        page = await client.get(f"/find?near=Brooklyn&{name}=--1")

        assert (answer.status_code, page.status_code) == (400, 400)
        assert answer.json()["field"] == name
        assert answer.json()["title"].startswith("This must be a ")


async def test_a_fellowship_nobody_knows_is_told_and_a_followed_calendar_goes_on(
    client: httpx2.AsyncClient,
) -> None:
    wrong, right = "fellowship=foo&online=1", "fellowship=NA&language=en-us&near=Brooklyn%2C+NY"
    statuses = [
        (await client.get(f"{face}{wrong}")).status_code
        for face in ("/api/meetings?", "/find?", "/calendar.ics?")
    ]

    assert statuses == [400, 400, 200]
    assert (await client.post("/find", data={"fellowship": "foo"})).status_code == 400
    assert (await client.get(f"/api/meetings?{wrong}")).json()["field"] == "fellowship"
    assert (await client.get(f"/api/meetings?{right}")).json()["count"] == 1


async def test_what_cannot_be_a_place_is_told_of_the_parameter_it_stands_in(
    client: httpx2.AsyncClient,
) -> None:
    completed = await client.get("/api/places?q=91,0")
    searched = await client.get("/api/meetings?near=91,0")

    assert (completed.status_code, completed.json()["field"]) == (400, "q")
    assert (searched.status_code, searched.json()["field"]) == (400, "near")


def written(value: str) -> str:
    return quote_from_bytes(value.encode("utf-8", "surrogatepass"))
