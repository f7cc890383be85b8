import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from meetings.model import Accuracy, Admission, Online, Point, Rule, Venue, VenueType
from tests.make import a_meeting, a_schedule
from tests.serving import serving

MEETINGS = [
    a_meeting(
        id="t:1",
        point=Point(40.68, -73.95),
        accuracy=Accuracy.EXACT,
        venue=Venue(name="Example Hall", town="Brooklyn"),
        formats=("wheelchair",),
        admission=Admission.OPEN,
        languages=("en",),
    ),
    a_meeting(
        id="t:2",
        venue_type=VenueType.ONLINE,
        online=Online(url="https://meet.example/2"),
        schedule=a_schedule(rules=(Rule(weekday=7, ordinals=(1, 3)),), duration=None),
    ),
    a_meeting(id="t:3", venue_type=VenueType.ONLINE, schedule=None),
]


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    async with serving(tmp_path, MEETINGS) as opened:
        yield opened


async def test_a_search_answers_meetings_count_and_next(client: httpx2.AsyncClient) -> None:
    answer = (await client.get("/api/meetings?near=Brooklyn%2C+NY&radius_km=10")).json()

    assert answer["count"] == 1
    assert answer["next"] is None
    (meeting,) = answer["meetings"]
    expected: dict[str, Any] = {
        "id": "t:1",
        "number": 1,
        "source": "t",
        "fellowship": "na",
        "name": "Evening Hope Group",
        "status": "active",
        "venue_type": "in_person",
        "weekday": 2,
        "start": "19:30",
        "duration_minutes": 60,
        "timezone": "America/New_York",
        "timezone_source": "source",
        "rrule": ["FREQ=WEEKLY;BYDAY=TU"],
        "next_start": "2026-11-25T00:30:00Z",
        "is_on_now": False,
        "latitude": 40.68,
        "longitude": -73.95,
        "accuracy": "exact",
        "formats": ["wheelchair"],
        "admission": "open",
        "languages": ["en"],
    }
    assert {name: meeting[name] for name in expected} == expected
    assert 3 < meeting["distance_km"] < 4


async def test_pages_follow_by_the_cursor(client: httpx2.AsyncClient) -> None:
    first = (await client.get("/api/meetings?limit=2")).json()
    rest = (await client.get(f"/api/meetings?limit=2&cursor={first['next']}")).json()

    assert [m["number"] for m in first["meetings"]] == [1, 2]
    assert [m["number"] for m in rest["meetings"]] == [3]
    assert (first["count"], rest["next"]) == (3, None)


async def test_what_a_list_does_not_tell_is_null(client: httpx2.AsyncClient) -> None:
    appointment = (await client.get("/api/meetings/3")).json()
    ordinal = (await client.get("/api/meetings/2")).json()

    names = ("weekday", "start", "duration_minutes", "timezone", "next_start", "distance_km")
    assert {appointment[name] for name in names} == {None}
    assert appointment["rrule"] == []
    assert ordinal["duration_minutes"] is None
    assert ordinal["rrule"] == ["FREQ=MONTHLY;BYDAY=1SU", "FREQ=MONTHLY;BYDAY=3SU"]
    assert dt.datetime.fromisoformat(ordinal["next_start"]).date() == dt.date(2026, 12, 7)


async def test_places_answer_what_begins_so(client: httpx2.AsyncClient) -> None:
    answer = (await client.get("/api/places?q=brookl")).json()

    assert answer["places"][0] == {
        "name": "Brooklyn",
        "region": "New York",
        "country": "US",
        "latitude": pytest.approx(40.65, abs=0.01),
        "longitude": pytest.approx(-73.95, abs=0.01),
        "kind": "town",
        "slug": "us-ny-brooklyn",
    }


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("/api/meetings?near=Xyzzyville", 400, "near"),
        ("/api/meetings?near=Springfield", 400, "near"),
        ("/api/meetings?day=8", 400, "day"),
        ("/api/meetings?latitude=1&longitude=1&radius_km=10000", 400, "radius_km"),
        ("/api/meetings?latitude=1&longitude=1&radius_km=-1", 400, "radius_km"),
        ("/api/places?q=b", 400, "q"),
        ("/api/meetings/99", 404, None),
        ("/api/nothing", 404, None),
    ],
)
async def test_a_problem_is_json_with_its_field(
    client: httpx2.AsyncClient, path: str, status: int, field: str | None
) -> None:
    answer = await client.get(path)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert answer.json().get("field") == field
    assert answer.json()["title"].endswith(".")
