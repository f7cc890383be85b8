"""GET /api/sources, /api/fellowships and /api/formats: what is listed here, for programs."""

import datetime as dt

from starlette.requests import Request
from starlette.responses import Response

from meetings.fellowships import FELLOWSHIPS
from meetings.formats import FORMATS
from web.api.answering import encoded
from web.api.shapes import (
    FellowshipListed,
    Fellowships,
    FormatListed,
    Formats,
    SourceListed,
    Sources,
)
from web.publishers import Listing, listings
from web.service import service

HOUR = dt.timedelta(hours=1)


async def sources(request: Request) -> Response:
    """GET /api/sources"""
    running = service(request)
    found = listings(running.sources, running.publishers, running.earlier, now=running.now())
    flat = [each for listing in found for each in (listing, *listing.parts)]
    return encoded(Sources(sources=[_source(each) for each in flat]))


async def fellowships(request: Request) -> Response:
    """GET /api/fellowships"""
    running = service(request)
    counts = running.catalogue.count_by("fellowship")
    found = [
        FellowshipListed(
            code=code,
            name=each.name,
            short_name=each.short_name,
            is_family=each.is_family,
            is_twelve_step=each.is_twelve_step,
            finder_url=each.finder_url,
            count=counts.get(code, 0),
            sources=sorted(
                state.id
                for state in running.sources
                if state.fellowship == code and state.accepted_count
            ),
        )
        for code, each in FELLOWSHIPS.items()
    ]
    return encoded(Fellowships(fellowships=found))


async def formats(request: Request) -> Response:
    """GET /api/formats"""
    counts = service(request).catalogue.count_by("format")
    found = [
        FormatListed(code=code, kind=each.kind, name=each.name, count=counts.get(code, 0))
        for code, each in FORMATS.items()
    ]
    return encoded(Formats(formats=found))


def _source(listing: Listing) -> SourceListed:
    return SourceListed(
        id=listing.id,
        title=listing.title,
        fellowship=listing.fellowship,
        state=listing.freshness,
        reason=str(listing.reason or ""),
        last_tried_at=listing.last_tried_at,
        last_accepted_at=listing.last_accepted_at,
        count=listing.count,
        trend=listing.trend,
        trend_since=listing.earlier.at if listing.earlier else None,
        terms=listing.terms,
        every_hours=listing.every / HOUR if listing.every else None,
        is_unheard=listing.is_unheard,
        parts=[part.id for part in listing.parts],
    )
