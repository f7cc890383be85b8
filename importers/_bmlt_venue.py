"""In person, online or hybrid, and whether it takes place at all (bmlt.md 2.7)."""

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

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
    return _judged(
        _Said(
            given if given in _GIVEN else "",
            formats.is_virtual,
            formats.is_hybrid,
            formats.is_temporarily_closed,
            can_join,
            has_street,
        )
    )


class _Said(NamedTuple):
    """What decides; there are 128 of them."""

    given: str
    is_virtual: bool
    is_hybrid: bool
    is_temporarily_closed: bool
    can_join: bool
    has_street: bool


@cache
def _judged(said: _Said) -> Attendance:
    status = Status.ACTIVE
    if said.is_temporarily_closed and not said.is_virtual:
        kind = VenueType.HYBRID if said.is_hybrid else VenueType.IN_PERSON
        kind, status = _GIVEN.get(said.given, kind), Status.CLOSED_FOR_NOW
    elif said.given:
        kind = _GIVEN[said.given]
    elif said.is_virtual != said.is_hybrid:
        kind = VenueType.ONLINE if said.is_virtual else VenueType.HYBRID
    elif said.can_join:
        kind = VenueType.HYBRID if said.has_street else VenueType.ONLINE
    else:
        kind = VenueType.IN_PERSON
    is_active = status is Status.ACTIVE
    return Attendance(
        venue_type=kind,
        status=status,
        is_moved_online=is_active and said.is_temporarily_closed and kind is VenueType.ONLINE,
        remark=_remark(said, status),
    )


def _remark(said: _Said, status: Status) -> str:
    given = said.given
    marks = {"VM": said.is_virtual, "HY": said.is_hybrid, "TC": said.is_temporarily_closed}
    formats = " ".join(mark for mark, is_said in marks.items() if is_said)
    if formats in _USUAL[given]:
        return ""
    if status is Status.CLOSED_FOR_NOW:
        taken = "they count as closed for now"
    else:
        taken = "venue_type is believed" if given else "link and street decide"
    return f"{{meetings}} have {_type(given)} and the formats {formats}: {taken}"


def _type(given: str) -> str:
    return f"venue_type {given} ({_GIVEN[given].value})" if given else "no venue_type"
