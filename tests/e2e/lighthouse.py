"""
Lighthouse on start, results and a meeting: simulated throttling of a phone, median of five runs.

`python -m tests.e2e.lighthouse`, on demand: it needs Node.js and some 200 MB for npm's
lighthouse, which is installed for the occasion. Must: performance and accessibility 98.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from meetings.places import ensure
from tests.e2e.browsers import ARGUMENTS, CHROMIUM
from tests.e2e.places_to_see import sights
from tests.e2e.samples import serving_samples

VERSION = "12.8"
PAGES = ("start", "results", "meeting")
LOST_TRACE = "NO_NAVSTART"
ROUNDS = 5
MUST = {"performance": 98, "accessibility": 98}


def main() -> int:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        npm = ["npm", "install", "--no-save", "--prefix", made, f"lighthouse@{VERSION}"]
        subprocess.run(npm, check=True, capture_output=True)  # noqa: S603
        program = folder / "node_modules" / ".bin" / "lighthouse"
        gazetteer = ensure(folder / "gazetteer", progress=lambda _: None).parent
        with serving_samples(folder, gazetteer) as served:
            pages = sights(served.address)
            scores = {
                name: median_scores(program, served.address + pages.main[name]) for name in PAGES
            }
    for name, scored in scores.items():
        told = ", ".join(f"{what} {score:g} (must {MUST[what]})" for what, score in scored.items())
        print(f"{name:<8} {told}")  # noqa: T201 - that is what it is for
    return int(any(scored[what] < MUST[what] for scored in scores.values() for what in MUST))


def median_scores(program: Path, address: str) -> dict[str, float]:
    runs: list[dict[str, float]] = []
    for _ in range(2 * ROUNDS):
        if len(runs) < ROUNDS and (scores := scores_of(program, address)):
            runs.append(scores)
    if len(runs) < ROUNDS:
        raise SystemExit(f"Lighthouse lost too many traces of {address}")
    return {what: statistics.median(run[what] for run in runs) for what in MUST}


def scores_of(program: Path, address: str) -> dict[str, float]:
    """Return the scores, none where Lighthouse lost its trace and asks to be run again."""
    command = [
        str(program),
        address,
        "--quiet",
        "--output=json",
        "--throttling-method=simulate",
        f"--only-categories={','.join(MUST)}",
        f"--chrome-flags=--headless {' '.join(ARGUMENTS)}",
    ]
    environment = os.environ | {"CHROME_PATH": CHROMIUM or "chromium"}
    done = subprocess.run(  # noqa: S603
        command, check=False, capture_output=True, text=True, env=environment
    )
    if done.returncode:
        if LOST_TRACE in done.stderr:
            return {}
        raise SystemExit(f"Lighthouse ended with {done.returncode}: {done.stderr[-500:]}")
    categories = json.loads(done.stdout)["categories"]
    return {what: 100 * categories[what]["score"] for what in MUST}


if __name__ == "__main__":
    sys.exit(main())
