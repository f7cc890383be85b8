"""Finds the postal code in a typed text, alone or behind a town: "Brooklyn, NY 11201"."""

from collections.abc import Iterable
from dataclasses import replace

from meetings._place import SAME_TOWN_KM, Match, Place
from meetings._place_names import normalise
from meetings._place_postcodes import TypedCode, beginning_of_code, typed_codes
from meetings._place_readings import WRITE_CODES, RegionWords, Scopes, readings
from meetings._place_store import Store
from meetings.geo import arc_between_km

# Who types five digits and nothing else means a ZIP code, though ten countries have such
# codes. Where the first in this order does not have it, several countries are a choice.
USA_SCORE = 1000
COUNTRY_SCORE = 2000  # of the deployment
SHORTEST_BEGINNING = 3
MOST_BEGINNINGS = 200
SHORTEST_TOWN = 4  # letters beside a code; fewer begin or are codes of any place, as "AB"
LONGEST_REGION_CODE = 3  # "1000 BE" is in Belgium; no town is called so

_IN_ORDER = ("US", "GB", "CA", "AU", "NZ", "IE", "ZA")  # where most lists are published


class PostcodeSearch:
    """The postal codes of the gazetteer, as people type them."""

    def __init__(self, store: Store, region_words: RegionWords) -> None:
        self._store = store
        self._region_words = region_words

    def find(self, text: str, *, country: str) -> list[Place]:
        """Return the codes that *text* gives, or begins to give; those of *country* first."""
        if not any(character.isdecimal() for character in text):
            return []
        for typed in typed_codes(text):
            for code in typed.codes:
                known = self._store.postal(code, typed.countries)
                if meant := [place for place in known if self._is_meant(place, typed)]:
                    return _ranked(meant, country, is_exact=True, names_region=_has_more(typed))
        beginning = beginning_of_code(text)
        if len(beginning) < SHORTEST_BEGINNING:
            return []
        begun = self._store.postal_beginning(beginning, most=MOST_BEGINNINGS)
        return _ranked(begun, country, is_exact=False, names_region=False)

    def words_without_code(self, text: str) -> str:
        """Return the town beside a code that nobody knows: "00-950 Warszawa"; else ""."""
        typed = next(typed_codes(text), None)
        words = ", ".join(filter(None, (typed.before, typed.after))) if typed else ""
        return "" if words.isascii() and len(words) < SHORTEST_TOWN else words

    def _is_meant(self, place: Place, typed: TypedCode) -> bool:
        """
        Say whether the words around a code go with it; a house number is no code.

        Behind it stand its country or region, or its town: "75001 Paris". Before it stands
        its town, or at the end of an address that names its region anything; anything too
        before its town and behind a comma, and before a code that can be nothing else.
        """
        if (said := self._scopes_before(typed.prefix)) and not _is_in(place, said):
            return False
        after = self._scopes_of(typed.after)
        is_any_before = typed.is_sure or not typed.before
        if after is None or len(typed.after) > LONGEST_REGION_CODE:
            town = typed.after.partition(",")[0]  # a code leads a town, a house number a street
            is_free = is_any_before or typed.is_behind_comma
            if town and is_free and self._is_town_of(place, town):
                return True
        if typed.after and (after is None or not _is_in(place, after)):
            return False
        return is_any_before or self._goes_before(place, typed.before)

    def _goes_before(self, place: Place, words: str) -> bool:
        scopes = self._scopes_of(words)
        if scopes is not None and _is_in(place, scopes):
            return True
        if self._is_town_of(place, words) or self._is_town_of(place, words.rpartition(",")[2]):
            return True
        last = [part for part in map(normalise, words.replace(",", " , ").split(",")) if part]
        return bool(last) and self._ends_in_region_of(place, last[-1])

    def _ends_in_region_of(self, place: Place, part: str) -> bool:
        """Accept an address of which only the region is known: "4 Foo St, Barville, NY"."""
        words = part.split()
        ends = (" ".join(words[start:]) for start in range(len(words)))
        found = (self._region_words.get(end) for end in ends)
        return any(scopes and _is_in(place, scopes) for scopes in found)

    def _is_town_of(self, place: Place, words: str) -> bool:
        if normalise(words) == normalise(place.name.partition(" ")[2]):
            return True
        named = [
            row.id
            for group in readings(words, self._region_words)
            for reading in group
            for row in self._store.named(reading)
            if row.country == place.country
        ]
        towns = self._store.places(named[:MOST_BEGINNINGS]).values()
        return any(arc_between_km(town.point, place.point) <= SAME_TOWN_KM for town in towns)

    def _scopes_before(self, prefix: str) -> Scopes:
        """Return what a prefix means: its country, or as in "CA-90210" a region; else None."""
        found = self._scopes_of(prefix)
        return found and frozenset(
            it for it in found if not it.region_code or it.country in WRITE_CODES
        )

    def _scopes_of(self, words: str) -> Scopes:
        return self._region_words.get(normalise(words)) if words else None


def _has_more(typed: TypedCode) -> bool:
    return bool(typed.before or typed.after)


def _is_in(place: Place, scopes: Scopes) -> bool:
    return any(
        scope.country == place.country
        and (not scope.region_code or place.region_code in ("", scope.region_code))
        for scope in scopes or ()
    )


def _ranked(
    found: Iterable[Place], country: str, *, is_exact: bool, names_region: bool
) -> list[Place]:
    matched = [
        replace(
            place,
            match=Match(
                score=USA_SCORE * (place.country == "US")
                + COUNTRY_SCORE * (place.country == country),
                is_exact=is_exact,
                names_region=names_region,
            ),
        )
        for place in found
    ]
    return sorted(matched, key=lambda place: (-_score(place), _rank(place), place.name))


def _score(place: Place) -> float:
    return place.match.score if place.match else 0


def _rank(place: Place) -> int:
    return _IN_ORDER.index(place.country) if place.country in _IN_ORDER else len(_IN_ORDER)
