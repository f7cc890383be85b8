"""How times, days and distances read on a page, in plain English."""

import datetime as dt
from zoneinfo import ZoneInfo

from meetings.geo import KM_PER_MILE
from meetings.model import Accuracy, Meeting, Schedule, VenueType
from meetings.recurrence import in_words
from meetings.search import Hit

MILES_ARE_USED_IN = frozenset({"US", "GB", "LR", "MM"})
VENUE_TYPES = {
    VenueType.IN_PERSON: "In person",
    VenueType.ONLINE: "Online",
    VenueType.HYBRID: "In person and online",
}
COARSE = frozenset({Accuracy.POSTCODE, Accuracy.LOCALITY, Accuracy.REGION})


def clock(time: dt.time | dt.datetime) -> str:
    """Return "7:30 pm"; noon and midnight by their names, since 12 am is misread."""
    if time.minute == 0 and time.hour in (0, 12):
        return "midnight" if time.hour == 0 else "noon"
    return f"{time.hour % 12 or 12}:{time.minute:02} {'am' if time.hour < 12 else 'pm'}"


def rule(schedule: Schedule) -> str:
    """Return "Tuesdays at 7:30 pm"."""
    return in_words(schedule, clock=clock)


def whose_clock(schedule: Schedule) -> str:
    """Return "the clock of New York", or that nobody knows whose."""
    if schedule.timezone is None:
        return "a clock that the list does not name"
    return f"the clock of {schedule.timezone.key.rpartition('/')[2].replace('_', ' ')}"


def opening(text: str) -> str:
    """Return *text* as the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def day(date: dt.date, *, today: dt.date) -> str:
    """Return "today", "tomorrow" or "Tuesday 24 November"."""
    if date == today:
        return "today"
    if date == today + dt.timedelta(days=1):
        return "tomorrow"
    year = "" if date.year == today.year else f" {date.year}"
    return f"{date:%A} {date.day} {date:%B}{year}"


def length(duration: dt.timedelta) -> str:
    """Return "1 hour 30 minutes"."""
    hours, minutes = divmod(int(duration.total_seconds()) // 60, 60)
    parts = [_counted(hours, "hour"), _counted(minutes, "minute")]
    return " ".join(part for part in parts if part)


def when(hit: Hit, *, now: dt.datetime, viewer: ZoneInfo | None = None) -> str:
    """
    Return when a meeting is next, always with the zone's abbreviation.

    An online meeting is told by the *viewer*'s clock where that is known, and by its own
    beside it where the two differ.
    """
    occurrence = hit.occurrence
    if occurrence is None:
        return "Time not listed: ask the group"
    own, shown = occurrence.start, occurrence.start
    if viewer is not None and hit.meeting.venue_type is VenueType.ONLINE:
        shown = own.astimezone(viewer)
    theirs = f", {clock(own)} {own.tzname()} for the group" if _differ(own, shown) else ""
    if hit.is_on_now:
        end = occurrence.end.astimezone(shown.tzinfo)
        return f"On now, until {clock(end)} {end.tzname()}"
    today = now.astimezone(shown.tzinfo).date()
    start = f"{day(shown.date(), today=today)} at {clock(shown)} {shown.tzname()}{theirs}"
    soon = starts_in(own - now)
    return opening(start) + (f" ({soon})" if soon else "")


def distance(hit: Hit, *, country: str) -> str:
    """Return "2.1 miles", or "about 2 miles, around here" where only the town is known."""
    if hit.distance_km is None:
        return ""
    in_miles = country in MILES_ARE_USED_IN
    length_ = hit.distance_km / KM_PER_MILE if in_miles else hit.distance_km
    unit = "mile" if in_miles else "km"
    if hit.meeting.accuracy in COARSE:
        return f"about {_with_unit(round(length_), unit)}, exact place not listed"
    return _with_unit(round(length_, 1) if length_ < 100 else round(length_), unit)


def address(meeting: Meeting) -> str:
    """Return street, town, region and postal code on one line."""
    venue = meeting.venue
    if venue is None:
        return ""
    town = " ".join(part for part in (venue.region, venue.postal_code) if part)
    parts = (venue.street, venue.district, venue.town, town)
    return ", ".join(dict.fromkeys(part for part in parts if part))


def _differ(own: dt.datetime, shown: dt.datetime) -> bool:
    return own.replace(tzinfo=None) != shown.replace(tzinfo=None)


def _with_unit(number: float, unit: str) -> str:
    return f"{number:g} {unit}" + ("s" if unit == "mile" and number != 1 else "")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}" if number else ""


def starts_in(wait: dt.timedelta) -> str:
    """Return "in 1 h 5 min", or "" where that says less than the hour does."""
    minutes = -(-int(wait.total_seconds()) // 60)
    if minutes > 12 * 60:
        return ""
    hours, rest = divmod(minutes, 60)
    return f"in {hours} h {rest} min" if hours else f"in {rest} min"
