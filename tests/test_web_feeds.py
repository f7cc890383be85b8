import datetime as dt
import gzip
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import icalendar
import pytest
import recurring_ical_events

from meetings.model import Accuracy, Meeting, Point, Rule
from meetings.zones import zone
from tests.make import a_meeting, a_schedule
from tests.serving import serving
from web.service import Site

BROOKLYN = Point(40.65, -73.95)


def here(key: int, **changes: Any) -> Meeting:
    return a_meeting(id=f"t:{key}", point=BROOKLYN, accuracy=Accuracy.EXACT, **changes)


MEETINGS = [
    here(1, name="Evening Hope Group"),
    here(2, name="Thursdays", schedule=a_schedule(rules=(Rule(weekday=4),), first_on=None)),
    here(3, name="By appointment", schedule=None),
]


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    async with serving(tmp_path, MEETINGS) as opened:
        yield opened


def summaries(feed: httpx2.Response) -> list[str]:
    calendar = icalendar.Calendar.from_ical(feed.content)
    return [str(event["SUMMARY"]) for event in calendar.walk("VEVENT")]


@pytest.mark.parametrize(
    ("zone_name", "before_and_after"),
    [
        ("America/New_York", ["2026-10-27T19:30:00-04:00", "2026-11-03T19:30:00-05:00"]),
        ("America/Vancouver", ["2026-10-27T19:30:00-07:00", "2026-11-03T19:30:00-07:00"]),
        ("Europe/London", ["2026-10-20T19:30:00+01:00", "2026-10-27T19:30:00+00:00"]),
    ],
)
async def test_a_meeting_stays_at_its_hour_when_the_clocks_change(
    tmp_path: Path, zone_name: str, before_and_after: list[str]
) -> None:
    meeting = here(1, schedule=a_schedule(timezone=zone(zone_name)))

    async with serving(tmp_path, [meeting]) as client:
        feed = await client.get("/meetings/1/calendar.ics")

    first = dt.datetime.fromisoformat(before_and_after[0])
    events = recurring_ical_events.of(icalendar.Calendar.from_ical(feed.content)).between(
        first, first + dt.timedelta(days=8)
    )
    assert [event["DTSTART"].dt.isoformat() for event in events] == before_and_after


async def test_feeds_of_a_meeting_a_search_and_a_list_hold_what_they_name(
    client: httpx2.AsyncClient,
) -> None:
    both = ["NA: Evening Hope Group", "NA: Thursdays"]

    assert summaries(await client.get("/meetings/1/calendar.ics")) == both[:1]
    assert summaries(await client.get("/calendar.ics?meeting-id=1")) == both[:1]
    assert summaries(await client.get("/calendar.ics?near=Brooklyn%2C+NY")) == both
    assert summaries(await client.get("/calendar.ics?latitude=40.65&longitude=-73.95")) == both
    assert summaries(await client.get("/list/calendar.ics?meetings=2,1")) == both


async def test_a_feed_says_what_it_is_and_how_long_it_keeps(client: httpx2.AsyncClient) -> None:
    feed = await client.get("/meetings/1/calendar.ics")

    assert feed.headers["content-type"] == "text/calendar; charset=utf-8"
    assert feed.headers["content-disposition"] == 'inline; filename="calendar.ics"'
    assert feed.headers["cache-control"].startswith("public, max-age=900")
    assert feed.headers["x-robots-tag"] == "noindex"
    assert feed.headers["last-modified"] == "Wed, 18 Nov 2026 12:00:00 GMT"


@pytest.mark.parametrize("form", ["{0}", "W/{0}", '"other", {0}', "*"])
async def test_a_client_that_has_it_gets_304(client: httpx2.AsyncClient, form: str) -> None:
    etag = (await client.get("/meetings/1/calendar.ics")).headers["etag"]

    again = await client.get(
        "/meetings/1/calendar.ics", headers={"If-None-Match": form.format(etag)}
    )

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == etag


async def test_the_entity_tag_wins_over_the_date(client: httpx2.AsyncClient) -> None:
    headers = {"If-Modified-Since": "Wed, 18 Nov 2026 12:00:00 GMT"}

    by_date = await client.get("/meetings/1/calendar.ics", headers=headers)
    by_tag = await client.get(
        "/meetings/1/calendar.ics", headers=headers | {"If-None-Match": '"other"'}
    )

    assert (by_date.status_code, by_tag.status_code) == (304, 200)


async def test_head_answers_as_get_without_the_body(client: httpx2.AsyncClient) -> None:
    got = await client.get("/meetings/1/calendar.ics")
    head = await client.head("/meetings/1/calendar.ics")

    assert head.content == b""
    for name in ("content-type", "etag", "last-modified", "content-length"):
        assert head.headers[name] == got.headers[name]


async def test_only_a_long_feed_is_compressed_and_never_for_outlook(tmp_path: Path) -> None:
    many = [here(n, name=f"Meeting {n}") for n in range(1, 31)]
    path = "/list/calendar.ics?meetings=" + ",".join(str(n) for n in range(1, 31))

    async with serving(tmp_path, many) as client:
        short = await client.get("/meetings/1/calendar.ics", headers={"Accept-Encoding": "gzip"})
        async with client.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as long:
            raw = b"".join([chunk async for chunk in long.aiter_raw()])
        outlook = await client.get(
            path, headers={"Accept-Encoding": "gzip", "User-Agent": "Microsoft Outlook 16.0"}
        )

    assert "content-encoding" not in short.headers
    assert long.headers["content-encoding"] == "gzip"
    assert long.headers["etag"].endswith('-gz"')
    assert "content-encoding" not in outlook.headers
    assert gzip.decompress(raw) == outlook.content


async def test_a_search_that_finds_nothing_is_a_feed_with_a_notice(
    client: httpx2.AsyncClient,
) -> None:
    feed = await client.get("/calendar.ics?near=London")

    assert feed.status_code == 200
    assert len(summaries(feed)) == 1
    assert "NA" not in summaries(feed)[0]


async def test_a_meeting_without_a_time_gives_a_notice_and_no_guess(
    client: httpx2.AsyncClient,
) -> None:
    (summary,) = summaries(await client.get("/meetings/3/calendar.ics"))

    assert "By appointment" not in summary


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        ("/meetings/99/calendar.ics", 404, "There is nothing at this address."),
        ("/calendar.ics?meeting-id=99", 404, "There is nothing at this address."),
        ("/calendar.ics", 400, "near: A calendar of a search needs a place, or online=1."),
        ("/calendar.ics?now=1", 400, "now: A calendar holds every week, so it has no such choice."),
        ("/calendar.ics?near=Xyzzyville", 400, "near: We know no place of that name."),
        ("/calendar.ics?near=Springfield", 400, "near: Several places may be meant:"),
    ],
)
async def test_a_feed_that_cannot_be_is_one_line_of_text(
    client: httpx2.AsyncClient, path: str, status: int, text: str
) -> None:
    answer = await client.get(path)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text.startswith(text)
    assert "\n" not in answer.text


async def test_a_feed_takes_no_other_method(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/meetings/1/calendar.ics")

    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


async def test_titles_of_sample_meetings_say_so(tmp_path: Path) -> None:
    site = Site(
        base_url="http://localhost:8000", is_public=False, uid_host="uid.example", is_sample=True
    )

    async with serving(tmp_path, MEETINGS, site=site) as client:
        feed = await client.get("/meetings/1/calendar.ics")

    assert summaries(feed) == ["SAMPLE NA: Evening Hope Group"]
