"""
How long the gazetteer takes: `python -m tests.bench.places`.

Builds the packaged gazetteer as a first start does, then asks it for towns picked with a
fixed seed: whole names, beginnings, postal codes and names with one typing error.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random

from meetings._gazetteer_text import packaged_folder, read_postal_codes, read_towns
from meetings.places import OfflineGeocoder, Places, ensure, typed_place
from tests.gazetteer import silence, with_one_error

SEED = 34
TOWNS = 3000
SMALLEST_TOWN = 15_000  # inhabitants


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="a folder with a gazetteer, to build none")
    folder = parser.parse_args().data
    with tempfile.TemporaryDirectory() as built:
        started = time.perf_counter()
        path = ensure(folder or Path(built), progress=silence)
        _print(
            f"{'build' if folder is None else 'check':<22} {time.perf_counter() - started:.1f} s"
        )
        _print(f"{'size':<22} {path.stat().st_size / 1e6:.0f} MB")
        with Places(path) as places:
            _measure(places)


def _measure(places: Places) -> None:
    random = Random(SEED)
    known = [it for it in read_towns(packaged_folder()) if it.population >= SMALLEST_TOWN]
    towns = random.sample(known, TOWNS)
    names = [town.name for town in towns]
    codes = random.sample(list(read_postal_codes(packaged_folder())), TOWNS)
    places.find("11201")  # loads the polygons of the time zones
    _time("exact", names, places.find)
    _time("exact, with country", [f"{it.name}, {it.country}" for it in towns], places.find)
    for letters in (2, 3, 4, 6):
        _time(f"prefix of {letters}", [name[:letters] for name in names], places.find)
    beginnings = [f"{it.name[:4]}, {it.country}" for it in towns]
    _time("prefix of 4, country", beginnings, places.find)
    _time("postal code", [code.code for code in codes], places.find)
    started = time.perf_counter()
    places.find_misspelt("Sprngfield")
    _print(f"{'first typing error':<22} {1000 * (time.perf_counter() - started):.0f} ms, once")
    wrong = [with_one_error(name, random) for name in names[:300] if len(name) > 4]
    _time("typing error", wrong, places.find_misspelt)
    asyncio.run(_stall(places, wrong[:100]))


async def _stall(places: Places, texts: Iterable[str]) -> None:
    """Print how long the event loop waits while typing errors are looked up."""
    longest = [0.0]

    async def tick() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            longest.append(time.perf_counter() - before - 0.001)

    ticking = asyncio.create_task(tick())
    async with OfflineGeocoder(places) as geocoder:
        for text in texts:
            await typed_place(geocoder, text)
    ticking.cancel()
    waits = statistics.quantiles(longest, n=100)
    _print(f"{'loop waits meanwhile':<22} p99 {1000 * waits[98]:.1f} ms, {1000 * max(longest):.1f}")


def _time(what: str, texts: Iterable[str], look_up: Callable[[str], object]) -> None:
    spent = []
    for text in texts:
        started = time.perf_counter()
        look_up(text)
        spent.append(1000 * (time.perf_counter() - started))
    cuts = statistics.quantiles(spent, n=100)
    _print(
        f"{what:<22} p50 {cuts[49]:.2f} ms, p95 {cuts[94]:.2f}, p99 {cuts[98]:.2f}, n {len(spent)}"
    )


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
