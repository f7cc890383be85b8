"""Names that are nearly what was typed: for people, and only when nothing else matched."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

SMALLEST_SCORE = 3900  # of an alternate name: 16,000 inhabitants (location.md 3.5)
SHORT_NAME = 6  # letters; shorter names have one error, others two (location.md 3.3)
SHORTEST_NAME = 3
EDIT_SCORE = -2000  # an error weighs as much as a hundredth of the people
MOST_NEAR = 400

# Comparing holds the interpreter; 8,000 names are under 2 ms, then others have their turn.
_NAMES_AT_ONCE = 8000


@dataclass(frozen=True, slots=True)
class Near:
    """A name that differs in *errors* letters: one more, one less, another, two swapped."""

    place: int
    score: int  # with what the errors cost
    errors: int


class Misspelt:
    """
    The names of the world by country and length: the lengths that can be meant are compared.

    It holds some 60 MB, and is made when the first error is typed.
    """

    def __init__(self, rows: Iterable[tuple[str, str, int, int]]) -> None:
        """Take *rows* of country, name, place and score."""
        self._names: dict[tuple[str, int], list[str]] = defaultdict(list)
        self._found: dict[tuple[str, int], list[tuple[int, int]]] = defaultdict(list)
        for country, name, place, score in rows:
            key = country, len(name)
            self._names[key].append(name)
            self._found[key].append((place, score))
        self._countries = {country for country, _ in self._names}

    def near(self, name: str, countries: Set[str] | None = None) -> list[Near]:
        """Return the places with nearly that name, in *countries* or anywhere, best first."""
        if len(name) < SHORTEST_NAME:
            return []
        most = 1 if len(name) < SHORT_NAME else 2
        keys = self._keys(len(name), most, self._countries if countries is None else countries)
        best: dict[int, Near] = {}
        for key, at, errors in self._compared(name, keys, most):
            place, score = self._found[key][at]
            near = Near(place, score + EDIT_SCORE * errors, errors)
            if place not in best or near.score > best[place].score:
                best[place] = near
        return sorted(best.values(), key=lambda it: (-it.score, it.place))[:MOST_NEAR]

    def _keys(self, length: int, most: int, countries: Iterable[str]) -> list[tuple[str, int]]:
        lengths = range(length - most, length + most + 1)
        keys = ((country, n) for country in sorted(countries) for n in lengths)
        return [key for key in keys if key in self._names]

    def _compared(
        self, name: str, keys: list[tuple[str, int]], most: int
    ) -> Iterator[tuple[tuple[str, int], int, int]]:
        for key in keys:
            names = self._names[key]
            for start in range(0, len(names), _NAMES_AT_ONCE):
                part = names[start : start + _NAMES_AT_ONCE]
                near = process.extract(
                    name, part, scorer=OSA.distance, score_cutoff=most, limit=None
                )
                yield from ((key, start + at, int(errors)) for _, errors, at in near)
