"""What the page of one meeting says of holidays, and of how fresh its list is."""

import datetime as dt
import html
import re
from pathlib import Path
from typing import Any

import httpx2

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
from meetings.storage.database import Database
from meetings.storage.meetings import mark_missing
from meetings.storage.sources import SourceState, State
from meetings.zones import zone
from tests.make import NOON, a_meeting, a_schedule
from tests.serving import serving

THURSDAY = a_schedule(rules=(Rule(weekday=4),))
IN_NEW_YORK = Venue(town="Brooklyn", region="NY", country="US")
DAY = dt.timedelta(days=1)


def words(page: httpx2.Response) -> str:
    return html.unescape(" ".join(re.sub(r"<[^>]*>", "", page.text).split()))


def thursdays(**changes: Any) -> Meeting:
    return a_meeting(**{"schedule": THURSDAY, "venue": IN_NEW_YORK} | changes)


async def test_a_public_holiday_is_a_reason_to_ask_and_no_cancellation(tmp_path: Path) -> None:
    async with serving(tmp_path, [thursdays()]) as client:
        said = words(await client.get("/meetings/1"))

    assert "Public holiday (Thanksgiving Day): ask whether the group meets." in said
    assert said.count("Public holiday") == 1
    assert "cancelled" not in said


async def test_online_and_cancelled_dates_say_nothing_of_holidays(tmp_path: Path) -> None:
    closed = ScheduleException(on=dt.date(2026, 11, 26))
    meetings = [
        thursdays(id="t:1", venue_type=VenueType.ONLINE, venue=None),
        thursdays(id="t:2", schedule=a_schedule(rules=THURSDAY.rules, exceptions=(closed,))),
    ]

    async with serving(tmp_path, meetings) as client:
        pages = [words(await client.get(f"/meetings/{number}")) for number in (1, 2)]

    assert not [page for page in pages if "Public holiday" in page]


async def test_a_holiday_changes_no_calendar(tmp_path: Path) -> None:
    async with serving(tmp_path, [thursdays()]) as client:
        calendar = await client.get("/meetings/1/calendar.ics")

    assert "Thanksgiving" not in calendar.text
    assert "EXDATE" not in calendar.text


async def test_a_meeting_is_as_fresh_as_the_last_list_that_held_it(tmp_path: Path) -> None:
    accepted = SourceState(
        id="t",
        title="Invented Area",
        fellowship="na",
        state=State.ACCEPTED,
        last_accepted_at=NOON - DAY,
    )

    async def miss_the_second(database: Database) -> None:
        async with database.write() as writer:
            await mark_missing(writer, ["t:2"], at=NOON, listed_on=(NOON - 9 * DAY).date())

    hall: dict[str, Any] = {"point": Point(40.68, -73.95), "accuracy": Accuracy.EXACT}
    meetings = [a_meeting(id="t:1", **hall), a_meeting(id="t:2", **hall)]
    async with serving(tmp_path, meetings, states=[accepted], prepare=miss_the_second) as client:
        present, missing = [words(await client.get(f"/meetings/{n}")) for n in (1, 2)]
        answer = await client.get("/api/meetings/1")
        found = words(await client.get("/find?near=Brooklyn%2C+NY"))

    assert "which last showed it on November 17, 2026" in present
    assert "which last showed it on November 9, 2026" in missing
    assert answer.json()["confirmed_on"] == "2026-11-17"
    assert "Not in the newest list. Its publisher last showed this meeting on" in missing
    assert "Not in the newest list" not in present
    assert found.count("Not in the newest list: ask before you go.") == 1


async def test_what_no_list_confirmed_for_a_month_says_so(tmp_path: Path) -> None:
    def read_last(days: int) -> SourceState:
        at = NOON - days * DAY
        return SourceState(
            id="t", title="A", fellowship="na", state=State.FAILED, last_accepted_at=at
        )

    said = []
    for days in (30, 31):
        folder = tmp_path / str(days)
        folder.mkdir()
        async with serving(folder, [a_meeting()], states=[read_last(days)]) as client:
            said.append("Not confirmed since" in words(await client.get("/meetings/1")))

    assert said == [False, True]


