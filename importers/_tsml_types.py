"""What the type codes of a Meeting Guide list mean, by fellowship and publisher (formats.md 2)."""

import math
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

from importers._labels import language_tags
from importers._limits import LONGEST_NAME
from importers._passcodes import without_passcodes
from importers._privacy import without_people
from meetings.formats import FORMATS, Format, comparable, fellowship, strongest
from meetings.model import Admission, OtherFormat

Meaning = Format | OtherFormat | str  # a row, words to be shown, or a BCP 47 tag
Table = Mapping[str, Meaning]

_CLOSED_FOR_NOW, _ONLINE = "TC", "ONL"  # the same everywhere (formats.md 6)
_MOST_TYPES = 100

# Fellowships of ours whose table has another key, and those without language codes in it.
_OTHER_KEYS = {"refuge": "rr", "alateen": "al-anon"}
_WITHOUT_LANGUAGES = frozenset({"na", "rd", "rr"})  # formats.md 5

_SAME_AS_TAG = (
    "AF AM AR BG DA DE EL EN FA FI FR HE HI HR HU IS JA KA LT ML MT NE NL NO SK SL SV TH TL UK"
)
_LANGUAGES: Mapping[str, str] = MappingProxyType(
    {code: code.lower() for code in _SAME_AS_TAG.split()}
    | {"ITA": "it", "KOR": "ko", "POL": "pl", "POR": "pt", "PUN": "pa", "RUS": "ru"}
    | {"S": "es", "TUR": "tr"}
)
# What "Teen", "Young Adult" and "18+" mean where the table says it (formats.md 4).
_AGES: Mapping[tuple[str, str], tuple[int, float]] = MappingProxyType(
    {
        ("aca", "teens"): (12, 18),
        ("aca", "young_adults"): (18, 26),
        ("aca", "adults_18_plus"): (18, math.inf),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Types:
    """What the types of one meeting say together."""

    formats: tuple[str, ...] = ()  # sorted
    admission: Admission = Admission.UNKNOWN
    languages: tuple[str, ...] = ()
    age_min: int | None = None
    age_max: int | None = None
    is_closed_for_now: bool = False  # the place is: TC
    is_online: bool = False  # by code only: ONL
    other_formats: tuple[OtherFormat, ...] = ()


def read_types(given: Iterable[str], *, fellowship_code: str, hosts: Iterable[str]) -> Types:
    """
    Return what codes, or names, of types say in a list of *fellowship_code*.

    *hosts* are those of the source and of the meeting's page, by which a publisher is known
    whose codes are its own.
    """
    codes = list(dict.fromkeys(given))[:_MOST_TYPES]
    key = _OTHER_KEYS.get(fellowship_code, fellowship_code)
    own = _own_table(hosts)
    venue = {mark for code in codes if (mark := _venue_mark(code, own))}
    meanings = [_meaning(code, key, own) for code in codes if not _venue_mark(code, own)]
    rows = [meaning for meaning in meanings if isinstance(meaning, Format)]
    ages = [_AGES[key, row.code] for row in rows if (key, row.code) in _AGES]
    return Types(
        formats=tuple(sorted({row.code for row in rows if not row.is_admission})),
        admission=_admission(rows, fellowship_code),
        languages=tuple(dict.fromkeys(each for each in meanings if isinstance(each, str))),
        age_min=min((youngest for youngest, _ in ages), default=None),
        age_max=_finite(max((oldest for _, oldest in ages), default=math.inf)),
        is_closed_for_now=_CLOSED_FOR_NOW in venue,
        is_online=_ONLINE in venue,
        other_formats=tuple(each for each in meanings if isinstance(each, OtherFormat)),
    )


def _finite(age: float) -> int | None:
    return None if math.isinf(age) else int(age)


def _admission(rows: Iterable[Format], fellowship_code: str) -> Admission:
    """Return what is said; a family fellowship is for families without saying it (formats.md 3)."""
    said = strongest(row.admission for row in rows)
    is_family = fellowship(fellowship_code).is_family
    return Admission.FAMILY_ONLY if is_family and said is Admission.UNKNOWN else said


def _venue_mark(code: str, own: Table) -> str:
    if code in own:
        return ""
    if code.upper() in (_CLOSED_FOR_NOW, _ONLINE):
        return code.upper()
    return _venue_names().get(comparable(code), "")


def _meaning(code: str, key: str, own: Table) -> Meaning:
    """Take the exact code, then the upper-cased one, then the name."""
    table, names = _table(key), _names(key)
    for known in (own.get(code), table.get(code), table.get(code.upper())):
        if known is not None:
            return known
    named = names.get(comparable(code))
    if named is None and key not in _WITHOUT_LANGUAGES and _table(key):
        tags = language_tags(code)
        named = tags[0] if len(tags) == 1 else None
    shown = without_people(without_passcodes(code[:LONGEST_NAME]))
    return named or OtherFormat(code=shown, name=shown)


@cache
def _table(key: str) -> Table:
    """Return the codes of a fellowship, those of the specification's languages added."""
    own = {row.tsml_codes[key]: row for row in FORMATS.values() if key in row.tsml_codes}
    languages = {} if key in _WITHOUT_LANGUAGES or not own else _LANGUAGES
    upper = {code.upper(): row for code, row in own.items()}
    return MappingProxyType({**languages, **upper, **own})


@cache
def _names(key: str) -> Table:
    """Return the names of a fellowship's types; other languages are for AA only."""
    found: dict[str, Meaning] = {}
    for row in FORMATS.values():
        if key in row.tsml_codes:
            english, others = _name_lists().get(row.code, ([], []))
            names = [row.name, *english, *(others if key == "aa" else [])]
            found |= {comparable(name): row for name in names}
    return MappingProxyType(found)


@cache
def _venue_names() -> Mapping[str, str]:
    lists = {mark: _name_lists()[mark] for mark in (_CLOSED_FOR_NOW, _ONLINE)}
    return MappingProxyType(
        {comparable(n): mark for mark, (en, aa) in lists.items() for n in (*en, *aa)}
    )


@cache
def _name_lists() -> Mapping[str, tuple[list[str], list[str]]]:
    """Return the English and the other names by the code of our row."""
    text = resources.files("importers").joinpath("_tsml_names.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if not line.startswith("#")][1:]
    return {code: (_words(english), _words(others)) for code, english, others in rows}


def _words(cell: str) -> list[str]:
    return cell.split(";") if cell else []


def _own_table(hosts: Iterable[str]) -> Table:
    tables = _own_tables()
    domains = (domain for name in hosts for domain in _domains(name))
    return next((tables[domain] for domain in domains if domain in tables), {})


def _domains(name: str) -> Iterator[str]:
    """Yield a host and the domains that it ends with."""
    labels = name.split(".")
    return (".".join(labels[first:]) for first in range(len(labels)))


@cache
def _own_tables() -> Mapping[str, Table]:
    text = resources.files("importers").joinpath("_tsml_tables.toml").read_text(encoding="utf-8")
    return {
        domain: {code: _own_meaning(code, entry) for code, entry in publisher["types"].items()}
        for publisher in tomllib.loads(text)["publishers"]
        for domain in publisher["hosts"]
    }


def _own_meaning(code: str, entry: Mapping[str, str]) -> Meaning:
    row = entry.get("format")
    return FORMATS[row] if row else OtherFormat(code=code, name=entry["name"])
