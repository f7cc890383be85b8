# ruff: noqa: N999 - the name that issue 3 gives it
"""
What an import costs: `python -m tests.bench.import` prints the figures of issue 3.

CPU of reading, locating and publishing 35,000 BMLT meetings, as often as a bare `json` parse of
the same file takes, first and when one record of it has changed since; the peak of memory; and
how long searches take while a list is refreshed. Each round is a process of its own. What counts is
the CPU of all rounds, and as many seconds of parses as of imports: a machine that others use is
slow for some seconds and quick for others, which a few short parses would only see one of.
"""

import asyncio
import datetime as dt
import json
import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from importers import bmlt
from importers._refresh import refresh
from importers._report import Report
from importers._source import Payloads
from meetings.catalogue import Catalogue
from meetings.model import Point
from meetings.places import Places, ensure
from meetings.search import Search
from meetings.storage.database import open_database
from meetings.storage.meetings import all_meetings, version
from meetings.storage.migrate import migrate
from tests.make_lists import NOW, a_source
from tests.many import a_large_list

ROUNDS, PARSES = 5, 12
MUST_FIRST, MUST_AGAIN = 12.0, 6.0  # times a bare parse
MUST_MEMORY_MB, MUST_SEARCH_MS = 600.0, 50.0
DAY = dt.timedelta(days=1)


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _in_child(_prepare, folder)
        rounds = [_in_child(_measure, folder, number) for number in range(ROUNDS)]
        (search_ms,) = _in_child(_search_while_refreshing, folder)
    parse, first, again, memory_mb = zip(*rounds, strict=True)
    figures = (
        ("first import, CPU / bare json parse", sum(first) / sum(parse), MUST_FIRST),
        (
            "unchanged but for one record, CPU / bare json parse",
            sum(again) / sum(parse),
            MUST_AGAIN,
        ),
        ("peak memory of an importing process, MB", statistics.median(memory_mb), MUST_MEMORY_MB),
        ("search while a list is refreshed, p99, ms", search_ms, MUST_SEARCH_MS),
    )
    said = "".join(
        f"bare json parse {a:.3f} s, first {b:.2f} s ({b / a:.1f}), again {c:.2f} s of CPU\n"
        for a, b, c, _ in rounds
    )
    for what, found, must in figures:
        said += f"{what:<52} {found:8.1f}  must be at most {must:g}\n"
    sys.stdout.write(said)
    return int(any(found > must for _, found, must in figures))


def _prepare(folder: Path) -> tuple[float, ...]:
    """Write the list, another edition of it, and the gazetteer."""
    payloads = dict(a_large_list())
    records = json.loads(payloads["GetSearchResults"])
    records[17]["comments"] = "Changed since"
    editions = {
        "first": payloads,
        "again": {**payloads, "GetSearchResults": json.dumps(records).encode()},
        "other": a_large_list(version=2),
    }
    for edition, bodies in editions.items():
        (folder / edition).mkdir()
        for name, body in bodies.items():
            (folder / edition / f"{name}.json").write_bytes(body)
    ensure(folder, progress=lambda _: None)
    return ()


def _measure(folder: Path, number: int) -> tuple[float, ...]:
    """Return CPU seconds of a bare parse, a first and a second import, and the peak in MB."""
    url = f"sqlite+aiosqlite:///{folder / f'{number}.db'}"
    asyncio.run(migrate(url))
    with Places(folder / "places.sqlite") as places:
        first = _cpu(lambda: _refreshed(url, bmlt.load(folder / "first"), places, NOW))
        again = _cpu(lambda: _refreshed(url, bmlt.load(folder / "again"), places, NOW + DAY))
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    body = bmlt.load(folder / "first")["GetSearchResults"]
    parse = statistics.mean(_cpu(lambda: json.loads(body)) for _ in range(PARSES))
    return parse, first, again, memory_mb


def _search_while_refreshing(folder: Path) -> tuple[float, ...]:
    return (asyncio.run(_slowest_searches_ms(folder)),)


async def _slowest_searches_ms(folder: Path) -> float:
    """Return p99 of searches, one every 10 ms, from the loop in which a list is refreshed."""
    url = f"sqlite+aiosqlite:///{folder / '0.db'}"
    async with open_database(url) as db, db.read() as reader:
        meetings, number = await all_meetings(reader), await version(reader)
    catalogue = Catalogue(meetings, version=number, now=NOW)
    search = Search(centre=Point(40.65, -73.95), radius_km=25)
    waits: list[float] = []
    for _ in range(50):  # a service that has answered before
        catalogue.find(search, now=NOW)
    with Places(folder / "places.sqlite") as places:
        other = bmlt.load(folder / "other")
        running = asyncio.create_task(_refresh(url, other, places, NOW + 2 * DAY))
        while not running.done():
            due = time.perf_counter() + 0.01
            await asyncio.sleep(0.01)
            catalogue.find(search, now=NOW)
            waits.append((time.perf_counter() - due) * 1000)
        await running
    return statistics.quantiles(waits, n=100)[98]


def _refreshed(url: str, payloads: Payloads, places: Places, now: dt.datetime) -> Report:
    return asyncio.run(_refresh(url, payloads, places, now))


async def _refresh(url: str, payloads: Payloads, places: Places, now: dt.datetime) -> Report:
    async with open_database(url) as db:
        report = await refresh(
            db, a_source(), payloads, importer=bmlt, places=places, overrides={}, now=now
        )
    assert not report.reason, report.reason
    return report


def _cpu(work: Callable[[], object]) -> float:
    """Return the CPU seconds of this process, threads included."""
    began = time.process_time()
    work()
    return time.process_time() - began


def _in_child(work: Callable[..., tuple[float, ...]], *arguments: object) -> tuple[float, ...]:
    """Run *work* in a process of its own, so that each peak of memory is its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, arguments)


if __name__ == "__main__":
    sys.exit(main())
