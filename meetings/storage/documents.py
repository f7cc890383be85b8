"""
A meeting as JSON text and back, and the digest that tells whether it changed.

What has its default is left out. So a field that is added to the model later changes no
digest, and no meeting looks changed for it; and a default may only change with a migration.
"""

import datetime as dt
import hashlib
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from meetings.model import Meeting
from meetings.zones import zone

# They say what the storage knows of a meeting, not what its source publishes.
IN_COLUMNS = frozenset({"number", "revision", "changed_at", "removed_at", "confirmed_on"})


def encode(meeting: Meeting) -> str:
    """
    Return *meeting* as JSON, always the same text, without the fields of IN_COLUMNS.

    Raises:
        ValueError: if its zone is not one of meetings.zones.
    """
    document = {name: v for name, v in _given(meeting).items() if name not in IN_COLUMNS}
    return msgspec.json.encode(document, order="sorted").decode()


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


def _given(value: Any) -> dict[str, Any]:
    return {
        name: _plain(given)
        for name, default in _defaults(value.__class__)
        if (given := getattr(value, name)) != default
    }


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, ZoneInfo):
        return zone(value.key).key  # refused now, since it could never be read again
    if is_dataclass(value):
        return _given(value)
    return value  # msgspec writes texts, numbers, enums, dates, times and durations itself


@cache
def _defaults(kind: Any) -> tuple[tuple[str, object], ...]:
    return tuple((field.name, field.default) for field in fields(kind))


@cache
def _decoder() -> msgspec.json.Decoder[Meeting]:
    return msgspec.json.Decoder(Meeting, dec_hook=_zone)


def _zone(kind: type[Any], value: Any) -> ZoneInfo:
    if kind is not ZoneInfo:
        raise NotImplementedError(f"no meeting holds a {kind.__name__}")
    return zone(value)
