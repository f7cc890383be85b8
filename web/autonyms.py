"""Languages by the names that their speakers give them, whatever language the page is in."""

from collections.abc import Mapping
from functools import lru_cache

from babel import Locale, UnknownLocaleError

SHOWN_MOST = 12


@lru_cache(maxsize=256)
def autonym(tag: str) -> str:
    """Return "español" for "es"; a tag that nobody knows stays as it is."""
    try:
        return Locale.parse(tag, sep="-").get_display_name() or tag
    except (UnknownLocaleError, ValueError):
        return tag


def held_in(counts: Mapping[str, int], chosen: frozenset[str]) -> list[tuple[str, str]]:
    """Return tag and name of the languages most meetings are in, and of the *chosen* ones."""
    return list(_held_in(frozenset(counts.items()), chosen))


@lru_cache(maxsize=64)
def _held_in(
    counts: frozenset[tuple[str, int]], chosen: frozenset[str]
) -> tuple[tuple[str, str], ...]:
    most = sorted(counts, key=lambda held: (-held[1], held[0]))[:SHOWN_MOST]
    return tuple(sorted((tag, autonym(tag)) for tag in {*(tag for tag, _ in most), *chosen}))
