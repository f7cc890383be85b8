"""Our formats as BMLT formats: stock numbers for NA, own numbers for all others (formats.md 8)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType

from meetings.formats import FORMATS, Format, FormatKind
from meetings.model import Admission, Meeting, OtherFormat, Status, VenueType
from web.bmlt.numbers import stable_number

NA = "na"
OPEN, CLOSED, VIRTUAL, TEMPORARILY_CLOSED, HYBRID = 17, 4, 54, 55, 56


@dataclass(frozen=True, slots=True, kw_only=True)
class BmltFormat:
    """One format as GetFormats answers it, in one language."""

    id: int
    key: str
    name: str
    description: str = ""
    world_id: str = ""
    type: str = "FC1"
    language: str = "en"

    def fields(self, root: str) -> dict[str, str]:
        return {
            "key_string": self.key,
            "name_string": self.name,
            "description_string": self.description,
            "lang": self.language,
            "id": str(self.id),
            "world_id": self.world_id,
            "format_type_enum": self.type,
            "root_server_uri": root,
        }


def formats_of(meeting: Meeting) -> Iterator[BmltFormat]:
    """Yield what a meeting that is not home's is sent with."""
    is_na = meeting.fellowship == NA
    for code in (meeting.admission.value, *meeting.formats):
        row = FORMATS.get(code)
        found = _row(row, is_na=is_na) if row else None
        if found is not None:
            yield found
    for mark in _attendance(meeting):
        yield mark if is_na else replace(mark, world_id="")
    for tag in meeting.languages:
        language = _language(tag.partition("-")[0].lower())
        if language is not None:
            yield language if is_na else replace(language, world_id="")
    for other in meeting.other_formats:
        yield _other(other, meeting.source)


@cache
def _row(row: Format, *, is_na: bool) -> BmltFormat | None:
    export = row.bmlt_export
    if export is None:
        return None
    is_stock = export.stock_id is not None and (is_na or export.own_id is None)
    number = export.stock_id if is_stock else export.own_id or export.stock_id
    key, name = _STOCK.get(export.stock_id or 0, ("", ""))
    if number is None:
        return None
    return BmltFormat(
        id=number,
        key=key or row.code.upper().replace("_", "-"),
        name=name if is_stock and name else row.name,
        description=row.name,
        world_id=export.world_id if is_na else "",
        type="O" if row.admission in _BOTH else _TYPES[row.kind],
    )


def _attendance(meeting: Meeting) -> Iterator[BmltFormat]:
    if meeting.status is Status.CLOSED_FOR_NOW:
        yield ATTENDANCE[TEMPORARILY_CLOSED]
    elif meeting.venue_type is VenueType.ONLINE:
        yield ATTENDANCE[VIRTUAL]
    elif meeting.venue_type is VenueType.HYBRID:
        yield ATTENDANCE[HYBRID]


@cache
def _language(tag: str) -> BmltFormat | None:
    if tag in _STOCK_LANGUAGES:
        number, key, name = _STOCK_LANGUAGES[tag]
        return BmltFormat(
            id=number, key=key, name=name, description=name, world_id="LANG", type="LANG"
        )
    if tag not in _OWN_LANGUAGES:
        return None
    number = 2001 + _OWN_LANGUAGES.index(tag)
    name = f"Language: {tag}"
    return BmltFormat(id=number, key=tag.upper(), name=name, description=name, type="LANG")


def _other(other: OtherFormat, source: str) -> BmltFormat:
    """A format of no row is the publisher's own, by its source, code and name."""
    return BmltFormat(
        id=stable_number("format", source, other.code, other.name),
        key=other.code.replace(",", " ").strip() or "?",
        name=other.name or other.code,
        description=other.description or other.name or other.code,
    )


