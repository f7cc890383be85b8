import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers import pathminder
from importers._source import Doubtful, Importer, Payloads, Rejected, Source, Unplaced
from meetings.errors import UnknownFormat
from meetings.model import (
    Admission,
    Meeting,
    Online,
    OtherFormat,
    Point,
    Rule,
    Schedule,
    TimezoneSource,
    Venue,
    VenueType,
)
from meetings.zones import zone
from tests.make_lists import NOW
from tests.make_pathminder import (
    CHALLENGE,
    FOLDER,
    SMART,
    a_brand_source,
    a_list_page,
    a_meeting_page,
    a_row,
    a_sitemap,
    online_only,
    template,
    without_block,
)

IMPORTER: Importer = pathminder
Result = Meeting | Unplaced | Doubtful | Rejected


def read(payloads: Payloads, source: Source = SMART) -> list[Result]:
    return list(pathminder.read(payloads, source))


def the_only(payloads: Payloads, source: Source = SMART) -> Result:
    (result,) = read(payloads, source)
    return result


def meeting_of(page: bytes, source: Source = SMART) -> Meeting:
    result = the_only({"page 1": page}, source)
    assert isinstance(result, Meeting), result
    return result


def ordinal_meeting(schedule: str, **row: str) -> Result:
    """Read a page without a calendar block, and its row in the list."""
    page = without_block(a_meeting_page(schedule=schedule))
    return the_only({"meetings/501": page, "list 1": a_list_page(a_row(**row))})


def test_a_hybrid_page_becomes_a_meeting_with_both_sides() -> None:
    meeting = meeting_of(a_meeting_page())

    assert meeting == Meeting(
        id="smart-us:501",
        source="smart-us",
        fellowship="smart",
        name="SMART 4-Point Recovery, Maple Falls, California",
        schedule=Schedule(
            rules=(Rule(weekday=1),),
            start=dt.time(19, 0),
            duration=dt.timedelta(minutes=90),
            timezone=zone("America/Los_Angeles"),
            timezone_source=TimezoneSource.SOURCE,
        ),
        venue_type=VenueType.HYBRID,
        venue=Venue(
            name="Community House",
            street="12 Example Street",
            town="Maple Falls",
            region="CA",
            postal_code="95000",
            country="US",
        ),
        online=Online(
            url="https://instance-us.pathcheck.net/j/X0X0X0",
            notes="The link opens 15 minutes before the start.",
        ),
        formats=("adults",),
        admission=Admission.OWN_RECOVERY,
        languages=("en",),
        page_url="https://meetings.smartrecovery.org/meetings/501/",
    )


def test_no_person_and_no_pass_code_comes_through() -> None:
    payloads = dict(pathminder.load(FOLDER))

    everything = repr(read(payloads))

    assert "SECRET" not in everything
    assert "555" not in everything
    assert "person@" not in everything


def test_the_report_tells_what_was_left_out_and_that_meetings_are_few() -> None:
    assert pathminder.notices({"page 1": a_meeting_page()}, now=NOW) == [
        "1 meetings, where SMART Recovery has at least 500",
        "left out names of facilitators in 1 places",
        "left out pass codes in 1 places",
    ]


def test_the_text_alone_never_yields_a_time() -> None:
    page = without_block(a_meeting_page())

    assert the_only({"page 1": page}) == Rejected(
        "501", "no trustworthy time: no calendar block, and no instant in the list"
    )
    assert "Schedule" in page.decode()


def test_the_hours_of_the_text_change_nothing() -> None:
    wrong = "Every Sunday, 5:00 AM to 6:30 AM"

    assert meeting_of(a_meeting_page(schedule=wrong)) == meeting_of(a_meeting_page())
    assert ordinal_meeting(wrong) == ordinal_meeting("Every Monday, 7:00 PM to 8:30 PM")


def test_an_instant_and_a_place_wait_for_the_zone() -> None:
    result = ordinal_meeting("Third Monday of each month, 3:00 AM to 4:30 AM")

    assert isinstance(result, Unplaced)
    assert result == Unplaced(
        meeting=replace(meeting_of(a_meeting_page()), schedule=None),
        next_at=dt.datetime(2026, 11, 24, 3, 0, tzinfo=dt.UTC),
        ordinals=(3,),
        duration=dt.timedelta(minutes=90),
    )


