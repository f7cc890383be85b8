import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers import ics
from importers._source import (
    Doubtful,
    Importer,
    Payloads,
    Rejected,
    Source,
    Unplaced,
    Withdrawn,
)
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
    ScheduleException,
    TimezoneSource,
    Venue,
    VenueType,
)
from meetings.zones import zone
from tests.make_lists import NOW, a_source
from tests.shared import shared

FOLDER = Path(__file__).parent / "data" / "ics"
SOURCE = a_source(id="cal", importer="ics")
IMPORTER: Importer = ics
Result = Meeting | Unplaced | Doubtful | Rejected


def a_calendar(*events: str, head: str = "") -> Payloads:
    """Return a calendar; each event is its lines, and one that is given twice wins."""
    body = "".join(f"BEGIN:VEVENT\n{event.strip()}\nEND:VEVENT\n" for event in events)
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\n{head}{body}END:VCALENDAR\n"
    return {"calendar": text.replace("\n", "\r\n").encode()}


def an_event(**changes: str) -> str:
    """Return Tuesdays at 19:00 in New York, by Zoom; an empty value leaves a property out."""
    lines = {
        "UID": "UID:evening",
        "DTSTAMP": "DTSTAMP:20261101T000000Z",
        "DTSTART": "DTSTART;TZID=America/New_York:20261124T190000",
        "RRULE": "RRULE:FREQ=WEEKLY;BYDAY=TU",
        "SUMMARY": "SUMMARY:Evening",
        "LOCATION": "LOCATION:Zoom",
    }
    return "\n".join(line for line in (lines | changes).values() if line)


def read(payloads: Payloads, source: Source = SOURCE) -> list[Result]:
    return list(ics.read(payloads, source))


def the_only(*events: str, source: Source = SOURCE, head: str = "") -> Result:
    (result,) = read(a_calendar(*events, head=head), source)
    return result


def schedule_of(*events: str, source: Source = SOURCE, head: str = "") -> Schedule:
    result = the_only(*events, source=source, head=head)
    assert isinstance(result, Meeting), result
    assert result.schedule is not None
    return result.schedule


def test_a_repeating_event_becomes_a_meeting_with_its_exceptions() -> None:
    first = read(ics.load(FOLDER))[0]

    assert first == Meeting(
        id="cal:hall-tuesday-example-org-86d2188b",
        source="cal",
        fellowship="na",
        name="Evening Hope",
        schedule=Schedule(
            rules=(Rule(weekday=2),),
            start=dt.time(19, 0),
            duration=dt.timedelta(minutes=90),
            timezone=zone("America/New_York"),
            timezone_source=TimezoneSource.SOURCE,
            first_on=dt.date(2026, 1, 6),
            exceptions=(
                ScheduleException(on=dt.date(2026, 11, 24)),
                ScheduleException(
                    on=dt.date(2026, 12, 1),
                    moved_on=dt.date(2026, 12, 2),
                    moved_start=dt.time(18, 0),
                ),
                ScheduleException(on=dt.date(2026, 12, 8)),
            ),
        ),
        venue_type=VenueType.IN_PERSON,
        venue=Venue(
            name="Town Library",
            street="12 Example Street",
            town="Albany",
            region="NY",
            postal_code="12207",
            country="US",
        ),
        point=Point(42.65, -73.75),
        accuracy=Accuracy.EXACT,
        formats=("wheelchair",),
        other_formats=(OtherFormat(code="sunny", name="sunny"),),
        admission=Admission.OPEN,
        notes="Side door.\n[not shown]",
        page_url="https://groups.example.org/evening-hope",
    )


def test_each_event_that_is_no_meeting_says_why() -> None:
    rejected = [each for each in read(ics.load(FOLDER)) if isinstance(each, Rejected)]

    assert rejected == [
        Rejected("hourly", "RRULE: repeats within a day"),
        Rejected("all-day", "DTSTART: has a date and no hour"),
        Rejected("nowhere", "LOCATION: neither a place nor a way to join online"),
    ]


def test_single_events_are_counted_and_no_fault() -> None:
    payloads = ics.load(FOLDER)

    assert ics.notices(payloads, now=NOW) == ["left out 1 single events: meetings repeat"]
    assert "picnic" not in repr(read(payloads))


def test_no_person_and_no_pass_code_comes_through() -> None:
    everything = repr(read(ics.load(FOLDER)))

    assert "SECRET" not in everything
    assert "person@" not in everything
    assert "555" not in everything


