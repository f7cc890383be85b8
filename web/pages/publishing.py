"""Whose meetings are listed here and whose are not; where each list comes from, how fresh it is."""

from starlette.requests import Request
from starlette.responses import HTMLResponse

from meetings.fellowships import FELLOWSHIPS, fellowship
from web.pages.render import page
from web.programmes import PROGRAMMES
from web.publishers import Freshness, listings
from web.service import service


async def sources(request: Request) -> HTMLResponse:
    """GET /sources"""
    running = service(request)
    found = listings(running.sources, running.publishers, running.earlier, now=running.now())
    return page(
        request,
        "sources.html",
        listed=[each for each in found if each.freshness is not Freshness.OFF],
        off=[each for each in found if each.freshness is Freshness.OFF],
    )


async def fellowships(request: Request) -> HTMLResponse:
    """GET /fellowships"""
    counts = service(request).catalogue.count_by("fellowship")
    listed = [fellowship(code) for code in counts if counts[code]]  # an operator's own codes too
    others = [
        each for code, each in FELLOWSHIPS.items() if not counts.get(code) and each.finder_url
    ]
    return page(
        request,
        "fellowships.html",
        listed=listed,
        others=others,
        counts=counts,
        programmes=PROGRAMMES,
    )
