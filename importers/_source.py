"""The words that every importer shares: a source, its payloads, and what reading them yields."""

import datetime as dt
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable
from zoneinfo import ZoneInfo

from meetings.model import Meeting


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One publisher of a list: data from sources.toml, or from `openchair import --file`."""

    id: str
    importer: str
    fellowship: str
    title: str = ""
    url: str = ""
    country: str = ""  # ISO 3166-1 alpha-2
    timezone: ZoneInfo | None = None  # the zone of its meetings where the list gives none
    language: str = ""  # BCP 47, of meetings that state none
    every: dt.timedelta = dt.timedelta(hours=12)
    home: bool = False
    enabled: bool = True
    publish_passcodes: bool = False
    terms: str = ""
    contact: str = ""

    def __post_init__(self) -> None:
        if not self.id or not all(c.isascii() and (c.isalnum() or c in "-_.") for c in self.id):
            raise ValueError(f"a source id is letters, digits, '-', '_', '.'; got {self.id!r}")


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that is no meeting. *reason* names field and fault, never a person's value."""

    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class Withdrawn(Rejected):
    """
    A record that says its meeting is over: `published` "0", "Delete" = D.

    Its meeting becomes a tombstone at once, without the grace that a silent absence gets
    (reliability.md 2.4).
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Unplaced:
    """
    A meeting whose hour is known as an instant only, and whose place decides its zone.

    `_locate` turns it into a Meeting with wall-clock times, or into a Rejected: the local
    weekday and hour of *next_at* in the zone of the place are the meeting's.
    """

    meeting: Meeting  # schedule is None, venue holds town, region and country
    next_at: dt.datetime  # UTC
    ordinals: tuple[int, ...] = ()
    interval_weeks: int = 1
    duration: dt.timedelta | None = None


@dataclass(frozen=True, slots=True)
class Doubtful:
    """
    A meeting whose record contradicts itself, or names an hour that cannot be read.

    *remark* tells the report, with {meetings}, what was made of it. *is_hourless*: of a meeting
    that had an hour the last good version is worth more.
    """

    meeting: Meeting
    remark: str = ""
    is_hourless: bool = False


Payloads = Mapping[str, bytes]
Get = Callable[[str], Awaitable[bytes]]
Reading = Iterator[Meeting | Unplaced | Doubtful | Rejected]


class Importer(Protocol):
    """The reader of one format: a module with these names."""

    TITLE: str
    SPEC: str  # where the format is described
    IS_WINDOWED: bool  # the list shows only what occurs in the next days: absence says little

    async def fetch(self, get: Get, source: Source) -> Payloads:
        """Download what *source* publishes, through *get*."""

    def load(self, path: Path) -> Payloads:
        """Take the payloads from a file or folder. Raises UnknownFormat."""

    def read(self, payloads: Payloads, source: Source) -> Reading:
        """Yield each record of *payloads*. Pure. Raises UnknownFormat for a broken payload."""


@runtime_checkable
class Windowing(Protocol):
    """An importer whose payloads tell whether they are the whole list or a window of days."""

    def is_windowed(self, payloads: Payloads) -> bool:
        """Say so of *payloads*, in place of IS_WINDOWED."""
