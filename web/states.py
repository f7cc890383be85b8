"""Where the sources stood, in a file beside the catalogue's: for a start without the database."""

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from meetings.storage.sources import SourceState

SUFFIX = ".sources"


def keep_states(snapshot: Path, states: Sequence[SourceState]) -> None:
    """Write *states* beside *snapshot*: whole or not at all."""
    place = _beside(snapshot)
    unfinished = place.with_name(f"{place.name}.{os.getpid()}.new")
    unfinished.write_bytes(msgspec.json.encode(states))
    unfinished.replace(place)


def open_states(snapshot: Path) -> list[SourceState]:
    """Return what was kept, nothing where there is none that this code can read."""
    with contextlib.suppress(OSError, msgspec.MsgspecError):
        return msgspec.json.decode(_beside(snapshot).read_bytes(), type=list[SourceState])
    return []


def _beside(snapshot: Path) -> Path:
    return snapshot.with_name(snapshot.name + SUFFIX)
