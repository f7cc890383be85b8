"""When a meeting takes place: the occurrences of a schedule, by the clock on its wall."""

import datetime as dt
import heapq
from collections.abc import Iterator

from meetings._rules import (
    Series,
    dates_of,
    few_series,
    first_date_of,
    in_words,
    previous_date_of,
    rrules,
    series,
)
from meetings.model import ASSUMED_DURATION, Occurrence, Rule, Schedule, ScheduleException

__all__ = [
    "Series",
    "dates",
    "few_series",
    "first_date_of",
    "first_occurrence",
    "in_words",
    "next_occurrence",
    "occurrence_on",
    "occurrences",
    "plain_occurrence",
    "rrules",
    "series",
    "spans_clock_change",
]

LONGEST_LOOK_AHEAD = dt.timedelta(days=400)
# An occurrence ends at most 24 h after its start, which a gap in the clocks can put off by hours.
_LONGEST_OVERHANG = dt.timedelta(days=2)


def occurrences(
    schedule: Schedule, *, since: dt.datetime, until: dt.datetime
) -> Iterator[Occurrence]:
    """
    Return those that end after *since* and start before *until*, ordered by start.

    Cancelled ones are among them and say so; moved ones stand at their new time.

    Raises:
        ValueError: if nobody knows the schedule's zone.
    """
    zone, moved = schedule.timezone, _moved(schedule)
    if zone is None:
        raise ValueError("a schedule without a zone has no occurrences")
    since, until = since.astimezone(dt.UTC), until.astimezone(dt.UTC)
    nominal = dates(
        schedule,
        since=since.astimezone(zone).date() - _LONGEST_OVERHANG,
        until=until.astimezone(zone).date(),
    )
    in_place = (occurrence_on(schedule, on) for on in nominal if on not in moved)
    elsewhere = sorted((occurrence_on(schedule, on) for on in moved), key=_instant)
    merged = heapq.merge(in_place, elsewhere, key=_instant)
    return (found for found in merged if found.end > since and found.start < until)


def next_occurrence(schedule: Schedule, *, now: dt.datetime) -> Occurrence | None:
    """Return the first neither over nor cancelled, perhaps running; looks 400 days ahead."""
    ahead = occurrences(schedule, since=now, until=now + LONGEST_LOOK_AHEAD)
    return next((found for found in ahead if not found.is_cancelled), None)


def plain_occurrence(schedule: Schedule, starts_at: int) -> Occurrence | None:
    """
    Return the occurrence that is known to start at *starts_at*, in epoch seconds.

    None where more than that must be asked to tell its date and length: for a schedule with
    exceptions, and where the clocks skip its start or show it twice.
    """
    zone = schedule.timezone
    start = dt.datetime.fromtimestamp(starts_at, zone)
    if zone is None or schedule.exceptions or start.fold or start.time() != schedule.start:
        return None
    length = schedule.duration or ASSUMED_DURATION
    end = dt.datetime.fromtimestamp(starts_at + length.total_seconds(), zone)
    return Occurrence(on=start.date(), start=start, end=end)


def first_occurrence(schedule: Schedule, *, seen_on: dt.date) -> dt.date:
    """
    Return the date to store as `first_on` of a schedule that was first seen on *seen_on*.

    It lies on or after the later of 1 January of that year and the schedule's own `first_on`.
    One that spans a clock change gives way to the one before it in its rule, since calendar
    programs take its odd length for all that follow (calendar.md 5). `until` is not regarded.
    """
    since = max(dt.date(seen_on.year, 1, 1), schedule.first_on or dt.date.min)
    return min(_steady_date(schedule, rule, since) for rule in schedule.rules)


def dates(schedule: Schedule, *, since: dt.date, until: dt.date) -> Iterator[dt.date]:
    """Yield the dates that the rules give between *since* and *until*, exceptions not regarded."""
    first = max(since, schedule.first_on or since)
    last = min(until, schedule.until or until)
    return heapq.merge(*(dates_of(rule, since=first, until=last) for rule in schedule.rules))


def occurrence_on(schedule: Schedule, on: dt.date) -> Occurrence:
    """Return the occurrence of the nominal date *on*, cancelled or moved as the schedule says."""
    exception = next((each for each in schedule.exceptions if each.on == on), None)
    if exception is None:
        start, end = _span(schedule, on, schedule.start)
        return Occurrence(on=on, start=start, end=end)
    start, end = _span(schedule, exception.moved_on or on, exception.moved_start or schedule.start)
    return Occurrence(
        on=on,
        start=start,
        end=end,
        is_cancelled=exception.is_cancelled,
        is_moved=not exception.is_cancelled,
        reason=exception.reason,
    )


def spans_clock_change(schedule: Schedule, on: dt.date) -> bool:
    """Say whether the clocks change while it lasts, or skip its start."""
    nominal = dt.datetime.combine(on, schedule.start, schedule.timezone)
    start, end = _span(schedule, on, schedule.start)
    is_skipped = start.replace(tzinfo=None) != nominal.replace(tzinfo=None)
    return is_skipped or start.utcoffset() != end.utcoffset()


def _moved(schedule: Schedule) -> dict[dt.date, ScheduleException]:
    """Return the exceptions that move a date which the rules give."""
    return {
        exception.on: exception
        for exception in schedule.exceptions
        if not exception.is_cancelled
        and exception.on in dates(schedule, since=exception.on, until=exception.on)
    }


def _instant(occurrence: Occurrence) -> dt.datetime:
    """Return a key to sort by: times in one zone compare by the clock's hands, not by instants."""
    return occurrence.start.astimezone(dt.UTC)


def _steady_date(schedule: Schedule, rule: Rule, since: dt.date) -> dt.date:
    on = first_date_of(rule, since)
    while schedule.timezone is not None and spans_clock_change(schedule, on):
        on = previous_date_of(rule, on)
    return on


def _span(schedule: Schedule, on: dt.date, start: dt.time) -> tuple[dt.datetime, dt.datetime]:
    """
    Return start and end; the length is elapsed time, also across a clock change.

    A start that the clocks skip is read with the offset before the gap, so 02:30 becomes 03:30
    (RFC 5545 3.3.5); of a start that comes twice the first is meant. Both are fold 0.
    """
    begins_at = dt.datetime.combine(on, start, schedule.timezone).astimezone(dt.UTC)
    ends_at = begins_at + (schedule.duration or ASSUMED_DURATION)
    return begins_at.astimezone(schedule.timezone), ends_at.astimezone(schedule.timezone)
