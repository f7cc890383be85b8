import datetime as dt
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import icalendar
import pytest

from meetings.model import Accuracy, Online, Point, Rule, Venue, VenueType
from meetings.sealing import make_secret
from tests.make import a_meeting, a_schedule
from tests.serving import serving
from tests.test_web_plans import Keeper, links

MEETINGS = [
    a_meeting(
        id="t:1",
        name="Evening Hope Group",
        point=Point(40.65, -73.95),
        accuracy=Accuracy.EXACT,
        venue=Venue(name="Example Hall", street="12 Example Street", town="Brooklyn"),
        formats=("women",),
    ),
    a_meeting(
        id="t:2",
        name="Two Evenings",
        venue_type=VenueType.HYBRID,
        venue=Venue(name="Other Hall", street="1 Other Street", town="Brooklyn"),
        online=Online(url="https://meet.example/2"),
        schedule=a_schedule(rules=(Rule(weekday=1), Rule(weekday=4))),
    ),
]


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    async with serving(tmp_path, MEETINGS) as opened:
        yield opened


@pytest.fixture
async def keeper(client: httpx2.AsyncClient) -> Keeper:
    made = await client.post("/plans", data={"meetings": ["1", "2"]})
    return Keeper(client, made.headers["location"])


async def calendar_of(keeper: Keeper, titles: str = "full") -> str:
    await keeper.press("calendar", titles=titles)
    return links(await keeper.page(), "c")[-1]


def events(feed: httpx2.Response) -> list[Any]:
    assert feed.status_code == 200
    return list(icalendar.Calendar.from_ical(feed.content).walk("VEVENT"))


async def test_a_plan_s_calendar_holds_its_meetings_privately_and_busy(keeper: Keeper) -> None:
    feed = await keeper.client.get(await calendar_of(keeper))

    summaries = sorted(str(event["SUMMARY"]) for event in events(feed))
    assert summaries == ["NA: Evening Hope Group", "NA: Two Evenings", "NA: Two Evenings"]
    assert {str(event["CLASS"]) for event in events(feed)} == {"PRIVATE"}
    assert {str(event["TRANSP"]) for event in events(feed)} == {"OPAQUE"}
    assert feed.headers["cache-control"] == "private, max-age=900"
    assert feed.headers["x-robots-tag"].startswith("noindex")
    assert "last-modified" not in feed.headers


async def test_the_secret_of_a_calendar_is_not_in_it(keeper: Keeper) -> None:
    path = await calendar_of(keeper)

    feed = await keeper.client.get(path)

    assert path.split("/")[2] not in feed.text
    assert keeper.path.removeprefix("/k/") not in feed.text


async def test_days_taken_and_how_one_goes_are_in_the_calendar(keeper: Keeper) -> None:
    path = await calendar_of(keeper)
    await keeper.press("edit", meetings="2", day="4", attending="online")

    (_, second) = sorted(
        events(await keeper.client.get(path)), key=lambda event: str(event["SUMMARY"])
    )

    assert second["RRULE"].to_ical() == b"FREQ=WEEKLY;BYDAY=TH"
    assert str(second["LOCATION"]) == "https://meet.example/2"


async def test_notes_and_appointments_stay_out_of_the_calendar(keeper: Keeper) -> None:
    path = await calendar_of(keeper)
    await keeper.press("edit", meetings="1", note="sentinel-note")
    appointment = {"label": "sentinel-label", "day": "1", "start": "10:00", "end": "11:00"}
    await keeper.press("appoint", timezone="America/New_York", **appointment)

    feed = await keeper.client.get(path)

    assert "sentinel" not in feed.text
    assert "sentinel-note" in (await keeper.page()).text


async def test_a_horizon_ends_the_calendar_and_reminders_ring(keeper: Keeper) -> None:
    path = await calendar_of(keeper)
    await keeper.press("options", horizon="4", reminder="60", titles="full")

    first = events(await keeper.client.get(path))[0]

    (until,) = first["RRULE"]["UNTIL"]
    assert until == dt.datetime(2026, 12, 16, 4, 59, 59, tzinfo=dt.UTC)
    assert len(first.walk("VALARM")) == 1


async def test_plain_titles_name_nothing(keeper: Keeper) -> None:
    feed = await keeper.client.get(await calendar_of(keeper, "plain"))

    for word in ("NA", "Narcotics", "Evening Hope", "Example Hall", "Women", "Hybrid"):
        assert not re.search(rf"\b{word}\b", feed.text), word
    assert "12 Example Street" in feed.text.replace("\r\n ", "")
    assert {str(event["SUMMARY"]) for event in events(feed)} == {"Appointment"}


