"""A meeting that two publishers list is found once, and what names the other entry goes on."""

import html
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx2
import icalendar
import pytest

from meetings.catalogue import Catalogue
from meetings.model import Accuracy, Meeting, Point, Status
from meetings.storage.sources import SourceState, State
from tests.make import NOON, a_meeting
from tests.serving import serving
from web.bmlt.bodies import publisher_number
from web.publishers import Publisher, precedence

HALL = Point(40.68, -73.95)
COLLECTED, OWN, ANOTHER = 1, 2, 3  # numbers
PUBLISHERS = [
    Publisher(id="all", title="Everybody's", fellowship="na", is_divided=True),
    Publisher(id="town", title="Of the town", fellowship="na"),
]


def at_hall(id_: str, name: str = "Evening Hope Group") -> Meeting:
    return a_meeting(id=id_, name=name, point=HALL, accuracy=Accuracy.EXACT)


MEETINGS = [at_hall("all-7:1"), at_hall("town:x"), at_hall("town:y", "Quite Other Words")]


def accepted(id_: str, title: str, count: int = 1) -> SourceState:
    return SourceState(
        id=id_,
        title=title,
        fellowship="na",
        state=State.ACCEPTED,
        last_accepted_at=NOON,
        accepted_count=count,
    )


STATES = [accepted("all-7", "Collected"), accepted("town", "Of the town", 2)]


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    async with serving(tmp_path, MEETINGS, states=STATES, publishers=PUBLISHERS) as opened:
        yield opened


def words(page: httpx2.Response) -> str:
    return html.unescape(" ".join(re.sub(r"<[^>]*>", "", page.text).split()))


async def numbers_of(client: httpx2.AsyncClient, query: str) -> list[int]:
    answer = (await client.get(f"/api/meetings?{query}")).json()
    assert answer["count"] == len(answer["meetings"])
    return sorted(each["number"] for each in answer["meetings"])


@pytest.mark.parametrize("query", ["near=Brooklyn%2C+NY", "text=evening", "fellowship=na"])
async def test_searches_find_the_publisher_s_own_entry(
    client: httpx2.AsyncClient, query: str
) -> None:
    found = await numbers_of(client, query)

    assert COLLECTED not in found
    assert OWN in found


async def test_counts_count_it_once(client: httpx2.AsyncClient) -> None:
    listed = (await client.get("/api/fellowships")).json()["fellowships"]

    assert [each["count"] for each in listed if each["code"] == "na"] == [2]


async def test_both_pages_name_the_other_list(client: httpx2.AsyncClient) -> None:
    shown, hidden = [await client.get(f"/meetings/{number}") for number in (OWN, COLLECTED)]

    assert shown.status_code == hidden.status_code == 200
    assert "Also listed by: Collected." in words(shown)
    assert "Also listed by: Of the town. Searches show this meeting once" in words(hidden)
    assert 'href="/meetings/2"' in hidden.text
    assert "Also listed" not in words(await client.get(f"/meetings/{ANOTHER}"))


async def test_the_api_names_the_other_entry(client: httpx2.AsyncClient) -> None:
    shown, hidden, alone = [
        (await client.get(f"/api/meetings/{number}")).json() for number in (1, 2, 3)
    ]

    assert shown["also_listed"] == [{"number": OWN, "source": "town", "is_shown": True}]
    assert hidden["also_listed"] == [{"number": COLLECTED, "source": "all-7", "is_shown": False}]
    assert alone["also_listed"] == []
    assert shown["next_start"] == hidden["next_start"] == "2026-11-25T00:30:00Z"


async def test_a_copy_made_from_the_changes_knows_which_entry_searches_show(
    client: httpx2.AsyncClient,
) -> None:
    rows = (await client.get("/api/changes")).json()["meetings"]

    stands_back = [
        any(other["is_shown"] for other in each["also_listed"])
        for each in sorted(rows, key=lambda each: each["number"])
    ]
    assert stands_back == [True, False, False]
    assert rows[0].keys() == (await client.get("/api/meetings/1")).json().keys()


