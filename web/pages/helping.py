"""Somebody to call or to write to now."""

from starlette.requests import Request
from starlette.responses import HTMLResponse

from meetings.errors import NotFound
from web.helplines import COUNTRIES, help_of
from web.pages.render import page
from web.service import service


async def show_helplines(request: Request) -> HTMLResponse:
    """GET /helplines or /helplines/us: the country is chosen, never guessed"""
    country = request.path_params.get("country", "").upper()
    if country and country not in COUNTRIES:
        raise NotFound(f"no helplines are kept for {country}")
    return page(
        request,
        "helplines.html",
        countries=COUNTRIES,
        chosen_country=country,
        help=help_of(country),
        today=service(request).now().date(),
    )
