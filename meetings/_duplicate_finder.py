"""
Which documents of a catalogue are one meeting, found while the catalogue is built.

Meetings pass by one after the other, so only hashes of their keys are kept. The few that share
one with an entry of another source are read again and compared, hour by hour: no step is long.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from meetings._documents import meeting_of
from meetings.duplicates import hour_of, keys_of, shown_instead
from meetings.model import Meeting

Numbers = NDArray[np.int32]


class Readable(Protocol):
    """Where the documents that were added can be read again."""

    def read(self, numbers: Iterable[int], /) -> list[bytes]: ...


class DuplicateFinder:
    """Takes listed meetings with the numbers of their documents."""

    def __init__(self) -> None:
        self._sources: dict[str, int] = {}
        self._source_of = array("i")
        self._numbers = array("i")
        self._hours = array("q")
        # by kind of key: hashes, and whose they are
        self._keys: dict[object, tuple[array[int], array[int]]] = defaultdict(
            lambda: (array("q"), array("i"))
        )

    def add(self, meeting: Meeting, number: int) -> None:
        if meeting.schedule is None:
            return
        place = len(self._numbers)
        self._numbers.append(number)
        self._source_of.append(self._sources.setdefault(meeting.source, len(self._sources)))
        self._hours.append(hour_of(meeting))
        for key in keys_of(meeting):
            hashes, places = self._keys[key[0]]
            hashes.append(hash(key))
            places.append(place)

    def found(self, documents: Readable, precedence: Sequence[str]) -> dict[int, int]:
        """Return for each document that is not to be shown the one that is, see `duplicates`."""
        if len(self._sources) < 2:
            return {}
        numbers = np.frombuffer(self._numbers, dtype=np.int32)
        instead: dict[int, int] = {}
        for places in self._alike_by_hour():
            of_hour = numbers[places].tolist()
            meetings = [meeting_of(each) for each in documents.read(of_hour)]
            number_of = {m.id: number for m, number in zip(meetings, of_hour, strict=True)}
            pairs = shown_instead(meetings, precedence=precedence)
            instead |= {number_of[hidden]: number_of[shown] for hidden, shown in pairs.items()}
        return instead

    def _alike_by_hour(self) -> Iterator[Numbers]:
        """Yield the places of those that share a key with another source, hour by hour."""
        sources = np.frombuffer(self._source_of, dtype=np.int32)
        is_alike = np.zeros(len(sources), dtype=np.bool_)
        for hashes, places in self._keys.values():
            owners = np.frombuffer(places, dtype=np.int32)
            shared = _shared(np.frombuffer(hashes, dtype=np.int64), sources[owners])
            is_alike[owners[shared]] = True
        alike = np.flatnonzero(is_alike).astype(np.int32)
        hours = np.frombuffer(self._hours, dtype=np.int64)[alike]
        order = np.argsort(hours, kind="stable")
        ends = np.flatnonzero(np.diff(hours[order])) + 1
        yield from (each for each in np.split(alike[order], ends) if len(each) > 1)


def _shared(hashes: NDArray[np.int64], sources: Numbers) -> NDArray[np.int64]:
    """Return the positions of the hashes that entries of two sources have."""
    order = np.argsort(hashes, kind="stable")
    hashes, sources = hashes[order], sources[order]
    firsts = np.flatnonzero(np.append(True, hashes[1:] != hashes[:-1]))
    least, most = (each.reduceat(sources, firsts) for each in (np.minimum, np.maximum))
    found: NDArray[np.int64] = order[np.repeat(least != most, np.diff(firsts, append=len(order)))]
    return found
