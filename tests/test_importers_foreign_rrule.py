import datetime as dt

import pytest

from importers._foreign_rrule import Recurrence, recurrence
from meetings.model import Rule
from tests.make import a_schedule

TUESDAY = dt.date(2026, 11, 24)
SUNDAY = dt.date(2026, 11, 22)


def rules(text: str, start_on: dt.date = TUESDAY) -> tuple[Rule, ...]:
    return recurrence(text, start_on=start_on).rules


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FREQ=WEEKLY", (Rule(weekday=2),)),
        ("FREQ=WEEKLY;INTERVAL=1;BYDAY=MO", (Rule(weekday=1),)),
        ("FREQ=WEEKLY;BYDAY=TH,TU", (Rule(weekday=2), Rule(weekday=4))),
        ("freq=weekly;byday=tu;wkst=su;", (Rule(weekday=2),)),
        ("FREQ=DAILY", tuple(Rule(weekday=day) for day in range(1, 8))),
        ("FREQ=DAILY;BYDAY=MO,FR", (Rule(weekday=1), Rule(weekday=5))),
        ("FREQ=DAILY;INTERVAL=7", (Rule(weekday=2),)),
        ("FREQ=MONTHLY;BYDAY=1TU,3TU", (Rule(weekday=2, ordinals=(1, 3)),)),
        ("FREQ=MONTHLY;BYDAY=-1SA", (Rule(weekday=6, ordinals=(-1,)),)),
        ("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=2", (Rule(weekday=2, ordinals=(2,)),)),
        ("FREQ=MONTHLY;BYDAY=TU", (Rule(weekday=2),)),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU",
            (Rule(weekday=2, interval_weeks=2, anchor_on=TUESDAY),),
        ),
    ],
)
def test_what_our_schedule_can_say_is_read(text: str, expected: tuple[Rule, ...]) -> None:
    assert rules(text) == expected


@pytest.mark.parametrize(
    ("week_start", "monday"), [("MO", dt.date(2026, 11, 30)), ("SU", dt.date(2026, 11, 23))]
)
def test_of_several_days_in_every_other_week_the_week_start_decides(
    week_start: str, monday: dt.date
) -> None:
    found = rules(f"FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST={week_start}", SUNDAY)

    assert found == (
        Rule(weekday=1, interval_weeks=2, anchor_on=monday),
        Rule(weekday=7, interval_weeks=2, anchor_on=SUNDAY),
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "FREQ=HOURLY",
        "FREQ=MINUTELY;INTERVAL=5",
        "FREQ=SECONDLY",
        "FREQ=YEARLY;BYDAY=TU",
        "FREQ=MONTHLY",
        "FREQ=MONTHLY;BYMONTHDAY=15",
        "FREQ=MONTHLY;INTERVAL=2;BYDAY=1TU",
        "FREQ=MONTHLY;BYDAY=6TU",
        "FREQ=MONTHLY;BYDAY=-2TU",
        "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1",
        "FREQ=WEEKLY;BYDAY=1TU",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;BYDAY=",
        "FREQ=WEEKLY;INTERVAL=0",
        "FREQ=WEEKLY;INTERVAL=-1",
        "FREQ=WEEKLY;INTERVAL=99",
        "FREQ=WEEKLY;UNTIL=soon",
        "FREQ=WEEKLY;UNTIL=20261399",
        "FREQ=WEEKLY;FREQ=DAILY",
        "FREQ=DAILY;INTERVAL=3",
        "FREQ=WEEKLY;BYHOUR=1,2,3",
        "FREQ=WEEKLY;" + "X" * 400,
    ],
)
def test_everything_else_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match=r"RRULE: |ordinals must be|interval_weeks must be"):
        rules(text)


def test_the_end_is_a_local_date() -> None:
    zone = a_schedule().timezone

    by_date = recurrence("FREQ=WEEKLY;UNTIL=20261224", start_on=TUESDAY)
    by_instant = recurrence("FREQ=WEEKLY;UNTIL=20261225T013000Z", start_on=TUESDAY)

    assert by_date.last_on(zone) == dt.date(2026, 12, 24)
    assert by_instant.last_on(zone) == dt.date(2026, 12, 24)


def test_a_count_becomes_the_date_of_the_last_one() -> None:
    read = recurrence("FREQ=WEEKLY;COUNT=3", start_on=TUESDAY)
    schedule = a_schedule(rules=read.rules, first_on=None)

    assert read.counted(schedule, start_on=TUESDAY).until == dt.date(2026, 12, 8)
    assert Recurrence(rules=read.rules).counted(schedule, start_on=TUESDAY).until is None
