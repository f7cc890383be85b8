"""What every peer of the benchmark gets: the same rows, one shape of question and of answer."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np

from meetings._in_order import count
from meetings._text_index import searchable
from meetings.catalogue import Catalogue
from meetings.search import Search
from tests.bench.queries import NOW


class Answer(NamedTuple):
    """A page in order, and how many match; documents are fetched too, as ours are."""

    numbers: list[int]
    matching: int


class NotInstalled(Exception):
    """The engine is not on this machine. The message says what is missing."""


class Row(NamedTuple):
    """One meeting that the default search shows."""

    number: int
    latitude: float | None  # of a place one can go to, as the three below
    longitude: float | None
    x: float | None
    y: float | None
    z: float | None
    weekday: int
    minute: int  # of the day
    fellowship: str
    is_online: bool
    own_weekday: int | None  # where the meeting's clock decides: of what has a place
    next_start: int  # in epoch seconds at the moment of the benchmark
    text: str
    document: bytes


class Peer(Protocol):
    """An engine that holds the rows and answers searches."""

    is_exact: bool  # on the ellipsoid, so that answers have to be equal
    looks_km: float  # for the nearest it looks no further

    def can_answer(self, search: Search) -> bool: ...
    async def answer(self, search: Search) -> Answer: ...
    async def close(self) -> None: ...
    def cpu_seconds(self) -> float:
        """Return the CPU time so far of processes that are not ours."""


def rows_of(catalogue: Catalogue) -> Iterator[Row]:
    """Yield the rows of *catalogue* that are shown by default."""
    columns, finder = catalogue._columns, catalogue._finder_for(NOW)
    view = finder._all_in_order(is_online=False)
    shown = finder._matcher(Search(), NOW.timestamp()).in_order(view, finder._agenda)
    rows = view.first(shown, start=0, most=count(shown))
    starts = finder.moment.starts[columns.classes]
    for row in np.sort(rows).tolist():
        (document,) = catalogue._documents.read([row])
        meeting = catalogue.get(int(columns.numbers[row]))
        weekday = meeting.schedule.rules[0].weekday if meeting.schedule else 0
        latitude = longitude = x = y = z = None
        if row < columns.placed:
            latitude, longitude = float(columns.latitudes[row]), float(columns.longitudes[row])
            x, y, z = columns.ecef[:, row].tolist()
        yield Row(
            meeting.number,
            latitude,
            longitude,
            x,
            y,
            z,
            weekday,
            int(columns.minutes[row]),
            meeting.fellowship,
            meeting.is_online,
            None if latitude is None else weekday,
            int(starts[row]),
            searchable(meeting),
            document + b"}",
        )


def offset_seconds(search: Search) -> int:
    """Return what the viewer's clock is ahead of UTC; no clock of theirs changes that week."""
    offset = NOW.astimezone(search.timezone).utcoffset() if search.timezone else None
    return int(offset.total_seconds()) if offset else 0


def cpu_seconds_of(server: int) -> float:
    """Return the CPU time of a process and of those it started, what has ended too."""
    ticks = 0
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            values = (process / "stat").read_text().rpartition(")")[2].split()
            if server in (int(process.name), int(values[1])):
                ticks += sum(map(int, values[11:15]))  # its own, and what it waited for
    return ticks / os.sysconf("SC_CLK_TCK")
