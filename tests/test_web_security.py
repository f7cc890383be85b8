import logging
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from starlette.routing import Mount

from meetings.model import Accuracy, Online, Point, VenueType
from tests.make import a_meeting
from tests.serving import serving
from web.app import ROUTES
from web.keptfiles import files_path
from web.logs import TextLines
from web.security import HEADERS

MEETINGS = [
    a_meeting(id="t:1", point=Point(40.65, -73.95), accuracy=Accuracy.EXACT),
    a_meeting(
        id="t:2",
        venue_type=VenueType.ONLINE,
        online=Online(url="https://meet.example/join"),
        page_url="https://publisher.example/2",
    ),
]
PATHS = [
    "/",
    "/find",
    "/find?near=Brooklyn%2C+NY",
    "/find/us-ny-brooklyn",
    "/find?near=Springfield",
    "/find?near=Xyzzyville",
    "/now",
    "/now/us-ny-brooklyn",
    "/meetings/1",
    "/meetings/2",
    "/meetings/99",
    "/list",
    "/list?meetings=1,2",
    "/list?meetings=x",
    "/map.svg?place=us-ny-brooklyn&meetings=1,2",
    "/map.svg",
    "/map?place=us-ny-brooklyn&meetings=1",
    "/sources",
    "/fellowships",
    "/for-groups",
    "/for-groups/meetings.csv",
    "/api",
    "/use-it",
    "/about",
    "/privacy",
    "/robots.txt",
    "/coverage/us-ny-brooklyn",
    "/helplines",
    "/helplines/us",
    "/plans/new",
    "/plans/deleted",
    "/k/wrong",
    "/k/wrong/add",
    "/k/wrong/propose",
    "/k/wrong/paper",
    "/k/wrong/stored",
    "/k/wrong/plan.json",
    "/s/wrong",
    "/s/wrong/sheet",
    "/c/wrong/calendar.ics",
    "/s/wrong/calendar.ics",
    "/api/plans",
    "/api/plans/shared",
    "/api/plans/stored",
    "/api/plans/proposals",
    "/meetings/1/subscribe",
    "/meetings/1/subscribe?titles=plain",
    "/list/subscribe?meetings=1,2&titles=names",
    "/subscribe?online=1&titles=names",
    "/meetings/1/calendar.ics",
    "/calendar.ics?online=1",
    "/list/calendar.ics?meetings=1",
    "/api/meetings",
    "/api/meetings/1",
    "/api/changes",
    "/api/openapi.json",
    "/api/places?q=lo",
    "/api/sources",
    "/api/fellowships",
    "/api/formats",
    "/main_server/client_interface/json/?switcher=GetSearchResults",
    "/main_server/client_interface/json?switcher=GetServerInfo",
    "/main_server//client_interface/json/?switcher=GetFormats",
    "/main_server//client_interface/json?switcher=GetServiceBodies",
    "/all/main_server/client_interface/jsonp/?switcher=GetSearchResults&get_used_formats",
    "/all/main_server/client_interface/tsml?switcher=GetSearchResults",
    "/all/main_server//client_interface/json/?switcher=Nothing",
    "/all/main_server//client_interface/csv?switcher=GetNAWSDump",
    "/meeting-guide.json",
    "/meeting-guide.csv?online=1",
    "/livez",
    "/readyz",
    "/version",
    "/static/style.css",
    "/nothing",
]


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    async with serving(tmp_path, MEETINGS) as opened:
        yield opened


def test_every_route_is_among_the_paths_tested() -> None:
    patterns = [
        re.compile(re.sub(r"\{[^}]+\}", "[^/]+", route.path) + "(/|$)")
        for route in ROUTES
        if isinstance(route, Mount) or "GET" in (route.methods or ())
    ]

    missing = [
        pattern.pattern
        for pattern in patterns
        if not any(pattern.match(path.partition("?")[0]) for path in PATHS)
    ]

    assert missing == []


async def test_every_answer_carries_the_headers_error_pages_too(client: httpx2.AsyncClient) -> None:
    for path in PATHS:
        answer = await client.get(path)

        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, path
        assert "set-cookie" not in answer.headers


async def test_an_unforeseen_error_is_a_page_with_headers_and_no_particulars(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret particulars")

    monkeypatch.setattr("web.pages.meeting._coming", broken)

    answer = await client.get("/meetings/1")

    assert answer.status_code == 500
    assert "secret particulars" not in answer.text
    assert answer.headers["content-security-policy"] == HEADERS["Content-Security-Policy"]


LINKED_DATA = '<script type="application/ld+json">'  # which no browser runs


async def test_pages_load_nothing_from_elsewhere(client: httpx2.AsyncClient) -> None:
    for path in PATHS:
        page = await client.get(path)
        if not page.headers.get("content-type", "").startswith("text/html"):
            continue

        loaded = re.findall(
            r'(?:src|srcset|<link(?! rel="alternate")[^>]+href)="([^"]*)"', page.text
        )
        ours = ("/static/", "/map.svg?", "data:image/svg")
        assert all(url.startswith(ours) for url in loaded), path
        scripts = re.findall(r"<script[^>]*>[^<]*", page.text)
        scripts = [each for each in scripts if not each.startswith(LINKED_DATA)]
        assert scripts == [f'<script type="module" src="{files_path()}/comfort.js">'], path
        assert not re.search(r"<[^>]+ on[a-z]+=", page.text), path
        assert " style=" not in page.text


async def test_links_that_leave_say_nothing_of_where_they_come_from(
    client: httpx2.AsyncClient,
) -> None:
    for path in ("/meetings/1", "/meetings/2", "/list?meetings=1,2", "/about"):
        page = await client.get(path)

        for tag in re.findall(r'<a [^>]*href="https?://[^>]*>', page.text):
            assert "noreferrer" in tag, tag


async def test_nothing_that_was_searched_is_logged(
    client: httpx2.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    # The client of this test writes the address of each request at INFO; ours may not.
    caplog.set_level(logging.WARNING, logger="httpx2")
    caplog.set_level(logging.DEBUG)  # last: it sets the level of what listens, too
    caplog.handler.setFormatter(TextLines())  # which shows the fields of a line

    await client.post("/find", data={"near": "Brooklyn, NY", "text": "sentinel-words"})
    await client.get("/find/us-ny-brooklyn?text=sentinel-words")
    await client.get("/api/meetings?latitude=40.6512&longitude=-73.9498")

    assert "sentinel" not in caplog.text
    assert "rooklyn" not in caplog.text
    assert "40.65" not in caplog.text
