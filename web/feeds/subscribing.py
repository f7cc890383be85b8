"""The links by which calendar programs follow a feed, or take one meeting (calendar.md 14)."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from meetings.calendars import Look, entry
from meetings.model import ASSUMED_DURATION, Meeting, Schedule
from meetings.recurrence import Series, dates, few_series
from web.service import Site

_YEAR_AND_MORE = dt.timedelta(days=400)
_LONGEST_DETAILS = 1_000  # a link's length has its limits, too


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscribeLinks:
    """One feed's addresses; those of companies are "" where they could not reach us."""

    plain: str
    webcal: str  # Apple and desktop programs; on Android it opens nothing
    google: str
    outlook: str
    work: str  # Outlook of an office or school
    download: str


def subscribe_links(site: Site, path: str, *, name: str = "Meetings") -> SubscribeLinks:
    """Return the ways to follow the feed at *path*, which begins with a slash."""
    plain = site.base_url + path
    webcal = "webcal://" + plain.partition("://")[2]
    google = f"https://calendar.google.com/calendar/r?cid={quote(webcal, safe='')}"
    added = f"calendar/0/addfromweb/?{urlencode({'url': plain, 'name': name})}"
    return SubscribeLinks(
        plain=plain,
        webcal=webcal,
        google=google if site.is_public else "",
        outlook=f"https://outlook.live.com/{added}" if site.is_public else "",
        work=f"https://outlook.office.com/{added}" if site.is_public else "",
        download=path,
    )


def google_templates(meeting: Meeting, look: Look, *, now: dt.datetime) -> list[str]:
    """
    Return links that put *meeting* into Google's calendar, one tap each.

    Mostly it is one: Google takes several weekdays in a rule. The entry is the person's own
    from then on and follows no change.
    """
    schedule = meeting.schedule
    if schedule is None or schedule.timezone is None or not meeting.is_listed:
        return []
    said = entry(meeting, look)
    words = {
        "action": "TEMPLATE",
        "text": said.title,
        "ctz": schedule.timezone.key,
        "details": said.description[:_LONGEST_DETAILS],
        "location": said.location,
    }
    return [
        f"https://calendar.google.com/calendar/render?{urlencode(words | times)}"
        for times in _times(schedule, now)
    ]


def _times(schedule: Schedule, now: dt.datetime) -> Iterator[dict[str, str]]:
    today = now.astimezone(schedule.timezone).date()
    for part in few_series(schedule):
        on = _next_date(schedule, part, today)
        if on is not None:
            start = dt.datetime.combine(on, schedule.start, schedule.timezone)
            end = start + (schedule.duration or ASSUMED_DURATION)
            rule = f"RRULE:{part.rrule}{_until(schedule)}"
            yield {"dates": f"{_utc(start)}/{_utc(end)}", "recur": rule}


def _next_date(schedule: Schedule, part: Series, today: dt.date) -> dt.date | None:
    off = {exception.on for exception in schedule.exceptions}
    ahead = dates(schedule, since=today, until=today + _YEAR_AND_MORE)
    return next((on for on in ahead if part.hits(on) and on not in off), None)


def _until(schedule: Schedule) -> str:
    if schedule.until is None:
        return ""
    last = dt.datetime.combine(schedule.until, dt.time(23, 59, 59), schedule.timezone)
    return f";UNTIL={_utc(last)}"


def _utc(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y%m%dT%H%M%S}Z"
