"""The pages for people who make sites: the lines to paste, the frame, and the API."""

from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import httpx2
import pytest

from tests.serving import serving
from tests.test_web_api import MEETINGS
from web.api.openapi import described
from web.app import ROUTES


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    async with serving(tmp_path, MEETINGS) as opened:
        yield opened


async def test_the_lines_to_paste_name_this_installation(client: httpx2.AsyncClient) -> None:
    text = unescape((await client.get("/use-it")).text)

    assert 'root_server: "https://meetings.example/main_server"' in text
    assert 'data-server="https://meetings.example/main_server/"' in text
    assert "https://meetings.example/meeting-guide.json?fellowship=na" in text
    assert "embed=1" in text


async def test_the_number_in_the_lines_is_a_service_body(client: httpx2.AsyncClient) -> None:
    text = (await client.get("/use-it")).text
    address = "/main_server/client_interface/json/?switcher=GetServiceBodies"
    bodies = (await client.get(address)).json()

    top = next(body["id"] for body in bodies if body["parent_id"] == "0")
    assert f"service_body: [{top}]" in text


async def test_the_page_of_the_api_names_every_operation_and_parameter(
    client: httpx2.AsyncClient,
) -> None:
    text = (await client.get("/api")).text

    for path, method, operation in described(ROUTES):
        assert f"{method} {path}" in text
        for taken in operation.takes:
            assert f"<code>{taken.name}</code>" in text


async def test_only_an_embedded_search_may_stand_in_a_frame(client: httpx2.AsyncClient) -> None:
    whole = await client.get("/find?near=Brooklyn%2C+NY")
    framed = await client.get("/find?near=Brooklyn%2C+NY&embed=1")
    elsewhere = await client.get("/plans/new?embed=1")

    assert "frame-ancestors 'none'" in whole.headers["content-security-policy"]
    assert "frame-ancestors *" in framed.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in elsewhere.headers["content-security-policy"]
    assert '<base target="_top">' in framed.text
    assert "Evening Hope Group" in framed.text
    assert "<nav" not in framed.text
    assert "<form" not in framed.text  # nothing in a frame can be pressed under another's pixels
    assert "embed" not in framed.text.partition("Search more")[0].rpartition('href="')[2]


async def test_the_pages_of_a_frame_stay_in_it(client: httpx2.AsyncClient) -> None:
    framed = await client.get("/find?online=1&limit=1&embed=1")

    assert "cursor=" in framed.text
    assert "embed=1" in framed.text
    assert 'target="_self"' in framed.text
