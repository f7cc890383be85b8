"""Occurrences, first occurrences, RRULEs and words of schedules."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meetings.model import Occurrence, Rule, Schedule, ScheduleException, TimezoneSource
from meetings.recurrence import (
    first_occurrence,
    in_words,
    next_occurrence,
    occurrences,
    plain_occurrence,
    rrules,
)
from meetings.zones import zone
from tests.make import a_schedule

NEW_YORK = zone("America/New_York")
VANCOUVER = zone("America/Vancouver")
LONDON = zone("Europe/London")
NUUK = zone("America/Nuuk")  # its clocks jump from 23:00 to midnight, from one date to the next


def on(year: int, month: int, day: int) -> dt.date:
    return dt.date(year, month, day)


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> dt.datetime:
    return dt.datetime(year, month, day, hour, minute, tzinfo=dt.UTC)


def a_new_york_schedule(*rules: Rule, **changes: object) -> Schedule:
    return a_schedule(**{"timezone": NEW_YORK, "rules": rules or (Rule(weekday=2),)} | changes)


def dates_between(schedule: Schedule, since: dt.datetime, until: dt.datetime) -> list[dt.date]:
    return [found.on for found in occurrences(schedule, since=since, until=until)]


def walls(found: list[Occurrence]) -> list[tuple[str, str]]:
    return [(f"{each.start:%m-%d %H:%M%z}", f"{each.end:%m-%d %H:%M%z}") for each in found]


@pytest.mark.parametrize(
    ("zone_name", "since", "offsets"),
    [
        ("America/New_York", at(2026, 3, 1), ["-0500", "-0400"]),
        ("America/New_York", at(2026, 10, 26), ["-0400", "-0500"]),
        ("Europe/London", at(2026, 3, 22), ["+0000", "+0100"]),
        ("Europe/London", at(2026, 10, 19), ["+0100", "+0000"]),
        ("America/Vancouver", at(2026, 3, 1), ["-0800", "-0700"]),
        ("America/Vancouver", at(2026, 10, 26), ["-0700", "-0700"]),
    ],
)
def test_a_meeting_stays_at_its_wall_time_when_the_clocks_change(
    zone_name: str, since: dt.datetime, offsets: list[str]
) -> None:
    schedule = a_schedule(timezone=zone(zone_name))

    found = list(occurrences(schedule, since=since, until=since + dt.timedelta(days=14)))

    assert [f"{each.start:%H:%M}" for each in found] == ["19:30", "19:30"]
    assert [f"{each.start:%z}" for each in found] == offsets


def test_a_start_in_the_gap_is_read_with_the_offset_before_it() -> None:
    schedule = a_new_york_schedule(Rule(weekday=7), start=dt.time(2, 30))

    found = list(occurrences(schedule, since=at(2026, 3, 8), until=at(2026, 3, 9)))

    assert walls(found) == [("03-08 03:30-0400", "03-08 04:30-0400")]


def test_of_a_start_that_comes_twice_the_first_is_meant() -> None:
    schedule = a_new_york_schedule(Rule(weekday=7), start=dt.time(1, 30))

    found = list(occurrences(schedule, since=at(2026, 11, 1), until=at(2026, 11, 2)))

    assert walls(found) == [("11-01 01:30-0400", "11-01 01:30-0500")]


def test_a_marathon_lasts_24_hours_also_across_a_clock_change() -> None:
    schedule = a_new_york_schedule(
        Rule(weekday=6), start=dt.time(12), duration=dt.timedelta(hours=24)
    )

    found = list(occurrences(schedule, since=at(2026, 3, 7), until=at(2026, 3, 10)))

    assert walls(found) == [("03-07 12:00-0500", "03-08 13:00-0400")]


def test_a_meeting_across_midnight_belongs_to_the_day_it_starts() -> None:
    schedule = a_new_york_schedule(
        Rule(weekday=6), start=dt.time(23), duration=dt.timedelta(minutes=90)
    )

    # Sunday 00:15 in New York: it is still running.
    found = list(occurrences(schedule, since=at(2026, 5, 3, 4, 15), until=at(2026, 5, 3, 5)))

    assert [each.on for each in found] == [on(2026, 5, 2)]
    assert walls(found) == [("05-02 23:00-0400", "05-03 00:30-0400")]


def test_an_occurrence_that_ended_just_now_is_over_and_one_that_starts_then_is_not_yet() -> None:
    schedule = a_new_york_schedule()
    start, end = at(2026, 5, 5, 23, 30), at(2026, 5, 6, 0, 30)

    assert dates_between(schedule, end, end + dt.timedelta(hours=1)) == []
    assert dates_between(schedule, start - dt.timedelta(hours=1), start) == []
    assert dates_between(schedule, start, end) == [on(2026, 5, 5)]


def test_in_the_hour_that_comes_twice_instants_decide_and_not_the_hands_of_the_clock() -> None:
    schedule = a_new_york_schedule(
        Rule(weekday=7), start=dt.time(1, 0), duration=dt.timedelta(minutes=45)
    )
    second_half_past_one = dt.datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK, fold=1)

    found = dates_between(schedule, second_half_past_one, at(2026, 11, 2))

    assert found == []


def test_without_a_stated_end_an_hour_is_assumed() -> None:
    schedule = a_new_york_schedule(duration=None)

    found = list(occurrences(schedule, since=at(2026, 5, 5), until=at(2026, 5, 7)))

    assert walls(found) == [("05-05 19:30-0400", "05-05 20:30-0400")]


def test_ordinals_count_in_the_month_of_the_local_date() -> None:
    # SMART #9372: 2026-08-22T00:00Z is the third Friday, 20:00, in New York (smart.md 4.3).
    schedule = a_new_york_schedule(Rule(weekday=5, ordinals=(3,)), start=dt.time(20))

    found = list(occurrences(schedule, since=at(2026, 8, 1), until=at(2026, 9, 1)))

    assert [each.start for each in found] == [at(2026, 8, 22)]


def test_when_the_fourth_is_also_the_last_the_date_comes_once() -> None:
    schedule = a_new_york_schedule(Rule(weekday=4, ordinals=(2, 3, 4, -1)))

    found = dates_between(schedule, at(2026, 7, 1), at(2026, 9, 1))

    july = [on(2026, 7, 9), on(2026, 7, 16), on(2026, 7, 23), on(2026, 7, 30)]
    august = [on(2026, 8, 13), on(2026, 8, 20), on(2026, 8, 27)]
    assert found == july + august


def test_a_fifth_weekday_takes_place_in_months_that_have_five() -> None:
    schedule = a_new_york_schedule(Rule(weekday=4, ordinals=(5,)))

    found = dates_between(schedule, at(2026, 1, 1), at(2026, 12, 31))

    assert found == [on(2026, 1, 29), on(2026, 4, 30), on(2026, 7, 30), on(2026, 10, 29)]


@pytest.mark.parametrize("anchor_on", [on(2024, 1, 2), on(2026, 5, 12), on(2030, 1, 8)])
def test_every_other_week_keeps_the_phase_of_its_anchor(anchor_on: dt.date) -> None:
    schedule = a_new_york_schedule(Rule(weekday=2, interval_weeks=2, anchor_on=anchor_on))

    found = dates_between(schedule, at(2026, 5, 1), at(2026, 6, 1))

    assert all((each - anchor_on).days % 14 == 0 for each in found)
    assert len(found) == 2


def test_several_rules_come_in_the_order_of_time() -> None:
    schedule = a_new_york_schedule(Rule(weekday=5), Rule(weekday=1), Rule(weekday=3, ordinals=(1,)))

    found = dates_between(schedule, at(2026, 5, 4), at(2026, 5, 12))

    assert found == [on(2026, 5, 4), on(2026, 5, 6), on(2026, 5, 8), on(2026, 5, 11)]


def test_nothing_takes_place_before_the_first_date_or_after_the_last() -> None:
    schedule = a_new_york_schedule(first_on=on(2026, 5, 5), until=on(2026, 5, 19))

    found = dates_between(schedule, at(2026, 1, 1), at(2027, 1, 1))

    assert found == [on(2026, 5, 5), on(2026, 5, 12), on(2026, 5, 19)]


def test_a_cancelled_date_is_told_as_cancelled() -> None:
    schedule = a_new_york_schedule(
        exceptions=(ScheduleException(on=on(2026, 5, 5), reason="flood"),)
    )

    found = list(occurrences(schedule, since=at(2026, 5, 1), until=at(2026, 5, 14)))

    assert [(each.on, each.is_cancelled, each.reason) for each in found] == [
        (on(2026, 5, 5), True, "flood"),
        (on(2026, 5, 12), False, ""),
    ]


def test_a_moved_date_stands_at_its_new_time_and_keeps_its_nominal_date() -> None:
    moved = ScheduleException(
        on=on(2026, 5, 5), moved_on=on(2026, 5, 13), moved_start=dt.time(18), reason="feast"
    )
    schedule = a_new_york_schedule(exceptions=(moved,))

    found = list(occurrences(schedule, since=at(2026, 5, 1), until=at(2026, 5, 15)))

    assert [each.on for each in found] == [on(2026, 5, 12), on(2026, 5, 5)]
    assert found[1] == Occurrence(
        on=on(2026, 5, 5),
        start=dt.datetime(2026, 5, 13, 18, tzinfo=NEW_YORK),
        end=dt.datetime(2026, 5, 13, 19, tzinfo=NEW_YORK),
        is_moved=True,
        reason="feast",
    )


def test_a_date_moved_by_months_is_found_where_it_went_and_not_where_it_was() -> None:
    moved = ScheduleException(on=on(2026, 5, 5), moved_on=on(2026, 9, 3))
    schedule = a_new_york_schedule(exceptions=(moved,), until=on(2026, 5, 5))

    assert dates_between(schedule, at(2026, 5, 5), at(2026, 5, 8)) == []
    assert dates_between(schedule, at(2026, 9, 3), at(2026, 9, 5)) == [on(2026, 5, 5)]


def test_an_exception_on_a_day_without_a_meeting_makes_none() -> None:
    moved = ScheduleException(on=on(2026, 5, 6), moved_on=on(2026, 5, 7))
    cancelled = ScheduleException(on=on(2026, 5, 8))
    schedule = a_new_york_schedule(exceptions=(moved, cancelled))

    found = dates_between(schedule, at(2026, 5, 5), at(2026, 5, 12))

    assert found == [on(2026, 5, 5)]


def test_a_schedule_without_a_zone_has_no_occurrences() -> None:
    schedule = a_schedule(timezone=None, timezone_source=TimezoneSource.UNKNOWN)

    with pytest.raises(ValueError, match="without a zone"):
        occurrences(schedule, since=at(2026, 1, 1), until=at(2026, 2, 1))


def test_the_next_occurrence_may_be_running() -> None:
    schedule = a_new_york_schedule()

    running = next_occurrence(schedule, now=at(2026, 5, 6, 0, 15))
    later = next_occurrence(schedule, now=at(2026, 5, 6, 0, 30))

    assert running is not None
    assert running.on == on(2026, 5, 5)
    assert later is not None
    assert later.on == on(2026, 5, 12)


def test_the_next_occurrence_is_not_a_cancelled_one() -> None:
    schedule = a_new_york_schedule(exceptions=(ScheduleException(on=on(2026, 5, 5)),))

    found = next_occurrence(schedule, now=at(2026, 5, 3))

    assert found is not None
    assert found.on == on(2026, 5, 12)


def test_there_is_no_next_occurrence_after_the_last_or_beyond_400_days() -> None:
    over = a_new_york_schedule(until=on(2026, 5, 5))
    far = a_new_york_schedule(first_on=on(2028, 5, 2))

    assert next_occurrence(over, now=at(2026, 6, 1)) is None
    assert next_occurrence(far, now=at(2026, 6, 1)) is None


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ((Rule(weekday=2),), on(2026, 1, 6)),
        ((Rule(weekday=4),), on(2026, 1, 1)),
        ((Rule(weekday=6, ordinals=(2,)),), on(2026, 1, 10)),
        ((Rule(weekday=5, ordinals=(-1,)),), on(2026, 1, 30)),
        ((Rule(weekday=2, interval_weeks=2, anchor_on=on(2026, 8, 25)),), on(2026, 1, 13)),
        ((Rule(weekday=5), Rule(weekday=3), Rule(weekday=6, ordinals=(1,))), on(2026, 1, 2)),
    ],
)
def test_the_first_occurrence_lies_in_the_year_in_which_the_meeting_was_seen(
    rules: tuple[Rule, ...], expected: dt.date
) -> None:
    schedule = a_new_york_schedule(*rules, first_on=None)

    assert first_occurrence(schedule, seen_on=on(2026, 9, 3)) == expected


def test_the_first_occurrence_of_a_later_start_is_on_or_after_that() -> None:
    schedule = a_new_york_schedule(first_on=on(2026, 6, 3))

    assert first_occurrence(schedule, seen_on=on(2026, 4, 1)) == on(2026, 6, 9)


@pytest.mark.parametrize(
    ("rule", "first_on", "expected"),
    [
        (Rule(weekday=6), on(2026, 3, 7), on(2026, 2, 28)),
        (Rule(weekday=6, ordinals=(1, 3)), on(2026, 3, 7), on(2026, 2, 21)),
        (
            Rule(weekday=6, interval_weeks=2, anchor_on=on(2026, 3, 7)),
            on(2026, 3, 7),
            on(2026, 2, 21),
        ),
    ],
)
def test_a_first_occurrence_that_spans_a_clock_change_gives_way_to_the_one_before(
    rule: Rule, first_on: dt.date, expected: dt.date
) -> None:
    schedule = a_new_york_schedule(
        rule, start=dt.time(12), duration=dt.timedelta(hours=24), first_on=first_on
    )

    assert first_occurrence(schedule, seen_on=on(2026, 3, 1)) == expected


def test_a_first_occurrence_whose_start_the_clocks_skip_gives_way_too() -> None:
    schedule = a_new_york_schedule(
        Rule(weekday=7),
        start=dt.time(2, 15),
        duration=dt.timedelta(minutes=15),
        first_on=on(2026, 3, 8),
    )

    assert first_occurrence(schedule, seen_on=on(2026, 3, 1)) == on(2026, 3, 1)


def test_a_schedule_without_a_zone_has_a_first_occurrence_all_the_same() -> None:
    schedule = a_schedule(timezone=None, timezone_source=TimezoneSource.UNKNOWN, first_on=None)

    assert first_occurrence(schedule, seen_on=on(2026, 4, 1)) == on(2026, 1, 6)


EVERY_DAY = tuple(Rule(weekday=day) for day in range(1, 8))


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ((Rule(weekday=2),), ["FREQ=WEEKLY;BYDAY=TU"]),
        ((Rule(weekday=4), Rule(weekday=2)), ["FREQ=WEEKLY;BYDAY=TU", "FREQ=WEEKLY;BYDAY=TH"]),
        (
            (Rule(weekday=2, interval_weeks=2, anchor_on=on(2026, 1, 6)),),
            ["FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"],
        ),
        (
            (Rule(weekday=2, ordinals=(3, 1)),),
            ["FREQ=MONTHLY;BYDAY=1TU", "FREQ=MONTHLY;BYDAY=3TU"],
        ),
        ((Rule(weekday=6, ordinals=(5,)),), []),
        (
            (Rule(weekday=6, ordinals=(4, 5, -1)),),
            ["FREQ=MONTHLY;BYDAY=4SA", "FREQ=MONTHLY;BYDAY=-1SA"],
        ),
        (EVERY_DAY, ["FREQ=DAILY"]),
    ],
)
def test_a_schedule_is_told_in_rrules_of_one_weekday_each(
    rules: tuple[Rule, ...], expected: list[str]
) -> None:
    assert rrules(a_new_york_schedule(*rules)) == expected


@pytest.mark.parametrize(
    ("rules", "start", "expected"),
    [
        ((Rule(weekday=2),), dt.time(19, 30), "Tuesdays at 19:30"),
        (
            (Rule(weekday=5), Rule(weekday=1), Rule(weekday=3)),
            dt.time(7),
            "Mondays, Wednesdays and Fridays at 07:00",
        ),
        (
            (Rule(weekday=2, ordinals=(3, 1)),),
            dt.time(19, 30),
            "First and third Tuesday of the month at 19:30",
        ),
        (
            (Rule(weekday=4, ordinals=(2, 3, 4, -1)),),
            dt.time(20),
            "Second, third, fourth and last Thursday of the month at 20:00",
        ),
        (
            (Rule(weekday=2, interval_weeks=2, anchor_on=on(2026, 1, 6)),),
            dt.time(19, 30),
            "Every other Tuesday at 19:30",
        ),
        (
            (Rule(weekday=2, interval_weeks=3, anchor_on=on(2026, 1, 6)),),
            dt.time(19, 30),
            "Every 3 weeks on Tuesday at 19:30",
        ),
        (
            (Rule(weekday=1), Rule(weekday=2, ordinals=(1,))),
            dt.time(12),
            "Mondays and first Tuesday of the month at 12:00",
        ),
        (EVERY_DAY, dt.time(0), "Every day at 00:00"),
    ],
)
def test_a_schedule_is_told_in_words(
    rules: tuple[Rule, ...], start: dt.time, expected: str
) -> None:
    assert in_words(a_new_york_schedule(*rules, start=start)) == expected


@settings(max_examples=40, deadline=None)
@given(
    weekday=st.integers(1, 7),
    ordinals=st.sets(st.sampled_from((1, 2, 3, 4, 5, -1))),
    start=st.times(),
    now_minutes=st.integers(0, 6 * 365 * 24 * 60),
    timezone=st.sampled_from((NEW_YORK, VANCOUVER, LONDON, NUUK)),
)
def test_the_next_occurrence_is_the_first_of_those_not_over(
    weekday: int, ordinals: set[int], start: dt.time, now_minutes: int, timezone: object
) -> None:
    schedule = a_schedule(
        rules=(Rule(weekday=weekday, ordinals=tuple(sorted(ordinals))),),
        start=start,
        timezone=timezone,
        first_on=None,
    )
    instant = at(2024, 1, 1) + dt.timedelta(minutes=now_minutes)
    span = dt.timedelta(days=120)

    found = list(occurrences(schedule, since=instant - span, until=instant + span))

    assert [each.start for each in found] == sorted(each.start for each in found)
    assert all(each.on.isoweekday() == weekday for each in found)
    assert next_occurrence(schedule, now=instant) == next(
        each for each in found if each.end.astimezone(dt.UTC) > instant
    )
    told = [(each, plain_occurrence(schedule, int(each.start.timestamp()))) for each in found]
    assert all(plain in (None, each) for each, plain in told)


def test_a_plain_occurrence_is_told_by_its_start_alone() -> None:
    schedule = a_new_york_schedule()

    found = plain_occurrence(schedule, int(at(2026, 5, 5, 23, 30).timestamp()))

    assert found == next_occurrence(schedule, now=at(2026, 5, 5))
    assert found is not None
    assert walls([found]) == [("05-05 19:30-0400", "05-05 20:30-0400")]


@pytest.mark.parametrize(
    ("schedule", "start"),
    [
        (
            a_new_york_schedule(exceptions=(ScheduleException(on=on(2026, 5, 12)),)),
            at(2026, 5, 5, 23, 30),
        ),
        (  # on Saturday, which the clocks make Sunday
            a_schedule(rules=(Rule(weekday=6),), start=dt.time(23, 30), timezone=NUUK),
            at(2026, 3, 29, 1, 30),
        ),
    ],
)
def test_where_a_start_alone_does_not_tell_the_occurrence_more_is_asked(
    schedule: Schedule, start: dt.datetime
) -> None:
    following = next_occurrence(schedule, now=start)

    assert following is not None
    assert following.start.timestamp() == start.timestamp()
    assert plain_occurrence(schedule, int(start.timestamp())) is None
