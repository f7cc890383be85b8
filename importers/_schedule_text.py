"""
The schedule text of Pathminder sites, of which only the ordinals and the length are true.

Its weekday and hours are UTC, or the server's, never the meeting's (smart.md 4): "Every
Tuesday, 12:00 AM to 1:30 AM" is Monday 20:00 in New York.
"""

import datetime as dt
import re
from dataclasses import dataclass

_LONGEST = 200
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}
_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_CLOCK = r"(\d{1,2}):([0-5]\d) ?([ap])\.?m\.?"
_TEXT = re.compile(
    rf"(?:(every other|every) {_DAY}|([a-z, ]+) {_DAY} of (?:each|every|the) month)"
    rf", {_CLOCK} to {_CLOCK}",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ScheduleText:
    """What may be believed of the text."""

    ordinals: tuple[int, ...]
    interval_weeks: int
    duration: dt.timedelta


def schedule_text(text: str) -> ScheduleText:
    """
    Read `<ordinals> DAY of each month, T to T`, `Every DAY, …` or `Every other DAY, …`.

    Raises:
        ValueError: for anything else, quoting it; and for a length of zero.
    """
    found = _TEXT.fullmatch(" ".join(text[:_LONGEST].split()))
    if found is None:
        raise ValueError(f"is not understood: {text[:80]!r}")
    every, ordinals, *clocks = found.groups()
    return ScheduleText(
        ordinals=() if every else _ordinals(ordinals, text),
        interval_weeks=2 if every and every.lower() == "every other" else 1,
        duration=_length(clocks),
    )


def _ordinals(words: str, text: str) -> tuple[int, ...]:
    names = re.split(r", and |,? and |, ", words.lower())
    if not all(name in _ORDINALS for name in names) or len(set(names)) != len(names):
        raise ValueError(f"has ordinals that are not understood: {text[:80]!r}")
    return tuple(_ORDINALS[name] for name in names)


def _length(clocks: list[str]) -> dt.timedelta:
    """Return end minus start, modulo 24 h: meetings pass midnight."""
    start, end = _minutes(*clocks[:3]), _minutes(*clocks[3:])
    if start == end:
        raise ValueError("has a length of zero")
    return dt.timedelta(minutes=(end - start) % (24 * 60))


def _minutes(hour: str, minute: str, half: str) -> int:
    if not 1 <= int(hour) <= 12:
        raise ValueError(f"has no hour {hour} AM or PM")
    return (int(hour) % 12 + (12 if half.lower() == "p" else 0)) * 60 + int(minute)
