import datetime as dt

import pytest

from meetings.model import Meeting, Venue, VenueType
from meetings.public_holidays import holiday_of, holiday_on
from tests.make import a_meeting, a_schedule

THANKSGIVING = dt.date(2026, 11, 26)


@pytest.mark.parametrize(
    ("country", "region", "on", "name"),
    [
        ("US", "NY", THANKSGIVING, "Thanksgiving Day"),
        ("US", "New York", THANKSGIVING, "Thanksgiving Day"),
        ("US", "a region nobody knows", THANKSGIVING, "Thanksgiving Day"),
        ("US", "NY", dt.date(2026, 11, 27), None),
        ("DE", "Bayern", dt.date(2026, 1, 6), "Epiphany"),
        ("DE", "Hessen", dt.date(2026, 1, 6), None),
        ("IR", "", dt.date(2026, 3, 21), "Eid al-Fitr; Nowruz"),
        ("ZZ", "", THANKSGIVING, None),
        ("", "", THANKSGIVING, None),
    ],
)
def test_a_holiday_is_that_of_country_and_region(
    country: str, region: str, on: dt.date, name: str | None
) -> None:
    assert holiday_on(country, region, on) == name


@pytest.mark.parametrize(
    ("meeting", "name"),
    [
        (a_meeting(venue=Venue(country="US", region="NY")), "Thanksgiving Day"),
        (a_meeting(venue=Venue(town="Brooklyn")), "Thanksgiving Day"),  # by its zone
        (a_meeting(venue=Venue(country="GB")), None),
        (a_meeting(schedule=a_schedule(), venue_type=VenueType.ONLINE), None),
        (a_meeting(schedule=None), None),
    ],
)
def test_only_a_hall_is_closed_on_a_holiday(meeting: Meeting, name: str | None) -> None:
    assert holiday_of(meeting, THANKSGIVING) == name
