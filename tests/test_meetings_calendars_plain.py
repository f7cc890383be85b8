"""Plain calendars: whoever looks over a shoulder learns when and where, and not what."""

import re
from dataclasses import replace

import pytest

from meetings.calendars import entry, feed
from meetings.fellowships import FELLOWSHIPS
from meetings.formats import FORMATS
from meetings.model import Meeting, Online, OtherFormat, ScheduleException, Status, Venue
from tests.feeds import (
    ENTRIES,
    HALL,
    HORIZON_ON,
    JANUARY,
    LOOK,
    SCHEDULES,
    lines,
    meeting_with,
    numbered,
    on,
    texts,
    unfolded,
    vevents,
)

PLAIN = replace(LOOK, is_plain=True, source_url=f"{LOOK.base_url}/calendar.ics?fellowship=na")
INITIALS = re.compile("[A-Z]{2,5}")


def a_plain_feed(*meetings: Meeting) -> bytes:
    return feed(meetings, PLAIN, horizon_on=HORIZON_ON)


def names_in(text: str) -> list[str]:
    """Return every fellowship and format name of ours that *text* holds as words."""
    names = {name for each in FELLOWSHIPS.values() for name in (each.name, each.short_name)}
    names |= {each.name for each in FORMATS.values()}
    return sorted(
        name
        for name in names
        if re.search(
            rf"(?<!\w){re.escape(name)}(?!\w)",
            text,
            0 if INITIALS.fullmatch(name) else re.IGNORECASE,
        )
    )


def test_a_plain_feed_is_written_as_in_the_sample() -> None:
    raw = a_plain_feed(ENTRIES["in person"])

    assert unfolded(raw)[4:8] == [
        "NAME:Calendar",
        "X-WR-CALNAME:Calendar",
        "DESCRIPTION:Changes reach you within a day.",
        "X-WR-CALDESC:Changes reach you within a day.",
    ]
    assert unfolded(raw)[-18:] == [
        "BEGIN:VEVENT",
        "UID:m1@oc.example.org",
        "DTSTAMP:20261118T120000Z",
        "LAST-MODIFIED:20261118T120000Z",
        "SEQUENCE:0",
        "DTSTART;TZID=America/New_York:20260106T193000",
        "DTEND;TZID=America/New_York:20260106T203000",
        "RRULE:FREQ=WEEKLY;BYDAY=TU",
        "SUMMARY:Appointment",
        "LOCATION:12 Example Street\\, Brooklyn\\, NY\\, USA",
        "GEO:40.670000;-73.980000",
        "CLASS:PRIVATE",
        "STATUS:CONFIRMED",
        "TRANSP:TRANSPARENT",
        "X-MICROSOFT-CDO-BUSYSTATUS:FREE",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


@pytest.mark.parametrize("case", ENTRIES | SCHEDULES)
def test_no_plain_feed_names_a_fellowship_a_format_or_the_venue(case: str) -> None:
    raw = a_plain_feed((ENTRIES | SCHEDULES)[case])

    # SA is a Saturday in a rule, and in the UID of a series of them.
    text = "\n".join(line for line in unfolded(raw) if not line.startswith(("RRULE", "UID")))
    assert names_in(text) == []
    assert "Riverside" not in text
    assert "Evening Hope" not in text
    assert lines(raw, "CATEGORIES") + lines(raw, "URL")[1:] + lines(raw, "SOURCE") == []


def test_the_uid_is_the_named_calendars_so_that_switching_keeps_the_entries() -> None:
    named = feed([ENTRIES["hybrid"]], LOOK, horizon_on=HORIZON_ON)
    plain = a_plain_feed(ENTRIES["hybrid"])

    assert lines(plain, "UID") == lines(named, "UID")


def test_foreign_words_stay_out_since_they_may_name_anything() -> None:
    meeting = replace(
        ENTRIES["hybrid"],
        venue=replace(HALL, directions="Alba House, side door", transit="Bus to the church"),
        notes="Bring a book",
        online=Online(url="https://meet.example.net/1", phone="ask the host", notes="NA room"),
        other_formats=(OtherFormat(code="ZZ", name="Zither"),),
    )

    assert texts(a_plain_feed(meeting), "DESCRIPTION") == ["Join: https://meet.example.net/1"]


@pytest.mark.parametrize(
    ("street", "shown"),
    [
        ("Riverside Hall, Room 2, 12 Example Street", "12 Example Street"),
        ("12 Example Street", "12 Example Street"),
        ("Riverside Hall, Room 2", "Riverside Hall, Room 2"),  # nothing else leads there
    ],
)
def test_the_street_address_stays_without_the_venues_name(street: str, shown: str) -> None:
    meeting = replace(ENTRIES["in person"], venue=replace(HALL, street=street))

    assert texts(a_plain_feed(meeting), "LOCATION") == [f"{shown}, Brooklyn, NY, USA"]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://meet.example.net/j/123?pwd=x", "https://meet.example.net/j/123?pwd=x"),
        ("https://smartrecovery.meet.example/123", "https://oc.example.org/meetings/1"),
        ("https://meet.example.net/na/123", "https://oc.example.org/meetings/1"),
        ("https://meet.example.net/evening-hope_group", "https://oc.example.org/meetings/1"),
    ],
)
def test_a_join_link_that_names_something_leads_over_our_page(url: str, shown: str) -> None:
    raw = a_plain_feed(replace(ENTRIES["online"], online=Online(url=url)))

    assert texts(raw, "LOCATION") == [shown]
    assert lines(raw, "CONFERENCE") == [
        f"CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO;LABEL=Join online:{shown}"
    ]


