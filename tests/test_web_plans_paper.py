"""A week on paper: what is closed, in doubt, or goes by another clock is told there too."""

import html
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx2
import pytest

from meetings.model import Meeting, Status
from tests.make import a_meeting, a_schedule
from tests.serving import serving

OPEN = a_meeting(id="t:1", name="Open Group")
CLOSED = a_meeting(id="t:2", name="Closed Group", status=Status.CLOSED_FOR_NOW)
ABROAD = a_meeting(
    id="t:3", name="London Group", schedule=a_schedule(timezone=ZoneInfo("Europe/London"))
)


async def told(tmp_path: Path, meetings: list[Meeting], query: str = "") -> list[str]:
    """Return the words of a plan of all *meetings*, and of its week on paper."""
    async with serving(tmp_path, meetings) as client:
        chosen = [str(number) for number in range(1, len(meetings) + 1)]
        made = await client.post("/plans", data={"meetings": chosen})
        plan = made.headers["location"]
        return [words(await client.get(path)) for path in (plan, f"{plan}/paper{query}")]


def words(page: httpx2.Response) -> str:
    return html.unescape(" ".join(re.sub(r"<[^>]*>", " ", page.text).split()))


async def test_a_closed_meeting_is_marked_and_does_not_count(tmp_path: Path) -> None:
    pages = await told(tmp_path, [OPEN, CLOSED], "?per_week=2")

    for page in pages:
        assert "Closed Group (closed for now)" in page
        assert "Open Group (closed for now)" not in page
    assert "1 meeting a week is planned: 1 in person, 0 online." in pages[1]
    assert "The house asks for 2 a week: this plan has 1" in pages[1]


@pytest.mark.parametrize(
    ("meetings", "hours"),
    [
        ([OPEN, ABROAD], ["7:30 pm (the clock of London)", "7:30 pm (the clock of New York)"]),
        ([OPEN], ["7:30 pm"]),
    ],
)
async def test_a_week_of_several_clocks_says_whose_each_hour_is(
    tmp_path: Path, meetings: list[Meeting], hours: list[str]
) -> None:
    for page in await told(tmp_path, meetings):
        week = page.partition("Tuesday")[2]
        assert (
            sorted(re.findall(r"7:30 pm(?: \(the clock of [^)]*\))?", week)[: len(hours)]) == hours
        )
