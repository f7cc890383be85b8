import io
import tracemalloc
import zipfile
from collections.abc import Mapping

import openpyxl
import pytest

from importers._xlsx import is_xlsx, sheets
from meetings.errors import UnknownFormat

SHEET = "xl/worksheets/sheet1.xml"
NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def workbook(**changes: bytes) -> bytes:
    """Return a workbook of one row, with *sheet*, *styles* or another part replaced."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["Name", "Day"])
    stream = io.BytesIO()
    book.save(stream)
    names = {"sheet": SHEET, "styles": "xl/styles.xml"}
    return with_parts(stream.getvalue(), {names[name]: part for name, part in changes.items()})


def with_parts(payload: bytes, parts: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(payload)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, parts.get(name, old.read(name)))
    return stream.getvalue()


def read(payload: bytes) -> list[tuple[int, list[str]]]:
    return [row for sheet in sheets(payload, most_rows=100, most_columns=10) for row in sheet]


def sheet_of(rows: str) -> bytes:
    return f"<worksheet {NAMESPACE}><sheetData>{rows}</sheetData></worksheet>".encode()


def test_only_a_zip_with_a_workbook_is_one() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("content.xml", "")

    assert is_xlsx(workbook())
    assert not is_xlsx(stream.getvalue())
    assert not is_xlsx(b"Name,Day\n")


def test_a_cut_off_workbook_is_refused() -> None:
    with pytest.raises(UnknownFormat, match="damaged"):
        is_xlsx(workbook()[:1500])


def test_rows_and_cells_far_out_cost_nothing() -> None:
    rows = '<row r="2"><c r="XFD2"><v>1</v></c></row><row r="1048576"><c r="A1"><v>2</v></c></row>'

    assert read(workbook(sheet=sheet_of(rows))) == []


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        (sheet_of("<row>" + "<c/>" * 30_000 + "</row>"), "more elements"),
        (sheet_of("<row><c><v>" + " " * 70_000_000 + "</v></c></row>"), "unpacks to more than"),
        (b"<!DOCTYPE w [<!ENTITY a 'ha'>]>" + sheet_of("<row/>"), "declares entities"),
        (b"<a>" * 200, "more elements"),
        (sheet_of('<row r="1"><c r="A1"><v>not a number</v></c></row>'), "cannot be read"),
        (sheet_of('<row r="1"><c r="A1" t="s"><v>99</v></c></row>'), "cannot be read"),
        (b"no XML", "cannot be read"),
    ],
)
def test_a_hostile_sheet_is_refused_in_one_sentence(part: bytes, sentence: str) -> None:
    payload = workbook(sheet=part)

    with pytest.raises(UnknownFormat, match=sentence):
        read(payload)


def test_a_million_styles_are_refused_before_they_are_built() -> None:
    styles = f"<styleSheet {NAMESPACE}><cellXfs>{'<xf/>' * 1_000_000}</cellXfs></styleSheet>"
    payload = workbook(styles=styles.encode())
    tracemalloc.start()

    with pytest.raises(UnknownFormat, match="more elements"):
        read(payload)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000
