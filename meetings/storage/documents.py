"""
A meeting as JSON text and back, and the digest that tells whether it changed.

What has its default is left out. So a field that is added to the model later changes no
digest, and no meeting looks changed for it; and a default may only change with a migration.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass, replace
from functools import cache
from operator import attrgetter
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
    return msgspec.json.encode(_given(meeting)).decode()


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
    """Return the fields that are not at their default, in the order of their names."""
    fields, values = _fields(value.__class__)
    return {
        name: given if given.__class__ is str else _plainly(given)
        for (name, default), given in zip(fields, values(value), strict=True)
        if given is not default and given != default
    }


@cache
def _fields(kind: Any) -> tuple[tuple[tuple[str, object], ...], Callable[[Any], Sequence[object]]]:
    """Return names and defaults of the fields of a kind, and what takes all values at once."""
    kept = sorted(
        (field.name, field.default) for field in fields(kind) if field.name not in IN_COLUMNS
    )
    return tuple(kept), attrgetter(*(name for name, _ in kept))


@cache
def _plain(kind: type[object]) -> Callable[[Any], object] | None:
    """Return what makes a value of this kind plain; None where msgspec writes it itself."""
    if kind is tuple:
        return lambda items: [_plainly(item) for item in items]
    if kind is ZoneInfo:
        return lambda given: zone(given.key).key  # refused now, since it cannot be read again
    return _given if is_dataclass(kind) else None


def _plainly(value: object) -> object:
    kind: Any = value.__class__
    plain = _plain(kind)
    return value if plain is None else plain(value)


@cache
def _decoder() -> msgspec.json.Decoder[Meeting]:
    return msgspec.json.Decoder(Meeting, dec_hook=_zone)


def _zone(kind: type[Any], value: Any) -> ZoneInfo:
    if kind is not ZoneInfo:
        raise NotImplementedError(f"no meeting holds a {kind.__name__}")
    return zone(value)
