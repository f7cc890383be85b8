"""
Postal codes: how people write them, and the coarse forms that the gazetteer keeps.

A full British, Irish, Dutch or Canadian code is a handful of addresses, so those are cut to
sector, routing key, four digits and FSA before they are looked up or enter a URL
(location.md 10).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from meetings._place_names import ascii_digits

BRITISH = ("GB", "IM", "JE", "GG")
_OF_THE_USA = ("US", "PR", "VI", "GU", "AS", "MP")
_KEPT_CHARACTERS = {"BR": 5, "CA": 3, "IE": 3, "NL": 4, "PT": 4} | dict.fromkeys(_OF_THE_USA, 5)

_NOT_IN_A_CODE = re.compile(r"[^0-9A-Z]")
_COUNTRY_BEFORE = re.compile(r"^([A-Z]{1,2})-(?=[0-9])")  # "D-10115", "LV-5101"
# as on cars; others are written by their ISO code
_BY_LETTER = {
    "A": "AT",
    "B": "BE",
    "D": "DE",
    "E": "ES",
    "F": "FR",
    "I": "IT",
    "L": "LU",
    "N": "NO",
    "P": "PT",
    "S": "SE",
}
_BRITISH_UNIT = re.compile(r"([A-Z]{1,2}[0-9][0-9A-Z]?)([0-9O])[A-Z]{2}")  # O for zero
_BRITISH_SECTOR = re.compile(r"([A-Z]{1,2}[0-9][0-9A-Z]?)[ -]([0-9])")


@dataclass(frozen=True, slots=True)
class TypedCode:
    """A code within a typed text."""

    codes: tuple[str, ...]  # as stored, the finest first
    countries: tuple[str, ...]  # that write codes so; () is any
    before: str  # the text before the code
    after: str
    is_behind_comma: bool = False
    is_sure: bool = False  # of a shape that no other number in an address has
    prefix: str = ""  # "LV" of "LV-1010"; one letter is already the ISO code of its country


def stored(code: str, country: str) -> tuple[str, ...]:
    """Return the forms in which *code* may be kept, the finest first."""
    typed = ascii_digits(code).upper().strip()
    compact = _NOT_IN_A_CODE.sub("", _COUNTRY_BEFORE.sub("", typed))
    if country in BRITISH:
        return _british(typed, compact)
    return (compact[: _KEPT_CHARACTERS.get(country)],) if compact else ()


def slug_of(country: str, code: str) -> str:
    return f"{country}-{code}".lower().replace(" ", "-")


def code_of_slug(slug: str) -> tuple[str, str]:
    """Return country and code of what may be the slug of a postal code."""
    country, _, code = slug.upper().partition("-")
    return country, code.replace("-", " ")


def typed_codes(text: str) -> Iterator[TypedCode]:
    """Yield what in *text* may be a postal code, the surest shapes first."""
    upper = " ".join(ascii_digits(text).upper().split())
    for at, (pattern, countries) in enumerate(_SHAPES):
        for found in pattern.finditer(upper):
            codes = stored(found[0], countries[0] if countries else "")
            before, after = upper[: found.start()].rstrip(), upper[found.end() :]
            yield TypedCode(
                codes,
                countries,
                before.strip(" ,"),
                after.strip(" ,"),
                is_behind_comma=before.endswith(","),
                is_sure=at < _SURE_SHAPES,
                prefix=_prefix(found[0]),
            )


def beginning_of_code(text: str) -> str:
    """Return what may be the first characters of a code, "SW1" or "112", else ""."""
    typed = ascii_digits(text).upper().strip()
    return typed if _BEGINNING.fullmatch(typed) else ""


def _prefix(code: str) -> str:
    found = _COUNTRY_BEFORE.match(code)
    return _BY_LETTER.get(found[1], found[1]) if found else ""


def _british(typed: str, compact: str) -> tuple[str, ...]:
    if unit := _BRITISH_UNIT.fullmatch(compact):
        return f"{unit[1]} {unit[2].replace('O', '0')}", unit[1]
    if sector := _BRITISH_SECTOR.fullmatch(typed):
        return f"{sector[1]} {sector[2]}", sector[1]
    return (compact,) if compact else ()


def _shape(pattern: str, *countries: str) -> tuple[re.Pattern[str], tuple[str, ...]]:
    return re.compile(rf"(?<![\w-]){pattern}(?![\w-])", re.ASCII), countries


_BEGINNING = re.compile(r"(?=.*[0-9])[0-9A-Z]{2,8}( [0-9])?", re.ASCII)
_SURE_SHAPES = 2  # a British unit, a whole Canadian code
# Shapes that only one country has come first; what several have is told apart by look-up.
_SHAPES = (
    _shape(r"[A-Z]{1,2}[0-9][0-9A-Z]?[ -]?[0-9][A-Z]{2}", *BRITISH),
    _shape(r"[A-Z][0-9][A-Z][ -]?[0-9][A-Z][0-9]", "CA"),
    _shape(r"[A-Z]{1,2}[0-9][0-9A-Z]?[ -]?O[ABD-HJLNP-UW-Z]{2}", *BRITISH),
    _shape(r"[A-Z][0-9][0-9W] ?(?=[A-Z0-9]*[0-9])[A-Z0-9]{4}", "IE"),
    _shape(r"[0-9]{5}-[0-9]{4}", *_OF_THE_USA),
    _shape(r"[0-9]{4}-[0-9]{3}", "PT"),
    _shape(r"[0-9]{5}-[0-9]{3}", "BR"),
    _shape(r"(?:NL-)?[1-9][0-9]{3} ?[A-Z]{2}", "NL"),
    _shape(r"[0-9]{2}-[0-9]{3}", "PL"),
    _shape(r"(?:[A-Z]{1,2}-)?[0-9]{3} [0-9]{2}", "CZ", "SE", "SK"),
    _shape(r"[0-9]{3} [0-9]{3}", "IN"),
    _shape(r"[A-Z]{1,2}[0-9][0-9A-Z]?[ -][0-9]", *BRITISH),
    _shape(r"[A-Z]{1,2}[0-9][0-9A-Z]?", *BRITISH, "CA", "IE"),
    _shape(r"[A-Z][0-9][A-Z]", "CA"),
    _shape(r"(?:[A-Z]{1,2}-)?[0-9]{3,6}"),
)
