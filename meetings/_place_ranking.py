"""What a found name is worth, and which places are shown of those found (location.md 3.3)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from meetings._place import Match, Place
from meetings._place_readings import Reading
from meetings._place_store import Named, Store

EXACT_SCORE = 1500
REGION_SCORE = 2500
COUNTRY_SCORE = 700

Hit = tuple[int, Match]  # the place, and how it was found


def match(score: float, reading: Reading, *, is_exact: bool, at_home: bool) -> Match:
    """Return what a name of this *score* is worth, by what the text says besides."""
    names_region = reading.scopes is not None
    score += EXACT_SCORE * is_exact + REGION_SCORE * names_region + COUNTRY_SCORE * at_home
    return Match(score=score, is_exact=is_exact, names_region=names_region)


def exact_hits(rows: Iterable[Named], reading: Reading, country: str) -> Iterator[Hit]:
    """Yield what is called as the text says, a bonus for those in *country*."""
    for row in rows:
        yield row.id, match(row.score, reading, is_exact=True, at_home=row.country == country)


def ranked(store: Store, hits: Iterable[Hit], limit: int) -> list[Place]:
    """Return the places found, each as it was found best, the best first."""
    best: dict[int, Match] = {}
    for id_, found in hits:
        if id_ not in best or best[id_].score < found.score:
            best[id_] = found
    chosen = sorted(best, key=lambda id_: (-best[id_].score, id_))[:limit]
    places = store.places(chosen)
    return [replace(places[id_], match=best[id_]) for id_ in chosen]
