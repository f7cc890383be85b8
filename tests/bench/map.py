"""
The map: CPU milliseconds to find its names and draw it, and to answer it from those kept.

`python -m tests.bench.map FOLDER`, where FOLDER is an OPENCHAIR_DATA_DIR; its gazetteer is built
there if it has none. Must: 25 ms to draw.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from meetings.model import Point
from meetings.outlines import packaged_outlines
from meetings.places import Places, ensure
from tests.bench.generate import SEED, towns
from web.keptmaps import KeptMap, KeptMaps
from web.mapsketch import Pin, Sketch
from web.pages.orientation import NAMES_TRIED
from web.svgmap import draw

MAPS = 200
PINS = 25
RINGS = ((2, 0.25), (5, 0.5), (15, 0.2), (50, 0.04), (500, 0.01))  # and how often, in km
MUST_MS = 25.0
KM_A_DEGREE = 111.0


def main(folder: Path) -> None:
    asked, kept = sketches(MAPS), KeptMaps()
    outlines = packaged_outlines()
    with Places(ensure(folder, progress=lambda _: None)) as places:

        def drawn(it: Sketch) -> object:
            found = places.largest_around(it.centre, it.reach_km, most=NAMES_TRIED)
            names = [(town.name, town.point) for town in found]
            return kept.put(it, KeptMap.of(draw(it, outlines, names)))

        first = milliseconds(drawn, asked)
    again = milliseconds(kept.get, asked[-50:])
    sizes = [len(found.body) for it in asked if (found := kept.get(it))]
    lines = (
        f"{MAPS} maps of {PINS} pins, seed {SEED}",
        f"drawn, median          {np.median(first):8.2f} ms  must {MUST_MS}",
        f"drawn, mean            {np.mean(first):8.2f} ms",
        f"drawn, p99             {np.percentile(first, 99):8.2f} ms",
        f"drawn, of the largest  {max(first):8.2f} ms",
        f"kept, median           {np.median(again):8.4f} ms",
        f"size, median           {np.median(sizes) / 1000:8.1f} kB",
    )
    print("\n".join(lines))  # noqa: T201 - that is what it is for


def sketches(count: int) -> list[Sketch]:
    """Return maps of places as people ask for them, with pins as meetings lie."""
    random, known = np.random.default_rng(SEED), towns()
    rings, weights = zip(*RINGS, strict=True)
    chosen = random.choice(len(known.names), count, p=known.weights)
    return [
        _sketch(random, Point(float(known.latitudes[n]), float(known.longitudes[n])), float(ring))
        for n, ring in zip(chosen, random.choice(rings, count, p=weights), strict=True)
    ]


def _sketch(random: np.random.Generator, centre: Point, ring: float) -> Sketch:
    spread = random.normal(0, ring / 2 / KM_A_DEGREE, (PINS, 2))
    pins = tuple(
        Pin(
            number=number,
            point=Point(centre.latitude + float(north), centre.longitude + float(east)),
            is_exact=number % 6 != 0,
        )
        for number, (north, east) in enumerate(spread, 1)
    )
    return Sketch(centre=centre, ring=ring, in_miles=False, pins=pins)


def milliseconds(work: Callable[[Sketch], object], asked: list[Sketch]) -> list[float]:
    work(asked[0])  # reads what is read once
    spent = []
    for it in asked:
        started = time.process_time_ns()
        work(it)
        spent.append((time.process_time_ns() - started) / 1e6)
    return spent


if __name__ == "__main__":
    main(Path(sys.argv[1]))
