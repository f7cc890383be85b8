"""The page for a bad hour: whom to call, what is on or soon, and what comes later tonight."""

import datetime as dt
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from meetings.model import Rule, VenueType
from tests.make import a_meeting, a_schedule
from tests.serving import serving
from tests.test_web_pages import in_brooklyn, names, words
from web.pages.now import night_over

NEW_YORK = ZoneInfo("America/New_York")
TUESDAY = dt.date(2026, 11, 24)


def at(hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(TUESDAY, dt.time(hour, minute), NEW_YORK)


def daily(hour: int, minute: int = 0) -> object:
    rules = tuple(Rule(weekday=day) for day in range(1, 8))
    return a_schedule(rules=rules, start=dt.time(hour, minute))


MEETINGS = [
    in_brooklyn("1", name="At Half Past Seven", schedule=daily(19, 30)),
    in_brooklyn("2", name="At Ten", schedule=daily(22)),
    in_brooklyn("3", name="At Midnight", schedule=daily(0)),
    in_brooklyn("4", name="At Nine in the Morning", schedule=daily(9)),
    a_meeting(id="t:5", name="Online", venue_type=VenueType.ONLINE, schedule=daily(20)),
]


async def test_what_is_soon_comes_first_and_later_tonight_after_it(tmp_path: Path) -> None:
    async with serving(tmp_path, MEETINGS, now=at(19)) as client:
        page = await client.get("/now/us-ny-brooklyn")

    assert names(page) == ["At Half Past Seven", "Online", "At Ten", "At Midnight"]
    assert "Later tonight near Brooklyn" in words(page)


async def test_in_the_morning_the_rest_of_the_day_is_told(tmp_path: Path) -> None:
    async with serving(tmp_path, MEETINGS, now=at(8)) as client:
        page = await client.get("/now/us-ny-brooklyn")

    expected = ["At Nine in the Morning", "At Half Past Seven", "At Ten", "At Midnight"]
    assert names(page) == expected
    assert "Later today near Brooklyn" in words(page)


async def test_without_a_place_what_comes_later_online_is_told(tmp_path: Path) -> None:
    async with serving(tmp_path, MEETINGS, now=at(15)) as client:
        page = await client.get("/now")

    assert names(page) == ["Online"]
    assert "Later, online" in words(page)


@pytest.mark.parametrize(
    ("moment", "until"),
    [
        (at(19), at(4) + dt.timedelta(days=1)),
        (at(23), at(5) + dt.timedelta(days=1)),
        (at(1, 50), at(7, 50)),
        (at(4), at(4) + dt.timedelta(days=1)),
    ],
)
def test_the_night_ends_at_four_or_some_hours_on(moment: dt.datetime, until: dt.datetime) -> None:
    assert night_over(moment) == until


async def test_two_lines_are_shown_and_the_rest_is_folded(tmp_path: Path) -> None:
    async with serving(tmp_path, MEETINGS, now=at(19)) as client:
        text = (await client.get("/now/us-ny-brooklyn")).text

    shown, _, folded = text.partition("<details>")
    assert re.findall(r'href="((?:tel|sms):[^"]*)"', shown) == ["tel:988", "sms:741741?body=HOME"]
    assert "As published; not yet checked by us." in text
    assert "SAMHSA" in folded.partition("</details>")[0]


@pytest.mark.parametrize(
    ("path", "emergency"),
    [
        ("/now/us-ny-brooklyn", "In an emergency call 911 ."),
        ("/helplines/gb", "In an emergency call 999 ."),
        ("/now", "In an emergency call the emergency number of your country."),
        ("/helplines", "In an emergency call the emergency number of your country."),
    ],
)
async def test_the_one_line_on_medicines_stands_with_the_emergency_number(
    tmp_path: Path, path: str, emergency: str
) -> None:
    async with serving(tmp_path, MEETINGS) as client:
        text = words(await client.get(path))

    assert (
        "There is no medical advice here: stopping some medicines or alcohol suddenly can be"
        f" dangerous; ask a doctor or pharmacist. {emergency}"
    ) in text


async def test_where_no_country_is_known_the_person_chooses_one(tmp_path: Path) -> None:
    async with serving(tmp_path, MEETINGS) as client:
        page = await client.get("/now", headers={"Accept-Language": "en-GB"})

    assert "Somebody to call now, by country" in words(page)
    assert "Samaritans" not in page.text


async def test_a_place_typed_there_leads_back_there(tmp_path: Path) -> None:
    async with serving(tmp_path, MEETINGS) as client:
        one = await client.post("/find", data={"near": "Brooklyn, NY", "page": "now"})
        here = await client.post("/find", data={"here": "40.65,-73.95", "page": "now"})
        several = await client.post("/find", data={"near": "Springfield", "page": "now"})
        choice = await client.get(several.headers["location"])

    assert one.headers["location"] == here.headers["location"] == "/now/us-ny-brooklyn"
    assert several.headers["location"] == "/now?near=Springfield"
    assert re.findall(r'href="(/now/us-[^"]+)"', choice.text)
