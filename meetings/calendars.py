"""Meetings as iCalendar feeds: the same meetings give the same bytes (calendar.md)."""

import datetime as dt
import hashlib
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from meetings import _words
from meetings._events import events, leaves_on
from meetings._ical import (
    Property,
    calendar,
    one_line,
    raw_value,
    text_value,
    time_value,
    uri_value,
    vevent,
)
from meetings._look import REMINDERS_MINUTES, Look
from meetings._phrases import PHRASES
from meetings.model import Meeting
from meetings.vtimezone import vtimezone
from meetings.zones import ZONE_VERSION

__all__ = [
    "LANGUAGES",
    "REMINDERS_MINUTES",
    "Build",
    "Entry",
    "Look",
    "entry",
    "etag",
    "events",
    "feed",
    "leaves_on",
    "milestone",
    "replaced_notice",
    "title",
]

LANGUAGES = tuple(PHRASES)  # of the fixed words
MOST_BYTES = 900_000  # Google drops a feed of more than 1 MB (calendar.md 12)

# Counts the changes of the bytes that are not changes of a meeting: part of every ETag.
FORMAT_VERSION = 3

_log = logging.getLogger(__name__)


class Build(Protocol):
    """Whatever gives the VEVENTs of one meeting: `events`, or a cache in front of it."""

    def __call__(self, meeting: Meeting, look: Look, *, horizon_on: dt.date) -> bytes: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The words of one meeting's entry, for links that make an entry somewhere else."""

    title: str
    description: str
    location: str


def entry(meeting: Meeting, look: Look) -> Entry:
    """Return what a calendar says of *meeting*."""
    return Entry(
        title=title(meeting, look),
        description=_words.description(meeting, look),
        location=_words.location(meeting, look),
    )


def title(meeting: Meeting, look: Look) -> str:
    """Return what a lock screen shows."""
    return _words.title(meeting, look)


def feed(
    meetings: Iterable[Meeting],
    look: Look,
    *,
    horizon_on: dt.date,
    empty_on: dt.date | None = None,
    build: Build = events,
    beside: Iterable[bytes] = (),
) -> bytes:
    """
    Return a VCALENDAR of *meetings* as of the day *horizon_on*, in the order of their ids.

    A meeting without a schedule or a zone is not in it, nor is one that ended more than a month
    ago, nor one that cannot be written, which is logged. *beside* are events of `milestone`, which
    stand beside meetings only. When none is left, one all-day entry on
    *empty_on*, else on that day, says so: GNOME keeps the old events for ever on a feed without
    any.
    """
    chosen = list(_in_order(meetings, horizon_on))
    body = _body(chosen, look, horizon_on, build, beside)
    if len(body) > MOST_BYTES:
        body = _body(chosen, replace(look, is_brief=True), horizon_on, build, beside)
    # Where the ETag tells of meetings and none can be written, the day must not move either.
    day = dt.date(horizon_on.year, 1, 1) if chosen else horizon_on
    return body or calendar(_header(look, ""), [_placeholder(look, empty_on or day)])


def etag(
    meetings: Iterable[Meeting],
    look: Look,
    *,
    horizon_on: dt.date,
    empty_on: dt.date | None = None,
) -> str:
    """
    Return a mark that changes whenever the bytes of `feed` do; without building them.

    It stands for a strong ETag, and comes without quotes, so that a gzip variant can add its own.
    """
    pairs = [(meeting.id, meeting.revision) for meeting in _in_order(meetings, horizon_on)]
    # Only the placeholder knows the day.
    horizon = horizon_on.year if pairs else empty_on or horizon_on
    told = repr((FORMAT_VERSION, ZONE_VERSION, look, str(horizon), pairs))
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def replaced_notice(look: Look, *, on: dt.date) -> bytes:
    """Return what a link gives in its month after it was replaced on the day *on*: no meeting."""
    said = f"{look.phrases.replaced_told}\n{look.base_url}/"
    notice = _all_day(look, on, uid="replaced", title=look.phrases.replaced, description=said)
    return calendar(_header(look, ""), [notice])


def milestone(look: Look, *, on: dt.date, weeks: int) -> bytes:
    """Return the all-day event of *weeks* of a plan; plainly it says no more than a meeting."""
    said = look.phrases.weeks(weeks)
    title = (look.own_title or look.phrases.appointment) if look.is_plain else said
    told = "" if look.is_plain else said
    return _all_day(look, on, uid=f"weeks-{weeks}", title=title, description=told)


