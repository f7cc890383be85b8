"""Reads a typed place: which words are its name, which say where it lies (location.md 3.3)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from meetings._place_names import normalise

MOST_REGION_WORDS = 3  # "Birmingham, AL, USA" has two
WRITE_CODES = ("US", "CA", "AU")  # where a region's code stands in addresses
MOST_TOWN_WORDS = 3  # behind a quarter or a street, where no comma says which they are

_COMMAS = re.compile(r"[,;،、，]")
_LEADING = re.compile(r"^(mt|ft|n|s|e|w) (?=.)")  # "Mt Vernon", "N Hollywood"
_IN_FULL = {
    "mt": "mount",
    "ft": "fort",
    "n": "north",
    "s": "south",
    "e": "east",
    "w": "west",
}


@dataclass(frozen=True, slots=True)
class Scope:
    """A region, or with region_code "" a whole country."""

    country: str
    region_code: str = ""


Scopes = frozenset[Scope] | None  # any of these; None is anywhere, and empty is nowhere
RegionWords = Mapping[str, frozenset[Scope]]  # normalised: "ca" is Canada and California


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a text."""

    name: str
    scopes: Scopes = None
    is_split: bool = False  # by a comma: what is behind it is no part of the name


class Behind(NamedTuple):
    """A town, and what stands before it."""

    before: str
    town: Reading


def readings(text: str, region_words: RegionWords) -> list[list[Reading]]:
    """
    Return every way to read *text*, in groups: a later group counts when the earlier fail.

    The first group takes the words before the first comma for the name. The later ones skip
    what is before it, a street or a church: "12 Main St, Salem, MA". They do so only when
    regions follow, and they are never united with the first, or "Buffalo, New York, USA"
    would find New York City (location.md 4.1).
    """
    parts = _parts(text)
    groups = [list(_of_part(parts, at, region_words)) for at in range(len(parts))]
    if parts:
        groups[0].insert(0, Reading(" ".join(parts)))
    return [[*group, *_in_full(group)] for group in groups if group]


def behind_others(text: str, region_words: RegionWords) -> Iterator[list[Behind]]:
    """
    Yield what may be a town behind a quarter or a street of it: "12 High St, Oxford".

    Each list has the names of one reading, the longest first.
    """
    parts = _parts(text)
    if len(parts) > 1:
        yield [Behind(parts[-2], Reading(parts[-1], is_split=True))]
    for reading in reversed(readings(text, region_words)[0] if parts else []):
        words = reading.name.split()
        starts = range(max(1, len(words) - MOST_TOWN_WORDS), len(words))
        yield [
            Behind(" ".join(words[:at]), Reading(" ".join(words[at:]), reading.scopes))
            for at in starts
        ]


def whole_region(text: str, region_words: RegionWords) -> Scopes:
    """Return the region that *text* is, "Ontario, Canada"; None where it says something else."""
    scopes: Scopes = None
    for part in _parts(text):
        if (own := _of_regions(part, region_words)) is None:
            return None
        scopes = intersection(scopes, own)
    return scopes


def intersection(a: Scopes, b: Scopes) -> Scopes:
    """Return what lies in both: Alabama and USA is Alabama, Salem's two states are nowhere."""
    if a is None or b is None:
        return b if a is None else a
    return frozenset(scope for x in a for y in b if (scope := _narrower(x, y)) is not None)


def _parts(text: str) -> list[str]:
    return [part for part in map(normalise, _COMMAS.split(text)) if part]


def _in_full(group: Iterable[Reading]) -> Iterator[Reading]:
    """Yield those whose name begins with a word that is often cut short, with the whole word."""
    for reading in group:
        name, count = _LEADING.subn(lambda found: f"{_IN_FULL[found[1]]} ", reading.name)
        if count:
            yield replace(reading, name=name)


def _narrower(a: Scope, b: Scope) -> Scope | None:
    if a.country != b.country:
        return None
    if a.region_code and b.region_code and a.region_code != b.region_code:
        return None
    return a if a.region_code else b


def _of_part(parts: list[str], at: int, region_words: RegionWords) -> Iterator[Reading]:
    """Yield the readings in which the name is in the part *at*, and regions follow it."""
    name, behind = parts[at], parts[at + 1 :]
    beyond = _of_parts_behind(behind, region_words)
    candidates = [(name, beyond)] if behind else []
    if name not in region_words:  # "West Virginia" is not a West in Virginia
        for rest, scopes in _stripped(name.split(), region_words, MOST_REGION_WORDS):
            candidates.append((rest, intersection(scopes, beyond)))
    for rest, scopes in candidates:
        if rest and scopes:
            yield Reading(rest, scopes, is_split=bool(behind))


def _of_parts_behind(parts: list[str], region_words: RegionWords) -> Scopes:
    """Intersect the regions. A county in the middle may be unknown, the last part may not."""
    scopes: Scopes = None
    for part in parts:
        if (own := _of_regions(part, region_words)) is not None:
            scopes = intersection(scopes, own)
        elif part is parts[-1]:
            return frozenset()
    return scopes


def _of_regions(part: str, region_words: RegionWords) -> Scopes:
    """Return where a part lies that holds nothing but region words, "AL USA"; else None."""
    for rest, scopes in _stripped(part.split(), region_words, MOST_REGION_WORDS):
        if not rest and scopes:
            return scopes
    return None


def _stripped(
    words: list[str], region_words: RegionWords, most: int
) -> Iterator[tuple[str, Scopes]]:
    """Yield what is left, and where, when up to *most* region words are taken from the right."""
    for start in reversed(range(len(words))):
        scopes = region_words.get(" ".join(words[start:]))
        if scopes is None:
            continue
        yield " ".join(words[:start]), scopes
        if most > 1:
            for rest, inner in _stripped(words[:start], region_words, most - 1):
                yield rest, intersection(inner, scopes)
