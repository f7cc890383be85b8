"""The demo's one button: a hall closes, and the calendar says so."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from meetings.errors import NotFound
from web.parameters import read_numbers
from web.service import service


async def close_hall(request: Request) -> Response:
    """POST /sample/close-hall: cancels a meeting's next date, as an operator's override would"""
    running = service(request)
    form = await request.form(max_files=0, max_fields=1)
    numbers = read_numbers([str(form.get("meeting", ""))], most=1)
    if running.close_hall is None or not numbers:
        raise NotFound("only the demo has this button, on the page of a meeting")
    await running.close_hall(running.catalogue.get(numbers[0]))
    await running.load()
    return RedirectResponse(f"/meetings/{numbers[0]}", status_code=303)
