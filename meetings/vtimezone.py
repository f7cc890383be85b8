"""
The VTIMEZONE of a zone, which no library writes right (calendar.md 8).

Most zones are two yearly rules. Where the zone's own rules do not explain every change of the
years below, the changes are listed one by one, and end in rules if some hold to the end.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

from meetings._posix_tz import Change, YearlyRule, yearly_rules
from meetings.zones import zone

# What a VTIMEZONE must be right for. Constant, so that the same zone gives the same bytes
# tomorrow; a release may raise it, which changes every feed once (calendar.md 8.3).
FIRST_YEAR, LAST_YEAR = 2020, 2037
_EARLIEST_YEAR = 1971  # no rule begins before it

_State = tuple[dt.timedelta, str, bool]  # offset, name, whether it is called summer time
_Observance = tuple[Change, str | None]  # with its RRULE


@cache
def vtimezone(name: str) -> bytes:
    """
    Return the VTIMEZONE of an Area/Place name, lines ending in CRLF.

    Raises:
        ValueError: if *name* is none of `zone_names()`.
    """
    lines = ["BEGIN:VTIMEZONE", f"TZID:{name}"]
    for observance in _observances(zone(name), _rules(name)):
        lines += _lines(*observance)
    lines.append("END:VTIMEZONE")
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def _rules(name: str) -> tuple[YearlyRule, ...]:
    """Return the zone's rules, in the order of the year, if each can be said as an RRULE."""
    file = resources.files("tzdata.zoneinfo").joinpath(*name.split("/"))
    footer = file.read_bytes().splitlines()[-1].decode("ascii")
    rules = sorted(yearly_rules(footer), key=lambda rule: rule.month)
    return tuple(rules) if all(rule.rrule for rule in rules) else ()


def _observances(info: ZoneInfo, rules: tuple[YearlyRule, ...]) -> Iterator[_Observance]:
    changes = _changes_by_year(info)
    rules_from = _rules_from(rules, changes)
    if not rules or rules_from >= FIRST_YEAR:
        yield _opening(info), None
    for year in range(FIRST_YEAR, rules_from):
        for change in changes[year]:
            yield change, None
    if rules_from <= LAST_YEAR:
        for rule in rules:
            yield rule.change(rules_from), rule.rrule


def _rules_from(rules: tuple[YearlyRule, ...], changes: dict[int, list[Change]]) -> int:
    """Return the year from which on *rules* tell every change; no rules tell that there is none."""
    year = LAST_YEAR + 1
    while year > _EARLIEST_YEAR and changes[year - 1] == [rule.change(year - 1) for rule in rules]:
        year -= 1
    return year


def _opening(info: ZoneInfo) -> Change:
    """Return a change of nothing, a year early: before the first onset some readers give +0000."""
    offset, name, _ = _state(info, dt.datetime(FIRST_YEAR, 1, 1, tzinfo=dt.UTC))
    start = dt.datetime(FIRST_YEAR - 1, 1, 1, tzinfo=dt.timezone(offset))
    return Change(at=start.astimezone(dt.UTC), offset_before=offset, offset_after=offset, name=name)


def _changes_by_year(info: ZoneInfo) -> defaultdict[int, list[Change]]:
    by_year: defaultdict[int, list[Change]] = defaultdict(list)
    for change in _changes(info):
        by_year[change.onset.year].append(change)
    return by_year


def _changes(info: ZoneInfo) -> Iterator[Change]:
    """Yield every change in order, by halving the weeks in which something changes."""
    week = dt.timedelta(days=7)
    here = dt.datetime(_EARLIEST_YEAR, 1, 1, tzinfo=dt.UTC)
    before = _state(info, here)
    while here.year <= LAST_YEAR:
        after = _state(info, here + week)
        if after != before:
            yield Change(
                at=_instant(info, here, here + week),
                offset_before=before[0],
                offset_after=after[0],
                name=after[1],
            )
        here, before = here + week, after


def _instant(info: ZoneInfo, early: dt.datetime, late: dt.datetime) -> dt.datetime:
    """Return the second between *early* and *late* at which the state has changed."""
    before = _state(info, early)
    low, high = 0, int((late - early).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if _state(info, early + dt.timedelta(seconds=middle)) == before:
            low = middle
        else:
            high = middle
    return early + dt.timedelta(seconds=high)


def _state(info: ZoneInfo, at: dt.datetime) -> _State:
    local = at.astimezone(info)
    return local.utcoffset() or dt.timedelta(0), local.tzname() or "", bool(local.dst())


def _lines(change: Change, rrule: str | None) -> Iterator[str]:
    # Dublin calls its winter time the exception; readers want the name of what goes forward.
    kind = "DAYLIGHT" if change.offset_after > change.offset_before else "STANDARD"
    yield f"BEGIN:{kind}"
    yield f"TZNAME:{change.name}"
    yield f"TZOFFSETFROM:{_hhmm(change.offset_before)}"
    yield f"TZOFFSETTO:{_hhmm(change.offset_after)}"
    yield f"DTSTART:{change.onset:%Y%m%dT%H%M%S}"
    if rrule is not None:
        yield f"RRULE:{rrule}"
    yield f"END:{kind}"


def _hhmm(offset: dt.timedelta) -> str:
    """Return +HHMM, with seconds only where they are not zero."""
    minutes, seconds = divmod(int(abs(offset).total_seconds()), 60)
    text = f"{'-' if offset < dt.timedelta(0) else '+'}{minutes // 60:02}{minutes % 60:02}"
    return f"{text}{seconds:02}" if seconds else text
