"""Into a calendar: what is asked first, what the lock screen would say, and the ways after it."""

import datetime as dt
import html
import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from meetings.model import (
    Accuracy,
    Meeting,
    Online,
    Point,
    Rule,
    ScheduleException,
    Venue,
    VenueType,
)
from tests.make import a_meeting, a_schedule
from tests.serving import serving
from web.service import Site

HALL = Venue(name="Riverside Hall", street="12 Example Street", town="Brooklyn", region="NY")
ANDROID = {"User-Agent": "Mozilla/5.0 (Linux; Android 16) Mobile"}
IPHONE = {"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X)"}


def here(key: int, **changes: object) -> Meeting:
    point = Point(40.6512345, -73.9512345)
    return a_meeting(id=f"t:{key}", point=point, accuracy=Accuracy.EXACT, venue=HALL, **changes)


MEETINGS = [
    here(1),
    here(
        2,
        name="First & Third",
        schedule=a_schedule(rules=(Rule(weekday=2, ordinals=(1, 3)),), first_on=None),
    ),
    here(3, name="By appointment", schedule=None),
    a_meeting(
        id="t:4",
        name="From anywhere",
        venue_type=VenueType.ONLINE,
        online=Online(url="https://meet.example/join"),
    ),
]


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    async with serving(tmp_path, MEETINGS) as opened:
        yield opened


def links(page: httpx2.Response) -> list[str]:
    return [html.unescape(link) for link in re.findall(r'href="([^"]+)"', page.text)]


def fields(page: httpx2.Response) -> dict[str, str]:
    """Return the values of the read-only fields by their ids."""
    found = re.findall(r'<input id="([^"]+)" class="copy" readonly value="([^"]*)"', page.text)
    return {name: html.unescape(value) for name, value in found}


@pytest.mark.parametrize(
    "path", ["/meetings/1", "/meetings/1/subscribe", "/list?meetings=1,2", "/find/us-ny-brooklyn"]
)
async def test_titles_are_asked_for_with_neither_chosen_and_shown_as_a_lock_screen_would(
    client: httpx2.AsyncClient, path: str
) -> None:
    page = await client.get(path)

    radios = re.findall(r'<input type="radio" name="titles" [^>]+>', page.text)
    assert len(radios) == 2
    assert all("required" in radio and "checked" not in radio for radio in radios)
    assert '<bdi class="lock-screen">NA: Evening Hope Group</bdi>' in page.text
    assert '<bdi class="lock-screen">Appointment</bdi>' in page.text
    assert "calendar.ics" not in page.text


async def test_a_meeting_without_a_calendar_is_not_asked_about(client: httpx2.AsyncClient) -> None:
    page = await client.get("/meetings/3")
    ways = await client.get("/meetings/3/subscribe")

    assert "lock-screen" not in page.text
    assert ways.status_code == 404


async def test_the_choices_are_in_the_link_of_the_feed(client: httpx2.AsyncClient) -> None:
    page = await client.get(
        "/meetings/1/subscribe?titles=plain&busy=1&remind=1h&words=es", headers=IPHONE
    )

    address = "/meetings/1/calendar.ics?busy=1&remind=1h&titles=plain&words=es"
    assert fields(page)["feed-link"] == f"https://meetings.example{address}"
    assert f"webcal://meetings.example{address}" in links(page)
    assert address in links(page)  # to download once


async def test_a_link_that_chose_nothing_but_names_is_short(client: httpx2.AsyncClient) -> None:
    page = await client.get("/meetings/1/subscribe?titles=names&busy=0&remind=none&words=en")

    link = fields(page)["feed-link"]
    assert link == "https://meetings.example/meetings/1/calendar.ics"


async def test_a_list_and_a_search_have_their_own_feeds(client: httpx2.AsyncClient) -> None:
    of_list = await client.get("/list/subscribe?meetings=1,2&titles=names&busy=1")
    of_search = await client.get(
        "/subscribe?longitude=-73.9512345&latitude=40.6512345&day=tue&titles=names"
    )

    assert fields(of_list)["feed-link"].endswith("/list/calendar.ics?meetings=1,2&busy=1")
    assert fields(of_search)["feed-link"].endswith(
        "/calendar.ics?day=tue&latitude=40.65&longitude=-73.95"
    )
    assert "40.651" not in of_search.text


async def test_each_companys_link_takes_the_address_in_the_form_it_wants(
    client: httpx2.AsyncClient,
) -> None:
    page = await client.get("/meetings/1/subscribe?titles=names")

    by_host = {urlsplit(link).netloc + urlsplit(link).path: link for link in links(page)}
    google = by_host["calendar.google.com/calendar/r"]
    assert parse_qs(urlsplit(google).query)["cid"] == [
        "webcal://meetings.example/meetings/1/calendar.ics"
    ]
    for host in ("outlook.live.com", "outlook.office.com"):
        outlook = parse_qs(urlsplit(by_host[f"{host}/calendar/0/addfromweb/"]).query)
        assert outlook["url"] == ["https://meetings.example/meetings/1/calendar.ics"]
    assert "webcals:" not in page.text


