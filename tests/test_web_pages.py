import datetime as dt
import html
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from meetings.model import (
    Accuracy,
    Admission,
    Meeting,
    Online,
    Point,
    Rule,
    ScheduleException,
    Status,
    TimezoneSource,
    Venue,
    VenueType,
)
from meetings.zones import zone
from tests.make import NOON, a_meeting, a_schedule
from tests.serving import serving
from web.service import Site

BROOKLYN = Point(40.65, -73.95)


def in_brooklyn(key: str, **changes: Any) -> Meeting:
    defaults: dict[str, Any] = {
        "id": f"t:{key}",
        "point": BROOKLYN,
        "accuracy": Accuracy.EXACT,
        "venue": Venue(name="Example Hall", street="12 Example Street", town="Brooklyn"),
    }
    return a_meeting(**defaults | changes)


MEETINGS = [
    in_brooklyn("1", name="Evening Hope Group"),
    in_brooklyn(
        "2",
        name="Women at Noon",
        formats=("women", "wheelchair"),
        schedule=a_schedule(rules=(Rule(weekday=4),), start=dt.time(12)),
    ),
    a_meeting(
        id="t:3",
        name="Across the Water",
        venue_type=VenueType.ONLINE,
        online=Online(url="https://meet.example/water"),
        schedule=a_schedule(
            rules=(Rule(weekday=3),), start=dt.time(12, 30), timezone=zone("Europe/London")
        ),
    ),
    a_meeting(
        id="t:4",
        name="Nobody Knows the Zone",
        venue_type=VenueType.ONLINE,
        schedule=a_schedule(timezone=None, timezone_source=TimezoneSource.UNKNOWN),
    ),
    in_brooklyn("5", name="Families Together", admission=Admission.FAMILY_ONLY),
    in_brooklyn("6", name="Locked Door", status=Status.CLOSED_FOR_NOW),
]


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    async with serving(tmp_path, MEETINGS) as opened:
        yield opened


def names(page: httpx2.Response) -> list[str]:
    """Return the names of the meetings that a page lists, in their order."""
    return re.findall(r'<h[23]><a href="/meetings/\d+[^"]*"><bdi>([^<]*)</bdi>', page.text)


