"""Meetings as iCalendar feeds: the same meetings give the same bytes (calendar.md)."""

import datetime as dt
import hashlib
import logging
from collections.abc import Iterable, Iterator
from typing import Protocol

from meetings._events import events
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
from meetings._look import Look
from meetings.model import Meeting
from meetings.vtimezone import vtimezone
from meetings.zones import ZONE_VERSION

__all__ = ["Build", "Look", "etag", "events", "feed"]

# Counts the changes of the bytes that are not changes of a meeting: part of every ETag.
FORMAT_VERSION = 1

_log = logging.getLogger(__name__)


class Build(Protocol):
    """Whatever gives the VEVENTs of one meeting: `events`, or a cache in front of it."""

    def __call__(self, meeting: Meeting, look: Look, *, horizon_on: dt.date) -> bytes: ...


def feed(
    meetings: Iterable[Meeting], look: Look, *, horizon_on: dt.date, build: Build = events
) -> bytes:
    """
    Return a VCALENDAR of *meetings*, in the order of their ids.

    A meeting without a schedule or a zone is not in it, nor is one that cannot be written, which
    is logged. When none is left, one all-day entry on *horizon_on* says so: GNOME keeps the old
    events for ever on a feed without any.
    """
    zones: dict[str, bytes] = {}
    parts: list[bytes] = []
    for meeting in _in_order(meetings):
        if written := _written(meeting, look, horizon_on, build):
            zone_name, zone, part = written
            zones.setdefault(zone_name, zone)
            parts.append(part)
    return calendar(
        _header(look, next(iter(zones), "")),
        [*zones.values(), *(parts or [_placeholder(look, horizon_on)])],
    )


def etag(meetings: Iterable[Meeting], look: Look, *, horizon_on: dt.date) -> str:
    """
    Return a mark that changes whenever the bytes of `feed` do; without building them.

    It stands for a strong ETag, and comes without quotes, so that a gzip variant can add its own.
    """
    pairs = [(meeting.id, meeting.revision) for meeting in _in_order(meetings)]
    horizon = horizon_on.year if pairs else horizon_on  # only the placeholder knows the day
    told = repr((FORMAT_VERSION, ZONE_VERSION, look, str(horizon), pairs))
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _in_order(meetings: Iterable[Meeting]) -> Iterator[Meeting]:
    """Yield those that can be in a calendar, each once."""
    by_id = {meeting.id: meeting for meeting in meetings}
    for meeting_id in sorted(by_id):
        schedule = by_id[meeting_id].schedule
        if schedule is not None and schedule.timezone is not None:
            yield by_id[meeting_id]


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
    name = text_value(one_line(look.name))
    told = text_value("Meetings as their lists give them. Changes reach you within a day.")
    yield "VERSION", raw_value("2.0")
    yield "PRODID", raw_value(f"-//{look.uid_host}//Meeting feeds 1//EN")
    yield "CALSCALE", raw_value("GREGORIAN")
    yield "NAME", name
    yield "X-WR-CALNAME", name
    yield "DESCRIPTION", told
    yield "X-WR-CALDESC", told
    yield "URL", uri_value(look.base_url)
    if look.source_url:
        yield "SOURCE", uri_value(look.source_url, {"VALUE": "URI"})
    if zone_name:
        yield "X-WR-TIMEZONE", raw_value(zone_name)
    yield "REFRESH-INTERVAL", raw_value("PT1H", {"VALUE": "DURATION"})
    yield "X-PUBLISHED-TTL", raw_value("PT1H")
    yield "COLOR", raw_value("teal")
    yield "X-APPLE-CALENDAR-COLOR", raw_value("#008080")


def _placeholder(look: Look, on: dt.date) -> bytes:
    stamp = raw_value(f"{on:%Y%m%d}T000000Z")
    return vevent(
        [
            ("UID", raw_value(f"empty-{on:%Y%m%d}@{look.uid_host}")),
            ("DTSTAMP", stamp),
            ("LAST-MODIFIED", stamp),
            ("SEQUENCE", raw_value("0")),
            ("DTSTART", time_value(on)),
            ("DTEND", time_value(on + dt.timedelta(days=1))),
            ("SUMMARY", text_value("No meetings in this calendar")),
            ("DESCRIPTION", text_value(f"Choose meetings: {look.base_url}/")),
            ("URL", uri_value(look.base_url)),
            ("STATUS", raw_value("CONFIRMED")),
            ("TRANSP", raw_value("TRANSPARENT")),
            ("X-MICROSOFT-CDO-BUSYSTATUS", raw_value("FREE")),
        ]
    )
