"""Clock changes, and their yearly rules in the last line of a zone file, a POSIX TZ string."""

import calendar
import datetime as dt
import re
from dataclasses import dataclass

_DAY = dt.timedelta(days=1)
_BYDAY = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_LAST_WEEK = 5  # by POSIX, week 5 is the last one of the month
_FEBRUARY = 2

_NAME = r"(<[^>]+>|[A-Za-z]+)"
_TIME = r"([+-]?\d{1,3}(?::\d\d){0,2})"
_RULE = rf"M(\d\d?)\.([1-5])\.([0-6])(?:/{_TIME})?"
_FOOTER_WITH_RULES = re.compile(rf"{_NAME}{_TIME}{_NAME}{_TIME}?,{_RULE},{_RULE}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change of the clock, or of the zone's name alone."""

    at: dt.datetime  # UTC
    offset_before: dt.timedelta
    offset_after: dt.timedelta
    name: str  # after it, such as "EDT"

    @property
    def onset(self) -> dt.datetime:
        """The wall clock when it happens, not yet changed: 02:00 in spring (RFC 5545, 3.6.5)."""
        return self.at.astimezone(dt.timezone(self.offset_before))


@dataclass(frozen=True, slots=True, kw_only=True)
class YearlyRule:
    """A change on the nth weekday of a month: "M3.2.0" is the second Sunday of March at 02:00."""

    month: int
    week: int  # 1 to 4, 5 is the last
    weekday: int  # ISO 8601: Monday is 1
    time: dt.timedelta  # after that day's midnight; may be negative or days long
    offset_before: dt.timedelta
    offset_after: dt.timedelta
    name: str

    def change(self, year: int) -> Change:
        """Return the change that belongs to *year*."""
        before = dt.timezone(self.offset_before)
        midnight = dt.datetime.combine(self._day(year), dt.time(), before)
        return Change(
            at=(midnight + self.time).astimezone(dt.UTC),
            offset_before=self.offset_before,
            offset_after=self.offset_after,
            name=self.name,
        )

    @property
    def rrule(self) -> str | None:
        """
        The rule in iCalendar's words, or None where one RRULE cannot say it.

        A time outside the day moves the weekday and the seven days of the month it can fall
        on; Cairo's "last Thursday of October at 24:00" may be in November (calendar.md 8.3).
        """
        days_later = self.time // _DAY  # rounds down: one hour before midnight is the day before
        weekday = _BYDAY[(self.weekday - 1 + days_later) % 7]
        yearly = f"FREQ=YEARLY;BYMONTH={self.month}"
        if days_later == 0:
            nth = -1 if self.week == _LAST_WEEK else self.week
            return f"{yearly};BYDAY={nth}{weekday}"
        if self.month == _FEBRUARY and self.week == _LAST_WEEK:
            return None  # other days in leap years
        month_days = _month_days(2001, self.month)
        first = (month_days - 6 if self.week == _LAST_WEEK else 7 * self.week - 6) + days_later
        if first < 1 or first + 6 > month_days:
            return None
        days = ",".join(str(day) for day in range(first, first + 7))
        return f"{yearly};BYMONTHDAY={days};BYDAY={weekday}"

    def _day(self, year: int) -> dt.date:
        if self.week == _LAST_WEEK:
            last = dt.date(year, self.month, _month_days(year, self.month))
            return last - (last.isoweekday() - self.weekday) % 7 * _DAY
        first = dt.date(year, self.month, 1)
        return first + ((self.weekday - first.isoweekday()) % 7 + 7 * (self.week - 1)) * _DAY


def yearly_rules(footer: str) -> tuple[YearlyRule, ...]:
    """
    Return the two rules of a footer such as "EST5EDT,M3.2.0,M11.1.0", or none.

    None too for a form that we do not know, such as "J60": its zone is then listed change by
    change, which is as right and only longer.
    """
    match = _FOOTER_WITH_RULES.fullmatch(footer)
    if match is None:
        return ()
    name, time, daylight_name, daylight_time, *rules = match.groups()
    offset = -_span(time)  # POSIX counts westward: 5 is UTC-5
    daylight = offset + dt.timedelta(hours=1) if daylight_time is None else -_span(daylight_time)
    return (
        _rule(rules[:4], offset, daylight, daylight_name.strip("<>")),
        _rule(rules[4:], daylight, offset, name.strip("<>")),
    )


def _rule(
    parts: list[str | None], before: dt.timedelta, after: dt.timedelta, name: str
) -> YearlyRule:
    month, week, weekday = (int(part or 0) for part in parts[:3])
    return YearlyRule(
        month=month,
        week=week,
        weekday=weekday or 7,  # POSIX calls Sunday 0
        time=_span(parts[3] or "2"),  # 02:00 unless stated; "0" is stated
        offset_before=before,
        offset_after=after,
        name=name,
    )


def _span(text: str) -> dt.timedelta:
    """Return "-3:30" as a negative span of three and a half hours."""
    hours, minutes, seconds, *_ = (*map(int, text.lstrip("+-").split(":")), 0, 0)
    span = dt.timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return -span if text.startswith("-") else span


def _month_days(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]
