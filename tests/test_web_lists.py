from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from meetings.model import Online, Venue, VenueType
from tests.make import a_meeting
from tests.serving import serving
from tests.test_web_pages import names, words

MEETINGS = [
    a_meeting(id="t:1", name="First", venue=Venue(street="1 Example Street", town="Brooklyn")),
    a_meeting(id="t:2", name="Second"),
    a_meeting(
        id="t:3",
        name="Third",
        venue_type=VenueType.ONLINE,
        online=Online(url="https://meet.example/third"),
    ),
]


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    async with serving(tmp_path, MEETINGS) as opened:
        yield opened


async def test_ticked_meetings_become_one_link(client: httpx2.AsyncClient) -> None:
    ticked = await client.get("/list", params=[("meetings", "1"), ("meetings", "3")])

    page = await client.get(ticked.headers["location"])

    assert (ticked.status_code, ticked.headers["location"]) == (303, "/list?meetings=1,3")
    assert sorted(names(page)) == ["First", "Third"]


async def test_a_list_comes_with_its_link_a_qr_code_a_text_and_a_calendar(
    client: httpx2.AsyncClient,
) -> None:
    page = await client.get("/list?meetings=1,3")

    assert 'value="https://meetings.example/list?meetings=1,3"' in page.text
    assert 'src="data:image/svg+xml' in page.text
    assert (
        "First: Tuesdays at 7:30 pm by the clock of New York, 1 Example Street, Brooklyn"
        in page.text
    )
    assert 'action="/list/subscribe"' in page.text
    assert '<input type="hidden" name="meetings" value="1,3">' in page.text


async def test_a_meeting_can_be_taken_out_again(client: httpx2.AsyncClient) -> None:
    page = await client.get("/list?meetings=1,2,3")

    assert 'href="/list?meetings=1,3"' in page.text


async def test_meetings_are_added_to_a_list_through_a_search(client: httpx2.AsyncClient) -> None:
    page = await client.get("/find?online=1&meetings=1&meetings=2")

    assert '<input type="hidden" name="meetings" value="1">' in page.text
    assert 'value="3" form="list-form">' in page.text


async def test_a_number_that_is_not_listed_is_said(client: httpx2.AsyncClient) -> None:
    page = await client.get("/list?meetings=1,77")

    assert "1 of the meetings in this link is not listed here." in words(page)
    assert names(page) == ["First"]


async def test_an_empty_list_invites_to_search(client: httpx2.AsyncClient) -> None:
    page = await client.get("/list")

    assert page.status_code == 200
    assert "This list is empty so far." in words(page)


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [
        (",".join(str(n) for n in range(1, 32)), "A list holds at most 30 meetings."),
        ("1,two", "A list is made of meeting numbers, such as 12,45,78."),
        ("-1", "A list is made of meeting numbers, such as 12,45,78."),
        ("９", "A list is made of meeting numbers, such as 12,45,78."),
        ("9" * 13, "A list is made of meeting numbers, such as 12,45,78."),
    ],
)
async def test_a_damaged_list_gets_one_sentence(
    client: httpx2.AsyncClient, numbers: str, sentence: str
) -> None:
    page = await client.get("/list", params={"meetings": numbers})
    calendar = await client.get("/list/calendar.ics", params={"meetings": numbers})

    assert (page.status_code, calendar.status_code) == (400, 400)
    assert sentence in words(page)
    assert calendar.text == f"meetings: {sentence}"


async def test_thirty_meetings_are_a_list(client: httpx2.AsyncClient) -> None:
    numbers = ",".join(str(n) for n in range(1, 31))

    assert (await client.get("/list", params={"meetings": numbers})).status_code == 200
