"""
The words of all meetings, so that text is found without reading any meeting again.

Every word somebody typed must be part of a word of the meeting. The vocabulary is kept as a
suffix array: the words that hold "port" are those with a suffix that begins so, which lie side
by side. From a word one comes to its meetings (postings), and from a meeting to its words.
"""

import unicodedata
from array import array
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from meetings.model import Meeting

Rows = NDArray[np.int64]
Numbers = NDArray[np.int32]
Mask = NDArray[np.bool_]

_SORTED_BYTES = 8  # of each suffix; longer words are compared in full
_ROWS_AT_ONCE = 10_000
_READ_ROWS_INSTEAD = 8  # reading the words of a row costs as much as so many postings


def fold(text: str) -> str:
    """Return *text* without case and accents, for comparing what people type."""
    if text.isascii():
        return text.casefold()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def searchable(meeting: Meeting) -> str:
    """Return the text of *meeting* in which a search looks, folded."""
    venue = meeting.venue
    place = (venue.name, venue.district, venue.town, venue.postal_code) if venue else ()
    return fold(" ".join((meeting.name, meeting.group, *place, meeting.notes)))


@dataclass(frozen=True, slots=True)
class TextIndex:
    """The columns of the index; rows are those of the catalogue."""

    vocabulary: NDArray[np.uint8]  # UTF-8, each word ended by a zero byte
    word_starts: Numbers
    suffix_keys: NDArray[np.uint64]  # the first bytes of each suffix of a word, sorted
    suffix_words: Numbers  # the word in which each of them lies
    row_ends: NDArray[np.int64]  # of each word's rows in `rows`, one more for the start
    rows: Numbers
    word_ends: NDArray[np.int64]  # of each row's words in `words`
    words: Numbers

    def narrowed(self, text: str, rows: Rows | None) -> Rows:
        """Return those of *rows*, of all when None, whose meetings have every word of *text*."""
        spans = [self._suffixes(word) for word in _needed_words(text)]
        for first, last, word in sorted(spans, key=lambda span: span[1] - span[0]):
            if rows is not None and not len(rows):
                break
            rows = self._with_word(first, last, word, rows)
        return np.arange(len(self.word_ends) - 1) if rows is None else rows

    def _suffixes(self, word: bytes) -> tuple[int, int, bytes]:
        """Return the span of suffixes that begin as *word* does, in their first bytes."""
        if b"\0" in word:  # which ends words here, and is in none
            return 0, 0, word
        beginning = word[:_SORTED_BYTES]
        least = int.from_bytes(beginning.ljust(_SORTED_BYTES, b"\0"))
        most = int.from_bytes(beginning.ljust(_SORTED_BYTES, b"\xff"))
        first = int(self.suffix_keys.searchsorted(np.uint64(least)))
        last = int(self.suffix_keys.searchsorted(np.uint64(most), side="right"))
        return first, last, word

    def _with_word(self, first: int, last: int, word: bytes, rows: Rows | None) -> Rows:
        found = self.suffix_words[first:last]
        if len(word) > _SORTED_BYTES:  # only its beginning was looked for
            distinct = np.unique(found).tolist()
            found = np.array([n for n in distinct if word in self._word(n)], dtype=np.int32)
        postings = int((self.row_ends[found + 1] - self.row_ends[found]).sum())
        if rows is not None and postings > _READ_ROWS_INSTEAD * len(rows):
            return rows[self._have(found, rows)]
        if rows is None and len(found) == 1:
            start, stop = self.row_ends[found[0]], self.row_ends[found[0] + 1]
            return self.rows[start:stop].astype(np.int64)
        has_one = np.zeros(len(self.word_ends) - 1, dtype=np.bool_)
        has_one[self.rows[ranges(self.row_ends, found)]] = True
        return np.flatnonzero(has_one) if rows is None else rows[has_one[rows]]

    def _word(self, number: int) -> bytes:
        start = self.word_starts[number]
        return self.vocabulary[start : self.word_starts[number + 1] - 1].tobytes()

    def _have(self, words: Numbers, rows: Rows) -> Mask:
        """Return which of *rows* have one of *words*, by reading the words of each row."""
        is_meant = np.zeros(len(self.word_starts), dtype=np.bool_)
        is_meant[words] = True
        hits = is_meant[self.words[ranges(self.word_ends, rows)]]
        lengths = self.word_ends[rows + 1] - self.word_ends[rows]
        before = np.concatenate(([0], np.cumsum(hits)))
        ends = np.cumsum(lengths)
        found: Mask = before[ends] > before[ends - lengths]
        return found


