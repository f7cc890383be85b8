"""
Records that share a key of their publisher, and are told apart by number only: K, K-2, …

The numbers go by the order of the rows. So known meetings keep theirs by how they look: else
the row after one that went would get its calendar, and two that change places each other's.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from dataclasses import replace
from itertools import count
from re import fullmatch
from typing import Protocol, runtime_checkable

from importers._record_ids import id_of
from importers._source import Doubtful, Reading, Rejected, Unplaced, Withdrawn
from meetings.model import Meeting
from meetings.storage.meetings import Baseline

_Record = Meeting | Unplaced | Doubtful | Rejected
_Known = Mapping[str, Baseline]
_STRENGTHS = 4


@runtime_checkable
class Numbering(Protocol):
    """An importer of a format whose records may share a key."""

    NUMBERS_RECORDS: bool


def with_known_numbers(reading: Reading, known: _Known, *, source: str) -> Iterator[_Record]:
    """Yield the records under the ids that their meetings have in *known*, in their order."""
    records = list(reading)
    listed = {id_of(each, source): each for each in records if not isinstance(each, Withdrawn)}
    every = listed.keys() | known.keys()
    before, new_ids = defaultdict[str, list[str]](list), dict[str, str]()
    for id_ in known:
        before[_first(id_, every)].append(id_)
    families = defaultdict[str, dict[str, _Record]](dict)
    for id_, record in listed.items():
        families[_first(id_, every)][id_] = record
    for first, family in families.items():
        if len(family.keys() | set(before[first])) > 1:
            new_ids |= _matched(family, {id_: known[id_] for id_ in before[first]}, first)
    for each in records:
        id_ = id_of(each, source)
        yield _under(each, new_ids[id_]) if id_ in new_ids else each


def _first(id_: str, every: Set[str]) -> str:
    """Return the first of the ids that differ from this one by their number."""
    numbered = fullmatch(r"(.+)-[1-9]\d*", id_)
    return numbered[1] if numbered and numbered[1] in every else id_


def _matched(family: Mapping[str, _Record], known: _Known, first: str) -> dict[str, str]:
    """Return the id of each: that of a known meeting, else one that nobody has had."""
    living = [id_ for id_, each in known.items() if each.removed_at is None]
    if len(family) == len(living) == 1:
        return dict(zip(family, living, strict=True))  # it is meant, whatever has changed
    left = {id_: _looks(known[id_].meeting) for id_ in dict.fromkeys([*living, *known])}
    looks = {id_: _looks(_meeting(each)) for id_, each in family.items()}
    found = dict[str, str]()
    for strength in range(_STRENGTHS):
        for id_, look in looks.items():
            alike = (old for old, was in left.items() if was[strength:][:1] == look[strength:][:1])
            if look and id_ not in found and (same := next(alike, None)) is not None:
                found[id_] = same
                del left[same]
    unread = [id_ for id_, look in looks.items() if not look]
    found |= dict(zip(unread, left, strict=False))  # unknown are those that nothing looks like
    numbers = (first if number == 1 else f"{first}-{number}" for number in count(1))
    free = (id_ for id_ in numbers if id_ not in known)
    return found | {id_: next(free) for id_ in family if id_ not in found}


def _looks(meeting: Meeting | None) -> tuple[object, ...]:
    """Return what people know it by, the surest first; one that moves keeps all but one thing."""
    if meeting is None or meeting.schedule is None:
        return ()
    schedule, venue, online = meeting.schedule, meeting.venue, meeting.online
    day, hour = schedule.rules, schedule.start
    where = venue and (venue.name, venue.street, venue.town), online and online.url
    return (meeting.name.casefold(), day, hour, where), (day, hour), (day, where), (hour, where)


def _meeting(record: _Record) -> Meeting | None:
    if isinstance(record, Rejected):
        return None
    return record if isinstance(record, Meeting) else record.meeting


def _under(record: _Record, id_: str) -> _Record:
    if isinstance(record, Rejected):
        return replace(record, key=id_.partition(":")[2])
    if isinstance(record, Meeting):
        return replace(record, id=id_)
    return replace(record, meeting=replace(record.meeting, id=id_))
