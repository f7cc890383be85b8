"""A handful of meetings as one link: to read, to print, to send, to keep in a calendar."""

import datetime as dt

import segno
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from meetings.search import Hit
from web.changed_dates import changes_as_text
from web.feeds.asking import asking, unchosen
from web.languages import spoken
from web.lists import list_path, read_list
from web.pages.render import page, words_for
from web.plans.pages import SHARE_LASTS
from web.service import service
from web.words import Words, address


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
        message=_message(hits, link, words_for(request), running.now()),
        qr=segno.make(link, error="m", micro=False).svg_data_uri(scale=4, border=2),
        subscribe=asking(
            running.site,
            chosen.meetings,
            "/list/subscribe",
            hidden=(("meetings", ",".join(map(str, chosen.numbers))),),
            options=unchosen(spoken(request)),
        ),
        without={n: list_path([m for m in chosen.numbers if m != n]) for n in chosen.numbers},
        chosen=chosen.numbers,
        suggested_end=running.now().date() + SHARE_LASTS,
    )


def _by_next_start(hit: Hit) -> tuple[dt.datetime, int]:
    start = hit.occurrence.start if hit.occurrence else dt.datetime.max.replace(tzinfo=dt.UTC)
    return start, hit.meeting.number


def _message(hits: list[Hit], link: str, words: Words, now: dt.datetime) -> str:
    """Return the list as text for a message, with no greeting and nobody's name."""
    lines = [_line(hit, words, now) for hit in sorted(hits, key=_by_next_start)]
    last = words.language.gettext("With addresses, links and a calendar: {link}", link=link)
    return "\n".join([*lines, "", last])


def _line(hit: Hit, words: Words, now: dt.datetime) -> str:
    meeting = hit.meeting
    times = words.times(meeting) or words.language.gettext("time not listed")
    place = address(meeting) if meeting.is_in_person else words.language.gettext("online")
    line = words.language.gettext(
        "{name}: {times}, {place}", name=meeting.name, times=times, place=place
    )
    changes = changes_as_text(words, meeting, now)
    return f"{line}. {changes}" if changes else line
