"""The VEVENTs of one meeting: masters, overrides, single dates (calendar.md 3.2, 5, 6)."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from meetings import _words
from meetings._entries import alarm, called_off, shown
from meetings._ical import Property, raw_value, time_value, vevent
from meetings._look import Look
from meetings.model import (
    ASSUMED_DURATION,
    Meeting,
    Occurrence,
    Schedule,
    ScheduleException,
    Status,
)
from meetings.recurrence import (
    Series,
    dates,
    first_date_of,
    first_occurrence,
    occurrence_on,
    series,
    spans_clock_change,
)

_A_YEAR_AND_MORE = dt.timedelta(days=400)
_DAY = dt.timedelta(days=1)
PAUSE_FROM_DATES = 13  # cancelled in a row: so many are an end and a new beginning (calendar.md 5)
EXCEPTIONS_KEPT = dt.timedelta(days=60)  # before the last change of the meeting (calendar.md 6)
GONE_SHOWN = dt.timedelta(days=30)  # after the first date that did not take place (calendar.md 6)
_TO_SECONDS = "%Y%m%dT%H%M%S"

_Event = tuple[Sequence[Property], Sequence[Property]]  # with its alarm, if it has one


@dataclass(frozen=True, slots=True, kw_only=True)
class _Story:
    """What all VEVENTs of one meeting have in common."""

    meeting: Meeting
    look: Look
    schedule: Schedule  # with zone and first_on
    zone: ZoneInfo
    stamp: str
    gone_at: dt.datetime | None  # from when on it takes place no more
    exceptions_since: dt.date  # what was off or moved before it is no news any more
    horizon_on: dt.date


@dataclass(frozen=True, slots=True)
class _Master:
    """A series from the date of its DTSTART to its end or to a pause."""

    series: Series
    start_on: dt.date
    label: str
    until: dt.date | None = None

    def hits(self, on: dt.date) -> bool:
        is_in_time = self.start_on <= on and (self.until is None or on <= self.until)
        return is_in_time and self.series.hits(on)


def events(meeting: Meeting, look: Look, *, horizon_on: dt.date) -> bytes:
    """
    Return all VEVENTs of one meeting: the same bytes for the same meeting, look and year.

    Dates that no rule can say are written one by one to the end of the year after next, counted
    from the year of *horizon_on*. Without a schedule or a zone there are no VEVENTs.

    Raises:
        ValueError: if the meeting has no number or was never stamped, so nobody published it.
    """
    schedule = meeting.schedule
    if schedule is None or schedule.timezone is None:
        return b""
    story = _story(meeting, look, schedule, schedule.timezone, horizon_on)
    masters = list(_masters(story.schedule))
    dated = [found for master in masters for found in _recurring(story, master)]
    return b"".join(vevent(*found) for found in (*dated, *_single(story, masters)))


def leaves_on(meeting: Meeting) -> dt.date | None:
    """
    Return the day from which on nothing is written any more of a meeting that is over.

    That is 30 days after its last "cancelled" date; None where it goes on.
    """
    schedule, gone_at = meeting.schedule, _gone_at(meeting)
    if schedule is None or gone_at is None:
        return None
    gone_on = gone_at.astimezone(schedule.timezone or dt.UTC).date()
    rules = [rule for part in series(schedule) for rule in part.rules] or schedule.rules
    last_on = max(first_date_of(rule, gone_on + _DAY) for rule in rules)
    return min(last_on, max(schedule.until or last_on, gone_on)) + GONE_SHOWN


def _story(
    meeting: Meeting, look: Look, schedule: Schedule, zone: ZoneInfo, horizon_on: dt.date
) -> _Story:
    if meeting.number < 1 or meeting.changed_at is None:
        raise ValueError(f"a calendar needs a number and a stamp, {meeting.id} lacks one")
    first_on = schedule.first_on or first_occurrence(schedule, seen_on=horizon_on)
    return _Story(
        meeting=meeting,
        look=look,
        schedule=replace(schedule, first_on=first_on),
        zone=zone,
        stamp=_utc(meeting.changed_at),
        gone_at=_gone_at(meeting),
        exceptions_since=meeting.changed_at.astimezone(zone).date() - EXCEPTIONS_KEPT,
        horizon_on=dt.date(horizon_on.year + 2, 12, 31),
    )


def _gone_at(meeting: Meeting) -> dt.datetime | None:
    is_over = meeting.removed_at is not None or meeting.status is not Status.ACTIVE
    return (meeting.removed_at or meeting.changed_at) if is_over else None


def _masters(schedule: Schedule) -> Iterator[_Master]:
    """Yield the series, cut at its pauses, each from a date whose length is not odd."""
    first_on = schedule.first_on
    if first_on is None or first_on == schedule.until:
        return  # a schedule of one date is a single VEVENT, or Outlook refuses marathons
    for part in series(schedule):
        since, label = first_on, part.label
        for last_on, resumes_on in _pauses(schedule, part):
            if start_on := _steady_date(schedule, part, since, until=last_on):
                yield _Master(part, start_on, label, until=last_on)
            since, label = resumes_on, "-".join(filter(None, (part.label, f"{resumes_on:%Y%m%d}")))
        if start_on := _steady_date(schedule, part, since, until=since + _A_YEAR_AND_MORE):
            yield _Master(part, start_on, label)


def _steady_date(
    schedule: Schedule, part: Series, since: dt.date, *, until: dt.date
) -> dt.date | None:
    """Return the first date that spans no clock change: programs keep its odd length (5)."""
    ahead = dates(schedule, since=since, until=until)
    steady = (on for on in ahead if part.hits(on) and not spans_clock_change(schedule, on))
    return next(steady, None)


def _pauses(schedule: Schedule, part: Series) -> Iterator[tuple[dt.date, dt.date]]:
    """Yield the first date of each long pause, said to be off, and the date after its last."""
    run: list[dt.date] = []
    cancelled = {each.on for each in schedule.exceptions if each.is_cancelled}
    if len(cancelled) < PAUSE_FROM_DATES:
        return
    since, until = min(cancelled), max(cancelled) + _A_YEAR_AND_MORE
    for on in dates(schedule, since=since, until=until):
        if not part.hits(on):
            continue
        if on in cancelled:
            run.append(on)
            continue
        if len(run) >= PAUSE_FROM_DATES:
            yield run[0], on
        run = []


def _recurring(story: _Story, master: _Master) -> Iterator[_Event]:
    gone_on = _gone_on(story, master)
    last_on = gone_on or master.until or story.schedule.until
    head = _head_of_series(story, master, last_on)
    yield [*head, *shown(story.meeting, story.look)], _alarm(story, master.label)
    changed = {each.on for each in story.schedule.exceptions if _is_told(story, master, each)}
    for on in sorted(changed | ({gone_on} if gone_on else set())):
        if last_on is None or on <= last_on:
            yield _one(story, on, label=master.label, is_override=True)


def _is_told(story: _Story, master: _Master, exception: ScheduleException) -> bool:
    """Say whether an exception is one of this series and not long over, or the start of a pause."""
    if not master.hits(exception.on):
        return False
    last_on = max(exception.on, exception.moved_on or exception.on)
    return last_on >= story.exceptions_since or exception.on == master.until


def _gone_on(story: _Story, master: _Master) -> dt.date | None:
    """Return the first date that no longer takes place, if the meeting is over."""
    if story.gone_at is None:
        return None
    since = max(master.start_on, story.gone_at.astimezone(story.zone).date())
    ahead = dates(story.schedule, since=since, until=since + _A_YEAR_AND_MORE)
    return next((on for on in ahead if master.hits(on) and _is_gone(story, on)), None)


def _single(story: _Story, masters: list[_Master]) -> Iterator[_Event]:
    """Yield the dates that no master has: 5th weekdays, 4th beside last, one-off schedules."""
    first_on = story.schedule.first_on or story.horizon_on
    paused = [pause for part in series(story.schedule) for pause in _parted(story.schedule, part)]
    for on in dates(story.schedule, since=first_on, until=_single_until(story, masters)):
        is_paused = any(part.hits(on) and begin < on < end for part, begin, end in paused)
        if not is_paused and not any(master.hits(on) for master in masters):
            yield _one(story, on, label=f"{on:%Y%m%d}", is_override=False)


def _parted(schedule: Schedule, part: Series) -> Iterator[tuple[Series, dt.date, dt.date]]:
    return ((part, begin, end) for begin, end in _pauses(schedule, part))


def _single_until(story: _Story, masters: list[_Master]) -> dt.date:
    """Return the end of the dates to look at: from its start on a master of weeks has them all."""
    if masters and not any(rule.ordinals for rule in story.schedule.rules):
        return max(master.start_on for master in masters)
    return story.horizon_on


def _one(story: _Story, on: dt.date, *, label: str, is_override: bool) -> _Event:
    """Return one date by itself: an override of a master's, or a single VEVENT."""
    occurrence = occurrence_on(story.schedule, on)
    meeting, look = story.meeting, story.look
    head = _head_of_date(story, occurrence, label=label, is_override=is_override)
    if _is_gone(story, on):
        said = _words.gone_description(meeting, look, occurrence)
        return [*head, *called_off(meeting, look, said)], ()
    if occurrence.is_cancelled:
        said = _words.cancelled_description(meeting, look, occurrence)
        return [*head, *called_off(meeting, look, said)], ()
    moved = occurrence if occurrence.is_moved else None
    return [*head, *shown(meeting, look, moved)], _alarm(story, label)


