"""Our own sheet, CSV or XLSX, that a facilitator or a clinic fills in (smart.md 11)."""

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path

from importers import _sheet_words as words
from importers._files import file_bytes
from importers._sheet_columns import (
    cells_of,
    is_header,
    missing_columns,
    personal_columns,
    unknown_columns,
)
from importers._sheet_meeting import meeting_of
from importers._sheet_template import EXAMPLE
from importers._sheet_template import template as template
from importers._source import Get, Payloads, Reading, Rejected, Source
from importers._tables import Row, Table, read_table
from importers._text import line
from meetings.errors import UnknownFormat
from meetings.model import Meeting

TITLE = "Sheet of a group or clinic (CSV, XLSX)"
SPEC = "https://www.rfc-editor.org/rfc/rfc4180"  # the columns are ours: /for-groups tells them
IS_WINDOWED = False

_SHEET = "sheet"
_GOOGLE = re.compile(r"(https://docs\.google\.com/spreadsheets/d/[\w-]{1,200})/edit(?:[?#].*)?")
_TAB = re.compile(r"gid=([0-9]{1,20})")


async def fetch(get: Get, source: Source) -> Payloads:
    return {_SHEET: await get(csv_link(source.url))}


def csv_link(url: str) -> str:
    """Return the link to the CSV of a Google sheet that is shared for reading, else *url*."""
    if url.startswith("https://docs.google.com/spreadsheets/d/e/") and "/pubhtml" in url:
        return url.replace("/pubhtml", "/pub", 1).partition("?")[0] + "?output=csv"
    found = _GOOGLE.fullmatch(url)
    if found is None:
        return url
    tab = _TAB.search(url)
    return f"{found[1]}/export?format=csv" + (f"&gid={tab[1]}" if tab else "")


def load(path: Path) -> Payloads:
    sheets = [path]
    if path.is_dir():
        sheets = sorted(file for file in path.iterdir() if file.suffix in (".csv", ".xlsx"))
    if len(sheets) != 1:
        raise UnknownFormat(f"a sheet is one CSV or XLSX file, and the folder holds {len(sheets)}")
    return {_SHEET: file_bytes(sheets[0])}


def read(payloads: Payloads, source: Source) -> Reading:
    table = _table(payloads)
    seen: set[str] = set()
    for row in table.rows:
        yield _read_one(row, source, seen)


def notices(payloads: Payloads, *, now: dt.datetime) -> list[str]:  # noqa: ARG001 # Noticing's
    """Tell which columns were dropped since they are about people, and which nobody knows."""
    table = _table(payloads)
    personal, unknown = personal_columns(table.columns), unknown_columns(table.columns)
    cells = [row.cells for row in table.rows] if personal else []
    found = [
        f"dropped the column {_title(table, name)}: {_filled(cells, name)}" for name in personal
    ]
    if unknown:
        titles = ", ".join(_title(table, name) for name in unknown[:20])
        found.append(f"ignored columns that are none of ours: {titles}")
    return found


def _table(payloads: Payloads) -> Table:
    if _SHEET not in payloads:
        raise UnknownFormat("there is no sheet")
    table = read_table(payloads[_SHEET], is_header)
    missing = missing_columns(table.columns)
    if missing:
        raise UnknownFormat(f"the header has no column {' and no '.join(missing)}")
    return table


def _title(table: Table, name: str) -> str:
    return line(table.columns[name], longest=40)


def _filled(cells: list[Mapping[str, str]], name: str) -> str:
    count = sum(name in row for row in cells)
    return f"{count} {'cell' if count == 1 else 'cells'} of people or secrets"


def _read_one(row: Row, source: Source, seen: set[str]) -> Meeting | Rejected:
    cells = cells_of(row)
    where = f"row {row.number}"
    try:
        key = words.key(cells.get("id", ""))
    except ValueError as problem:
        return Rejected(where, f"{where}, id: {problem}")
    if key in seen:
        return Rejected(where, f"{where}, id: stands in an earlier row too")
    seen.add(key)
    if key.startswith(EXAMPLE):
        return Rejected(key, f"{where}, id: is an example of the template; delete the row")
    if row.is_longer:
        return Rejected(key, f"{where}: has more cells than the header; is a comma unquoted?")
    try:
        return meeting_of(cells, key, source)
    except ValueError as problem:
        return Rejected(key, f"{where}, {problem}")
