"""
What the BMLT face costs, as ratios from one run: `python -m tests.bench.faces` (DESIGN, "Speed").

A GetSearchResults radius search of about 50 meetings, every one another place, against a constant
body of the same size from the same application, by CPU of the server; and against the SQL of
BMLT's own root server for the same places and radii on MariaDB, where that is installed.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import numpy as np

from meetings.search import Search
from tests.bench import peer_mariadb
from tests.bench.engine import opened, snapshot
from tests.bench.generate import SEED
from tests.bench.peer_rows import NotInstalled, rows_of
from tests.bench.queries import NOW, mixed
from tests.bench.serving import ROUNDS, Server, ask, rate, served

MEETINGS = 50
REQUESTS = 400  # of each kind in each round
MUST, REACH = 0.12, 0.25
MUST_TIMES = 100
PEER_QUESTIONS = 12  # half a second each on MariaDB
PATH = "/all/main_server/client_interface/json/?switcher=GetSearchResults&"


def main() -> None:
    options = _options()
    folder = Path(options.folder or tempfile.mkdtemp(prefix="openchair-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    kept = snapshot(folder, options.rows)
    searches = _circles(kept, REQUESTS * (ROUNDS + 1) + PEER_QUESTIONS)
    peer, ours = searches[:PEER_QUESTIONS], searches[PEER_QUESTIONS:]
    with served(kept, None) as server:
        our_seconds = _against_constant(server, [_path(search) for search in ours])
    if not options.without_mariadb:
        asyncio.run(_against_mariadb(kept, folder, peer, our_seconds))


def _against_constant(server: Server, paths: Sequence[str]) -> float:
    """Print the ratio; return our CPU seconds of a search."""
    sizes = asyncio.run(ask(server, paths[:REQUESTS]))  # which makes the face too
    constant = f"/api/constant?bytes={round(statistics.mean(sizes))}"
    rates: dict[str, list[float]] = {"constant": [], "search": []}
    for number in range(1, ROUNDS + 1):
        rates["constant"].append(rate(server, [constant] * REQUESTS))
        fresh = paths[number * REQUESTS : (number + 1) * REQUESTS]
        rates["search"].append(rate(server, fresh))
    typical = {name: statistics.median(found) for name, found in rates.items()}
    ratio = typical["search"] / typical["constant"]
    sys.stdout.write(
        f"a search of {MEETINGS} meetings, {statistics.mean(sizes):,.0f} bytes: "
        f"{typical['search']:,.0f} a CPU second, constant {typical['constant']:,.0f}; "
        f"{ratio:.3f} (must {MUST}, reach {REACH}){'' if ratio >= MUST else '  MISSED'}; "
        f"{server.memory_mb():,.0f} MB\n"
    )
    return 1 / typical["search"]


async def _against_mariadb(
    kept: Path, folder: Path, searches: Sequence[Search], our_seconds: float
) -> None:
    try:
        peer = peer_mariadb.Mariadb(rows_of(opened(kept)), folder)
    except NotInstalled as reason:
        sys.stdout.write(f"BMLT's SQL on MariaDB: left out, {reason}\n")
        return
    try:
        found = [(await peer.answer(search)).matching for search in searches]  # which warms it
        seconds = []
        for _ in range(3):
            before = peer.cpu_seconds()
            for search in searches:
                await peer.answer(search)
            seconds.append((peer.cpu_seconds() - before) / len(searches))
    finally:
        await peer.close()
    times = statistics.median(seconds) / our_seconds
    sys.stdout.write(
        f"BMLT's SQL on MariaDB, {statistics.mean(found):.0f} meetings found: "
        f"{1e3 * statistics.median(seconds):,.0f} ms of CPU a search, ours "
        f"{1e3 * our_seconds:,.2f} ms with HTTP; {times:,.0f} times (must {MUST_TIMES})"
        f"{'' if times >= MUST_TIMES else '  MISSED'}\n"
    )


def _circles(kept: Path, count: int) -> list[Search]:
    """Return searches near towns, each with the radius that holds so many meetings."""
    catalogue = opened(kept)
    found: list[Search] = []
    for number in range(100):
        for search in mixed(count, seed=SEED + 31 + number).near:
            if search.centre is None:
                continue
            circle = Search(centre=search.centre, nearest=MEETINGS, limit=MEETINGS)
            hits = catalogue.find(circle, now=NOW).hits
            furthest = max((hit.distance_km or 0 for hit in hits), default=0)
            if 0.1 < furthest < 500:
                found.append(replace(circle, nearest=None, radius_km=furthest))
            if len(found) == count:
                return found
    raise SystemExit("too few places")


def _path(search: Search) -> str:
    assert search.centre is not None
    return PATH + urlencode(
        {
            "lat_val": search.centre.latitude,
            "long_val": search.centre.longitude,
            "geo_width_km": np.format_float_positional(search.radius_km or 0, precision=3),
        }
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.faces", description=__doc__)
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--folder", help="where the snapshot is kept for the next run")
    parser.add_argument("--without-mariadb", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
