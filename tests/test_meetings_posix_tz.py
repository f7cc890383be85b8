"""The yearly rules in the last line of a zone file, and the RRULEs for them (calendar.md 8.3)."""

import datetime as dt

import pytest
from dateutil.rrule import rrulestr  # type: ignore[import-untyped] # it carries no types

from meetings._posix_tz import YearlyRule, yearly_rules

HOUR = dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("footer", "rrules"),
    [
        ("EST5EDT,M3.2.0,M11.1.0", ["BYMONTH=3;BYDAY=2SU", "BYMONTH=11;BYDAY=1SU"]),
        ("CST5CDT,M3.2.0/0,M11.1.0/1", ["BYMONTH=3;BYDAY=2SU", "BYMONTH=11;BYDAY=1SU"]),
        (
            "<-04>4<-03>,M9.1.6/24,M4.1.6/24",
            [
                "BYMONTH=9;BYMONTHDAY=2,3,4,5,6,7,8;BYDAY=SU",
                "BYMONTH=4;BYMONTHDAY=2,3,4,5,6,7,8;BYDAY=SU",
            ],
        ),
        (
            "EET-2EEST,M3.4.4/50,M10.4.4/50",
            [
                "BYMONTH=3;BYMONTHDAY=24,25,26,27,28,29,30;BYDAY=SA",
                "BYMONTH=10;BYMONTHDAY=24,25,26,27,28,29,30;BYDAY=SA",
            ],
        ),
        ("EET-2EEST,M4.5.5/0,M10.5.4/24", ["BYMONTH=4;BYDAY=-1FR", None]),
        ("AAA1BBB,M3.1.0/-1,M2.5.0/-1", [None, None]),  # into February; leap years
    ],
)
def test_a_footer_rule_becomes_an_rrule_where_one_can_say_it(
    footer: str, rrules: list[str | None]
) -> None:
    rules = yearly_rules(footer)

    assert [rule.rrule for rule in rules] == [
        None if rrule is None else f"FREQ=YEARLY;{rrule}" for rrule in rrules
    ]


def test_a_footer_states_offsets_westward_and_zero_is_an_offset() -> None:
    spring, autumn = yearly_rules("<-02>2<-01>,M3.5.0/-1,M10.5.0/0")
    winter, summer = yearly_rules("IST-1GMT0,M10.5.0,M3.5.0/1")

    assert (spring.offset_before, spring.offset_after, spring.name) == (-2 * HOUR, -HOUR, "-01")
    assert (spring.time, autumn.time) == (-HOUR, 0 * HOUR)
    assert (winter.offset_before, winter.offset_after, winter.name) == (HOUR, 0 * HOUR, "GMT")
    assert (winter.time, summer.time) == (2 * HOUR, HOUR)


def test_half_hours_and_signs_in_a_footer_are_understood() -> None:
    spring, autumn = yearly_rules("<+1030>-10:30<+11>-11,M10.1.0/+2:45,M4.1.0/-3:30:15")

    assert (spring.offset_before, spring.offset_after) == (10.5 * HOUR, 11 * HOUR)
    assert spring.time == 2.75 * HOUR
    assert autumn.time == -dt.timedelta(hours=3, minutes=30, seconds=15)


@pytest.mark.parametrize("footer", ["", "EST5", "<-03>3", "EST5EDT", "EST5EDT,J60,J300", "\0"])
def test_a_footer_without_rules_that_we_know_has_none(footer: str) -> None:
    assert yearly_rules(footer) == ()


def test_an_rrule_gives_the_days_that_its_rule_gives() -> None:
    wrong = [
        (month, week, weekday, hours)
        for month in range(1, 13)
        for week in range(1, 6)
        for weekday in (1, 6, 7)
        for hours in (-25, -1, 0, 2, 24, 50)
        if not _rrule_agrees(_a_rule(month, week, weekday, hours))
    ]

    assert wrong == []


def _a_rule(month: int, week: int, weekday: int, hours: int) -> YearlyRule:
    return YearlyRule(
        month=month,
        week=week,
        weekday=weekday,
        time=hours * HOUR,
        offset_before=-5 * HOUR,
        offset_after=-4 * HOUR,
        name="EDT",
    )


def _rrule_agrees(rule: YearlyRule) -> bool:
    changes = [rule.change(year).onset.replace(tzinfo=None) for year in range(2019, 2026)]
    return rule.rrule is None or changes == list(
        rrulestr(f"{rule.rrule};COUNT=7", dtstart=changes[0])
    )
