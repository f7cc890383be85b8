"""Persons who stand in a name or an address, where a publisher's form has no field for them."""

from dataclasses import replace
from functools import partial

from importers._frozen import changed
from importers._privacy import (
    may_hold_people,
    tells_of_joining,
    without_addresses,
    without_people,
)
from meetings.model import Meeting, Venue, VenueType

_NO_VENUE = Venue()
_APART = "\n\n\n\n\n"  # so that a house number is no telephone number with the next field


def without_people_in_places(meeting: Meeting) -> Meeting:
    """Return *meeting* without telephone numbers and e-mails in its names and its venue."""
    venue = meeting.venue or _NO_VENUE
    if not may_hold_people(
        f"{meeting.name}{_APART}{venue.street}{_APART}{venue.name}{_APART}{meeting.group}"
        f"{_APART}{venue.transit}"
    ):
        return meeting  # nearly always
    shown = partial(name_without_people, is_online=meeting.venue_type is VenueType.ONLINE)
    shown_venue = meeting.venue and replace(
        meeting.venue,
        name=shown(venue.name),
        street=shown(venue.street),
        transit=shown(venue.transit),
    )
    return changed(meeting, name=shown(meeting.name), group=shown(meeting.group), venue=shown_venue)


def name_without_people(text: str, *, is_online: bool) -> str:
    """
    Return a name or a line of an address without telephone numbers and e-mail addresses.

    The name of an online meeting may be the one place that tells its number or its dial-in:
    what speaks of joining keeps them.
    """
    is_for_joining = is_online and tells_of_joining(text)
    return without_addresses(text) if is_for_joining else without_people(text)
