"""
The same rows and questions in other engines: `python -m tests.bench.peers` (speed.md).

SQLite through aiosqlite with an index on cells, PostgreSQL with PostGIS, and MariaDB with the
SQL of BMLT's root server as bmlt.md 5 tells it; what is not installed is left out and named.

Who does what: all hold the rows that a search shows by default, each with its whole JSON
document, and all are warm. For each question every side counts what matches, puts it in order,
and fetches the documents of the first twenty, as bytes. SQLite and PostGIS get the whole mix of
`queries` near towns (25 km around, nearest with filters, text, online by next start) with the
indexes that serve it best; their next starts were computed beforehand and would have to be
rolled forward in service, ours are. BMLT gets the questions that bmlt.md tells, and fetches
attribute rows instead of documents; it returns the whole radius, as it knows no pages. Our side
is `Catalogue.answer`. Every round asks new questions, so that no side has seen them.

Answers and counts are compared with ours. A peer that looks only so far for the nearest has to
find what we find that far; how many answers are compared only in part is said. What counts is
CPU: of this process for SQLite and for us, of the server besides for the others.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from meetings.catalogue import Catalogue
from meetings.search import Hit, Results, Search
from tests.bench import peer_mariadb, peer_postgis, peer_sqlite
from tests.bench.engine import opened, snapshot
from tests.bench.generate import SEED
from tests.bench.peer_rows import Answer, NotInstalled, Peer, Row, rows_of
from tests.bench.queries import NOW, mixed

# Our CPU must be so many times less (DESIGN, "Speed"): must, reach for.
TABLE = {"SQLite": (4, 8), "PostGIS": (10, 20), "BMLT's SQL on MariaDB": (1_500, 3_000)}
PEERS: dict[str, Callable[[Iterable[Row], Path], Peer]] = {
    "SQLite": peer_sqlite.Sqlite,
    "PostGIS": peer_postgis.Postgis,
    "BMLT's SQL on MariaDB": peer_mariadb.Mariadb,
}
ROUNDS = 5
SLOW = "BMLT's SQL on MariaDB"  # a quarter of a second a query: it is asked fewer of them


async def main(options: argparse.Namespace, folder: Path) -> None:
    catalogue = opened(snapshot(folder, options.rows))
    for name, open_peer in PEERS.items():
        try:
            peer = open_peer(rows_of(catalogue), folder)
        except NotInstalled as reason:
            sys.stdout.write(f"{name}: left out, {reason}\n")
            continue
        try:
            await _compared(name, peer, catalogue, options.queries)
        finally:
            await peer.close()


async def _compared(name: str, peer: Peer, catalogue: Catalogue, queries: int) -> None:
    wrong = in_part = answered = 0
    theirs, ours = [], []
    for number in range(ROUNDS + 1):
        all_asked = mixed(queries, seed=SEED + 100 + number).near
        asked = [search for search in all_asked if peer.can_answer(search)]
        some = asked[: max(4, len(asked) // 25)] if name == SLOW else asked
        if number == 0:  # which warms both
            for search in some:
                answer, results = await peer.answer(search), catalogue.find(search, now=NOW)
                wrong += not _agrees(answer, results, search, peer)
                in_part += len(_within(peer.looks_km, results)) < len(results.hits)
            answered = len(some)
            continue
        theirs.append(await _cost_of_peer(peer, some))
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
        f"{wrong} of {answered} answers differ"
        f"{f', {in_part} compared as far as {peer.looks_km:.0f} km' if in_part else ''}\n"
    )
    sys.stdout.flush()


async def _cost_of_peer(peer: Peer, asked: Sequence[Search]) -> float:
    started = peer.cpu_seconds() + time.process_time()
    for search in asked:
        await peer.answer(search)
    return (peer.cpu_seconds() + time.process_time() - started) / len(asked)


def _agrees(found: Answer, results: Results, search: Search, peer: Peer) -> bool:
    """Say whether a peer found what we did; BMLT's sphere may differ at the edge by 0.5 %."""
    hits = _within(peer.looks_km, results)
    if peer.is_exact:
        count = results.count - (len(results.hits) - len(hits))
        return ([hit.meeting.number for hit in hits], count) == (found.numbers, found.matching)
    furthest_km = max((hit.distance_km or 0 for hit in results.hits), default=0.0)
    edge = 0.99 * (search.radius_km or min(furthest_km, peer.looks_km))
    inner = {hit.meeting.number for hit in hits if (hit.distance_km or 0) < edge}
    return inner <= set(found.numbers)


def _within(kilometres: float, results: Results) -> list[Hit]:
    return [hit for hit in results.hits if (hit.distance_km or 0) <= kilometres]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.peers", description=__doc__)
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--queries", type=int, default=300, help="of each round")
    parser.add_argument("--folder", help="where the snapshot is kept for the next run")
    return parser.parse_args()


if __name__ == "__main__":
    given = _options()
    kept = Path(given.folder or tempfile.mkdtemp(prefix="openchair-bench-"))
    kept.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(given, kept))
