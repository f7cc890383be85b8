"""A text that puts a quarter or a street before its town: "Camden, London"."""

import itertools

from meetings._gazetteer import FAMOUS_SCORE, POPULAR_SCORE
from meetings._place import SAME_TOWN_KM, Place
from meetings._place_ranking import Hit, exact_hits, ranked
from meetings._place_readings import Behind, Reading, RegionWords, behind_others
from meetings._place_store import Named, Store
from meetings.geo import arc_km, ecef_km

LONGEST_CUT_SHORT = 4  # letters: "Ala", "Minn", and the codes of airports, which are aliases
MUCH_LARGER_SCORE = 1000  # ten times the people

_DIGITS = frozenset("0123456789")


class TownsBehind:
    """Finds the town that stands behind other words, or what these name in it."""

    def __init__(self, store: Store, region_words: RegionWords, own_words: RegionWords) -> None:
        self._store = store
        self._region_words = region_words
        self._own_words = own_words

    def find(self, text: str, *, country: str, limit: int, is_guess: bool = False) -> list[Place]:
        """
        Return the quarter that *text* names in a town, else the town itself.

        The town alone is returned behind a comma or a number, as an address has them; and
        with *is_guess* behind any words, or before words that nobody knows.
        """
        for names in behind_others(text, self._region_words):
            for behind in names:
                rows = self._towns(behind)
                hits = self._quarters(behind.before, rows, country)
                if not hits and (before := self._towns_before(behind, rows)):
                    named = exact_hits(before, Reading(behind.before), country)
                    return ranked(self._store, named, limit) if is_guess else []
                if not hits and self._is_meant(behind, rows, is_guess=is_guess):
                    hits = list(exact_hits(rows, behind.town, country))
                if hits:
                    return ranked(self._store, hits, limit)
                if rows or behind.town.name in self._own_words:
                    break  # York is no part of New York
        return []

    def _towns(self, behind: Behind) -> list[Named]:
        """Return what may be meant: without a comma or its region only towns of many people."""
        town = behind.town
        rows = self._store.named(town)
        if town.scopes is not None:
            return rows
        is_street = town.is_split and _has_number(behind.before)
        if not is_street and self._may_be_region(town.name, rows):
            return []
        return rows if town.is_split else [row for row in rows if row.score >= POPULAR_SCORE]

    def _towns_before(self, behind: Behind, rows: list[Named]) -> list[Named]:
        """
        Return the large towns before a comma, unless a town that people know is behind it.

        "Boston, Massach" is no place far away that has such an alias, and "London, Atlantis"
        is meant for London; "Victoria, London" is not for Victoria.
        """
        name, town = behind
        if not town.is_split or _has_number(name) or town.name in self._region_words:
            return []
        before = _known(self._store.named(Reading(name)), name)
        least = max((row.score for row in _known(rows, town.name)), default=0)
        is_larger = any(row.score >= least + MUCH_LARGER_SCORE for row in before)
        return before if is_larger else []

    def _is_meant(self, behind: Behind, rows: list[Named], *, is_guess: bool) -> bool:
        """Say whether a town itself is meant behind words that name nothing in it."""
        if _has_number(behind.before):
            return True
        name = behind.town.name
        if behind.town.scopes is None and self._is_larger_region(name, rows):
            return False
        return is_guess or behind.town.is_split

    def _is_larger_region(self, name: str, rows: list[Named]) -> bool:
        """
        Say whether a region of that *name* has a town with more people than any of *rows*.

        Behind a quarter's name Ontario is not the one in California, nor Washington the city.
        """
        own = [row for row in rows if row.is_primary or not name.isascii()]
        namesakes = self._store.places(row.id for row in own).values()
        largest = self._store.largest_in(self._own_words.get(name, ()), most=1)
        people = max((place.population for place in namesakes), default=0)
        return any(it.population > people for it in self._store.places(largest).values())

    def _may_be_region(self, name: str, rows: list[Named]) -> bool:
        """
        Say whether a region has that name, and no large town elsewhere, as San Jose in California.

        Behind a street and a comma a town is meant; else "Buffalo Bill, New York" would find
        New York City (location.md 4.1).
        """
        scopes = self._own_words.get(name)
        if scopes is None:
            return False
        largest = max(rows, key=lambda row: row.score, default=None)
        if largest is None or largest.score < FAMOUS_SCORE:
            return True
        return largest in self._store.named(Reading(name, scopes))

    def _quarters(self, name: str, rows: list[Named], country: str) -> list[Hit]:
        """Return what has that *name* in the first of the towns that has any such."""
        reading = Reading(name)
        named = self._store.named(reading)
        if not named or not rows:
            return []
        places = self._store.places(row.id for row in (*named, *rows))
        ecef = ecef_km([places[row.id].point for row in named])
        for town in sorted(rows, key=lambda row: (row.country != country, -row.score)):
            is_near = arc_km(places[town.id].point, ecef) <= SAME_TOWN_KM
            if is_near.any():
                return list(exact_hits(itertools.compress(named, is_near), reading, country))
        return []


def _known(rows: list[Named], name: str) -> list[Named]:
    """Return the large towns that are called so, not cut short."""
    is_long = len(name) > LONGEST_CUT_SHORT or not name.isascii()
    return [row for row in rows if row.score >= POPULAR_SCORE and (row.is_primary or is_long)]


def _has_number(text: str) -> bool:
    return not _DIGITS.isdisjoint(text)
