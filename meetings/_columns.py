"""
A catalogue as columns: every listed meeting is a row, and each fact that a search asks is a column.

Rows with a place come first, sorted into the bands of `_bands`. Meetings themselves are
documents, which are read only to be shown. They lie in the order of the rows, so that what is
found around a place is read from one part of the file; those that are not listed come after.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from meetings._bands import CellStarts, band_keys, cell_starts
from meetings._density import Sums, summed
from meetings._documents import document
from meetings._duplicate_finder import DuplicateFinder
from meetings._text_index import TextBuilder, TextIndex, searchable
from meetings._traits import Trait, Traits, in_bits, in_order, traits_of
from meetings.geo import Floats, ecef_columns
from meetings.model import Meeting, Schedule
from meetings.timetable import Slots, TimetableBuilder
from meetings.unheard import Unheard

Rows = NDArray[np.int64]
Numbers = NDArray[np.int32]

NO_MINUTE = -1  # a meeting without a schedule
_NO_ROW = -1


@dataclass(frozen=True, slots=True)
class Columns:
    """All that a search reads; the document of a row has the row's own number."""

    numbers: Rows  # of the meetings, a value a row
    ranks: Numbers  # the place of each row in the order of the numbers
    rows_by_rank: Rows
    minutes: NDArray[np.int16]  # of the day, when it starts by its own clock, or NO_MINUTE
    classes: Numbers  # of the timetable; the last class stands for "nobody knows when"
    sources: Numbers  # which of source_ids knows when it was confirmed; -1: the meeting itself
    latitudes: Floats  # of the rows with a place, here and below
    longitudes: Floats
    ecef: Floats  # x, y and z in kilometres, a line each
    cell_starts: CellStarts  # see `_bands`
    sums: Sums  # of places, see `_density`
    documents_in_order: Numbers  # of the meetings' numbers, with those that are not listed
    numbers_in_order: Rows
    traits: Traits
    text: TextIndex
    slots: Slots
    source_ids: tuple[str, ...]
    hidden: Numbers  # documents of meetings for which another entry of theirs is shown
    shown_instead: Numbers  # the document of that entry, of each
    precedence: tuple[str, ...]  # of the sources, by which that was chosen
    unheard: Rows  # numbers of meetings that nobody has confirmed for long
    unheard_sources: tuple[str, ...]  # of all whose meetings are among them

    @property
    def placed(self) -> int:
        """Return how many rows have a place; they are the first ones."""
        return len(self.latitudes)

    def entries(self) -> dict[int, tuple[int, ...]]:
        """Return by document all those of one meeting, the one that is shown first."""
        behind: dict[int, list[int]] = {}
        for hidden, shown in zip(self.hidden.tolist(), self.shown_instead.tolist(), strict=True):
            behind.setdefault(shown, []).append(hidden)
        together = [(shown, *hidden) for shown, hidden in behind.items()]
        return {document: entries for entries in together for document in entries}


class Sink(Protocol):
    """Where the builder puts the documents: into memory, or into a file."""

    def append(self, document: bytes, /) -> None: ...
    def read(self, numbers: Iterable[int], /) -> list[bytes]: ...
    def arrange(self, order: Rows, /) -> None:
        """Put the documents in *order*: number n is the one that was added as order[n]."""


