import datetime as dt
import re
from pathlib import Path

import pytest

import web
from meetings.model import Accuracy, Occurrence, Point, Venue, VenueType
from meetings.search import Hit
from meetings.zones import zone
from tests.make import a_meeting, a_schedule
from web.languages import language_of
from web.words import Words

words = Words(language_of("en") or pytest.fail("English is the source"))
TEMPLATES = Path(web.__file__).parent / "templates"
ABBREVIATIONS = {
    "America/Sao_Paulo": "UTC−3",
    "Asia/Tehran": "UTC+3:30",
    "Asia/Kathmandu": "UTC+5:45",
    "America/New_York": "EST",
}
TUESDAY = dt.date(2026, 11, 24)


@pytest.mark.parametrize(
    ("time", "text"),
    [
        (dt.time(19, 30), "7:30 pm"),
        (dt.time(0, 5), "12:05 am"),
        (dt.time(12, 5), "12:05 pm"),
        (dt.time(0), "midnight"),
        (dt.time(12), "noon"),
        (dt.time(9), "9:00 am"),
    ],
)
def test_clock_reads_without_doubt(time: dt.time, text: str) -> None:
    assert words.clock(time) == text


def test_days_near_by_have_their_everyday_names() -> None:
    assert words.day(TUESDAY, today=TUESDAY) == "today"
    assert words.day(TUESDAY, today=dt.date(2026, 11, 23)) == "tomorrow"
    assert words.day(TUESDAY, today=dt.date(2026, 11, 20)) == "Tuesday, November 24"
    assert words.day(dt.date(2027, 1, 5), today=TUESDAY) == "Tuesday, January 5, 2027"


def test_lengths_are_counted() -> None:
    assert words.length(dt.timedelta(minutes=90)) == "1 hour 30 minutes"
    assert words.length(dt.timedelta(hours=2)) == "2 hours"
    assert words.length(dt.timedelta(minutes=1)) == "1 minute"


def a_hit(distance_km: float | None, accuracy: Accuracy = Accuracy.EXACT) -> Hit:
    meeting = a_meeting(point=Point(0, 0), accuracy=accuracy)
    return Hit(meeting=meeting, distance_km=distance_km)


def test_distances_are_in_the_unit_of_the_country() -> None:
    assert words.distance(a_hit(3.2), country="US") == "2 miles"
    assert words.distance(a_hit(1.609), country="GB") == "1 mile"
    assert words.distance(a_hit(3.21), country="CA") == "3.2 km"
    assert words.distance(a_hit(349.7), country="CA") == "350 km"
    assert words.distance(a_hit(None), country="US") == ""


def test_a_place_known_only_as_a_town_is_told_as_such() -> None:
    hit = a_hit(3.4, Accuracy.LOCALITY)

    assert words.distance(hit, country="CA") == "about 3 km, exact place not listed"


def test_a_meeting_without_time_is_no_guess() -> None:
    hit = Hit(meeting=a_meeting(schedule=None))

    text = words.when(hit, now=dt.datetime(2026, 11, 24, tzinfo=dt.UTC), viewer=zone("Asia/Tehran"))

    assert text == "Time not listed: ask the group"


def test_an_address_is_one_line_without_repeats() -> None:
    venue = Venue(street="1 Example Street", district="Brooklyn", town="Brooklyn", region="NY")

    assert words.address(a_meeting(venue=venue)) == "1 Example Street, Brooklyn, NY"
    assert words.address(a_meeting(venue_type=VenueType.ONLINE)) == ""


def test_templates_ask_for_no_words_that_are_not_there() -> None:
    templates = "".join(page.read_text() for page in TEMPLATES.glob("*.html"))
    asked = set(re.findall(r"\bwords\.(\w+)", templates))

    assert "clock" in asked
    assert {name for name in asked if not hasattr(words, name)} == set()


def eight_in_new_york_told_in_denver(tag: str) -> str:
    schedule = a_schedule(start=dt.time(20))
    meeting = a_meeting(venue_type=VenueType.ONLINE, schedule=schedule)
    start = dt.datetime(2026, 11, 24, 20, tzinfo=zone("America/New_York"))
    occurrence = Occurrence(on=TUESDAY, start=start, end=start + dt.timedelta(hours=1))
    spoken = Words(language_of(tag) or pytest.fail(f"{tag} is offered"))
    now = dt.datetime(2026, 11, 24, 9, tzinfo=zone("America/New_York"))
    hit = Hit(meeting=meeting, occurrence=occurrence)
    return spoken.when(hit, now=now.astimezone(dt.UTC), viewer=zone("America/Denver"))


def test_from_right_to_left_each_hour_stays_with_its_zone() -> None:
    english, persian = map(eight_in_new_york_told_in_denver, ("en", "fa"))

    assert "6:00 pm MST, 8:00 pm EST for the group" in english
    assert "\u2067۱۸:۰۰ MST\u2069، \u2067۲۰:۰۰ EST\u2069" in persian


def test_a_zone_without_an_abbreviation_is_told_by_its_distance_from_utc() -> None:
    moment = dt.datetime(2026, 11, 24, 20, 30, tzinfo=dt.UTC)

    there = {key: words.zone(moment.astimezone(zone(key))) for key in ABBREVIATIONS}

    assert there == ABBREVIATIONS
    assert words.zoned(moment.astimezone(zone("America/Sao_Paulo"))) == "5:30 pm UTC−3"


@pytest.mark.parametrize(
    ("tag", "clocks"),
    [
        ("en", ["the clock of New York", "the clock of São Paulo"]),
        ("es", ["la hora de Nueva York", "la hora de São Paulo"]),
        ("fa", ["وقت نیویورک", "وقت سائوپائولو"]),
    ],
)
def test_the_town_of_a_clock_has_its_name_in_the_language(tag: str, clocks: list[str]) -> None:
    spoken = Words(language_of(tag) or pytest.fail(f"{tag} is offered"))
    schedules = [a_schedule(timezone=zone(f"America/{t}")) for t in ("New_York", "Sao_Paulo")]

    assert [spoken.whose_clock(schedule) for schedule in schedules] == clocks


def test_no_minutes_are_told_of_whole_hours() -> None:
    waits = [dt.timedelta(minutes=minutes) for minutes in (59, 60, 61, 120)]

    assert [words.starts_in(wait) for wait in waits] == [
        "in 59 min",
        "in 1 h",
        "in 1 h 1 min",
        "in 2 h",
    ]
