"""Where a meeting is and which clock it keeps: coordinate checks and the ladders of location.md."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product
from typing import Protocol, runtime_checkable
from zoneinfo import ZoneInfo

from importers._countries import country_code, is_outside, zone_of_state
from importers._frozen import changed
from importers._limits import POSTCODE_AGREES_WITHIN_KM
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

_APPROXIMATE = (Accuracy.LOCALITY, Accuracy.REGION)
_KM_PER_DEGREE = 111.2
_SURELY_NEAR_DEGREES = 0.15  # north and east together 23.6 km at the equator
_SCHEDULES_KEPT = 4096  # most meetings of a list share their hours with others

_KnownPoint = tuple[Point | None, Accuracy | None]
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


@runtime_checkable
class PostcodeFinder(Protocol):
    """A PlaceFinder that knows postal codes too."""

    def postcode(self, code: str, country: str) -> Point | None:
        """Return where a postal code of *country* (ISO) is, or None."""


AddressFinder = Callable[[Venue, str], _KnownPoint]  # a venue in a country (ISO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """What is asked for places, in this order; each question of a list is asked once."""

    address: AddressFinder
    postcode: Callable[[str, str], Point | None]
    town: Callable[[str, str, str], Located | None]


def ladder(places: PlaceFinder, addresses: AddressFinder | None = None) -> Ladder:
    """Return the ladder of one list. *addresses* are those that a geocoder has answered."""
    finder = places if isinstance(places, PostcodeFinder) else None
    return Ladder(
        address=addresses or (lambda _venue, _country: (None, None)),
        postcode=cache(finder.postcode) if finder else (lambda _code, _country: None),
        town=cache(
            lambda town, region, country: places.locate(town=town, region=region, country=country)
        ),
    )


def locate(
    record: Meeting | Unplaced,
    source: Source,
    places: PlaceFinder | Ladder,
    *,
    timezone: ZoneInfo | None = None,
) -> Meeting | Rejected:
    """
    Return the meeting with its point checked, and its zone and where that is from.

    *timezone*, the operator's word, goes before everything. A zone that nobody knows stays
    unknown, except for an instant: without a zone that has no hour, and is rejected.
    """
    rungs = places if isinstance(places, Ladder) else ladder(places)
    if isinstance(record, Unplaced):
        return _from_instant(record, source, rungs, timezone)
    point = _point(record, source, rungs)
    schedule = record.schedule
    if schedule is not None and (timezone is not None or schedule.timezone is None):
        known = _zone(record, point, source, rungs)
        if timezone is not None:
            known = timezone, TimezoneSource.DEFAULT
        schedule = _by_clock(schedule, *known)
    if schedule is record.schedule and point == (record.point, record.accuracy):
        return record
    return changed(record, schedule=schedule, point=point[0], accuracy=point[1])


@lru_cache(maxsize=_SCHEDULES_KEPT)
def _by_clock(
    schedule: Schedule, timezone: ZoneInfo | None, known_from: TimezoneSource
) -> Schedule:
    return changed(schedule, timezone=timezone, timezone_source=known_from)


def is_null_island(point: Point) -> bool:
    """Say whether it is 0,0 in the Gulf of Guinea, which means "not known"."""
    return point.latitude == 0 and point.longitude == 0


def oddity(given: Meeting, located: Meeting) -> str:
    """
    Return what was wrong with the coordinates of a list's own record, "" for nothing.

    The words end a sentence that begins with a number of coordinates.
    """
    if given.point is None or not given.is_in_person or given.point == located.point:
        return ""
    if located.point is not None and located.point in _mistaken_for(given.point):
        return "have latitude and longitude swapped, or a sign lost"
    if located.accuracy is Accuracy.POSTCODE and not is_null_island(given.point):
        return f"lie more than {POSTCODE_AGREES_WITHIN_KM:g} km from their postal code"
    return "cannot be right"


def _point(meeting: Meeting, source: Source, rungs: Ladder) -> _KnownPoint:
    """Climb the ladder of location.md 4.1, with the checks of 4.2."""
    venue = meeting.venue
    if not meeting.is_in_person:
        return None, None  # a region's centre, or wherever the editor's map stood (4.2)
    country = _country(venue, source)
    point = _in_country(meeting.point, country)
    by_code = _at_postcode(venue, country, rungs)
    if point is not None and not _is_contradicted(point, venue, source, by_code, rungs):
        return point, meeting.accuracy
    if venue is not None and (answer := _at_address(venue, country, by_code, rungs))[0]:
        return answer
    if by_code is not None:
        return by_code, Accuracy.POSTCODE
    place = _town(venue, source, rungs)
    return (place.point, Accuracy.LOCALITY) if place else (None, None)


def _at_address(venue: Venue, country: str, by_code: Point | None, rungs: Ladder) -> _KnownPoint:
    """Return what a geocoder knows, unless it means a street elsewhere."""
    point, accuracy = rungs.address(venue, country)
    is_elsewhere = point is not None and (
        (country != "" and is_outside(point, country))
        or (by_code is not None and is_far(point, by_code))
    )
    return (None, None) if is_elsewhere else (point, accuracy)


def _is_contradicted(
    point: Point, venue: Venue | None, source: Source, by_code: Point | None, rungs: Ladder
) -> bool:
    """
    Say whether the postal code and, where it is known, the town lie elsewhere than *point*.

    The town is asked since some codes of the gazetteer are hundreds of kilometres off
    (location.md 3.6).
    """
    if by_code is None or not is_far(point, by_code):
        return False
    town = _town(venue, source, rungs)
    return town is None or is_far(point, town.point)


def _at_postcode(venue: Venue | None, country: str, rungs: Ladder) -> Point | None:
    code = venue.postal_code if venue else ""
    if not code or not country or _is_wide(code, country):
        return None
    return rungs.postcode(code, country)


def _is_wide(code: str, country: str) -> bool:
    """Say whether a code is that of a rural Canadian area, hundreds of km wide (3.6)."""
    return country == "CA" and code[1:2] == "0"


def is_far(one: Point, other: Point) -> bool:
    """Say whether two points disagree (location.md 4.2); flat, since 25 km are short."""
    degrees = one.latitude - other.latitude
    turn = (one.longitude - other.longitude + 180) % 360 - 180
    if abs(degrees) < _SURELY_NEAR_DEGREES and abs(turn) < _SURELY_NEAR_DEGREES:
        return False  # nearly all
    north = degrees * _KM_PER_DEGREE
    middle = math.radians((one.latitude + other.latitude) / 2)
    east = turn * _KM_PER_DEGREE * math.cos(middle)
    return math.hypot(north, east) > POSTCODE_AGREES_WITHIN_KM


def _town(venue: Venue | None, source: Source, rungs: Ladder) -> Located | None:
    if venue is None or not venue.town:
        return None
    return rungs.town(venue.town, venue.region, _country(venue, source))


def _country(venue: Venue | None, source: Source) -> str:
    """Return the ISO code; words that name no country are as good as none."""
    return country_code(venue.country if venue else "") or source.country


def _in_country(point: Point | None, country: str) -> Point | None:
    """Return *point* if it lies in *country*, else its mirror image that does, else None."""
    if point is None or is_null_island(point):
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


def _zone(meeting: Meeting, known: _KnownPoint, source: Source, rungs: Ladder) -> _KnownZone:
    """Climb the ladder of location.md 7 where the list itself says nothing."""
    if source.timezone is not None:
        return source.timezone, TimezoneSource.DEFAULT
    point, accuracy = known
    if point is not None and accuracy not in _APPROXIMATE:
        at_point = zone_at(point)
        if at_point is not None:
            return at_point, TimezoneSource.PLACE
    return _zone_of_place(meeting.venue, source, rungs)


def _zone_of_place(venue: Venue | None, source: Source, rungs: Ladder) -> _KnownZone:
    place = _town(venue, source, rungs)
    if place is not None:
        # the gazetteer's own zone is stale for some of Mexico and Mongolia (location.md 7)
        return zone_at(place.point) or zone(place.timezone), TimezoneSource.PLACE
    if venue is not None and _country(venue, source) in ("US", ""):
        state = zone_of_state(venue.region)
        if state is not None:
            return state, TimezoneSource.REGION
    return None, TimezoneSource.UNKNOWN


def _from_instant(
    record: Unplaced, source: Source, rungs: Ladder, timezone: ZoneInfo | None
) -> Meeting | Rejected:
    """Return the meeting with weekday and hour as the clock at its place shows *next_at*."""
    meeting, key = record.meeting, record.meeting.id.partition(":")[2]
    known = _zone_of_place(meeting.venue, source, rungs)
    if timezone is not None:
        known = timezone, TimezoneSource.DEFAULT
    if known[0] is None:
        return Rejected(key, f"no trustworthy time: the zone of {_named(meeting.venue)} is unknown")
    schedule = _schedule(record, known[0], known[1])
    on = record.next_at.astimezone(known[0]).date()
    if on not in dates(schedule, since=on, until=on):
        return Rejected(key, f"no trustworthy time: {on} in {known[0].key} is not in its own rule")
    point, accuracy = _point(meeting, source, rungs)
    return changed(meeting, schedule=schedule, point=point, accuracy=accuracy)


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
