"""The shapes in which Meeting Guide lists come: JSON, Google Sheet values, CSV and XLSX."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from importers._files import file_bytes
from importers._json import as_list, parse
from importers._limits import LONGEST_ADDRESS, LONGEST_NOTES, MOST_RECORDS
from importers._source import Payloads
from importers._tables import Row, column_name, read_table
from importers._text import line, paragraphs
from meetings.errors import UnknownFormat

Record = Mapping[str, object]

_FILES = (".json", ".csv", ".tsv", ".xlsx")
_ALIASES = {
    "full_address": "formatted_address",
    "zip": "postal_code",
    "meeting": "name",
    "location_name": "location",
    "start_time": "time",
}
_KNOWN = frozenset(
    {"address", "city", "conference_phone", "conference_url", "day", "end_time", "id", "notes"}
    | {"formatted_address", "latitude", "location", "region", "slug", "state", "time", "types"}
    | {"time_formatted", "timezone"}
)
_QUOTES = ('""', "''", "“”")


def load(path: Path) -> Payloads:
    """Take one file, or every list of a folder."""
    if not path.is_dir():
        return {path.stem: file_bytes(path)}
    files = sorted(file for file in path.iterdir() if file.suffix.lower() in _FILES)
    if not files:
        raise UnknownFormat(f"the folder holds no file {' or '.join(_FILES)}")
    return {file.name: file_bytes(file) for file in files}


def records(payloads: Payloads) -> list[object]:
    """
    Return the records of each list with the usual keys; what is no object is left as it is.

    Raises UnknownFormat.
    """
    return [record for body in payloads.values() for record in _records(body)]


def text(record: Record, field: str, *, longest: int = LONGEST_ADDRESS) -> str:
    """
    Return a field as one line, without the quotes and empty cells that sheets leave around it.

    Sites also write `false` and `[]` for nothing. Raises ValueError for half a character.
    """
    value = record.get(field)
    if value is None or isinstance(value, bool | list | dict):
        return ""
    try:
        found = " ".join(line(value, longest=longest).split())
    except ValueError as problem:
        raise ValueError(f"{field}: {problem}") from problem
    found = found.rpartition("#@-@#")[2].strip()  # of feeds that are made from BMLT (bmlt.md 2.6)
    if len(found) > 1 and found[0] + found[-1] in _QUOTES:
        found = found[1:-1].strip()
    return "" if found and not found.strip("#") else found  # "####": the column was too narrow


def long_text(record: Record, field: str) -> str:
    """Return a field of several lines."""
    value = record.get(field)
    if value is None or isinstance(value, bool | list | dict):
        return ""
    try:
        return paragraphs(value, longest=LONGEST_NOTES).rpartition("#@-@#")[2].strip()
    except ValueError as problem:
        raise ValueError(f"{field}: {problem}") from problem


def texts(record: Record, field: str, *, separator: str) -> list[str]:
    """Return a list of texts, which sheets write as one text with *separator* between them."""
    value = record.get(field)
    if isinstance(value, dict):  # PHP writes lists with gaps as objects
        value = list(value.values())
    items = value if isinstance(value, list) else text(record, field).strip("[]").split(separator)
    found = [text({field: item}, field) for item in items]
    return [item for item in found if item]


def rows(payloads: Payloads) -> list[Row]:
    """Return the rows of those lists that are tables. Raises UnknownFormat."""
    tables = [body for body in payloads.values() if not _is_json(body)]
    return [row for body in tables for row in read_table(body, _is_header).rows]


def _is_json(body: bytes) -> bool:
    return body[:1000].removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"[", b"{"))


def _records(body: bytes) -> list[object]:
    if not _is_json(body):
        return _of_table(body)
    value = parse(body)
    if isinstance(value, dict):
        value = _of_object(value)
    found = [_with_usual_keys(record) for record in as_list(value, "the list")]
    if found and not any(_is_meeting(record) for record in found):
        raise UnknownFormat("the list holds records without the keys of Meeting Guide")
    return found


def _of_table(body: bytes) -> list[object]:
    table = read_table(body, _is_header)
    return [_with_usual_keys(_joined_time(row)) for row in table.rows]


def _of_object(value: Mapping[str, object]) -> object:
    """Return the list in the answer of a sheet service, of Google, or none of an error."""
    if isinstance(value.get("meetings"), list):
        return value["meetings"]
    if isinstance(value.get("values"), list):
        return _of_values(as_list(value["values"], "values"))
    if value.get("code") == "feed_restricted":
        raise UnknownFormat("the feed is closed by its owner: ask for access")
    what = "an error message" if {"message", "error", "code"} & value.keys() else "an object"
    raise UnknownFormat(f"the list is {what}, not a list of meetings")


def _of_values(rows: list[object]) -> list[object]:
    """Read what the interface of Google Sheets calls values: rows of cells, the header first."""
    cells = [row for row in rows if isinstance(row, list)]
    for position, row in enumerate(cells[:15]):
        header = [column_name(cell) if isinstance(cell, str) else "" for cell in row]
        if _is_header(frozenset(header)):
            body = [row for row in cells[position + 1 :] if any(_is_filled(cell) for cell in row)]
            if len(body) > MOST_RECORDS:
                raise UnknownFormat(f"the sheet has more than {MOST_RECORDS} rows")
            return [_named(header, row) for row in body]
    raise UnknownFormat("the first rows of the sheet hold no header with the columns needed")


def _is_filled(cell: object) -> bool:
    return cell is not None and cell != ""


def _named(header: Iterable[str], row: list[object]) -> Record:
    pairs = zip(header, row, strict=False)  # Google leaves out empty cells at the end
    return {name: cell for name, cell in pairs if name and _is_filled(cell)}


def _is_header(names: frozenset[str]) -> bool:
    usual = {_ALIASES.get(name, name) for name in names}
    return "name" in usual and len(usual & _KNOWN) >= 2


def _joined_time(row: Row) -> Record:
    """Return the cells of a row, its time put together from two columns (tsml.md 8)."""
    half = row.text("am_pm")
    return {**row.cells, "time": f"{row.text('time')} {half}"} if half else row.cells


def _with_usual_keys(record: object) -> object:
    if not isinstance(record, Mapping):
        return record
    others = {_ALIASES[key]: value for key, value in record.items() if key in _ALIASES}
    return {**others, **record} if others else record


def _is_meeting(record: object) -> bool:
    return isinstance(record, Mapping) and "name" in record and bool(_KNOWN & record.keys())
