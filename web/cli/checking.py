"""The check of an uploaded sheet, made of the importer of sheets; nothing of it is stored."""

import asyncio

from importers import sheet
from importers._source import Rejected, Source
from meetings.errors import SourceError
from web.service import utc_now
from web.sheets import RowProblem, SheetCheck, Sheets

UPLOADED = Source(id="upload", importer="sheet", fellowship="na")


def sheets() -> Sheets:
    """Return the template, and the check that pages call."""
    one_at_a_time = asyncio.Lock()  # a sheet takes memory while it is read

    async def check(body: bytes) -> SheetCheck:
        async with one_at_a_time:
            return await asyncio.to_thread(check_sheet, body)

    return Sheets(template=sheet.template(), check=check)


def check_sheet(body: bytes) -> SheetCheck:
    """Read the sheet in *body*, row by row, and forget it."""
    payloads = {"sheet": body}
    try:
        records = list(sheet.read(payloads, UPLOADED))
        notices = sheet.notices(payloads, now=utc_now())
    except SourceError as problem:
        return SheetCheck(refusal=str(problem))
    problems = [RowProblem(each.key, each.reason) for each in records if isinstance(each, Rejected)]
    return SheetCheck(
        meetings=len(records) - len(problems), problems=tuple(problems), notices=tuple(notices)
    )
