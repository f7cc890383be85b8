"""The sheets of an XLSX workbook as rows of text, however the workbook was made."""

import datetime as dt
import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, NoReturn
from xml.parsers import expat

import openpyxl
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from importers._limits import LARGEST_PAYLOAD_BYTES
from meetings.errors import UnknownFormat

_ZIP = b"PK\x03\x04"
_WORKBOOK = "xl/workbook.xml"
_MOST_PARTS = 2_000
_MOST_SHEETS = 20
_MOST_ELEMENTS = 10_000_000
_MOST_CHILDREN = 20_000  # a row of Excel has 16,384 cells at most
_LONG_LISTS = frozenset({"sheetData", "sst"})  # rows, and texts, are read one by one
_CHUNK_BYTES = 65_536


def is_xlsx(payload: bytes) -> bool:
    """Say whether *payload* is a zip with a workbook, or a zip too broken to tell."""
    if not payload.startswith(_ZIP):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(payload)) as archive:
            return _WORKBOOK in archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as problem:
        raise UnknownFormat("the zip file is damaged") from problem


def sheets(
    payload: bytes, *, most_rows: int, most_columns: int
) -> Iterator[Iterator[tuple[int, list[str]]]]:
    """
    Yield each visible sheet as numbered rows of text, empty rows left out.

    Raises:
        UnknownFormat: for what is damaged, and for what unpacks to more than is taken.
    """
    _check(payload)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of extensions and styles that do not matter here
            book = openpyxl.load_workbook(io.BytesIO(payload), read_only=True, data_only=True)
    except Exception as problem:  # openpyxl promises no errors of its own for broken files
        _refuse(problem)
    for sheet in book.worksheets[:_MOST_SHEETS]:
        if sheet.sheet_state == "visible":
            yield _sheet_rows(sheet, most_rows, most_columns)


def _check(payload: bytes) -> None:
    """Unpack each part once, piece by piece, before anything is built of it."""
    left = LARGEST_PAYLOAD_BYTES
    budget = _Budget()
    try:
        with zipfile.ZipFile(io.BytesIO(payload)) as archive:
            if len(archive.infolist()) > _MOST_PARTS:
                raise UnknownFormat(f"the workbook has more than {_MOST_PARTS} parts")
            for part in archive.infolist():
                with archive.open(part) as stream:
                    left -= _check_part(stream, left, budget)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as problem:
        raise UnknownFormat("the workbook is damaged or encrypted") from problem


def _check_part(stream: IO[bytes], left: int, budget: "_Budget") -> int:
    """Return the size of a part; what is no XML, such as a picture, is only measured."""
    size, is_xml = 0, True
    parser = budget.parser()
    while piece := stream.read(_CHUNK_BYTES):
        size += len(piece)
        if size > left:
            raise UnknownFormat(f"the workbook unpacks to more than {LARGEST_PAYLOAD_BYTES} bytes")
        if is_xml:
            try:
                parser.Parse(piece)
            except expat.ExpatError:
                is_xml = False
    return size


class _Budget:
    """Counts the elements of a workbook while they pass, since each costs more than its bytes."""

    def __init__(self) -> None:
        self._left = _MOST_ELEMENTS
        self._open: list[tuple[bool, int]] = []  # for each open element: is long, children left

    def parser(self) -> expat.XMLParserType:
        self._open = [(False, 1)]
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = self._doctype
        return parser

    def _start(self, name: str, _attributes: object) -> None:
        self._left -= 1
        is_long, children_left = self._open[-1]
        if self._left < 0 or (children_left < 1 and not is_long) or len(self._open) > 100:
            raise UnknownFormat("the workbook holds more elements than a sheet of meetings has")
        self._open[-1] = (is_long, children_left - 1)
        self._open.append((name.rpartition(" ")[2] in _LONG_LISTS, _MOST_CHILDREN))

    def _end(self, _name: str) -> None:
        self._open.pop()

    def _doctype(self, *_declaration: object) -> None:
        raise UnknownFormat("the workbook declares entities, which no spreadsheet program writes")


def _sheet_rows(
    sheet: ReadOnlyWorksheet, most_rows: int, most_columns: int
) -> Iterator[tuple[int, list[str]]]:
    sheet.reset_dimensions()  # other programs write A1:A1 for any size
    # type: the stubs lend it a method of another class
    rows = sheet.iter_rows(max_row=most_rows, max_col=most_columns, values_only=True)  # type: ignore[misc]
    try:
        for number, values in enumerate(rows, 1):
            if any(value is not None for value in values):
                yield number, [_text(value) for value in values]
    except UnknownFormat:
        raise
    except Exception as problem:  # as above
        _refuse(problem)


def _refuse(problem: Exception) -> NoReturn:
    raise UnknownFormat(f"the workbook cannot be read ({type(problem).__name__})") from problem


def _text(value: object) -> str:
    """Return the text of a cell as our CSV readers expect it: ISO dates, 19:30, TRUE."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, dt.datetime):
        is_day = value.time() == dt.time()
        return value.date().isoformat() if is_day else f"{value.date()} {_clock(value.time())}"
    if isinstance(value, dt.time):
        return _clock(value)
    if isinstance(value, dt.timedelta):
        return _hours(value)
    return str(value)


def _clock(value: dt.time) -> str:
    return value.strftime("%H:%M:%S" if value.second else "%H:%M")


def _hours(value: dt.timedelta) -> str:
    """Return a length or an hour in Excel's form [h]:mm; only lengths are over 24 h."""
    minutes, seconds = divmod(round(value.total_seconds()), 60)
    clock = f"{minutes // 60:02d}:{minutes % 60:02d}"
    return f"{clock}:{seconds:02d}" if seconds else clock
