"""The Meeting Guide rows as a sheet: the headers that its spreadsheets use (tsml.md 8)."""

import csv
import io
from collections.abc import Iterable, Iterator

from web.spreadsheets import safe_cell
from web.tsml.rows import TsmlRow

_COLUMNS_WORDS = (
    "slug name day time end_time timezone types notes location location_notes group address "
    "city state postal_code country regions formatted_address approximate latitude longitude "
    "attendance_option conference_url conference_url_notes conference_phone "
    "conference_phone_notes url feedback_url entity entity_phone updated"
)
COLUMNS = _COLUMNS_WORDS.split()
_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


def sheet_lines(rows: Iterable[TsmlRow]) -> Iterator[bytes]:
    """Yield the header, then a line a row."""
    yield _line([_header(column) for column in COLUMNS])
    for row in rows:
        yield _line([safe_cell(_cell(column, row.get(column, ""))) for column in COLUMNS])


def _header(column: str) -> str:
    """Return "Conference URL" of conference_url."""
    return column.replace("_", " ").title().replace("Url", "URL")


def _cell(column: str, value: object) -> str:
    if column == "day" and isinstance(value, int):
        return _DAYS[value]
    if column in ("time", "end_time") and isinstance(value, str) and value:
        return _twelve_hours(value)
    if isinstance(value, list):
        return (" > " if column == "regions" else ", ").join(map(str, value))
    return str(value)


def _twelve_hours(time: str) -> str:
    """Return "6:00 PM": tsml-ui drops 24-hour times in sheets."""
    hour, _, minute = time.partition(":")
    number = int(hour)
    return f"{number % 12 or 12}:{minute} {'AM' if number < 12 else 'PM'}"


def _line(cells: list[str]) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue().encode()
