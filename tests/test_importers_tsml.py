import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from importers import tsml
from importers._source import Importer, Rejected
from meetings.errors import UnknownFormat
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
from meetings.storage.documents import encode
from meetings.zones import zone
from tests.make_lists import NOW
from tests.make_tsml import (
    a_tsml_record,
    a_tsml_source,
    tsml_list,
    tsml_meeting,
    tsml_results,
)

FOLDER = Path(__file__).parent / "data" / "tsml"
IMPORTER: Importer = tsml


def read_file(name: str) -> dict[str, Meeting | Rejected]:
    return {
        result.id.partition(":")[2] if isinstance(result, Meeting) else result.key: result
        for result in tsml.read(tsml.load(FOLDER / name), a_tsml_source())
        if isinstance(result, Meeting | Rejected)
    }


def meeting_in(name: str, key: str) -> Meeting:
    found = read_file(name)[key]
    assert isinstance(found, Meeting), found
    return found


def schedule_of(meeting: Meeting) -> Schedule:
    assert meeting.schedule is not None
    return meeting.schedule


def test_a_whole_record_becomes_a_meeting() -> None:
    assert meeting_in("meetings.json", "invented-morning") == Meeting(
        id="t:invented-morning",
        source="t",
        fellowship="aa",
        name="Invented Morning Group",
        group="Invented Group",
        schedule=Schedule(
            rules=(Rule(weekday=1),),
            start=dt.time(7, 0),
            duration=dt.timedelta(minutes=75),
            timezone=zone("America/New_York"),
            timezone_source=TimezoneSource.SOURCE,
        ),
        venue_type=VenueType.IN_PERSON,
        venue=Venue(
            name="Invented Hall",
            street="12 Sample St",
            district="Downtown",
            town="Brooklyn",
            region="NY",
            postal_code="11201",
            country="US",
            directions="Ring twice. If locked call [not shown]",
        ),
        point=Point(40.6924, -73.9903),
        accuracy=Accuracy.EXACT,
        formats=("discussion", "wheelchair"),
        other_formats=(OtherFormat(code="ASBI", name="ASBI"),),
        admission=Admission.CLOSED,
        languages=("es",),
        notes="Bring a cup.\nBusiness meeting on the last Monday.",
        page_url="https://example.org/meetings/invented-morning/",
        service_body="Invented Intergroup",
    )


def test_an_online_meeting_keeps_neither_its_old_street_nor_its_coordinates() -> None:
    meeting = meeting_in("meetings.json", "invented-online/0")

    assert (meeting.venue_type, meeting.status) == (VenueType.ONLINE, Status.ACTIVE)
    assert meeting.venue == Venue(town="Queens", region="NY", country="US")
    assert meeting.point is None
    assert meeting.online == Online(
        url="https://zoom.example/j/1234567890",
        phone="+16465550100,,1234567890#",
        notes="Meeting ID 123 456 7890",
    )
    assert meeting.notes == "Temporarily meeting online."


def test_a_record_of_several_days_is_a_meeting_a_day_with_the_day_in_its_key() -> None:
    sunday, wednesday = (
        meeting_in("meetings.json", "invented-online/0"),
        meeting_in("meetings.json", "invented-online/3"),
    )

    assert [rule.weekday for rule in schedule_of(sunday).rules] == [7]
    assert [rule.weekday for rule in schedule_of(wednesday).rules] == [3]
    assert schedule_of(sunday).start == schedule_of(wednesday).start == dt.time(19, 0)


def test_a_list_of_one_day_leaves_the_key_alone() -> None:
    assert tsml_meeting(day=[2]).id == tsml_meeting(day="2").id == "t:hope"
    assert tsml_meeting(day=[2, "2", 2.0]).id == "t:hope"


def test_a_meeting_by_appointment_is_listed_without_a_schedule() -> None:
    meeting = meeting_in("meetings.json", "invented-appointment")

    assert meeting.schedule is None
    assert meeting.is_listed
    assert meeting.notes == ""


def test_a_day_without_an_hour_is_not_today() -> None:
    meeting = tsml_meeting(time=None)

    assert meeting.schedule is None
    assert meeting.notes == "Listed on Tuesdays, without a time."


def test_an_hour_without_a_day_is_not_today_either() -> None:
    meeting = tsml_meeting(day=...)

    assert meeting.schedule is None
    assert meeting.notes == "Listed at 19:30, without a day."


def test_an_hour_that_is_none_keeps_the_meeting() -> None:
    meeting = tsml_meeting(time="after work")

    assert meeting.schedule is None
    assert meeting.notes == "Listed on Tuesdays, without a time."


