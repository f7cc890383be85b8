import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from importers import bmlt
from importers._source import Importer, Rejected, Source, Withdrawn
from meetings.model import (
    Accuracy,
    Admission,
    Meeting,
    Online,
    OtherFormat,
    Point,
    Rule,
    Schedule,
    Status,
    TimezoneSource,
    Venue,
    VenueType,
)
from tests.make_lists import a_bmlt_record, a_source, bmlt_list

FOLDER = Path(__file__).parent / "data" / "bmlt"
IMPORTER: Importer = bmlt


def read_folder(**source: Any) -> Mapping[str, Meeting | Rejected]:
    results = bmlt.read(bmlt.load(FOLDER), a_source(**source))
    return {
        result.id.partition(":")[2] if isinstance(result, Meeting) else result.key: result
        for result in results
        if isinstance(result, Meeting | Rejected)
    }


def meeting_of(source: Source | None = None, **changes: Any) -> Meeting:
    (result,) = bmlt.read(bmlt_list(a_bmlt_record(**changes)), source or a_source())
    assert isinstance(result, Meeting), result
    return result


def schedule_of(**changes: Any) -> Schedule:
    schedule = meeting_of(**changes).schedule
    assert schedule is not None
    return schedule


def rejection_of(**changes: Any) -> Rejected:
    (result,) = bmlt.read(bmlt_list(a_bmlt_record(**changes)), a_source())
    assert isinstance(result, Rejected), result
    return result


def test_a_whole_record_becomes_a_meeting() -> None:
    meeting = read_folder()["1"]

    assert meeting == Meeting(
        id="t:1",
        source="t",
        fellowship="na",
        name="Borough Beginners",
        schedule=Schedule(
            rules=(Rule(weekday=2),), start=dt.time(19, 30), duration=dt.timedelta(minutes=90)
        ),
        venue_type=VenueType.IN_PERSON,
        venue=Venue(
            name="Invented Hall",
            street="1 Sample St",
            town="Brooklyn",
            region="NY",
            country="US",
            directions="Ring twice. If locked call [not shown]",
            transit="Train: A to the last stop; Bus: B12",
        ),
        point=Point(40.6924, -73.9903),
        accuracy=Accuracy.EXACT,
        formats=("newcomer",),
        admission=Admission.OPEN,
        languages=("en",),
        notes="Closed on holidays",
        service_body="Invented Area",
    )


def test_an_online_meeting_has_no_point_and_no_pass_code() -> None:
    meeting = read_folder()["2"]

    assert isinstance(meeting, Meeting)
    assert meeting.venue_type is VenueType.ONLINE
    assert meeting.point is None
    assert meeting.online == Online(
        url="https://zoom.example/j/123",
        phone="+1-646-555-0100,,1234567890#",
        notes="Meeting ID: 123 456 7890",
    )
    assert meeting.schedule == Schedule(
        rules=(Rule(weekday=7),),
        start=dt.time(7, 0),
        duration=dt.timedelta(minutes=75),  # zero is "not given": the server's default
        timezone=ZoneInfo("Europe/Dublin"),
        timezone_source=TimezoneSource.SOURCE,
    )


def test_pass_codes_are_published_only_where_the_operator_says_so() -> None:
    meeting = read_folder(publish_passcodes=True)["2"]

    assert isinstance(meeting, Meeting)
    assert meeting.online == Online(
        url="https://zoom.example/j/123?pwd=topsecret",
        phone="+1-646-555-0100,,1234567890#,,,,*4321#",
        notes="Meeting ID: 123 456 7890, Passcode: hunter2",
    )


def test_hybrid_keeps_both_sides() -> None:
    meeting = read_folder()["3"]

    assert isinstance(meeting, Meeting)
    assert meeting.venue_type is VenueType.HYBRID
    assert meeting.point == Point(42.6526, -73.7562)
    assert meeting.online == Online(url="https://zoom.example/j/77")


def test_a_closed_building_closes_the_meeting() -> None:
    meeting = read_folder()["4"]

    assert isinstance(meeting, Meeting)
    assert meeting.status is Status.CLOSED_FOR_NOW
    assert not meeting.is_listed


def test_a_link_with_spaces_leads_into_this_meeting_or_stays_a_text() -> None:
    whole, cut = "https://us02web.zoom.us/j/842 1234 5678", "https://zoom.us/j/842 1234"

    joined, kept = (meeting_of(virtual_meeting_link=link).online for link in (whole, cut))

    assert joined == Online(url="https://us02web.zoom.us/j/84212345678")
    assert kept == Online(notes=cut)


def test_a_closed_building_with_a_virtual_meeting_is_online_for_now() -> None:
    meeting = read_folder()["5"]

    assert isinstance(meeting, Meeting)
    assert meeting.status is Status.ACTIVE
    assert meeting.venue_type is VenueType.ONLINE
    assert meeting.notes == "Temporarily meeting online."
    assert meeting.online == Online(notes="virtually on zoom - 404031193")


