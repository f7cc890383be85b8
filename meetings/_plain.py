"""
What a plain calendar may show of foreign words: nothing that names whose meeting it is.

No fellowship, format or venue name stands in it, nor the meeting's own (calendar.md 10.3). So
notes and directions are left out whole: real ones name the building in words of their own.
"""

import re
from functools import cache

from meetings.fellowships import FELLOWSHIPS, fellowship
from meetings.formats import FORMATS
from meetings.model import Meeting

_LONG = 6  # letters: a shorter name stands in many a link by chance


def is_nameless(url: str, meeting: Meeting) -> bool:
    """Say whether a link names nothing; its words stand without spaces and capitals."""
    words = re.split(r"[^a-z0-9]+", url.casefold())
    if not _common_words().isdisjoint(words):
        return False
    names = _squeezed_names() | {_squeezed(name) for name in _own_names(meeting)}
    letters = "".join(words)
    return not any(name in letters for name in names if len(name) >= _LONG)


def without_venue_name(street: str, meeting: Meeting) -> str:
    """Return the street without the venue's name, which some lists put before it; never nothing."""
    name = meeting.venue.name.strip() if meeting.venue else ""
    if not name:
        return street
    rest = re.sub(re.escape(name), "", street, flags=re.IGNORECASE).strip(" ,;-–")
    return rest if any(sign.isdigit() for sign in rest) else street


def _own_names(meeting: Meeting) -> tuple[str, ...]:
    venue = meeting.venue.name if meeting.venue else ""
    return meeting.name, meeting.group, venue, fellowship(meeting.fellowship).name


@cache
def _names() -> frozenset[str]:
    fellowships = [n for one in FELLOWSHIPS.values() for n in (one.name, one.short_name)]
    return frozenset(fellowships) | {each.name for each in FORMATS.values()}


@cache
def _common_words() -> frozenset[str]:
    return frozenset(FELLOWSHIPS) | {name.casefold() for name in _names() if name.isalnum()}


@cache
def _squeezed_names() -> frozenset[str]:
    return frozenset(map(_squeezed, _names()))


def _squeezed(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", name.casefold())
