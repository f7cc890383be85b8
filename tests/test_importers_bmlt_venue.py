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
    assert judged(given, formats) == expected


def test_a_mixture_is_judged_by_what_can_be_seen() -> None:
    assert judged("", "VM HY", can_join=True) == Attendance(venue_type=HYBRID)