async def test_links_that_leave_give_no_referrer(client: httpx2.AsyncClient) -> None:
    page = await client.get("/meetings/1/subscribe?titles=names")

    leaving = re.findall(r'<a [^>]*href="https://[^>]+>', page.text)
    assert len(leaving) == 5  # the way out, and four calendars
    assert all('rel="noreferrer noopener"' in link for link in leaving)


async def test_the_device_at_hand_comes_first(client: httpx2.AsyncClient) -> None:
    orders = []
    for agent in (ANDROID, IPHONE, {"User-Agent": "Mozilla/5.0 (X11; Linux)"}):
        page = await client.get("/meetings/1/subscribe?titles=names", headers=agent)
        orders.append(re.findall(r'<h2 id="(android|apple|computer)"', page.text))

    assert orders == [
        ["android", "apple", "computer"],
        ["apple", "android", "computer"],
        ["computer", "apple", "android"],
    ]


async def test_google_takes_a_weekly_meeting_in_one_tap(client: httpx2.AsyncClient) -> None:
    page = await client.get("/meetings/1/subscribe?titles=names", headers=ANDROID)

    (link,) = (link for link in links(page) if "action=TEMPLATE" in link)
    told = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
    assert told.pop("details").startswith("Narcotics Anonymous.")
    assert told == {
        "action": "TEMPLATE",
        "text": "NA: Evening Hope Group",
        "dates": "20261125T003000Z/20261125T013000Z",
        "ctz": "America/New_York",
        "location": "Riverside Hall\n12 Example Street, Brooklyn, NY",
        "recur": "RRULE:FREQ=WEEKLY;BYDAY=TU",
    }
    assert "Add this weekly meeting to Google Calendar" in page.text


async def test_google_takes_a_first_and_third_tuesday_in_one_rule(
    client: httpx2.AsyncClient,
) -> None:
    page = await client.get("/meetings/2/subscribe?titles=plain", headers=ANDROID)

    (link,) = (link for link in links(page) if "action=TEMPLATE" in link)
    told = parse_qs(urlsplit(link).query)
    assert told["recur"] == ["RRULE:FREQ=MONTHLY;BYDAY=1TU,3TU"]
    assert told["text"] == ["Appointment"]
    assert told["location"] == ["12 Example Street, Brooklyn, NY"]
    assert "First" not in link
    assert "Add this monthly meeting" in page.text


async def test_the_text_to_send_oneself_is_as_plain_as_the_calendar(
    client: httpx2.AsyncClient,
) -> None:
    plain = await client.get("/meetings/1/subscribe?titles=plain")
    named = await client.get("/meetings/1/subscribe?titles=names")

    texts = [
        html.unescape(re.findall(r"<textarea[^>]*>(.*?)</textarea>", page.text, re.DOTALL)[0])
        for page in (plain, named)
    ]
    assert texts == [
        (
            "Appointment: Tuesdays at 7:30 pm by the clock of New York, "
            "12 Example Street, Brooklyn, NY\n\n"
            "https://meetings.example/meetings/1/subscribe?titles=plain"
        ),
        (
            "NA: Evening Hope Group: Tuesdays at 7:30 pm by the clock of New York, "
            "Riverside Hall, 12 Example Street, Brooklyn, NY\n\n"
            "https://meetings.example/meetings/1/subscribe?titles=names"
        ),
    ]


async def test_a_plain_calendar_of_a_search_says_when_its_link_names_it(
    client: httpx2.AsyncClient,
) -> None:
    notice = "The link itself says what was searched for."

    naming = await client.get("/subscribe?fellowship=na&online=1&titles=plain")
    silent = await client.get("/subscribe?online=1&titles=plain")

    assert notice in naming.text
    assert notice not in silent.text


async def test_without_a_public_address_companies_have_no_button(tmp_path: Path) -> None:
    site = Site(base_url="http://localhost:8000", is_public=False, uid_host="uid.example")

    async with serving(tmp_path, MEETINGS, site=site) as client:
        page = await client.get("/meetings/1/subscribe?titles=names")

    assert not [link for link in links(page) if "addfromweb" in link or "cid=" in link]
    assert "This service has no public address" in page.text


async def test_a_choice_that_is_none_of_ours_gets_a_sentence(client: httpx2.AsyncClient) -> None:
    page = await client.get("/meetings/1/subscribe?titles=names&remind=2h")

    assert page.status_code == 400
    assert "This must be one of: none, 15min, 1h, 1day." in page.text


async def test_the_next_date_of_the_template_skips_what_is_off(tmp_path: Path) -> None:
    off = ScheduleException(on=dt.date(2026, 11, 24))
    meeting = here(1, schedule=a_schedule(exceptions=(off,)))

    async with serving(tmp_path, [meeting]) as client:
        page = await client.get("/meetings/1/subscribe?titles=names")

    assert "dates=20261202T003000Z" in page.text
