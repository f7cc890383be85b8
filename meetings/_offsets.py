"""
The offsets of many time zones at once: wall-clock minutes to instants, whole columns of them.

An occurrence whose hour the clocks skip or repeat is read with the offset before the change
(RFC 5545 3.3.5). So the new offset holds from the wall second transition + max(old, new) on.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Seconds = NDArray[np.int64]

DAY = 86_400
_THURSDAY = 4  # 1 January 1970
_EPOCH_ORDINAL = dt.date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Offsets:
    """The offsets of some zones from day *first* on; a row a zone, a column a stretch."""

    offsets: Seconds
    wall_changes: Seconds  # when the clock on the wall shows each stretch but the first
    instants: Seconds  # when each stretch but the first begins

    def instants_of(self, zones: NDArray[np.integer], walls: Seconds) -> Seconds:
        """Return the instants at which the clocks of *zones* show *walls* (seconds as if UTC)."""
        offsets = self.offsets[zones, 0]
        for stretch in range(self.wall_changes.shape[1]):
            is_after = walls >= self.wall_changes[zones, stretch]
            offsets = np.where(is_after, self.offsets[zones, stretch + 1], offsets)
        instants: Seconds = walls - offsets
        return instants

    def walls_of(self, zone: int, instants: Seconds) -> Seconds:
        """Return what the clock of one *zone* shows at *instants*."""
        stretches = np.searchsorted(self.instants[zone], instants, side="right")
        walls: Seconds = instants + self.offsets[zone][stretches]
        return walls

    def walls_at(self, instant: float) -> Seconds:
        """Return what each zone's clock shows at *instant*, in whole seconds."""
        stretches = (self.instants <= instant).sum(axis=1)
        offsets: Seconds = self.offsets[np.arange(len(self.offsets)), stretches]
        return offsets + int(instant)


def offsets_of(zones: Sequence[ZoneInfo], *, first_day: int, days: int) -> Offsets:
    """Return the offsets of *zones* from *first_day* (days since 1970, UTC) for so many days."""
    changes = [changes_of(zone, first_day, days) for zone in zones]
    width = max(map(len, changes), default=1)
    never = np.iinfo(np.int64).max
    offsets = np.zeros((len(zones), width), dtype=np.int64)
    walls = np.full((len(zones), width - 1), never)
    instants = np.full((len(zones), width - 1), never)
    for row, stretches in enumerate(changes):
        offsets[row] = stretches[-1][1]
        for column, (instant, offset) in enumerate(stretches):
            offsets[row, column] = offset
            if column:
                walls[row, column - 1] = instant + max(offset, stretches[column - 1][1])
                instants[row, column - 1] = instant
    return Offsets(offsets, walls, instants)


@lru_cache(maxsize=2048)
def changes_of(zone: ZoneInfo, first_day: int, days: int) -> tuple[tuple[int, int], ...]:
    """Return when each stretch of one offset begins, and the offset; the first at *first_day*."""
    found = [(first_day * DAY, _offset(zone, first_day * DAY))]
    for day in range(first_day, first_day + days):
        before, after = day * DAY, (day + 1) * DAY
        if _offset(zone, after) != found[-1][1]:
            instant = _change(zone, before, after)
            found.append((instant, _offset(zone, instant)))
    return tuple(found)


def day_number(on: dt.date) -> int:
    return on.toordinal() - _EPOCH_ORDINAL


def weekdays_of(days: Seconds) -> Seconds:
    """Return the ISO weekdays of days since 1970."""
    return (days + _THURSDAY - 1) % 7 + 1


def _offset(zone: ZoneInfo, instant: int) -> int:
    offset = dt.datetime.fromtimestamp(instant, zone).utcoffset()
    return 0 if offset is None else int(offset.total_seconds())


def _change(zone: ZoneInfo, before: int, after: int) -> int:
    """Return the instant in this day at which the offset changes."""
    old = _offset(zone, before)
    while after - before > 1:
        middle = (before + after) // 2
        before, after = (middle, after) if _offset(zone, middle) == old else (before, middle)
    return after
