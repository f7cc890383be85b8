"""When a source is read again: its interval, a little off, and later while it is not reached."""

import datetime as dt
import hashlib

from importers._source import Source

# Publishers ask for a random minute, never the full hour (bmlt.md 2.17, tsml.md 6).
JITTER_SHARE = 0.1
RETRY_FIRST = dt.timedelta(hours=1)
RETRY_LAST = dt.timedelta(hours=24)
_QUIET_MINUTES = 3  # after the full hour, when everybody's timers go off


def due_at(source: Source, *, tried_at: dt.datetime, failures: int) -> dt.datetime:
    """
    Return when to read *source* again after the attempt at *tried_at*.

    *failures* in a row, the last attempt included, wait twice as long each time, up to a day
    (reliability.md 2.1). The same arguments give the same instant, so asking often is harmless.
    """
    wait = source.every
    if failures:
        doubled = RETRY_FIRST * 2 ** min(failures - 1, 5)
        wait = min(doubled, RETRY_LAST)
    late = wait * (JITTER_SHARE * _chance(f"{source.id} {tried_at.isoformat()}"))
    at = tried_at + wait + late
    return at + dt.timedelta(minutes=_QUIET_MINUTES) if at.minute < _QUIET_MINUTES else at


def _chance(seed: str) -> float:
    """Return a number from 0 to 1 that looks random, and is the same for the same *seed*."""
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4], "big") / 2**32
