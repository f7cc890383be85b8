"""Meeting Guide lists ("TSML") of AA and many other fellowships (tsml.md)."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from importers import _tsml_records
from importers._helpline import helpline
from importers._joining import LONGEST_LINK_FIELD, joining
from importers._limits import LONGEST_NAME
from importers._links import host, web_link
from importers._monthly_words import ordinals_said
from importers._people import contacts_left_out
from importers._person_lines import for_everybody
from importers._privacy import without_addresses, without_people
from importers._source import Doubtful, Get, Payloads, Reading, Rejected, Source
from importers._text import joined
from importers._tsml_keys import keys
from importers._tsml_place import Attendance, attendance, place, without_street
from importers._tsml_records import Record, long_text, records, text, texts
from importers._tsml_remarks import remarks
from importers._tsml_types import Types, read_types
from importers._tsml_when import When, own_day, when
from meetings.model import Meeting, Online, Rule, Schedule, TimezoneSource, VenueType
from meetings.zones import zone

TITLE = "Meeting Guide (TSML)"
SPEC = "https://github.com/code4recovery/spec"
IS_WINDOWED = False

_DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


async def fetch(get: Get, source: Source) -> Payloads:
    return {"meetings": await get(source.url)}


def load(path: Path) -> Payloads:
    return _tsml_records.load(path)


def read(payloads: Payloads, source: Source) -> Reading:
    found = records(payloads)
    unique = iter(keys(record for record in found if isinstance(record, dict)))
    for position, record in enumerate(found, 1):
        if isinstance(record, dict):
            yield from _read_one(record, next(unique), position, source)
        else:
            yield Rejected(f"record {position}", "is no object")


def notices(payloads: Payloads, *, now: dt.datetime) -> list[str]:  # noqa: ARG001 # Noticing's
    """Return what was repaired or is in doubt, counted, each with an example."""
    told = remarks(record for record in records(payloads) if isinstance(record, dict))
    return told + contacts_left_out(_tsml_records.rows(payloads))


def _read_one(
    record: Record, key: str, position: int, source: Source
) -> Iterator[Meeting | Doubtful | Rejected]:
    if not key:
        yield Rejected(f"record {position}", "slug: holds half a character")
        return
    try:
        days = when(record)
        meeting = _meeting(record, key, days, source)
        if days.is_unreadable:
            yield Doubtful(meeting, is_hourless=True)  # `notices` says why
        else:
            yield from _on_each_day(record, meeting, days)
    except ValueError as problem:
        yield Rejected(key, str(problem))


def _meeting(record: Record, key: str, days: When, source: Source) -> Meeting:
    types = _types(record, source)
    online = _online(record, source)
    directions = for_everybody(long_text(record, "location_notes"), source)
    where = place(record, home=source.country, directions=directions)
    can_join = online is not None and bool(online.url or online.phone)
    how = attendance(record, types, can_join=can_join, is_precise=where.is_precise)
    is_online = how.venue_type is VenueType.ONLINE
    return Meeting(
        id=f"{source.id}:{key}",
        source=source.id,
        fellowship=source.fellowship,
        name=_name(record),
        group=text(record, "group", longest=LONGEST_NAME),
        schedule=None,
        status=how.status,
        venue_type=how.venue_type,
        venue=without_street(where.venue) if is_online else where.venue,
        point=None if is_online else where.point,
        accuracy=None if is_online else where.accuracy,
        online=online,
        formats=types.formats,
        other_formats=types.other_formats,
        admission=types.admission,
        age_min=types.age_min,
        age_max=types.age_max,
        languages=types.languages or ((source.language,) if source.language else ()),
        notes=_notes(record, how, days, source),
        page_url=_page_url(record),
        feedback_url=_feedback_url(record),
        service_body=_service_body(record),
        service_body_helpline=_helpline(record),
    )


def _page_url(record: Record) -> str:
    links = (text(record, field, longest=LONGEST_LINK_FIELD) for field in ("url", "website"))
    return next((found for link in links if (found := web_link(link))), "")


def _feedback_url(record: Record) -> str:
    """Return the form for a visitor's words; a link with an e-mail address in it is a person's."""
    link = web_link(text(record, "feedback_url", longest=LONGEST_LINK_FIELD))
    return link if without_addresses(unquote(link)) == unquote(link) else ""


def _types(record: Record, source: Source) -> Types:
    pages = (source.url, text(record, "url", longest=LONGEST_LINK_FIELD))
    return read_types(
        texts(record, "types", separator=","),
        fellowship_code=source.fellowship,
        hosts=[host(link) for page in pages if (link := web_link(page))],
    )


def _online(record: Record, source: Source) -> Online | None:
    return joining(
        link=text(record, "conference_url", longest=LONGEST_LINK_FIELD),
        phone=text(record, "conference_phone"),
        notes=joined(
            long_text(record, "conference_url_notes"), long_text(record, "conference_phone_notes")
        ),
        publish_passcodes=source.publish_passcodes,
    )


def _name(record: Record) -> str:
    name = without_people(text(record, "name", longest=LONGEST_NAME))
    if not name:
        raise ValueError("name: is missing")
    return name


def _notes(record: Record, how: Attendance, days: When, source: Source) -> str:
    return joined(
        "Temporarily meeting online." if how.is_moved_online else "",
        _unscheduled(days),
        for_everybody(long_text(record, "notes"), source),
        for_everybody(long_text(record, "group_notes"), source),
    )


def _unscheduled(days: When) -> str:
    """Say what is known of a time that is not whole, which makes no schedule."""
    if days.days and days.start is None:
        names = ", ".join(_DAYS[weekday - 1] for weekday in days.days)
        return f"Listed on {names}, without a time."
    if days.start is not None and not days.days:
        return f"Listed at {days.start:%H:%M}, without a day."
    return ""


def _service_body(record: Record) -> str:
    """Return who answers for the listing, or whose list an aggregated row came from."""
    fields = ("entity", "data_source_name", "district")
    named = (text(record, field, longest=LONGEST_NAME) for field in fields)
    return without_people(next((name for name in named if name), ""))


def _helpline(record: Record) -> str:
    """Return the telephone of the entity that answers for the listing, which is no person's."""
    return helpline(text(record, "entity_phone")) if text(record, "entity") else ""


def _on_each_day(record: Record, meeting: Meeting, days: When) -> Iterator[Meeting]:
    """Yield a meeting a day; only where a record holds several does its key name the day."""
    if days.start is None or not days.days:
        yield meeting
        return
    for weekday in days.days:
        id_ = meeting.id if len(days.days) == 1 else f"{meeting.id}/{own_day(weekday)}"
        yield replace(meeting, id=id_, schedule=_schedule(record, days, weekday, days.start))


def _schedule(record: Record, days: When, weekday: int, start: dt.time) -> Schedule:
    timezone = _timezone(record)
    return Schedule(
        rules=(Rule(weekday=weekday, ordinals=_ordinals(record, days, weekday)),),
        start=start,
        duration=days.duration,
        timezone=timezone,
        timezone_source=TimezoneSource.SOURCE if timezone else TimezoneSource.UNKNOWN,
    )


def _ordinals(record: Record, days: When, weekday: int) -> tuple[int, ...]:
    """Return the weeks of the month where the notes leave no doubt; a list is of weekly ones."""
    return ordinals_said(long_text(record, "notes"), weekday) if len(days.days) == 1 else ()


def _timezone(record: Record) -> ZoneInfo | None:
    """Return the zone if it is an Area/Place name; anything else is as good as none."""
    try:
        return zone(text(record, "timezone"))
    except ValueError:
        return None
