"""
The Solar Hijri date of a Gregorian one, as calendars in Iran and Afghanistan show it.

Leap years by the cycle of 33 years, which agrees with the astronomical calendar from 1925
(1304) to 2087 (1466); no meeting is told outside of that.
"""

import datetime as dt
from dataclasses import dataclass

_EPOCH = dt.date(622, 3, 21).toordinal()  # of year 1, counted back by the cycle
_LONG_MONTHS = 6  # of 31 days; the others have 30, the last 29 or 30
_CYCLE_YEARS, _CYCLE_DAYS = 33, 12_053
_LEAP_OF_CYCLE = frozenset({1, 5, 9, 13, 17, 22, 26, 30})
MONTHS = (
    "Farvardin",
    "Ordibehesht",
    "Khordad",
    "Tir",
    "Mordad",
    "Shahrivar",
    "Mehr",
    "Aban",
    "Azar",
    "Dey",
    "Bahman",
    "Esfand",
)


@dataclass(frozen=True, slots=True)
class SolarHijri:
    year: int
    month: int
    day: int


def solar_hijri(date: dt.date) -> SolarHijri:
    """Return *date* in the Solar Hijri calendar."""
    year = date.year - 621
    new_year = _first_day(year)
    if date.toordinal() < new_year:
        year -= 1
        new_year = _first_day(year)
    days = date.toordinal() - new_year
    if days < _LONG_MONTHS * 31:
        return SolarHijri(year, 1 + days // 31, 1 + days % 31)
    days -= _LONG_MONTHS * 31
    return SolarHijri(year, 1 + _LONG_MONTHS + days // 30, 1 + days % 30)


def _first_day(year: int) -> int:
    """Return the ordinal of 1 Farvardin of *year*."""
    cycles, years = divmod(year - 1, _CYCLE_YEARS)
    leaps = sum(leap <= years for leap in _LEAP_OF_CYCLE)
    return _EPOCH + cycles * _CYCLE_DAYS + 365 * years + leaps
