"""
The format vocabulary: a value for each row of formats.tsv, and the look-ups it answers.

The table is data: a new mapping is a new cell in it, never a line in code (formats.md 7).
"""

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.resources import files
from types import MappingProxyType

from meetings.fellowships import FELLOWSHIPS as FELLOWSHIPS
from meetings.fellowships import fellowship as fellowship
from meetings.model import Admission


class FormatKind(StrEnum):
    ADMISSION = "admission"  # goes into Meeting.admission, never into Meeting.formats
    TOPIC = "topic"
    STYLE = "style"
    AUDIENCE = "audience"
    ACCESS = "access"
    LANGUAGE_LIKE = "language-like"
    VENUE = "venue"  # a fact about the building, not the venue type
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class BmltExport:
    """The numbers under which the BMLT face sends a format (formats.md 8)."""

    stock_id: int | None  # for NA meetings; None: they get own_id too
    world_id: str  # for NA meetings; "" where there is none
    own_id: int | None  # for all other fellowships; None: stock_id is for all

    def __post_init__(self) -> None:
        if self.stock_id is None and self.own_id is None:
            raise ValueError("an exported format needs a stock id or an own id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One row of formats.tsv."""

    code: str
    kind: FormatKind
    name: str  # for people, in English
    bmlt_world_ids: tuple[str, ...]  # each means this row by itself
    bmlt_shared_world_ids: tuple[str, ...]  # another row's; mean this one only with its id or name
    bmlt_stock_ids: tuple[int, ...]
    tsml_codes: Mapping[str, str] = field(hash=False)  # by key of a TSML type table, "aa", "rr"
    smart_labels: tuple[str, ...]
    lifering_labels: tuple[str, ...]
    bmlt_export: BmltExport | None  # None is not exported
    tsml_fallbacks: Mapping[str, tuple[str, ...]] = field(hash=False)  # "*": any without a table
    note: str

    @property
    def is_admission(self) -> bool:
        return self.kind is FormatKind.ADMISSION

    @property
    def admission(self) -> Admission:
        """The value that a row of kind admission stands for; UNKNOWN for all others."""
        return Admission(self.code) if self.is_admission else Admission.UNKNOWN


FAMILY_ADMISSIONS = frozenset({Admission.FAMILY_ONLY, Admission.FAMILY_OPEN})

# Whose fellowship is_family is left out of the default search as well (formats.md 4).
DEFAULT_ADMISSIONS = frozenset(Admission) - FAMILY_ADMISSIONS - {Admission.INSTITUTION}

_LGBTQ = "gay_lesbian_transgender gay lesbian bisexual transgender non_binary genderqueer"
_TEXTS = (
    "book_study basic_text big_book steps_and_traditions_book step_working_guide it_works "
    "just_for_today living_clean guiding_principles spiritual_principle_a_day "
    "informational_pamphlet as_bill_sees_it daily_reflections grapevine living_sober "
    "came_to_believe"
)
_ALSO_FOUND: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "lgbtq": frozenset(_LGBTQ.split()),
        "young_people": frozenset({"young_adults"}),
        "literature": frozenset(_TEXTS.split()),
        "discussion": frozenset({"speaker_discussion"}),
        "speaker": frozenset({"speaker_discussion"}),
    }
)


def strongest(admissions: Iterable[Admission]) -> Admission:
    """Return the admission that wins where a list gives several; UNKNOWN for none."""
    order = list(Admission)  # strongest first (formats.md 3)
    return min(admissions, key=order.index, default=Admission.UNKNOWN)


def searched_as(code: str) -> frozenset[str]:
    """Return the codes that answer a search for *code*, itself among them (formats.md 4)."""
    return _ALSO_FOUND.get(code, frozenset()) | {code}


