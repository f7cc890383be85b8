"""
A meeting as the JSON that programs get, and back: encoded once, read again to be shown.

A document is an object that is still open: what depends on the moment and on who asks, the next
start and the distance, is written behind it for each answer.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from functools import cache, lru_cache
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
from numpy.typing import NDArray

from meetings.model import Meeting, Schedule
from meetings.recurrence import rrules
from meetings.zones import zone

_END = b"}"
_SCHEDULE = b',"schedule":'  # of what stands in a document the last
_NO_SCHEDULE = b"%bnull}" % _SCHEDULE
_MINUTE = dt.timedelta(minutes=1)


class Documents(Protocol):
    """All documents of a catalogue, wherever they are."""

    def __len__(self) -> int: ...
    def read(self, numbers: Iterable[int]) -> list[bytes]: ...


class DocumentsInMemory:
    """Documents in the order in which they were appended, until they are arranged anew."""

    def __init__(self) -> None:
        self._documents: list[bytes] = []

    def append(self, document: bytes) -> None:
        self._documents.append(document)

    def __len__(self) -> int:
        return len(self._documents)

    def read(self, numbers: Iterable[int]) -> list[bytes]:
        return [self._documents[number] for number in numbers]

    def arrange(self, order: NDArray[np.int64]) -> None:
        self._documents = self.read(order.tolist())


def document(meeting: Meeting) -> bytes:
    """
    Return the fields of DESIGN's "A meeting", without the closing brace.

    `confirmed_on` is among them only where the meeting knows it; else its source does.
    """
    facts = msgspec.json.encode(_facts(meeting)).removesuffix(_END)
    return b"%b,%b" % (facts, _times(meeting.schedule))


def meeting_of(document: bytes) -> Meeting:
    """Return the meeting of a document, equal to the one it was made from."""
    facts, _, schedule = document.rpartition(_SCHEDULE)
    meeting = _decoder().decode(facts + _NO_SCHEDULE)
    object.__setattr__(meeting, "schedule", _shared_schedule(schedule))  # it is still in the making
    return meeting


def encode_schedule(schedule: Schedule) -> bytes:
    """Return a schedule as it stands in a document."""
    return msgspec.json.encode(_given(schedule))


def decode_schedule(encoded: bytes) -> Schedule:
    return _schedule_decoder().decode(encoded)


@lru_cache(maxsize=4096)  # meetings share schedules
def _shared_schedule(encoded: bytes) -> Schedule | None:
    return _maybe_schedule_decoder().decode(encoded)


def _facts(meeting: Meeting) -> dict[str, object]:
    point = meeting.point
    confirmed = {} if meeting.confirmed_on is None else {"confirmed_on": meeting.confirmed_on}
    return confirmed | {
        "id": meeting.id,
        "number": meeting.number,
        "source": meeting.source,
        "fellowship": meeting.fellowship,
        "name": meeting.name,
        "group": meeting.group,
        "status": meeting.status,
        "venue_type": meeting.venue_type,
        "venue": meeting.venue,
        "point": point,
        "latitude": point.latitude if point else None,
        "longitude": point.longitude if point else None,
        "accuracy": meeting.accuracy,
        "online": meeting.online,
        "formats": meeting.formats,
        "other_formats": meeting.other_formats,
        "admission": meeting.admission,
        "restriction_text": meeting.restriction_text,
        "age_min": meeting.age_min,
        "age_max": meeting.age_max,
        "languages": meeting.languages,
        "notes": meeting.notes,
        "page_url": meeting.page_url,
        "feedback_url": meeting.feedback_url,
        "service_body": meeting.service_body,
        "service_body_helpline": meeting.service_body_helpline,
        "revision": meeting.revision,
        "changed_at": meeting.changed_at,
        "removed_at": meeting.removed_at,
    }


@lru_cache(maxsize=4096)  # meetings share schedules
def _times(schedule: Schedule | None) -> bytes:
    """Return the members that tell the schedule: in full, and flat where programs expect it so."""
    values = _no_times() if schedule is None else _all_times(schedule)
    return msgspec.json.encode(values).removeprefix(b"{").removesuffix(_END)


def _no_times() -> dict[str, object]:
    names = ("weekday", "start", "duration_minutes", "timezone", "timezone_source")
    return dict.fromkeys(names) | {"rrule": [], "exceptions": [], "schedule": None}


def _all_times(schedule: Schedule) -> dict[str, object]:
    duration = schedule.duration
    return {
        "weekday": schedule.rules[0].weekday,
        "start": f"{schedule.start:%H:%M}",
        "duration_minutes": int(duration / _MINUTE) if duration else None,
        "timezone": schedule.timezone.key if schedule.timezone else None,
        "timezone_source": schedule.timezone_source,
        "rrule": rrules(schedule),
        "exceptions": schedule.exceptions,
        "schedule": _given(schedule),
    }


def _given(value: Any) -> dict[str, object]:
    """Return the fields of a value that are not their defaults."""
    return {
        name: _plain(given)
        for name, default in _defaults(value.__class__)
        if (given := getattr(value, name)) != default
    }


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, ZoneInfo):
        return value.key
    if is_dataclass(value):
        return _given(value)
    return value


@cache
def _defaults(kind: Any) -> tuple[tuple[str, object], ...]:
    return tuple((field.name, field.default) for field in fields(kind))


@cache
def _decoder() -> msgspec.json.Decoder[Meeting]:
    return msgspec.json.Decoder(Meeting, dec_hook=_zone)


@cache
def _maybe_schedule_decoder() -> msgspec.json.Decoder[Schedule | None]:
    return msgspec.json.Decoder(Schedule | None, dec_hook=_zone)


@cache
def _schedule_decoder() -> msgspec.json.Decoder[Schedule]:
    return msgspec.json.Decoder(Schedule, dec_hook=_zone)


def _zone(kind: type[Any], value: Any) -> ZoneInfo:
    if kind is not ZoneInfo:
        raise NotImplementedError(f"no meeting holds a {kind.__name__}")
    return zone(value)
