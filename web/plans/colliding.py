"""Which meetings of a plan fall on one's own appointments, by instants: each has its own clock."""

import datetime as dt
from collections.abc import Iterator, Sequence

from meetings.model import Meeting
from meetings.plan import Appointment, Plan
from meetings.recurrence import occurrences
from web.plans.week import Entry

LOOKED_AHEAD = dt.timedelta(weeks=53)  # every clock change of a year
_DAY = dt.timedelta(days=1)

Span = tuple[dt.datetime, dt.datetime]
Collision = tuple[str, str, dt.date]  # the meeting, the appointment, the first day


def collisions(plan: Plan, entries: Sequence[Entry], *, now: dt.datetime) -> list[Collision]:
    """Return each pair that falls together within a year, with its first day."""
    found = []
    taken = [(each, list(_spans(each, now))) for each in plan.appointments]
    for entry in entries:
        meetings = list(_meeting_spans(entry, now)) if taken else []
        for appointment, spans in taken:
            on = _first_day(meetings, spans, appointment)
            if on is not None:
                found.append((entry.hit.meeting.name, appointment.label, on))
    return found


def _first_day(
    meetings: Sequence[Span], taken: Sequence[Span], appointment: Appointment
) -> dt.date | None:
    """Walk both in the order of time."""
    meeting = own = 0
    while meeting < len(meetings) and own < len(taken):
        begins, ends = (
            max(meetings[meeting][0], taken[own][0]),
            min(meetings[meeting][1], taken[own][1]),
        )
        if begins < ends:
            return begins.astimezone(appointment.timezone).date()
        if meetings[meeting][1] <= taken[own][1]:
            meeting += 1
        else:
            own += 1
    return None


def _meeting_spans(entry: Entry, now: dt.datetime) -> Iterator[Span]:
    meeting: Meeting = entry.hit.meeting
    if meeting.schedule is None or meeting.schedule.timezone is None:
        return
    for each in occurrences(meeting.schedule, since=now, until=now + LOOKED_AHEAD):
        if not each.is_cancelled and each.on.isoweekday() in entry.weekdays:
            yield each.start.astimezone(dt.UTC), each.end.astimezone(dt.UTC)


def _spans(appointment: Appointment, now: dt.datetime) -> Iterator[Span]:
    if appointment.on is not None:
        yield _span(appointment, appointment.on)
        return
    today = now.astimezone(appointment.timezone).date()
    first = today + _DAY * (((appointment.weekday or 1) - today.isoweekday()) % 7 - 7)
    while first < today + LOOKED_AHEAD:
        yield _span(appointment, first)
        first += dt.timedelta(weeks=1)


def _span(appointment: Appointment, on: dt.date) -> Span:
    ends_on = on if appointment.start < appointment.end else on + _DAY
    begins = dt.datetime.combine(on, appointment.start, appointment.timezone)
    ends = dt.datetime.combine(ends_on, appointment.end, appointment.timezone)
    return begins.astimezone(dt.UTC), ends.astimezone(dt.UTC)
