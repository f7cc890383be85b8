"""A whole list as read, located and corrected by the operator; still nothing is stored."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol, runtime_checkable

from importers._locate import AddressFinder, Ladder, PlaceFinder, ladder, locate, oddity
from importers._overrides import Overrides, apply_override
from importers._people import people_left_out
from importers._privacy import NOT_SHOWN
from importers._raw import Unread, unread
from importers._source import (
    Doubtful,
    Importer,
    Payloads,
    Rejected,
    Source,
    Unplaced,
    Withdrawn,
)
from meetings.model import Accuracy, Meeting, Point

_NULL_ISLAND = Point(0, 0)
_ROUGH = (None, Accuracy.POSTCODE, Accuracy.LOCALITY, Accuracy.REGION)
_ODD_LENGTH = dt.timedelta(hours=12)
_NOTHING_KNOWN: Mapping[str, str] = MappingProxyType({})

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
) -> Listed:
    """
    Read, locate and correct a list. Takes CPU, not I/O.

    Args:
        addresses: the venue addresses that an operator's geocoder has answered.
        known: the ids of unchanged raw records by digest; what is overridden is read all the same.

    Raises:
        UnknownFormat: if a payload is broken.
    """
    usable = {digest: id_ for digest, id_ in known.items() if id_ not in overrides}
    asked = "addresses" if addresses else ""
    left = unread(importer, payloads, source, known=usable, ladder=asked)
    records, doubts = _records(importer, left, source)
    if not left.unchanged.isdisjoint(_id(record, source) for record in records):
        # an old record and a newer one of the same meeting: only the whole list can tell
        left = unread(importer, payloads, source, known={}, ladder=asked)
        records, doubts = _records(importer, left, source)
    rungs = ladder(places, addresses)
    results = [_result(record, source, rungs, overrides, now) for record in records]
    odd = _Oddities(records, results, doubts, corrected=overrides.keys())
    read_each_time = odd.ids | overrides.keys() | (_roughly_placed(results) if addresses else set())
    rejected = [result for result in results if isinstance(result, Rejected)]
    points = [record.point for record in records if isinstance(record, Meeting) and record.point]
    notices = importer.notices(payloads, now=now) if isinstance(importer, Noticing) else []
    return Listed(
        meetings={result.id: result for result in results if isinstance(result, Meeting)},
        unchanged=left.unchanged,
        hourless=frozenset(id_ for id_, each in doubts.items() if each.is_hourless),
        raw_digests=_raw_digests(left, results, read_each_time=read_each_time),
        rejected=rejected,
        withdrawn={f"{source.id}:{each.key}" for each in rejected if isinstance(each, Withdrawn)},
        taken_down={id_ for id_, override in overrides.items() if override.is_taken_down(now)},
        read=len(records) + len(left.unchanged),
        with_point=len(points),
        at_null_island=points.count(_NULL_ISLAND),
        warnings=(
            *notices,
            *odd.sentences(),
            *people_left_out(payloads, with_passcodes=source.publish_passcodes),
        ),
    )


def _records(
    importer: Importer, left: Unread, source: Source
) -> tuple[list[_Record], dict[str, Doubtful]]:
    """Return the records, and by id what is in doubt about some."""
    if left.unchanged and not left.digests:
        return [], {}  # nothing has changed at all
    records = list[_Record]()
    doubts = dict[str, Doubtful]()
    for read in importer.read(left.payloads, source):
        record = read
        if isinstance(record, Doubtful):
            doubts[record.meeting.id] = record
            record = record.meeting
        records.append(record)
    return records, doubts


def _id(record: _Record, source: Source) -> str:
    if isinstance(record, Rejected):
        return f"{source.id}:{record.key}"
    return record.meeting.id if isinstance(record, Unplaced) else record.id


def _result(
    record: _Record, source: Source, rungs: Ladder, overrides: Overrides, now: dt.datetime
) -> Meeting | Rejected:
    if isinstance(record, Rejected):
        return record
    meeting = record.meeting if isinstance(record, Unplaced) else record
    override = overrides.get(meeting.id)
    if override is None:
        return locate(record, source, rungs)
    if override.is_taken_down(now):
        return Withdrawn(meeting.id.partition(":")[2], "taken down by the operator")
    located = locate(record, source, rungs, timezone=override.timezone)
    if isinstance(located, Rejected):
        return located
    return apply_override(located, override, now=now)


def _raw_digests(
    left: Unread, results: Sequence[Meeting | Rejected], *, read_each_time: set[str]
) -> dict[str, str]:
    """
    Return the digests by which the next list may leave these meetings unread.

    Not of those that the report has to tell of each time, nor where an importer did not yield
    one result for each record.
    """
    if len(left.digests) != len(results):
        return {}
    return {
        result.id: digest
        for result, digest in zip(results, left.digests, strict=True)
        if isinstance(result, Meeting) and result.id not in read_each_time
    }


def _roughly_placed(results: Sequence[Meeting | Rejected]) -> set[str]:
    """Return the meetings for which a geocoder may have an answer the next time."""
    return {
        result.id
        for result in results
        if isinstance(result, Meeting) and result.is_in_person and result.accuracy in _ROUGH
    }


class _Oddities:
    """What a report tells of single records, counted, with the first of each kind."""

    def __init__(
        self,
        records: Sequence[_Record],
        results: Sequence[Meeting | Rejected],
        doubts: Mapping[str, Doubtful],
        *,
        corrected: Collection[str],
    ) -> None:
        self._by_kind: dict[str, list[str]] = defaultdict(list)
        self._not_shown: dict[str, int] = {}
        for record, result in zip(records, results, strict=True):
            if isinstance(result, Meeting):
                if isinstance(record, Meeting) and result.id not in corrected:
                    self._note(_of_coordinates(oddity(record, result)), result.id)
                self._note(_of_length(result), result.id)
                if result.id in doubts:
                    self._note(doubts[result.id].remark, result.id)
                if count := _not_shown(result):
                    self._not_shown[result.id] = count

    @property
    def ids(self) -> set[str]:
        return {*self._not_shown, *(id_ for ids in self._by_kind.values() for id_ in ids)}

    def sentences(self) -> list[str]:
        said = [
            f"{kind.format(meetings=f'{len(ids)} meetings')}, the first is {ids[0]}"
            for kind, ids in self._by_kind.items()
        ]
        if count := sum(self._not_shown.values()):
            said.append(f"left {count} persons, telephone numbers or e-mail addresses out of texts")
        return said

    def _note(self, kind: str, id_: str) -> None:
        if kind:
            self._by_kind[kind].append(id_)


def _of_coordinates(kind: str) -> str:
    return f"coordinates of {{meetings}} {kind}" if kind else ""


def _of_length(meeting: Meeting) -> str:
    """Return what to tell of a length that is legal and seldom meant (bmlt.md 2.5)."""
    schedule = meeting.schedule
    is_odd = schedule is not None and (schedule.duration or _ODD_LENGTH) > _ODD_LENGTH
    return "{meetings} last more than 12 hours" if is_odd else ""


def _not_shown(meeting: Meeting) -> int:
    count = meeting.notes.count(NOT_SHOWN)
    if meeting.venue is not None:
        count += meeting.venue.directions.count(NOT_SHOWN)
    if meeting.online is not None:
        count += meeting.online.notes.count(NOT_SHOWN)
    return count
