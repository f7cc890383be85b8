"""
The published meetings in memory: one immutable object, swapped whole when its version moves.

Search, pages, feeds and the foreign faces all read it; the database is not on their path.
Results come in a stated order whose ties are settled by the meeting's number.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from meetings._columns import Columns, ColumnsBuilder
from meetings._documents import Documents, DocumentsInMemory, document, meeting_of
from meetings._finding import TRAVEL_KM_PER_HOUR, Finder, Found
from meetings._hits import Hits, hit_alone
from meetings._listings import Listing, listings
from meetings._paging import write_cursor
from meetings._snapshot import SnapshotWriter, open_snapshot
from meetings.errors import NotFound, StorageError
from meetings.model import Meeting
from meetings.search import Facets, Hit, Results, Search
from meetings.timetable import Timetable, answered
from meetings.unheard import Unheard

__all__ = ["TRAVEL_KM_PER_HOUR", "Answer", "Catalogue", "CatalogueBuilder", "Listing", "listing_of"]

_NONE_UNHEARD = Unheard()
_FACETS = {
    "fellowship": "fellowship",
    "format": "format",
    "venue": "venue",
    "day": "weekday",
    "language": "language",
}
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PREPARED_SECONDS = 3.0
_READ_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search found, for whoever only joins the documents."""

    listings: list[Listing]
    count: int
    next_cursor: str | None
    facets: Facets | None


class Catalogue:
    """
    All meetings of one *version*; tombstones answer to their number and are never found.

    Of a meeting that two publishers list, the entry of the source that comes first in
    *precedence* is found; the other answers to its number, and is told as another source.
    What is *unheard* answers to its number too, and is not found.
    """

    def __init__(
        self,
        meetings: Iterable[Meeting],
        *,
        version: int,
        now: dt.datetime,
        precedence: Sequence[str] = (),
        unheard: Unheard = _NONE_UNHEARD,
    ) -> None:
        documents = DocumentsInMemory()
        builder = ColumnsBuilder(documents, unheard)
        builder.add(meetings)
        self._open(builder.built(precedence), documents, version, now)

    @classmethod
    def opened(cls, path: Path, *, now: dt.datetime) -> "Catalogue | None":
        """Return the catalogue of a snapshot file, or None where it is of no use."""
        snapshot = open_snapshot(path)
        if snapshot is None:
            return None
        catalogue = cls.__new__(cls)
        catalogue._open(snapshot.columns, snapshot.documents, snapshot.version, now)
        catalogue.stamp = snapshot.stamp
        return catalogue

    def _open(self, columns: Columns, documents: Documents, version: int, now: dt.datetime) -> None:
        self.version = version
        self.stamp = ""  # of the state of the database that this shows
        self._columns = columns
        self._documents = documents
        self._timetable = Timetable(columns.slots)
        self._hits = Hits(columns, documents)
        self._counts = columns.traits.counts()
        self._entries = columns.entries()
        # numbers of those that would be found, had anybody confirmed them
        self.unheard: frozenset[int] = frozenset(columns.unheard.tolist())
        self._finder = self._finder_at(now.timestamp())
        self._coming: Finder | None = None

    def __len__(self) -> int:
        return len(self._columns.numbers)

    @property
    def precedence(self) -> tuple[str, ...]:
        """Return the sources in the order by which one entry of a meeting was chosen."""
        return self._columns.precedence

    @property
    def unheard_sources(self) -> tuple[str, ...]:
        """Return the sources of which no list was confirmed for so long that none is found."""
        return self._columns.unheard_sources

    def all(self) -> Collection[Meeting]:
        """Return every meeting by number, the tombstones and unlisted too; each read anew."""
        return _All(self._documents, self._columns.documents_in_order)

    def get(self, number: int) -> Meeting:
        """Return the meeting with *number*, a tombstone too. Raises NotFound."""
        return self._hits.meeting(self._document_of(number))

    def also_listed(self, number: int) -> list[Meeting]:
        """Return the other entries of a meeting in other lists, the one that is found first."""
        document = self._document_of(number)
        entries = self._entries.get(document, ())
        return [self._hits.meeting(each) for each in entries if each != document]

    def is_found(self, number: int) -> bool:
        """Say whether searches find the entry, were it only listed: no other stands for it."""
        document = self._document_of(number)
        entries = self._entries.get(document)
        is_first = entries is None or entries[0] == document
        return is_first and number not in self.unheard

    def count_by(self, kind: str) -> Mapping[str, int]:
        """Return how many listed meetings hold each value of *kind*: "fellowship", "format"…"""
        return self._counts.get(kind, {})

    def hit(self, meeting: Meeting, *, now: dt.datetime) -> Hit:
        """Return *meeting* with its running or next occurrence, as a search shows it."""
        row = self._row_of(meeting.number)
        if row is None:
            return hit_alone(meeting, now=now)
        (found,) = self._hits.of(np.array([row]), None, self._finder_for(now).moment, now)
        return found

    def find(self, search: Search, *, now: dt.datetime) -> Results:
        """
        Return the page of meetings that answer *search* at the moment *now*.

        By distance: millimetres, then the number. By time: what is on now, what starts next,
        then the number; meetings whose time or zone is unknown come last.
        """
        found = self._find(search, now)
        page = found.page
        return Results(
            hits=tuple(self._hits.of(page.rows, page.kilometres, self._finder.moment, now)),
            count=found.count,
            next_cursor=write_cursor(page.cursor),
            facets=self._facets(search, found),
        )

    def answer(self, search: Search, *, now: dt.datetime) -> Answer:
        """Return what `find` does, without reading a meeting."""
        found = self._find(search, now)
        moment = self._finder.moment
        return Answer(
            listings(self._columns, self._documents, found.page, moment, now.timestamp()),
            found.count,
            write_cursor(found.page.cursor),
            self._facets(search, found),
        )

    def moment_key(self, now: dt.datetime) -> float:
        """Return a value that stays the same as long as nothing begins or ends."""
        return self._finder_for(now).moment.since

    def look_ahead(self, *, now: dt.datetime) -> None:
        """Make ready what the next moment needs, shortly before it comes; for a thread."""
        until = self._finder.moment.until
        is_ready = self._coming is not None and self._coming.moment.since == until
        if not is_ready and now.timestamp() + _PREPARED_SECONDS >= until:
            self._coming = self._finder_at(until)

    def forget(self) -> None:
        """Let go of the meetings that were read."""
        self._hits.forget()

    def _find(self, search: Search, now: dt.datetime) -> Found:
        return self._finder_for(now).find(search, now.timestamp())

    def _finder_for(self, now: dt.datetime) -> Finder:
        seconds = now.timestamp()
        if not self._finder.moment.holds_at(seconds):
            coming = self._coming
            if coming is None or not coming.moment.holds_at(seconds):
                coming = self._finder_at(seconds)
            self._finder = coming
        return self._finder

    def _finder_at(self, seconds: float) -> Finder:
        finder = Finder(self._columns, self._timetable.at(seconds))
        finder.prepare()
        return finder

    def _facets(self, search: Search, found: Found) -> Facets | None:
        if not search.facets or found.rows is None:
            return None
        counts = self._columns.traits.counts(found.rows)
        facets = {name: counts.get(kind, {}) for name, kind in _FACETS.items()}
        days = {_DAYS[int(day) - 1]: count for day, count in facets["day"].items()}
        return facets | {"day": days}

    def _document_of(self, number: int) -> int:
        numbers = self._columns.numbers_in_order
        place = int(np.searchsorted(numbers, number))
        if place == len(numbers) or numbers[place] != number:
            raise NotFound(f"no meeting has the number {number}")
        return int(self._columns.documents_in_order[place])

    def _row_of(self, number: int) -> int | None:
        """Return the row of the meeting with *number*, or None where it is not found."""
        try:
            document = self._document_of(number)
        except NotFound:
            return None
        return document if document < len(self._columns.numbers) else None