def test_a_meeting_without_an_hour_is_listed_without_a_schedule() -> None:
    meeting = read_folder()["6"]

    assert isinstance(meeting, Meeting)
    assert meeting.schedule is None
    assert meeting.notes == "Listed on Tuesdays, without a time."
    assert meeting.other_formats == (
        OtherFormat(code="KITE", name="Kite Flying", description="Kite Flying."),
    )


def test_what_is_not_published_is_withdrawn() -> None:
    assert read_folder()["7"] == Withdrawn(
        "7", "published: is not 1, so the list has taken it back"
    )


def test_a_record_without_a_name_is_rejected() -> None:
    assert read_folder()["8"] == Rejected("8", "meeting_name: is missing")


def test_neither_contacts_nor_custom_fields_nor_unpublished_files_are_read() -> None:
    everything = repr(read_folder(publish_passcodes=True))

    assert "leak" not in everything.lower()
    assert "Custom Field" not in everything
    assert "Never Listed" not in everything


@pytest.mark.parametrize(("given", "weekday"), [("1", 7), ("2", 1), ("7", 6)])
def test_weekdays_are_converted_once(given: str, weekday: int) -> None:
    assert schedule_of(weekday_tinyint=given).rules == (Rule(weekday=weekday),)


@pytest.mark.parametrize(
    ("given", "minutes"),
    [("24:00:00", 1440), ("01:00", 60), ("1:15:00", 75), ("12:00:00", 720)],
)
def test_every_legal_length_is_kept(given: str, minutes: int) -> None:
    assert schedule_of(duration_time=given).duration == dt.timedelta(minutes=minutes)


@pytest.mark.parametrize("given", ["", "00:00:00", None])
def test_a_length_that_is_not_given_stays_unknown(given: str | None) -> None:
    assert schedule_of(duration_time=given).duration is None


@pytest.mark.parametrize("given", ["UTC", "EST", "+05:00", "Mars/Base", ""])
def test_a_zone_that_is_no_place_is_not_believed(given: str) -> None:
    assert schedule_of(time_zone=given).timezone is None


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"virtual_meeting_link": "https://a.example/", "location_street": "1 St"}, "hybrid"),
        ({"phone_meeting_number": "555-0100", "location_street": ""}, "online"),
        ({"location_street": ""}, "in_person"),
    ],
)
def test_without_a_venue_type_what_can_be_seen_decides(changes: dict[str, Any], kind: str) -> None:
    assert meeting_of(venue_type="", **changes).venue_type == VenueType(kind)


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [("", ""), ("abc", "1"), ("91", "0"), ("1e999", "0"), ("34.235918", "-118.563659")],
)
def test_coordinates_that_are_none_are_left_out(latitude: str, longitude: str) -> None:
    assert meeting_of(latitude=latitude, longitude=longitude).point is None


@pytest.mark.parametrize("given", ["USA", "U.S.A", "United States", "united states of america"])
def test_a_country_is_one_country_in_every_spelling(given: str) -> None:
    venue = meeting_of(location_nation=given, location_province="New York").venue

    assert venue is not None
    assert (venue.country, venue.region) == ("US", "NY")


def test_the_language_of_the_record_is_a_fallback() -> None:
    source = a_source(language="pt")

    assert meeting_of(lang_enum="dk").languages == ("da",)
    assert meeting_of(source, lang_enum="").languages == ("pt",)


def test_text_is_cleaned_at_the_door() -> None:
    meeting = meeting_of(meeting_name="<b>Rise</b> &amp;\x00 Shine", comments="a<br>b\u2028c")

    assert meeting.name == "Rise & Shine"
    assert meeting.notes == "a\nb\nc"


@pytest.mark.parametrize(
    ("changes", "key", "reason"),
    [
        ({"id_bigint": "x"}, "record 1", "id_bigint: is no positive integer"),
        ({"id_bigint": 2**70}, "record 1", "id_bigint: is no positive integer"),
        ({"id_bigint": True}, "record 1", "id_bigint: is bool, not text"),
        ({"weekday_tinyint": "0"}, "1", "weekday_tinyint: must be 1 (Sunday) to 7 (Saturday)"),
        ({"weekday_tinyint": {}}, "1", "weekday_tinyint: is dict, not text"),
        (
            {"start_time": "25:00:00"},
            "1",
            "start_time: must be HH:MM:SS, from 00:00:00 to 23:59:59",
        ),
        ({"duration_time": "24:00:01"}, "1", "duration_time: is longer than 24 hours"),
        ({"duration_time": "long"}, "1", "duration_time: must be H:MM or H:MM:SS"),
        ({"meeting_name": "\ud800"}, "1", "meeting_name: holds half a character"),
    ],
)
def test_a_bad_record_is_rejected_with_its_fault(
    changes: dict[str, object], key: str, reason: str
) -> None:
    assert rejection_of(**changes) == Rejected(key, reason)


def test_the_second_of_one_id_is_rejected() -> None:
    twice = bmlt_list(a_bmlt_record(1), a_bmlt_record(1), "text")

    first, *rest = bmlt.read(twice, a_source())

    assert isinstance(first, Meeting)
    assert rest == [
        Rejected("1", "id_bigint: stands twice in the list"),
        Rejected("record 3", "is no object"),
    ]
