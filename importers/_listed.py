"""A whole list as read, located and corrected by the operator; still nothing is stored."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from types import MappingProxyType
from typing import Protocol, runtime_checkable

from importers._ended import has_ended
from importers._locate import AddressFinder, Ladder, PlaceFinder, is_null_island, ladder, locate
from importers._names_and_places import without_people_in_places
from importers._numbered import Numbering, with_known_numbers
from importers._oddities import Oddities
from importers._overrides import Overrides, apply_override, override_of, taken_down
from importers._people import people_left_out
from importers._raw import Unread, unread
from importers._record_ids import id_of
from importers._source import (
    Doubtful,
    Importer,
    Payloads,
    Rejected,
    Source,
    Unplaced,
    Withdrawn,
)
from meetings.model import Accuracy, Meeting
from meetings.storage.meetings import Baseline

# Records that are read before they are located: few enough to be at hand still, and so many that
# the processor does one thing at a time. Single ones, and all at once, take a tenth longer.
_AT_ONCE = 1_000
_ROUGH = (None, Accuracy.POSTCODE, Accuracy.LOCALITY, Accuracy.REGION)
_NOTHING_KNOWN: Mapping[str, str] = MappingProxyType({})
_NOBODY_KNOWN: Mapping[str, Baseline] = MappingProxyType({})

_Record = Meeting | Unplaced | Rejected


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """
    What one list holds.

    *meetings* are those that were read; the records of the *unchanged* ids are as they were in
    the last accepted list. *withdrawn* are the ids that the source took back, *taken_down* those
    the operator did; their records are among the rejected, but tell of no fault.
    """

    meetings: dict[str, Meeting]
    unchanged: frozenset[str] = frozenset()
    hourless: frozenset[str] = frozenset()  # of the meetings: an hour is given, and unreadable
    raw_digests: dict[str, str] = field(default_factory=dict)  # of meetings, for the next list
    rejected: list[Rejected]
    withdrawn: set[str]
    taken_down: set[str]
    read: int
    with_point: int  # records read that came with coordinates
    at_null_island: int  # and of these, with 0,0
    warnings: tuple[str, ...]

    @property
    def count(self) -> int:
        """Return how many usable meetings the list holds."""
        return len(self.meetings) + len(self.unchanged)


@runtime_checkable
class Noticing(Protocol):
    """An importer that can tell what is odd about a payload, though it can be read."""

    def notices(self, payloads: Payloads, *, now: dt.datetime) -> list[str]:
        """Return a sentence for each oddity."""


def read_list(
    source: Source,
    payloads: Payloads,
    *,
    importer: Importer,
    places: PlaceFinder,
    overrides: Overrides,
    now: dt.datetime,
    addresses: AddressFinder | None = None,
    known: Mapping[str, str] = _NOTHING_KNOWN,
    before: Mapping[str, Baseline] = _NOBODY_KNOWN,
) -> Listed:
    """
    Read, locate and correct a list. Takes CPU, not I/O.

    Args:
        addresses: the venue addresses that an operator's geocoder has answered.
        known: the ids of unchanged raw records by digest; what is overridden is read all the same.
        before: the known meetings, whose ids those stay where records share a key.

    Raises:
        UnknownFormat: if a payload is broken.
    """
    usable = {digest: id_ for digest, id_ in known.items() if id_ not in overrides}
    asked = "addresses" if addresses else ""
    left = unread(importer, payloads, source, known=usable, ladder=asked)
    result_of = partial(
        _result, source=source, rungs=ladder(places, addresses), overrides=overrides, now=now
    )
    read = _read(importer, left, source, overrides, before, result_of)
    if not left.unchanged.isdisjoint(id_of(result, source.id) for result in read.results):
        # an old record and a newer one of the same meeting: only the whole list can tell
        left = unread(importer, payloads, source, known={}, ladder=asked)
        read = _read(importer, left, source, overrides, before, result_of)
    results, odd = read.results, read.odd
    read_each_time = odd.ids | overrides.keys() | (_roughly_placed(results) if addresses else set())
    rejected = [result for result in results if isinstance(result, Rejected)]
    notices = importer.notices(payloads, now=now) if isinstance(importer, Noticing) else []
    return Listed(
        meetings={result.id: result for result in results if isinstance(result, Meeting)},
        unchanged=left.unchanged,
        hourless=frozenset(read.hourless),
        raw_digests=_raw_digests(left, results, read_each_time=read_each_time),
        rejected=rejected,
        withdrawn={id_of(each, source.id) for each in rejected if isinstance(each, Withdrawn)},
        taken_down=set(taken_down(overrides, now)),
        read=len(results) + len(left.unchanged),
        with_point=read.with_point,
        at_null_island=read.at_null_island,
        warnings=(
            *notices,
            *odd.sentences(),
            *people_left_out(payloads, with_passcodes=source.publish_passcodes),
        ),
    )


@dataclass(slots=True)
class _Read:
    """What came of each record, in the order of the list, and what is to be told of them."""

    results: list[Meeting | Rejected] = field(default_factory=list)
    odd: Oddities = field(default_factory=Oddities)
    hourless: set[str] = field(default_factory=set)
    with_point: int = 0
    at_null_island: int = 0

    def look_at(
        self, read: _Record | Doubtful, result: Meeting | Rejected, *, is_corrected: bool
    ) -> None:
        record, doubt = (read.meeting, read.remark) if isinstance(read, Doubtful) else (read, "")
        if isinstance(read, Doubtful) and read.is_hourless:
            self.hourless.add(read.meeting.id)
        given = record if isinstance(record, Meeting) else None
        if given is not None and given.point is not None:
            self.with_point += 1
            self.at_null_island += is_null_island(given.point)
        if isinstance(result, Meeting):
            self.odd.look_at(result, given=None if is_corrected else given, doubt=doubt)


def _read(
    importer: Importer,
    left: Unread,
    source: Source,
    overrides: Overrides,
    before: Mapping[str, Baseline],
    result_of: Callable[[_Record], Meeting | Rejected],
) -> _Read:
    """Read, locate and look at some records after the other, as long as they are at hand."""
    found = _Read()
    if left.unchanged and not left.digests:
        return found  # nothing has changed at all
    reading = importer.read(left.payloads, source)
    if isinstance(importer, Numbering):
        reading = with_known_numbers(reading, before, source=source.id)
    while records := list(islice(reading, _AT_ONCE)):
        results = [
            result_of(each.meeting if isinstance(each, Doubtful) else each) for each in records
        ]
        for record, result in zip(records, results, strict=True):
            override = override_of(id_of(result, source.id), overrides)
            found.look_at(record, result, is_corrected=override is not None)
        found.results += results
    return found


def _result(
    record: _Record, *, source: Source, rungs: Ladder, overrides: Overrides, now: dt.datetime
) -> Meeting | Rejected:
    if isinstance(record, Rejected):
        return record
    meeting = without_people_in_places(record.meeting if isinstance(record, Unplaced) else record)
    record = replace(record, meeting=meeting) if isinstance(record, Unplaced) else meeting
    override = override_of(meeting.id, overrides)
    if override is None:
        return _unless_ended(locate(record, source, rungs), now)
    if override.is_taken_down(now):
        return Withdrawn(meeting.id.partition(":")[2], "taken down by the operator")
    located = locate(record, source, rungs, timezone=override.timezone)
    if isinstance(located, Rejected):
        return located
    return _unless_ended(apply_override(located, override, now=now), now)


def _unless_ended(result: Meeting | Rejected, now: dt.datetime) -> Meeting | Rejected:
    if isinstance(result, Rejected) or not has_ended(result.schedule, now=now):
        return result
    until = result.schedule.until if result.schedule else None
    return Withdrawn(result.id.partition(":")[2], f"ended on {until}")


def _raw_digests(
    left: Unread, results: Sequence[Meeting | Rejected], *, read_each_time: set[str]
) -> dict[str, str]:
    """
    Return the digests by which the next list may leave these meetings unread.

    Not of those that the report has to tell of each time or that end one day, nor where an
    importer did not yield one result for each record.
    """
    if len(left.digests) != len(results):
        return {}
    return {
        result.id: digest
        for result, digest in zip(results, left.digests, strict=True)
        if isinstance(result, Meeting) and result.id not in read_each_time and not _ends(result)
    }


def _ends(meeting: Meeting) -> bool:
    return meeting.schedule is not None and meeting.schedule.until is not None


def _roughly_placed(results: Sequence[Meeting | Rejected]) -> set[str]:
    """Return the meetings for which a geocoder may have an answer the next time."""
    return {
        result.id
        for result in results
        if isinstance(result, Meeting) and result.is_in_person and result.accuracy in _ROUGH
    }
