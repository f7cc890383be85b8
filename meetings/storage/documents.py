"""
A meeting as JSON text and back, and the digest that tells whether it changed.

What has its default is left out. So a field that is added to the model later changes no
digest, and no meeting looks changed for it; and a default may only change with a migration.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import MISSING, fields, is_dataclass, replace
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any, get_args, get_type_hints
from zoneinfo import ZoneInfo

import msgspec

from meetings.model import Meeting, OtherFormat, Schedule
from meetings.zones import zone

# They say what the storage knows of a meeting, not what its source publishes.
IN_COLUMNS = frozenset({"number", "revision", "changed_at", "removed_at", "confirmed_on"})
_SCHEDULES_KEPT = 4096  # most meetings of a list share their hours with others


def encode(meeting: Meeting) -> str:
    """
    Return *meeting* as JSON, always the same text, without the fields of IN_COLUMNS.

    Raises:
        ValueError: if its zone is not one of meetings.zones.
    """
    return msgspec.json.encode(_mirrored(meeting)).decode()


def decode(
    document: str,
    *,
    number: int,
    revision: int,
    changed_at: dt.datetime | None,
    removed_at: dt.datetime | None,
    confirmed_on: dt.date | None,
) -> Meeting:
    """Return the meeting of *document* with the values of its columns."""
    return replace(
        _decoder().decode(document),
        number=number,
        revision=revision,
        changed_at=changed_at,
        removed_at=removed_at,
        confirmed_on=confirmed_on,
    )


def digest(meeting: Meeting) -> str:
    """Return a hash of what the source publishes: equal as long as nothing of that changes."""
    return document_digest(encode(meeting))


def document_digest(document: str) -> str:
    """Return the digest of the meeting whose encoded text is *document*."""
    return hashlib.sha256(document.encode()).hexdigest()


class _Others(msgspec.Struct):
    other_formats: list[OtherFormat] = []


def other_codes(document: str) -> list[str]:
    """Return the codes of the formats that our table does not know; nothing else is decoded."""
    if '"other_formats":' not in document:
        return []  # most, and a search is faster than a decoder
    return [each.code for each in _OTHERS.decode(document).other_formats]


def _mirrored(value: Any) -> Any:
    """Return *value* as its mirror, which msgspec writes without what has its default."""
    mirror, values, nested = _mirror(value.__class__)
    if not nested:
        return mirror(*values(value))
    given = list(values(value))
    for place in nested:
        if given[place]:  # else it is None or ()
            given[place] = _plain(given[place])
    return mirror(*given)


def _plain(value: object) -> object:
    if value.__class__ is Schedule:
        return _mirrored_hours(value)
    if isinstance(value, tuple):
        return tuple(map(_mirrored, value))
    if isinstance(value, ZoneInfo):
        return zone(value.key).key  # refused now, since it could never be read again
    return _mirrored(value)


@lru_cache(maxsize=_SCHEDULES_KEPT)
def _mirrored_hours(schedule: Schedule) -> object:
    return _mirrored(schedule)


@cache
def _mirror(kind: Any) -> tuple[Any, Callable[[Any], Sequence[object]], tuple[int, ...]]:
    """
    Return a kind's mirror, what takes its values in that order, and which of them are nested.

    The mirror has the same fields in the order of their names, and the same defaults. Those are
    None, small numbers, enum members and what is empty: there is one of each, by which msgspec
    knows them.
    """
    kept = sorted((f for f in fields(kind) if f.name not in IN_COLUMNS), key=lambda f: f.name)
    mirror = msgspec.defstruct(
        kind.__name__,
        [(f.name, Any, msgspec.UNSET if f.default is MISSING else f.default) for f in kept],
        omit_defaults=True,
    )
    hints = get_type_hints(kind)
    nested = tuple(place for place, f in enumerate(kept) if _holds_values(hints[f.name]))
    return mirror, attrgetter(*(f.name for f in kept)), nested


def _holds_values(hint: Any) -> bool:
    """Say whether a field may hold a zone or values of the model, alone or in a tuple."""
    return is_dataclass(hint) or hint is ZoneInfo or any(map(_holds_values, get_args(hint)))


@cache
def _decoder() -> msgspec.json.Decoder[Meeting]:
    return msgspec.json.Decoder(Meeting, dec_hook=_zone)


def _zone(kind: type[Any], value: Any) -> ZoneInfo:
    if kind is not ZoneInfo:
        raise NotImplementedError(f"no meeting holds a {kind.__name__}")
    return zone(value)


_OTHERS = msgspec.json.Decoder(_Others)