def listing_of(hit: Hit) -> Listing:
    """Return a hit as `Catalogue.answer` gives it."""
    return Listing(
        document(hit.meeting),
        hit.meeting.source if hit.meeting.confirmed_on is None else None,
        None if hit.next_start is None else int(hit.next_start.timestamp()),
        hit.is_on_now,
        hit.distance_km,
    )


class CatalogueBuilder:
    """Makes a catalogue of meetings that come in batches; in a snapshot file, given its *path*."""

    def __init__(
        self,
        path: Path | None = None,
        *,
        precedence: Sequence[str] = (),
        unheard: Unheard = _NONE_UNHEARD,
    ) -> None:
        self._path = path
        self._precedence = precedence
        self._writer = SnapshotWriter(path) if path is not None else None
        self._documents = DocumentsInMemory()
        self._builder = ColumnsBuilder(self._writer or self._documents, unheard)

    def add(self, meetings: Iterable[Meeting]) -> None:
        self._builder.add(meetings)

    def built(self, *, version: int, stamp: str, now: dt.datetime) -> Catalogue:
        """Return the catalogue; from a file it reads what other workers read too."""
        columns = self._builder.built(self._precedence)
        columns = replace(columns, slots=answered(columns.slots, now.timestamp()))
        if self._writer is not None and self._path is not None:
            self._writer.finish(columns, version=version, stamp=stamp)
            opened = Catalogue.opened(self._path, now=now)
            if opened is not None:
                return opened
            raise StorageError(f"the snapshot just written cannot be read: {self._path.name}")
        catalogue = Catalogue.__new__(Catalogue)
        catalogue._open(columns, self._documents, version, now)
        catalogue.stamp = stamp
        return catalogue


class _All(Collection[Meeting]):
    """Every meeting, read when it is its turn."""

    def __init__(self, documents: Documents, order: NDArray[np.int32]) -> None:
        self._documents = documents
        self._order = order

    def __len__(self) -> int:
        return len(self._order)

    def __iter__(self) -> Iterator[Meeting]:
        for first in range(0, len(self._order), _READ_AT_ONCE):
            numbers = self._order[first : first + _READ_AT_ONCE].tolist()
            yield from map(meeting_of, self._documents.read(numbers))

    def __contains__(self, meeting: object) -> bool:
        return any(meeting == each for each in self)
