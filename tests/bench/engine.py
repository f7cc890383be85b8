"""The search engine alone: against a numpy scan of the same columns, and as it grows."""

import gc
import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from meetings._columns import Columns
from meetings._finding import Found
from meetings._ranking import here_at
from meetings.catalogue import Catalogue, CatalogueBuilder
from meetings.geo import chord_km
from meetings.search import RADIUS_KM_DEFAULT, Order, Search
from tests.bench.generate import generated
from tests.bench.queries import NOW, costliest, mixed

BATCH = 3_000
ROUNDS = 5
SCANS = 60  # queries of each round that the scan answers too


@dataclass(frozen=True, slots=True)
class Costs:
    """CPU microseconds a query; medians of the rounds."""

    mean: float
    median: float
    p99: float


def snapshot(folder: Path, count: int) -> Path:
    """Return the snapshot of so many generated meetings, made once."""
    path = folder / f"generated-{count}.snapshot"
    if Catalogue.opened(path, now=NOW) is None:
        builder = CatalogueBuilder(path)
        batch = []
        for meeting in generated(count):
            batch.append(meeting)
            if len(batch) == BATCH:
                builder.add(batch)
                batch.clear()
        builder.add(batch)
        builder.built(version=1, stamp="generated", now=NOW)
    return path


def opened(path: Path) -> Catalogue:
    catalogue = Catalogue.opened(path, now=NOW)
    if catalogue is None:
        raise SystemExit(f"{path} cannot be read")
    return catalogue


def engine(folder: Path, *, rows: int, queries: int) -> dict[str, float]:
    """Return the rows of the table about the engine, in CPU microseconds and ratios."""
    catalogue = opened(snapshot(folder, rows))
    asked = mixed(queries)
    near = costs(lambda search: catalogue.answer(search, now=NOW), asked.near)
    anywhere = costs(lambda search: catalogue.answer(search, now=NOW), asked.anywhere)
    found = costs(lambda search: catalogue._find(search, NOW), asked.near)
    scan = costs(lambda search: scanned(catalogue._columns, search), asked.near[:SCANS])
    hard = costs(lambda search: catalogue.answer(search, now=NOW), [costliest()] * 20)
    return {
        "search, 20 results, mean us": near.mean,
        "search, 20 results, p50 us": near.median,
        "search, 20 results, p99 us": near.p99,
        "search p99 / p50": near.p99 / near.median,
        "search without its documents, mean us": found.mean,
        "search without its documents, p99 / p50": found.p99 / found.median,
        "numpy scan, mean us": scan.mean,
        "search is faster than a scan, times": scan.mean / found.mean,
        "anywhere on Earth, mean us": anywhere.mean,
        "anywhere on Earth, p99 us": anywhere.p99,
        "costliest legal search, ms": hard.median / 1000,
    }


def growth(folder: Path, *, sizes: Sequence[int], queries: int) -> dict[str, float]:
    """Return the mean cost at each size and the ratios from one size to the next."""
    asked = mixed(queries).near
    catalogues = {size: opened(snapshot(folder, size)) for size in sizes}
    means = {size: [] for size in sizes}  # type: dict[int, list[float]]
    for _ in range(ROUNDS):
        for size, catalogue in catalogues.items():
            means[size].append(_round(lambda s, c=catalogue: c.answer(s, now=NOW), asked).mean)  # type: ignore[misc] # a bound loop variable
    typical = {size: float(np.median(found)) for size, found in means.items()}
    result = {f"search at {size:,} rows, mean us": mean for size, mean in typical.items()}
    for smaller, larger in itertools.pairwise(sizes):
        result[f"cost at {larger:,} / {smaller:,} rows"] = typical[larger] / typical[smaller]
    return result


def costs(answer: Callable[[Search], object], asked: Sequence[Search]) -> Costs:
    rounds = [_round(answer, asked) for _ in range(ROUNDS)]
    return Costs(
        float(np.median([each.mean for each in rounds])),
        float(np.median([each.median for each in rounds])),
        float(np.median([each.p99 for each in rounds])),
    )


def _round(answer: Callable[[Search], object], asked: Sequence[Search]) -> Costs:
    for search in asked[:20]:
        answer(search)
    gc.collect()
    spent = []
    for search in asked:
        started = time.process_time_ns()
        answer(search)
        spent.append((time.process_time_ns() - started) / 1000)
    return Costs(float(np.mean(spent)), float(np.median(spent)), float(np.percentile(spent, 99)))


def scanned(columns: Columns, search: Search) -> Found | int:
    """Answer as numpy does without an index: each column is looked at from end to end."""
    need = columns.traits.need(search)
    mask = np.ones(len(columns.numbers), dtype=np.bool_)
    for words, bits in need.all_of:
        mask &= (words & bits) == bits
    for group in need.any_of:
        mask &= np.logical_or.reduce([(columns.traits.words[w] & bits) != 0 for w, bits in group])
    for day in search.weekdays:
        ((word, day_bits),) = columns.traits.masks([("weekday", str(day))])
        mask &= (columns.traits.words[word] & day_bits) != 0
    if search.after is not None:
        mask &= columns.minutes >= search.after.hour * 60 + search.after.minute
    if search.centre is None or search.effective_order is not Order.DISTANCE:
        keys = columns.classes[mask]
        return len(np.argpartition(keys, min(20, len(keys) - 1))[:20]) if len(keys) else 0
    ways = columns.ecef - here_at(search.centre).ecef
    ways *= ways
    squares = np.add.reduce(ways)
    mask = mask[: columns.placed]
    if search.nearest is None:
        mask &= squares <= chord_km(search.radius_km or RADIUS_KM_DEFAULT) ** 2
    squares = squares[mask]
    return len(np.argpartition(squares, min(20, len(squares) - 1))[:20]) if len(squares) else 0
