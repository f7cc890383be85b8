"""The events of an iCalendar file that tell of meetings; of importers only this knows icalendar."""

import datetime as dt
import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from zoneinfo import ZoneInfo

from icalendar import Calendar
from icalendar.cal import Component
from icalendar.error import GloballyUniqueTZIDGuessed
from icalendar.prop.broken import vBroken
from icalendar.prop.geo import vGeo

from importers._text import line, paragraphs
from meetings.errors import UnknownFormat
from meetings.model import Point
from meetings.zones import zone, zone_names

_LARGEST_BYTES = 16 * 1024 * 1024  # icalendar reads some 1,500 events a second (calendar.md 15)
_MOST_EVENTS = 20_000
_TZID = re.compile(rb"(;TZID=\"?)([^:;\"\r\n]{1,2000})", re.IGNORECASE)
_LONGEST_ZONE = 200
_EARLIEST, _LATEST = 1970, 2200
_NEEDED = ("DTSTART", "DTEND", "DURATION", "RRULE", "EXDATE", "RECURRENCE-ID", "STATUS")
_FOREIGN_LISTS = ("RDATE", "EXRULE")


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A start as it is written: an instant (*is_utc*), or a wall time with a zone or none."""

    wall: dt.datetime  # naive; of an instant its time in UTC
    timezone: ZoneInfo | None = None
    is_utc: bool = False

    def as_wall(self, timezone: ZoneInfo | None) -> dt.datetime:
        """Return the wall time in *timezone*; one that floats stands as it is."""
        known = ZoneInfo("UTC") if self.is_utc else self.timezone
        if timezone is None or known is None or known == timezone:
            return self.wall
        return self.wall.replace(tzinfo=known).astimezone(timezone).replace(tzinfo=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One VEVENT. No organizer, attendee or contact is ever taken from it."""

    uid: str
    summary: str
    description: str
    location: str
    url: str
    conferences: tuple[str, ...]
    categories: tuple[str, ...]
    point: Point | None
    is_cancelled: bool
    recurs: bool
    replaces: When | None  # of an override: the start that it replaces
    replaces_later: bool  # and all that follow
    start: When | None
    duration: dt.timedelta | None
    rrule: str
    except_at: tuple[When, ...]
    fault: str  # why it cannot be a meeting, "" if nothing is wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCalendar:
    """What a file holds."""

    events: list[Event]
    timezone: ZoneInfo | None  # X-WR-TIMEZONE


def read_calendar(payload: bytes) -> ReadCalendar:
    """Read a file, which may hold several calendars. Raises UnknownFormat."""
    components = _parsed(payload)
    events = [component for each in components for component in each.walk("VEVENT")]
    zones = [found for each in components if (found := _zone_of(each)) is not None]
    return ReadCalendar(
        events=[_event(component) for component in events],
        timezone=zones[0] if len(set(zones)) == 1 else None,
    )


def _parsed(payload: bytes) -> list[Component]:
    beginning = payload[:4096].upper()
    if b"BEGIN:VCALENDAR" not in beginning:
        what = "a web page" if beginning.lstrip().startswith(b"<") else "no iCalendar file"
        raise UnknownFormat(f"the answer is {what}")
    if len(payload) > _LARGEST_BYTES or payload.count(b"BEGIN:VEVENT") > _MOST_EVENTS:
        raise UnknownFormat(f"the calendar has more than {_MOST_EVENTS} events or 16 MB")
    if not payload.rstrip().upper().endswith(b"END:VCALENDAR"):
        raise UnknownFormat("the calendar is cut off")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", GloballyUniqueTZIDGuessed)  # we strip the prefix too
            found = Calendar.from_ical(_TZID.sub(_harmless_zone, payload), multiple=True)
    except (ValueError, LookupError, AttributeError, TypeError, OSError) as problem:
        raise UnknownFormat(f"the calendar cannot be read ({type(problem).__name__})") from problem
    if not found:
        raise UnknownFormat("the calendar is not closed: an END is missing")
    return list(found)


def _harmless_zone(found: re.Match[bytes]) -> bytes:
    """Rename zones that icalendar would look up as a folder, or a file with too long a name."""
    name = found[2].decode("utf-8", "replace")
    is_harmful = len(name) > _LONGEST_ZONE or name.rstrip("/") in _zone_folders()
    return found[1] + b"Unknown" if is_harmful else found[0]


@cache
def _zone_folders() -> frozenset[str]:
    """Return "Europe", "America/Indiana" and their like: what is a folder in the zone data."""
    return frozenset(
        "/".join(name.split("/")[:depth])
        for name in zone_names()
        for depth in range(1, name.count("/") + 1)
    )


def _zone_of(calendar: Component) -> ZoneInfo | None:
    try:
        return zone(_text(calendar, "X-WR-TIMEZONE"))
    except ValueError:
        return None


