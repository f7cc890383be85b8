"""The check of a sheet with its real reader."""

import asyncio
from pathlib import Path

import pytest

from tests.serving import serving
from web.cli.checking import check_sheet, sheets

HEADER = b"id,program,day,start,end,timezone,format,city,country,facilitator\n"
GOOD = b"one,4-Point Recovery,mon,19:00,20:00,America/Chicago,in-person,Minneapolis,US,SECRET\n"


def test_the_template_is_a_sheet_whose_examples_are_to_be_deleted() -> None:
    result = check_sheet(sheets().template)

    assert (result.refusal, result.meetings) == ("", 0)
    assert {problem.reason.partition(": ")[2] for problem in result.problems} == {
        "is an example of the template; delete the row"
    }


def test_each_row_is_judged_by_itself_and_people_are_left_out() -> None:
    bad = GOOD.replace(b"one", b"two").replace(b"mon", b"someday")

    result = check_sheet(HEADER + GOOD + bad)

    assert result.meetings == 1
    (problem,) = result.problems
    assert problem.row == "two"
    assert "row 3" in problem.reason
    assert "day" in problem.reason
    assert "SECRET" not in repr(result)
    assert "facilitator" in result.notices[0]


def test_what_is_no_sheet_is_refused_in_a_sentence() -> None:
    assert "PDF" in check_sheet(b"%PDF-1.7").refusal
    assert check_sheet(b"").refusal != ""
    assert check_sheet(b"<html></html>").refusal != ""


async def test_a_large_upload_leaves_no_byte_on_any_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = HEADER.replace(b"\n", b",remarks of ours\n")
    row = GOOD.replace(b"\n", b"," + b"x" * 4_000 + b"\n")
    rows = [row.replace(b"one", b"row-%d" % number) for number in range(100)]
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "no-such-folder"))  # none can be made

    async with serving(tmp_path, sheets=sheets()) as client:
        body = header + b"".join(rows)
        page = await client.post("/for-groups", files={"sheet": ("mine.csv", body)})

    assert "100 rows are meetings" in page.text
    assert not await asyncio.to_thread(holding, tmp_path, b"SECRET")


def holding(folder: Path, content: bytes) -> list[Path]:
    files = [file for file in folder.rglob("*") if file.is_file()]
    return [file for file in files if content in file.read_bytes()]
