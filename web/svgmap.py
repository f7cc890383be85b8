"""
Draws the map without a third party: rings, names of places, coasts, borders, numbered pins.

It has no streets; it shows how things lie to each other. It holds no words but names and
units, so that one picture serves every language.
"""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from meetings.model import Point
from meetings.outlines import Kind, Outlines, Points
from web.maplabels import SMALL, Box, Label, is_taken, width_of, with_room
from web.mappins import HIGH, LETTERS, Placed, placed_pins
from web.mapsketch import Size, Sketch

NAMES_MOST = 45
COUNTIES_WITHIN_KM = 150  # of the outer ring; beyond they are a net over everything
FINE_WITHIN_KM = 100

SEA, LAND, INK = "#cfe3ea", "#f6f3ea", "#1d5c63"
# By day by attributes, by night by this: a picture in <img> cannot read the page's sheet.
_NIGHT = (
    "@media(prefers-color-scheme:dark){.w{fill:#172a33}.l{fill:#252c2d}"
    ".b{stroke:#7b8787}.r{stroke:#5a6667}.c{stroke:#394344}.o{stroke:#8fd0d4}"
    ".n{fill:#d5dddc;stroke:#252c2d}.t{fill:#93a1a1}.m{stroke:#e9eeec}"
    ".p{fill:#8fd0d4;stroke:#14191a}.x{fill:#0d1a1b}.q{fill:#14191a;stroke:#8fd0d4}.y{fill:#8fd0d4}}"
)

_LETTERS = f'class="n" fill="#3b474a" stroke="{LAND}" stroke-width="3" paint-order="stroke"'

Name = tuple[str, Point]


def draw(sketch: Sketch, outlines: Outlines, names: Iterable[Name]) -> str:
    """Return the picture; of *names*, the most important first, those that have room."""
    width, height = sketch.size.width, sketch.size.height
    pins = placed_pins(sketch.pins, sketch.on_picture, sketch.size)
    rings = _ring_labels(sketch, [pin.box for pin in pins])
    taken = [*(pin.box for pin in pins), *(ring.box for ring in rings), _middle(sketch.size)]
    placed = ((text, *sketch.on_picture(point)) for text, point in names)
    labels = with_room(placed, taken=taken, picture=Box(0, 0, width, height), most=NAMES_MOST)
    parts = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"',
        f' viewBox="0 0 {width} {height}" direction="ltr" font-family="system-ui,sans-serif">',
        f"<style>{_NIGHT}</style>",
        *_ground(sketch, outlines),
        *_rings(rings, sketch.size),
        *_names(labels),
        *_pins(pins),
        "</svg>",
    )
    return "".join(parts)


def _ground(sketch: Sketch, outlines: Outlines) -> Iterator[str]:
    frame = sketch.frame
    yield f'<path class="w" fill="{SEA}" d="M0 0h{sketch.size.width}v{sketch.size.height}H0z"/>'
    yield '<g transform="scale(.5)" fill-rule="evenodd">'
    for kind, css, fill in (
        (Kind.LAND, "l", LAND),
        (Kind.LAKE, "w", SEA),
        (Kind.LAND_OF_THE_USA, "l", LAND),
    ):
        if path := _path(sketch, outlines.rings(kind, frame), close="z"):
            yield f'<path class="{css}" fill="{fill}" d="{path}"/>'
    for kind, css, stroke, width in _borders(sketch):
        if path := _path(sketch, outlines.lines(kind, frame)):
            yield f'<path class="{css}" fill="none" stroke="{stroke}" stroke-width="{width}"'
            yield f' d="{path}"/>'
    yield "</g>"


def _borders(sketch: Sketch) -> Iterator[tuple[Kind, str, str, float]]:
    if sketch.ring_km <= COUNTIES_WITHIN_KM:
        yield Kind.COUNTY_BORDER, "c", "#ddd7c6", 2
    yield Kind.REGION_BORDER, "r", "#b9b29c", 2.5
    yield Kind.COUNTRY_BORDER, "b", "#8f8973", 3


