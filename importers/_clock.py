"""Hours as people write them."""

import datetime as dt
import re
import unicodedata

_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.h](?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d)(?:\.0+)?)?)?"
    r" ?(?:(?P<half>[ap])\.? ?m\.?)?",
    re.IGNORECASE,
)
_WORDS = {"noon": (12, 0), "12 noon": (12, 0), "midnight": (0, 0), "12 midnight": (0, 0)}


def clock(given: str) -> dt.time | None:
    """Return the hour of "19:00", "7:00 PM", "7pm", "19:00:00" or "Noon"; None for all else."""
    written = plain(given)
    if written.casefold() in _WORDS:
        return dt.time(*_WORDS[written.casefold()])
    found = _CLOCK.fullmatch(written)
    if found is None or not (found["minute"] or found["half"]):
        return None  # "7" may be morning or evening
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"] and 1 <= hour <= 12:
        hour = hour % 12 + (12 if found["half"].lower() == "p" else 0)
    # "19:30 PM" is 19:30, and "0:30 AM" is half past midnight
    elif found["half"] and found["half"].lower() == "a" and hour > 12:
        return None
    return dt.time(hour, minute, int(found["second"] or 0)) if hour < 24 else None


def plain(given: str) -> str:
    """Return *given* with ASCII digits and single spaces: ۱۹:۳۰ is an hour too."""
    digits = "".join(
        str(unicodedata.decimal(c)) if c.isdecimal() else c
        for c in unicodedata.normalize("NFKC", given[:100])
    )
    return " ".join(digits.split())