def test_a_cancelled_date_gives_no_reason_but_a_way_on() -> None:
    closed = ScheduleException(on=on(2026, 2, 3), reason="Riverside Hall is closed")
    schedule = meeting_with(exceptions=(closed,)).schedule
    meeting = replace(ENTRIES["in person"], schedule=schedule, changed_at=JANUARY)

    _, override = vevents(a_plain_feed(meeting))

    assert override["SUMMARY"] == "CANCELLED: Appointment"
    assert str(override["DESCRIPTION"]).splitlines() == [
        "Not on 3 February.",
        "https://oc.example.org/find?after=17%3A00&day=tue&latitude=40.67&longitude=-73.98",
    ]
    assert override["CLASS"] == "PRIVATE"


def test_an_end_is_told_plainly() -> None:
    _, override = vevents(a_plain_feed(replace(meeting_with(), status=Status.ENDED)))

    assert str(override["DESCRIPTION"]).splitlines()[0] == "This does not take place any more."


def test_a_person_may_have_a_word_of_their_own() -> None:
    look = replace(PLAIN, own_title="Dentist", reminder_minutes=15)

    raw = feed([ENTRIES["in person"]], look, horizon_on=HORIZON_ON)

    assert lines(raw, "SUMMARY") == ["SUMMARY:Dentist"]
    assert lines(raw, "DESCRIPTION")[-1] == "DESCRIPTION:Dentist"  # the alarm's


def test_an_empty_plain_calendar_says_nothing_of_meetings() -> None:
    (event,) = vevents(a_plain_feed())

    assert event["SUMMARY"] == "Calendar"


def test_a_venue_with_nothing_but_a_name_has_no_place_in_a_plain_calendar() -> None:
    raw = a_plain_feed(replace(ENTRIES["in person"], venue=Venue(name="Riverside Hall")))

    assert lines(raw, "LOCATION") == []


def test_a_sample_stays_a_sample() -> None:
    said = entry(ENTRIES["in person"], replace(PLAIN, title_prefix="SAMPLE "))

    assert said.title == "SAMPLE Appointment"


def test_one_bad_name_does_not_spoil_a_plain_feed() -> None:
    good, bad = numbered([ENTRIES["in person"], replace(ENTRIES["hybrid"], name="[(*")])

    assert len(vevents(a_plain_feed(good, bad))) == 2