def _event(component: Component) -> Event:
    event = Event(
        uid=_text(component, "UID"),
        summary=_text(component, "SUMMARY"),
        description=_long_text(component, "DESCRIPTION"),
        location=_text(component, "LOCATION"),
        url=_text(component, "URL"),
        conferences=tuple(_conferences(component)),
        categories=tuple(_categories(component)),
        point=_point(component),
        is_cancelled=_text(component, "STATUS").upper() == "CANCELLED",
        recurs="RRULE" in component or any(name in component for name in _FOREIGN_LISTS),
        replaces=None,
        replaces_later=False,
        start=None,
        duration=None,
        rrule="",
        except_at=(),
        fault="",
    )
    try:
        return _timed(event, component)
    except ValueError as problem:
        return replace(event, fault=str(problem))


def _timed(event: Event, component: Component) -> Event:
    for name in _NEEDED:
        value = component.get(name)
        if any(
            isinstance(each, vBroken) for each in (value if isinstance(value, list) else [value])
        ):
            raise ValueError(f"{name}: is not understood")
    if any(name in component for name in _FOREIGN_LISTS):
        raise ValueError("RDATE: single dates are none of our rules")
    replaces = component.get("RECURRENCE-ID")
    start = _when(component, "DTSTART")
    return replace(
        event,
        replaces=None if replaces is None else _when(component, "RECURRENCE-ID"),
        replaces_later="RANGE" in getattr(replaces, "params", {}),
        start=start,
        duration=_duration(component, start),
        rrule=_rrule(component),
        except_at=tuple(_excepted(component)),
    )


def _when(component: Component, name: str) -> When:
    value = component.get(name)
    if value is None or isinstance(value, list):
        raise ValueError(f"{name}: is missing, or stands twice")
    return _as_when(getattr(value, "dt", None), _zone_name(value), name)


def _zone_name(value: object) -> str:
    return line(getattr(value, "params", {}).get("TZID", ""))[:200]


def _as_when(moment: object, zone_name: str, name: str) -> When:
    if not isinstance(moment, dt.datetime):
        raise ValueError(f"{name}: has a date and no hour")
    if not _EARLIEST < moment.year < _LATEST:
        raise ValueError(f"{name}: is in no year of ours")
    wall = moment.replace(tzinfo=None, second=0, microsecond=0)
    if zone_name and zone_name.upper() not in ("UTC", "ETC/UTC"):
        return When(wall=wall, timezone=_zone(zone_name, moment, name))
    if moment.tzinfo is not None:
        utc = moment.astimezone(dt.UTC)
        return When(wall=utc.replace(tzinfo=None, second=0, microsecond=0), is_utc=True)
    return When(wall=wall)


def _zone(zone_name: str, moment: dt.datetime, name: str) -> ZoneInfo:
    """Return the zone of a TZID: an IANA name, one that ends in it, or one of Windows."""
    candidates = [zone_name, "/".join(zone_name.split("/")[-2:])]
    candidates.append(getattr(moment.tzinfo, "key", ""))  # icalendar knows the names of Windows
    for candidate in candidates:
        try:
            return zone(candidate)
        except ValueError:
            continue
    raise ValueError(f"{name}: its zone is no Area/Place name")


def _duration(component: Component, start: When) -> dt.timedelta | None:
    length = getattr(component.get("DURATION"), "dt", None)
    if "DTEND" in component:
        end = _when(component, "DTEND")
        if end.is_utc != start.is_utc or end.timezone != start.timezone:
            end = When(wall=end.as_wall(start.timezone or ZoneInfo("UTC")))
        length = end.wall - start.wall
    if not isinstance(length, dt.timedelta) or not length:
        return None  # no length, or zero, which is what programs write for none
    if length < dt.timedelta(0):
        raise ValueError("DTEND: is before the start")
    return length


def _rrule(component: Component) -> str:
    rule = component.get("RRULE")
    if rule is None:
        return ""
    if isinstance(rule, list):
        raise ValueError("RRULE: stands twice")
    text: str = rule.to_ical().decode()
    return text


def _excepted(component: Component) -> Iterator[When]:
    for value in _listed(component, "EXDATE"):
        for each in getattr(value, "dts", ()):
            yield _as_when(getattr(each, "dt", None), _zone_name(value), "EXDATE")


def _conferences(component: Component) -> Iterator[str]:
    for name in ("CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL"):
        for value in _listed(component, name):
            yield _as_line(value)


def _categories(component: Component) -> Iterator[str]:
    for value in _listed(component, "CATEGORIES"):
        for category in getattr(value, "cats", ()):
            yield _as_line(category)


def _point(component: Component) -> Point | None:
    geo = next(iter(_listed(component, "GEO")), None)
    try:
        return Point(geo.latitude, geo.longitude) if isinstance(geo, vGeo) else None
    except ValueError:
        return None


def _text(component: Component, name: str) -> str:
    return next((_as_line(value) for value in _listed(component, name)), "")


def _long_text(component: Component, name: str) -> str:
    values: Iterable[object] = _listed(component, name)
    return next((paragraphs(_without_surrogates(str(value))) for value in values), "")


def _listed(component: Component, name: str) -> list[object]:
    """Return the values of a property, those left out that icalendar could not read."""
    value = component.get(name)
    values = list(value) if isinstance(value, list) else [value]
    return [each for each in values if each is not None and not isinstance(each, vBroken)]


def _as_line(value: object) -> str:
    return line(_without_surrogates(str(value)), longest=2_048)


def _without_surrogates(text: str) -> str:
    return re.sub("[\ud800-\udfff]", "", text)
