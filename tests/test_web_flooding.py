"""Limits by the network that a request comes from, which is never written down."""

import datetime as dt
from pathlib import Path

import httpx2
import pytest
from asgi_lifespan import LifespanManager

from tests.make import NOON, a_meeting
from tests.test_web_service import opened
from web.app import create_app
from web.limits import Buckets

SEARCH = "/api/meetings?limit=1"


async def statuses(folder: Path, address: str, paths: list[str]) -> list[int]:
    return [answer.status_code for answer in await answers(folder, address, paths)]


async def answers(folder: Path, address: str, paths: list[str]) -> list[httpx2.Response]:
    app = create_app(lambda: opened(folder, [a_meeting()]), background=())
    async with LifespanManager(app) as manager:
        transport = httpx2.ASGITransport(manager.app, client=(address, 1))
        async with httpx2.AsyncClient(transport=transport, base_url="http://t") as client:
            return [await client.get(path) for path in paths]


@pytest.mark.parametrize("address", ["8.8.8.8", "2600:1f00::1"])
async def test_sixty_searches_are_answered_and_then_one_a_second(
    tmp_path: Path, address: str
) -> None:
    found = await statuses(tmp_path, address, [SEARCH] * 62)

    assert found == [200] * 60 + [429] * 2


async def test_pages_of_meetings_and_their_calendars_are_not_limited(tmp_path: Path) -> None:
    paths = [SEARCH] * 61 + ["/meetings/1", "/meetings/1/calendar.ics", "/"]

    assert (await statuses(tmp_path, "8.8.8.8", paths))[60:] == [429, 200, 200, 200]


@pytest.mark.parametrize("scope", ["/main_server", "/all/main_server"])
async def test_a_widget_on_another_site_can_read_that_it_asked_too_often(
    tmp_path: Path, scope: str
) -> None:
    path = f"{scope}/client_interface/json/?switcher=GetSearchResults&weekdays=2"

    *_, answered, refused = await answers(tmp_path, "8.8.8.8", [path] * 61)

    assert (answered.status_code, refused.status_code) == (200, 429)
    assert refused.headers["access-control-allow-origin"] == "*"
    assert refused.headers["retry-after"] == "5"
    assert refused.json() == {
        "message": "That was tried often in a short time. Please wait a minute."
    }


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.1.2.3", "192.168.1.1", "fd00::1"])
async def test_a_proxy_that_nobody_listed_is_not_limited_for_all_behind_it(
    tmp_path: Path, address: str
) -> None:
    assert await statuses(tmp_path, address, [SEARCH] * 62) == [200] * 62


def test_who_owns_many_networks_of_ipv6_has_four_times_as_much_and_no_more() -> None:
    buckets = Buckets(10, 1.0)

    taken = [buckets.take(f"2001:db8:1:{n:x}::1", now=NOON) for n in range(60)]

    assert taken == [True] * 40 + [False] * 20
    assert buckets.take("2001:db8:2::1", now=NOON)


def test_tokens_come_back_one_by_one() -> None:
    buckets = Buckets(2, 10.0)
    for _ in range(2):
        assert buckets.take("203.0.113.7", now=NOON)

    later = [NOON + dt.timedelta(seconds=seconds) for seconds in (5, 10, 11)]
    taken = [buckets.take("203.0.113.9", now=at) for at in later]

    assert taken == [False, True, False]


def test_nothing_that_is_kept_can_be_read_back_to_an_address() -> None:
    buckets = Buckets(2, 10.0)
    buckets.take("203.0.113.7", now=NOON)
    buckets.take("2001:db8::1", now=NOON)

    assert "203.0.113" not in repr(buckets)
    assert "2001:db8" not in repr(buckets)
    assert all(len(key) == 32 for key in buckets._levels)
