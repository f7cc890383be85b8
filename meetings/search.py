"""What was asked and what was found: Search, Hit and Results, frozen values without I/O."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from meetings.errors import InvalidSearch
from meetings.model import Admission, Meeting, Occurrence, Point, VenueType

RADIUS_KM_LEAST, RADIUS_KM_MOST, RADIUS_KM_DEFAULT = 0.1, 500.0, 25.0
LIMIT_MOST, LIMIT_DEFAULT = 100, 25
TEXT_MOST = 100
WITHIN_MINUTES_MOST = 7 * 24 * 60


# By name of the search parameter and value: how many of all that match have it.
Facets = Mapping[str, Mapping[str, int]]


class Order(StrEnum):
    DISTANCE = "distance"
    TIME = "time"  # by next start, what is on now first
    SOON = "soon"  # by next start, leaving out what one cannot reach in time


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """
    One question to the catalogue. An empty set or None is a filter that was not given.

    With a *centre* it finds meetings one can walk into, within *radius_km* or the *nearest*
    so many; with *online* those one can join from anywhere. With *nearest* the order is one of
    the nearest, not of all. Weekdays and the time window mean
    the meeting's own clock; of what is online only, and with *online* of hybrid meetings too,
    the viewer's, where *timezone* is known. A window that wraps midnight belongs to the day on
    which it begins: 22:00 to 02:00 on Friday goes on into Saturday.
    """

    centre: Point | None = None
    radius_km: float | None = None
    nearest: int | None = None
    beyond_km: float | None = None  # leaves out what is closer: "not in my own town"
    online: bool = False
    fellowships: frozenset[str] = frozenset()
    venue_types: frozenset[VenueType] = frozenset()
    weekdays: frozenset[int] = frozenset()  # ISO
    formats: frozenset[str] = frozenset()  # all of them
    languages: frozenset[str] = frozenset()  # any of them; en-US finds en too
    admissions: frozenset[Admission] = frozenset()  # any; empty is the default of formats.md 4
    without_camera: bool = False  # leaves out what is listed as "the camera must be on"
    after: dt.time | None = None  # the window may wrap midnight
    before: dt.time | None = None
    now: bool = False
    within_minutes: int | None = None  # on now, or starting within so many minutes
    text: str = ""
    order: Order | None = None
    timezone: ZoneInfo | None = None
    limit: int = LIMIT_DEFAULT
    cursor: str = ""
    facets: bool = False  # count the values of what was found, see Results.facets

    def __post_init__(self) -> None:
        _check_range("radius_km", self.radius_km, RADIUS_KM_LEAST, RADIUS_KM_MOST, "km")
        _check_range("beyond_km", self.beyond_km, 0, RADIUS_KM_MOST, "km")
        _check_range("nearest", self.nearest, 1, LIMIT_MOST, "meetings")
        _check_range("limit", self.limit, 1, LIMIT_MOST, "meetings")
        _check_range("within", self.within_minutes, 1, WITHIN_MINUTES_MOST, "minutes")
        if any(not 1 <= day <= 7 for day in self.weekdays):
            raise InvalidSearch("day", "Days are mon, tue, wed, thu, fri, sat and sun.")
        if len(self.text) > TEXT_MOST:
            raise InvalidSearch("text", "Please use at most {most} characters.", most=TEXT_MOST)
        needs_centre = self.radius_km or self.nearest or self.beyond_km
        if self.centre is None and (needs_centre or self.order is Order.DISTANCE):
            raise InvalidSearch("near", "A distance needs a place to start from.")

    @property
    def effective_order(self) -> Order:
        return self.order or (Order.TIME if self.centre is None or self.online else Order.DISTANCE)


def _check_range(field: str, value: float | None, least: float, most: float, unit: str) -> None:
    if value is not None and not least <= value <= most:
        raise InvalidSearch(
            field, "This must be from {least} to {most} {unit}.", least=least, most=most, unit=unit
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A meeting found, with its distance and its running or next occurrence."""

    meeting: Meeting
    distance_km: float | None = None
    occurrence: Occurrence | None = None  # running or next; None where no time or zone is known
    is_on_now: bool = False
    next_start: dt.datetime | None = None  # in UTC; the next one to come, also while one runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    hits: tuple[Hit, ...]
    count: int  # of all that match, on whatever page
    next_cursor: str | None = None
    facets: Facets | None = None  # where they were asked for
