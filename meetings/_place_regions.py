"""A text that names a whole region or country: its largest towns are the choice, not a guess."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import replace

from meetings._gazetteer import ALTERNATE_SCORE, FAMOUS_SCORE, POPULAR_SCORE, PRIMARY_SCORE
from meetings._place import Match, Place, are_apart
from meetings._place_names import population_score
from meetings._place_ranking import EXACT_SCORE, REGION_SCORE
from meetings._place_readings import (
    WRITE_CODES,
    RegionWords,
    Scope,
    Scopes,
    readings,
    whole_region,
)
from meetings._place_store import Named, Store

SHORTEST_NAME = 2  # L is Leinster, and the beginning of London
LONGEST_CODE = 3
MOST_LOOKED_AT = 40  # several may be one town to a traveller


class Regions:
    """The regions and countries of the gazetteer, as people type them."""

    def __init__(self, store: Store, region_words: RegionWords, own_words: RegionWords) -> None:
        self._store = store
        self._region_words = region_words
        self._own_words = own_words

    def find(self, text: str, *, limit: int) -> list[Place]:
        """
        Return large towns of the region that *text* is, no two of them near each other.

        A town of that name that is no village goes before them, as Ontario in California. What
        is a large town's name besides, or one's in the region itself, is left to the names.
        """
        scopes = _typed_as(text.strip(), whole_region(text, self._own_words))
        if not scopes:
            return []
        group = readings(text, self._region_words)[0]
        named = {row for reading in group for row in self._store.named(reading)}
        countries = {scope.country for scope in scopes}
        own = [row for row in named if row.is_primary or not text.isascii()]
        famous = [row for row in named if _people_score(row) >= FAMOUS_SCORE]
        # A mere alias is meant at home only: LA is no town in Laos. In another script than
        # Latin all names are aliases.
        if any(row in own or row.country in countries for row in famous):
            return []
        largest = self._store.largest_in(scopes, most=MOST_LOOKED_AT)
        if any(row.id in largest for row in named):
            return []
        known = [row for row in own if _people_score(row) >= POPULAR_SCORE]
        known.sort(key=_people_score, reverse=True)
        ids = [*(row.id for row in known), *largest]
        places = self._store.places(ids)
        if known and not any(_is_popular(places[id_]) for id_ in largest):
            return []
        match = Match(
            score=EXACT_SCORE + REGION_SCORE,
            is_exact=True,
            names_region=True,
            is_of_region=not known,
        )
        return list(itertools.islice(_apart((places[id_] for id_ in ids), match), limit))


def _typed_as(text: str, scopes: Scopes) -> frozenset[Scope]:
    """Return the regions that people mean by a word: SF is no island of Cape Verde."""
    if scopes is None or len(text) < SHORTEST_NAME:
        return frozenset()
    if len(text) > LONGEST_CODE:
        return scopes
    return frozenset(it for it in scopes if not it.region_code or it.country in WRITE_CODES)


def _people_score(row: Named) -> int:
    return row.score - (PRIMARY_SCORE if row.is_primary else ALTERNATE_SCORE)


def _is_popular(town: Place) -> bool:
    return population_score(town.population) >= POPULAR_SCORE


def _apart(places: Iterable[Place], match: Match) -> Iterator[Place]:
    chosen: list[Place] = []
    for place in places:
        if all(are_apart(place, other) for other in chosen):
            chosen.append(place)
            yield replace(place, match=match)
