"""
The operator's word on single meetings: `overrides.toml` in the data folder.

    ["greater-new-york:1452"]
    timezone = "America/New_York"
    point = [40.9694, -72.6191]            # latitude, longitude
    closed_until = 2026-12-24              # the first day on which it meets again
    takedown = 2026-11-18                  # from this day on it is not listed
    exceptions = [{on = 2026-12-25, reason = "holiday"}]

It is read at each refresh and applied to what was read, so it survives every import. An entry for
a record of several days ("source:slug") holds for each of them, and one for a day ("source:slug/1")
goes before it, only that what is taken down stays so.
"""

import datetime as dt
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from importers._operator_files import (
    Entry,
    as_date,
    as_table,
    as_tables,
    as_text,
    as_time,
    as_zone,
    parse_toml,
    refuse_unknown,
)
from importers._record_ids import id_of_record, ids_of_record
from meetings.errors import SettingsError
from meetings.model import Accuracy, Meeting, Point, Schedule, ScheduleException, Status

FILE = "overrides.toml"

_Value = TypeVar("_Value", covariant=True)


class _Read(Protocol[_Value]):
    def __call__(self, value: object, *, where: str) -> _Value: ...


_KEYS = ("timezone", "point", "closed_until", "exceptions", "takedown")
_EXCEPTION_KEYS = ("on", "reason", "moved_on", "moved_start")


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """What the operator says of one meeting; None and () are "nothing"."""

    timezone: ZoneInfo | None = None  # for `_locate`, which reads instants by it
    point: Point | None = None
    closed_until: dt.date | None = None
    exceptions: tuple[ScheduleException, ...] = ()
    takedown: dt.date | None = None

    def is_taken_down(self, now: dt.datetime) -> bool:
        return self.takedown is not None and self.takedown <= now.date()


Overrides = Mapping[str, Override]  # by meeting id


def load_overrides(folder: Path | None) -> Overrides:
    """
    Return the operator's overrides, none where there is no file.

    Raises:
        SettingsError: for a file that cannot be used. Nothing of it is applied then, and the
            refresh does not begin: the meetings stay as the last one left them.
    """
    path = None if folder is None else folder / FILE
    if path is None or not path.exists():
        return {}
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise SettingsError(f"{FILE} cannot be read as text") from problem
    entries = parse_toml(text, file=FILE)
    return {id_: _override(id_, as_table(entry, where=id_)) for id_, entry in entries.items()}


def override_of(id_: str, overrides: Overrides) -> Override | None:
    """Return what is said of a meeting, or of the record that it is a day of."""
    own = overrides.get(id_)
    whole = overrides.get(id_of_record(id_)) if "/" in id_ else None
    if own is None or whole is None:
        return own or whole
    taken_down_on = (each.takedown for each in (own, whole) if each.takedown is not None)
    return replace(own, takedown=min(taken_down_on, default=None))


def taken_down(overrides: Overrides, now: dt.datetime) -> Iterator[str]:
    """Yield the ids that are not to be listed, whether or not there are such meetings."""
    for id_, override in overrides.items():
        if override.is_taken_down(now):
            yield from ids_of_record(id_)


def without_meeting(overrides: Overrides, *ids: Container[str], source: str) -> list[str]:
    """Return a sentence for the report where entries name none of *ids*: slips in their keys."""
    idle = [
        id_
        for id_ in overrides
        if id_.startswith(f"{source}:")
        and not any(each in some for some in ids for each in ids_of_record(id_))
    ]
    if not idle:
        return []
    return [f"{FILE}: no meeting has the key of {len(idle)} entries, the first: {idle[0]}"]


def apply_override(meeting: Meeting, override: Override, *, now: dt.datetime) -> Meeting:
    """Return *meeting* as the operator corrected it; its zone was seen to by `_locate`."""
    if override.point is not None and meeting.is_in_person:
        meeting = replace(meeting, point=override.point, accuracy=Accuracy.EXACT)
    if override.closed_until is not None and _today(meeting, now) < override.closed_until:
        meeting = replace(meeting, status=Status.CLOSED_FOR_NOW)
    if override.exceptions and meeting.schedule is not None:
        meeting = replace(meeting, schedule=_with_exceptions(meeting.schedule, override))
    return meeting


def _today(meeting: Meeting, now: dt.datetime) -> dt.date:
    timezone = meeting.schedule.timezone if meeting.schedule else None
    return now.astimezone(timezone or dt.UTC).date()


def _with_exceptions(schedule: Schedule, override: Override) -> Schedule:
    by_date = {each.on: each for each in (*schedule.exceptions, *override.exceptions)}
    return replace(schedule, exceptions=tuple(by_date[on] for on in sorted(by_date)))


def _override(id_: str, entry: Entry) -> Override:
    where = f"{FILE}, {id_}"
    if not all(id_.partition(":")):
        raise SettingsError(f'{FILE} must name meetings as "source:key", got {id_!r}')
    refuse_unknown(entry, _KEYS, where=where)
    exceptions = as_tables(entry.get("exceptions", []), where=f"{where}, exceptions")
    return Override(
        timezone=_optional(entry, "timezone", as_zone, where=where),
        point=_optional(entry, "point", _as_point, where=where),
        closed_until=_optional(entry, "closed_until", as_date, where=where),
        takedown=_optional(entry, "takedown", as_date, where=where),
        exceptions=tuple(_exception(each, f"{where}, exceptions") for each in exceptions),
    )


def _as_point(value: object, *, where: str) -> Point:
    try:
        latitude, longitude = value if isinstance(value, list) else []
        return Point(float(latitude), float(longitude))
    except (ValueError, TypeError) as problem:
        raise SettingsError(f"{where} must be [latitude, longitude] in degrees") from problem


def _exception(entry: Entry, where: str) -> ScheduleException:
    refuse_unknown(entry, _EXCEPTION_KEYS, where=where)
    return ScheduleException(
        on=as_date(entry.get("on"), where=f"{where}, on"),
        reason=_optional(entry, "reason", as_text, where=where) or "",
        moved_on=_optional(entry, "moved_on", as_date, where=where),
        moved_start=_optional(entry, "moved_start", as_time, where=where),
    )


def _optional(entry: Entry, name: str, read: _Read[_Value], *, where: str) -> _Value | None:
    return read(entry[name], where=f"{where}, {name}") if name in entry else None