class ColumnsBuilder:
    """Takes meetings one after the other, so that they need not be in memory together."""

    def __init__(self, documents: Sink, unheard: Unheard) -> None:
        self._documents = documents
        self._unheard = unheard
        self._are_unheard = array("q")  # numbers of meetings
        self._numbers = array("q")
        self._listed = array("i")  # documents
        self._minutes = array("h")
        self._classes = array("i")
        self._sources = array("i")
        self._source_ids: dict[str, int] = {}
        self._places = array("d")  # latitude and longitude, or nan
        self._traits: dict[Trait, array[int]] = defaultdict(lambda: array("i"))
        self._text = TextBuilder()
        self._timetable = TimetableBuilder()
        self._duplicates = DuplicateFinder()

    def add(self, meetings: Iterable[Meeting]) -> None:
        for meeting in meetings:
            number = len(self._numbers)
            self._numbers.append(meeting.number)
            self._documents.append(document(meeting))
            if not meeting.is_listed:
                continue
            if self._unheard.holds(meeting):
                self._are_unheard.append(meeting.number)
            else:
                self._add_row(meeting, number)

    def built(self, precedence: Sequence[str] = ()) -> Columns:
        """Return the columns; of a meeting that two publishers list, one entry has a row."""
        instead = self._duplicates.found(self._documents, precedence)
        order, placed = self._order(instead)
        rows = np.full(len(self._listed), _NO_ROW, dtype=np.int64)
        rows[order] = np.arange(len(order))
        latitudes, longitudes = self._degrees()[order[:placed]].T.copy()
        documents = self._documents_by_row(order)
        self._documents.arrange(documents)
        new_numbers = _places(documents)
        by_document = np.frombuffer(self._numbers, dtype=np.int64)[documents]
        numbers = by_document[: len(order)]
        slots = self._timetable.built()
        rows_by_rank = np.argsort(numbers, kind="stable")
        documents_in_order = np.argsort(by_document, kind="stable").astype(np.int32)
        classes = np.frombuffer(self._classes, dtype=np.int32)[order]
        return Columns(
            numbers=numbers,
            ranks=_places(rows_by_rank),
            rows_by_rank=rows_by_rank,
            minutes=np.frombuffer(self._minutes, dtype=np.int16)[order],
            classes=np.where(classes < 0, len(slots.class_ends) - 1, classes).astype(np.int32),
            sources=np.frombuffer(self._sources, dtype=np.int32)[order],
            latitudes=latitudes,
            longitudes=longitudes,
            ecef=np.stack(ecef_columns(latitudes, longitudes)),
            cell_starts=cell_starts(latitudes, longitudes),
            sums=summed(latitudes, longitudes),
            documents_in_order=documents_in_order,
            numbers_in_order=by_document[documents_in_order],
            traits=self._traits_of(rows),
            text=self._text.built(order),
            slots=slots,
            source_ids=tuple(self._source_ids),
            hidden=new_numbers[list(instead)],
            shown_instead=new_numbers[list(instead.values())],
            precedence=tuple(precedence),
            unheard=np.array(self._are_unheard, dtype=np.int64),
            unheard_sources=tuple(sorted(self._unheard.sources)),
        )

    def _add_row(self, meeting: Meeting, number: int) -> None:
        row = len(self._listed)
        self._listed.append(number)
        self._minutes.append(_start_minute(meeting.schedule))
        self._classes.append(self._timetable.add(meeting.schedule))
        is_told = meeting.confirmed_on is not None
        source = self._source_ids.setdefault(meeting.source, len(self._source_ids))
        self._sources.append(-1 if is_told else source)
        point = meeting.point if meeting.is_in_person else None
        self._places.extend((point.latitude, point.longitude) if point else (np.nan, np.nan))
        for trait in set(traits_of(meeting)):
            self._traits[trait].append(row)
        self._text.add(searchable(meeting))
        self._duplicates.add(meeting, number)

    def _degrees(self) -> Floats:
        return np.frombuffer(self._places, dtype=np.float64).reshape(-1, 2)

    def _order(self, hidden: Collection[int]) -> tuple[Rows, int]:
        """Return the order of the rows, without *hidden* ones, and how many have a place."""
        latitudes, longitudes = self._degrees().T
        keys = band_keys(latitudes, longitudes)  # nan sorts last
        order = np.argsort(keys, kind="stable")
        if hidden:
            listed = np.frombuffer(self._listed, dtype=np.int32)
            order = order[~np.isin(listed, list(hidden))[order]]
        return order, int(np.isfinite(keys[order]).sum())

    def _documents_by_row(self, order: Rows) -> Rows:
        """Return which documents the rows are, and after them those that have no row."""
        listed = np.frombuffer(self._listed, dtype=np.int32)[order].astype(np.int64)
        return np.concatenate((listed, np.setdiff1d(np.arange(len(self._numbers)), listed)))

    def _traits_of(self, rows: Rows) -> Traits:
        held = {trait: self._rows_with(trait, rows) for trait in self._traits}
        counts = Counter({trait: len(those) for trait, those in held.items() if len(those)})
        known = in_order(counts)
        how_many = np.array([counts[trait] for trait in known], dtype=np.int64)
        return Traits(known, in_bits(known, held, int((rows != _NO_ROW).sum())), how_many)

    def _rows_with(self, trait: Trait, rows: Rows) -> Rows:
        held: Rows = rows[np.frombuffer(self._traits[trait], dtype=np.int32)]
        found: Rows = held[held != _NO_ROW]
        return found


def _start_minute(schedule: Schedule | None) -> int:
    return NO_MINUTE if schedule is None else schedule.start.hour * 60 + schedule.start.minute


def _places(order: Rows) -> Numbers:
    """Return where each row stands in *order*."""
    places = np.empty(len(order), dtype=np.int32)
    places[order] = np.arange(len(order), dtype=np.int32)
    return places
