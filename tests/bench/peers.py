"""
The same rows and questions in other engines: `python -m tests.bench.peers` (speed.md).

SQLite through aiosqlite with an index on cells, PostgreSQL with PostGIS, and MariaDB with the
SQL of BMLT's root server as bmlt.md 5 tells it; what is not installed is left out and named.
Each answer is compared with ours. What counts is CPU: of this process for SQLite and for us, of
the server besides for the others.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from meetings.catalogue import Catalogue
from meetings.search import Search
from tests.bench import peer_mariadb, peer_postgis, peer_sqlite
from tests.bench.engine import opened, snapshot
from tests.bench.peer_rows import Answer, NotInstalled, Peer, Row, rows_of
from tests.bench.queries import NOW, mixed

# Our CPU must be so many times less (DESIGN, "Speed"): must, reach for.
TABLE = {"SQLite": (4, 8), "PostGIS": (10, 20), "BMLT's SQL on MariaDB": (1_500, 3_000)}
PEERS: dict[str, Callable[[Sequence[Row], Path], Peer]] = {
    "SQLite": peer_sqlite.Sqlite,
    "PostGIS": peer_postgis.Postgis,
    "BMLT's SQL on MariaDB": peer_mariadb.Mariadb,
}
ROUNDS = 3
SQLITE_LOOKS_KM = 500.0
SLOW = "BMLT's SQL on MariaDB"  # half a second a query: fewer of them are enough


async def main(options: argparse.Namespace, folder: Path) -> None:
    catalogue = opened(snapshot(folder, options.rows))
    asked = [s for s in mixed(options.queries).near if s.centre and not s.text and not s.after]
    rows = rows_of(catalogue)
    for name, open_peer in PEERS.items():
        try:
            peer = open_peer(rows, folder)
        except NotInstalled as reason:
            sys.stdout.write(f"{name}: left out, {reason}\n")
            continue
        try:
            await _compared(name, peer, catalogue, asked[:12] if name == SLOW else asked)
        finally:
            await peer.close()


async def _compared(name: str, peer: Peer, catalogue: Catalogue, asked: Sequence[Search]) -> None:
    wrong = 0
    for search in asked:  # which warms both
        found = await peer.answer(search)
        wrong += not _agrees(found, catalogue, search, is_exact=peer.is_exact)
    theirs, ours = [], []
    for _ in range(ROUNDS):
        started = peer.cpu_seconds() + time.process_time()
        for search in asked:
            await peer.answer(search)
        theirs.append((peer.cpu_seconds() + time.process_time() - started) / len(asked))
        started = time.process_time()
        for search in asked:
            catalogue.answer(search, now=NOW)
        ours.append((time.process_time() - started) / len(asked))
    their_us, our_us = 1e6 * statistics.median(theirs), 1e6 * statistics.median(ours)
    must, reach = TABLE[name]
    sys.stdout.write(
        f"{name}: {their_us:,.0f} us a search, ours {our_us:,.0f} us, "
        f"{their_us / our_us:,.1f} times (must {must:,}, reach for {reach:,})"
        f"{'' if their_us / our_us >= must else '  MISSED'}; "
        f"{wrong} of {len(asked)} answers differ\n"
    )


def _agrees(found: Answer, catalogue: Catalogue, search: Search, *, is_exact: bool) -> bool:
    """Say whether a peer found what we did; BMLT's sphere may differ at the edge by 0.5 %."""
    hits = catalogue.find(search, now=NOW).hits
    numbers = [hit.meeting.number for hit in hits]
    if any((hit.distance_km or 0) > SQLITE_LOOKS_KM for hit in hits):
        return True  # further than the peers look
    if is_exact:
        return numbers == found
    edge = 0.99 * (search.radius_km or max((hit.distance_km or 0 for hit in hits), default=0))
    inner = {hit.meeting.number for hit in hits if (hit.distance_km or 0) < edge}
    return inner <= set(found)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.peers", description=__doc__)
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--folder", help="where the snapshot is kept for the next run")
    return parser.parse_args()


if __name__ == "__main__":
    given = _options()
    kept = Path(given.folder or tempfile.mkdtemp(prefix="openchair-bench-"))
    kept.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(given, kept))
