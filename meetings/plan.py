"""
A plan: the meetings a person chose, their own appointments, and how they want to see them.

Values only, and their form as bytes; sealing and storing is `plans`. Nothing here asks for a
name, an address, a substance, a diagnosis or a date of last use (needs.md, section 1).
"""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from meetings.errors import InvalidPlan
from meetings.zones import zone

MEETINGS_MOST = 100
APPOINTMENTS_MOST = 50
SHARES_MOST = 50
SHARED_MEETINGS_MOST = 100
CALENDARS_MOST = 10
NOTE_MOST = 300
LABEL_MOST = 80
HORIZONS_WEEKS = (4, 13, 26)
REMINDERS_MINUTES = (15, 60, 24 * 60)


Kind = TypeVar("Kind")


class Attending(StrEnum):
    """How a person goes to a hybrid meeting; EITHER where they did not say."""

    EITHER = "either"
    IN_PERSON = "in_person"
    ONLINE = "online"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A meeting in a plan."""

    number: int
    weekdays: tuple[int, ...] = ()  # those taken, ISO; empty is all of them
    attending: Attending = Attending.EITHER
    note: str = ""
    backup: int | None = None  # the number of another meeting for the same evening

    def __post_init__(self) -> None:
        if self.number < 1 or (self.backup is not None and self.backup < 1):
            raise InvalidPlan("meetings", "A plan is made of meeting numbers.")
        if any(not 1 <= day <= 7 for day in self.weekdays):
            raise InvalidPlan("day", "Days are Monday to Sunday.")
        _check_length("note", self.note, NOTE_MOST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """Something of one's own, on a weekday or on a date, that meetings must not collide with."""

    label: str
    start: dt.time
    end: dt.time  # before the start: it ends on the next day
    timezone: ZoneInfo
    weekday: int | None = None
    on: dt.date | None = None

    def __post_init__(self) -> None:
        if (self.weekday is None) == (self.on is None):
            raise InvalidPlan("day", "An appointment is on a weekday or on a date.")
        if self.weekday is not None and not 1 <= self.weekday <= 7:
            raise InvalidPlan("day", "Days are Monday to Sunday.")
        if self.start.tzinfo or self.end.tzinfo:
            raise InvalidPlan("start", "A time looks like 18:30.")
        if self.start == self.end:
            raise InvalidPlan("end", "An appointment ends at another time than it starts.")
        _check_length("label", self.label, LABEL_MOST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a plan shows in its calendar."""

    timezone: ZoneInfo | None = None  # that times are shown in; None is each meeting's own
    reminder_minutes: int | None = None
    has_plain_titles: bool = False
    horizon_weeks: int | None = None  # None is open
    starts_on: dt.date | None = None  # the horizon counts from here
    has_milestones: bool = False  # "4 weeks of this plan" in its calendar

    def __post_init__(self) -> None:
        if self.reminder_minutes not in (None, *REMINDERS_MINUTES):
            raise InvalidPlan("reminder", "Reminders come 15 minutes, 1 hour or 1 day before.")
        if self.horizon_weeks not in (None, *HORIZONS_WEEKS):
            raise InvalidPlan("horizon", "A plan runs for 4, 13 or 26 weeks, or stays open.")
        if self.horizon_weeks is not None and self.starts_on is None:
            raise InvalidPlan("horizon", "A plan with an end needs a beginning.")

    @property
    def ends_on(self) -> dt.date | None:
        """Return the last day of the plan, or None where it is open."""
        if self.horizon_weeks is None or self.starts_on is None:
            return None
        return self.starts_on + dt.timedelta(weeks=self.horizon_weeks, days=-1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedList:
    """What whoever opens a share sees, and nothing of the plan beside it."""

    numbers: tuple[int, ...]
    timezone: ZoneInfo | None = None

    def __post_init__(self) -> None:
        if len(self.numbers) > SHARED_MEETINGS_MOST or any(n < 1 for n in self.numbers):
            raise InvalidPlan(
                "meetings",
                "A shared list holds at most {most} meetings.",
                most=SHARED_MEETINGS_MOST,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What its maker keeps of a share: how to find it again, and a label that only they see."""

    secret: str
    locator: str
    key: bytes = field(repr=False)
    label: str = ""
    expires_on: dt.date | None = None

    def __post_init__(self) -> None:
        _check_length("label", self.label, LABEL_MOST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    chosen: tuple[Chosen, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    options: Options = Options()
    calendars: tuple[str, ...] = ()  # secrets of its calendar links
    shares: tuple[Share, ...] = ()
    # of its keep link, so that a calendar in use keeps that link alive; not what the plan says
    keep_hash: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if len(self.chosen) > MEETINGS_MOST:
            raise InvalidPlan(
                "meetings", "A plan holds at most {most} meetings.", most=MEETINGS_MOST
            )
        if len({each.number for each in self.chosen}) != len(self.chosen):
            raise InvalidPlan("meetings", "A meeting stands twice in the plan.")
        if len(self.appointments) > APPOINTMENTS_MOST:
            raise InvalidPlan(
                "appointments",
                "A plan holds at most {most} appointments.",
                most=APPOINTMENTS_MOST,
            )
        if len(self.shares) > SHARES_MOST or len(self.calendars) > CALENDARS_MOST:
            raise InvalidPlan("links", "This plan has as many links as it can hold.")


def to_bytes(content: Plan | SharedList) -> bytes:
    return msgspec.json.encode(content, enc_hook=_zone_name)


def plan_from(content: bytes) -> Plan:
    """Read what `to_bytes` wrote. Raises InvalidPlan for anything else."""
    return _from(content, Plan)


def shared_list_from(content: bytes) -> SharedList:
    """Read what `to_bytes` wrote. Raises InvalidPlan for anything else."""
    return _from(content, SharedList)


def _from(content: bytes, kind: type[Kind]) -> Kind:
    try:
        return msgspec.json.decode(content, type=kind, dec_hook=_zone)
    except (msgspec.MsgspecError, ValueError) as problem:
        raise InvalidPlan("file", "This is not a plan that was saved here.") from problem


def _zone_name(value: object) -> str:
    if isinstance(value, ZoneInfo):
        return value.key
    raise TypeError(f"a plan holds no {type(value).__name__}")


def _zone(kind: type[Any], value: Any) -> ZoneInfo:
    if kind is not ZoneInfo or not isinstance(value, str):
        raise ValueError("a zone is a name")
    return zone(value)


def _check_length(field_name: str, text: str, most: int) -> None:
    if len(text) > most:
        raise InvalidPlan(field_name, "Please use at most {most} characters.", most=most)
