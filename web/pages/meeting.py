"""One meeting: when next, how to get in, how to keep it."""

import asyncio
import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import HTMLResponse

from meetings.model import Meeting, Occurrence
from meetings.public_holidays import holiday_of
from meetings.recurrence import occurrences
from meetings.storage.sources import confirmed_on
from meetings.unheard import DOUBTED_AFTER
from web.changed_dates import TOLD_AHEAD
from web.feeds.asking import asking, unchosen
from web.languages import spoken
from web.pages.linked_data import linked_data
from web.pages.render import page
from web.parameters import as_parameters, zone_of
from web.service import service

DATES_SHOWN = 5


async def meeting(request: Request) -> HTMLResponse:
    """GET /meetings/12, or /meetings/12?timezone=America/New_York by the viewer's clock"""
    running = service(request)
    found = running.catalogue.get(request.path_params["number"])
    viewer = _elsewhere(found, zone_of(as_parameters(request.query_params.multi_items())))
    dates = _coming(found, running.now())
    hit = running.catalogue.hit(found, now=running.now())
    confirmed = confirmed_on(found, running.sources)
    return page(
        request,
        "meeting.html",
        status=410 if found.removed_at else 200,
        meeting=found,
        hit=hit,
        viewer=viewer,
        by_clock=lambda moment: moment.astimezone(viewer) if viewer else moment,
        linked_data=linked_data(hit, running.site.base_url),
        dates=dates,
        holidays=await asyncio.to_thread(_holidays, found, dates),
        subscribe=asking(
            running.site,
            [found],
            f"/meetings/{found.number}/subscribe",
            options=unchosen(spoken(request)),
        ),
        source=next((s for s in running.sources if s.id == found.source), None),
        also_listed=running.catalogue.also_listed(found.number),
        is_found=running.catalogue.is_found(found.number),
        titles={state.id: state.title for state in running.sources},
        confirmed_on=confirmed,
        is_missing=found.confirmed_on is not None and not found.removed_at,
        is_unheard=found.number in running.catalogue.unheard,
        is_old=confirmed is not None and running.now().date() - confirmed > DOUBTED_AFTER,
        can_close_hall=running.close_hall is not None,
    )


def _elsewhere(meeting: Meeting, viewer: ZoneInfo | None) -> ZoneInfo | None:
    """Return the *viewer*'s zone where the meeting can be joined from another one than its own."""
    own = meeting.schedule.timezone if meeting.schedule else None
    return viewer if meeting.is_online and own and viewer != own else None


def _holidays(meeting: Meeting, dates: Sequence[Occurrence]) -> dict[dt.date, str]:
    """Return the public holidays among *dates*; a country's rules take 0.1 s to load at first."""
    days = {date.start.date() for date in dates if not date.is_cancelled}
    return {day: name for day in days if (name := holiday_of(meeting, day))}


def _coming(meeting: Meeting, now: dt.datetime) -> list[Occurrence]:
    """Return the next dates, the cancelled ones too, so that nobody stands at a locked door."""
    schedule = meeting.schedule
    if schedule is None or schedule.timezone is None or not meeting.is_listed:
        return []
    until = now + TOLD_AHEAD
    return list(occurrences(schedule, since=now, until=until))[:DATES_SHOWN]
