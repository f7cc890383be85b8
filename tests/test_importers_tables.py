import datetime as dt
import io
from collections.abc import Sequence

import openpyxl
import pytest

from importers._tables import Row, column_name, read_table
from meetings.errors import UnknownFormat


def is_header(names: frozenset[str]) -> bool:
    return {"name", "day"} <= names


def rows_of(payload: bytes) -> list[Row]:
    return list(read_table(payload, is_header).rows)


def workbook(*rows: Sequence[object], hidden: Sequence[object] = ()) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    if hidden:
        secret = book.create_sheet("Old", 0)
        secret.append(list(hidden))
        secret.sheet_state = "hidden"
    for row in rows:
        sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_columns_are_known_by_plain_names_and_by_their_words() -> None:
    table = read_table(b"Name,Day,Conference URL,AM/PM\n", is_header)

    assert dict(table.columns) == {
        "name": "Name",
        "day": "Day",
        "conference_url": "Conference URL",
        "am_pm": "AM/PM",
    }
    assert column_name("  Sub-Region 2 ") == "sub_region_2"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_csv_of_any_program_is_read_alike(delimiter: str, line_end: str, encoding: str) -> None:
    lines = [delimiter.join(("Name", "Day", "Town")), delimiter.join(('"Café, here"', "Sun", "X"))]

    found = rows_of((line_end.join(lines) + line_end).encode(encoding))

    assert found == [Row(2, {"name": "Café, here", "day": "Sun", "town": "X"})]


def test_the_header_may_stand_below_a_title_and_rows_keep_their_numbers() -> None:
    found = rows_of(b'"Our list, 2026"\n\nName,Day\n\nHope,Mon\n,\nFaith,Tue\n')

    assert found == [
        Row(5, {"name": "Hope", "day": "Mon"}),
        Row(7, {"name": "Faith", "day": "Tue"}),
    ]


def test_a_row_that_is_longer_than_the_header_says_so() -> None:
    found = rows_of(b"Name,Day\nHope,Mon,extra\nFaith,Tue,\nCharity\n")

    assert [row.is_longer for row in found] == [True, False, False]
    assert found[2].text("day") == found[2].text("no such column") == ""


def test_of_two_columns_of_one_name_the_first_filled_cell_counts() -> None:
    (row,) = rows_of(b"Name,Day,Name\n,Mon,Hope\n")

    assert row.text("name") == "Hope"


def test_quotes_behind_backslashes_are_understood_and_other_backslashes_stay() -> None:
    old = b'Name,Day\n"The \\"Old\\" Group, upstairs",Mon\n'
    new = b'Name,Day\n"C:\\""quoted""",Mon\nw\\ coffee,Tue\n'

    assert rows_of(old)[0].text("name") == 'The "Old" Group, upstairs'
    assert [row.text("name") for row in rows_of(new)] == ['C:\\"quoted"', "w\\ coffee"]


@pytest.mark.parametrize(
    ("payload", "sentence"),
    [
        (b"", "no header"),
        (b"Title,Time\nHope,19:00\n", "no header"),
        (b"<!DOCTYPE html><title>Just a moment...</title>", "web page"),
        (b"%PDF-1.7", "a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", r"old Excel file \(\.xls\)"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"Name,Day\nHope,\x81\x8d\n", "neither UTF-8 nor Windows-1252"),
        (b"Name,Day\nHope,\x00\n", "neither CSV nor XLSX"),
        (b'Name,Day\n"' + b"x" * 200_000, "field larger than field limit"),
        (b"Name,Day\n" + b"x,y\n" * 50_001, "more than 50000 rows"),
        (b"\xff\xfeN", "neither UTF-8"),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(payload: bytes, sentence: str) -> None:
    with pytest.raises(UnknownFormat, match=sentence):
        rows_of(payload)


def test_cells_of_a_workbook_become_the_texts_of_a_csv() -> None:
    payload = workbook(
        ["Our list"],
        ["Name", "Day", "Start", "End", "Length", "Open", "Zip", "Seen", "At", "Latitude"],
        [
            "Café",
            "Sunday",
            dt.time(19, 30),
            dt.time(20, 30, 15),
            dt.timedelta(hours=1, minutes=30),
            True,
            2139.0,
            dt.date(2026, 3, 1),
            dt.datetime(2026, 3, 1, 19, 30),  # noqa: DTZ001 # Excel knows no zones
            40.6924,
        ],
        [],
        ["Hope", "Monday", 1930, None, None, False],
    )

    first, second = rows_of(payload)

    assert first == Row(
        3,
        {
            "name": "Café",
            "day": "Sunday",
            "start": "19:30",
            "end": "20:30:15",
            "length": "01:30",
            "open": "TRUE",
            "zip": "2139",
            "seen": "2026-03-01",
            "at": "2026-03-01 19:30",
            "latitude": "40.6924",
        },
    )
    assert second == Row(5, {"name": "Hope", "day": "Monday", "start": "1930", "open": "FALSE"})


def test_a_hidden_sheet_is_passed_over() -> None:
    payload = workbook(["Name", "Day"], ["Hope", "Monday"], hidden=["Name", "Day", "Secret"])

    assert rows_of(payload) == [Row(2, {"name": "Hope", "day": "Monday"})]