def _path(sketch: Sketch, lines: Iterable[Points], *, close: str = "") -> str:
    """Return *lines* as a path in half pixels, which needs no decimals."""
    found = list(lines)
    if not found:
        return ""
    firsts = np.cumsum([0, *map(len, found)])
    pixels = _half_pixels(sketch, np.concatenate(found))
    is_kept = np.concatenate(([True], np.any(pixels[1:] != pixels[:-1], axis=1)))
    is_kept[firsts[:-1]] = True
    firsts = np.concatenate(([0], np.cumsum(is_kept)))[firsts]
    texts = list(map(str, pixels[is_kept].ravel().tolist()))
    return "".join(
        f"M{' '.join(texts[2 * first : 2 * end])}{close}"
        for first, end in pairwise(firsts.tolist())
        if end - first > 1
    )


def _half_pixels(sketch: Sketch, points: Points) -> NDArray[np.int64]:
    """Return x and y of *points*, in whole pixels where a map of hundreds of km has too many."""
    step = 1 if sketch.ring_km <= FINE_WITHIN_KM else 2
    x = sketch.size.width + 2 * sketch.pixels_east * (points[:, 0] - sketch.centre.longitude)
    y = sketch.size.height - 2 * sketch.pixels_north * (points[:, 1] - sketch.centre.latitude)
    return np.round(np.column_stack((x, y)) / step).astype(np.int64) * step


def _ring_labels(sketch: Sketch, pins: Sequence[Box]) -> list[Label]:
    """Return the distances of the rings, each where no pin hides it: below, above or aside."""
    unit = "mi" if sketch.in_miles else "km"
    labels: list[Label] = []
    for share in (1.0, 0.5):
        text, away = f"{sketch.ring * share:g} {unit}", sketch.size.ring * share
        half = width_of(text, SMALL) / 2 + 2
        ways = [(0.0, away), (0.0, -away), (away, 0.0), (-away, 0.0)]
        boxes = [
            _round(sketch.size.width / 2 + x, sketch.size.height / 2 + y, half) for x, y in ways
        ]
        box = next((box for box in boxes if not is_taken(box, pins)), boxes[0])
        labels.append(Label(text, (box.left + box.right) / 2, box.bottom - 4, SMALL, box))
    return labels


def _round(x: float, y: float, half: float) -> Box:
    return Box(x - half, y - 8, x + half, y + 8)


def _middle(size: Size) -> Box:
    return _round(size.width / 2, size.height / 2, 8)


def _rings(labels: Iterable[Label], size: Size) -> Iterator[str]:
    x, y = size.width // 2, size.height // 2
    yield f'<g class="o" fill="none" stroke="{INK}" stroke-dasharray="4 4">'
    yield f'<circle cx="{x}" cy="{y}" r="{size.ring}"/>'
    yield f'<circle cx="{x}" cy="{y}" r="{size.ring / 2:g}"/></g>'
    yield f'<path class="m" stroke="#1c2526" stroke-width="2" d="M{x - 6} {y}h12M{x} {y - 6}v12"/>'
    yield f'<g {_LETTERS} font-size="{SMALL}" text-anchor="middle">'
    for label in labels:
        yield f'<text x="{label.x:.0f}" y="{label.y:.0f}">{label.text}</text>'
    yield "</g>"


def _names(labels: Iterable[Label]) -> Iterator[str]:
    yield f"<g {_LETTERS}>"
    dots = []
    for label in labels:
        x, y = label.box.left, label.box.bottom - label.size * 0.3
        yield f'<text x="{x:.0f}" y="{y:.0f}" font-size="{label.size}">{escape(label.text)}</text>'
        dots.append(f'<circle cx="{label.x:.0f}" cy="{label.y:.0f}" r="2"/>')
    yield f'</g><g class="t" fill="#6b7779">{"".join(dots)}</g>'


def _pins(pins: Iterable[Placed]) -> Iterator[str]:
    yield f'<g font-size="{LETTERS}" font-weight="700" text-anchor="middle">'
    for pin in pins:
        box = pin.box
        if pin.is_exact:
            yield f'<rect class="p" fill="{INK}" stroke="#fff"'
            letters = 'class="x" fill="#fff"'
        else:  # hollow: about here
            yield f'<rect class="q" fill="#fff" stroke="{INK}" stroke-dasharray="3 2"'
            letters = f'class="y" fill="{INK}"'
        yield f' x="{box.left:.0f}" y="{box.top:.0f}" width="{box.right - box.left:.0f}"'
        yield f' height="{HIGH}" rx="{HIGH // 2}"/>'
        middle = (box.left + box.right) / 2
        yield f'<text {letters} x="{middle:.0f}" y="{box.top + 15:.0f}">{pin.text}</text>'
    yield "</g>"
