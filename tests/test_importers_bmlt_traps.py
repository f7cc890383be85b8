"""Values of real root servers that surprise, one test for each that bmlt.md 2 names."""

import datetime as dt
import json
from typing import Any

import pytest

from importers import bmlt
from importers._listed import Listed, read_list
from importers._source import Payloads, Source
from meetings.model import Meeting, Point, Rule, Venue
from tests.make_lists import NO_PLACES, NOW, a_bmlt_record, a_source, bmlt_list


def meeting_of(source: Source | None = None, **changes: Any) -> Meeting:
    (result,) = bmlt.read(bmlt_list(a_bmlt_record(**changes)), source or a_source())
    assert isinstance(result, Meeting), result
    return result


def venue_of(source: Source | None = None, **changes: Any) -> Venue:
    venue = meeting_of(source, **changes).venue
    assert venue is not None
    return venue


def rule_of(**changes: Any) -> Rule:
    schedule = meeting_of(**changes).schedule
    assert schedule is not None
    (rule,) = schedule.rules
    return rule


def listed(payloads: Payloads) -> Listed:
    return read_list(a_source(), payloads, importer=bmlt, places=NO_PLACES, overrides={}, now=NOW)


def test_numbers_and_nulls_of_other_programs_mean_what_texts_mean() -> None:
    record = a_bmlt_record(
        id_bigint=1,
        weekday_tinyint=3,
        venue_type=1,
        latitude=40.6001,
        longitude=-73.9903,
        published=1,
        comments=None,
        virtual_meeting_link=None,
        location_postal_code_1=11201,
    )
    del record["time_zone"], record["lang_enum"]

    (as_numbers,) = bmlt.read(bmlt_list(record), a_source(language="en"))

    assert as_numbers == meeting_of(location_postal_code_1="11201")


def test_the_digits_of_persia_and_arabia_are_digits() -> None:
    meeting = meeting_of(weekday_tinyint="۳", start_time="۱۹:۳۰:۰۰", duration_time="٠١:٠٠:٠٠")

    assert meeting.schedule == meeting_of().schedule


def test_what_follows_the_last_prompt_counts() -> None:
    meeting = meeting_of(
        train_lines="Train Lines#@-@#Train Lines#@-@#A to Dyckman St",
        comments="Info#@-@#Ring twice",
    )

    assert meeting.venue is not None
    assert (meeting.venue.transit, meeting.notes) == ("Train: A to Dyckman St", "Ring twice")


def test_the_middle_of_the_servers_own_map_is_no_place() -> None:
    server = [{"centerLatitude": "56.26392", "centerLongitude": "9.501785"}]
    beside = a_bmlt_record(1, latitude="56.26451", longitude="9.501785")
    untouched = a_bmlt_record(2, latitude="56.263921", longitude="9.50178")
    payloads = {**bmlt_list(beside, untouched), "GetServerInfo": json.dumps(server).encode()}

    points = [each.point for each in bmlt.read(payloads, a_source()) if isinstance(each, Meeting)]

    assert points == [Point(56.26451, 9.501785), None]


@pytest.mark.parametrize(
    ("code", "town", "expected"),
    [
        ("6800 Varde", "", ("6800", "Varde")),
        ("6800 Varde", "Varde", ("6800", "Varde")),
        ("", "2300 københavn s", ("2300", "københavn s")),
        ("6800", "Varde", ("6800", "Varde")),
        ("", "København", ("", "København")),
    ],
)
def test_a_code_and_a_town_in_one_field_are_told_apart(
    code: str, town: str, expected: tuple[str, str]
) -> None:
    venue = venue_of(
        a_source(country="DK"),
        location_postal_code_1=code,
        location_municipality=town,
        location_province="",
        location_nation="",
    )

    assert (venue.postal_code, venue.town) == expected


def test_the_number_of_a_house_in_the_towns_field_is_no_code() -> None:
    venue = venue_of(location_municipality="1234 Elm Street", location_postal_code_1="")

    assert (venue.postal_code, venue.town) == ("", "1234 Elm Street")


def test_the_password_of_an_online_meeting_may_stand_in_the_directions() -> None:
    meeting = meeting_of(location_info="ID 77, Passwort: Frieden", comments="clave: luz")

    assert venue_of(location_info="ID 77, Passwort: Frieden").directions == "ID 77"
    assert meeting.notes == ""


@pytest.mark.parametrize(
    ("comments", "ordinals"),
    [
        ("Meets on the first and third Tuesday of the month.", (1, 3)),
        ("Only the last Tuesday of each month", (-1,)),
        ("First Tuesday of every month is a Speaker meeting.", ()),
        ("*1st Tue of month Basic Text study group", ()),
        ("", ()),
    ],
)
def test_a_record_is_monthly_where_its_comments_say_so_and_themes_do_not_count(
    comments: str, ordinals: tuple[int, ...]
) -> None:
    assert rule_of(comments=comments) == Rule(weekday=2, ordinals=ordinals)


def test_two_meetings_of_one_hour_keep_each_its_own_weeks() -> None:
    monthly = a_bmlt_record(1, comments="We meet the last Tuesday of the month")
    payloads = bmlt_list(monthly, a_bmlt_record(2))

    rules = [
        each.schedule.rules
        for each in bmlt.read(payloads, a_source())
        if isinstance(each, Meeting) and each.schedule
    ]

    assert rules == [(Rule(weekday=2, ordinals=(-1,)),), (Rule(weekday=2),)]


def test_a_length_of_more_than_half_a_day_is_kept_and_told() -> None:
    result = listed(
        bmlt_list(
            a_bmlt_record(1, duration_time="12:00:00"), a_bmlt_record(2, duration_time="24:00:00")
        )
    )

    schedule = result.meetings["t:2"].schedule
    assert schedule is not None
    assert schedule.duration == dt.timedelta(hours=24)
    assert result.warnings == ("1 meetings last more than 12 hours, the first is t:2",)


def test_a_format_whose_world_id_says_another_thing_than_its_name_is_told() -> None:
    online = {"id": "50", "name_string": "Online Meeting", "world_id": "OPEN", "lang": "en"}
    payloads = {**bmlt_list(a_bmlt_record()), "GetFormats.en": json.dumps([online]).encode()}

    assert listed(payloads).warnings == (
        "format 50: world id OPEN is open, name 'Online Meeting' is virtual; the name is believed",
    )


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("646-555-0123 Passcode 1234", "646-555-0123"),
        ("+16465550123,,1234567890#,,,,,,0#,,123456#", "+16465550123,,1234567890#"),
    ],
)
def test_a_dial_in_number_loses_the_pass_code_that_stands_beside_it(given: str, kept: str) -> None:
    online = meeting_of(venue_type="2", phone_meeting_number=given).online

    assert online is not None
    assert online.phone == kept