@pytest.mark.parametrize(
    ("text", "ordinals", "weeks"),
    [
        ("Every Friday", (), 1),
        ("Every other Friday", (), 2),
        ("First and third Friday of each month", (1, 3), 1),
        ("Second, third, fourth, and last Friday of each month", (2, 3, 4, -1), 1),
        ("Last Friday of each month", (-1,), 1),
    ],
)
def test_ordinals_and_phase_come_from_the_text(
    text: str, ordinals: tuple[int, ...], weeks: int
) -> None:
    result = ordinal_meeting(f"{text}, 12:00 AM to 1:00 AM")

    assert isinstance(result, Unplaced)
    assert (result.ordinals, result.interval_weeks) == (ordinals, weeks)


def test_a_text_that_is_not_understood_is_quoted() -> None:
    assert ordinal_meeting("Whenever the moon is full") == Rejected(
        "501", "schedule: is not understood: 'Whenever the moon is full'"
    )


def test_the_length_passes_midnight() -> None:
    page = a_meeting_page(start="2026-11-23 23:15", end="2026-11-24 00:45")

    schedule = meeting_of(page).schedule

    assert schedule is not None
    assert (schedule.start, schedule.duration) == (dt.time(23, 15), dt.timedelta(minutes=90))


def test_every_other_week_is_anchored_at_the_next_start() -> None:
    schedule = meeting_of(a_meeting_page(recurring="FREQ=WEEKLY;INTERVAL=2;BYDAY=MO")).schedule

    assert schedule is not None
    assert schedule.rules == (Rule(weekday=1, interval_weeks=2, anchor_on=dt.date(2026, 11, 23)),)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"timezone": "Mars/Olympus"}, "zone must be an Area/Place name"),
        ({"timezone": "EST5EDT"}, "zone must be an Area/Place name"),
        ({"recurring": "FREQ=WEEKLY;BYDAY=TU"}, "recurring: the next start is not in its own rule"),
        ({"recurring": "FREQ=HOURLY"}, "RRULE: repeats within a day"),
        ({"end": "2026-11-23 19:00"}, "end: is not after the start"),
        ({"end": "2026-11-26 19:00"}, "duration must be"),
        ({"start": "next Monday"}, "start: must be a date and a time"),
        ({"programme": "", "audiences": "Patients and Clients"}, "program: is missing"),
        ({"audiences": "Correctional facility residents only"}, "audiences: for residents"),
    ],
)
def test_a_page_that_cannot_be_listed_says_why(change: dict[str, str], reason: str) -> None:
    result = the_only({"page 1": a_meeting_page(**change)})

    assert isinstance(result, Rejected)
    assert result.key == "501"
    assert result.reason.startswith(reason)


def test_an_online_page_without_a_link_is_kept() -> None:
    page = online_only(a_meeting_page()).replace(b"https://instance-us.pathcheck.net/j/", b"/no/")

    meeting = meeting_of(page)

    assert meeting.venue_type is VenueType.ONLINE
    assert meeting.online == Online(
        notes="The list gives no link to join; the meeting's own page says how."
    )
    assert meeting.venue == Venue(town="Maple Falls", region="California", country="US")


def test_neither_a_place_nor_a_way_to_join_is_no_meeting() -> None:
    page = online_only(a_meeting_page())
    page = page.replace(b"Meetings can typically be joined", b"").replace(b"Online Meeting", b"")

    assert the_only({"page 1": page}) == Rejected(
        "501", "location: neither an address nor a way to join online"
    )


def test_family_meetings_and_restrictions_are_told_apart() -> None:
    family = meeting_of(a_meeting_page(programme="Family & Friends", audiences="Adults"))
    veterans = meeting_of(a_meeting_page(audiences="Military, Veterans & First Responders Only"))
    teens = meeting_of(a_meeting_page(audiences="Teens (13-17)"))

    assert family.admission is Admission.FAMILY_ONLY
    assert veterans.admission is Admission.RESTRICTED
    assert veterans.restriction_text == "Military, Veterans & First Responders Only"
    assert (teens.age_min, teens.age_max) == (13, 17)