def ranges(ends: NDArray[np.int64], chosen: NDArray[np.integer]) -> NDArray[np.int64]:
    """Return, one after the other, the positions ends[n]…ends[n + 1] of each n in *chosen*."""
    starts = ends[chosen]
    lengths = ends[chosen + 1] - starts
    total = int(lengths.sum())
    shifts = np.repeat(starts - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
    positions: NDArray[np.int64] = np.arange(total) + shifts
    return positions


class TextBuilder:
    """Takes the texts of meetings one after the other, by any numbering of theirs."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}
        self._words = array("i")
        self._lengths = array("i")

    def add(self, text: str) -> None:
        known = self._known
        words = {known.setdefault(word, len(known)) for word in text.split()}
        self._words.extend(words)
        self._lengths.append(len(words))

    def built(self, order: Rows) -> TextIndex:
        """Return the index whose row n is the text added as number order[n]; others are left."""
        vocabulary, word_starts = _vocabulary(list(self._known))
        suffix_keys, suffix_words = _suffix_array(vocabulary, word_starts)
        words, lengths = self._in_order(order)
        counts = np.zeros(len(self._known), dtype=np.int64)
        owners = np.empty(len(words), dtype=np.int32)
        word_ends = _ends(lengths)
        for first, last in _stretches(len(order)):
            here = slice(word_ends[first], word_ends[last])
            counts += np.bincount(words[here], minlength=len(counts))
            owners[here] = np.repeat(np.arange(first, last, dtype=np.int32), lengths[first:last])
        by_word = np.argsort(words, kind="stable")
        return TextIndex(
            vocabulary=vocabulary,
            word_starts=word_starts,
            suffix_keys=suffix_keys,
            suffix_words=suffix_words,
            row_ends=_ends(counts),
            rows=owners.take(by_word),
            word_ends=word_ends,
            words=words,
        )

    def _in_order(self, order: Rows) -> tuple[Numbers, Numbers]:
        """Return the words of the rows in their order, and how many each has."""
        added = np.frombuffer(self._words, dtype=np.int32)
        lengths = np.frombuffer(self._lengths, dtype=np.int32)
        ends, words = _ends(lengths), np.empty(len(added), dtype=np.int32)
        done = 0
        for first, last in _stretches(len(order)):
            part = added.take(ranges(ends, order[first:last]))
            words[done : done + len(part)] = part
            done += len(part)
        return words[:done], lengths[order]


def _stretches(count: int) -> Iterator[tuple[int, int]]:
    """Cut so many rows into pieces, since numpy stops other threads while it works on one."""
    for first in range(0, count, _ROWS_AT_ONCE):
        yield first, min(count, first + _ROWS_AT_ONCE)


def _needed_words(text: str) -> list[bytes]:
    """Return the words of a search, without those that are part of another one."""
    words = sorted({word.encode() for word in fold(text).split()}, key=len, reverse=True)
    return [word for n, word in enumerate(words) if not any(word in longer for longer in words[:n])]


def _ends(lengths: NDArray[np.integer]) -> NDArray[np.int64]:
    return np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(lengths, dtype=np.int64)))


def _vocabulary(words: list[str]) -> tuple[NDArray[np.uint8], Numbers]:
    encoded = [word.encode("utf-8", "replace") + b"\0" for word in words]
    ends = _ends(np.fromiter(map(len, encoded), dtype=np.int64, count=len(encoded)))
    return np.frombuffer(b"".join(encoded), dtype=np.uint8), ends.astype(np.int32)


def _suffix_array(
    vocabulary: NDArray[np.uint8], word_starts: Numbers
) -> tuple[NDArray[np.uint64], Numbers]:
    """Return the bytes that follow each position but the ends of words, and whose they are."""
    positions = np.flatnonzero(vocabulary).astype(np.int32)
    padded = np.concatenate((vocabulary, np.zeros(_SORTED_BYTES, dtype=np.uint8)))
    keys = np.zeros(len(positions), dtype=np.uint64)
    is_inside = np.ones(len(positions), dtype=np.bool_)
    for offset in range(_SORTED_BYTES):
        octets = padded[positions + offset]
        is_inside &= octets > 0
        keys = (keys << np.uint64(8)) | np.where(is_inside, octets, 0).astype(np.uint64)
    order = np.argsort(keys, kind="stable")
    owners = np.searchsorted(word_starts, positions[order], side="right") - 1
    return keys[order], owners.astype(np.int32)
