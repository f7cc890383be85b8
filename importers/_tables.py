"""Tables as people keep them: CSV and XLSX bytes become columns and rows of text."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from importers._limits import LARGEST_PAYLOAD_BYTES, MOST_RECORDS
from importers._xlsx import is_xlsx, sheets
from meetings.errors import UnknownFormat

MOST_COLUMNS = 200

_HEADER_WITHIN = 15  # rows; titles and remarks may stand above the header (tsml.md 8)
_LONGEST_CELL = 131_072  # characters (reliability.md 4.1)
_DELIMITERS = (",", ";", "\t")
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_OTHER_FILES = {
    b"PK\x03\x04": "a zip file, but no XLSX sheet",
    b"\xd0\xcf\x11\xe0": "an old Excel file (.xls); save it as .xlsx or CSV",
    b"%PDF": "a PDF; save it as .xlsx or CSV",
    b"\x1f\x8b": "a gzip file; unpack it first",
}

_Numbered = Iterator[tuple[int, list[str]]]
IsHeader = Callable[[frozenset[str]], bool]


@dataclass(frozen=True, slots=True)
class Row:
    """
    One row that says something: the text of its filled cells by the name of their column.

    *number* is that of a spreadsheet program, from 1. *is_longer*: it fills cells beyond the
    header, as an unquoted comma in an address does.
    """

    number: int
    cells: Mapping[str, str]
    is_longer: bool = False

    def text(self, column: str) -> str:
        """Return the text of *column*, "" for an empty cell and for no such column."""
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True)
class Table:
    """
    The columns as they are written, by their plain names (`column_name`), and the rows.

    *rows* can be walked once; that raises UnknownFormat where the file breaks off its format.
    """

    columns: Mapping[str, str]
    rows: Iterator[Row]


def column_name(title: str) -> str:
    """Return the plain name of a column: "Conference URL" is conference_url."""
    return re.sub(r"[^a-z0-9]+", "_", title.casefold()).strip("_")


def read_table(payload: bytes, is_header: IsHeader) -> Table:
    """
    Return the table of a CSV or XLSX file.

    Its header is the first row of which *is_header* accepts the plain names. CSV may be UTF-8,
    UTF-16 with its mark or Windows-1252, and be separated by commas, semicolons or tabs.

    Raises:
        UnknownFormat: for everything else, in one sentence.
    """
    if len(payload) > LARGEST_PAYLOAD_BYTES:
        raise UnknownFormat(f"the file has {len(payload)} bytes, more than is taken")
    if is_xlsx(payload):
        last = MOST_RECORDS + _HEADER_WITHIN + 1
        candidates = sheets(payload, most_rows=last, most_columns=MOST_COLUMNS)
    else:
        candidates = _readings(_text(payload))
    for numbered in candidates:
        if (header := _header(numbered, is_header)) is not None:
            return Table(_columns(header), _rows(header, numbered))
    raise UnknownFormat(f"the first {_HEADER_WITHIN} rows hold no header with the columns needed")


def _text(payload: bytes) -> str:
    what = next((what for mark, what in _OTHER_FILES.items() if payload.startswith(mark)), None)
    if what is not None:
        raise UnknownFormat(f"the file is {what}")
    text = _decoded(payload)
    if text.lstrip()[:1] == "<":
        raise UnknownFormat("the file is a web page, not a table")
    if "\0" in text:
        raise UnknownFormat("the file is neither CSV nor XLSX")
    return text


def _decoded(payload: bytes) -> str:
    """Return the text by its mark, else as UTF-8, else as the Windows-1252 of old Excel files."""
    marked = next((name for mark, name in _MARKS.items() if payload.startswith(mark)), None)
    for encoding in [marked] if marked else ["utf-8", "cp1252"]:
        try:
            return payload.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnknownFormat("the text of the file is neither UTF-8 nor Windows-1252")


def _readings(text: str) -> Iterator[_Numbered]:
    """Yield *text* as split by each delimiter: only the right one shows a header."""
    for delimiter in _DELIMITERS:
        yield _csv_rows(text, delimiter, escape=_escape(text, delimiter))


def _escape(text: str, delimiter: str) -> str | None:
    r"""Return a backslash where quotes are written \" inside quotes (old NAWS files, 2.16)."""
    if '\\"' not in text:
        return None
    return max((None, "\\"), key=lambda escape: _evenness(text, delimiter, escape))


def _evenness(text: str, delimiter: str, escape: str | None) -> int:
    """Return how many rows are as wide as the widest of the first ones."""
    try:
        widths = [len(cells) for _, cells in _csv_rows(text, delimiter, escape=escape)]
    except UnknownFormat:
        return -1
    return widths.count(max(widths[:_HEADER_WITHIN], default=0))


def _csv_rows(text: str, delimiter: str, *, escape: str | None) -> _Numbered:
    csv.field_size_limit(_LONGEST_CELL)
    lines = io.StringIO(text, newline="")  # untranslated: CR alone ends lines too
    try:
        yield from enumerate(csv.reader(lines, delimiter=delimiter, escapechar=escape), 1)
    except csv.Error as problem:
        raise UnknownFormat(f"the table breaks off: {problem}") from problem


def _header(numbered: _Numbered, is_header: IsHeader) -> list[str] | None:
    """Walk up to the header and return it; None where the first rows hold none."""
    for number, cells in numbered:
        names = frozenset(column_name(cell) for cell in cells[:MOST_COLUMNS])
        if is_header(names - {""}):
            return [cell.strip() for cell in cells[:MOST_COLUMNS]]
        if number >= _HEADER_WITHIN:
            break
    return None


def _columns(header: list[str]) -> Mapping[str, str]:
    columns: dict[str, str] = {}
    for title in header:
        columns.setdefault(column_name(title), title)
    return {name: title for name, title in columns.items() if name}


def _rows(header: list[str], numbered: _Numbered) -> Iterator[Row]:
    names = [column_name(title) for title in header]
    count = 0
    for number, given in numbered:
        cells = [cell.strip() for cell in given]
        if not any(cells):
            continue
        count += 1
        if count > MOST_RECORDS:
            raise UnknownFormat(f"the table has more than {MOST_RECORDS} rows")
        yield Row(number, _named(names, cells), is_longer=any(cells[len(names) :]))


def _named(names: list[str], cells: list[str]) -> Mapping[str, str]:
    named: dict[str, str] = {}
    for name, cell in zip(names, cells, strict=False):  # rows may be shorter, and longer
        if name and cell:
            named.setdefault(name, cell)  # of two columns of one name the first filled one
    return named