def test_without_a_programme_nobody_knows_who_may_come() -> None:
    assert the_only({"page 1": a_meeting_page(programme="")}) == Rejected(
        "501", "program: is missing, and it decides who may come"
    )


def test_a_list_page_gives_two_ids_by_the_old_and_the_new_attribute() -> None:
    results = read({"list 1": template("list_2026.html").encode()})

    reason = "its own page is not here, and only that tells its rule; nothing is known"
    assert results == [Rejected("501", reason), Rejected("502", reason)]


def test_the_place_of_a_row_is_never_a_facilitator() -> None:
    page = without_block(a_meeting_page(place="", schedule="Every Tuesday, 1:00 AM to 2:00 AM"))
    payloads = {"page 1": online_only(page), "list 1": template("list_2026.html").encode()}

    first, _ = read(payloads)

    assert isinstance(first, Unplaced)
    assert first.meeting.venue == Venue(town="Maple Falls", region="New York", country="US")


def test_a_page_of_2022_takes_its_time_from_the_list() -> None:
    page = template("meeting_2022.html").encode()
    row = a_row(instant="2026-11-25T21:00:00+00:00")

    alone = the_only({"page 1": page})
    listed = the_only({"page 1": page, "list 1": a_list_page(row)})

    assert isinstance(alone, Rejected)
    assert alone.reason.startswith("no trustworthy time")
    assert listed == Unplaced(
        meeting=Meeting(
            id="smart-us:501",
            source="smart-us",
            fellowship="smart",
            name="SMART Family and Friends, Maple Falls, Maryland",
            schedule=None,
            venue_type=VenueType.ONLINE,
            venue=Venue(town="Maple Falls", region="Maryland", country="US"),
            online=Online(url="https://join.example.org/j/0000000000", notes=""),
            admission=Admission.FAMILY_ONLY,
            languages=("en",),
            page_url="https://meetings.smartrecovery.org/meetings/501/",
        ),
        next_at=dt.datetime(2026, 11, 25, 21, 0, tzinfo=dt.UTC),
        duration=dt.timedelta(hours=1),
    )


def test_coordinates_of_2022_count_only_where_people_meet() -> None:
    place = "<p class='card-text'>Community House<br>12 Example Street<br>Maple Falls, MD 21000</p>"
    page = template("meeting_2022.html").replace("Online Meeting", "Get Directions")
    page = page.replace('<p class="card-text">This online', f"{place}<p>The")
    payloads = {"page 1": page.encode(), "list 1": a_list_page(a_row())}

    result = the_only(payloads)

    assert isinstance(result, Unplaced)
    assert result.meeting.point == Point(38.7658274, -76.0772855)
    assert result.meeting.venue == Venue(
        name="Community House",
        street="12 Example Street",
        town="Maple Falls",
        region="MD",
        postal_code="21000",
        country="US",
    )


def test_a_lifering_group_is_called_by_its_own_name() -> None:
    source = a_brand_source("lifering", id="lifering")
    page = a_meeting_page(
        title="LifeRing Meeting: #501 - Global - Maple LifeRing",
        programme="How Was Your Week Meeting",
        audiences="all are welcome, camera required, sunny",
    )

    meeting = meeting_of(page, source)

    assert meeting.name == "Maple LifeRing"
    assert meeting.formats == ("camera_required", "how_was_your_week")
    assert meeting.other_formats == (OtherFormat(code="sunny", name="sunny"),)
    assert meeting.admission is Admission.EVERYONE
    assert meeting.page_url == "https://meetings.lifering.org/meetings/501/"


def test_labels_of_another_brand_are_kept_word_for_word() -> None:
    meeting = meeting_of(a_meeting_page(audiences="Women"), a_brand_source("wfs"))

    assert meeting.formats == ()
    assert meeting.other_formats == (
        OtherFormat(code="4-Point Recovery", name="4-Point Recovery"),
        OtherFormat(code="Women", name="Women"),
    )