def _alarm(story: _Story, label: str) -> Sequence[Property]:
    return tuple(alarm(story.meeting, story.look, _uid(story, label)))


def _is_gone(story: _Story, on: dt.date) -> bool:
    start = dt.datetime.combine(on, story.schedule.start, story.zone)
    return story.gone_at is not None and start >= story.gone_at


def _head_of_series(story: _Story, master: _Master, last_on: dt.date | None) -> Iterator[Property]:
    start = dt.datetime.combine(master.start_on, story.schedule.start, story.zone)
    yield "UID", raw_value(_uid(story, master.label))
    yield from _stamps(story)
    yield "DTSTART", time_value(start)
    yield "DTEND", time_value(_later_by_the_clock(story.schedule, start))
    yield "RRULE", raw_value(f"{master.series.rrule}{_until(story, last_on)}")


def _head_of_date(
    story: _Story, occurrence: Occurrence, *, label: str, is_override: bool
) -> Iterator[Property]:
    start, end = occurrence.start, occurrence.end
    if end.fold:  # the second of two equal hours has no name in iCalendar
        end = _later_by_the_clock(story.schedule, start)
    yield "UID", raw_value(_uid(story, label))
    if is_override:
        nominal = dt.datetime.combine(occurrence.on, story.schedule.start, story.zone)
        yield "RECURRENCE-ID", time_value(nominal)
    yield from _stamps(story)
    yield "DTSTART", time_value(start)
    yield "DTEND", time_value(end)


def _uid(story: _Story, label: str) -> str:
    return f"m{story.meeting.number}{'-' if label else ''}{label}@{story.look.uid_host}"


def _stamps(story: _Story) -> Iterator[Property]:
    """Yield the same on master and overrides: GNOME looks at the first only (calendar.md 7)."""
    yield "DTSTAMP", raw_value(story.stamp)
    yield "LAST-MODIFIED", raw_value(story.stamp)
    yield "SEQUENCE", raw_value(str(story.meeting.revision))


def _until(story: _Story, last_on: dt.date | None) -> str:
    if last_on is None:
        return ""
    return f";UNTIL={_utc(dt.datetime.combine(last_on, dt.time(23, 59, 59), story.zone))}"


def _later_by_the_clock(schedule: Schedule, start: dt.datetime) -> dt.datetime:
    """Return the end as the clock on the wall shows it, also across a clock change."""
    return start + (schedule.duration or ASSUMED_DURATION)


def _utc(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):{_TO_SECONDS}}Z"