def test_windows_names_and_prefixed_names_of_zones_are_known() -> None:
    windows = an_event(DTSTART="DTSTART;TZID=Eastern Standard Time:20261124T190000")
    prefixed = an_event(DTSTART="DTSTART;TZID=/example.org/2026/Europe/Berlin:20261124T190000")

    assert schedule_of(windows).timezone == zone("America/New_York")
    assert schedule_of(prefixed).timezone == zone("Europe/Berlin")


@pytest.mark.parametrize("name", ["Mars/Olympus", "Europe", "../../etc", "a" * 300, "EST"])
def test_a_zone_that_nobody_knows_rejects_the_event(name: str) -> None:
    event = an_event(DTSTART=f"DTSTART;TZID={name}:20261124T190000")

    assert the_only(event) == Rejected("evening", "DTSTART: its zone is no Area/Place name")


def test_a_floating_hour_stands_and_waits_for_its_zone() -> None:
    schedule = schedule_of(an_event(DTSTART="DTSTART:20261124T190000"))

    assert (schedule.start, schedule.timezone) == (dt.time(19, 0), None)
    assert schedule.timezone_source is TimezoneSource.UNKNOWN


def test_the_calendars_own_zone_is_that_of_its_floating_hours() -> None:
    event = an_event(DTSTART="DTSTART:20261124T190000")

    schedule = schedule_of(event, head="X-WR-TIMEZONE:Europe/London\n")

    assert (schedule.start, schedule.timezone) == (dt.time(19, 0), zone("Europe/London"))


def test_an_instant_takes_the_zone_of_the_source_and_its_day() -> None:
    event = an_event(DTSTART="DTSTART:20261125T010000Z", RRULE="RRULE:FREQ=WEEKLY;BYDAY=WE,FR")
    source = a_source(id="cal", importer="ics", timezone=zone("America/Chicago"))

    schedule = schedule_of(event, source=source)

    assert schedule.rules == (Rule(weekday=2), Rule(weekday=4))
    assert (schedule.start, schedule.timezone_source) == (dt.time(19, 0), TimezoneSource.DEFAULT)


def test_an_instant_without_any_zone_waits_for_its_place() -> None:
    result = the_only(an_event(DTSTART="DTSTART:20261125T010000Z", RRULE="RRULE:FREQ=WEEKLY"))

    assert isinstance(result, Unplaced)
    assert result.next_at == dt.datetime(2026, 11, 25, 1, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "changes",
    [
        {"RRULE": "RRULE:FREQ=WEEKLY;BYDAY=WE,FR"},
        {"RRULE": "RRULE:FREQ=WEEKLY;UNTIL=20270101T000000Z"},
        {"EXDATE": "EXDATE:20261202T010000Z"},
    ],
)
def test_an_instant_with_more_than_a_plain_rule_needs_a_zone(changes: dict[str, str]) -> None:
    event = an_event(DTSTART="DTSTART:20261125T010000Z", RRULE="RRULE:FREQ=WEEKLY")
    changed = "\n".join(
        [line for line in event.split("\n") if "RRULE" not in line or "RRULE" not in changes]
        + list(changes.values())
    )

    result = the_only(changed)

    assert isinstance(result, Rejected)
    assert result.reason.startswith("DTSTART: is in UTC")


def test_weeks_of_the_month_are_not_counted_on_another_day() -> None:
    event = an_event(DTSTART="DTSTART:20261125T010000Z", RRULE="RRULE:FREQ=MONTHLY;BYDAY=4WE")
    source = a_source(id="cal", importer="ics", timezone=zone("America/Chicago"))

    assert the_only(event, source=source) == Rejected(
        "evening", "RRULE: counts weeks of the month in UTC, where it is another day"
    )


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"RRULE": "RRULE:FREQ=SOMETIMES"}, "RRULE: is not understood"),
        ({"RRULE": "RRULE:FREQ=MINUTELY"}, "RRULE: repeats within a day"),
        ({"RRULE": "RRULE:FREQ=MONTHLY;BYMONTHDAY=3"}, "RRULE: BYMONTHDAY is none of our rules"),
        ({"RDATE": "RDATE:20261125T010000Z"}, "RDATE: single dates"),
        ({"DTSTART": ""}, "DTSTART: is missing"),
        ({"DTEND": "DTEND;TZID=America/New_York:20261124T180000"}, "DTEND: is before the start"),
        ({"DTEND": "DTEND;TZID=America/New_York:20261126T180000"}, "duration must be"),
        ({"SUMMARY": ""}, "SUMMARY: is missing"),
        ({"LOCATION": ""}, "LOCATION: neither a place"),
    ],
)
def test_a_fault_is_told_by_its_property(changes: dict[str, str], reason: str) -> None:
    result = the_only(an_event(**changes))

    assert isinstance(result, Rejected)
    assert result.reason.startswith(reason)


