"""The VEVENTs of one meeting: masters, overrides, single dates (calendar.md 3.2, 5, 6)."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from meetings import _words
from meetings._entries import called_off, shown
from meetings._ical import Property, raw_value, time_value, vevent
from meetings._look import Look
from meetings.model import ASSUMED_DURATION, Meeting, Occurrence, Schedule, Status
from meetings.recurrence import (
    Series,
    dates,
    first_occurrence,
    occurrence_on,
    series,
    spans_clock_change,
)

_A_YEAR_AND_MORE = dt.timedelta(days=400)
_TO_SECONDS = "%Y%m%dT%H%M%S"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Story:
    """What all VEVENTs of one meeting have in common."""

    meeting: Meeting
    look: Look
    schedule: Schedule  # with zone and first_on
    zone: ZoneInfo
    stamp: str
    gone_at: dt.datetime | None  # from when on it takes place no more
    horizon_on: dt.date


@dataclass(frozen=True, slots=True)
class _Master:
    """A series with the date of its DTSTART."""

    series: Series
    start_on: dt.date

    def hits(self, on: dt.date) -> bool:
        return on >= self.start_on and self.series.hits(on)


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
    lines = [found for master in masters for found in _recurring(story, master)]
    return b"".join(map(vevent, [*lines, *_single(story, masters)]))


def _story(
    meeting: Meeting, look: Look, schedule: Schedule, zone: ZoneInfo, horizon_on: dt.date
) -> _Story:
    if meeting.number < 1 or meeting.changed_at is None:
        raise ValueError(f"a calendar needs a number and a stamp, {meeting.id} lacks one")
    first_on = schedule.first_on or first_occurrence(schedule, seen_on=horizon_on)
    is_over = meeting.removed_at is not None or meeting.status is not Status.ACTIVE
    return _Story(
        meeting=meeting,
        look=look,
        schedule=replace(schedule, first_on=first_on),
        zone=zone,
        stamp=_utc(meeting.changed_at),
        gone_at=(meeting.removed_at or meeting.changed_at) if is_over else None,
        horizon_on=dt.date(horizon_on.year + 2, 12, 31),
    )


def _masters(schedule: Schedule) -> Iterator[_Master]:
    """Yield the series with the first date of each whose length is not odd (calendar.md 5)."""
    first_on = schedule.first_on
    if first_on is None or first_on == schedule.until:
        return  # a schedule of one date is a single VEVENT, or Outlook refuses marathons
    for part in series(schedule):
        for on in dates(schedule, since=first_on, until=first_on + _A_YEAR_AND_MORE):
            if part.hits(on) and not spans_clock_change(schedule, on):
                yield _Master(part, on)
                break


def _recurring(story: _Story, master: _Master) -> Iterator[list[Property]]:
    gone_on = _gone_on(story, master)
    last_on = gone_on or story.schedule.until
    yield [*_head_of_series(story, master, last_on), *shown(story.meeting, story.look)]
    changed = {each.on for each in story.schedule.exceptions if master.hits(each.on)}
    for on in sorted(changed | ({gone_on} if gone_on else set())):
        if last_on is None or on <= last_on:
            yield _one(story, on, label=master.series.label, is_override=True)


def _gone_on(story: _Story, master: _Master) -> dt.date | None:
    """Return the first date that no longer takes place, if the meeting is over."""
    if story.gone_at is None:
        return None
    since = max(master.start_on, story.gone_at.astimezone(story.zone).date())
    ahead = dates(story.schedule, since=since, until=since + _A_YEAR_AND_MORE)
    return next((on for on in ahead if master.hits(on) and _is_gone(story, on)), None)


def _single(story: _Story, masters: list[_Master]) -> Iterator[list[Property]]:
    """Yield the dates that no master has: 5th weekdays, 4th beside last, one-off schedules."""
    first_on = story.schedule.first_on or story.horizon_on
    for on in dates(story.schedule, since=first_on, until=_single_until(story, masters)):
        if not any(master.hits(on) for master in masters):
            yield _one(story, on, label=f"{on:%Y%m%d}", is_override=False)


def _single_until(story: _Story, masters: list[_Master]) -> dt.date:
    """Return the end of the dates to look at: from its start on a master of weeks has them all."""
    if masters and not any(rule.ordinals for rule in story.schedule.rules):
        return max(master.start_on for master in masters)
    return story.horizon_on


def _one(story: _Story, on: dt.date, *, label: str, is_override: bool) -> list[Property]:
    """Return one date by itself: an override of a master's, or a single VEVENT."""
    occurrence = occurrence_on(story.schedule, on)
    meeting, look = story.meeting, story.look
    head = _head_of_date(story, occurrence, label=label, is_override=is_override)
    if _is_gone(story, on):
        said = _words.gone_description(meeting, look, occurrence)
        return [*head, *called_off(meeting, look, said)]
    if occurrence.is_cancelled:
        said = _words.cancelled_description(meeting, look, occurrence)
        return [*head, *called_off(meeting, look, said)]
    return [*head, *shown(meeting, look, occurrence if occurrence.is_moved else None)]


def _is_gone(story: _Story, on: dt.date) -> bool:
    start = dt.datetime.combine(on, story.schedule.start, story.zone)
    return story.gone_at is not None and start >= story.gone_at


def _head_of_series(story: _Story, master: _Master, last_on: dt.date | None) -> Iterator[Property]:
    start = dt.datetime.combine(master.start_on, story.schedule.start, story.zone)
    yield "UID", raw_value(_uid(story, master.series.label))
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