_BOTH = (Admission.OPEN, Admission.CLOSED)  # 17 and 4 for all (formats.md 8)
_TYPES: Mapping[FormatKind, str] = MappingProxyType(
    {
        FormatKind.ADMISSION: "FC3",
        FormatKind.TOPIC: "FC1",
        FormatKind.STYLE: "FC1",
        FormatKind.AUDIENCE: "FC3",
        FormatKind.ACCESS: "FC3",
        FormatKind.LANGUAGE_LIKE: "LANG",
        FormatKind.VENUE: "FC2",
        FormatKind.OTHER: "FC3",
    }
)
# Clients ask for these three by their keys, whether or not a meeting has them (bmlt.md 3.9).
ATTENDANCE: Mapping[int, BmltFormat] = MappingProxyType(
    {
        VIRTUAL: BmltFormat(
            id=VIRTUAL,
            key="VM",
            name="Virtual Meeting",
            description="Meets virtually",
            world_id="VM",
            type="FC2",
        ),
        TEMPORARILY_CLOSED: BmltFormat(
            id=TEMPORARILY_CLOSED,
            key="TC",
            name="Temporarily Closed Facility",
            description="The building is closed for now, so the group does not meet there",
            world_id="TC",
            type="FC2",
        ),
        HYBRID: BmltFormat(
            id=HYBRID,
            key="HY",
            name="Hybrid Meeting",
            description="Meets in person and virtually",
            world_id="HYBR",
            type="FC2",
        ),
    }
)
_STOCK_LANGUAGES = {
    "es": (9, "ES", "Español"),
    "fi": (46, "FIN", "Finnish"),
    "en": (47, "ENG", "English speaking"),
    "fa": (48, "PER", "Persian"),
}
# Frozen: a language's number is 2001 and its place here. New ones go to the end.
_OWN_LANGUAGES_WORDS = (
    "af am ar bg da de el fr he hi hr hu is it ja ka ko lt ml mt ne nl no pl pt pa ru sk sl "
    "sv th tl tr uk zh cs ro et lv ga cy eu ca gl sr bs mk sq hy az kk uz bn ta te kn gu mr "
    "ur si my km lo vi id ms fil sw zu xh so ti yo ig ha rw mn ps ku sd be mi sm to haw iu "
    "asl nb nn lb gd br la eo yi ht qu gn ay"
)
_OWN_LANGUAGES = tuple(_OWN_LANGUAGES_WORDS.split())
# Key and English name of the stock formats (bmlt.md 2.10).
_STOCK: Mapping[int, tuple[str, str]] = MappingProxyType(
    {
        1: ("B", "Beginners"),
        2: ("BL", "Bi-Lingual"),
        3: ("BT", "Basic Text"),
        4: ("C", "Closed"),
        5: ("CH", "Closed Holidays"),
        6: ("CL", "Candlelight"),
        7: ("CS", "Children under Supervision"),
        8: ("D", "Discussion"),
        10: ("GL", "Gay/Lesbian/Transgender"),
        11: ("IL", "Illness"),
        12: ("IP", "Informational Pamphlet"),
        13: ("IW", "It Works -How and Why"),
        14: ("JT", "Just for Today"),
        15: ("M", "Men"),
        16: ("NC", "No Children"),
        17: ("O", "Open"),
        18: ("Pi", "Pitch"),
        19: ("RF", "Rotating Format"),
        20: ("Rr", "Round Robin"),
        21: ("SC", "Security Cameras"),
        22: ("SD", "Speaker/Discussion"),
        23: ("SG", "Step Working Guide"),
        24: ("SL", "ASL"),
        26: ("So", "Speaker Only"),
        27: ("St", "Step"),
        28: ("Ti", "Timer"),
        29: ("To", "Topic"),
        30: ("Tr", "Tradition"),
        31: ("TW", "Traditions Workshop"),
        32: ("W", "Women"),
        33: ("WC", "Wheelchair"),
        34: ("YP", "Young People"),
        35: ("OE", "Open-Ended"),
        36: ("BK", "Book Study"),
        37: ("NS", "No Smoking"),
        38: ("Ag", "Agnostic"),
        39: ("FD", "Five and Dime"),
        40: ("AB", "Ask-It-Basket"),
        41: ("ME", "Meditation"),
        42: ("RA", "Restricted Attendance"),
        43: ("QA", "Question and Answer"),
        44: ("CW", "Children Welcome"),
        45: ("CP", "Concepts"),
        51: ("LC", "Living Clean"),
        52: ("GP", "Guiding Principles"),
        57: ("SPAD", "A Spiritual Principle a Day"),
    }
)
