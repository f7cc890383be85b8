"""What search engines read of a meeting's page, and that it ends no script element."""

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

from meetings.model import (
    Accuracy,
    Meeting,
    Online,
    Point,
    Rule,
    ScheduleException,
    Status,
    Venue,
    VenueType,
)
from tests.make import a_meeting, a_schedule
from tests.serving import serving

CHAPEL = Venue(name="Example Hall", street="1 Main St", town="Brooklyn", region="NY", country="US")


async def told_of(folder: Path, meeting: Meeting) -> dict[str, Any]:
    async with serving(folder, [meeting]) as client:
        text = (await client.get("/meetings/1")).text
    (script,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    found: dict[str, Any] = json.loads(script)
    return found


async def test_a_meeting_is_an_event_with_its_schedule(tmp_path: Path) -> None:
    meeting = a_meeting(
        venue=CHAPEL,
        point=Point(40.68, -73.95),
        accuracy=Accuracy.EXACT,
        schedule=a_schedule(exceptions=(ScheduleException(on=dt.date(2026, 12, 1)),)),
    )

    told = await told_of(tmp_path, meeting)

    assert told["@type"] == "Event"
    assert told["url"] == "https://meetings.example/meetings/1"
    assert told["startDate"] == "2026-11-25T00:30:00Z"
    assert told["location"] == [
        {
            "@type": "Place",
            "name": "Example Hall",
            "address": {
                "@type": "PostalAddress",
                "streetAddress": "1 Main St",
                "addressLocality": "Brooklyn",
                "addressRegion": "NY",
                "addressCountry": "US",
            },
            "geo": {"@type": "GeoCoordinates", "latitude": 40.68, "longitude": -73.95},
        }
    ]
    (schedule,) = told["eventSchedule"]
    expected = {
        "byDay": "https://schema.org/Tuesday",
        "startTime": "19:30:00",
        "endTime": "20:30:00",
        "duration": "PT60M",
        "scheduleTimezone": "America/New_York",
        "repeatFrequency": "P1W",
        "exceptDate": ["2026-12-01"],
    }
    assert {name: schedule[name] for name in expected} == expected


async def test_a_monthly_meeting_tells_its_weeks(tmp_path: Path) -> None:
    meeting = a_meeting(schedule=a_schedule(rules=(Rule(weekday=7, ordinals=(1, -1)),)))

    (schedule,) = (await told_of(tmp_path, meeting))["eventSchedule"]

    assert (schedule["repeatFrequency"], schedule["byMonthWeek"]) == ("P1M", [1, -1])


async def test_the_way_into_an_online_meeting_is_not_told(tmp_path: Path) -> None:
    online = Online(url="https://meet.example/secret-room", phone="+1 646 555 0100")

    told = await told_of(tmp_path, a_meeting(venue_type=VenueType.ONLINE, online=online))

    assert told["location"] == [
        {"@type": "VirtualLocation", "url": "https://meetings.example/meetings/1"}
    ]
    assert "meet.example" not in json.dumps(told)


async def test_a_closed_building_is_postponed(tmp_path: Path) -> None:
    told = await told_of(tmp_path, a_meeting(status=Status.CLOSED_FOR_NOW))

    assert told["eventStatus"] == "https://schema.org/EventPostponed"


async def test_no_name_ends_the_element(tmp_path: Path) -> None:
    name = "</script><script>alert(1)</script>& <!-- \u2028"

    told = await told_of(tmp_path, a_meeting(name=name))

    assert told["name"].startswith("</script><script>alert(1)")
