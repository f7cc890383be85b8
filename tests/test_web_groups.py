"""The page for groups: a sheet is checked in memory and forgotten."""

from pathlib import Path

import pytest

from tests.serving import serving
from web.sheets import LARGEST_UPLOAD_BYTES, RowProblem, SheetCheck, Sheets


def sheets(result: SheetCheck, seen: list[bytes]) -> Sheets:
    async def check(body: bytes) -> SheetCheck:
        seen.append(body)
        return result

    return Sheets(template=b"id,name\r\n", check=check)


async def test_the_template_is_a_download(tmp_path: Path) -> None:
    async with serving(tmp_path, sheets=sheets(SheetCheck(), [])) as client:
        page = await client.get("/for-groups")
        sheet = await client.get("/for-groups/meetings.csv")

    assert 'href="/for-groups/meetings.csv"' in page.text
    assert sheet.content == b"id,name\r\n"
    assert sheet.headers["content-disposition"] == 'attachment; filename="meetings.csv"'


async def test_each_row_that_needs_a_change_is_named_and_foreign_text_stays_text(
    tmp_path: Path,
) -> None:
    seen: list[bytes] = []
    result = SheetCheck(meetings=2, problems=(RowProblem("row 4", "day: <b>is no day"),))
    async with serving(tmp_path, sheets=sheets(result, seen)) as client:
        page = await client.post("/for-groups", files={"sheet": ("mine.csv", b"id\n1\n")})

    assert seen == [b"id\n1\n"]
    assert "2 rows are meetings" in page.text
    assert "row 4" in page.text
    assert "day: &lt;b&gt;is no day" in page.text


async def test_a_file_that_is_no_sheet_is_refused_in_a_sentence(tmp_path: Path) -> None:
    result = SheetCheck(refusal="it is a PDF; save it as .xlsx or CSV")
    async with serving(tmp_path, sheets=sheets(result, [])) as client:
        page = await client.post("/for-groups", files={"sheet": ("mine.pdf", b"%PDF")})

    assert page.status_code == 200
    assert "it is a PDF; save it as .xlsx or CSV." in page.text


async def test_an_upload_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    seen: list[bytes] = []
    large = b"x" * (LARGEST_UPLOAD_BYTES + 20_000)
    async with serving(tmp_path, sheets=sheets(SheetCheck(), seen)) as client:
        page = await client.post("/for-groups", files={"sheet": ("mine.csv", large)})

    assert (page.status_code, seen) == (413, [])


@pytest.mark.parametrize(
    "sent",
    [
        {"files": {"other": ("mine.csv", b"id\n")}},
        {"files": {"sheet": ("mine.csv", b"")}},
        {"data": {"sheet": "id"}},
        {"content": b"nonsense", "headers": {"Content-Type": "multipart/form-data"}},
        {"content": b"nonsense", "headers": {"Content-Type": "text/plain"}},
        {"content": b"nonsense"},
    ],
)
async def test_a_form_without_a_file_asks_for_one(tmp_path: Path, sent: dict[str, object]) -> None:
    async with serving(tmp_path, sheets=sheets(SheetCheck(), [])) as client:
        page = await client.request("POST", "/for-groups", **sent)  # type: ignore[arg-type] # the cases differ in their keys

    assert page.status_code == 400
    assert "Please choose a file." in page.text


async def test_without_a_reader_of_sheets_the_page_says_so(tmp_path: Path) -> None:
    async with serving(tmp_path) as client:
        page = await client.get("/for-groups")
        sheet = await client.get("/for-groups/meetings.csv")

    assert "takes no sheets" in page.text
    assert sheet.status_code == 404


@pytest.mark.parametrize(
    ("result", "says"),
    [
        (SheetCheck(problems=(RowProblem("row 4", "day: is missing"),)), True),
        (SheetCheck(notices=("dropped a column",)), True),
        (SheetCheck(refusal="it is a PDF"), True),
        (SheetCheck(meetings=2), False),
    ],
)
async def test_other_languages_say_that_reasons_are_in_english(
    tmp_path: Path, result: SheetCheck, says: bool
) -> None:
    sheet = {"sheet": ("mine.csv", b"id\n1\n")}
    async with serving(tmp_path, sheets=sheets(result, [])) as client:
        spanish = await client.post("/for-groups?lang=es", files=sheet)
        english = await client.post("/for-groups", files=sheet)

    assert ("Lo que hay que cambiar se indica en inglés." in spanish.text) is says
    assert "in English" not in english.text
