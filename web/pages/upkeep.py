"""Where the lists come from, what this is, and what crawlers may read."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse

from web.pages.render import page
from web.service import service

ROBOTS = "User-agent: *\nDisallow: /k/\nDisallow: /s/\nAllow: /s/*/calendar.ics\n"


async def sources(request: Request) -> HTMLResponse:
    """GET /sources"""
    return page(request, "sources.html", sources=service(request).sources)


async def about(request: Request) -> HTMLResponse:
    """GET /about"""
    return page(request, "about.html")


async def robots(request: Request) -> PlainTextResponse:  # noqa: ARG001 - Starlette calls it so
    """GET /robots.txt"""
    return PlainTextResponse(ROBOTS)
