"""In person, online or hybrid, and whether it takes place at all (bmlt.md 2.7)."""

from dataclasses import dataclass, replace

from importers._bmlt_formats import Resolved
from meetings.model import Status, VenueType

_GIVEN = {"1": VenueType.IN_PERSON, "2": VenueType.ONLINE, "3": VenueType.HYBRID}
_USUAL = {  # what a record may say together without contradicting itself
    "": ("", "VM", "HY", "TC", "VM TC"),
    "1": ("", "TC"),
    "2": ("", "VM", "VM TC"),
    "3": ("", "HY", "VM HY"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """
    How one attends. *is_moved_online*: an in-person group while its building is closed.

    *remark*: what the record says is no usual mixture, and this was made of it.
    """

    venue_type: VenueType
    status: Status = Status.ACTIVE
    is_moved_online: bool = False
    remark: str = ""


def attendance(given: str, formats: Resolved, *, can_join: bool, has_street: bool) -> Attendance:
    """
    Judge by `venue_type` and the formats VM, TC and HY; *can_join* is "has a link or phone".

    A closed building without a virtual meeting is always closed. Otherwise what the list says
    wins, then the formats, then what can be seen; a town alone makes nothing in person.
    """
    how = _judged(given, formats, can_join=can_join, has_street=has_street)
    if not (formats.is_virtual or formats.is_hybrid or formats.is_temporarily_closed):
        return how
    remark = _remark(given if given in _GIVEN else "", formats, how.status)
    return replace(how, remark=remark) if remark else how


def _judged(given: str, formats: Resolved, *, can_join: bool, has_street: bool) -> Attendance:
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


def _remark(given: str, formats: Resolved, status: Status) -> str:
    marks = {
        "VM": formats.is_virtual,
        "HY": formats.is_hybrid,
        "TC": formats.is_temporarily_closed,
    }
    said = " ".join(mark for mark, is_said in marks.items() if is_said)
    if said in _USUAL[given]:
        return ""
    if status is Status.CLOSED_FOR_NOW:
        taken = "they count as closed for now"
    else:
        taken = "venue_type is believed" if given else "link and street decide"
    return f"{{meetings}} have {_type(given)} and the formats {said}: {taken}"


def _type(given: str) -> str:
    return f"venue_type {given} ({_GIVEN[given].value})" if given else "no venue_type"
