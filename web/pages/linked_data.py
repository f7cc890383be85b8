"""A meeting as schema.org tells it, for search engines: JSON-LD that a page carries as data."""

import datetime as dt

import msgspec

from meetings.fellowships import fellowship
from meetings.model import ASSUMED_DURATION, Meeting, Rule, Schedule, Status, Venue, VenueType
from meetings.search import Hit

Linked = dict[str, object]
_SCHEMA = "https://schema.org"
_ATTENDANCE = {
    VenueType.IN_PERSON: "OfflineEventAttendanceMode",
    VenueType.ONLINE: "OnlineEventAttendanceMode",
    VenueType.HYBRID: "MixedEventAttendanceMode",
}
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MINUTE = dt.timedelta(minutes=1)


def linked_data(hit: Hit, base_url: str) -> str:
    """Return the JSON for a script element: nothing in it can end the element."""
    return msgspec.json.encode(event(hit, base_url)).decode().translate(_ESCAPED)


def event(hit: Hit, base_url: str) -> Linked:
    """
    Return the meeting as an Event with its Schedules.

    The way in stays on the page: search engines would spread links to those who disturb.
    """
    meeting = hit.meeting
    page = f"{base_url}/meetings/{meeting.number}"
    whose = fellowship(meeting.fellowship)
    told: Linked = {
        "@context": _SCHEMA,
        "@type": "Event",
        "@id": page,
        "url": page,
        "name": meeting.name,
        "eventStatus": f"{_SCHEMA}/{_status(meeting)}",
        "eventAttendanceMode": f"{_SCHEMA}/{_ATTENDANCE[meeting.venue_type]}",
        "location": _locations(meeting, page),
        "startDate": hit.next_start,
        "eventSchedule": _schedules(meeting.schedule),
        "organizer": {"@type": "Organization", "name": meeting.group or whose.name},
        "isAccessibleForFree": True,
        "inLanguage": list(meeting.languages),
    }
    return {name: value for name, value in told.items() if value not in (None, [], "")}


def _status(meeting: Meeting) -> str:
    if meeting.removed_at is not None or meeting.status is Status.ENDED:
        return "EventCancelled"
    closed = meeting.status is Status.CLOSED_FOR_NOW
    return "EventPostponed" if closed else "EventScheduled"


def _locations(meeting: Meeting, page: str) -> list[Linked]:
    found: list[Linked] = []
    if meeting.is_in_person:
        found.append(_place(meeting, meeting.venue or Venue()))
    if meeting.is_online:
        found.append({"@type": "VirtualLocation", "url": page})
    return found


def _place(meeting: Meeting, venue: Venue) -> Linked:
    address = {
        "streetAddress": venue.street,
        "addressLocality": venue.town,
        "addressRegion": venue.region,
        "postalCode": venue.postal_code,
        "addressCountry": venue.country,
    }
    given = {name: value for name, value in address.items() if value}
    place: Linked = {
        "@type": "Place",
        "name": venue.name or venue.town or meeting.name,
        "address": {"@type": "PostalAddress", **given},
    }
    if meeting.point is not None:
        place["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": meeting.point.latitude,
            "longitude": meeting.point.longitude,
        }
    return place


def _schedules(schedule: Schedule | None) -> list[Linked]:
    if schedule is None or schedule.timezone is None:
        return []
    return [_schedule(schedule, rule, schedule.timezone.key) for rule in schedule.rules]


def _schedule(schedule: Schedule, rule: Rule, zone: str) -> Linked:
    length = schedule.duration or ASSUMED_DURATION
    end = (dt.datetime.combine(dt.date(2000, 1, 1), schedule.start) + length).time()
    told: Linked = {
        "@type": "Schedule",
        "byDay": f"{_SCHEMA}/{_DAYS[rule.weekday - 1]}",
        "startTime": f"{schedule.start:%H:%M:%S}",
        "endTime": f"{end:%H:%M:%S}",
        "duration": f"PT{int(length / _MINUTE)}M",
        "scheduleTimezone": zone,
        "repeatFrequency": "P1M" if rule.ordinals else f"P{rule.interval_weeks}W",
        "byMonthWeek": list(rule.ordinals),
        "startDate": rule.anchor_on or schedule.first_on,
        "endDate": schedule.until,
        "exceptDate": [each.on for each in schedule.exceptions],
    }
    return {name: value for name, value in told.items() if value not in (None, [])}


_ESCAPED = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)
