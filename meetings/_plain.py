"""
What a plain calendar may show of foreign words: nothing that names whose meeting it is.

No fellowship, format or venue name stands in it, nor the meeting's own (calendar.md 10.3). A
text that holds one is left out whole, since a gap in it would tell as much.
"""

import re
from functools import cache

from meetings.fellowships import FELLOWSHIPS, fellowship
from meetings.formats import FORMATS
from meetings.model import Meeting

_INITIALS = re.compile(r"[A-Z]{2,5}|CoDA")  # read only as written: "na" and "ma" are words too
_LONG = 6  # letters: shorter names are in too many addresses to be looked for without spaces


def is_nameless(text: str, meeting: Meeting) -> bool:
    """Say whether *text*, as people wrote it, names nothing that a plain calendar hides."""
    if _common_names().search(text) or _initials().search(text):
        return False
    folded = " ".join(text.casefold().split())
    return not any(name in folded for name in _own_names(meeting))


def is_nameless_url(url: str, meeting: Meeting) -> bool:
    """Say the same of a link, whose words stand without spaces and capitals."""
    words = re.split(r"[^a-z0-9]+", url.casefold())
    if not _common_words().isdisjoint(words):
        return False
    letters = "".join(words)
    squeezed = {_squeezed(name) for name in _own_names(meeting)} | _common_squeezed()
    return not any(name in letters for name in squeezed if len(name) >= _LONG)


def without_venue_name(street: str, meeting: Meeting) -> str:
    """Return the street without the venue's name, which some lists put before it; never nothing."""
    name = meeting.venue.name.strip() if meeting.venue else ""
    if not name:
        return street
    rest = re.sub(re.escape(name), "", street, flags=re.IGNORECASE).strip(" ,;-–")
    return rest if any(sign.isdigit() for sign in rest) else street


def _own_names(meeting: Meeting) -> list[str]:
    whose = fellowship(meeting.fellowship)
    others = [name for other in meeting.other_formats for name in (other.code, other.name)]
    venue = meeting.venue.name if meeting.venue else ""
    names = (meeting.name, meeting.group, venue, whose.name, whose.short_name, *others)
    folded = (" ".join(name.casefold().split()) for name in names)
    return [name for name in folded if len(name) > 2]


@cache
def _names() -> frozenset[str]:
    fellowships = [n for one in FELLOWSHIPS.values() for n in (one.name, one.short_name)]
    return frozenset(fellowships) | {each.name for each in FORMATS.values()}


@cache
def _common_names() -> re.Pattern[str]:
    names = sorted(re.escape(name) for name in _names() if not _INITIALS.fullmatch(name))
    return re.compile(rf"(?<!\w)(?:{'|'.join(names)})(?!\w)", re.IGNORECASE)


@cache
def _initials() -> re.Pattern[str]:
    names = sorted(re.escape(name) for name in _names() if _INITIALS.fullmatch(name))
    return re.compile(rf"(?<!\w)(?:{'|'.join(names)})(?!\w)")


@cache
def _common_words() -> frozenset[str]:
    return frozenset(name.casefold() for name in _names() if name.isalnum()) | frozenset(
        FELLOWSHIPS
    )


@cache
def _common_squeezed() -> frozenset[str]:
    return frozenset(map(_squeezed, _names()))


def _squeezed(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", name.casefold())
