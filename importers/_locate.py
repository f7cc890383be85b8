"""Where a meeting is and which clock it keeps: coordinate checks and the ladder of zones."""

from dataclasses import replace
from itertools import product
from typing import Protocol
from zoneinfo import ZoneInfo

from importers._countries import country_code, is_outside, zone_of_state
from importers._source import Rejected, Source, Unplaced
from meetings.model import (
    Accuracy,
    Meeting,
    Point,
    Rule,
    Schedule,
    TimezoneSource,
    Venue,
)
from meetings.recurrence import dates
from meetings.zones import zone, zone_at

_NULL_ISLAND = Point(0, 0)
_APPROXIMATE = (Accuracy.LOCALITY, Accuracy.REGION)

_KnownZone = tuple[ZoneInfo | None, TimezoneSource]


class Located(Protocol):
    """What the ladder needs to know of a place."""

    @property
    def point(self) -> Point: ...

    @property
    def timezone(self) -> str: ...


class PlaceFinder(Protocol):
    """The part of `meetings.places.Places` that importers use."""

    def locate(self, *, town: str, region: str, country: str) -> Located | None:
        """Return the place of that whole name, or None when that is in doubt."""


def locate(
    record: Meeting | Unplaced,
    source: Source,
    places: PlaceFinder,
    *,
    timezone: ZoneInfo | None = None,
) -> Meeting | Rejected:
    """
    Return the meeting with its point checked, and its zone and where that is from.

    *timezone*, the operator's word, goes before everything. A zone that nobody knows stays
    unknown, except for an instant: without a zone that has no hour, and is rejected.
    """
    if isinstance(record, Unplaced):
        return _from_instant(record, source, places, timezone)
    place = _place(record.venue, source, places)
    meeting = _with_point(record, source, place)
    return _with_zone(meeting, source, place, timezone)


def _place(venue: Venue | None, source: Source, places: PlaceFinder) -> Located | None:
    if venue is None or not venue.town:
        return None
    country = _country(venue, source)
    return places.locate(town=venue.town, region=venue.region, country=country)


def _country(venue: Venue | None, source: Source) -> str:
    """Return the ISO code; words that name no country are as good as none."""
    return country_code(venue.country if venue else "") or source.country


def _with_point(meeting: Meeting, source: Source, place: Located | None) -> Meeting:
    if not meeting.is_in_person:
        # a region's centre, or wherever the editor's map stood (location.md 4.2)
        return replace(meeting, point=None, accuracy=None)
    point = _checked(meeting.point, _country(meeting.venue, source))
    if point is not None:
        return meeting if point == meeting.point else replace(meeting, point=point)
    if place is not None:
        return replace(meeting, point=place.point, accuracy=Accuracy.LOCALITY)
    return replace(meeting, point=None, accuracy=None)


def _checked(point: Point | None, country: str) -> Point | None:
    """Return *point* if it lies in *country*, else its mirror image that does, else None."""
    if point is None or point == _NULL_ISLAND:
        return None
    if not country or not is_outside(point, country):
        return point
    return next((each for each in _mistaken_for(point) if not is_outside(each, country)), None)


def _mistaken_for(point: Point) -> list[Point]:
    """Return what a publisher may have meant: numbers swapped, then signs lost."""
    swapped = []
    if abs(point.longitude) <= 90:
        swapped = [Point(point.longitude, point.latitude)]
    signs = [signs for signs in product((1, -1), repeat=2) if signs != (1, 1)]
    return swapped + [
        Point(point.latitude * north, point.longitude * east) for north, east in reversed(signs)
    ]


def _with_zone(
    meeting: Meeting, source: Source, place: Located | None, timezone: ZoneInfo | None
) -> Meeting:
    schedule = meeting.schedule
    if schedule is None:
        return meeting
    if timezone is not None:
        found: _KnownZone = timezone, TimezoneSource.DEFAULT
    elif schedule.timezone is not None:
        return meeting
    else:
        found = _zone(meeting, source, place)
    return replace(meeting, schedule=replace(schedule, timezone=found[0], timezone_source=found[1]))


def _zone(meeting: Meeting, source: Source, place: Located | None) -> _KnownZone:
    """Climb the ladder of location.md 7 where the list itself says nothing."""
    if source.timezone is not None:
        return source.timezone, TimezoneSource.DEFAULT
    if meeting.point is not None and meeting.accuracy not in _APPROXIMATE:
        at_point = zone_at(meeting.point)
        if at_point is not None:
            return at_point, TimezoneSource.PLACE
    return _zone_of_place(meeting.venue, source, place)


def _zone_of_place(venue: Venue | None, source: Source, place: Located | None) -> _KnownZone:
    if place is not None:
        # the gazetteer's own zone is stale for some of Mexico and Mongolia (location.md 7)
        return zone_at(place.point) or zone(place.timezone), TimezoneSource.PLACE
    if venue is not None and _country(venue, source) in ("US", ""):
        state = zone_of_state(venue.region)
        if state is not None:
            return state, TimezoneSource.REGION
    return None, TimezoneSource.UNKNOWN


def _from_instant(
    record: Unplaced, source: Source, places: PlaceFinder, timezone: ZoneInfo | None
) -> Meeting | Rejected:
    """Return the meeting with weekday and hour as the clock at its place shows *next_at*."""
    meeting, key = record.meeting, record.meeting.id.partition(":")[2]
    place = _place(meeting.venue, source, places)
    known = _zone_of_place(meeting.venue, source, place)
    if timezone is not None:
        known = timezone, TimezoneSource.DEFAULT
    if known[0] is None:
        return Rejected(key, f"no trustworthy time: the zone of {_named(meeting.venue)} is unknown")
    schedule = _schedule(record, known[0], known[1])
    on = record.next_at.astimezone(known[0]).date()
    if on not in dates(schedule, since=on, until=on):
        return Rejected(key, f"no trustworthy time: {on} in {known[0].key} is not in its own rule")
    return _with_point(replace(meeting, schedule=schedule), source, place)


def _schedule(record: Unplaced, timezone: ZoneInfo, known_from: TimezoneSource) -> Schedule:
    local = record.next_at.astimezone(timezone)
    is_weekly = record.interval_weeks == 1
    rule = Rule(
        weekday=local.isoweekday(),
        ordinals=record.ordinals,
        interval_weeks=record.interval_weeks,
        anchor_on=None if is_weekly else local.date(),
    )
    return Schedule(
        rules=(rule,),
        start=local.time().replace(fold=0),
        duration=record.duration,
        timezone=timezone,
        timezone_source=known_from,
    )


def _named(venue: Venue | None) -> str:
    """Name the place, which is no person's: it is the list's own title (smart.md 9.2)."""
    words = [venue.town, venue.region] if venue else []
    return ", ".join(word for word in words if word) or "its place"
