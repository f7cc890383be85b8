"""When a Meeting Guide meeting takes place: days, hours, and the slips in both (tsml.md 5)."""

import datetime as dt
import re
from dataclasses import dataclass

from importers._clock import clock, plain
from importers._tsml_records import Record, long_text, text
from importers._weekdays import weekday_named

_BETWEEN_DAYS = re.compile(r"[,;/&+]|\band\b", re.IGNORECASE)
_MIDNIGHT = re.compile(r"\bmidnight\b|\b12(?::\d\d)? ?a\.?m\b", re.IGNORECASE)
_DAY = dt.timedelta(hours=24)
_HALF_A_DAY = dt.timedelta(hours=12)
_LONGEST_PAST_MIDNIGHT = dt.timedelta(hours=4)
_LONG = dt.timedelta(hours=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """
    What a record says of its time.

    No days, or no start: by appointment, or an hour that *is_unreadable*. *remarks* are repairs
    and doubts, each as field and fault, for the publisher.
    """

    days: tuple[int, ...] = ()  # ISO, each once
    start: dt.time | None = None
    duration: dt.timedelta | None = None
    is_unreadable: bool = False
    remarks: tuple[str, ...] = ()


def when(record: Record) -> When:
    """Read day, time and end_time. Raises ValueError for a day that is none."""
    days = _days(record.get("day"))
    start, remark = _start(record)
    if start is None:
        remarks = (remark,) if remark else ()
        return When(days=days, is_unreadable=bool(remark), remarks=remarks)
    return _with_end(record, days, start)


def own_day(weekday: int) -> int:
    """Return the number that Meeting Guide has for an ISO weekday: Sunday is 0."""
    return weekday % 7


def _days(given: object) -> tuple[int, ...]:
    if given is None or given == "":
        return ()
    items = given if isinstance(given, list) else [given]
    parts = [part for item in items for part in _parts(item)]
    return tuple(dict.fromkeys(_weekday(part) for part in parts))


def _parts(item: object) -> list[str]:
    if isinstance(item, float) and item.is_integer():
        item = int(item)
    if item is None:
        return []
    if isinstance(item, bool) or not isinstance(item, int | str):
        raise ValueError("day: is neither a number nor a name")
    given = plain(str(item))
    if weekday_named(given):  # before splitting: a name may hold what separates others
        return [given]
    return [part.strip() for part in _BETWEEN_DAYS.split(given) if part.strip()]


def _weekday(given: str) -> int:
    number = re.fullmatch(r"([0-6])(?:\.0)?", given)
    found = (int(number[1]) or 7) if number else weekday_named(given)
    if found is None:
        raise ValueError("day: must be 0 (Sunday) to 6 (Saturday), or the name of a day")
    return found


def _start(record: Record) -> tuple[dt.time | None, str]:
    """Return the hour, or None and what is wrong with it."""
    given = [words for field in ("time", "time_formatted") if (words := text(record, field))]
    start = next((start for words in given if (start := clock(words)) is not None), None)
    if start is not None or not given:
        return start, ""
    return None, "time: is no HH:MM, so the meeting is listed without an hour"


def _with_end(record: Record, days: tuple[int, ...], start: dt.time) -> When:
    given = text(record, "end_time")
    end = dt.time() if plain(given) in ("24:00", "24:00:00") else clock(given)
    if end is None:
        remark = "end_time: is no HH:MM, so the length is unknown" if given else ""
        return When(days=days, start=start, remarks=(remark,) if remark else ())
    length = _since_midnight(end) - _since_midnight(start)
    if not length:
        remark = "end_time: equals time, so the length is unknown"
        return When(days=days, start=start, remarks=(remark,))
    if length > dt.timedelta(0):
        remarks = ("end_time: is more than 3 hours after time",) if length > _LONG else ()
        return When(days=days, start=start, duration=length, remarks=remarks)
    if length + _DAY <= _LONGEST_PAST_MIDNIGHT:
        return When(days=days, start=start, duration=length + _DAY)
    return _without_slip(record, days, start, length)


def _without_slip(
    record: Record, days: tuple[int, ...], start: dt.time, length: dt.timedelta
) -> When:
    """Read "12:00-01:00", where one end means AM and the other PM."""
    length = (length + _HALF_A_DAY) % _DAY
    if length > _LONGEST_PAST_MIDNIGHT or not length:
        remark = "end_time: is long before time, so the length is unknown"
        return When(days=days, start=start, remarks=(remark,))
    if start.hour == 12 and _says_midnight(record):
        remark = "time: is noon, read as midnight as the words of the record say"
        return When(days=days, start=start.replace(hour=0), duration=length, remarks=(remark,))
    remark = "end_time: is before time, read as 12 hours later"
    return When(days=days, start=start, duration=length, remarks=(remark,))


def _says_midnight(record: Record) -> bool:
    said = (text(record, "name"), text(record, "time_formatted"), long_text(record, "notes"))
    return any(_MIDNIGHT.search(words) for words in said)


def _since_midnight(time: dt.time) -> dt.timedelta:
    return dt.timedelta(hours=time.hour, minutes=time.minute, seconds=time.second)
