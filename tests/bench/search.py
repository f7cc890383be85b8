"""
What a search costs, as ratios from one run: `python -m tests.bench.search` (DESIGN, "Speed").

Each figure is the median of interleaved rounds. The server is a process of its own, the load
comes from this one; what counts is the CPU time of the server. Needs an hour of disk space: some
400 MB for 300,000 meetings, ten times that for `--rows 3000000`.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # its threads would steal the other core

from tests.bench import engine, serving, swapping

# The rows of DESIGN's table: what, must, reach for, and whether more is better.
TABLE = [
    ("search over HTTP, cold / constant 8 kB", 0.20, 0.35, True),
    ("search over HTTP, kept / constant 8 kB", 0.5, 0.8, True),
    ("search is faster than a scan, times", 7, 12, True),
    ("search without its documents, p99 / p50", 6, 4, False),
    ("cost at 300,000 / 30,000 rows", 1.5, 1.2, False),
    ("cost at 3,000,000 / 300,000 rows", 3.5, 2.5, False),
    ("memory of a worker with gazetteer, PSS MB", 500, 350, False),
    ("ready after start from the snapshot, s", 4, 2, False),
    ("longest stall during a swap, ms", 50, 20, False),
    ("costliest legal search, ms", 60, 60, False),
]


def main() -> None:
    options = _options()
    folder = Path(options.folder or tempfile.mkdtemp(prefix="openchair-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    sizes = sorted({options.rows // 10, options.rows, *([3_000_000] if options.large else [])})
    figures = engine.engine(folder, rows=options.rows, queries=options.queries)
    figures |= engine.growth(folder, sizes=sizes, queries=options.queries)
    figures |= serving.over_http(
        engine.snapshot(folder, options.rows), queries=options.queries, gazetteer=options.gazetteer
    )
    figures |= swapping.swaps(engine.snapshot(folder, options.rows), folder)
    if options.json:
        sys.stdout.write(json.dumps(figures, indent=1) + "\n")
        return
    for name, figure in figures.items():
        sys.stdout.write(f"{name:<52} {figure:12,.3f}\n")
    sys.stdout.write(f"\n{'DESIGN, Speed':<46} {'measured':>9} {'must':>7} {'reach':>7}\n")
    for name, must, reach, is_more_better in TABLE:
        if name in figures:
            found = figures[name]
            is_reached = found >= must if is_more_better else found <= must
            verdict = "" if is_reached else "  MISSED"
            sys.stdout.write(f"{name:<46} {found:9.2f} {must:7} {reach:7}{verdict}\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.search", description=__doc__)
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--queries", type=int, default=2_000, help="near towns; a ninth elsewhere")
    parser.add_argument("--large", action="store_true", help="also measure 3,000,000 rows")
    parser.add_argument("--folder", help="where snapshots are kept for the next run")
    parser.add_argument("--gazetteer", help="the data folder with places.sqlite, for the memory")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
