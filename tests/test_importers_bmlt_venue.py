from dataclasses import replace

import pytest

from importers._bmlt_formats import Resolved
from importers._bmlt_venue import Attendance, attendance
from meetings.model import Status, VenueType

IN_PERSON, ONLINE, HYBRID = VenueType.IN_PERSON, VenueType.ONLINE, VenueType.HYBRID
CLOSED = Status.CLOSED_FOR_NOW


def judged(given: str, formats: str, *, can_join: bool = False) -> Attendance:
    resolved = Resolved(
        is_virtual="VM" in formats,
        is_hybrid="HY" in formats,
        is_temporarily_closed="TC" in formats,
    )
    return attendance(given, resolved, can_join=can_join, has_street=True)


@pytest.mark.parametrize(
    ("given", "formats", "expected"),
    [
        ("", "", Attendance(venue_type=IN_PERSON)),
        ("", "HY", Attendance(venue_type=HYBRID)),
        ("", "VM", Attendance(venue_type=ONLINE)),
        ("", "VM TC", Attendance(venue_type=ONLINE, is_moved_online=True)),
        ("2", "VM TC", Attendance(venue_type=ONLINE, is_moved_online=True)),
        ("", "TC", Attendance(venue_type=IN_PERSON, status=CLOSED)),
        ("1", "TC", Attendance(venue_type=IN_PERSON, status=CLOSED)),
        ("3", "HY TC", Attendance(venue_type=HYBRID, status=CLOSED)),
        ("", "VM HY", Attendance(venue_type=IN_PERSON)),
        ("1", "VM", Attendance(venue_type=IN_PERSON)),
        ("2", "", Attendance(venue_type=ONLINE)),
        ("9", "VM", Attendance(venue_type=ONLINE)),
    ],
)
def test_the_table_of_venue_types(given: str, formats: str, expected: Attendance) -> None:
    assert replace(judged(given, formats), remark="") == expected


@pytest.mark.parametrize(
    ("given", "formats", "remark"),
    [
        ("", "VM HY", "no venue_type and the formats VM HY: link and street decide"),
        ("", "VM HY TC", "no venue_type and the formats VM HY TC: link and street decide"),
        ("", "HY TC", "no venue_type and the formats HY TC: they count as closed for now"),
        ("1", "VM", "venue_type 1 (in_person) and the formats VM: venue_type is believed"),
        ("1", "VM TC", "venue_type 1 (in_person) and the formats VM TC: venue_type is believed"),
        ("2", "TC", "venue_type 2 (online) and the formats TC: they count as closed for now"),
        ("2", "HY", "venue_type 2 (online) and the formats HY: venue_type is believed"),
    ],
)
def test_an_unusual_mixture_is_told_with_what_is_made_of_it(
    given: str, formats: str, remark: str
) -> None:
    assert judged(given, formats).remark == f"{{meetings}} have {remark}"


@pytest.mark.parametrize(
    ("given", "formats"),
    [
        *[("", ""), ("", "VM"), ("", "HY"), ("", "TC"), ("", "VM TC"), ("9", "VM")],
        *[("1", ""), ("1", "TC"), ("2", ""), ("2", "VM TC"), ("3", "HY"), ("3", "VM HY")],
    ],
)
def test_a_usual_mixture_needs_no_words(given: str, formats: str) -> None:
    assert judged(given, formats).remark == ""


def test_a_mixture_is_judged_by_what_can_be_seen() -> None:
    assert judged("", "VM HY", can_join=True).venue_type is HYBRID