def test_a_missing_end_is_an_unknown_length() -> None:
    assert schedule_of(tsml_meeting(end_time=...)).duration is None


def test_a_zone_that_is_none_is_unknown_and_never_utc() -> None:
    for given in (..., None, "EST", "UTC", "Eastern Standard Time", "Europe", 5):
        schedule = schedule_of(tsml_meeting(timezone=given))
        assert (schedule.timezone, schedule.timezone_source) == (None, TimezoneSource.UNKNOWN)


def test_a_day_and_an_hour_in_the_name_say_nothing() -> None:
    meeting = tsml_meeting(name="Sunday 8am Sitting (switch to 9am on Mondays)")

    assert meeting.name == "Sunday 8am Sitting (switch to 9am on Mondays)"
    assert schedule_of(meeting).rules == (Rule(weekday=2),)
    assert schedule_of(meeting).start == dt.time(19, 30)


def test_a_publishers_own_codes_are_known_by_its_feed_and_by_its_pages() -> None:
    feed = {"fellowship": "rd", "url": "https://recoverydharma.org/meetings.json"}
    page = "https://recoverydharma.org/meetings/hope/"

    by_feed = tsml_meeting(feed, types=["BB"])
    by_page = tsml_meeting({"fellowship": "rd"}, types=["BB"], url=page)
    of_another = tsml_meeting({"fellowship": "rd"}, types=["BB"])

    own = (OtherFormat(code="BB", name="Language - Other"),)
    assert by_feed.other_formats == by_page.other_formats == own
    assert of_another.formats == ("book_study",)


def test_a_weekly_list_has_a_monthly_meeting_only_by_clear_words() -> None:
    monthly = tsml_meeting(notes="Ring twice. Meets only on the first and 3rd Tuesday of the month")
    theme = tsml_meeting(notes="First Tuesday - Eating meeting. Last Tuesday of the month: chips")
    other_day = tsml_meeting(notes="Meets on the first Friday of the month.")

    assert schedule_of(monthly).rules == (Rule(weekday=2, ordinals=(1, 3)),)
    assert schedule_of(theme).rules == (Rule(weekday=2),)
    assert schedule_of(other_day).rules == (Rule(weekday=2),)


def test_a_slug_that_stands_twice_keeps_both_meetings_and_is_told() -> None:
    records = [a_tsml_record(name="First"), a_tsml_record(name="Second"), a_tsml_record("hope-2")]

    found = tsml_results(*records)

    assert [each.id for each in found if isinstance(each, Meeting)] == [
        "t:hope",
        "t:hope-3",
        "t:hope-2",
    ]
    assert tsml.notices(tsml_list(*records), now=NOW) == [
        "slug: stands twice in the list (1 times, first at hope-3)"
    ]


def test_a_slug_may_be_a_number_too_long_or_oddly_written() -> None:
    ids = [tsml_meeting(slug=slug).id for slug in (5202, "x" * 70, "women%E2%80%99s/now")]

    assert ids[0] == "t:5202"
    assert all(len(id_) <= 2 + 64 for id_ in ids)
    assert ids[2].startswith("t:women-e2-80-99s-now-")


def test_without_a_slug_the_id_is_the_key_and_else_name_and_address() -> None:
    monday, friday = (tsml_meeting(slug=..., day=day, time="08:00") for day in (1, 5))
    elsewhere = tsml_meeting(slug=..., formatted_address="9 Other St, Brooklyn, NY, USA")

    assert tsml_meeting(slug=..., id=64769).id == "t:64769"
    assert monday.id == friday.id
    assert monday.id.startswith("t:hope-group-")
    assert elsewhere.id != monday.id


def test_people_and_private_fields_stay_out() -> None:
    documents = [
        encode(found)
        for name in ("meetings.json", "template.csv")
        for found in read_file(name).values()
        if isinstance(found, Meeting)
    ]

    secrets = ("SECRET", "secret", "4711", "718-555", "wp-admin")
    assert documents
    assert not [text for text in documents for secret in secrets if secret in text]


def test_text_loses_its_markup_quotes_and_double_spaces() -> None:
    meeting = tsml_meeting(
        name='"Hope  &amp; <b>Faith</b>"', notes="One<br>two\r\n\r\n\r\n\r\nthree", location="####"
    )

    assert meeting.name == "Hope & Faith"
    assert meeting.notes == "One\ntwo\n\nthree"
    assert meeting.venue is not None
    assert meeting.venue.name == ""


