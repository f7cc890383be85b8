"""Keys of records: the publisher's own where there is one, made to last where there is none."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable

from importers._limits import LONGEST_KEY

_SAFE = re.compile(rf"[\w-][\w.-]{{0,{LONGEST_KEY - 1}}}", re.ASCII)


def safe_key(given: str) -> str:
    """Return *given* if it can be a key, else what a key may hold of it with a hash of it all."""
    return given if _SAFE.fullmatch(given) else made_key(given, of=given)


def made_key(words: str, *, of: str) -> str:
    """Return a key that begins like *words* and differs for every other *of*."""
    mark = hashlib.sha256(of.encode()).hexdigest()[:8]
    folded = unicodedata.normalize("NFKD", words.casefold()).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^a-z0-9]+", "-", folded)[: LONGEST_KEY - len(mark) - 1].strip("-")
    return f"{plain}-{mark}" if plain else mark


def unique_keys(wanted: Iterable[str]) -> list[str]:
    """
    Return the keys in their order, each different; "" stays "".

    The second of two equal ones gets "-2", or the next number that no other record has.
    """
    listed = list(wanted)
    taken = set(listed)
    numbers: dict[str, int] = {}
    return [_unique(key, taken, numbers) if key else "" for key in listed]


def _unique(key: str, taken: set[str], numbers: dict[str, int]) -> str:
    if key not in numbers:
        numbers[key] = 1
        return key
    unique = key
    while unique in taken:
        numbers[key] += 1
        mark = f"-{numbers[key]}"
        unique = key[: LONGEST_KEY - len(mark)] + mark
    taken.add(unique)
    return unique
