"""For groups and facilitators: the sheet to fill in, and a check of it that keeps nothing."""

from collections.abc import AsyncGenerator

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from meetings.errors import InvalidSearch, NotFound
from web.pages.render import page
from web.service import service
from web.sheets import LARGEST_UPLOAD_BYTES, PROBLEMS_SHOWN, SheetCheck, Sheets

TEMPLATE_NAME = "meetings.csv"
BODY_MOST_BYTES = LARGEST_UPLOAD_BYTES + 10_000  # the form around the file


async def for_groups(request: Request) -> HTMLResponse:
    """GET /for-groups"""
    return _page(request)


async def template(request: Request) -> Response:
    """GET /for-groups/meetings.csv: the sheet to fill in"""
    return Response(
        _sheets(request).template,
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{TEMPLATE_NAME}"'},
    )


async def check(request: Request) -> HTMLResponse:
    """POST /for-groups: reads the uploaded sheet in memory and says what each row would be"""
    sheets = _sheets(request)
    body = await _upload(request)
    return _page(request, checked=await sheets.check(body))


def _page(request: Request, checked: SheetCheck | None = None) -> HTMLResponse:
    running = service(request)
    return page(
        request,
        "for_groups.html",
        checked=checked,
        has_sheets=running.sheets is not None,
        template_name=TEMPLATE_NAME,
        largest_kb=LARGEST_UPLOAD_BYTES // 1024,
        most=PROBLEMS_SHOWN,
    )


def _sheets(request: Request) -> Sheets:
    sheets = service(request).sheets
    if sheets is None:
        raise NotFound("this installation reads no sheets")
    return sheets


async def _upload(request: Request) -> bytes:
    """
    Return the uploaded file.

    The whole request, which BoundedBodies bounds, is at hand before it is taken apart: below
    1 MB Starlette keeps an upload in memory, above it would write it to a file.
    """
    body = await request.body()

    async def whole() -> AsyncGenerator[bytes, None]:
        yield body
        yield b""

    try:
        form = await MultiPartParser(request.headers, whole(), max_files=1, max_fields=1).parse()
    except (MultiPartException, KeyError) as problem:
        raise InvalidSearch("sheet", "Please choose a file.") from problem
    sheet = form.get("sheet")
    content = await sheet.read() if isinstance(sheet, UploadFile) else b""
    await form.close()
    if not content:
        raise InvalidSearch("sheet", "Please choose a file.")
    return content