def comparable(name: str) -> str:
    """Return *name* for comparing: two names agree when these are equal (formats.md 2)."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(c for c in folded if c.isalnum())


def by_bmlt_stock_id(stock_id: int) -> Format | None:
    """Return the row of *stock_id*: on a foreign server only valid when the name agrees."""
    return _BY_STOCK_ID.get(stock_id)


def by_bmlt_world_id(world_id: str, *, meant: Format | None = None) -> Format | None:
    """
    Return the row that *world_id* stands for.

    Several rows share TRAD, QA and SPK. The default is the row that owns the id; *meant*,
    the row that the stock id or the name tells, is taken instead when it shares it.
    """
    wanted = world_id.strip().upper()
    if meant is not None and wanted in meant.bmlt_shared_world_ids:
        return meant
    return _BY_WORLD_ID.get(wanted)


def by_name(name: str) -> Format | None:
    return _BY_NAME.get(comparable(name))


def by_smart_label(label: str) -> tuple[Format, ...]:
    """Return the rows of a SMART label: at most one admission, which comes first."""
    return _BY_SMART_LABEL.get(comparable(label), ())


def by_lifering_label(label: str) -> tuple[Format, ...]:
    """Return the one row of a LifeRing label, or none."""
    return _BY_LIFERING_LABEL.get(comparable(label), ())


def _load() -> Mapping[str, Format]:
    text = files("meetings").joinpath("formats.tsv").read_text(encoding="utf-8")
    header, *lines = (line.split("\t") for line in text.splitlines())
    rows = [_format(dict(zip(header, line, strict=True))) for line in lines]
    return MappingProxyType({row.code: row for row in rows})


def _format(cells: Mapping[str, str]) -> Format:
    world_ids = _values(cells["bmlt_world_id"])
    return Format(
        code=cells["code"],
        kind=FormatKind(cells["kind"]),
        name=cells["name_en"],
        bmlt_world_ids=tuple(w for w in world_ids if not w.startswith("(")),
        bmlt_shared_world_ids=tuple(w.strip("()") for w in world_ids if w.startswith("(")),
        bmlt_stock_ids=tuple(int(number) for number in _values(cells["bmlt_stock_ids"])),
        tsml_codes=MappingProxyType(_tsml_codes(cells)),
        smart_labels=_values(cells["smart_labels"]),
        lifering_labels=_values(cells["lifering_labels"]),
        bmlt_export=_bmlt_export(cells["export_bmlt"]),
        tsml_fallbacks=MappingProxyType(_tsml_fallbacks(cells["export_tsml"])),
        note=cells["note"],
    )


def _values(cell: str) -> tuple[str, ...]:
    return tuple(cell.split(";")) if cell else ()


def _tsml_codes(cells: Mapping[str, str]) -> dict[str, str]:
    columns = {"aa": "default", "na": "na", "al-anon": "al_anon", "rd": "rd"}
    own = {key: cells[f"tsml_{column}"] for key, column in columns.items()}
    return {key: code for key, code in own.items() if code} | _pairs(cells["tsml_other"])


def _pairs(cell: str) -> dict[str, str]:
    return {key: code for key, _, code in (value.partition("=") for value in _values(cell))}


def _bmlt_export(cell: str) -> BmltExport | None:
    if cell == "-":
        return None
    stock, _, own = cell.rpartition(";") if ";" in cell else _alone(cell)
    stock_id, _, world_id = stock.partition("/")
    return BmltExport(
        stock_id=int(stock_id) if stock_id else None,
        world_id=world_id.removeprefix("-"),
        own_id=int(own) if own else None,
    )


def _alone(cell: str) -> tuple[str, str, str]:
    """A cell of one value is "stock/world" or an own id."""
    return (cell, "", "") if "/" in cell else ("", "", cell)


def _tsml_fallbacks(cell: str) -> dict[str, tuple[str, ...]]:
    if cell == "-":
        return {}
    return {key: tuple(codes.split("+")) for key, codes in _pairs(cell).items()}


def _labelled(labels: Callable[[Format], tuple[str, ...]]) -> dict[str, tuple[Format, ...]]:
    found: dict[str, tuple[Format, ...]] = {}
    for row in sorted(FORMATS.values(), key=lambda row: not row.is_admission):
        for label in map(comparable, labels(row)):
            found[label] = (*found.get(label, ()), row)
    return found


FORMATS: Mapping[str, Format] = _load()
_BY_STOCK_ID = {number: row for row in FORMATS.values() for number in row.bmlt_stock_ids}
_BY_WORLD_ID = {world_id: row for row in FORMATS.values() for world_id in row.bmlt_world_ids}
_BY_NAME = {comparable(row.name): row for row in FORMATS.values()}
_BY_SMART_LABEL = _labelled(lambda row: row.smart_labels)
_BY_LIFERING_LABEL = _labelled(lambda row: row.lifering_labels)
