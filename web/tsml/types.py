"""Type codes of a row: those of its own fellowship first (formats.md 8)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from meetings.formats import FORMATS, Format
from meetings.model import Admission, Meeting, Status

TEMPORARILY_CLOSED = "TC"
# Fellowships of ours whose table has another key, and tables without language codes (5).
_OTHER_KEYS = {"refuge": "rr", "alateen": "al-anon"}
_WITHOUT_LANGUAGES = frozenset({"na", "rd", "rr"})
_SAME_AS_TAG = (
    "af am ar bg da de el en fa fi fr he hi hr hu is ja ka lt ml mt ne nl no sk sl sv th tl uk"
)
_LANGUAGES: Mapping[str, str] = MappingProxyType(
    {tag: tag.upper() for tag in _SAME_AS_TAG.split()}
    | {"it": "ITA", "ko": "KOR", "pl": "POL", "pt": "POR", "pa": "PUN", "ru": "RUS"}
    | {"es": "S", "tr": "TUR"}
)


@dataclass(frozen=True, slots=True)
class Types:
    """The codes of a row, and the names of what has no code there."""

    codes: tuple[str, ...]
    unsaid: tuple[str, ...]


def types_of(meeting: Meeting) -> Types:
    key = _OTHER_KEYS.get(meeting.fellowship, meeting.fellowship)
    said = () if meeting.admission is Admission.UNKNOWN else (meeting.admission.value,)
    rows = [FORMATS[code] for code in (*said, *meeting.formats) if code in FORMATS]
    codes: list[str] = []
    unsaid: list[str] = []
    for row in rows:
        found = codes_of(row, key)
        codes += found
        if not found:
            unsaid.append(row.name)
    codes += [code for tag in meeting.languages if (code := _language(tag, key))]
    own = _table(key)
    for other in meeting.other_formats:  # back to the fellowship they came from, unchanged
        code = other.code.strip()
        if code and code not in own:
            codes.append(code)
        elif other.name:
            unsaid.append(other.name)
    if meeting.status is Status.CLOSED_FOR_NOW:
        codes.append(TEMPORARILY_CLOSED)
    return Types(tuple(dict.fromkeys(codes)), tuple(dict.fromkeys(unsaid)))


def codes_of(row: Format, key: str) -> tuple[str, ...]:
    """Return the codes of *row* in the table of *key*, those it falls back to, or none."""
    own = row.tsml_codes.get(key)
    if own:
        return (own,)
    if key in row.tsml_fallbacks:
        return row.tsml_fallbacks[key]
    # "*" is for fellowships without a table: in any other a code may mean something else
    return () if _table(key) else row.tsml_fallbacks.get("*", ())


@cache
def _table(key: str) -> frozenset[str]:
    return frozenset(row.tsml_codes[key] for row in FORMATS.values() if key in row.tsml_codes)


def _language(tag: str, key: str) -> str:
    code = _LANGUAGES.get(tag.partition("-")[0].lower(), "")
    is_taken = key in _WITHOUT_LANGUAGES or code in _table(key)
    return "" if is_taken else code