async def test_who_answers_in_the_area_and_the_dial_in_are_links_to_call(tmp_path: Path) -> None:
    online = Online(phone="+1-646-555-0100,,123#")
    told = thursdays(
        venue_type=VenueType.ONLINE, online=online, service_body_helpline="212-555-0100"
    )

    async with serving(tmp_path, [told, thursdays(id="t:2")]) as client:
        page, without = [await client.get(f"/meetings/{number}") for number in (1, 2)]

    assert "NA in this area answers: 212-555-0100" in words(page)
    assert 'href="tel:2125550100"' in page.text
    assert 'href="tel:+16465550100,,123%23"' in page.text
    assert page.text.count('<bdi dir="ltr">') == 2  # right-to-left text would turn them around
    assert "in this area answers" not in words(without)


async def test_what_is_wrong_is_told_to_the_publisher_by_its_own_form(tmp_path: Path) -> None:
    form = "https://feedback.example/to/FORM?meeting=hope-1"
    told = [
        thursdays(feedback_url=form, page_url="https://list.example/hope"),
        thursdays(id="t:2", page_url="https://list.example/hope"),
    ]

    async with serving(tmp_path, told) as client:
        page, without = [await client.get(f"/meetings/{number}") for number in (1, 2)]
        in_api = (await client.get("/api/meetings/1")).json()
        in_guide = (await client.get("/meeting-guide.json")).json()

    assert (
        f'<a href="{form}" rel="noopener noreferrer nofollow">Tell its publisher</a>' in page.text
    )
    assert "feedback.example" in words(page)
    assert "The publisher's own page" in words(without)
    assert in_api["feedback_url"] == form
    assert [row.get("feedback_url") for row in in_guide] == [form, None]


async def test_the_clock_of_who_looks_leads_on_from_results_to_what_is_joined_online(
    tmp_path: Path,
) -> None:
    there = a_schedule(timezone=zone("America/Sao_Paulo"), start=dt.time(20, 30))
    meetings = [
        a_meeting(id="t:1", venue_type=VenueType.ONLINE, schedule=there),
        a_meeting(id="t:2", venue_type=VenueType.HYBRID, schedule=there),
        a_meeting(id="t:3", schedule=there),
    ]

    async with serving(tmp_path, meetings) as client:
        results = (await client.get("/find?timezone=America/New_York")).text
        links = sorted(re.findall(r'<h3><a href="([^"]*)"', results))
        pages = [words(await client.get(link)) for link in links]
        unasked = words(await client.get("/meetings/1"))

    asked = "?timezone=America/New_York"
    assert links == [f"/meetings/1{asked}", f"/meetings/2{asked}", "/meetings/3"]
    for page in pages[:2]:
        assert "at 6:30 pm EST, 8:30 pm UTC−3 for the group" in page
        assert "Times are shown by the clock of New York." in page
        assert "6:30 pm to 7:30 pm EST" in page
    for page in (pages[2], unasked):
        assert "8:30 pm to 9:30 pm UTC−3" in page
        assert "EST" not in page


async def test_a_meeting_cancelled_tomorrow_is_not_tomorrow(tmp_path: Path) -> None:
    closed = ScheduleException(on=dt.date(2026, 11, 26))
    told = thursdays(schedule=a_schedule(rules=THURSDAY.rules, exceptions=(closed,)))
    eve = dt.datetime(2026, 11, 25, 17, tzinfo=dt.UTC)

    async with serving(tmp_path, [told], now=eve) as client:
        page = words(await client.get("/meetings/1"))

    assert "Not tomorrow" in page
    assert "Not on" not in page
