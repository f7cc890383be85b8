"""A plan as a week: what is on which day, and what comes next if tonight's is off."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from meetings.catalogue import Catalogue
from meetings.errors import NotFound
from meetings.model import Meeting
from meetings.plan import Appointment, Chosen, Plan
from meetings.search import Hit


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A chosen meeting with what is known of it today."""

    chosen: Chosen
    hit: Hit
    backup: Meeting | None

    @property
    def weekdays(self) -> tuple[int, ...]:
        """Return the days on which the person goes: those taken, of those it has."""
        schedule = self.hit.meeting.schedule
        days = tuple(rule.weekday for rule in schedule.rules) if schedule else ()
        return tuple(day for day in days if not self.chosen.weekdays or day in self.chosen.weekdays)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    weekday: int
    entries: tuple[Entry, ...]
    appointments: tuple[Appointment, ...]

    @property
    def by_hour(self) -> list[tuple[Entry | None, Appointment | None]]:
        """Return both in the order of the day; of each pair one is there."""
        timed: list[tuple[dt.time, Entry | None, Appointment | None]] = [
            *((_hour(entry), entry, None) for entry in self.entries),
            *((each.start, None, each) for each in self.appointments),
        ]
        return [(entry, own) for _, entry, own in sorted(timed, key=lambda each: each[0])]


def entries_of(plan: Plan, catalogue: Catalogue, *, now: dt.datetime) -> list[Entry]:
    """Return the plan's meetings, by the next start; those that are gone come last."""
    entries = [
        Entry(
            chosen=chosen,
            hit=catalogue.hit(meeting, now=now),
            backup=_meeting(catalogue, chosen.backup),
        )
        for chosen in plan.chosen
        if (meeting := _meeting(catalogue, chosen.number)) is not None
    ]
    return sorted(entries, key=lambda entry: start_of(entry.hit))


def week_of(plan: Plan, entries: Sequence[Entry]) -> list[Day]:
    """Return Monday to Sunday, each with its meetings and appointments by the hour."""
    return [
        Day(
            weekday=weekday,
            entries=tuple(sorted(_on(entries, weekday), key=_hour)),
            appointments=tuple(
                sorted(
                    (each for each in plan.appointments if _weekday(each) == weekday),
                    key=lambda each: each.start,
                )
            ),
        )
        for weekday in range(1, 8)
    ]


def has_clocks(entries: Iterable[Entry]) -> bool:
    """Say whether the meetings go by the clocks of several places, so that hours need telling."""
    schedules = (entry.hit.meeting.schedule for entry in entries)
    return len({schedule.timezone for schedule in schedules if schedule}) > 1


def start_of(hit: Hit) -> tuple[dt.datetime, int]:
    start = hit.occurrence.start if hit.occurrence else dt.datetime.max.replace(tzinfo=dt.UTC)
    return start, hit.meeting.number


def _on(entries: Iterable[Entry], weekday: int) -> list[Entry]:
    return [entry for entry in entries if weekday in entry.weekdays]


def _hour(entry: Entry) -> dt.time:
    schedule = entry.hit.meeting.schedule
    return schedule.start if schedule else dt.time.max


def _weekday(appointment: Appointment) -> int:
    return appointment.weekday or (appointment.on.isoweekday() if appointment.on else 0)


def _meeting(catalogue: Catalogue, number: int | None) -> Meeting | None:
    try:
        return None if number is None else catalogue.get(number)
    except NotFound:
        return None
