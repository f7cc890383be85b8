"""The NAWS export of NA lists, CSV or XLSX, as an area hands it over (bmlt.md 2.16)."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

from importers import _bmlt_fields as bmlt_fields
from importers._bmlt_formats import Resolved, resolve_sheet
from importers._bmlt_texts import Texts
from importers._bmlt_venue import attendance
from importers._countries import country_code, state_code
from importers._files import file_bytes
from importers._joining import LONGEST_LINK_FIELD, joining
from importers._keys import made_key, safe_key, unique_keys
from importers._labels import smart_languages
from importers._limits import LONGEST_ADDRESS, LONGEST_NAME, LONGEST_NOTES
from importers._monthly_words import ordinals_said
from importers._naws_time import start_time
from importers._people import contacts_left_out
from importers._person_lines import for_everybody
from importers._source import Doubtful, Get, Payloads, Reading, Rejected, Source, Withdrawn
from importers._tables import Row, read_table
from importers._text import line
from importers._weekdays import weekday_named
from meetings.errors import UnknownFormat
from meetings.model import (
    Accuracy,
    Admission,
    Meeting,
    Online,
    Point,
    Rule,
    Schedule,
    TimezoneSource,
    Venue,
    VenueType,
)
from meetings.zones import zone

TITLE = "NAWS export (CSV or XLSX)"
SPEC = "https://github.com/bmlt-enabled/bmlt-server"
IS_WINDOWED = False
NUMBERS_RECORDS = True  # a world id may be that of several rows

_REQUIRED = frozenset({"committeename", "arearegion", "day", "time"})
_OPEN_OR_CLOSED: Mapping[str, Admission] = MappingProxyType(
    {"OPEN": Admission.OPEN, "CLOSED": Admission.CLOSED}
)
# Old servers put it before a value; of Directions, which joins two, before each (bmlt.md 2.6).
_PROMPT = re.compile(r"(?:(?:\w[\w /]{0,60})?#@-@#)+")
_NO_WORLD_ID = "WORLD_ID_MISSING"
_YES = ("TRUE", "1", "YES")


async def fetch(get: Get, source: Source) -> Payloads:
    return {"naws": await get(source.url)}


def load(path: Path) -> Payloads:
    if path.is_dir():
        raise UnknownFormat("a NAWS export is one file, not a folder")
    return {"naws": file_bytes(path)}


def read(payloads: Payloads, source: Source) -> Reading:
    rows = _rows(payloads)
    for row, key in zip(rows, _keys(rows), strict=True):
        yield _read_one(row, key, source)


def notices(payloads: Payloads, *, now: dt.datetime) -> list[str]:  # noqa: ARG001 # Noticing's
    """Tell which meetings are open or closed by what may be a default, and what was left out."""
    rows = _rows(payloads)
    found = contacts_left_out(rows)
    weak = [row for row in rows if not _is_withdrawn(row) and _weak(row, _formats(row))]
    if weak:
        count, first = len(weak), weak[0].number
        found.append(
            f"Closed: for {count} meetings, first in row {first}, it may be a server's default"
        )
    return found


def _rows(payloads: Payloads) -> list[Row]:
    return [row for body in payloads.values() for row in read_table(body, _REQUIRED.issubset).rows]


def _keys(rows: Sequence[Row]) -> list[str]:
    """
    Return a key for each row, "" where none can be read.

    Neither has a row one that is taken back while another of its key stays: nobody can tell which
    meeting it was, and the number of one that stays must not depend on it.
    """
    wanted = [_key(row) for row in rows]
    staying = {key for row, key in zip(rows, wanted, strict=True) if not _is_withdrawn(row)}
    return unique_keys(
        "" if key in staying and _is_withdrawn(row) else key
        for row, key in zip(rows, wanted, strict=True)
    )


def _key(row: Row) -> str:
    """Return the id on the root server, else the world id, else one made of name and place."""
    try:
        for column in ("bmlt_id", "committee"):
            if given := _text(row, column):
                return safe_key(given)
        name = _text(row, "committeename")
        where = (_text(row, column) for column in ("place", "address", "city", "state"))
        return made_key(name, of="|".join([name, *where]))
    except ValueError:
        return ""


def _read_one(row: Row, key: str, source: Source) -> Meeting | Doubtful | Rejected:
    if not key and _is_withdrawn(row):
        return Withdrawn(f"row {row.number}", "Delete or unpublished: nobody can tell of which one")
    if not key:
        return Rejected(f"row {row.number}", "bmlt_id, Committee: cannot be read")
    if _is_withdrawn(row):
        return Withdrawn(key, "Delete or unpublished: the list has taken the meeting back")
    try:
        return _meeting(row, key, source)
    except ValueError as problem:
        return Rejected(key, f"row {row.number}, {problem}")


def _is_withdrawn(row: Row) -> bool:
    return row.text("delete").upper() == "D" or row.text("unpublished").upper() in _YES


def _meeting(row: Row, key: str, source: Source) -> Meeting | Doubtful:
    missing = [name for name in sorted(_REQUIRED) if not row.text(name)]
    if missing:
        raise ValueError(f"{', '.join(missing)}: must not be empty")
    formats = _formats(row)
    venue, online = _venue(row, source), _online(row, source)
    how = attendance(
        "",
        formats,
        can_join=online is not None and bool(online.url or online.phone),
        has_street=bool(venue and venue.street),
    )
    point = None if how.venue_type is VenueType.ONLINE else _point(row)
    meeting = Meeting(
        id=f"{source.id}:{key}",
        source=source.id,
        fellowship=source.fellowship,
        name=_text(row, "committeename", longest=LONGEST_NAME),
        schedule=_schedule(row),
        status=how.status,
        venue_type=how.venue_type,
        venue=venue,
        point=point,
        accuracy=None if point is None else _accuracy(venue),
        online=online,
        formats=formats.formats,
        other_formats=formats.other_formats,
        admission=_admission(row, formats),
        languages=_languages(row, formats, source),
        notes="Temporarily meeting online." if how.is_moved_online else "",
        service_body=_service_body(row),
    )
    return Doubtful(meeting, how.remark) if how.remark else meeting


def _service_body(row: Row) -> str:
    """Return its name, else its world id; the server's words for "it has none" are no name."""
    number = _text(row, "arearegion")
    return _text(row, "parentname", longest=LONGEST_NAME) or (
        "" if number == _NO_WORLD_ID else number
    )


