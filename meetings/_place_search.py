"""Looks places up in the gazetteer: what a person typed, what a list says, what is near."""

import threading
from collections.abc import Iterator
from functools import lru_cache, partial
from pathlib import Path
from typing import Self

from meetings._gazetteer import UNKNOWN_POPULATION
from meetings._place import CHOICE_SCORE, SAME_TOWN_KM, Place, are_apart
from meetings._place_behind import TownsBehind
from meetings._place_lead import without_lead
from meetings._place_names import normalise, population_score
from meetings._place_postcode_search import PostcodeSearch
from meetings._place_postcodes import BRITISH, code_of_slug, stored
from meetings._place_ranking import COUNTRY_SCORE, Hit, exact_hits, match, ranked
from meetings._place_readings import Reading, RegionWords, Scopes, intersection, readings
from meetings._place_regions import Regions
from meetings._place_store import Named, Store
from meetings._place_typos import SMALLEST_SCORE, Misspelt
from meetings.errors import InvalidSearch
from meetings.geo import arc_km, ecef_km, geodesic_km
from meetings.model import Point

LONGEST_TEXT = 100  # characters
SHORTEST_PREFIX = 2  # a single letter says nothing yet, unless "near" stands before it
NEAREST_WITHIN_KM = (10.0, 50.0, 250.0)  # widening nets; beyond the last nothing is near
SCOPES_KEPT = 1024  # the regions and countries of a list


class Places:
    """
    The gazetteer, opened for reading. Close it, or use it in a `with`.

    May be used from several threads. A file that is replaced meanwhile reads on as it was.
    """

    def __init__(self, path: Path) -> None:
        """Raise StorageError when *path* is no gazetteer of this version."""
        self._store = Store(path)
        self._region_words, own_words = self._store.region_words()
        self._countries = lru_cache(maxsize=SCOPES_KEPT)(partial(_countries, self._region_words))
        self._in_both = lru_cache(maxsize=SCOPES_KEPT)(partial(_in_both, self._region_words))
        self._postcodes = PostcodeSearch(self._store, self._region_words)
        self._regions = Regions(self._store, self._region_words, own_words)
        self._behind = TownsBehind(self._store, self._region_words, own_words)
        self._misspelt: Misspelt | None = None
        self._making_misspelt = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._store.close()

    def find(self, text: str, *, limit: int = 8, country: str = "") -> list[Place]:
        """
        Return the places *text* may mean, best first; those in *country* (ISO) are preferred.

        A postal code goes before names. "near" and the like are passed over where they begin
        no name. Typing errors are left to `find_misspelt`.

        Raises:
            InvalidSearch: if *text* is too long.
        """
        if len(text) > LONGEST_TEXT:
            raise InvalidSearch("near", "A place has at most {most} characters.", most=LONGEST_TEXT)
        country = country.upper()
        coded = self._postcodes.find(text, country=country)
        if coded:
            return coded[:limit]
        place = without_lead(text)
        if place is None or self._is_whole_name(text):
            return self._find(text, country, limit, SHORTEST_PREFIX)
        coded = self._postcodes.find(place, country=country)
        return coded[:limit] or self._find(place, country, limit, shortest=1)

    def find_misspelt(self, text: str, *, limit: int = 8, country: str = "") -> list[Place]:
        """
        Return what *text* may mean if it has a typing error or two.

        For people who type, and when `find` finds nothing. It takes up to 0.1 s, the first
        time 1 s more: call it in a thread.
        """
        text = text[:LONGEST_TEXT]
        place = without_lead(text)
        text = text if place is None else place
        words = self._postcodes.words_without_code(text)
        groups = readings(words or text, self._region_words)
        scoped = [reading for group in groups for reading in group if reading.scopes is not None]
        whole = [Reading(reading.name) for group in groups[:1] for reading in group[:1]]
        for tried in (scoped, whole):
            hits = (hit for reading in tried for hit in self._near(reading, country.upper()))
            if found := ranked(self._store, hits, limit):
                return found
        return self._behind.find(text, country=country.upper(), limit=limit, is_guess=True)

    def locate(
        self, *, town: str, region: str, country: str, postal_code: str = ""
    ) -> Place | None:
        """
        Return the town a list names, by its whole name only, or None when that is in doubt.

        *region* and *country* are names or codes; one that nobody knows gives None. Of
        namesakes the one at the *postal_code* is meant; without it the one that has by far
        the most people, or none: two towns of Bryn Mawr, PA are 400 km apart. A primary name
        goes before an alternate one, since a city's alternate name may be a suburb's own.
        """
        name = normalise(town)
        rows = self._store.named(Reading(name, self._in_both(region, country)))
        if not name or not rows:
            return None
        named = [row for row in rows if row.is_primary] or rows
        found = self._store.places(row.id for row in named)
        namesakes = sorted(found.values(), key=lambda it: (-_people(it), it.slug))
        coded = self._coded(postal_code, self._countries(country)) if postal_code else None
        if coded is not None:
            return _at(namesakes, coded)
        is_anywhere = not region.strip() and not country.strip()
        return _only(namesakes, is_anywhere=is_anywhere and len(rows) > 1)

    def postcode(self, code: str, country: str) -> Point | None:
        """
        Return where a postal code is that a list gives, or None; nothing is guessed.

        *country* is an ISO code or a name. A British unit is found by its sector, a Canadian
        code by its FSA, and so on: the point is approximate.
        """
        return self._coded(code, self._countries(country))

    def by_slug(self, slug: str) -> Place | None:
        """Return the town or the postal code of that slug."""
        if place := self._store.by_slug(slug):
            return place
        country, code = code_of_slug(slug)
        found = self._store.postal(code, (country,))
        return next((place for place in found if place.slug == slug), None)

    def nearest_place(self, point: Point) -> Place | None:
        """Return the town closest to *point*, or None when within 250 km there is none."""
        for radius_km in NEAREST_WITHIN_KM:
            if not (found := self._store.around(point, radius_km)):
                continue
            arcs = arc_km(point, ecef_km([place.point for place in found]))
            closest = int(arcs.argmin())
            if arcs[closest] <= radius_km:
                return found[closest]
        return None

    def largest_around(self, point: Point, radius_km: float, *, most: int) -> list[Place]:
        """Return the largest towns within *radius_km* of *point* and in the corners, for a map."""
        return self._store.largest_around(point, radius_km, most=most)

    def _is_whole_name(self, text: str) -> bool:
        """Say whether a place is called so, "In Salah, Algeria" or "Near North Side, Chicago"."""
        groups = [readings(part, self._region_words) for part in (text, text.partition(",")[0])]
        found = self._first_exact([*groups[0], *groups[1]])
        return any(" " in reading.name for reading, _ in found)  # no "In" in Thailand

    def _find(self, text: str, country: str, limit: int, shortest: int) -> list[Place]:
        """Find what is no postal code; beginnings of names from *shortest* letters on."""
        if towns := self._regions.find(text, limit=limit):
            return towns
        tried = text, self._postcodes.words_without_code(text)
        for words in tried:
            groups = readings(words, self._region_words)
            hits = self._hits(groups, country, limit, shortest)
            if found := ranked(self._store, hits, limit):
                return found
        behind = (self._behind.find(words, country=country, limit=limit) for words in tried)
        return next(filter(None, behind), [])

    def _hits(
        self, groups: list[list[Reading]], country: str, limit: int, shortest: int
    ) -> Iterator[Hit]:
        """Yield whole names, then the beginnings of names that may be meant too."""
        exact = self._first_exact(groups)
        for reading, row in exact:
            yield from exact_hits([row], reading, country)
        has_begun = False
        for reading in groups[0] if groups else ():
            if reading.scopes is not None and (exact or (has_begun and not reading.is_split)):
                continue  # "San Ma" begins San Mateo: no San of Massachusetts is looked for
            if len(reading.name) < shortest:
                continue
            rows = self._store.beginning(reading, country=country, bonus=COUNTRY_SCORE, most=limit)
            for row in rows:
                has_begun = True
                at_home = row.country == country
                yield row.id, match(row.score, reading, is_exact=False, at_home=at_home)

    def _first_exact(self, groups: list[list[Reading]]) -> list[tuple[Reading, Named]]:
        for group in groups:
            if hits := [(reading, row) for reading in group for row in self._store.named(reading)]:
                return hits
        return []

    def _near(self, reading: Reading, country: str) -> Iterator[Hit]:
        countries = None if reading.scopes is None else {it.country for it in reading.scopes}
        found = self._names_to_misspell().near(reading.name, countries)
        places = self._store.places(near.place for near in found)
        for near in found:
            place = places[near.place]
            if _is_in(place, reading.scopes):
                at_home = place.country == country
                yield near.place, match(near.score, reading, is_exact=False, at_home=at_home)

    def _names_to_misspell(self) -> Misspelt:
        with self._making_misspelt:
            if self._misspelt is None:
                rows = self._store.names_to_misspell(smallest_score=SMALLEST_SCORE)
                self._misspelt = Misspelt(rows)
            return self._misspelt

    def _coded(self, code: str, countries: Scopes) -> Point | None:
        for scope in countries or ():
            # lists say "UK" for the islands too
            among = BRITISH if scope.country == "GB" else (scope.country,)
            for form in stored(code, scope.country):
                if point := self._store.postal_point(form, among):
                    return point
        return None


