"""What the formats of one BMLT root server mean, resolved as formats.md 2 and 6 demand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from importers._labels import language_tags
from importers._passcodes import without_passcodes
from importers._privacy import without_people
from importers._text import line
from meetings.formats import (
    FORMATS,
    Format,
    by_bmlt_stock_id,
    by_bmlt_world_id,
    by_name,
    comparable,
    strongest,
)
from meetings.model import Admission, OtherFormat


class VenueMark(StrEnum):
    """A format that says where people meet, and is therefore none of ours (formats.md 6)."""

    VIRTUAL = "virtual"
    HYBRID = "hybrid"
    TEMPORARILY_CLOSED = "temporarily_closed"


Languages = tuple[str, ...]  # BCP 47
Meaning = Format | VenueMark | Languages


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerFormat:
    """One format as its server words it, and what it means; None is kept verbatim."""

    key: str
    name: str  # English where the server has it
    description: str
    meaning: Meaning | None
    conflict: str = ""  # the world id says one thing, the name another


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """What the formats of one meeting say together."""

    formats: tuple[str, ...] = ()  # our codes, sorted
    admission: Admission = Admission.UNKNOWN
    languages: Languages = ()
    is_virtual: bool = False
    is_hybrid: bool = False
    is_temporarily_closed: bool = False
    other_formats: tuple[OtherFormat, ...] = ()
    conflicts: tuple[str, ...] = ()
    undescribed_ids: tuple[int, ...] = ()  # the server lists them nowhere


# English names of the initial schema (bmlt.md 2.10), and of the server behind gny-sample.
_STOCK_NAMES: Mapping[int, str] = MappingProxyType(
    {
        1: "Beginners",
        2: "Bi-Lingual",
        3: "Basic Text",
        4: "Closed",
        5: "Closed Holidays",
        6: "Candlelight",
        7: "Children under Supervision",
        8: "Discussion",
        10: "Gay/Lesbian/Transgender",
        11: "Illness",
        12: "Informational Pamphlet",
        13: "It Works -How and Why",
        14: "Just for Today",
        15: "Men",
        16: "No Children",
        17: "Open",
        18: "Pitch",
        19: "Rotating Format",
        20: "Round Robin",
        21: "Security Cameras",
        22: "Speaker/Discussion",
        23: "Step Working Guide",
        24: "ASL",
        26: "Speaker Only",
        27: "Step",
        28: "Timer",
        29: "Topic",
        30: "Tradition",
        31: "Traditions Workshop",
        32: "Women",
        33: "Wheelchair",
        34: "Young People",
        35: "Open-Ended",
        36: "Book Study",
        37: "No Smoking",
        38: "Agnostic",
        39: "Five and Dime",
        40: "Ask-It-Basket",
        41: "Meditation",
        42: "Restricted Attendance",
        43: "Question and Answer",
        44: "Children Welcome",
        45: "Concepts",
        51: "Living Clean",
        52: "Guiding Principles",
        57: "A Spiritual Principle a Day",
    }
)
_SERVERS_OWN_NAMES: Mapping[str, str] = MappingProxyType(
    {"ID Required to Enter": "id_required", "Surveillance Cameras": "surveillance_cameras"}
)
_STOCK_LANGUAGES: Mapping[int, Languages] = MappingProxyType(
    {9: ("es",), 46: ("fi",), 47: ("en",), 48: ("fa",), 49: ("lt", "ru")}
)
_VENUE_BY_WORLD_ID: Mapping[str, VenueMark] = MappingProxyType(
    {"VM": VenueMark.VIRTUAL, "HYBR": VenueMark.HYBRID, "TC": VenueMark.TEMPORARILY_CLOSED}
)
_VENUE_NAMES: Mapping[VenueMark, tuple[str, ...]] = MappingProxyType(
    {
        VenueMark.VIRTUAL: ("Virtual Meeting", "Online Meeting", "Virtual", "Online"),
        VenueMark.HYBRID: ("Hybrid Meeting", "Hybrid"),
        VenueMark.TEMPORARILY_CLOSED: ("Temporarily Closed Facility", "Temporarily Closed"),
    }
)


def server_formats(
    records: Iterable[object], *, has_stock_ids: bool = True
) -> Mapping[int, ServerFormat]:
    """
    Return what each format id of one root server means, from its GetFormats in any languages.

    Ids of two root servers must not be mixed: they mean different things. *has_stock_ids* is
    False for the aggregator, which numbers formats itself (bmlt.md 2.13): there a number alone
    says nothing.
    """
    by_id: dict[int, list[Mapping[str, object]]] = {}
    for record in records:
        if isinstance(record, Mapping) and (number := _number(record.get("id"))) is not None:
            by_id.setdefault(number, []).append(record)
    return MappingProxyType(
        {
            number: _server_format(number, found, stock_id=number if has_stock_ids else 0)
            for number, found in by_id.items()
        }
    )


def resolve(ids: Iterable[int], formats: Mapping[int, ServerFormat]) -> Resolved:
    """Return what the formats *ids* of a meeting say on the server of *formats*."""
    unique = list(dict.fromkeys(ids))
    return _resolved(
        [formats[number] for number in unique if number in formats],
        undescribed_ids=tuple(number for number in unique if number not in formats),
    )


def resolve_sheet(world_ids: Iterable[str], names: Iterable[str]) -> Resolved:
    """Return what a NAWS sheet says: world ids in Format1-5, names in Room (formats.md 2)."""
    coded = [_alone(key=world_id, world_id=world_id) for world_id in world_ids if world_id.strip()]
    named = [_alone(key=name, name=name) for name in names if name.strip()]
    return _resolved([*coded, *named])


def _number(value: object) -> int | None:
    """Return a positive id from a number or its digits."""
    text = _text(value).strip()
    is_id = text.isascii() and text.isdecimal() and len(text) <= 18 and int(text) > 0
    return int(text) if is_id else None


def _text(value: object) -> str:
    """Return one line of text; "" for what is none, since no format is worth losing a meeting."""
    try:
        return line(value)
    except ValueError:
        return ""


def _server_format(
    number: int, records: list[Mapping[str, object]], *, stock_id: int
) -> ServerFormat:
    english_first = sorted(records, key=lambda record: not _is_english(record))
    names = _texts(english_first, "name_string")
    english_names = _texts(filter(_is_english, records), "name_string")
    meaning, conflict = _meaning(
        stock_id=stock_id,
        world_id=next(iter(_texts(english_first, "world_id")), "").upper(),
        english_name=next(iter(english_names), ""),
        names=names,
        is_language="LANG" in _texts(records, "format_type_enum"),
    )
    return ServerFormat(
        key=next(iter(_texts(english_first, "key_string")), str(number)),
        name=next(iter(names), ""),
        description=next(iter(_texts(english_first, "description_string")), ""),
        meaning=meaning,
        conflict=f"format {number}: {conflict}" if conflict else "",
    )


def _is_english(record: Mapping[str, object]) -> bool:
    """A record without a language counts: its name is compared with English ones only."""
    return _text(record.get("lang")).casefold().partition("-")[0] in ("en", "")


def _texts(records: Iterable[Mapping[str, object]], key: str) -> list[str]:
    return [text for record in records if (text := _text(record.get(key)))]


def _meaning(
    *, stock_id: int, world_id: str, english_name: str, names: list[str], is_language: bool
) -> tuple[Meaning | None, str]:
    """
    Return what a format means, and the conflict between its world id and its name.

    World id, then stock id with agreeing name, then English name. A stock name means one row
    on whatever id it stands, so the second step is a part of the third. A key is never used.
    """
    named = _named(english_name, names)
    stock = by_bmlt_stock_id(stock_id) if not english_name else None
    by_world = _by_world_id(world_id, named if isinstance(named, Format) else stock)
    if by_world is not None and named is not None and by_world != named:
        conflict = f"world id {world_id} is {_word(by_world)}, name {english_name or names[0]!r}"
        return named, f"{conflict} is {_word(named)}"
    if by_world is not None or named is not None:
        return by_world or named, ""
    return _languages(stock_id, names, is_language=is_language or world_id == "LANG"), ""


def _named(english_name: str, names: list[str]) -> Format | VenueMark | None:
    """Return what the name says; "Online" and "Hybrid" are understood in every language."""
    mark = next((mark for name in names if (mark := _MARK_BY_NAME.get(comparable(name)))), None)
    row = _ROW_BY_NAME.get(comparable(english_name)) or by_name(english_name)
    # Of the admissions BMLT knows open and closed; a chance name must not hide a meeting.
    return mark or (row if row and (not row.is_admission or row.bmlt_world_ids) else None)


def _by_world_id(world_id: str, meant: Format | None) -> Format | VenueMark | None:
    return _VENUE_BY_WORLD_ID.get(world_id) or by_bmlt_world_id(world_id, meant=meant)


def _word(meaning: Format | VenueMark) -> str:
    return meaning.code if isinstance(meaning, Format) else meaning.value


def _languages(stock_id: int, names: list[str], *, is_language: bool) -> Languages | None:
    """Return the languages that a format names, if it is marked as one or has the stock id."""
    tags = next((tags for name in names if (tags := language_tags(name))), None)
    return tags if is_language or tags == _STOCK_LANGUAGES.get(stock_id) else None


def _alone(*, key: str, world_id: str = "", name: str = "") -> ServerFormat:
    meaning, _ = _meaning(
        stock_id=0,
        world_id=world_id.strip().upper(),
        english_name=name,
        names=[name] if name else [],
        is_language=False,
    )
    return ServerFormat(key=_text(key), name=_text(name), description="", meaning=meaning)


def _resolved(formats: list[ServerFormat], *, undescribed_ids: tuple[int, ...] = ()) -> Resolved:
    meanings = [one.meaning for one in formats]
    rows = [meaning for meaning in meanings if isinstance(meaning, Format)]
    languages = [tag for meaning in meanings if isinstance(meaning, tuple) for tag in meaning]
    return Resolved(
        formats=tuple(sorted({row.code for row in rows if not row.is_admission})),
        admission=strongest(row.admission for row in rows),
        languages=tuple(dict.fromkeys(languages)),
        is_virtual=VenueMark.VIRTUAL in meanings,
        is_hybrid=VenueMark.HYBRID in meanings,
        is_temporarily_closed=VenueMark.TEMPORARILY_CLOSED in meanings,
        other_formats=tuple(_other(one) for one in formats if one.meaning is None),
        conflicts=tuple(one.conflict for one in formats if one.conflict),
        undescribed_ids=undescribed_ids,
    )


def _other(one: ServerFormat) -> OtherFormat:
    """Keep a format as its server words it, without what a person wrote of people into it."""
    name, description = (
        without_people(without_passcodes(text)) for text in (one.name, one.description)
    )
    return OtherFormat(code=one.key, name=name, description=description)


_MARK_BY_NAME = {comparable(name): mark for mark, names in _VENUE_NAMES.items() for name in names}
_ROW_BY_NAME = {
    comparable(name): row
    for number, name in _STOCK_NAMES.items()
    if (row := by_bmlt_stock_id(number))
} | {comparable(name): FORMATS[code] for name, code in _SERVERS_OWN_NAMES.items()}
