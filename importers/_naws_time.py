"""The hours of a NAWS export: "1930", "730", 730 of a spreadsheet, or a clock's (bmlt.md 2.16)."""

import datetime as dt
import re

from importers._clock import clock, plain

_DIGITS = re.compile(r"\d{1,4}", re.ASCII)
_PART_OF_DAY = re.compile(r"0?\.\d{1,17}", re.ASCII)  # what Excel keeps of an hour
_HOUR_ALONE = re.compile(r"[1-9]|1\d|2[0-3]")
_MINUTES = 24 * 60


def start_time(given: str) -> dt.time:
    """Return the wall clock time. Raises ValueError."""
    given = plain(given)
    if _PART_OF_DAY.fullmatch(given):
        minutes = round(float(given) * _MINUTES) % _MINUTES
        return dt.time(minutes // 60, minutes % 60)
    if _DIGITS.fullmatch(given) and not _HOUR_ALONE.fullmatch(given):
        padded = given.zfill(4)  # numbers lose their zeros: 730, and 30 for half past midnight
        given = f"{padded[:2]}:{padded[2:]}"
    found = clock(given)
    if found is None:
        raise ValueError("Time: must be HHMM such as 1930, or HH:MM")
    return found