def _text(row: Row, column: str, *, longest: int = LONGEST_ADDRESS) -> str:
    try:
        given = line(row.text(column), longest=longest)
    except ValueError as problem:
        raise ValueError(f"{column}: {problem}") from problem
    return _PROMPT.sub("", given) if "#@-@#" in given else given


def _formats(row: Row) -> Resolved:
    """Resolve the codes of Format1-5, the column for wheelchairs, and the names in Room."""
    codes = [row.text(f"format{number}") for number in range(1, 6)]
    if row.text("wheelchr").upper() in _YES:
        codes.append("WCHR")
    return resolve_sheet(codes, row.text("room").split(","))


def _weak(row: Row, formats: Resolved) -> str:
    """Return OPEN or CLOSED of a column that counts only where no format says it."""
    said = row.text("closed").upper()
    return said if said in _OPEN_OR_CLOSED and formats.admission is Admission.UNKNOWN else ""


def _admission(row: Row, formats: Resolved) -> Admission:
    if row.text("institutional").upper() in _YES:
        return Admission.INSTITUTION
    return _OPEN_OR_CLOSED.get(_weak(row, formats), formats.admission)


def _venue(row: Row, source: Source) -> Venue | None:
    country = country_code(_text(row, "country")) or _text(row, "country")
    state = _text(row, "state")
    is_american = (country or source.country or "US") == "US"
    code = _text(row, "zip")
    venue = Venue(
        name=_text(row, "place", longest=LONGEST_NAME),
        street=_text(row, "address"),
        district=_text(row, "locborough"),
        town=_text(row, "city"),
        region=(state_code(state) if is_american else "") or state,
        postal_code=code.zfill(5) if country == "US" and code.isdecimal() else code,
        country=country,
        directions=for_everybody(_text(row, "directions", longest=LONGEST_NOTES), source),
    )
    return None if venue == Venue() else venue


def _online(row: Row, source: Source) -> Online | None:
    return joining(
        link=_text(row, "virtualmeetinglink", longest=LONGEST_LINK_FIELD),
        phone=_text(row, "phonemeetingnumber"),
        notes=_text(row, "virtualmeetinginfo", longest=LONGEST_NOTES),
        publish_passcodes=source.publish_passcodes,
    )


def _point(row: Row) -> Point | None:
    return bmlt_fields.point(Texts(row.cells), centre=None)


def _accuracy(venue: Venue | None) -> Accuracy:
    is_address = venue is not None and bool(venue.street or venue.name)
    return Accuracy.EXACT if is_address else Accuracy.LOCALITY


def _schedule(row: Row) -> Schedule:
    """Return day and hour; the export has no length and no end."""
    weekday = weekday_named(row.text("day"))
    if weekday is None:
        raise ValueError("Day: must be the name of a weekday such as Sunday")
    timezone = _timezone(row)
    return Schedule(
        rules=(Rule(weekday=weekday, ordinals=_ordinals(row, weekday)),),
        start=start_time(row.text("time")),
        timezone=timezone,
        timezone_source=TimezoneSource.SOURCE if timezone else TimezoneSource.UNKNOWN,
    )


def _ordinals(row: Row, weekday: int) -> tuple[int, ...]:
    """Return the weeks of the month where the comments leave no doubt; a list is of weekly ones."""
    directions = _text(row, "directions", longest=LONGEST_NOTES)
    return ordinals_said(directions.replace(", ", ". "), weekday)  # "directions, comments"


def _timezone(row: Row) -> ZoneInfo | None:
    """Return the zone if it is an Area/Place name; anything else is as good as none."""
    try:
        return zone(row.text("timezone"))
    except ValueError:
        return None


def _languages(row: Row, formats: Resolved, source: Source) -> tuple[str, ...]:
    columns = (row.text(f"language{number}") for number in range(1, 4))
    named = smart_languages(name for name in columns if name)
    return formats.languages or named or ((source.language,) if source.language else ())
