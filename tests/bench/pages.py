"""
What pages cost, as ratios from one run: `python -m tests.bench.pages` (issue "The face").

The results page of 25 meetings against the JSON answer to the same search; the start page against
a constant page of its size; the map drawn and kept. CPU time of the server, a process of its own;
medians of interleaved rounds, each search asked once.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from meetings.catalogue import Catalogue
from meetings.search import Order, Search
from tests.bench.engine import opened, snapshot
from tests.bench.generate import SEED
from tests.bench.queries import NOW, as_query, mixed
from tests.bench.serving import ROUNDS, Server, ask, rate, served

MEETINGS = 25  # a page of results
REQUESTS = 200  # of each kind in each round
STARTS = 1_000
RADIUS_KM = 25.0
MUST = {
    "results page / JSON of the same search, times": 6.0,
    "results page in Persian / JSON, times": 6.0,
    "start page / constant page, times": 1.5,
    "map, drawn, ms": 25.0,
    "map, kept / drawn, times": 0.2,
}


def main() -> int:
    options = _options()
    folder = Path(options.folder or tempfile.mkdtemp(prefix="openchair-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    kept = snapshot(folder, options.rows)
    found = _searches(opened(kept), REQUESTS * (ROUNDS + 1))
    with served(kept, options.gazetteer) as server:
        figures = _of_results(server, found) | _of_start(server) | _of_maps(server, kept, found)
    for name, figure in figures.items():
        must = MUST.get(name)
        verdict = f"  must {must}{'' if figure <= must else '  MISSED'}" if must else ""
        sys.stdout.write(f"{name:<48} {figure:10.3f}{verdict}\n")
    return int(any(figures[name] > most for name, most in MUST.items()))


def _of_results(server: Server, searches: Sequence[Search]) -> dict[str, float]:
    """Return what a search costs as a page and as JSON; a page of each round is new."""
    spent: dict[str, list[float]] = {"JSON": [], "page": [], "Persian": []}
    sizes = [0]
    for number in range(ROUNDS + 1):
        of_round = searches[number * REQUESTS : (number + 1) * REQUESTS]
        queries = [as_query(search) for search in of_round]
        milliseconds = {
            "JSON": _milliseconds(server, [f"/api/meetings?{query}" for query in queries]),
            "page": _milliseconds(server, [f"/find?{query}" for query in queries]),
            "Persian": _milliseconds(server, [f"/find?{query}&lang=fa" for query in queries]),
        }
        if number:  # the first reads what is read once
            for kind, cost in milliseconds.items():
                spent[kind].append(cost)
        else:
            sizes = asyncio.run(ask(server, [f"/find?{query}" for query in queries]))
    typical = {kind: statistics.median(costs) for kind, costs in spent.items()}
    return {
        "JSON of 25 meetings, ms": typical["JSON"],
        "results page of 25 meetings, ms": typical["page"],
        "results page, kB": statistics.mean(sizes) / 1000,
        "results page / JSON of the same search, times": typical["page"] / typical["JSON"],
        "results page in Persian / JSON, times": typical["Persian"] / typical["JSON"],
    }


def _of_start(server: Server) -> dict[str, float]:
    (size,) = asyncio.run(ask(server, ["/"]))
    constant, start = [], []
    for _ in range(ROUNDS):
        constant.append(_milliseconds(server, [f"/api/constant?bytes={size}"] * STARTS))
        start.append(_milliseconds(server, ["/"] * STARTS))
    return {
        "constant page of the start page's size, ms": statistics.median(constant),
        "start page, ms": statistics.median(start),
        "start page / constant page, times": statistics.median(start) / statistics.median(constant),
    }


def _of_maps(server: Server, kept: Path, searches: Sequence[Search]) -> dict[str, float]:
    catalogue = opened(kept)
    paths = [_map_of(catalogue, search) for search in searches[:REQUESTS]]
    drawn = _milliseconds(server, paths)
    again = _milliseconds(server, paths[-20:] * 20)
    return {
        "map, drawn, ms": drawn,
        "map, kept, ms": again,
        "map, kept / drawn, times": again / drawn,
    }


def _map_of(catalogue: Catalogue, search: Search) -> str:
    hits = catalogue.find(search, now=NOW).hits
    assert search.centre is not None
    numbers = ",".join(str(hit.meeting.number) for hit in hits)
    at = f"latitude={search.centre.latitude:.2f}&longitude={search.centre.longitude:.2f}"
    return f"/map.svg?{at}&meetings={numbers}"


def _milliseconds(server: Server, paths: Sequence[str]) -> float:
    return 1000 / rate(server, paths)


def _searches(catalogue: Catalogue, count: int) -> list[Search]:
    """Return searches around towns, each of which fills a page."""
    found: dict[tuple[float, float], Search] = {}
    for number in range(100):
        for search in mixed(count, seed=SEED + 57 + number).near:
            if search.centre is None:
                continue
            at = search.centre.latitude, search.centre.longitude
            circle = Search(
                centre=search.centre, radius_km=RADIUS_KM, order=Order.DISTANCE, limit=MEETINGS
            )
            if at not in found and catalogue.find(circle, now=NOW).count >= MEETINGS:
                found[at] = replace(circle)
            if len(found) == count:
                return list(found.values())
    raise SystemExit("too few places")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.pages", description=__doc__)
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--folder", help="where the snapshot is kept for the next run")
    parser.add_argument("--gazetteer", help="the data folder with places.sqlite, for the map")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