@pytest.mark.parametrize(
    ("changes", "kind", "url"),
    [
        ({"LOCATION": "LOCATION:Online via Zoom"}, VenueType.ONLINE, ""),
        (
            {"LOCATION": "LOCATION:https://meet.example.org/a"},
            VenueType.ONLINE,
            "https://meet.example.org/a",
        ),
        (
            {"LOCATION": "LOCATION:Zoom", "URL": "URL:https://us02web.zoom.us/j/1?pwd=SECRET"},
            VenueType.ONLINE,
            "https://us02web.zoom.us/j/1",
        ),
        ({"LOCATION": "LOCATION:Teams Street 4"}, VenueType.IN_PERSON, ""),
        (
            {"LOCATION": "LOCATION:Hall 3", "C": "CONFERENCE;VALUE=URI:https://zoom.us/j/1"},
            VenueType.HYBRID,
            "https://zoom.us/j/1",
        ),
        (
            {"LOCATION": "LOCATION:Hall 3", "D": "DESCRIPTION:see https://blog.example.org/x"},
            VenueType.IN_PERSON,
            "",
        ),
    ],
)
def test_a_location_is_a_place_a_link_or_just_a_word(
    changes: dict[str, str], kind: VenueType, url: str
) -> None:
    result = the_only(an_event(**changes))

    assert isinstance(result, Meeting)
    assert result.venue_type is kind
    assert result.online == (Online(url=url) if url else None)


@pytest.mark.parametrize(
    ("location", "online"),
    [
        ("Zoom Meeting ID: 825 1234 5678", Online(notes="Zoom Meeting ID: 825 1234 5678")),
        ("Zoom ID 825 1234 5678, Passcode: s3cret", Online(notes="Zoom ID 825 1234 5678")),
        ("zoom.us/j/8251234567", Online(url="https://zoom.us/j/8251234567")),
        ("https://zoom.us/j/1 Passcode: s3cret", Online(url="https://zoom.us/j/1")),
        (
            "https://zoom.us/j/1 (Meeting ID 123, Passcode hope)",
            Online(url="https://zoom.us/j/1", notes="Meeting ID 123"),
        ),
        ("https://zoom.us/j/123 456", Online(notes="https://zoom.us/j/123 456")),
        ("Zoom - see website for link", None),
        ("Google Meet", None),
        ("Discord", None),
        ("Call 712-555-0175", Online(phone="712-555-0175")),
        (
            "Conference call (712) 555-0175 code 123456#",
            Online(phone="(712) 555-0175", notes="Conference call (712) 555-0175 code 123456#"),
        ),
        (
            "Zoom ID 825 123 4567 or call 646-555-0100",
            Online(phone="646-555-0100", notes="Zoom ID 825 123 4567 or call 646-555-0100"),
        ),
        ("Dial +1 646 555 0100,,123456789#,,,,*99#", Online(phone="+1 646 555 0100,,123456789#")),
    ],
)
def test_a_location_that_only_tells_how_to_join_is_no_place(
    location: str, online: Online | None
) -> None:
    result = the_only(an_event(LOCATION="LOCATION:" + location.replace(",", "\\,")))

    assert isinstance(result, Meeting)
    assert (result.venue_type, result.venue) == (VenueType.ONLINE, None)
    assert result.online == online


@pytest.mark.parametrize(
    ("location", "street", "online"),
    [
        ("Hybrid: 1 Main St, Albany NY / Zoom", "1 Main St, Albany NY", None),
        ("1 Main St, Albany (and Zoom)", "1 Main St, Albany", None),
        (
            "1 Main St, Albany, Zoom 825 1234 5678",
            "1 Main St, Albany",
            Online(notes="Zoom 825 1234 5678"),
        ),
    ],
)
def test_a_location_may_tell_a_place_and_a_way_to_join(
    location: str, street: str, online: Online | None
) -> None:
    result = the_only(an_event(LOCATION="LOCATION:" + location.replace(",", "\\,")))

    assert isinstance(result, Meeting)
    assert result.venue_type is VenueType.HYBRID
    assert result.venue == Venue(street=street)
    assert result.online == online