async def test_lists_and_plans_keep_the_entry_they_name(client: httpx2.AsyncClient) -> None:
    page = await client.get("/list?meetings=1")
    begun = await client.get("/plans/new?meetings=1")

    assert "Evening Hope Group" in words(page)
    assert "Tuesday" in words(page)
    assert "Evening Hope Group" in words(begun)


async def test_subscriptions_to_the_hidden_entry_stay_as_they_are(tmp_path: Path) -> None:
    paths = ("/meetings/1/calendar.ics", "/list/calendar.ics?meetings=1")
    alone, both = tmp_path / "alone", tmp_path / "both"
    alone.mkdir()
    both.mkdir()

    async with serving(alone, MEETINGS[:1], states=STATES) as client:
        before = [await client.get(path) for path in paths]
    async with serving(both, MEETINGS, states=STATES, publishers=PUBLISHERS) as client:
        after = [await client.get(path) for path in paths]

    assert [each.content for each in after] == [each.content for each in before]
    assert [each.headers["etag"] for each in after] == [each.headers["etag"] for each in before]


async def test_a_list_that_ends_ends_nothing_where_another_goes_on(tmp_path: Path) -> None:
    ended = [replace(each, status=Status.ENDED) for each in (MEETINGS[0], MEETINGS[2])]
    listed = [ended[0], MEETINGS[1], ended[1]]

    async with serving(tmp_path, listed, states=STATES, publishers=PUBLISHERS) as client:
        feed = await client.get("/calendar.ics?near=Brooklyn%2C+NY")

    events = icalendar.Calendar.from_ical(feed.content).walk("VEVENT")
    said = {(str(event["SUMMARY"]), str(event.get("STATUS"))) for event in events}
    assert {name for name, status in said if status == "CANCELLED"} == {
        "CANCELLED: NA: Quite Other Words"
    }


async def test_bmlt_answers_once_unless_a_list_or_row_is_named(client: httpx2.AsyncClient) -> None:
    async def rows(query: str) -> set[str]:
        path = "/main_server/client_interface/json/?switcher=GetSearchResults"
        return {row["id_bigint"] for row in (await client.get(f"{path}{query}")).json()}

    everything, of_the_list = await rows(""), await rows(f"&services={publisher_number('all-7')}")
    collected = {row for row in of_the_list if row not in everything}

    assert len(everything) == 2
    assert len(of_the_list) == len(collected) == 1
    assert await rows(f"&root_server_ids={publisher_number('all-7')}") == of_the_list
    assert await rows(f"&meeting_ids={next(iter(collected))}") == of_the_list
    assert await rows(f"&services=-{publisher_number('town')}") == set()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Evening Hope Group", "Quite Other Words"]),
        ("?source=all-7", ["Evening Hope Group"]),
        ("?source=town", ["Evening Hope Group", "Quite Other Words"]),
        ("?source=all-7&near=Brooklyn%2C+NY", ["Evening Hope Group"]),
        ("?source=all-7&source=town&day=tue", ["Evening Hope Group"] * 2 + ["Quite Other Words"]),
    ],
)
async def test_meeting_guide_answers_once_unless_lists_are_named(
    client: httpx2.AsyncClient, query: str, names: list[str]
) -> None:
    rows = (await client.get(f"/meeting-guide.json{query}")).json()

    assert sorted(row["name"] for row in rows) == names


def test_home_comes_first_then_what_publishers_list_themselves() -> None:
    publishers = [*PUBLISHERS, Publisher(id="zoo", title="", fellowship="na", is_home=True)]
    states = [accepted(id_, "") for id_ in ("all-7", "by-hand", "town", "zoo")]

    order = precedence([*states, accepted("empty", "", 0)], publishers)

    assert order == ("zoo", "by-hand", "town", "all-7")


def test_an_entry_by_another_fellowship_is_another_meeting() -> None:
    theirs = a_meeting(id="u:1", number=2, fellowship="aa", point=HALL, accuracy=Accuracy.EXACT)

    catalogue = Catalogue([MEETINGS[0], theirs], version=1, now=NOON)

    assert catalogue.also_listed(1) == []
    assert catalogue.is_found(1)
    assert catalogue.is_found(2)