def _in_order(meetings: Iterable[Meeting], today: dt.date) -> Iterator[Meeting]:
    """Yield those that can be in a calendar, each once."""
    by_id = {meeting.id: meeting for meeting in meetings}
    for meeting_id in sorted(by_id):
        meeting = by_id[meeting_id]
        if meeting.schedule is None or meeting.schedule.timezone is None:
            continue
        left_on = leaves_on(meeting)
        if left_on is None or today < left_on:
            yield meeting


def _body(
    chosen: list[Meeting],
    look: Look,
    horizon_on: dt.date,
    build: Build,
    beside: Iterable[bytes],
) -> bytes:
    """Return the whole calendar, or nothing if there is no meeting in it."""
    zones: dict[str, bytes] = {}
    parts: list[bytes] = []
    size = 0
    for meeting in chosen:
        if written := _written(meeting, look, horizon_on, build):
            zone_name, zone, part = written
            size += len(part) + (0 if zone_name in zones else len(zone))
            if look.is_brief and size > MOST_BYTES:
                _log.warning("feed_cut meetings=%d written=%d", len(chosen), len(parts))
                break
            zones.setdefault(zone_name, zone)
            parts.append(part)
    if not parts:
        return b""
    return calendar(_header(look, next(iter(zones))), [*zones.values(), *parts, *beside])


def _written(
    meeting: Meeting, look: Look, horizon_on: dt.date, build: Build
) -> tuple[str, bytes, bytes] | None:
    """Return zone name, VTIMEZONE and VEVENTs, or None: one bad meeting never spoils the feed."""
    if meeting.schedule is None or meeting.schedule.timezone is None:
        return None
    try:
        zone_name = meeting.schedule.timezone.key
        part = build(meeting, look, horizon_on=horizon_on)
        return (zone_name, vtimezone(zone_name), part) if part else None
    except Exception as problem:
        # Its class only: the message may quote the meeting.
        _log.warning("meeting_left_out id=%s error=%s", meeting.id, type(problem).__name__)
        return None


def _header(look: Look, zone_name: str) -> Iterator[Property]:
    """Yield what is the same at every poll; no UID, LAST-MODIFIED or METHOD (calendar.md 1)."""
    phrases = look.phrases
    said = look.name or f"{look.title_prefix}{phrases.meetings}"
    name = text_value(f"{look.title_prefix}{phrases.calendar}" if look.is_plain else one_line(said))
    told = text_value(phrases.told_plainly if look.is_plain else phrases.told)
    yield "VERSION", raw_value("2.0")
    yield "PRODID", raw_value(f"-//{look.uid_host}//Meeting feeds 1//EN")
    yield "CALSCALE", raw_value("GREGORIAN")
    yield "NAME", name
    yield "X-WR-CALNAME", name
    yield "DESCRIPTION", told
    yield "X-WR-CALDESC", told
    yield "URL", uri_value(look.base_url if look.is_plain else look.page_url or look.base_url)
    if look.source_url and not look.is_plain:  # the address of a search names what was searched
        yield "SOURCE", uri_value(look.source_url, {"VALUE": "URI"})
    if zone_name:
        yield "X-WR-TIMEZONE", raw_value(zone_name)
    yield "REFRESH-INTERVAL", raw_value("PT1H", {"VALUE": "DURATION"})
    yield "X-PUBLISHED-TTL", raw_value("PT1H")
    yield "COLOR", raw_value("teal")
    yield "X-APPLE-CALENDAR-COLOR", raw_value("#008080")


def _placeholder(look: Look, on: dt.date) -> bytes:
    said = f"{look.phrases.choose}: {look.base_url}/"
    if look.is_plain:
        empty = look.own_title or look.phrases.calendar
        return _all_day(look, on, uid="empty", title=empty, description=f"{look.base_url}/")
    return _all_day(look, on, uid="empty", title=look.phrases.empty, description=said)


def _all_day(look: Look, on: dt.date, *, uid: str, title: str, description: str) -> bytes:
    stamp = raw_value(f"{on:%Y%m%d}T000000Z")
    return vevent(
        [
            ("UID", raw_value(f"{uid}-{on:%Y%m%d}@{look.uid_host}")),
            ("DTSTAMP", stamp),
            ("LAST-MODIFIED", stamp),
            ("SEQUENCE", raw_value("0")),
            ("DTSTART", time_value(on)),
            ("DTEND", time_value(on + dt.timedelta(days=1))),
            ("SUMMARY", text_value(title)),
            ("DESCRIPTION", text_value(description)),
            ("URL", uri_value(look.base_url)),
            ("STATUS", raw_value("CONFIRMED")),
            ("TRANSP", raw_value("TRANSPARENT")),
            ("X-MICROSOFT-CDO-BUSYSTATUS", raw_value("FREE")),
        ]
    )