@pytest.mark.parametrize(
    ("location", "venue"),
    [
        (
            "Call Sentinel 212-555-0100 for the address",
            Venue(name="Call Sentinel [not shown] for the address"),
        ),
        ("St Mary, phone 212-555-0100", Venue(name="St Mary", street="phone [not shown]")),
        ("Phone Hall, 12/14 Video Road", Venue(name="Phone Hall", street="12/14 Video Road")),
    ],
)
def test_the_number_of_a_place_or_a_person_is_none_to_join_by(location: str, venue: Venue) -> None:
    result = the_only(an_event(LOCATION="LOCATION:" + location.replace(",", "\\,")))

    assert isinstance(result, Meeting)
    assert (result.venue_type, result.venue) == (VenueType.IN_PERSON, venue)
    assert result.online is None


def test_a_publisher_may_mean_the_pass_codes_of_its_calendar_for_everybody() -> None:
    event = an_event(LOCATION="LOCATION:https://zoom.us/j/1?pwd=x Passcode: 4711")

    result = the_only(event, source=a_source(id="cal", importer="ics", publish_passcodes=True))

    assert isinstance(result, Meeting)
    assert result.venue_type is VenueType.ONLINE
    assert result.online == Online(url="https://zoom.us/j/1?pwd=x", notes="Passcode: 4711")


def test_a_cancelled_series_is_taken_back_at_once() -> None:
    assert the_only(an_event(STATUS="STATUS:CANCELLED")) == Withdrawn(
        "evening", "STATUS: is cancelled"
    )


def test_a_change_of_all_later_dates_is_not_half_read() -> None:
    override = an_event(
        RRULE="", ID="RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=America/New_York:20261201T190000"
    )

    result = the_only(an_event(), override)

    assert isinstance(result, Rejected)
    assert result.reason.startswith("RECURRENCE-ID: changes all later ones")


def test_the_second_of_one_uid_is_rejected() -> None:
    results = read(a_calendar(an_event(), an_event()))

    assert results[1] == Rejected("evening", "UID: stands twice in the calendar")


def test_events_of_smart_are_labelled_by_its_own_words() -> None:
    event = an_event(CATEGORIES="CATEGORIES:Family & Friends")
    source = a_source(id="cal", importer="ics", fellowship="smart")

    result = the_only(event, source=source)

    assert isinstance(result, Meeting)
    assert result.admission is Admission.FAMILY_ONLY


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Sign in</html>",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\n",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\n",
        b'{"meetings": []}',
    ],
)
def test_what_is_no_whole_calendar_is_never_an_empty_one(body: bytes) -> None:
    with pytest.raises(UnknownFormat):
        read({"calendar": body})


async def test_a_webcal_link_is_read_by_https() -> None:
    async def get(url: str) -> bytes:
        return url.encode()

    payloads = await ics.fetch(get, a_source(url="webcal://example.org/a.ics"))

    assert payloads == {"calendar": b"https://example.org/a.ics"}


@pytest.mark.lists
def test_every_made_calendar_is_read_or_refused() -> None:
    for path in sorted(shared("data/calendar").glob("*.ics")):
        try:
            results = read(ics.load(path))
        except UnknownFormat:
            continue

        assert all(isinstance(each, Meeting | Unplaced | Rejected) for each in results)


PROPERTIES = (
    "DTSTART DTSTART;TZID=Europe/London DTEND DURATION RRULE EXDATE EXDATE;VALUE=DATE RDATE "
    "RECURRENCE-ID STATUS GEO URL CATEGORIES CONFERENCE LOCATION SUMMARY UID DTSTAMP X-WR-TIMEZONE"
)
VALUES = (
    "20261124T190000 20261124 PT1H -P1D 99991231T235959Z 00010101T000000Z FREQ=WEEKLY;COUNT=3 "
    "FREQ=DAILY;UNTIL=00010101 FREQ=MONTHLY;BYDAY=5MO 1;2 CANCELLED https://zoom.us/j/1"
)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(PROPERTIES.split()),
            st.text(max_size=40) | st.sampled_from(VALUES.split()),
        ),
        max_size=6,
    )
)
def test_whatever_an_event_holds_it_is_a_meeting_or_rejected(
    properties: list[tuple[str, str]],
) -> None:
    lines = [
        f"{name}:{value.splitlines()[0] if value.split() else ''}" for name, value in properties
    ]
    payloads = a_calendar("\n".join([an_event(), *lines]), "\n".join(lines))
    try:
        results = read(payloads)
    except UnknownFormat:
        return

    assert all(isinstance(each, Meeting | Unplaced | Rejected) for each in results)