def test_an_old_prompt_inside_a_value_goes() -> None:
    meeting = tsml_meeting(name="Name#@-@#Hope", notes="Info#@-@#Info#@-@#Ring twice")

    assert (meeting.name, meeting.notes) == ("Hope", "Ring twice")


def test_values_that_stand_for_nothing_are_nothing() -> None:
    meeting = tsml_meeting(group=False, notes=[], location="", types=None, conference_url={})

    assert (meeting.group, meeting.notes, meeting.formats, meeting.online) == ("", "", (), None)


def test_the_page_is_a_web_link_or_none() -> None:
    assert tsml_meeting(url="javascript:alert(1)").page_url == ""
    assert tsml_meeting(website="hope.example").page_url == "https://hope.example"


def test_the_publisher_s_form_for_errors_is_a_web_link_without_a_person() -> None:
    form = "https://feedback.example/to/FORM?meeting=hope-1"

    assert tsml_meeting(feedback_url=form).feedback_url == form
    for link in (
        "mailto:web@hope.example",
        "javascript:alert(1)",
        "https://feedback.example/?to=ann@hope.example",
        "https://feedback.example/?to=ann%40hope.example",
    ):
        assert tsml_meeting(feedback_url=link).feedback_url == ""
    assert tsml_meeting(feedback_emails=["web@hope.example"]).feedback_url == ""


def test_the_telephone_of_an_entity_stays_and_that_of_a_person_goes() -> None:
    told = tsml_meeting(
        entity="Invented Intergroup", entity_phone="212-555-0100", phone="212-555-0199"
    )

    assert told.service_body_helpline == "212-555-0100"
    assert tsml_meeting(entity_phone="212-555-0100").service_body_helpline == ""


def test_who_provides_a_row_is_its_service_body() -> None:
    assert tsml_meeting(data_source_name="Their Area", district="D 5").service_body == "Their Area"
    assert tsml_meeting(district="District 25").service_body == "District 25"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": ""}, "name: is missing"),
        ({"name": ...}, "name: is missing"),
        ({"day": 7}, "day: must be 0 (Sunday) to 6 (Saturday), or the name of a day"),
        ({"day": [1, 9]}, "day: must be 0 (Sunday) to 6 (Saturday), or the name of a day"),
        ({"day": True}, "day: is neither a number nor a name"),
        ({"day": {}}, "day: is neither a number nor a name"),
        ({"notes": "\ud800"}, "notes: holds half a character"),
    ],
)
def test_a_record_that_is_no_meeting_is_rejected_with_a_reason(
    changes: dict[str, Any], reason: str
) -> None:
    good = a_tsml_record("good")

    assert tsml_results(a_tsml_record(**changes), good)[0] == Rejected("hope", reason)
    assert isinstance(tsml_results(a_tsml_record(**changes), good)[1], Meeting)


def test_what_is_no_record_and_a_key_that_cannot_be_read_are_told_by_position() -> None:
    found = tsml_results("nothing", a_tsml_record(slug="\ud800"), a_tsml_record())

    assert found[:2] == [
        Rejected("record 1", "is no object"),
        Rejected("record 2", "slug: holds half a character"),
    ]


def test_repairs_and_doubts_are_counted_for_the_publisher() -> None:
    records = [
        a_tsml_record("a", time="12:00", end_time="01:00"),
        a_tsml_record("b", time="12:10", end_time="01:30"),
        a_tsml_record("c", latitude=0, longitude="0.0"),
        a_tsml_record("d", attendance_option="online"),
        a_tsml_record("e", time="soon"),
        a_tsml_record("f", day="soon"),
    ]

    conflict = "attendance_option: says online, but link, place and types say in_person"
    assert tsml.notices(tsml_list(*records), now=NOW) == [
        "end_time: is before time, read as 12 hours later (2 times, first at a)",
        "latitude, longitude: are 0, 0, which is in the sea (1 times, first at c)",
        f"{conflict} (1 times, first at d)",
        "time: is no HH:MM, so the meeting is listed without an hour (1 times, first at e)",
    ]


async def test_a_feed_is_one_download() -> None:
    async def get(url: str) -> bytes:
        return f"of {url}".encode()

    payloads = await tsml.fetch(get, a_tsml_source(url="https://aa.example/meetings.json"))

    assert payloads == {"meetings": b"of https://aa.example/meetings.json"}


def test_a_broken_payload_is_refused() -> None:
    for body in (b"", b"[{}]", b"null", b"{}", b'[{"name": "x", "day": 1}] trailing'):
        with pytest.raises(UnknownFormat):
            list(tsml.read({"meetings": body}, a_tsml_source()))
