"""The values of search parameters: each is read whole or refused in one sentence."""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar
from zoneinfo import ZoneInfo

from meetings.errors import InvalidSearch
from meetings.geo import KM_PER_MILE
from meetings.model import Admission
from meetings.search import Order
from meetings.zones import zone

Parameters = Mapping[str, Sequence[str]]
T = TypeVar("T")

# As JSON writes them; Python reads 1_0 and nan besides.
_NUMBER = re.compile(r"-?(\d+(\.\d+)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
# As published: fromisoformat also reads 1830 and 18:30Z, whose zone would be dropped.
CLOCK_TIME = re.compile("^([01][0-9]|2[0-3]):[0-5][0-9]$")
_WHOLE = re.compile(r"-?\d{1,9}", re.ASCII)
_LETTERS = {2: str.upper, 4: str.title}  # of a country, of a script
SWITCHED = {"1": True, "0": False}
ORDERS = {order.value: order for order in Order}
# Whom only an institution's staff lets in nobody finds (formats.md 4), asked for or not.
ADMISSIONS = {admission.value: admission for admission in Admission}


def _values(given: Parameters, name: str) -> list[str]:
    """Return all values of a parameter that may repeat or hold commas."""
    return [v.strip() for value in given.get(name, ()) for v in value.split(",") if v.strip()]


def one(given: Parameters, name: str) -> str:
    values = given.get(name, ())
    if len(values) > 1:
        raise InvalidSearch(name, "Please give this once.")
    return values[0] if values else ""


def _choices(given: Parameters, name: str, meanings: Mapping[str, T]) -> list[T]:
    return [_meaning(value, name, meanings) for value in _values(given, name)]


def _meaning(value: str, name: str, meanings: Mapping[str, T]) -> T:
    if value not in meanings:
        known = ", ".join(list(meanings)[:12]) + (" …" if len(meanings) > 12 else "")
        raise InvalidSearch(name, "This must be one of: {known}.", known=known)
    return meanings[value]


def number(given: Parameters, name: str) -> float | None:
    text = one(given, name)
    if text and not _NUMBER.fullmatch(text):
        raise InvalidSearch(name, "This must be a number.")
    return float(text) if text else None


def whole(given: Parameters, name: str) -> int | None:
    text = one(given, name)
    if text and not _WHOLE.fullmatch(text):
        raise InvalidSearch(name, "This must be a whole number.")
    return int(text) if text else None


def kilometres(given: Parameters, name: str) -> float | None:
    miles = number(given, name)
    return None if miles is None else miles * KM_PER_MILE


def zone_named(given: Parameters, name: str) -> ZoneInfo | None:
    text = one(given, name)
    try:
        return zone(text) if text else None
    except ValueError:
        raise InvalidSearch(name, "A time zone has a name such as America/New_York.") from None


def switch(given: Parameters, name: str) -> bool:
    text = one(given, name)
    return bool(text) and _meaning(text, name, SWITCHED)


def time(given: Parameters, name: str) -> dt.time | None:
    text = one(given, name)
    if text and not CLOCK_TIME.fullmatch(text):
        raise InvalidSearch(name, "A time looks like 18:30.")
    return dt.time.fromisoformat(text) if text else None


def codes(given: Parameters, name: str) -> frozenset[str]:
    return frozenset(value.casefold() for value in _values(given, name))


def tags(given: Parameters, name: str) -> frozenset[str]:
    return frozenset(_as_written(tag) for tag in _values(given, name))


def _as_written(tag: str) -> str:
    """Return a tag in the letters of BCP 47: zh-hant-tw is zh-Hant-TW."""
    language, *rest = tag.casefold().split("-")
    return "-".join([language, *(_LETTERS.get(len(part), str)(part) for part in rest)])


def chosen(meanings: Mapping[str, T]) -> Callable[[Parameters, str], frozenset[T]]:
    return lambda given, name: frozenset(_choices(given, name, meanings))


def order(given: Parameters, name: str) -> Order | None:
    text = one(given, name)
    return _meaning(text, name, ORDERS) if text else None


def admissions(given: Parameters, name: str) -> frozenset[Admission]:
    return frozenset(_choices(given, name, ADMISSIONS)) - {Admission.INSTITUTION}
