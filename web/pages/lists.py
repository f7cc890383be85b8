"""A handful of meetings as one link: to read, to print, to send, to keep in a calendar."""

import datetime as dt

import segno
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from meetings.search import Hit
from web import words
from web.feeds.asking import asking
from web.lists import list_path, read_list
from web.pages.render import page
from web.service import service


async def show_list(request: Request) -> Response:
    """GET /list?meetings=12,45,78; ticked boxes come as repeated names and are joined"""
    running = service(request)
    values = request.query_params.getlist("meetings")
    chosen = read_list(running.catalogue, values)
    path = list_path(chosen.numbers)
    if len(values) > 1:
        return RedirectResponse(path, status_code=303)
    hits = [running.catalogue.hit(meeting, now=running.now()) for meeting in chosen.meetings]
    link = running.site.base_url + path
    return page(
        request,
        "list.html",
        chosen_list=chosen,
        hits=sorted(hits, key=_by_next_start),
        link=link,
        message=_message(hits, link),
        qr=segno.make(link, error="m", micro=False).svg_data_uri(scale=4, border=2),
        subscribe=asking(
            running.site,
            chosen.meetings,
            "/list/subscribe",
            hidden=(("meetings", ",".join(map(str, chosen.numbers))),),
        ),
        without={n: list_path([m for m in chosen.numbers if m != n]) for n in chosen.numbers},
        chosen=chosen.numbers,
    )


def _by_next_start(hit: Hit) -> tuple[dt.datetime, int]:
    start = hit.occurrence.start if hit.occurrence else dt.datetime.max.replace(tzinfo=dt.UTC)
    return start, hit.meeting.number


def _message(hits: list[Hit], link: str) -> str:
    """Return the list as text for a message, with no greeting and nobody's name."""
    lines = [_line(hit) for hit in sorted(hits, key=_by_next_start)]
    return "\n".join([*lines, "", f"With addresses, links and a calendar: {link}"])


def _line(hit: Hit) -> str:
    meeting, schedule = hit.meeting, hit.meeting.schedule
    times = "time not listed"
    if schedule is not None:
        times = f"{words.rule(schedule)} by {words.whose_clock(schedule)}"
    place = words.address(meeting) if meeting.is_in_person else "online"
    return f"{meeting.name}: {times}, {place}"
