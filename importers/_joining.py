"""How to join from elsewhere, of what a record says about it in links, numbers and prose."""

from importers._links import link_in, web_link, without_passcode
from importers._passcodes import without_dialled_passcode, without_passcodes
from importers._privacy import without_addresses
from importers._text import joined
from meetings.model import Online

LONGEST_LINK_FIELD = 4_000  # the field may hold prose; the link itself is bounded by its reader

_FEWEST_DIGITS = 7  # of a number by which one can join


def joining(*, link: str, phone: str, notes: str, publish_passcodes: bool) -> Online | None:
    """
    Return the link and number, and in the notes what was neither; None for nothing at all.

    Pass codes go unless the publisher means them for everybody (bmlt.md 2.11). Telephone
    numbers stay, since one dials in by them.
    """
    url = web_link(link) or link_in(link)
    prose = "" if web_link(link) else link
    if sum(character.isdecimal() for character in phone) < _FEWEST_DIGITS:
        prose, phone = joined(prose, phone), ""
    notes = joined(prose, notes)
    if not publish_passcodes:
        url, phone = without_passcode(url), without_dialled_passcode(phone)
        notes = without_passcodes(notes)
    online = Online(url=url, phone=phone, notes=without_addresses(notes))
    return None if online == Online() else online