def _scopes(region_words: RegionWords, words: str) -> Scopes:
    """Return what the name of a region means: None without a name, nowhere if unknown."""
    norm = normalise(words)
    return region_words.get(norm, frozenset()) if norm else None


def _countries(region_words: RegionWords, words: str) -> Scopes:
    return _whole_countries(_scopes(region_words, words))


def _in_both(region_words: RegionWords, region: str, country: str) -> Scopes:
    return intersection(_scopes(region_words, region), _countries(region_words, country))


def _whole_countries(scopes: Scopes) -> Scopes:
    """Read the word in a column for countries: "CA" is Canada there. England stays England."""
    if scopes is None:
        return None
    return frozenset(scope for scope in scopes if not scope.region_code) or scopes


def _is_in(place: Place, scopes: Scopes) -> bool:
    return scopes is None or any(
        scope.country == place.country and scope.region_code in ("", place.region_code)
        for scope in scopes
    )


def _people(place: Place) -> int:
    return place.population if place.kind == "town" else UNKNOWN_POPULATION


def _at(namesakes: list[Place], point: Point) -> Place | None:
    nearest = min(namesakes, key=lambda place: geodesic_km(place.point, point))
    return nearest if geodesic_km(nearest.point, point) <= SAME_TOWN_KM else None


def _only(namesakes: list[Place], *, is_anywhere: bool) -> Place | None:
    """Return the first, unless another is comparable and far from it."""
    first = namesakes[0]
    least = population_score(_people(first)) - CHOICE_SCORE
    rivals = [it for it in namesakes[1:] if population_score(_people(it)) >= least]
    if is_anywhere or any(are_apart(first, rival) for rival in rivals):
        return None
    return first
