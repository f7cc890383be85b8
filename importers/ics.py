"""A fellowship that only has a calendar: the repeating events of an iCalendar file (RFC 5545)."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from importers._files import file_bytes
from importers._ics_events import Event, ReadCalendar, read_calendar
from importers._ics_places import place_of
from importers._ics_times import Instant, schedule_of
from importers._keys import safe_key
from importers._labels import Labels, smart_labels
from importers._limits import LONGEST_NAME
from importers._passcodes import without_passcodes
from importers._person_lines import without_person_lines
from importers._privacy import without_people
from importers._sheet_labels import labels_by_name
from importers._source import Get, Payloads, Reading, Rejected, Source, Unplaced, Withdrawn
from importers._text import paragraphs
from meetings.errors import UnknownFormat
from meetings.model import Accuracy, Meeting, Schedule, VenueType

TITLE = "Calendar (iCalendar)"
SPEC = "https://www.rfc-editor.org/rfc/rfc5545"
IS_WINDOWED = False

_CALENDAR = "calendar"


async def fetch(get: Get, source: Source) -> Payloads:
    url = source.url
    return {_CALENDAR: await get(url.replace("webcal://", "https://", 1))}


def load(path: Path) -> Payloads:
    files = sorted(path.glob("*.ics")) if path.is_dir() else [path]
    if len(files) != 1:
        raise UnknownFormat(f"a calendar is one .ics file, and the folder holds {len(files)}")
    return {_CALENDAR: file_bytes(files[0])}


def read(payloads: Payloads, source: Source) -> Reading:
    """
    Yield each repeating event as a meeting, its overrides and exceptions within its schedule.

    Single events are no meetings; `notices` counts them.
    """
    calendar = _calendar(payloads)
    overrides = _overrides(calendar)
    seen: set[str] = set()
    for position, event in enumerate(calendar.events, 1):
        if event.recurs and event.replaces is None:
            yield _read_one(event, position, calendar, overrides, source, seen)


def notices(payloads: Payloads, *, now: dt.datetime) -> list[str]:  # noqa: ARG001 # Noticing's
    events = _calendar(payloads).events
    single = sum(not event.recurs and event.replaces is None for event in events)
    return [f"left out {single} single events: meetings repeat"] if single else []


def _calendar(payloads: Payloads) -> ReadCalendar:
    if _CALENDAR not in payloads:
        raise UnknownFormat("there is no calendar")
    return read_calendar(payloads[_CALENDAR])


def _overrides(calendar: ReadCalendar) -> Mapping[str, list[Event]]:
    """Return the events that replace one date of another, by its UID."""
    found: dict[str, list[Event]] = {}
    for event in calendar.events:
        if event.replaces is not None:
            found.setdefault(event.uid, []).append(event)
    return found


def _read_one(
    event: Event,
    position: int,
    calendar: ReadCalendar,
    overrides: Mapping[str, list[Event]],
    source: Source,
    seen: set[str],
) -> Meeting | Unplaced | Rejected:
    if not event.uid:
        return Rejected(f"event {position}", "UID: is missing")
    key = safe_key(event.uid)
    if key in seen:
        return Rejected(key, "UID: stands twice in the calendar")
    seen.add(key)
    if event.is_cancelled:
        return Withdrawn(key, "STATUS: is cancelled")
    try:
        if event.fault:
            raise ValueError(event.fault)
        when = schedule_of(event, overrides.get(event.uid, []), source, calendar.timezone)
        return _result(event, key, when, source)
    except ValueError as problem:
        return Rejected(key, str(problem))


def _result(
    event: Event, key: str, when: Schedule | Instant, source: Source
) -> Meeting | Unplaced | Rejected:
    if isinstance(when, Instant):
        return Unplaced(
            meeting=_meeting(event, key, None, source),
            next_at=when.at,
            ordinals=when.ordinals,
            interval_weeks=when.interval_weeks,
            duration=event.duration,
        )
    return _meeting(event, key, when, source)


def _meeting(event: Event, key: str, schedule: Schedule | None, source: Source) -> Meeting:
    name = without_people(event.summary)[:LONGEST_NAME]
    if not name:
        raise ValueError("SUMMARY: is missing")
    place = place_of(event, source)
    labels = _labels(event, source)
    point = None if place.venue_type is VenueType.ONLINE else event.point
    return Meeting(
        id=f"{source.id}:{key}",
        source=source.id,
        fellowship=source.fellowship,
        name=name,
        schedule=schedule,
        venue_type=place.venue_type,
        venue=place.venue,
        point=point,
        accuracy=Accuracy.EXACT if point else None,
        online=place.online,
        formats=labels.formats,
        other_formats=labels.other_formats,
        admission=labels.admission,
        restriction_text=labels.restriction_text,
        age_min=labels.age_min,
        age_max=labels.age_max,
        languages=(source.language,) if source.language else (),
        notes=_notes(event, source),
        page_url=place.page_url,
    )


def _labels(event: Event, source: Source) -> Labels:
    """Read the categories as labels of the fellowship."""
    if source.fellowship == "smart":
        return smart_labels("", event.categories)
    return labels_by_name(list(event.categories), source.fellowship)


def _notes(event: Event, source: Source) -> str:
    public = without_people(without_person_lines(event.description))
    return paragraphs(public if source.publish_passcodes else without_passcodes(public))
