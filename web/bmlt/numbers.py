"""
The integers by which BMLT clients know meetings, service bodies and formats (bmlt.md 3.10).

The home source keeps its own. A meeting's number here is its public number; beside a home source,
whose numbers may be the same, it is a thousand million more. A meeting on several weekdays is
several rows there: each weekday but the first adds its own hundred millions.
"""

from zlib import crc32

BESIDE_HOME = 1_000_000_000
EACH_DAY = 100_000_000


def row_number(number: int, *, extra_weekday: int = 0, is_beside_home: bool) -> int:
    return number + EACH_DAY * extra_weekday + (BESIDE_HOME if is_beside_home else 0)


def meeting_number(row_id: int) -> int:
    """Return the public number of the meeting that a row which is not home's stands for."""
    return row_id % EACH_DAY


def stable_number(*words: str) -> int:
    """Return an integer for what has a name only: the same on every node and after every start."""
    return BESIDE_HOME + crc32("\0".join(words).encode()) % BESIDE_HOME
