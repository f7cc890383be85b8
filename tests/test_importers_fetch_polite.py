"""What a publisher asks of programs: robots.txt, pauses, and to come back later."""

import asyncio
import datetime as dt

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from importers._fetch import open_get
from importers._retry import TryLater, asked_wait, back_off_seconds
from meetings.errors import FetchFailed

HOST = "https://list.example"
NOW = dt.datetime(2026, 1, 5, 12, 0, tzinfo=dt.UTC)


class Site:
    """A site with a robots.txt, and a page that answers with one of *statuses* at a time."""

    def __init__(
        self, robots: str | int = "", *, statuses: tuple[int, ...] = (), **headers: str
    ) -> None:
        self.robots = robots
        self.statuses = list(statuses)
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self.asked: list[str] = []
        self.asked_at: list[float] = []
        routes = [
            Route("/robots.txt", self._robots),
            Route("/away", self._away),
            Route("/{path:path}", self._page),
        ]
        self.transport = httpx2.ASGITransport(app=Starlette(routes=routes))

    async def _robots(self, request: Request) -> Response:
        self._note(request)
        if isinstance(self.robots, int):
            return Response(status_code=self.robots)
        return Response(self.robots)

    async def _away(self, request: Request) -> Response:
        self._note(request)
        return RedirectResponse("/private/page")

    async def _page(self, request: Request) -> Response:
        self._note(request)
        status = self.statuses.pop(0) if self.statuses else 200
        return Response("page", status_code=status, headers=self.headers)

    def _note(self, request: Request) -> None:
        self.asked.append(request.url.path)
        self.asked_at.append(asyncio.get_running_loop().time())


async def fetched(site: Site, *paths: str, obey_robots: bool = True) -> list[bytes]:
    async with open_get(
        transport=site.transport,
        pause_seconds=0,
        first_back_off_seconds=0,
        obey_robots=obey_robots,
    ) as get:
        return [await get(f"{HOST}{path}") for path in paths]


async def test_robots_txt_is_read_once_and_first() -> None:
    site = Site("User-agent: *\nDisallow: /private/\n")

    await fetched(site, "/a", "/b")

    assert site.asked == ["/robots.txt", "/a", "/b"]


@pytest.mark.parametrize(
    "robots",
    [
        "User-agent: *\nDisallow: /private/",
        "User-agent: OpenChair\nDisallow: /private/",
        "User-agent: openchair\nDisallow: /\nAllow: /$\nAllow: /away",
        "\ufeffUser-agent: *\r\nDisallow: /*page",
    ],
)
@pytest.mark.parametrize("path", ["/private/page", "/away"])
async def test_what_is_not_for_programs_is_not_read(robots: str, path: str) -> None:
    site = Site(robots)

    with pytest.raises(FetchFailed, match=r"list\.example asks programs not to read /private/page"):
        await fetched(site, path)

    assert "/private/page" not in site.asked


async def test_lists_made_for_programs_are_read_without_asking_robots() -> None:
    site = Site("User-agent: *\nDisallow: /")

    assert await fetched(site, "/list", obey_robots=False) == [b"page"]
    assert site.asked == ["/list"]


@pytest.mark.parametrize("status", [404, 403, 410])
async def test_a_site_without_robots_txt_may_be_read(status: int) -> None:
    assert await fetched(Site(status), "/a") == [b"page"]


async def test_a_site_whose_robots_txt_cannot_be_had_is_left_alone() -> None:
    site = Site(500)

    with pytest.raises(FetchFailed, match="status 500"):
        await fetched(site, "/a")

    assert site.asked == ["/robots.txt"]


async def test_a_pause_that_the_site_asks_for_is_kept() -> None:
    site = Site("User-agent: *\nCrawl-delay: 0.2")

    await fetched(site, "/a", "/b")

    assert site.asked_at[2] - site.asked_at[1] >= 0.19


async def test_a_pause_of_hours_is_a_no() -> None:
    with pytest.raises(FetchFailed, match="asks for a pause of 7200 s"):
        await fetched(Site("User-agent: *\nCrawl-delay: 7200"), "/a")


async def test_junk_in_robots_txt_forbids_nothing() -> None:
    junk = "\x00\x01\n" + "Disallow: " + "*a" * 5_000 + "\n<html>" + "User-agent: *\n" * 1_000

    assert await fetched(Site(junk), "/a") == [b"page"]


@pytest.mark.parametrize("status", [429, 502, 503, 504])
async def test_a_busy_publisher_is_asked_three_times(status: int) -> None:
    site = Site(statuses=(status, status))

    assert await fetched(site, "/a", obey_robots=False) == [b"page"]
    assert site.asked == ["/a"] * 3


async def test_and_no_more() -> None:
    site = Site(statuses=(503,) * 9)

    with pytest.raises(FetchFailed, match="status 503"):
        await fetched(site, "/a", obey_robots=False)

    assert site.asked == ["/a"] * 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 500])
async def test_any_other_no_is_taken_at_its_word(status: int) -> None:
    site = Site(statuses=(status,) * 9)

    with pytest.raises(FetchFailed, match=f"status {status}"):
        await fetched(site, "/a", obey_robots=False)

    assert site.asked == ["/a"]


async def test_a_publisher_that_wants_hours_is_left_alone_for_this_run() -> None:
    site = Site(statuses=(429,) * 9, Retry_After="7200")

    with pytest.raises(TryLater) as raised:
        await fetched(site, "/a", obey_robots=False)

    assert raised.value.after == dt.timedelta(hours=2)
    assert site.asked == ["/a"]


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("0", dt.timedelta(0)),
        ("120", dt.timedelta(minutes=2)),
        ("9999999999", dt.timedelta(days=1)),
        ("9" * 5_000, dt.timedelta(days=1)),
        ("Mon, 05 Jan 2026 13:00:00 GMT", dt.timedelta(hours=1)),
        ("Mon, 05 Jan 2099 13:00:00 GMT", dt.timedelta(days=1)),
        ("Mon, 05 Jan 2026 11:00:00 GMT", None),
        ("-1; drop", None),
        ("-1", None),
        ("1.5", None),
        ("①", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_retry_after_is_believed_within_bounds(header: str, wait: dt.timedelta | None) -> None:
    assert asked_wait(header, now=NOW) == wait


def test_each_pause_is_about_twice_as_long() -> None:
    pauses = [back_off_seconds(tried, first_seconds=8) for tried in (1, 2, 3)]

    for pause, middle in zip(pauses, (8, 16, 32), strict=True):
        assert 0.75 * middle <= pause <= 1.25 * middle
