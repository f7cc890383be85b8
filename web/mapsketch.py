"""What a map shows, and where on the picture that is: all but the drawing."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from meetings.geo import KM_PER_MILE
from meetings.model import Accuracy, Meeting, Point
from meetings.outlines import Frame
from web.words import COARSE

MARGIN = 12  # pixels beyond the edge, where cut coasts are closed out of sight
KM_PER_DEGREE_OF_LATITUDE = 110.57  # equirectangular (location.md 9.1)
KM_PER_DEGREE_OF_LONGITUDE = 111.32  # at the equator
FURTHEST_LATITUDE = 70.0  # beyond, the projection is too wrong
RINGS = (1, 2, 3, 5, 10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 500)  # outer ones, in the unit


@dataclass(frozen=True, slots=True)
class Size:
    """A picture's pixels; letters are as large on each, so that a phone's can be read."""

    width: int
    height: int
    ring: int  # pixels from the middle to the outer ring


LARGE, PHONE = Size(640, 480, 205), Size(328, 328, 132)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A meeting's number in the list, at its place or, where that is not exact, about there."""

    number: int
    point: Point
    is_exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    centre: Point
    ring: float  # the outer one's distance, in the unit
    in_miles: bool
    pins: tuple[Pin, ...]
    size: Size = LARGE

    @property
    def ring_km(self) -> float:
        return self.ring * (KM_PER_MILE if self.in_miles else 1)

    @property
    def reach_km(self) -> float:
        """Return how far the corners are from the middle."""
        return self.ring_km * math.hypot(self.size.width, self.size.height) / 2 / self.size.ring

    @property
    def pixels_east(self) -> float:
        """Return the pixels of a degree of longitude."""
        cosine = math.cos(math.radians(self.centre.latitude))
        return KM_PER_DEGREE_OF_LONGITUDE * cosine * self.size.ring / self.ring_km

    @property
    def pixels_north(self) -> float:
        return KM_PER_DEGREE_OF_LATITUDE * self.size.ring / self.ring_km

    @property
    def frame(self) -> Frame:
        """Return the degrees that the picture shows, and a little more."""
        wide = (self.size.width / 2 + MARGIN) / self.pixels_east
        high = (self.size.height / 2 + MARGIN) / self.pixels_north
        latitude, longitude = self.centre.latitude, self.centre.longitude
        return Frame(longitude - wide, latitude - high, longitude + wide, latitude + high)

    def on_picture(self, point: Point) -> tuple[float, float]:
        """Return x and y of *point* in pixels."""
        return (
            self.size.width / 2 + self.pixels_east * (point.longitude - self.centre.longitude),
            self.size.height / 2 - self.pixels_north * (point.latitude - self.centre.latitude),
        )


def sketch(
    centre: Point, meetings: Iterable[Meeting | None], *, in_miles: bool, size: Size = LARGE
) -> Sketch | None:
    """
    Return the map of *meetings* round *centre*, numbered in this order; None only counts.

    None when no place of theirs is known, and where a map would mislead: near the poles, over
    the antimeridian, and over more than 500 km.
    """
    pins = tuple(pin for n, it in enumerate(meetings, 1) if it and (pin := _pin(n, it)))
    found = _without_pins(centre, [pin.point for pin in pins], in_miles=in_miles, size=size)
    return None if found is None else replace(found, pins=pins)


def has_sketch(centre: Point, meetings: Iterable[Meeting], *, in_miles: bool) -> bool:
    """Say whether there is a map of *meetings*, without making its pins."""
    points = [shown for meeting in meetings if (shown := _shown(meeting))]
    return _without_pins(centre, points, in_miles=in_miles, size=LARGE) is not None


def _without_pins(
    centre: Point, points: Sequence[Point], *, in_miles: bool, size: Size
) -> Sketch | None:
    """Return a map that holds *points*, or None where there is none."""
    unit = KM_PER_MILE if in_miles else 1.0
    furthest = _furthest_km(centre, points)
    ring = next((ring for ring in RINGS if furthest <= ring * unit), None)
    if ring is None or abs(centre.latitude) > FURTHEST_LATITUDE:
        return None
    found = Sketch(centre=centre, ring=ring, in_miles=in_miles, pins=(), size=size)
    is_whole = found.frame.west >= -180 and found.frame.east <= 180
    return found if is_whole else None


def _pin(number: int, meeting: Meeting) -> Pin | None:
    point = _shown(meeting)
    is_exact = meeting.accuracy not in COARSE
    return None if point is None else Pin(number=number, point=point, is_exact=is_exact)


def _shown(meeting: Meeting) -> Point | None:
    """Return its place; one that is not exact is rounded, so that a pin points at no door."""
    point, accuracy = meeting.point, meeting.accuracy
    if point is None or accuracy is Accuracy.REGION or not meeting.is_in_person:
        return None
    if accuracy not in COARSE:
        return point
    return Point(round(point.latitude, 2), round(point.longitude, 2))


def _furthest_km(centre: Point, points: Iterable[Point]) -> float:
    """Return how far the furthest of *points* is; without any, infinitely far."""
    cosine = math.cos(math.radians(centre.latitude))
    ways = (
        math.hypot(
            KM_PER_DEGREE_OF_LATITUDE * (centre.latitude - point.latitude),
            KM_PER_DEGREE_OF_LONGITUDE * cosine * (centre.longitude - point.longitude),
        )
        for point in points
    )
    return max(ways, default=math.inf)
