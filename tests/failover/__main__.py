"""Play it: `python -m tests.failover [--short] [--asynchronous] [--seed N]`; one JSON document."""

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
from pathlib import Path

from tests.failover.network import INSIDE, can_unshare
from tests.failover.play import Script, play

SHORT = Script()
WHOLE = Script(people=6, meetings=2_000, calm_seconds=10, cut_seconds=20, rounds=3)
CONTROL = Script(synchronous=False, are_workers_hurt=False, is_node_cut=False, calm_seconds=1)


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.failover")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--asynchronous", action="store_true", help="the negative control")
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    given = parser.parse_args()
    if not os.environ.get(INSIDE) and can_unshare():
        command = ["unshare", "--net", sys.executable, "-m", "tests.failover", *sys.argv[1:]]
        os.execvpe("unshare", command, os.environ | {INSIDE: "1"})  # noqa: S606, S607 - ourselves
    script = CONTROL if given.asynchronous else SHORT if given.short else WHOLE
    with tempfile.TemporaryDirectory(prefix="openchair-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL's user lives in it
        outcome = asyncio.run(play(script, folder, seed=given.seed))
    sys.stdout.write(json.dumps({"seed": given.seed} | outcome.as_json(), indent=1) + "\n")
    return 1 if outcome.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