def words(page: httpx2.Response) -> str:
    """Return a page's text without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


async def test_a_typed_town_leads_to_the_meetings_near_it(client: httpx2.AsyncClient) -> None:
    posted = await client.post("/find", data={"near": "Brooklyn, NY"})

    page = await client.get(posted.headers["location"])

    assert (posted.status_code, posted.headers["location"]) == (303, "/find/us-ny-brooklyn")
    assert names(page)[:2] == ["Evening Hope Group", "Women at Noon"]
    assert "2 meetings within 16 miles" in words(page)


async def test_a_plain_link_with_near_works_too(client: httpx2.AsyncClient) -> None:
    page = await client.get("/find", params={"near": "Brooklyn, NY", "format": "women"})

    assert names(page)[0] == "Women at Noon"
    assert "1 meeting within" in words(page)


async def test_a_place_shows_what_can_be_joined_online_by_its_own_clock(
    client: httpx2.AsyncClient,
) -> None:
    page = await client.get("/find/us-ny-brooklyn")

    assert "Today at 7:30 am EST, 12:30 pm GMT for the group (in 30 min)" in words(page)


async def test_a_name_of_several_towns_asks_which(client: httpx2.AsyncClient) -> None:
    posted = await client.post("/find", data={"near": "Springfield", "day": "tue"})
    page = await client.get(posted.headers["location"])
    links = re.findall(r'href="(/find/[^"]+)"', page.text)

    assert "Which Springfield?" in words(page)
    assert len(links) >= 2
    assert all(html.unescape(link).endswith("?day=tue") for link in links)


async def test_a_whole_region_is_no_name_of_several_towns(client: httpx2.AsyncClient) -> None:
    page = await client.get("/find", params={"near": "Texas"})

    assert "Where in Texas? That is a large area. Near which town?" in words(page)
    assert "Several places" not in words(page)
    assert "/find/us-tx-" in page.text
    spanish = await client.get("/find", params={"near": "Texas", "lang": "es"})
    assert "Texas, Estados Unidos" in words(spanish)


async def test_where_nothing_is_near_the_nearest_there_is_comes_with_its_distance(
    client: httpx2.AsyncClient,
) -> None:
    page = await client.get("/find", params={"near": "London"})

    assert "The nearest that fit" in words(page)
    assert names(page)[:2] == ["Evening Hope Group", "Women at Noon"]
    assert re.search(r"3,4\d\d miles", words(page))


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"near": "Xyzzyville"}, "We know no place of that name."),
        ({"near": "Brooklyn, NY", "radius_km": "-1"}, "This must be from 0.1 to 500 km."),
        ({"near": "Brooklyn, NY", "radius_km": "10000"}, "This must be from 0.1 to 500 km."),
        ({"near": "Brooklyn, NY", "day": "8"}, "This must be one of: mon, tue, wed"),
        ({"near": "Brooklyn, NY", "after": "25:00"}, "A time looks like 18:30."),
        ({"latitude": "91", "longitude": "0"}, "Latitude is from -90 to 90"),
    ],
)
async def test_what_cannot_be_searched_gets_one_sentence(
    client: httpx2.AsyncClient, asked: dict[str, str], sentence: str
) -> None:
    got = await client.get("/find", params=asked)
    posted = await client.post("/find", data=asked)

    assert (got.status_code, posted.status_code) == (400, 400)
    assert sentence in words(got)
    assert sentence in words(posted)


async def test_now_shows_what_is_on_and_what_starts_within_two_hours(
    client: httpx2.AsyncClient,
) -> None:
    page = await client.get("/now")

    assert names(page) == ["Across the Water"]
    assert "Today at 12:30 pm GMT (in 30 min)" in words(page)


async def test_what_runs_says_until_when(tmp_path: Path) -> None:
    half_an_hour_ago = a_schedule(
        rules=(Rule(weekday=3),), start=dt.time(11, 30), timezone=zone("Europe/London")
    )
    meeting = a_meeting(venue_type=VenueType.ONLINE, schedule=half_an_hour_ago)

    async with serving(tmp_path, [meeting]) as client:
        page = await client.get("/now")

    assert "On now, until 12:30 pm GMT" in words(page)


async def test_a_meeting_says_when_where_and_how_to_keep_it(client: httpx2.AsyncClient) -> None:
    page = await client.get("/meetings/1")

    text = words(page)
    assert "Tuesday, November 24 at 7:30 pm EST" in text
    assert "Tuesdays at 7:30 pm" in text
    assert "Example Hall 12 Example Street, Brooklyn" in text
    assert 'action="/meetings/1/subscribe"' in page.text


async def test_a_meeting_of_unknown_zone_says_so_and_offers_no_calendar(
    client: httpx2.AsyncClient,
) -> None:
    page = await client.get("/meetings/4")

    assert "The list gives no time zone" in words(page)
    assert "calendar.ics" not in page.text
    assert "/subscribe" not in page.text


async def test_a_closed_hall_is_said_first_and_is_in_no_list(client: httpx2.AsyncClient) -> None:
    page = await client.get("/meetings/6")
    results = await client.get("/find/us-ny-brooklyn")

    assert "Closed for now." in words(page)
    assert "Locked Door" not in results.text


async def test_a_cancelled_date_is_named_on_the_page(tmp_path: Path) -> None:
    closed = ScheduleException(on=dt.date(2026, 11, 24), reason="the hall is being painted")
    meeting = in_brooklyn("1", schedule=a_schedule(exceptions=(closed,)))

    async with serving(tmp_path, [meeting]) as client:
        page = await client.get("/meetings/1")

    assert "Not on Tuesday, November 24: the hall is being painted" in words(page)
    assert "Tuesday, November 24, 7:30 pm to 8:30 pm EST: cancelled" in words(page)
    assert "Tuesday, December 1 at 7:30 pm EST" in words(page)


async def test_family_groups_are_shown_only_when_asked_for(client: httpx2.AsyncClient) -> None:
    default = await client.get("/find/us-ny-brooklyn")
    asked = await client.get("/find/us-ny-brooklyn?admission=family_only")

    assert "Families Together" not in default.text
    assert names(asked)[0] == "Families Together"


async def test_foreign_text_is_shown_as_text(tmp_path: Path) -> None:
    meeting = in_brooklyn("1", name="<script>alert(1)</script>", notes='"><img src=x>')

    async with serving(tmp_path, [meeting]) as client:
        page = await client.get("/meetings/1")

    assert "<script>" not in page.text
    assert "<img src=x>" not in page.text
    assert "<script>alert(1)</script>" in words(page)


async def test_an_unknown_meeting_or_page_is_not_found(client: httpx2.AsyncClient) -> None:
    for path in ("/meetings/999", "/nothing", "/find/us-ny-atlantis", "/now/nowhere"):
        page = await client.get(path)

        assert page.status_code == 404
        assert "Nothing here" in words(page)


async def test_sources_and_about_name_where_things_come_from(client: httpx2.AsyncClient) -> None:
    assert "No list has been read yet." in words(await client.get("/sources"))
    assert "GeoNames" in words(await client.get("/about"))


async def test_sample_lists_say_so_on_every_page(tmp_path: Path) -> None:
    site = Site(
        base_url="http://localhost:8000", is_public=False, uid_host="uid.example", is_sample=True
    )

    async with serving(tmp_path, MEETINGS, site=site) as client:
        pages = [await client.get(path) for path in ("/", "/now", "/meetings/1", "/list", "/about")]

    assert all("Every meeting here is invented" in page.text for page in pages)


async def test_the_demo_s_button_is_nowhere_else(client: httpx2.AsyncClient) -> None:
    page = await client.get("/meetings/1")
    pressed = await client.post("/sample/close-hall", data={"meeting": "1"})

    assert "close-hall" not in page.text
    assert pressed.status_code == 404


async def test_our_links_carry_no_coordinates_finer_than_a_hundredth(
    client: httpx2.AsyncClient,
) -> None:
    page = await client.get("/find", params={"latitude": "40.650123", "longitude": "-73.949876"})

    assert names(page)[0] == "Evening Hope Group"
    assert "40.650123" not in page.text


def test_the_made_clock_is_a_wednesday_noon() -> None:
    assert NOON.isoweekday() == 3


async def test_where_a_browser_is_becomes_the_nearest_town(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/find", data={"here": "40.66,-73.94", "near": "", "day": "tue"})

    assert answer.status_code == 303
    assert answer.headers["location"] == "/find/us-ny-brooklyn?day=tue"


async def test_far_from_every_town_only_coarse_coordinates_go_on(
    client: httpx2.AsyncClient,
) -> None:
    answer = await client.post("/find", data={"here": "-50.123456,-20.0"})

    assert answer.headers["location"] == "/find?latitude=-50.12&longitude=-20.00"


@pytest.mark.parametrize("here", ["x", "1", "91,0", ","])
async def test_a_place_that_no_browser_sends_is_refused(
    client: httpx2.AsyncClient, here: str
) -> None:
    assert (await client.post("/find", data={"here": here})).status_code == 400
