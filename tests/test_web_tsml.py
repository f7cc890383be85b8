import csv
import datetime as dt
import gzip
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest

from meetings.model import (
    Accuracy,
    Admission,
    Meeting,
    Online,
    OtherFormat,
    Point,
    Rule,
    Status,
    TimezoneSource,
    Venue,
    VenueType,
)
from tests.make import a_meeting, a_schedule
from tests.serving import serving
from web.tsml.rows import is_exported, rows_of

BASE = "https://meetings.example"
HALL = Venue(
    name="Example Hall", street="1 Main St", town="Brooklyn", region="NY", postal_code="11201",
    country="US", directions="Ring twice",
)  # fmt: skip
IN_PERSON: dict[str, Any] = {
    "venue": HALL,
    "point": Point(40.6500004, -73.95),
    "accuracy": Accuracy.EXACT,
}
MEETINGS = [
    a_meeting(id="t:1", **IN_PERSON),
    a_meeting(
        id="s:2",
        fellowship="smart",
        name="=HYPERLINK(1)",
        venue_type=VenueType.ONLINE,
        online=Online(url="https://meet.example", phone="+1 (646) 555-0100", notes="Ask first"),
    ),
    a_meeting(id="t:3", admission=Admission.FAMILY_ONLY, fellowship="al-anon"),
    a_meeting(id="t:4", admission=Admission.INSTITUTION),
    a_meeting(id="t:5", schedule=a_schedule(rules=(Rule(weekday=7, ordinals=(1,)),))),
    a_meeting(id="t:6", status=Status.CLOSED_FOR_NOW),
]


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    async with serving(tmp_path, MEETINGS) as opened:
        yield opened


def row(**changes: Any) -> dict[str, Any]:
    (only,) = rows_of(a_meeting(**changes), BASE)
    return only


def test_a_meeting_is_one_row_of_strict_types() -> None:
    assert row(**IN_PERSON, admission=Admission.OPEN, formats=("step_study", "wheelchair")) == {
        "slug": "na-1",
        "name": "Evening Hope Group",
        "day": 2,
        "time": "19:30",
        "end_time": "20:30",
        "timezone": "America/New_York",
        "location": "Example Hall",
        "location_notes": "Ring twice",
        "address": "1 Main St",
        "city": "Brooklyn",
        "state": "NY",
        "postal_code": "11201",
        "country": "US",
        "formatted_address": "1 Main St, Brooklyn, NY 11201, US",
        "approximate": "no",
        "latitude": 40.65,
        "longitude": -73.95,
        "types": ["O", "STEP", "X"],
        "attendance_option": "in_person",
        "url": "https://meetings.example/meetings/1",
        "updated": "2026-11-18 12:00:00",
    }


def test_each_weekday_is_a_row_with_a_slug_of_its_own() -> None:
    schedule = a_schedule(rules=(Rule(weekday=7), Rule(weekday=1)))

    rows = list(rows_of(a_meeting(schedule=schedule), BASE))

    assert [(each["slug"], each["day"]) for each in rows] == [("na-1-0", 0), ("na-1-1", 1)]


def test_an_end_past_midnight_is_said_in_words_only() -> None:
    late = row(schedule=a_schedule(start=dt.time(23, 30), duration=dt.timedelta(hours=1)))

    assert "end_time" not in late
    assert late["notes"] == "Ends at 00:30 the next day."


def test_a_time_by_nobodys_clock_is_no_day_and_time() -> None:
    schedule = replace(a_schedule(), timezone=None, timezone_source=TimezoneSource.UNKNOWN)

    unknown = row(schedule=schedule)

    assert not {"day", "time", "end_time", "timezone"} & unknown.keys()
    assert unknown["notes"] == "Tuesdays at 19:30, local time."


def test_an_online_meeting_has_a_link_with_a_path_and_no_point() -> None:
    online = row(
        venue_type=VenueType.ONLINE,
        online=Online(url="https://meet.example", phone="+1 (646) 555-0100", notes="Ask"),
        venue=HALL,
    )

    assert online["conference_url"] == "https://meet.example/"
    assert online["conference_phone"] == "+16465550100"
    assert online["formatted_address"] == "Brooklyn, NY, US"
    assert online["approximate"] == "yes"
    assert not {"latitude", "address", "location"} & online.keys()


def test_a_point_of_a_town_is_no_point_of_a_meeting() -> None:
    coarse = row(**IN_PERSON | {"accuracy": Accuracy.LOCALITY})

    assert "latitude" not in coarse
    assert coarse["approximate"] == "no"


