"""One address that publishes the lists of several sources, each with a life of its own."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from importers._source import Get, Payloads, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """
    One of the sources behind one address.

    *stale* says in a sentence why there is no new list of it; it is never evidence of absence
    (bmlt.md 2.3). *payloads* unpacks the list, and raises SourceError if it cannot be used;
    calling it for one part after the other keeps only one list unpacked at a time.
    """

    source: Source
    payloads: Callable[[], Payloads]
    stale: str = ""


@runtime_checkable
class Divided(Protocol):
    """
    An importer of which one address may hold the lists of several sources.

    *only* are the ids of the parts that are wanted, all when it is empty. *with_stale*: a person
    asked for the old copies too.
    """

    def is_divided(self, source: Source, path: Path | None) -> bool:
        """Say whether the address of *source*, or the folder *path*, is one of that kind."""

    async def parts(
        self,
        get: Get,
        source: Source,
        path: Path | None,
        *,
        only: Collection[str],
        with_stale: bool,
    ) -> list[Part]:
        """Return the parts, every file of them checked. Raises SourceError."""


def is_part_of(id_: str, source: Source) -> bool:
    """Say whether *id_* is that of a part of *source*: its id, a dash and a number."""
    head, dash, number = id_.rpartition("-")
    return bool(dash) and head == source.id and number.isascii() and number.isdecimal()
