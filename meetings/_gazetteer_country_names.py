"""
What people call a country: by hand, and in the languages that pages and addresses are in.

The names of other languages are those of Unicode's CLDR, by Babel: in the languages of our pages,
in the large ones of the world, and in each country's own.
"""

import contextlib
import re
from collections.abc import Iterator

from babel import Locale, UnknownLocaleError
from babel.languages import get_official_languages

from meetings._place_names import normalise

_LANGUAGES = (
    *("es", "fa"),  # of the pages
    *("ar", "de", "fr", "he", "hi", "it", "ja", "ko", "nl", "pl", "pt", "ru", "tr"),
    *("zh", "zh_Hant"),
)
_IN_BRACKETS = re.compile(r"\s*[(（،].*")  # "Гонконг (САР)", "刚果（金）"

LONGEST_BEGINNING = 3  # letters
_KNOWN_AS_TOWNS = frozenset((
    *("granada", "grenade", "guadalupe", "island", "maurice", "norfolk", "salvador"),
    *("san martin", "santa elena", "santa helena", "santa lucia", "st martin"),
))  # fmt: skip

_OTHERS: dict[str, tuple[str, ...]] = {
    "AE": ("UAE", "الإمارات", "امارات"),
    "CD": ("DR Congo", "DRC", "RDC"),
    "CI": ("Côte d'Ivoire",),
    "CV": ("Cape Verde",),
    "CZ": ("Czech Republic", "Česká republika", "República Checa", "Tschechische Republik"),
    "DO": ("Rep. Dominicana",),
    "GB": (
        *("UK", "U K", "Great Britain", "Britain", "Gran Bretaña", "Grande-Bretagne"),
        *("Großbritannien", "Gran Bretagna", "انگلستان", "انگلیس"),
    ),
    "HK": ("Hongkong", "香港", "هنگ‌کنگ"),
    "IE": ("Republic of Ireland",),
    "IR": ("ایران",),
    "KR": ("Korea", "Corea", "한국"),
    "MK": ("Macedonia",),
    "MM": ("Burma",),
    "NL": ("Netherlands", "Holland", "Holanda", "Olanda"),
    "PS": ("Palestine", "Palestina", "Palästina", "فلسطين"),
    "RE": ("La Réunion",),
    "RU": ("Russian Federation",),
    "SA": ("KSA", "السعودية"),
    "SZ": ("Swaziland",),
    "TL": ("East Timor",),
    "TR": ("Türkiye",),
    "US": (
        *("America", "United States of America", "U S", "U S A", "Estados Unidos de América"),
        *("EE UU", "EEUU", "EUA", "США", "آمریکا", "أمريكا", "アメリカ", 'ארה"ב'),
    ),
    "VI": ("US Virgin Islands",),
    "ZA": ("RSA",),
}


def other_names(code: str) -> Iterator[str]:
    """Yield the names of the country besides the one that its source has."""
    yield from _OTHERS.get(code, ())
    yield from (name for name in _translated(code) if not _begins_others(normalise(name)))


def names_behind(code: str) -> Iterator[str]:
    """Yield those that mean the country behind a town only, and alone something else."""
    yield from (name for name in _translated(code) if _begins_others(normalise(name)))


def _begins_others(norm: str) -> bool:
    """Say so of the first letters of Omaha, "Omã" in Portuguese, and of better known places."""
    return norm in _KNOWN_AS_TOWNS or (norm.isascii() and len(norm) <= LONGEST_BEGINNING)


def _translated(code: str) -> Iterator[str]:
    official = get_official_languages(code, regional=False, de_facto=True)
    for language in sorted({*_LANGUAGES, *official} - {"en"}):
        with contextlib.suppress(UnknownLocaleError):  # 20 small ones, Samoan among them
            if name := Locale.parse(language).territories.get(code):
                yield _IN_BRACKETS.sub("", name)
