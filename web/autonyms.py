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
    most = sorted(counts, key=lambda tag: (-counts[tag], tag))[:SHOWN_MOST]
    return sorted((tag, autonym(tag)) for tag in {*most, *chosen})
