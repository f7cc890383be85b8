import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from meetings.model import Accuracy, Point
from tests.make import a_meeting
from tests.serving import SITE, serving
from web.mapsketch import LARGE, sketch
from web.security import HEADERS
from web.tiles import SIDE, StreetMap, Tiles, street_map

TILES = Tiles(url="https://tiles.example/{z}/{x}/{y}.png", attribution="© Mappers & <others>")
BROOKLYN = Point(40.65, -73.95)
WIDTH, HEIGHT = LARGE.width, LARGE.height
ADDRESS = "/map?place=us-ny-brooklyn&meetings=1"


def mapped(meeting_at: Point, centre: Point = BROOKLYN) -> StreetMap:
    found = sketch(centre, [a_meeting(point=meeting_at, accuracy=Accuracy.EXACT)], in_miles=False)
    assert found is not None
    return street_map(found, TILES)


def test_tiles_cover_the_picture_without_a_gap() -> None:
    tiles = mapped(Point(40.70, -73.99)).tiles

    covered = {
        (x, y) for t in tiles for x in range(t.x, t.x + SIDE) for y in range(t.y, t.y + SIDE)
    }

    assert {(x, y) for x in range(WIDTH) for y in range(HEIGHT)} <= covered
    assert len({tile.address for tile in tiles}) == len(tiles) <= 12


def test_a_tile_has_the_number_that_the_webs_map_gives_it() -> None:
    tiles = mapped(Point(40.66, -73.95)).tiles

    # zoom 13, as https://wiki.openstreetmap.org/wiki/Slippy_map_tilenames computes it
    assert "https://tiles.example/13/2413/3081.png" in {tile.address for tile in tiles}


def test_a_pin_lies_where_its_place_is_on_the_tiles() -> None:
    found = mapped(Point(40.70, -73.95))

    (pin,) = found.pins
    assert pin.text == "1"
    assert (pin.box.left + pin.box.right) / 2 == pytest.approx(WIDTH / 2)
    assert pin.box.bottom < HEIGHT / 2  # north


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    meetings = [a_meeting(point=BROOKLYN, accuracy=Accuracy.EXACT)]
    async with serving(tmp_path, meetings, site=replace(SITE, tiles=TILES)) as opened:
        yield opened


async def test_only_the_street_map_may_show_pictures_of_the_tile_server(
    client: httpx2.AsyncClient,
) -> None:
    answer, results = await client.get(ADDRESS), await client.get("/find/us-ny-brooklyn")

    policy = HEADERS["Content-Security-Policy"]
    assert answer.headers["content-security-policy"] == policy.replace(
        "img-src 'self'", "img-src 'self' https://tiles.example"
    )
    assert results.headers["content-security-policy"] == policy
    assert not re.search(r'(src|href)="https://tiles', results.text)


async def test_the_street_map_says_whom_it_asks_and_names_its_makers(
    client: httpx2.AsyncClient,
) -> None:
    answer = await client.get(ADDRESS)

    assert "come from tiles.example" in answer.text
    assert "© Mappers &amp; &lt;others&gt;" in answer.text
    assert 'href="/meetings/1"' in answer.text


async def test_without_an_operators_server_there_is_no_street_map(tmp_path: Path) -> None:
    async with serving(tmp_path, [a_meeting(point=BROOKLYN, accuracy=Accuracy.EXACT)]) as client:
        answer, results = await client.get(ADDRESS), await client.get("/find/us-ny-brooklyn")

    assert answer.status_code == 404
    assert 'action="/map"' not in results.text
