from pathlib import Path

from meetings.model import Accuracy, Point, Rule, VenueType
from tests.make import a_meeting, a_schedule
from tests.serving import serving
from tests.test_web_pages import words


async def test_each_day_says_what_is_near_what_is_online_and_where_the_gap_is(
    tmp_path: Path,
) -> None:
    near = {"point": Point(40.65, -73.95), "accuracy": Accuracy.EXACT}
    sunday = a_schedule(rules=(Rule(weekday=7),))
    meetings = [
        a_meeting(id="t:1", **near),
        a_meeting(id="t:2", **near),
        a_meeting(id="t:3", venue_type=VenueType.ONLINE, schedule=sunday),
    ]

    async with serving(tmp_path, meetings) as client:
        page = await client.get("/coverage/us-ny-brooklyn")
        unknown = await client.get("/coverage/us-ny-atlantis")

    assert "Tuesday 2 meetings none listed" in words(page)
    assert "Sunday only online; fill the gap with the nearest there is 1 online" in words(page)
    assert 'href="/find/us-ny-brooklyn?day=sun&amp;nearest=3"' in page.text
    assert unknown.status_code == 404
