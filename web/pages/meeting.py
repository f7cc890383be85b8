"""One meeting: when next, how to get in, how to keep it."""

import datetime as dt

from starlette.requests import Request
from starlette.responses import HTMLResponse

from meetings.model import Meeting, Occurrence
from meetings.recurrence import occurrences
from web.feeds.subscribing import subscribe_links
from web.pages.render import page
from web.service import service

DAYS_AHEAD = 35
DATES_SHOWN = 5


async def meeting(request: Request) -> HTMLResponse:
    """GET /meetings/12"""
    running = service(request)
    found = running.catalogue.get(request.path_params["number"])
    return page(
        request,
        "meeting.html",
        status=410 if found.removed_at else 200,
        meeting=found,
        hit=running.catalogue.hit(found, now=running.now()),
        dates=_coming(found, running.now()),
        subscribe=subscribe_links(running.site, f"/meetings/{found.number}/calendar.ics"),
        source=next((s for s in running.sources if s.id == found.source), None),
        can_close_hall=running.close_hall is not None,
    )


def _coming(meeting: Meeting, now: dt.datetime) -> list[Occurrence]:
    """Return the next dates, the cancelled ones too, so that nobody stands at a locked door."""
    schedule = meeting.schedule
    if schedule is None or schedule.timezone is None or not meeting.is_listed:
        return []
    until = now + dt.timedelta(days=DAYS_AHEAD)
    return list(occurrences(schedule, since=now, until=until))[:DATES_SHOWN]
