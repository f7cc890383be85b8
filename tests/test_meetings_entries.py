"""What a calendar entry says, and what hostile text does to it: nothing."""

import datetime as dt
import re
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ical.calendar_stream import IcsCalendarStream

from meetings._ical import one_line
from meetings.calendars import Look, events, feed
from meetings.model import Online, ScheduleException
from tests.feeds import (
    ENTRIES,
    HORIZON_ON,
    HOSTILE,
    LOOK,
    SCHEDULES,
    a_feed,
    a_hostile_meeting,
    lines,
    numbered,
    texts,
    unfolded,
    vevents,
)


def test_an_in_person_meeting_is_written_as_in_the_sample() -> None:
    raw = events(ENTRIES["in person"], LOOK, horizon_on=HORIZON_ON)

    assert unfolded(raw) == [
        "BEGIN:VEVENT",
        "UID:m1@oc.example.org",
        "DTSTAMP:20261118T120000Z",
        "LAST-MODIFIED:20261118T120000Z",
        "SEQUENCE:0",
        "DTSTART;TZID=America/New_York:20260106T193000",
        "DTEND;TZID=America/New_York:20260106T203000",
        "RRULE:FREQ=WEEKLY;BYDAY=TU",
        "SUMMARY:NA: Evening Hope Group",
        (
            "DESCRIPTION:Narcotics Anonymous. Open to everyone\\, also visitors. Discussion\\, "
            "Wheelchair access.\\nRing twice.\\nSide door.\\nhttps://oc.example.org/meetings/1"
        ),
        "LOCATION:Riverside Hall\\, Room 2\\n12 Example Street\\, Brooklyn\\, NY\\, USA",
        "GEO:40.670000;-73.980000",
        (
            'X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-ADDRESS="12 Example Street, Brooklyn, NY, USA"'
            ';X-APPLE-RADIUS=70;X-TITLE="Riverside Hall, Room 2":geo:40.670000,-73.980000'
        ),
        "URL:https://oc.example.org/meetings/1",
        "CATEGORIES:NA,Open",
        "STATUS:CONFIRMED",
        "TRANSP:TRANSPARENT",
        "X-MICROSOFT-CDO-BUSYSTATUS:FREE",
        "END:VEVENT",
        "",
    ]


def test_an_online_meeting_leads_to_its_link_and_shows_no_building() -> None:
    raw = events(ENTRIES["online"], LOOK, horizon_on=HORIZON_ON)

    assert texts(a_feed(ENTRIES["online"]), "LOCATION") == ["https://meet.example.net/j?a=1,2;3"]
    assert lines(raw, "CONFERENCE") == [
        "CONFERENCE;VALUE=URI;FEATURE=PHONE;LABEL=Dial in:tel:+1202-555-0100,,123#",
        (
            "CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO;LABEL=Join online:"
            "https://meet.example.net/j?a=1,2;3"
        ),
    ]
    assert lines(raw, "GEO") + lines(raw, "X-APPLE-STRUCTURED-LOCATION") == []
    assert "Riverside" not in raw.decode()
    assert texts(a_feed(ENTRIES["online"]), "DESCRIPTION")[0].splitlines() == [
        "Join: https://meet.example.net/j?a=1,2;3",
        "By telephone: +1 202-555-0100,,123#",
        "Narcotics Anonymous. Closed: for people who have, or think they have, the problem.",
        "https://oc.example.org/meetings/1",
    ]
    assert lines(raw, "CATEGORIES") == ["CATEGORIES:NA,Closed,Online"]


def test_a_hybrid_meeting_has_its_address_and_its_link() -> None:
    raw = a_feed(ENTRIES["hybrid"])

    assert texts(raw, "LOCATION")[0].startswith("Riverside Hall, Room 2\n12 Example Street")
    assert "Join: https://meet.example.net/room\n" in texts(raw, "DESCRIPTION")[0]
    assert len(lines(raw, "GEO")) == 1
    assert len(lines(raw, "CONFERENCE")) == 1  # "ask the host" is no number to dial


def test_a_place_known_by_its_town_has_no_pin() -> None:
    raw = a_feed(ENTRIES["somewhere in town"])

    assert texts(raw, "LOCATION") == ["Brooklyn, NY"]
    assert lines(raw, "GEO") + lines(raw, "X-APPLE-STRUCTURED-LOCATION") == []


def test_without_a_street_apple_gets_a_title_only() -> None:
    raw = a_feed(ENTRIES["town with a point"])

    assert lines(raw, "X-APPLE-STRUCTURED-LOCATION") == [
        (
            'X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-APPLE-RADIUS=70;X-TITLE="Brooklyn, NY"'
            ":geo:40.670000,-73.980000"
        )
    ]


def test_an_online_meeting_without_a_usable_link_leads_to_our_page() -> None:
    for url in ("", f"https://meet.example.net/{'x' * 240}", f"https://x.example/{'y' * 1_000}"):
        meeting = replace(ENTRIES["online"], online=Online(url=url))

        assert texts(a_feed(meeting), "LOCATION") == ["https://oc.example.org/meetings/1"]


