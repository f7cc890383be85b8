"""An operator's geocoder for typed places, on a real socket."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import httpx2
import pytest
from asgi_lifespan import LifespanManager

from meetings._gazetteer import write
from meetings.model import Accuracy, Point
from meetings.settings import Settings
from tests.make import a_meeting
from tests.nominatim import Nominatim, nominatim
from tests.serving import SITE, client_of, publish, towns
from web.app import create_app
from web.cli.opening import open_service
from web.service import Service

HOUSE = Point(40.7012345, -73.9876543)
MEETING = a_meeting(point=HOUSE, accuracy=Accuracy.STREET)


@pytest.fixture
def server() -> Iterator[Nominatim]:
    with nominatim({"1 sample st, brooklyn": HOUSE}) as running:
        yield running


@pytest.fixture
async def client(tmp_path: Path, server: Nominatim) -> AsyncIterator[httpx2.AsyncClient]:
    settings = Settings(
        database_url=f"sqlite+aiosqlite:///{tmp_path / 'web.db'}",
        data_dir=tmp_path,
        place_geocoder=f"nominatim {server.url}",
    )
    write(tmp_path / "places.sqlite", towns(), progress=lambda _: None)
    app = create_app(partial(_opened, settings), background=())
    async with LifespanManager(app) as manager, client_of(manager.app) as opened:
        yield opened


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Service]:
    async with open_service(settings, SITE) as running:
        await publish(running.database, [MEETING])
        yield running


async def names_near(client: httpx2.AsyncClient, place: str) -> list[str]:
    asking = {"Accept-Language": "en-GB"}  # of which only our own gazetteer is told
    asked = {"near": place, "radius_km": "1"}
    answer = await client.get("/api/meetings", params=asked, headers=asking)
    return [meeting["name"] for meeting in answer.json()["meetings"]]


async def test_a_typed_place_is_looked_up_by_the_operators_geocoder(
    client: httpx2.AsyncClient, server: Nominatim
) -> None:
    assert await names_near(client, "1 sample st, brooklyn") == [MEETING.name]
    assert server.questions == ["1 sample st, brooklyn"]


async def test_the_address_of_a_page_does_not_say_where_the_house_is(
    client: httpx2.AsyncClient,
) -> None:
    answer = await client.post("/find", data={"near": "1 sample st, brooklyn"})

    assert answer.headers["location"].endswith("/find?latitude=40.70&longitude=-73.99")


async def test_what_it_does_not_know_the_gazetteer_may(
    client: httpx2.AsyncClient, server: Nominatim
) -> None:
    answer = await client.get("/api/meetings?near=Brooklyn%2C+NY")

    assert answer.json()["count"] == 1
    assert server.questions == ["Brooklyn, NY"]


async def test_where_it_does_not_answer_the_gazetteer_does_and_it_is_left_alone(
    client: httpx2.AsyncClient, server: Nominatim, caplog: pytest.LogCaptureFixture
) -> None:
    server.status = 500

    counts = [
        (await client.get("/api/meetings?near=Brooklyn%2C+NY")).json()["count"] for _ in range(2)
    ]

    assert counts == [1, 1]
    assert server.questions == ["Brooklyn, NY"]
    assert "Brooklyn" not in caplog.text


@pytest.mark.parametrize("path", ["/api/places?q=brookl", "/api/meetings?near=40.7012%2C-73.9876"])
async def test_what_is_only_begun_and_coordinates_do_not_leave(
    client: httpx2.AsyncClient, server: Nominatim, path: str
) -> None:
    assert (await client.get(path)).status_code == 200
    assert server.questions == []
