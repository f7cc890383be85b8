"""One rule at a time: its dates, its RRULE, its words. No hours, no zones."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from meetings.model import LONGEST_DURATION, Rule, Schedule

BYDAY = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WEEK = dt.timedelta(weeks=1)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}


@dataclass(frozen=True, slots=True)
class Series:
    """A part of a schedule that every calendar program understands as one RRULE."""

    label: str  # tells it from the other parts: "2TU", "MO"; "" if it is the whole
    rrule: str
    rules: tuple[Rule, ...]  # seven if it is daily, else one

    def hits(self, on: dt.date) -> bool:
        return any(_hits(rule, on) for rule in self.rules)


def series(schedule: Schedule) -> list[Series]:
    """
    Cut a schedule into parts whose dates differ, one RRULE with one weekday each (calendar.md 5).

    Two things are left over, and feeds write their dates one by one: a 5th weekday, which
    neither Proton nor Outlook takes, and a 4th beside a last, which mostly are one date.
    """
    parts = _parts(schedule)
    return [part for part in parts if not _is_covered_by_last(part, parts)]


def rrules(schedule: Schedule) -> list[str]:
    """
    Return the RRULE texts whose union is the schedule: one per weekday or ordinal.

    A 5th weekday has none and is left out. FREQ=DAILY stands for all seven weekdays.
    """
    return [part.rrule for part in _parts(schedule)]


def few_series(schedule: Schedule) -> list[Series]:
    """
    Cut a schedule into as few parts as can be: for Google, which takes several days in a rule.

    Feeds use `series`, since others do not.
    """
    rules = sorted(schedule.rules, key=_in_week_order)
    if _is_every_day(rules):
        return [Series("", "FREQ=DAILY", tuple(rules))]
    weekly = [rule for rule in rules if _is_every_week(rule)]
    monthly = [rule for rule in rules if rule.ordinals]
    others = [[rule] for rule in rules if rule.interval_weeks > 1]
    return [_together(group) for group in (weekly, monthly, *others) if group]


def in_words(schedule: Schedule, *, clock: Callable[[dt.time], str] = "{:%H:%M}".format) -> str:
    """Return English for pages: "First and third Tuesday of the month at 19:30"."""
    rules = sorted(schedule.rules, key=_in_week_order)
    phrase = "every day" if _is_every_day(rules) else _listed([_phrase(rule) for rule in rules])
    return f"{phrase[0].upper()}{phrase[1:]} at {clock(schedule.start)}"


def dates_of(rule: Rule, *, since: dt.date, until: dt.date) -> Iterator[dt.date]:
    """Yield the dates of *rule* in order, both ends included."""
    on = _aligned(rule, since)
    while on <= until:
        if _is_nth(on, rule.ordinals):
            yield on
        on += _WEEK * rule.interval_weeks


def first_date_of(rule: Rule, since: dt.date) -> dt.date:
    """Return the first date of *rule* on or after *since*."""
    on = _aligned(rule, since)
    while not _is_nth(on, rule.ordinals):
        on += _WEEK
    return on


def previous_date_of(rule: Rule, on: dt.date) -> dt.date:
    """Return the date of *rule* before its date *on*."""
    on -= _WEEK * rule.interval_weeks
    while not _is_nth(on, rule.ordinals):
        on -= _WEEK
    return on


def _parts(schedule: Schedule) -> list[Series]:
    rules = sorted(schedule.rules, key=_in_week_order)
    # Outlook refuses a daily event that is not shorter than a day (calendar.md 5).
    if _is_every_day(rules) and schedule.duration != LONGEST_DURATION:
        return [Series("", "FREQ=DAILY", tuple(rules))]
    return [part for rule in rules for part in _parts_of(rule, is_whole=len(rules) == 1)]


def _parts_of(rule: Rule, *, is_whole: bool) -> list[Series]:
    day = BYDAY[rule.weekday - 1]
    if rule.ordinals:
        return [
            Series(
                f"{ordinal}{day}",
                f"FREQ=MONTHLY;BYDAY={ordinal}{day}",
                (Rule(weekday=rule.weekday, ordinals=(ordinal,)),),
            )
            for ordinal in _in_month_order(rule.ordinals)
            if ordinal != 5
        ]
    interval = f";INTERVAL={rule.interval_weeks}" if rule.interval_weeks > 1 else ""
    return [Series("" if is_whole else day, f"FREQ=WEEKLY{interval};BYDAY={day}", (rule,))]


def _together(rules: Sequence[Rule]) -> Series:
    """Return rules of one kind as one series."""
    if rules[0].ordinals:
        days = ",".join(
            f"{ordinal}{BYDAY[rule.weekday - 1]}"
            for rule in rules
            for ordinal in _in_month_order(rule.ordinals)
        )
        return Series("", f"FREQ=MONTHLY;BYDAY={days}", tuple(rules))
    days = ",".join(BYDAY[rule.weekday - 1] for rule in rules)
    weeks = rules[0].interval_weeks
    interval = f";INTERVAL={weeks}" if weeks > 1 else ""
    return Series("", f"FREQ=WEEKLY{interval};BYDAY={days}", tuple(rules))


def _is_covered_by_last(part: Series, parts: Sequence[Series]) -> bool:
    return part.label.startswith("4") and f"-1{part.label[1:]}" in {each.label for each in parts}


def _is_every_day(rules: Sequence[Rule]) -> bool:
    return len(rules) == 7 and all(_is_every_week(rule) for rule in rules)


def _is_every_week(rule: Rule) -> bool:
    return not rule.ordinals and rule.interval_weeks == 1


def _in_week_order(rule: Rule) -> int:
    return rule.weekday


def _in_month_order(ordinals: Sequence[int]) -> list[int]:
    """Return *ordinals* with the last at the end."""
    return sorted(ordinals, key=lambda ordinal: ordinal % 10)


def _phrase(rule: Rule) -> str:
    day = _DAYS[rule.weekday - 1]
    if rule.ordinals:
        ordinals = [_ORDINALS[ordinal] for ordinal in _in_month_order(rule.ordinals)]
        return f"{_listed(ordinals)} {day} of the month"
    if rule.interval_weeks == 1:
        return f"{day}s"
    interval = "other" if rule.interval_weeks == 2 else f"{rule.interval_weeks} weeks on"
    return f"every {interval} {day}"


def _listed(words: Sequence[str]) -> str:
    """Join words as English does: "a, b and c"."""
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _hits(rule: Rule, on: dt.date) -> bool:
    return _aligned(rule, on) == on and _is_nth(on, rule.ordinals)


def _aligned(rule: Rule, since: dt.date) -> dt.date:
    """Return the first day on or after *since* with the weekday and in the phase of *rule*."""
    if rule.anchor_on is None:
        return since + dt.timedelta(days=(rule.weekday - since.isoweekday()) % 7)
    return since + dt.timedelta(days=(rule.anchor_on - since).days % (7 * rule.interval_weeks))


def _is_nth(on: dt.date, ordinals: Sequence[int]) -> bool:
    """Say whether a day of the right weekday is one of *ordinals* in its month; none is any."""
    if not ordinals:
        return True
    is_last = (on + _WEEK).month != on.month
    return (on.day + 6) // 7 in ordinals or (is_last and -1 in ordinals)
