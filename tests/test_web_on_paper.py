"""What results and a meeting's page say in print, where "today" and a viewer's clock say little."""

import datetime as dt
import re
from pathlib import Path

import pytest

from meetings.model import Online, Rule, VenueType
from meetings.zones import zone
from tests.make import a_meeting, a_schedule
from tests.serving import serving
from tests.test_web_pages import in_brooklyn, words

URL = "https://meet.example/j/room-62646?pwd=open"
IN_LISBON = a_schedule(
    rules=(Rule(weekday=3),), start=dt.time(11, 30), timezone=zone("Europe/Lisbon")
)


def online(**changes: object) -> dict[str, object]:
    return {"venue_type": VenueType.ONLINE, "online": Online(url=URL), **changes}


@pytest.mark.parametrize(
    ("meeting", "rule"),
    [
        (in_brooklyn("1"), "Tuesdays at 7:30 pm"),
        (in_brooklyn("1", venue_type=VenueType.HYBRID), "Tuesdays at 7:30 pm"),
        (in_brooklyn("1", schedule=IN_LISBON), "Wednesdays at 11:30 am by the clock of Lisbon"),
        (a_meeting(**online()), "Tuesdays at 7:30 pm by the clock of New York"),
        (
            a_meeting(**online(schedule=IN_LISBON)),
            "Wednesdays at 11:30 am by the clock of Lisbon",
        ),
    ],
)
async def test_results_say_whose_hour_it_is_where_it_may_be_misread(
    tmp_path: Path, meeting: object, rule: str
) -> None:
    async with serving(tmp_path, [meeting]) as client:  # type: ignore[list-item]
        page = await client.get("/find/us-ny-brooklyn")

    assert set(re.findall(r'<p class="rule">(.*?)</p>', page.text)) == {rule}


async def test_without_a_clock_of_the_viewer_a_hybrid_meeting_says_its_own(tmp_path: Path) -> None:
    async with serving(tmp_path, [in_brooklyn("1", venue_type=VenueType.HYBRID)]) as client:
        page = await client.get("/find?online=1")

    assert "Tuesdays at 7:30 pm by the clock of New York" in words(page)


def in_print(html: str) -> str:
    """Return *html* without what is for the screen only, as far as it holds no tag of its kind."""
    return re.sub(r'<(\w+)[^>]*class="[^"]*screen-only[^"]*"[^>]*>.*?</\1>', "", html, flags=re.S)


async def test_a_meeting_on_now_is_printed_with_its_dates_and_its_link(tmp_path: Path) -> None:
    async with serving(tmp_path, [a_meeting(**online(schedule=IN_LISBON))]) as client:
        page = await client.get("/meetings/1")

    printed = in_print(page.text).partition('<h2 id="dates')
    assert "On now, until" in page.text
    assert ">Today</span>" in page.text
    assert "On now, until" not in printed[0]
    assert ">Today<" not in printed[2]
    assert '<span class="print-only">Wednesday, November 18</span>, 11:30 am' in printed[2]
    assert f'<p class="print-only">Join: <bdi>{URL}</bdi></p>' in printed[2]
