"""Which meetings have the properties that a search asks for, wherever and whenever they are."""

import datetime as dt
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from meetings.fellowships import fellowship
from meetings.formats import DEFAULT_ADMISSIONS, FAMILY_ADMISSIONS, searched_as
from meetings.model import Meeting, Schedule
from meetings.recurrence import next_occurrence, occurrences
from meetings.search import Search

Mask = NDArray[np.bool_]

_NO_ROWS = np.empty(0, dtype=np.int64)  # an empty tuple would mean every row


class Matcher:
    """Postings: for each kind and value, the rows of the meetings that hold it."""

    def __init__(self, meetings: Sequence[Meeting]) -> None:
        self._meetings = meetings
        postings: dict[tuple[str, str], list[int]] = defaultdict(list)
        for row, meeting in enumerate(meetings):
            for kind, value in _properties(meeting):
                postings[kind, value].append(row)
        self._postings = {key: np.array(rows, dtype=np.int64) for key, rows in postings.items()}
        self._texts = [_searchable(meeting) for meeting in meetings]
        self._start_minutes = np.array(
            [_start_minute(m.schedule) for m in meetings], dtype=np.int16
        )

    def counts(self, kind: str) -> Mapping[str, int]:
        return {value: len(rows) for (k, value), rows in self._postings.items() if k == kind}

    def mask(self, search: Search, *, now: dt.datetime) -> Mask:
        """Return one truth value a meeting: whether it has all that *search* asks for."""
        mask = self._is_admitted(search)
        for kind, values in (
            ("fellowship", search.fellowships),
            ("venue", search.venue_types),
            ("language", search.languages),
        ):
            if values:
                mask &= self._any(kind, values)
        for code in search.formats:
            mask &= self._any("format", searched_as(code))
        if search.online:
            mask &= self._any("online", ["yes"])
        if search.text:
            mask &= self._has_words(search.text, mask)
        return self._at_the_hour(search, mask, now)

    def _any(self, kind: str, values: Iterable[str]) -> Mask:
        mask = np.zeros(len(self._meetings), dtype=np.bool_)
        for value in values:
            mask[self._postings.get((kind, value), _NO_ROWS)] = True
        return mask

    def _is_admitted(self, search: Search) -> Mask:
        """Leave family groups out unless asked for, and let nothing else in when they are."""
        mask = self._any("admission", search.admissions or DEFAULT_ADMISSIONS)
        if not search.admissions & FAMILY_ADMISSIONS:
            mask &= ~self._any("family", ["yes"])
        return mask

    def _has_words(self, text: str, candidates: Mask) -> Mask:
        words = fold(text).split()
        mask = np.zeros(len(self._meetings), dtype=np.bool_)
        for row in np.flatnonzero(candidates):
            mask[row] = all(word in self._texts[row] for word in words)
        return mask

    def _at_the_hour(self, search: Search, mask: Mask, now: dt.datetime) -> Mask:
        if not search.weekdays and search.after is None and search.before is None:
            return mask
        is_own_clock = mask.copy()
        if search.weekdays:
            is_own_clock &= self._any("weekday", [str(day) for day in search.weekdays])
        is_own_clock &= self._is_in_window(search)
        if search.timezone is None:
            return is_own_clock
        for row in np.flatnonzero(mask & self._any("venue", ["online"])):
            is_own_clock[row] = _suits_viewer(self._meetings[int(row)].schedule, search, now)
        return is_own_clock

    def _is_in_window(self, search: Search) -> Mask:
        minutes = self._start_minutes
        earliest = _minute(search.after) if search.after else 0
        latest = _minute(search.before) if search.before else 24 * 60 - 1
        after, before = minutes >= earliest, minutes <= latest
        in_window = (after & before) if earliest <= latest else (after | before)
        return np.asarray(in_window & (minutes >= 0))


def fold(text: str) -> str:
    """Return *text* without case and accents, for comparing what people type."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _properties(meeting: Meeting) -> Iterable[tuple[str, str]]:
    yield "fellowship", meeting.fellowship
    yield "venue", meeting.venue_type
    yield "admission", meeting.admission
    if meeting.is_online:
        yield "online", "yes"
    if meeting.admission in FAMILY_ADMISSIONS or fellowship(meeting.fellowship).is_family:
        yield "family", "yes"
    for code in meeting.formats:
        yield "format", code
    for language in meeting.languages:
        yield "language", language
    if meeting.schedule is not None:
        for rule in meeting.schedule.rules:
            yield "weekday", str(rule.weekday)


def _searchable(meeting: Meeting) -> str:
    venue = meeting.venue
    place = (venue.name, venue.district, venue.town, venue.postal_code) if venue else ()
    return fold(" ".join((meeting.name, meeting.group, *place, meeting.notes)))


def _minute(time: dt.time) -> int:
    return time.hour * 60 + time.minute


def _start_minute(schedule: Schedule | None) -> int:
    return -1 if schedule is None else _minute(schedule.start)


def _suits_viewer(schedule: Schedule | None, search: Search, now: dt.datetime) -> bool:
    """Say whether an online meeting falls on the days and hours asked, by the viewer's clock."""
    if schedule is None or schedule.timezone is None or search.timezone is None:
        return False
    coming = list(occurrences(schedule, since=now, until=now + dt.timedelta(days=7)))
    upcoming = coming or [o for o in [next_occurrence(schedule, now=now)] if o is not None]
    starts = [occurrence.start.astimezone(search.timezone) for occurrence in upcoming]
    return any(
        (not search.weekdays or start.isoweekday() in search.weekdays)
        and is_in_window(start.time(), search.after, search.before)
        for start in starts
    )


def is_in_window(time: dt.time, after: dt.time | None, before: dt.time | None) -> bool:
    """Say whether *time* lies in a window that may wrap midnight; both ends belong to it."""
    earliest, latest = after or dt.time.min, before or dt.time.max
    if earliest <= latest:
        return earliest <= time <= latest
    return time >= earliest or time <= latest