def test_a_fellowship_that_is_not_on_the_platform_is_refused() -> None:
    with pytest.raises(UnknownFormat, match="Pathminder lists smart, lifering, wfs"):
        read({"page 1": a_meeting_page()}, a_brand_source("na"))


def test_a_challenge_page_tells_nothing_about_its_meeting() -> None:
    results = read({"meetings/501": a_meeting_page(), "meetings/502": CHALLENGE})

    assert results[1:] == [
        Rejected("502", "is no page of the site, perhaps a challenge; nothing is known")
    ]


def test_a_page_without_block_is_real_only_if_it_names_the_platform() -> None:
    page = without_block(a_meeting_page()).replace(b"Pathminder", b"")

    with pytest.raises(UnknownFormat, match="none of the 1 pages"):
        read({"page 1": page})


def test_a_meeting_of_the_sitemap_whose_page_did_not_come_is_unknown() -> None:
    results = read({"sitemap": a_sitemap("501", "777"), "meetings/501": a_meeting_page()})

    assert [type(result) for result in results] == [Meeting, Rejected]
    assert results[1] == Rejected(
        "777", "its own page is not here, and only that tells its rule; nothing is known"
    )


@pytest.mark.parametrize(
    "payloads",
    [{"page 1": CHALLENGE}, {"sitemap": a_sitemap("501"), "meetings/501": CHALLENGE}, {}],
)
def test_only_challenges_are_a_failure_and_no_empty_list(payloads: Mapping[str, bytes]) -> None:
    with pytest.raises(UnknownFormat):
        read(payloads)


def test_only_a_sitemap_makes_the_list_complete() -> None:
    page = {"meetings/501": a_meeting_page()}

    assert pathminder.is_windowed(page)
    assert not pathminder.is_windowed(page | {"sitemap": a_sitemap("501")})


def test_the_second_page_of_one_meeting_is_rejected() -> None:
    _, second = read({"page 1": a_meeting_page(), "page 2": a_meeting_page()})

    assert second == Rejected("501", "id: there are two pages of this meeting")


KEYS = "id place start end timezone recurring programme audiences languages schedule title"
VALUES = (
    "9999-12-31 23:59|0001-01-01 00:00|2026-11-24 19:00|Europe/London|FREQ=WEEKLY|<b>|<!--|&#0;|"
    "Only|FREQ=WEEKLY;COUNT=999999|Every Monday, 1:00 AM to 2:00 AM|9999-12-31T23:59:59+00:00"
)
ANYTHING = st.text(max_size=40) | st.sampled_from(VALUES.split("|"))


@given(st.dictionaries(st.sampled_from(KEYS.split()), ANYTHING), ANYTHING)
def test_whatever_stands_in_a_page_it_is_a_meeting_or_rejected(
    changes: dict[str, str], instant: str
) -> None:
    page = a_meeting_page(**changes)
    payloads = {
        "page 1": page,
        "page 2": without_block(page),
        "list 1": a_list_page(a_row(instant=instant)),
    }
    try:
        results = read(payloads)
    except UnknownFormat:
        return

    assert all(isinstance(each, Meeting | Unplaced | Rejected) for each in results)


@given(st.lists(st.sampled_from(list("<>!-/?\"'= &;[]")) | st.text(max_size=9), max_size=60))
def test_whatever_the_markup_is_it_is_read_or_refused(pieces: list[str]) -> None:
    page = f'<div class="addeventatc"><span class="start">{"".join(pieces)}'
    payloads = {"meetings/1": page.encode("utf-8", "replace"), "page 2": "".join(pieces).encode()}
    try:
        results = read(payloads)
    except UnknownFormat:
        return

    assert all(isinstance(each, Meeting | Unplaced | Rejected) for each in results)


@pytest.mark.parametrize(
    "hostile", ["<!--" * 9_000, "<a " * 9_000, "<div>" * 9_000, "<![x" * 9_000, "&" * 900_000]
)
def test_markup_that_stalls_a_parser_does_not_stall_this_one(hostile: str) -> None:
    page = a_meeting_page() + hostile.encode()

    (result,) = read({"page 1": page})

    assert isinstance(result, Meeting)