def test_a_restriction_is_told_in_its_own_words() -> None:
    first_line = texts(a_feed(ENTRIES["restricted"]), "DESCRIPTION")[0].splitlines()[0]

    assert first_line == "SMART Recovery. College students only. Zither."


def test_a_plan_may_take_up_the_time_and_samples_say_what_they_are() -> None:
    look = replace(LOOK, title_prefix="SAMPLE ", is_busy=True)

    (event,) = vevents(feed([SCHEDULES["weekly"]], look, horizon_on=HORIZON_ON))

    assert event["SUMMARY"] == "SAMPLE NA: Evening Hope Group"
    assert (event["TRANSP"], event["X-MICROSOFT-CDO-BUSYSTATUS"]) == ("OPAQUE", "BUSY")


def test_long_texts_are_cut_and_the_link_stays_the_last_line() -> None:
    raw = a_feed(a_hostile_meeting("word " * 2_000))

    for name, most in (("SUMMARY", 255), ("LOCATION", 255), ("DESCRIPTION", 3_000)):
        assert max(len(text) for text in texts(raw, name)) <= most
    assert {text.splitlines()[-1] for text in texts(raw, "DESCRIPTION")} == {
        "https://oc.example.org/meetings/1"
    }


@pytest.mark.parametrize("text", HOSTILE, ids=[text[:12] for text in HOSTILE])
def test_hostile_text_makes_no_line_of_its_own(text: str) -> None:
    good, hostile = numbered([SCHEDULES["weekly"], a_hostile_meeting(text)])

    raw = a_feed(good, hostile)

    assert [str(event["UID"]) for event in vevents(raw)] == [
        "m1@oc.example.org",
        *["m2@oc.example.org"] * 3,
    ]
    assert raw.count(b"\r\nBEGIN:VEVENT\r\n") == 4
    assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|(?<!\r)\n", raw)
    rows = raw.split(b"\r\n")
    assert max(map(len, rows)) <= 75
    assert not any((len(row) - len(row.rstrip(b"\\"))) % 2 for row in rows)  # half an escape
    assert "".join(row.decode() for row in rows)  # raises at a fold inside a character


def test_text_comes_back_as_it_was() -> None:
    name = 'Back\\Next; "Ring", C:\\New ’^’ 🕯'

    (event,) = vevents(a_feed(replace(ENTRIES["in person"], name=name)))

    assert event["SUMMARY"] == f"NA: {name}"


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=400))
def test_any_text_gives_one_master_and_its_overrides(text: str) -> None:
    raw = a_feed(a_hostile_meeting(f"x{text}"))

    assert len(vevents(raw)) == 3


ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=400) | st.sampled_from(
    HOSTILE
)
LOOKS = (LOOK, replace(LOOK, is_plain=True, reminder_minutes=60, language="fa"))


@settings(max_examples=60, deadline=None)
@given(text=ANY_TEXT, look=st.sampled_from(LOOKS))
def test_any_text_in_every_field_gives_as_many_components_as_it_should(
    text: str, look: Look
) -> None:
    hostile = a_hostile_meeting(f"x{text}")

    raw = feed([hostile], look, horizon_on=HORIZON_ON)

    components = Counter(re.findall(r"^BEGIN:(\w+)\r?$", raw.decode(), re.MULTILINE))
    assert components["VEVENT"] == len(vevents(raw)) == 3
    assert components["VALARM"] == (2 if look.reminder_minutes else 0)
    assert components["VCALENDAR"] == components["VTIMEZONE"] == 1
    assert len(IcsCalendarStream.calendar_from_ics(raw.decode()).events) == 3


@settings(max_examples=60, deadline=None)
@given(field=st.sampled_from(["name", "notes", "directions", "reason"]), text=ANY_TEXT)
def test_any_text_comes_back_whole_or_visibly_shortened(field: str, text: str) -> None:
    meeting = ENTRIES["in person"]
    assert meeting.venue is not None
    assert meeting.schedule is not None
    off = ScheduleException(on=dt.date(2026, 12, 1), reason=text)
    changed = {
        "name": replace(meeting, name=f"x{text}"),
        "notes": replace(meeting, notes=f"x{text}"),
        "directions": replace(meeting, venue=replace(meeting.venue, directions=f"x{text}")),
        "reason": replace(meeting, schedule=replace(meeting.schedule, exceptions=(off,))),
    }

    raw = a_feed(changed[field])

    said = texts(raw, "SUMMARY" if field == "name" else "DESCRIPTION")[field == "reason"]
    kept = words_of(text.rstrip(". \t\n") if field == "reason" else f"x{text}")
    assert kept in words_of(said) or "…" in said


def words_of(text: str) -> str:
    """Return *text* as it looks: control characters are not seen, spaces are one."""
    return one_line(text)
