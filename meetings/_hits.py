"""Meetings as a search shows them, with what depends on now."""

import datetime as dt
import itertools
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from meetings._columns import Columns
from meetings._documents import Documents, meeting_of
from meetings.geo import Floats
from meetings.model import Meeting, Occurrence, Schedule
from meetings.recurrence import next_occurrence, plain_occurrence
from meetings.search import Hit
from meetings.timetable import NEVER, Moment

Rows = NDArray[np.int64]

_DECODED_MOST = 4096  # meetings kept as they were read last


class Hits:
    """The meetings of a catalogue, read when they are asked for."""

    def __init__(self, columns: Columns, documents: Documents) -> None:
        self._classes = columns.classes
        self._documents = documents
        self._decoded: dict[int, Meeting] = {}
        self._occurrences: dict[int, Occurrence | None] = {}  # by class, in the moment beside it
        self._occurrences_in: Moment | None = None

    def meeting(self, document: int) -> Meeting:
        found = self._decoded.get(document)
        if found is None:
            if len(self._decoded) >= _DECODED_MOST:
                self._decoded.clear()
            found = self._decoded[document] = meeting_of(*self._documents.read([document]))
        return found

    def forget(self) -> None:
        """Let go of the meetings that were read, one by one: at once it would hold others up."""
        for document in list(self._decoded):
            self._decoded.pop(document, None)

    def of(
        self, rows: Rows, kilometres: Floats | None, moment: Moment, now: dt.datetime
    ) -> Iterator[Hit]:
        """Yield the meetings of *rows*; a distance that is no number is none."""
        seconds = now.timestamp()
        starts, following = moment.starts.data, moment.following.data  # numpy is slow at one value
        for which, group, km in zip(
            rows.tolist(),
            self._classes.take(rows).tolist(),
            itertools.repeat(None) if kilometres is None else kilometres.tolist(),
            strict=False,
        ):
            meeting, start = self.meeting(which), starts[group]
            yield Hit(
                meeting=meeting,
                distance_km=None if km != km else km,  # nan
                occurrence=self._occurrence(meeting.schedule, moment, group, now),
                is_on_now=start <= seconds,
                next_start=_instant(start if start >= seconds else following[group]),
            )

    def _occurrence(
        self, schedule: Schedule | None, moment: Moment, group: int, now: dt.datetime
    ) -> Occurrence | None:
        """Return the running or next occurrence, which is one for all of a class and moment."""
        if self._occurrences_in is not moment:
            self._occurrences_in = moment
            self._occurrences.clear()
        if group not in self._occurrences:
            self._occurrences[group] = _occurrence_at(moment.starts.item(group), schedule, now)
        return self._occurrences[group]


def hit_alone(meeting: Meeting, *, now: dt.datetime) -> Hit:
    """Return what no search finds: it is not listed, or another entry stands for it."""
    schedule = meeting.schedule
    if not meeting.is_listed or schedule is None or schedule.timezone is None:
        return Hit(meeting=meeting)
    current = coming = next_occurrence(schedule, now=now)
    while coming is not None and coming.start < now:
        coming = next_occurrence(schedule, now=coming.end)
    return Hit(
        meeting=meeting,
        occurrence=current,
        is_on_now=current is not None and current.start <= now,
        next_start=coming.start.astimezone(dt.UTC) if coming else None,
    )


def _occurrence_at(start: int, schedule: Schedule | None, now: dt.datetime) -> Occurrence | None:
    if schedule is None or start == NEVER:
        return None
    return plain_occurrence(schedule, start) or next_occurrence(schedule, now=now)


def _instant(seconds: int) -> dt.datetime | None:
    return None if seconds == NEVER else dt.datetime.fromtimestamp(seconds, dt.UTC)
