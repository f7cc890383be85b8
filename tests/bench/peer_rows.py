"""What every peer of the benchmark gets: the same rows, one shape of question and of answer."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Protocol

from meetings.catalogue import Catalogue
from meetings.search import Search

Answer = list[int]  # numbers, the nearest first


class NotInstalled(Exception):
    """The engine is not on this machine. The message says what is missing."""


class Row(NamedTuple):
    """One placed meeting that the default search shows."""

    number: int
    latitude: float
    longitude: float
    x: float
    y: float
    z: float
    weekday: int
    fellowship: str
    document: str


class Peer(Protocol):
    """An engine that holds the rows and answers searches by radius or for the nearest."""

    is_exact: bool  # on the ellipsoid, so that answers have to be equal

    async def answer(self, search: Search) -> Answer: ...
    async def close(self) -> None: ...
    def cpu_seconds(self) -> float:
        """Return the CPU time so far of processes that are not ours."""


def rows_of(catalogue: Catalogue) -> list[Row]:
    """Return the rows of *catalogue* that have a place and are shown by default."""
    columns = catalogue._columns
    need = columns.traits.need(Search())
    rows = range(columns.placed)
    for word, bits in need.all_of:
        rows = [row for row in rows if columns.traits.words[word, row] & bits == bits]  # type: ignore[assignment] # a narrower range
    return list(_rows(catalogue, list(rows)))


def _rows(catalogue: Catalogue, rows: list[int]) -> Iterator[Row]:
    columns = catalogue._columns
    for row in rows:
        (document,) = catalogue._documents.read([int(columns.documents[row])])
        meeting = catalogue.get(int(columns.numbers[row]))
        x, y, z = columns.ecef[row].tolist()
        yield Row(
            meeting.number,
            float(columns.latitudes[row]),
            float(columns.longitudes[row]),
            x,
            y,
            z,
            meeting.schedule.rules[0].weekday if meeting.schedule else 0,
            meeting.fellowship,
            document.decode() + "}",
        )


def cpu_seconds_of(name: str) -> float:
    """Return the CPU time of all processes with this program name."""
    total = 0
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (process / "comm").read_text().strip() == name:
                for task in (process / "task").iterdir():
                    total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9
