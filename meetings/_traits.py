"""
What meetings have in common, as bits: one column of 64-bit words for each 64 traits.

A filter that needs several traits is one mask and one comparison a word.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from meetings.fellowships import fellowship
from meetings.formats import DEFAULT_ADMISSIONS, FAMILY_ADMISSIONS, searched_as
from meetings.model import Meeting
from meetings.search import Search

Mask = NDArray[np.bool_]
Words = NDArray[np.uint64]
Rows = NDArray[np.int64]
Trait = tuple[str, str]  # kind and value: ("format", "women")
Bits = tuple[int, np.uint64]  # a word and the bits meant in it
Group = tuple[Bits, ...]  # of which one bit is enough
Mask64 = NDArray[np.uint64]  # of one value: numpy takes three times as long with a scalar

ONLINE: Trait = ("online", "yes")
ONLINE_ONLY: Trait = ("venue", "online")
_BY_DEFAULT: Trait = ("shown", "by default")  # admitted, and no family group (formats.md 4)
_NO_FAMILY: Trait = ("family", "no")
_NO_CAMERA: Trait = ("camera", "not asked for")

# The kinds that most searches ask for come first, so that they share a word.
_FIRST_KINDS = ("shown", "family", "online", "venue", "weekday", "admission", "fellowship")
_NEEDS_MOST = 4096  # kept


@dataclass(frozen=True, slots=True)
class Need:
    """
    What a row must have: all bits of *all_of*, and of each group in *any_of* one at least.

    *groups* say the same once more, one by one.
    """

    all_of: tuple[tuple[Words, Mask64], ...] = ()  # columns, with the bits meant in them
    any_of: tuple[Group, ...] = ()
    groups: tuple[Group, ...] = ()
    is_impossible: bool = False  # asks for a value that no meeting has
    likely_share: float = 1.0  # of the rows, if traits were independent


@dataclass(frozen=True, slots=True)
class Traits:
    """The traits of a catalogue and the words that hold them, a row of *words* a word."""

    known: tuple[Trait, ...]
    words: Words
    held: Rows  # how many rows have each trait
    _bits: dict[Trait, int] = field(init=False, repr=False, compare=False)
    _shares: list[float] = field(init=False, repr=False, compare=False)
    _needs: dict[object, Need] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_bits", {trait: bit for bit, trait in enumerate(self.known)})
        object.__setattr__(self, "_shares", (self.held / max(1, self.words.shape[1])).tolist())

    def need(self, search: Search, *, with_weekdays: bool = True) -> Need:
        """Return what *search* asks for; *with_weekdays* where its own days decide alone."""
        asked = (
            search.admissions,
            search.online,
            search.fellowships,
            search.venue_types,
            search.languages,
            search.formats,
            search.without_camera,
            search.weekdays if with_weekdays else None,
        )
        found = self._needs.get(asked)  # few ask for what nobody asked before
        if found is None:
            if len(self._needs) >= _NEEDS_MOST:
                self._needs.clear()
            found = self._needs[asked] = self._need(_groups(search, with_weekdays=with_weekdays))
        return found

    def _need(self, groups: Iterable[Sequence[Trait]]) -> Need:
        all_of: dict[int, int] = {}
        any_of, each = [], []
        share = 1.0
        for group in groups:
            bits = [self._bits[trait] for trait in group if trait in self._bits]
            if not bits:
                return Need(is_impossible=True)
            share *= min(1.0, sum(self._shares[bit] for bit in bits))
            each.append(_masks(bits))
            if len(bits) == 1:
                all_of[bits[0] >> 6] = all_of.get(bits[0] >> 6, 0) | 1 << (bits[0] & 63)
            else:
                any_of.append(each[-1])
        needed = tuple((self.words[n], np.array(mask, np.uint64)) for n, mask in all_of.items())
        return Need(needed, tuple(any_of), tuple(each), likely_share=share)

    def masks(self, traits: Iterable[Trait]) -> Group:
        """Return word and mask for "any of these"; nothing where no meeting has any."""
        return _masks([self._bits[trait] for trait in traits if trait in self._bits])

    def having(self, group: Group, rows: Rows) -> Mask:
        """Say which of *rows* have one of the bits of *group* at least."""
        found: Mask | None = None
        for word, bits in group:
            has_one = (self.words[word].take(rows) & bits) != 0
            found = has_one if found is None else found | has_one
        return np.zeros(len(rows), dtype=np.bool_) if found is None else found

    def counts(self, rows: Rows | None = None) -> dict[str, dict[str, int]]:
        """Return by kind and value how many of *rows*, of all by default, have each trait."""
        found: dict[str, dict[str, int]] = {}
        for word, column in enumerate(self.words):
            here = slice(word * 64, word * 64 + 64)
            counts = self.held[here] if rows is None else _bit_counts(column[rows])
            for bit, (kind, value) in enumerate(self.known[here]):
                if counts[bit]:
                    found.setdefault(kind, {})[value] = int(counts[bit])
        return found


def traits_of(meeting: Meeting) -> Iterable[Trait]:
    """Yield what a search can ask of *meeting*."""
    is_family = meeting.admission in FAMILY_ADMISSIONS or fellowship(meeting.fellowship).is_family
    yield "fellowship", meeting.fellowship
    yield "venue", meeting.venue_type.value
    yield "admission", meeting.admission.value
    if not is_family:
        yield _NO_FAMILY
        if meeting.admission in DEFAULT_ADMISSIONS:
            yield _BY_DEFAULT
    if meeting.is_online:
        yield ONLINE
    for code in meeting.formats:
        yield "format", code
    if "camera_required" not in meeting.formats:
        yield _NO_CAMERA
    for language in meeting.languages:
        yield "language", language
    if meeting.schedule is not None:
        for rule in meeting.schedule.rules:
            yield "weekday", str(rule.weekday)


def in_bits(known: Sequence[Trait], held: Mapping[Trait, Rows], rows: int) -> Words:
    """Return the words of so many *rows*, where *held* names the rows that have each trait."""
    words = np.zeros((max(1, -(-len(known) // 64)), rows), dtype=np.uint64)
    for bit, trait in enumerate(known):
        words[bit >> 6, held[trait]] |= np.uint64(1 << (bit & 63))
    return words


def in_order(counts: Counter[Trait]) -> tuple[Trait, ...]:
    """Return the traits that are there, those that are asked for most often first."""

    def rank(trait: Trait) -> tuple[int, int, str]:
        kind, value = trait
        place = _FIRST_KINDS.index(kind) if kind in _FIRST_KINDS else len(_FIRST_KINDS)
        return place, -counts[trait], value

    return tuple(sorted(counts, key=rank))


def _groups(search: Search, *, with_weekdays: bool) -> Iterable[Sequence[Trait]]:
    """Yield what must hold, each as the traits of which one is enough."""
    if not search.admissions:
        yield [_BY_DEFAULT]
    else:
        yield [("admission", admission.value) for admission in search.admissions]
        if not search.admissions & FAMILY_ADMISSIONS:
            yield [_NO_FAMILY]
    if search.online:
        yield [ONLINE]
    if search.fellowships:
        yield [("fellowship", code) for code in search.fellowships]
    if search.venue_types:
        yield [("venue", venue.value) for venue in search.venue_types]
    if search.languages:
        yield [("language", each) for tag in search.languages for each in _looked_up(tag)]
    for code in search.formats:
        yield [("format", each) for each in searched_as(code)]
    if search.without_camera:
        yield [_NO_CAMERA]
    if search.weekdays and with_weekdays:
        yield [("weekday", str(day)) for day in search.weekdays]


def _looked_up(tag: str) -> Iterable[str]:
    """Yield a language tag and what it is part of, as lookup in BCP 47: en-US, then en."""
    while tag:
        yield tag
        if tag != tag.lower():
            yield tag.lower()  # as some lists write it
        tag = tag.rpartition("-")[0]


def _masks(bits: Iterable[int]) -> Group:
    masks: dict[int, int] = {}
    for bit in bits:
        masks[bit >> 6] = masks.get(bit >> 6, 0) | 1 << (bit & 63)
    return tuple((word, np.uint64(mask)) for word, mask in masks.items())


def _bit_counts(column: Words) -> NDArray[np.int64]:
    octets = np.ascontiguousarray(column, dtype="<u8").view(np.uint8).reshape(-1, 8)
    bits = np.zeros(64, dtype=np.int64)
    for start in range(0, len(octets), 65_536):  # eight times as many bytes at once are enough
        chunk = np.unpackbits(octets[start : start + 65_536], axis=1, bitorder="little")
        bits += chunk.sum(axis=0, dtype=np.int64)
    return bits