def test_codes_are_those_of_the_rows_own_fellowship() -> None:
    given: dict[str, Any] = {"formats": ("newcomer", "round_robin"), "languages": ("es",)}

    assert row(**given)["types"] == ["BEG", "DISC"]  # NA's table holds no languages
    assert row(**given, fellowship="aa")["types"] == ["BE", "D", "S"]
    assert row(**given, fellowship="smart")["types"] == ["BE", "S"]
    assert row(**given, fellowship="smart")["notes"] == "Round robin"


def test_a_code_of_the_list_goes_back_unchanged() -> None:
    other = (OtherFormat(code="ZZ", name="Of this list"),)

    assert row(other_formats=other)["types"] == ["ZZ"]


def test_a_closed_building_is_inactive() -> None:
    closed = row(status=Status.CLOSED_FOR_NOW, **IN_PERSON)

    assert (closed["types"], closed["attendance_option"]) == (["TC"], "inactive")


def test_a_closed_meeting_is_not_shown_as_one_to_join() -> None:
    closed = row(
        status=Status.CLOSED_FOR_NOW,
        online=Online(url="https://zoom.us/j/1", phone="+1 212 555 0100", notes="ask for it"),
        **IN_PERSON,
    )

    assert [name for name in closed if name.startswith("conference_")] == []


@pytest.mark.parametrize(
    ("meeting", "plain", "with_family"),
    [
        (a_meeting(), True, True),
        (a_meeting(admission=Admission.INSTITUTION), False, False),
        (a_meeting(admission=Admission.FAMILY_ONLY), False, True),
        (a_meeting(fellowship="al-anon"), False, True),
        (a_meeting(status=Status.ENDED), False, False),
        (a_meeting(schedule=a_schedule(rules=(Rule(weekday=1, ordinals=(1,)),))), False, False),
    ],
)
def test_who_is_exported(meeting: Meeting, plain: bool, with_family: bool) -> None:
    assert is_exported(meeting, with_family=False) == plain
    assert is_exported(meeting, with_family=True) == with_family


async def slugs(client: httpx2.AsyncClient, query: str) -> list[str]:
    answer = await client.get(f"/meeting-guide.json?{query}")
    assert answer.status_code == 200, answer.text
    return [each["slug"] for each in answer.json()]


async def test_a_list_is_everything_or_a_fellowship_a_source_a_search(
    client: httpx2.AsyncClient,
) -> None:
    assert await slugs(client, "") == ["na-1", "smart-2", "na-6"]
    assert await slugs(client, "1795305600000") == ["na-1", "smart-2", "na-6"]
    assert await slugs(client, "fellowship=smart") == ["smart-2"]
    assert await slugs(client, "fellowship=al-anon") == ["al-anon-3"]
    assert await slugs(client, "source=t") == ["na-1", "na-6"]
    assert await slugs(client, "near=Brooklyn%2C+NY") == ["na-1"]
    assert await slugs(client, "online=1&source=t") == []
    assert await slugs(client, "admission=family_only") == ["al-anon-3"]


async def test_an_unchanged_list_is_not_sent_twice(client: httpx2.AsyncClient) -> None:
    first = await client.get("/meeting-guide.json")
    again = await client.get(
        "/meeting-guide.json", headers={"If-None-Match": f"W/{first.headers['etag']}"}
    )
    other = await client.get("/meeting-guide.json?fellowship=na")

    assert first.headers["access-control-allow-origin"] == "*"
    assert first.headers["content-encoding"] == "gzip"
    assert (again.status_code, again.content) == (304, b"")
    assert other.headers["etag"] != first.headers["etag"]


async def test_without_gzip_it_is_plain(client: httpx2.AsyncClient) -> None:
    packed = await client.get("/meeting-guide.json")
    plain = await client.get("/meeting-guide.json", headers={"Accept-Encoding": "identity"})

    assert plain.content == packed.content
    assert plain.headers["etag"] != packed.headers["etag"]
    assert not plain.content.startswith(gzip.compress(b"")[:2])


async def test_the_sheet_has_its_headers_and_no_formulas(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/meeting-guide.csv")

    first, second, *_ = csv.DictReader(io.StringIO(answer.text))
    assert (first["Day"], first["Time"], first["Timezone"]) == (
        "Tuesday",
        "7:30 PM",
        "America/New_York",
    )
    assert first["Longitude"] == "-73.95"
    assert second["Name"] == "'=HYPERLINK(1)"
    assert second["Conference Phone"] == "'+16465550100"


async def test_a_list_has_no_pages(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/meeting-guide.json?limit=5")).status_code == 400
