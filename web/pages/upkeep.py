"""What this is, what it keeps, and what crawlers may read."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse

from web.pages.render import steady_page

ROBOTS = "User-agent: *\nDisallow: /k/\nDisallow: /s/\nAllow: /s/*/calendar.ics\n"


async def about(request: Request) -> HTMLResponse:
    """GET /about"""
    return steady_page(request, "about.html")


async def privacy(request: Request) -> HTMLResponse:
    """GET /privacy"""
    return steady_page(request, "privacy.html")


async def robots(request: Request) -> PlainTextResponse:  # noqa: ARG001 - Starlette calls it so
    """GET /robots.txt"""
    return PlainTextResponse(ROBOTS)
