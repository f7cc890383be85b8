"""The OpenAPI document, and schemathesis over it: what is answered is what is described."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from jsonschema import Draft202012Validator
from starlette.routing import Route

from meetings.storage.database import Database
from meetings.storage.meetings import next_version, remove
from tests.make import NOON
from tests.serving import serving
from tests.test_web_api import MEETINGS
from web.api.openapi import PREFIX, described
from web.app import ROUTES
from web.parameters import PARAMETERS, PLACE_PARAMETERS


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    async with serving(tmp_path, MEETINGS) as opened:
        yield opened


async def test_every_route_of_the_api_is_in_the_document() -> None:
    routes = [r for r in ROUTES if isinstance(r, Route) and r.path.startswith(PREFIX)]
    told = [(path, method) for path, method, _ in described(ROUTES)]

    assert len(told) == len(set(told)) == len(routes) - 1  # all but the document itself


async def test_the_search_is_described_by_what_the_parser_reads(
    client: httpx2.AsyncClient,
) -> None:
    document = (await client.get("/api/openapi.json")).json()

    parameters = document["paths"]["/api/meetings"]["get"]["parameters"]
    assert document["openapi"] == "3.1.0"
    assert [p["name"] for p in parameters] == [*PLACE_PARAMETERS, *PARAMETERS]


@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ("/api/meetings?facets=1", "Meetings"),
        ("/api/meetings?near=Brooklyn%2C+NY", "Meetings"),
        ("/api/meetings/1", "Meeting"),
        ("/api/meetings/2", "Meeting"),
        ("/api/meetings/3", "Meeting"),
        ("/api/changes", "Changes"),
        ("/api/places?q=brook", "Places"),
        ("/api/sources", "Sources"),
        ("/api/fellowships", "Fellowships"),
        ("/api/formats", "Formats"),
        ("/api/meetings/99", "Problem"),
    ],
)
async def test_an_answer_has_the_shape_that_the_document_tells(
    client: httpx2.AsyncClient, path: str, shape: str
) -> None:
    document = (await client.get("/api/openapi.json")).json()
    schema: dict[str, Any] = {"$ref": f"#/components/schemas/{shape}", **document}

    answer = await client.get(path)

    Draft202012Validator(schema).validate(answer.json())
    assert answer.headers["access-control-allow-origin"] == "*"


async def test_an_unchanged_answer_is_304(client: httpx2.AsyncClient) -> None:
    for path in ("/api/meetings", "/api/meetings/1", "/api/openapi.json"):
        first = await client.get(path)
        again = await client.get(path, headers={"If-None-Match": first.headers["etag"]})

        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]


async def test_a_browser_may_ask_with_a_header_of_its_own(client: httpx2.AsyncClient) -> None:
    answer = await client.options(
        "/api/meetings", headers={"Access-Control-Request-Headers": "if-none-match"}
    )

    assert answer.headers["access-control-allow-headers"] == "if-none-match"


async def test_plans_are_for_no_other_site(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/api/plans", headers={"Authorization": "Bearer x"})

    assert answer.status_code == 404
    assert "access-control-allow-origin" not in answer.headers


async def test_changes_come_once_and_the_removed_ones_too(tmp_path: Path) -> None:
    async def remove_one(database: Database) -> None:
        async with database.write() as writer:
            version = await next_version(writer, at=NOON)
            await remove(writer, ["t:2"], version=version, at=NOON)

    async with serving(tmp_path, MEETINGS, prepare=remove_one) as client:
        everything = (await client.get("/api/changes")).json()
        newer = (await client.get("/api/changes?since=1")).json()
        nothing = (await client.get("/api/changes?since=2")).json()

    assert [m["number"] for m in everything["meetings"]] == [1, 3, 2]
    assert [(m["number"], m["status"]) for m in newer["meetings"]] == [(2, "ended")]
    assert (everything["version"], everything["next"], nothing["meetings"]) == (2, None, [])


async def test_changes_come_in_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.api.changes.CHANGES_MOST", 2)
    async with serving(tmp_path, MEETINGS) as client:
        first = (await client.get("/api/changes")).json()
        rest = (await client.get(f"/api/changes?cursor={first['next']}")).json()

    assert [m["number"] for m in first["meetings"]] == [1, 2]
    assert [m["number"] for m in rest["meetings"]] == [3]
    assert rest["next"] is None


@pytest.mark.parametrize("query", ["since=x", "since=-1", "cursor=1", "cursor=x.y"])
async def test_a_broken_since_is_named(client: httpx2.AsyncClient, query: str) -> None:
    answer = await client.get(f"/api/changes?{query}")

    assert (answer.status_code, answer.json()["field"]) == (400, query.partition("=")[0])
