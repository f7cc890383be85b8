import datetime as dt

import pytest

from meetings.solar_hijri import SolarHijri, solar_hijri

# The first days of years as Iran's calendar centre announced them.
NEW_YEARS = [
    (1300, dt.date(1921, 3, 21)),
    (1354, dt.date(1975, 3, 21)),
    (1375, dt.date(1996, 3, 20)),
    (1399, dt.date(2020, 3, 20)),
    (1403, dt.date(2024, 3, 20)),
    (1404, dt.date(2025, 3, 21)),
    (1405, dt.date(2026, 3, 21)),
]


@pytest.mark.parametrize(("year", "date"), NEW_YEARS)
def test_years_begin_when_they_did(year: int, date: dt.date) -> None:
    assert solar_hijri(date) == SolarHijri(year, 1, 1)


def test_the_day_before_a_new_year_ends_the_old_one() -> None:
    assert solar_hijri(dt.date(2025, 3, 20)) == SolarHijri(1403, 12, 30)  # a leap year
    assert solar_hijri(dt.date(2026, 3, 20)) == SolarHijri(1404, 12, 29)


def test_each_day_follows_the_one_before() -> None:
    day = dt.date(1925, 3, 21)
    before = solar_hijri(day)
    while day.year < 2087:
        day += dt.timedelta(days=1)
        after = solar_hijri(day)
        steps = {
            SolarHijri(before.year, before.month, before.day + 1),
            SolarHijri(before.year, before.month + 1, 1),
            SolarHijri(before.year + 1, 1, 1),
        }
        assert after in steps
        before = after
    assert before == SolarHijri(1465, 10, 12)
