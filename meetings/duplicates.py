"""
One meeting that two publishers list: one entry is shown, the other is kept behind it.

A view, made anew with every catalogue: nothing is stored, linked or deleted for it, so the order
in which lists were imported does not matter (reliability.md 2.5). Entries are the same meeting
only within a fellowship, from different sources, on the same days at the same hour, at the same
place or link, and with names that agree; to hide a meeting wrongly is worse than to show it
twice.
"""

import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from meetings.model import Accuracy, Meeting, Point

SAME_PLACE_WITHIN_KM = 0.2
NAMES_AGREE_FROM = 0.5  # more than this share of the shorter name's words

_CELL_DEGREES = 0.01  # of the net in which places near each other are looked for
_KM_PER_DEGREE = 111.2
_PRECISE = (Accuracy.EXACT, Accuracy.STREET)
# Words of names by which no two meetings are told apart.
_FILLERS = frozenset({"a", "aa", "an", "and", "at", "closed", "group", "in", "meeting", "na"}) | {
    *("of", "on", "online", "open", "the", "zoom")
}

_NETS = {"net 1": (0, 0), "net 2": (0, 1), "net 3": (1, 0), "net 4": (1, 1)}

Key = tuple[object, ...]


def hidden_duplicates(meetings: Iterable[Meeting], *, precedence: Sequence[str] = ()) -> set[str]:
    """Return the ids of listed meetings that another listed entry stands for."""
    return set(shown_instead(meetings, precedence=precedence))


def shown_instead(
    meetings: Iterable[Meeting], *, precedence: Sequence[str] = ()
) -> Mapping[str, str]:
    """
    Return the id of the entry that is shown for each hidden one.

    Sources in *precedence* are shown first, in this order, then the others by their ids. One
    entry stands for at most one of each other source: two rooms of a house stay two.
    """
    listed = [meeting for meeting in meetings if meeting.is_listed and meeting.schedule]
    if len({meeting.source for meeting in listed}) < 2:
        return {}
    order = {source: place for place, source in enumerate(precedence)}
    listed.sort(key=lambda m: (order.get(m.source, len(order)), m.source, m.id))
    shown: dict[Key, list[Meeting]] = defaultdict(list)
    instead: dict[str, str] = {}
    taken: set[tuple[str, str]] = set()  # an entry, and a source of which it stands for one
    for meeting in listed:
        candidates = {m.id: m for key in keys_of(meeting) for m in shown.get(key, ())}
        same = next(
            (
                each
                for each in candidates.values()
                if (each.id, meeting.source) not in taken and _is_same(each, meeting)
            ),
            None,
        )
        if same is not None:
            instead[meeting.id] = same.id
            taken.add((same.id, meeting.source))
            continue
        for key in keys_of(meeting):
            shown[key].append(meeting)
    return instead


def hour_of(meeting: Meeting) -> int:
    """Return a number that all entries of one meeting share: of whose it is, and when."""
    schedule = meeting.schedule
    return hash((meeting.fellowship, schedule and schedule.start, schedule and schedule.rules))


def keys_of(meeting: Meeting) -> Iterator[Key]:
    """
    Yield keys of which two entries of one meeting share one at least; each begins with its kind.

    A place stands in four nets whose meshes are two cells wide and shifted by one cell: whatever
    is less than a cell apart shares a mesh of one of them.
    """
    schedule, venue, point = meeting.schedule, meeting.venue, meeting.point
    if schedule is None:
        return
    hour = hour_of(meeting)
    if meeting.is_in_person and point is not None and meeting.accuracy in _PRECISE:
        row, column = _cell(point)
        for net, (up, right) in _NETS.items():
            yield net, hour, (row + up) // 2, (column + right) // 2
    if meeting.is_in_person and venue is not None and venue.street:
        town = _comparable(venue.postal_code or venue.town)
        yield "street", hour, _comparable(venue.street), town
    if meeting.online is not None and meeting.online.url:
        zone = schedule.timezone.key if schedule.timezone else ""
        yield "link", hour, zone, _link(meeting.online.url)


def _is_same(one: Meeting, other: Meeting) -> bool:
    return (
        one.source != other.source
        and one.fellowship == other.fellowship
        and one.venue_type is other.venue_type
        and not _is_apart(one, other)
        and _names_agree(one.name, other.name)
    )


def _is_apart(one: Meeting, other: Meeting) -> bool:
    """Say whether both places are known well, and differ."""
    if one.point is None or other.point is None:
        return False
    if one.accuracy not in _PRECISE or other.accuracy not in _PRECISE:
        return False
    north = (one.point.latitude - other.point.latitude) * _KM_PER_DEGREE
    turn = (one.point.longitude - other.point.longitude + 180) % 360 - 180
    east = turn * _KM_PER_DEGREE * math.cos(math.radians(one.point.latitude))
    return math.hypot(north, east) > SAME_PLACE_WITHIN_KM


def _names_agree(one: str, other: str) -> bool:
    first, second = _words(one), _words(other)
    if not first or not second:
        return _comparable(one) == _comparable(other)
    return len(first & second) > NAMES_AGREE_FROM * min(len(first), len(second))


def _words(name: str) -> set[str]:
    folded = unicodedata.normalize("NFKC", name).casefold()
    return set(re.findall(r"\w+", folded)) - _FILLERS


def _comparable(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())


def _link(url: str) -> str:
    """Return what two spellings of a link share: pass codes stand in queries."""
    parts = urlsplit(url)
    return f"{(parts.hostname or '').removeprefix('www.')}{parts.path.rstrip('/')}"


def _cell(point: Point) -> tuple[int, int]:
    return math.floor(point.latitude / _CELL_DEGREES), math.floor(point.longitude / _CELL_DEGREES)
