"""What a map shows, and where on the picture that is: all but the drawing."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

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
    furthest = max((_away_km(centre, pin.point) for pin in pins), default=math.inf)
    unit = KM_PER_MILE if in_miles else 1.0
    ring = next((ring for ring in RINGS if furthest <= ring * unit), None)
    if ring is None or abs(centre.latitude) > FURTHEST_LATITUDE:
        return None
    found = Sketch(centre=centre, ring=ring, in_miles=in_miles, pins=pins, size=size)
    is_whole = found.frame.west >= -180 and found.frame.east <= 180
    return found if is_whole else None


def _pin(number: int, meeting: Meeting) -> Pin | None:
    """Return the pin; a place that is not exact is rounded, so that it points at no door."""
    point = meeting.point if meeting.is_in_person else None
    if point is None or meeting.accuracy is Accuracy.REGION:
        return None
    is_exact = meeting.accuracy not in COARSE
    shown = point if is_exact else Point(round(point.latitude, 2), round(point.longitude, 2))
    return Pin(number=number, point=shown, is_exact=is_exact)


def _away_km(a: Point, b: Point) -> float:
    north = KM_PER_DEGREE_OF_LATITUDE * (a.latitude - b.latitude)
    cosine = math.cos(math.radians(a.latitude))
    return math.hypot(north, KM_PER_DEGREE_OF_LONGITUDE * cosine * (a.longitude - b.longitude))
