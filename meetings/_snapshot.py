"""
A catalogue in a local file, from which a process is ready at once, with or without its database.

Columns are mapped into memory, so that workers share them; documents are read when they are
shown. A file is written beside its place and then moved there, so it is whole or not at all, and
those who read the one before keep it. It is only for the code that wrote it: anything else makes
it again from the database.
"""

import contextlib
import hashlib
import itertools
import mmap
import os
import tempfile
import weakref
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from meetings._columns import Columns
from meetings._documents import Documents
from meetings._text_index import TextIndex
from meetings._traits import Traits
from meetings.timetable import Slots
from meetings.zones import ZONE_VERSION

_MAGIC = b"OCSNAP01"
_ALIGNED = 64  # bytes, as numpy likes it
_BUFFER_BYTES = 1 << 20
_COPIED_AT_ONCE = 1_000  # documents


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a snapshot file holds; *stamp* says which state of which database it shows."""

    columns: Columns
    documents: Documents
    version: int
    stamp: str


class SnapshotWriter:
    """Takes documents as they come, then the columns; the file appears only at the end."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._unfinished = path.with_name(f"{path.name}.{os.getpid()}.new")
        self._file = self._unfinished.open("wb", buffering=_BUFFER_BYTES)
        self._appended = tempfile.TemporaryFile(  # noqa: SIM115 - closed when it was read
            dir=path.parent, buffering=_BUFFER_BYTES
        )
        self._ends = array("q", [0])  # of what was appended
        self._document_ends = np.zeros(1, dtype=np.int64)
        weakref.finalize(self, _discard, self._appended, self._file, self._unfinished)

    def append(self, document: bytes) -> None:
        self._appended.write(document)
        self._ends.append(self._ends[-1] + len(document))

    def read(self, numbers: Iterable[int]) -> list[bytes]:
        """Return documents that were appended, until they are arranged."""
        self._appended.flush()
        file, ends = self._appended.fileno(), self._ends
        return [os.pread(file, ends[n + 1] - ends[n], ends[n]) for n in numbers]

    def arrange(self, order: NDArray[np.int64]) -> None:
        for first in range(0, len(order), _COPIED_AT_ONCE):
            self._file.writelines(self.read(order[first : first + _COPIED_AT_ONCE].tolist()))
        self._document_ends = np.append(0, np.cumsum(np.diff(self._ends)[order]))
        self._appended.close()

    def finish(self, columns: Columns, *, version: int, stamp: str) -> None:
        """Write what is left and put the file in its place."""
        header = {
            "made_by": _made_by(),
            "version": version,
            "stamp": stamp,
            "arrays": {name: self._write(column) for name, column in self._arrays(columns)},
            "source_ids": columns.source_ids,
            "precedence": columns.precedence,
            "unheard_sources": columns.unheard_sources,
            "known": columns.traits.known,
            "zone_names": columns.slots.zone_names,
        }
        encoded = msgspec.json.encode(header)
        self._file.write(encoded)
        self._file.write(len(encoded).to_bytes(8, "little") + _MAGIC)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._unfinished.replace(self._path)

    def _arrays(self, columns: Columns) -> Iterator[tuple[str, NDArray[Any]]]:
        yield "document_ends", self._document_ends
        yield from _in_one(columns.slots.exotic)
        for part in (columns, columns.traits, columns.text, columns.slots):
            for field in fields(part):
                column = getattr(part, field.name)
                if isinstance(column, np.ndarray):
                    yield f"{type(part).__name__}.{field.name}", column

    def _write(self, column: NDArray[Any]) -> tuple[str, Sequence[int], int]:
        """Write one column; return its type, its shape and where it begins."""
        self._file.write(b"\0" * (-self._file.tell() % _ALIGNED))
        start = self._file.tell()
        self._file.write(np.ascontiguousarray(column).data)
        return column.dtype.str, column.shape, start


