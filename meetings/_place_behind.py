"""A text that puts a quarter or a street before its town: "Camden, London"."""

import itertools
from collections.abc import Iterable, Iterator

from meetings._gazetteer import POPULAR_SCORE
from meetings._place import Place
from meetings._place_ranking import Hit, match, ranked
from meetings._place_readings import Behind, Reading, RegionWords, behind_others
from meetings._place_store import Named, Store
from meetings.geo import arc_km, ecef_km

SAME_TOWN_KM = 60  # from a quarter to the middle of its town, at most
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
        with *is_guess* behind any words.
        """
        for names in behind_others(text, self._region_words):
            behind = next(filter(self._is_name, names), None)  # York is no part of New York
            if behind is None:
                continue
            rows = self._towns(behind)
            hits = self._quarters(behind.before, rows, country)
            if not hits and (is_guess or behind.town.is_split or _has_number(behind.before)):
                hits = list(_hits(rows, behind.town, country))
            if hits:
                return ranked(self._store, hits, limit)
        return []

    def _is_name(self, behind: Behind) -> bool:
        return behind.town.name in self._own_words or bool(self._store.named(behind.town))

    def _towns(self, behind: Behind) -> list[Named]:
        """
        Return what may be meant by a town: without a comma or its region only one of many people.

        A name that is a region's too is a town's behind a street and a comma alone, or
        "Buffalo Bill, New York" would find New York City (location.md 4.1).
        """
        town = behind.town
        is_street = town.is_split and _has_number(behind.before)
        if town.scopes is None and town.name in self._own_words and not is_street:
            return []
        rows = self._store.named(town)
        if town.scopes is not None or town.is_split:
            return rows
        return [row for row in rows if row.score >= POPULAR_SCORE]

    def _quarters(self, name: str, rows: list[Named], country: str) -> list[Hit]:
        """Return what has that *name* in the first of the towns that has any such."""
        reading = Reading(name)
        named = self._store.named(reading)
        if not named:
            return []
        places = self._store.places(row.id for row in (*named, *rows))
        ecef = ecef_km([places[row.id].point for row in named])
        for town in sorted(rows, key=lambda row: (row.country != country, -row.score)):
            is_near = arc_km(places[town.id].point, ecef) <= SAME_TOWN_KM
            if is_near.any():
                return list(_hits(itertools.compress(named, is_near), reading, country))
        return []


def _hits(rows: Iterable[Named], reading: Reading, country: str) -> Iterator[Hit]:
    for row in rows:
        yield row.id, match(row.score, reading, is_exact=True, at_home=row.country == country)


def _has_number(text: str) -> bool:
    return not _DIGITS.isdisjoint(text)