async def test_a_changed_plan_changes_its_calendar_and_an_unchanged_one_is_304(
    keeper: Keeper,
) -> None:
    path = await calendar_of(keeper)
    etag = (await keeper.client.get(path)).headers["etag"]

    same = await keeper.client.get(path, headers={"If-None-Match": etag})
    await keeper.press("remove", meetings="2")
    changed = await keeper.client.get(path, headers={"If-None-Match": etag})

    assert (same.status_code, changed.status_code) == (304, 200)
    assert [str(event["SUMMARY"]) for event in events(changed)] == ["NA: Evening Hope Group"]


async def test_a_link_taken_back_gives_the_notice_and_no_meeting(keeper: Keeper) -> None:
    path = await calendar_of(keeper)
    await keeper.client.get(path)
    await keeper.press("revoke-calendar", link=path.split("/")[2])

    feed = await keeper.client.get(path)

    (notice,) = events(feed)
    assert "replaced" in str(notice["SUMMARY"])
    assert "Hope" not in feed.text


async def test_a_plan_without_meetings_is_a_notice(keeper: Keeper) -> None:
    path = await calendar_of(keeper)
    await keeper.press("remove", meetings=["1", "2"])

    (notice,) = events(await keeper.client.get(path))

    assert str(notice["TRANSP"]) == "TRANSPARENT"


async def test_a_share_s_calendar_follows_its_maker(keeper: Keeper) -> None:
    await keeper.press("share", meetings="1", label="sentinel")
    path = links(await keeper.page(), "s")[0]
    before = events(await keeper.client.get(f"{path}/calendar.ics"))
    await keeper.press("edit-share", link=path.removeprefix("/s/"), meetings=["1", "2"], label="")

    after = await keeper.client.get(f"{path}/calendar.ics")

    assert (len(before), len(events(after))) == (1, 3)
    assert "sentinel" not in after.text


async def test_unknown_and_malformed_calendars_answer_alike(keeper: Keeper) -> None:
    secret = keeper.path.removeprefix("/k/")
    answers = [
        await keeper.client.get(path)
        for path in (
            f"/c/{make_secret()}/calendar.ics",
            "/c/short/calendar.ics",
            f"/c/{secret}/calendar.ics",
            f"/s/{make_secret()}/calendar.ics",
        )
    ]

    assert {(a.status_code, a.text, repr(sorted(a.headers.items()))) for a in answers} == {
        (404, answers[0].text, repr(sorted(answers[0].headers.items())))
    }


async def test_paper_shows_the_week_a_rule_and_lines(keeper: Keeper) -> None:
    paper = await keeper.client.get(f"{keeper.path}/paper?per_week=5&in_person=3")
    await keeper.press("share", meetings="1", label="")
    sheet = await keeper.client.get(f"{links(await keeper.page(), 's')[0]}/sheet")

    assert "The house asks for 5 a week: this plan has 3" in paper.text
    assert "3 of them in person: this plan has them" in paper.text
    assert paper.text.count("<tr><td></td>") == 20
    assert "Write no name on this sheet." in sheet.text
    assert "Example Hall" in sheet.text
    assert "Two Evenings" not in sheet.text


async def test_a_link_of_another_kind_gives_no_feed_also_after_it_was_followed(
    keeper: Keeper,
) -> None:
    calendar = await calendar_of(keeper)
    await keeper.press("share", meetings="1", label="")
    (share,) = links(await keeper.page(), "s")
    feeds = [calendar, f"{share}/calendar.ics"]
    followed = [await keeper.client.get(feed) for feed in feeds]

    turned = [
        await keeper.client.get(feed)
        for feed in (calendar.replace("/c/", "/s/"), feeds[1].replace("/s/", "/c/"))
    ]

    assert [answer.status_code for answer in followed] == [200, 200]
    assert [answer.status_code for answer in turned] == [404, 404]


async def test_every_four_weeks_of_a_plan_get_an_entry_where_wished(keeper: Keeper) -> None:
    feed = await calendar_of(keeper)
    await keeper.press("options", horizon="13", milestones="1")

    named = [str(e["SUMMARY"]) for e in events(await keeper.client.get(feed))]
    await keeper.press("options", horizon="13", milestones="1", titles="plain")
    plain = await keeper.client.get(feed)

    assert [each for each in named if "plan" in each] == [
        f"{weeks} weeks of this plan" for weeks in (4, 8, 12)
    ]
    assert "of this plan" not in plain.text
    assert {str(e["SUMMARY"]) for e in events(plain)} == {"Appointment"}