class FileDocuments:
    """
    The documents of a snapshot, read when they are asked for.

    The system keeps what is read often, for all workers together; a copy of our own cost more to
    look up than to read, and mapped pages would count as memory of every worker.
    """

    def __init__(self, file: int, ends: NDArray[np.int64]) -> None:
        self._file = file
        self._ends = ends.data  # numpy is slow at one value
        weakref.finalize(self, os.close, file)

    def __len__(self) -> int:
        return len(self._ends) - 1

    def read(self, numbers: Iterable[int]) -> list[bytes]:
        file, ends, pread = self._file, self._ends, os.pread
        return [pread(file, ends[n + 1] - ends[n], ends[n]) for n in numbers]


def open_snapshot(path: Path) -> Snapshot | None:
    """Return what the file holds, or None where there is none that this code can use."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, msgspec.MsgspecError):
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            memory = mmap.mmap(file, 0, access=mmap.ACCESS_READ)
            header = _header(memory)
        except BaseException:
            os.close(file)
            raise
        if header is None:
            os.close(file)
            return None
        return _snapshot(file, memory, header)
    return None


def _header(memory: mmap.mmap) -> dict[str, Any] | None:
    if memory[-8:] != _MAGIC:
        return None
    length = int.from_bytes(memory[-16:-8], "little")
    header: dict[str, Any] = msgspec.json.decode(memory[-16 - length : -16])
    return header if header["made_by"] == _made_by() else None


def _snapshot(file: int, memory: mmap.mmap, header: dict[str, Any]) -> Snapshot:
    arrays = {name: _mapped(memory, *place) for name, place in header["arrays"].items()}

    def of(kind: type) -> dict[str, NDArray[Any]]:
        prefix = f"{kind.__name__}."
        return {n.removeprefix(prefix): a for n, a in arrays.items() if n.startswith(prefix)}

    slots = Slots(
        zone_names=tuple(header["zone_names"]),
        exotic=_one_by_one(arrays["exotic"], arrays["exotic_ends"]),
        **of(Slots),
    )
    known = tuple((kind, value) for kind, value in header["known"])
    columns = Columns(
        traits=Traits(known, **of(Traits)),
        text=TextIndex(**of(TextIndex)),
        slots=slots,
        source_ids=tuple(header["source_ids"]),
        precedence=tuple(header["precedence"]),
        unheard_sources=tuple(header["unheard_sources"]),
        **of(Columns),
    )
    documents = FileDocuments(file, arrays["document_ends"])
    return Snapshot(columns, documents, header["version"], header["stamp"])


def _in_one(encoded: Sequence[bytes]) -> Iterator[tuple[str, NDArray[Any]]]:
    """Yield the encoded schedules end to end, and their ends: one big JSON would stall others."""
    ends = np.cumsum([0, *map(len, encoded)], dtype=np.int64)
    yield "exotic", np.frombuffer(b"".join(encoded), dtype=np.uint8)
    yield "exotic_ends", ends


def _one_by_one(encoded: NDArray[Any], ends: NDArray[Any]) -> tuple[bytes, ...]:
    texts, places = encoded.tobytes(), ends.tolist()
    return tuple(texts[start:stop] for start, stop in itertools.pairwise(places))


def _mapped(memory: mmap.mmap, kind: str, shape: Sequence[int], start: int) -> NDArray[Any]:
    count = int(np.prod(shape))
    column: NDArray[Any] = np.frombuffer(memory, np.dtype(kind), count, start).reshape(shape)
    return column


@cache
def _made_by() -> str:
    """Return a mark of this package's code and tables, and of the zone data."""
    digest = hashlib.sha256(ZONE_VERSION.encode())
    for path in sorted(Path(__file__).parent.glob("*.*")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _discard(appended: Any, file: Any, unfinished: Path) -> None:
    appended.close()
    file.close()
    unfinished.unlink(missing_ok=True)
