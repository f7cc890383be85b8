"""Into a calendar: what it may show is asked first, then come the ways for each device."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

import segno
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from meetings.calendars import entry
from meetings.errors import NotFound
from meetings.model import Meeting
from web.feeds.addresses import (
    Pairs,
    find_path,
    list_feed_path,
    meeting_feed_path,
    search_feed_path,
    search_pairs,
)
from web.feeds.asking import asking, has_feed, unchosen
from web.feeds.calendars import NOT_OF_CALENDARS, find_all
from web.feeds.options import FeedOptions, read_options, without_options
from web.feeds.subscribing import SubscribeLinks, google_templates, subscribe_links
from web.languages import marked, spoken
from web.lists import list_path, read_list
from web.pages.render import page, words_for
from web.parameters import as_parameters
from web.service import Service, service
from web.words import Words

TEMPLATES_MOST = 30  # meetings that get a button of their own
NAMING = frozenset({"admission", "fellowship", "format", "language", "text"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Subject:
    """What the calendar is to be of."""

    meetings: Sequence[Meeting]
    action: str
    hidden: Pairs
    feed_path: str
    back_path: str
    what: str  # "this meeting", in the middle of a sentence; to be translated


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tap:
    """One meeting's own way into Google's calendar."""

    name: str
    how_often: str  # "weekly"; "" where it is not one word
    links: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ways:
    """What the page of ways shows."""

    links: SubscribeLinks
    taps: Sequence[_Tap]
    message: str
    qr: str  # of the page itself: it leads any device to its own ways
    is_named_by_link: bool  # a plain calendar whose address says what was searched


async def subscribe_to_meeting(request: Request) -> Response:
    """GET /meetings/12/subscribe"""
    found = service(request).catalogue.get(request.path_params["number"])
    path = f"/meetings/{found.number}"
    return _page(
        request,
        _Subject(
            meetings=[found],
            action=f"{path}/subscribe",
            hidden=(),
            feed_path=meeting_feed_path(found.number, _options(request)),
            back_path=path,
            what=marked("this meeting"),
        ),
    )


async def subscribe_to_list(request: Request) -> Response:
    """GET /list/subscribe?meetings=12,45"""
    chosen = read_list(service(request).catalogue, request.query_params.getlist("meetings"))
    numbers = ",".join(map(str, chosen.numbers))
    return _page(
        request,
        _Subject(
            meetings=chosen.meetings,
            action="/list/subscribe",
            hidden=(("meetings", numbers),),
            feed_path=list_feed_path(chosen.numbers, _options(request)),
            back_path=list_path(chosen.numbers),
            what=marked("these meetings"),
        ),
    )


async def subscribe_to_search(request: Request) -> Response:
    """GET /subscribe?latitude=40.65&longitude=-73.95&day=tue: this search as a calendar"""
    given = without_options(as_parameters(request.query_params.multi_items()))
    given = {name: values for name, values in given.items() if name not in NOT_OF_CALENDARS}
    return _page(
        request,
        _Subject(
            meetings=await find_all(service(request), given),
            action="/subscribe",
            hidden=search_pairs(given),
            feed_path=search_feed_path(given, _options(request)),
            back_path=find_path(given),
            what=marked("what this search finds"),
        ),
    )


def _options(request: Request) -> FeedOptions:
    given = as_parameters(request.query_params.multi_items())
    options = read_options(given)
    if "words" in given:
        return options
    return replace(options, language=unchosen(spoken(request)).language)


def _page(request: Request, subject: _Subject) -> HTMLResponse:
    running, options = service(request), _options(request)
    form = asking(
        running.site, subject.meetings, subject.action, hidden=subject.hidden, options=options
    )
    if form is None:
        raise NotFound("none of these meetings has a calendar")
    if options.is_plain is None:
        return page(request, "subscribe.html", form=form, subject=subject)
    ways = _ways(running, subject, form.options, words_for(request))
    whose = device(request.headers.get("User-Agent", ""))
    return page(request, "subscribe_ways.html", form=form, subject=subject, device=whose, ways=ways)


def _ways(running: Service, subject: _Subject, options: FeedOptions, words: Words) -> _Ways:
    link, phrases = _own_link(running, subject, options), options.look(running.site).phrases
    is_plain = bool(options.is_plain)
    name = phrases.calendar if is_plain else phrases.meetings
    return _Ways(
        links=subscribe_links(running.site, subject.feed_path, name=name),
        taps=_taps(running, subject, options),
        message=_message(running, subject, options, link, words),
        qr=segno.make(link, error="m", micro=False).svg_data_uri(scale=4, border=2),
        is_named_by_link=is_plain and any(name in NAMING for name, _ in subject.hidden),
    )


def device(user_agent: str) -> str:
    """Return whose ways come first: "android", "apple" or "computer"; all of them are shown."""
    if "Android" in user_agent:
        return "android"
    return "apple" if any(name in user_agent for name in ("iPhone", "iPad")) else "computer"


def _own_link(running: Service, subject: _Subject, options: FeedOptions) -> str:
    """Return this page with its choices, for another device and for later."""
    titles = "plain" if options.is_plain else "names"
    pairs = {**dict(options.pairs()), "titles": titles}
    query = urlencode([*subject.hidden, *sorted(pairs.items())], safe=",:")
    return f"{running.site.base_url}{subject.action}?{query}"


def _taps(running: Service, subject: _Subject, options: FeedOptions) -> list[_Tap]:
    look, now = options.look(running.site), running.now()
    chosen = [meeting for meeting in subject.meetings if has_feed(meeting)]
    if len(chosen) > TEMPLATES_MOST:
        return []
    return [
        _Tap(name=meeting.name, how_often=_how_often(meeting), links=links)
        for meeting in chosen
        if (links := google_templates(meeting, look, now=now))
    ]


def _how_often(meeting: Meeting) -> str:
    rules = meeting.schedule.rules if meeting.schedule else ()
    if all(rule.ordinals for rule in rules):
        return marked("monthly")
    return (
        marked("weekly")
        if all(rule.interval_weeks == 1 and not rule.ordinals for rule in rules)
        else ""
    )


def _message(
    running: Service, subject: _Subject, options: FeedOptions, link: str, words: Words
) -> str:
    """Return a text to send to oneself; a plain one is plain in a message, too."""
    look = options.look(running.site)
    lines = [
        _line(meeting, entry(meeting, look).title, entry(meeting, look).location, words)
        for meeting in subject.meetings[:TEMPLATES_MOST]
        if has_feed(meeting)
    ]
    return "\n".join([*lines, "", link])


def _line(meeting: Meeting, title: str, location: str, words: Words) -> str:
    place = ", ".join(location.splitlines())
    return ", ".join(part for part in (f"{title}: {words.times(meeting)}", place) if part)
