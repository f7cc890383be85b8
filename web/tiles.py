"""
The operator's street map, when there is one: which pictures of it cover a list's map.

Tiles are squares of the web's Mercator map: 2 to the power of the zoom in each direction. Who
serves them learns who looks where, so a person asks for them first (location.md 9.2).
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from meetings.model import Point
from web.mappins import Placed, placed_pins
from web.mapsketch import LARGE, Sketch

SIDE = 256  # pixels of a tile
ZOOM_MOST = 17  # a village street; every server has it
KM_ROUND_THE_EQUATOR = 40_075.017


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiles:
    """An operator's tile server, with the words it wants to be named by."""

    url: str  # with {z}, {x} and {y}
    attribution: str

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def origin(self) -> str:
        """Return what the Content-Security-Policy names."""
        scheme, netloc, *_ = urlsplit(self.url)
        return f"{scheme}://{netloc}"


@dataclass(frozen=True, slots=True)
class Tile:
    address: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class StreetMap:
    tiles: tuple[Tile, ...]
    pins: tuple[Placed, ...]
    width: int = LARGE.width
    height: int = LARGE.height


def street_map(sketch: Sketch, server: Tiles) -> StreetMap:
    """Return the tiles and pins that show what *sketch* does, or up to twice as much."""
    zoom = _zoom(sketch)
    left, top = _pixels(sketch.centre, zoom)
    left, top = left - LARGE.width / 2, top - LARGE.height / 2

    def on_picture(point: Point) -> tuple[float, float]:
        x, y = _pixels(point, zoom)
        return x - left, y - top

    pins = placed_pins(sketch.pins, on_picture, LARGE)
    return StreetMap(tuple(_tiles(server.url, zoom, left, top)), tuple(pins))


def _zoom(sketch: Sketch) -> int:
    """Return the largest zoom at which the outer ring fits."""
    cosine = math.cos(math.radians(sketch.centre.latitude))
    pixels_a_km = SIDE / (KM_ROUND_THE_EQUATOR * cosine)
    return max(0, min(ZOOM_MOST, math.floor(math.log2(LARGE.ring / sketch.ring_km / pixels_a_km))))


def _pixels(point: Point, zoom: int) -> tuple[float, float]:
    """Return where *point* lies on the whole map of that zoom."""
    size = SIDE * 2**zoom
    latitude = math.radians(point.latitude)
    north = math.asinh(math.tan(latitude)) / math.pi
    return size * (point.longitude + 180) / 360, size * (1 - north) / 2


def _tiles(url: str, zoom: int, left: float, top: float) -> Iterator[Tile]:
    for row in range(int(top // SIDE), int((top + LARGE.height) // SIDE) + 1):
        for column in range(int(left // SIDE), int((left + LARGE.width) // SIDE) + 1):
            if 0 <= row < 2**zoom and 0 <= column < 2**zoom:
                address = url.replace("{z}", str(zoom)).replace("{x}", str(column))
                x, y = round(column * SIDE - left), round(row * SIDE - top)
                yield Tile(address.replace("{y}", str(row)), x, y)
