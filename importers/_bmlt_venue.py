"""In person, online or hybrid, and whether it takes place at all (bmlt.md 2.7)."""

from dataclasses import dataclass

from importers._bmlt_formats import Resolved
from meetings.model import Status, VenueType

_GIVEN = {"1": VenueType.IN_PERSON, "2": VenueType.ONLINE, "3": VenueType.HYBRID}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """How one attends. *is_moved_online*: an in-person group while its building is closed."""

    venue_type: VenueType
    status: Status = Status.ACTIVE
    is_moved_online: bool = False


def attendance(given: str, formats: Resolved, *, can_join: bool, has_street: bool) -> Attendance:
    """
    Judge by `venue_type` and the formats VM, TC and HY; *can_join* is "has a link or phone".

    A closed building without a virtual meeting is always closed. Otherwise what the list says
    wins, then the formats, then what can be seen; a town alone makes nothing in person.
    """
    is_virtual, is_hybrid = formats.is_virtual, formats.is_hybrid
    if formats.is_temporarily_closed and not is_virtual:
        place = VenueType.HYBRID if is_hybrid else VenueType.IN_PERSON
        return Attendance(venue_type=_GIVEN.get(given, place), status=Status.CLOSED_FOR_NOW)
    if given in _GIVEN:
        kind = _GIVEN[given]
    elif is_virtual != is_hybrid:
        kind = VenueType.ONLINE if is_virtual else VenueType.HYBRID
    elif can_join:
        kind = VenueType.HYBRID if has_street else VenueType.ONLINE
    else:
        kind = VenueType.IN_PERSON
    return Attendance(
        venue_type=kind,
        is_moved_online=formats.is_temporarily_closed and kind is VenueType.ONLINE,
    )
