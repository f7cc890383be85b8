"""
What a service of a given size needs: `python -m tests.bench.scale` prints SCALE.md's tables.

The rates are those that the named benchmarks printed on one core of the machine they ran on; put
those of your own machine in their place. No figure here is measured, all are computed.
"""

import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one core does in a second, and what one thing takes."""

    unchanged: float = 4_178  # 304 of a public feed: tests.bench.feeds
    kept: float = 5_110  # a public feed from its kept bytes: tests.bench.feeds
    plan_polls: float = 148  # of a plan's unchanged feed, looked up: tests.bench.plan_polls
    searches: float = 1_280  # cold, over HTTP: tests.bench.search
    node_mb: float = 207  # of a web process with 300,000 meetings: tests.bench.search
    unchanged_bytes: float = 600  # a 304 and its request, with headers
    feed_bytes: float = 3_000  # a changed feed, gzip: a meeting, or a plan of a few
    search_bytes: float = 3_000  # 20 results, gzip
    plan_bytes: float = 600  # a plan, its links and their indexes (reliability.md 11)
    reads: float = 15_800  # by key, of one PostgreSQL on two cores (reliability.md 9.6)
    writes: float = 2_700  # durable inserts of one primary (the same)


PLAN_SHARE = 0.5  # of the feeds; the rest are of meetings, searches and lists
CHANGED_SHARE = 0.02  # of polls find a new body: a meeting changes once in some days
READS_A_POLL = 2  # of a plan's feed: its link, and the plan
CHANGED_PLANS_A_DAY = 0.05  # of all plans: somebody edits hers every three weeks
USES_A_MONTH = 2  # rows written for a plan: the month of last use, of link and plan
BUSIEST = 2.0  # times the mean, at the full hour and in the evening
FILLED = 0.5  # of a core, so that one node may go
SEARCHES_AN_HOUR = 1_000_000
FEEDS = (1_000_000, 10_000_000, 100_000_000)
HOUR, DAY, MONTH = 3_600, 86_400, 30 * 86_400


def main() -> int:
    sys.stdout.write("\n".join(table(Measured())) + "\n")
    return 0


def table(measured: Measured) -> Iterator[str]:
    """Yield the rows of the table, one column for each number of feeds."""
    columns = [list(needs(feeds, measured)) for feeds in FEEDS]
    yield "| | " + " | ".join(f"{feeds // 1_000_000} million feeds" for feeds in FEEDS) + " |"
    yield "|---" * (len(FEEDS) + 1) + "|"
    for row in zip(*columns, strict=True):
        yield f"| {row[0][0]} | " + " | ".join(value for _, value in row) + " |"


def needs(feeds: int, measured: Measured) -> Iterator[tuple[str, str]]:
    """Yield what it takes to answer so many feeds polled hourly, and the searches beside."""
    polls, searches = feeds / HOUR, SEARCHES_AN_HOUR / HOUR
    plans, public = polls * PLAN_SHARE, polls * (1 - PLAN_SHARE)
    plan_cores = plans / measured.plan_polls
    cores = public * (1 - CHANGED_SHARE) / measured.unchanged
    cores += public * CHANGED_SHARE / measured.kept + searches / measured.searches
    processes = max(2, math.ceil((cores + plan_cores) * BUSIEST / FILLED) + 1)
    out = polls * (1 - CHANGED_SHARE) * measured.unchanged_bytes + searches * measured.search_bytes
    out += polls * CHANGED_SHARE * measured.feed_bytes
    reads = plans * READS_A_POLL * BUSIEST
    writes = feeds * PLAN_SHARE * (CHANGED_PLANS_A_DAY / DAY + USES_A_MONTH / MONTH)
    yield "polls a second, mean", f"{polls:,.0f}"
    yield "searches a second, mean", f"{searches:,.0f}"
    yield "cores busy with searches and public feeds, mean", f"{cores:,.1f}"
    yield "cores busy with plans' feeds, mean", f"{plan_cores:,.1f}"
    yield "web processes of one core, busiest hour, one spare", f"{processes:,}"
    yield "their memory in all, GB", f"{processes * measured.node_mb / 1024:,.1f}"
    yield "traffic, mean, Mbit/s", f"{out * 8 / 1e6:,.0f}"
    yield "traffic a month, TB", f"{out * MONTH / 1e12:,.1f}"
    yield "database: plans and links, GB", f"{feeds * PLAN_SHARE * measured.plan_bytes / 1e9:,.1f}"
    yield "rows read by key a second, busiest hour", f"{reads:,.0f}"
    yield "of what one PostgreSQL on two cores reads", f"{reads / measured.reads:.0%}"
    yield "rows written a second, mean", f"{writes:,.0f}"
    yield "of what one primary writes", f"{writes / measured.writes:.1%}"


if __name__ == "__main__":
    sys.exit(main())
