"""A whole list as read, located and corrected by the operator; still nothing is stored."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from importers._locate import PlaceFinder, locate
from importers._overrides import Override, Overrides, apply_override
from importers._privacy import NOT_SHOWN
from importers._source import Importer, Payloads, Rejected, Source, Unplaced, Withdrawn
from meetings.model import Meeting, Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """
    What one list holds.

    *withdrawn* are the ids that the source took back, *taken_down* those the operator did; their
    records are among the rejected, but tell of no fault.
    """

    meetings: dict[str, Meeting]
    rejected: list[Rejected]
    withdrawn: set[str]
    taken_down: set[str]
    read: int
    with_point: int  # records that came with coordinates
    at_null_island: int  # and of these, with 0,0
    warnings: tuple[str, ...]


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
) -> Listed:
    """Read, locate and correct a list. Takes CPU, not I/O. Raises UnknownFormat."""
    records = list(importer.read(payloads, source))
    results = [_result(record, source, places, overrides, now) for record in records]
    meetings = {result.id: result for result in results if isinstance(result, Meeting)}
    rejected = [result for result in results if isinstance(result, Rejected)]
    points = [record.point for record in records if isinstance(record, Meeting) and record.point]
    notices = importer.notices(payloads, now=now) if isinstance(importer, Noticing) else []
    return Listed(
        meetings=meetings,
        rejected=rejected,
        withdrawn={f"{source.id}:{each.key}" for each in rejected if isinstance(each, Withdrawn)},
        taken_down={id_ for id_, override in overrides.items() if override.is_taken_down(now)},
        read=len(records),
        with_point=len(points),
        at_null_island=points.count(Point(0, 0)),
        warnings=(*notices, *_moved_points(records, meetings), *_not_shown(meetings.values())),
    )


def _result(
    record: Meeting | Unplaced | Rejected,
    source: Source,
    places: PlaceFinder,
    overrides: Overrides,
    now: dt.datetime,
) -> Meeting | Rejected:
    if isinstance(record, Rejected):
        return record
    meeting = record.meeting if isinstance(record, Unplaced) else record
    override = overrides.get(meeting.id, Override())
    if override.is_taken_down(now):
        return Withdrawn(meeting.id.partition(":")[2], "taken down by the operator")
    located = locate(record, source, places, timezone=override.timezone)
    if isinstance(located, Rejected):
        return located
    return apply_override(located, override, now=now)


def _moved_points(
    records: Iterable[Meeting | Unplaced | Rejected], meetings: dict[str, Meeting]
) -> list[str]:
    moved = [
        record.id
        for record in records
        if isinstance(record, Meeting)
        and record.point is not None
        and record.is_in_person
        and record.id in meetings
        and meetings[record.id].point != record.point
    ]
    if not moved:
        return []
    return [f"coordinates of {len(moved)} meetings cannot be right, the first is {moved[0]}"]


def _not_shown(meetings: Iterable[Meeting]) -> list[str]:
    texts = (
        (
            meeting.notes,
            meeting.venue.directions if meeting.venue else "",
            meeting.online.notes if meeting.online else "",
        )
        for meeting in meetings
    )
    count = sum(text.count(NOT_SHOWN) for group in texts for text in group)
    return [f"left {count} telephone numbers or e-mail addresses out of texts"] if count else []
