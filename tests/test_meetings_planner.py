import datetime as dt
import itertools
import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meetings import planner
from meetings.model import Accuracy, Meeting, Point, Rule, TimezoneSource, VenueType
from meetings.planner import Busy, Proposal, Slot, Wishes, propose, slots_of
from meetings.weeks import weeks_from
from meetings.zones import zone
from tests.make import NOON, a_meeting, a_schedule

HERE = Point(40.65, -73.95)


def a_slot(number: int, weekday: int, start: str, **changes: Any) -> Slot:
    """Return an hour's slot of a group of its own, one kilometre away."""
    hours, minutes = (int(part) for part in start.split(":"))
    minute = (weekday - 1) * 1440 + hours * 60 + minutes
    defaults: dict[str, Any] = {
        "meeting": a_meeting(id=f"t:{number}", number=number, name=f"Group {number}"),
        "weekday": weekday,
        "start_minute": minute,
        "end_minute": minute + 60,
        "distance_km": 1.0,
    }
    return Slot(**defaults | changes)


def numbers(proposal: Proposal) -> list[int]:
    return [proposed.slot.meeting.number for proposed in proposal.week]


def test_a_week_is_spread_over_its_days() -> None:
    slots = [a_slot(n, day, "19:00") for n, day in enumerate((1, 1, 3, 3, 5), 1)]

    proposal = propose(slots, Wishes(per_week=3))

    assert [proposed.slot.weekday for proposed in proposal.week] == [1, 3, 5]
    assert proposal.unmet == ()


def test_meetings_never_overlap_and_leave_time_to_travel() -> None:
    first = a_slot(1, 2, "18:00")
    too_soon = a_slot(2, 2, "19:30", distance_km=20.0)
    in_time = a_slot(3, 2, "20:30", distance_km=20.0)

    assert numbers(propose([first, too_soon], Wishes(per_week=2))) == [1]
    assert numbers(propose([first, in_time], Wishes(per_week=2))) == [1, 3]


def test_what_is_wished_in_person_and_online_comes_before_closeness() -> None:
    near = [a_slot(n, n, "19:00") for n in range(1, 6)]
    online = [a_slot(n, n - 5, "20:30", distance_km=None) for n in range(6, 9)]

    proposal = propose([*near, *online], Wishes(per_week=5, online_least=2))

    assert sum(proposed.slot.is_online for proposed in proposal.week) == 2
    assert len(proposal.week) == 5


def test_times_that_are_taken_stay_free_with_the_way_there() -> None:
    therapy = Busy(weekday=2, start=dt.time(17), end=dt.time(18, 30))
    at_seven, at_nine = a_slot(1, 2, "19:00", distance_km=15.0), a_slot(2, 2, "21:00")

    assert numbers(propose([at_seven, at_nine], Wishes(busy=(therapy,)))) == [2]


def test_a_taken_night_reaches_into_the_next_day_and_week() -> None:
    night_shift = Busy(weekday=7, start=dt.time(22), end=dt.time(6))
    early_monday = a_slot(1, 1, "05:00")

    assert numbers(propose([early_monday], Wishes(busy=(night_shift,)))) == []


def test_earliest_and_latest_are_kept() -> None:
    slots = [a_slot(1, 1, "06:00"), a_slot(2, 2, "12:00"), a_slot(3, 3, "22:00")]

    wishes = Wishes(earliest=dt.time(8), latest=dt.time(21))

    assert numbers(propose(slots, wishes)) == [2]


def test_what_cannot_be_met_is_said() -> None:
    proposal = propose([a_slot(1, 1, "19:00")], Wishes(per_week=3, online_least=1))

    assert [str(each) for each in proposal.unmet] == [
        "3 a week in all were wished, and 1 fit.",
        "1 a week online were wished, and 0 fit.",
    ]


def test_nothing_to_choose_from_is_an_empty_week() -> None:
    assert propose([], Wishes()).week == ()


def test_one_home_group_or_variety_as_wished() -> None:
    home = [
        replace(
            a_slot(n, n, "19:00"),
            meeting=a_meeting(id=f"t:{n}", number=n, name="Home"),
            distance_km=3.0,
        )
        for n in (1, 3, 5)
    ]
    others = [a_slot(n, n - 10, "19:00", distance_km=3.0) for n in (11, 13, 15)]

    steady = propose([*home, *others], Wishes(per_week=3, has_home_group=True))
    varied = propose([*home, *others], Wishes(per_week=3))

    assert numbers(steady) == [1, 3, 5]
    names = [proposed.slot.meeting.name for proposed in varied.week]
    assert all(name != after for name, after in itertools.pairwise(names))


def test_each_slot_has_a_backup_around_its_hour_online_first() -> None:
    chosen = a_slot(1, 2, "19:00")
    online = a_slot(2, 2, "20:00", distance_km=None)
    nearer_in_time = a_slot(3, 2, "19:00", distance_km=30.0)
    other_day = a_slot(4, 3, "19:00", distance_km=30.0)

    (proposed,) = propose([chosen, online, nearer_in_time, other_day], Wishes(per_week=1)).week

    assert proposed.slot == chosen
    assert proposed.backup == online


def test_a_backup_begins_no_earlier_than_what_it_stands_in_for_and_soonest() -> None:
    chosen = a_slot(1, 2, "17:30", shifts=(0, 0))
    earlier, soon, later = (
        a_slot(n, 2, at, distance_km=None, shifts=(0, 0))
        for n, at in enumerate(("16:30", "18:00", "19:00"), 2)
    )
    earlier_in_spring = replace(soon, shifts=(0, -60))

    backups = [
        propose([chosen, earlier, *others], Wishes(per_week=1)).week[0].backup
        for others in ([], [later, soon], [later, earlier_in_spring])
    ]

    assert backups == [None, soon, later]


def test_the_same_seed_gives_the_same_week_and_another_seed_another() -> None:
    slots = [a_slot(n, n % 7 + 1, "19:00") for n in range(1, 60)]

    weeks = [numbers(propose(slots, Wishes(), seed=seed)) for seed in (1, 1, 2)]

    assert weeks[0] == weeks[1] != weeks[2]


def test_no_fellowship_weighs_more_than_another() -> None:
    slots = [a_slot(n, n % 7 + 1, "19:00") for n in range(1, 30)]
    renamed = [
        replace(slot, meeting=replace(slot.meeting, fellowship=random.Random(n).choice("abc")))
        for n, slot in enumerate(slots)
    ]

    assert numbers(propose(slots, Wishes())) == numbers(propose(renamed, Wishes()))


def score_of(chosen: Sequence[Slot], wishes: Wishes, seed: int) -> float | None:
    """Score a choice by hand, or None where it cannot be: the oracle of the next test."""
    links = planner._link_points(chosen, wishes)
    total = float(planner._own_points(chosen, seed).sum())
    for place in range(len(chosen) - 1):
        total += links[place, place + 1]
    if len(chosen) > 1 and minutes_round(chosen) < minutes_needed(chosen):
        return None
    return total if total > float("-inf") else None


def minutes_round(chosen: Sequence[Slot]) -> int:
    """Return the minutes from the end of the last to the first of the next week."""
    return chosen[0].start_minute + 7 * 1440 - chosen[-1].end_minute


def minutes_needed(chosen: Sequence[Slot]) -> float:
    return 15 + 2.4 * ((chosen[0].distance_km or 0) + (chosen[-1].distance_km or 0))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([1, 1, 2, 3, 4, 5, 6, 7, 7]),
            st.sampled_from(["00:05", "08:00", "12:15", "18:00", "19:00", "19:30", "23:30"]),
            st.one_of(st.none(), st.floats(0.5, 30)),
            st.sampled_from(["One", "Two", "Three"]),
        ),
        min_size=1,
        max_size=8,
    ),
    st.integers(1, 4),
    st.integers(0, 2),
    st.integers(0, 2),
    st.booleans(),
)
def test_the_answer_equals_exhaustive_search(
    given_slots: list[tuple[int, str, float | None, str]],
    per_week: int,
    in_person: int,
    online: int,
    has_home_group: bool,
) -> None:
    in_person = min(in_person, per_week)
    wishes = Wishes(
        per_week=per_week,
        in_person_least=in_person,
        online_least=min(online, per_week - in_person),
        has_home_group=has_home_group,
    )
    slots = sorted(
        (
            replace(
                a_slot(n, day, start, distance_km=distance),
                meeting=a_meeting(id=f"t:{n}", number=n, name=group),
            )
            for n, (day, start, distance, group) in enumerate(given_slots, 1)
        ),
        key=lambda slot: (slot.start_minute, slot.meeting.number),
    )

    def rank(chosen: Sequence[Slot]) -> tuple[int, int, int, float] | None:
        score = score_of(chosen, wishes, 7)
        if score is None:
            return None
        walked = min(sum(not s.is_online for s in chosen), wishes.in_person_least)
        joined = min(sum(s.is_online for s in chosen), wishes.online_least)
        return len(chosen), walked + joined, walked, score

    every = (c for k in range(1, per_week + 1) for c in itertools.combinations(slots, k))
    best = max(found for chosen in every if (found := rank(chosen)) is not None)
    proposal = propose(slots, wishes, seed=7)

    assert rank([proposed.slot for proposed in proposal.week]) == pytest.approx(best)
    assert proposal.score == pytest.approx(best[3])


def test_slots_come_from_weekly_meetings_with_a_known_time_and_place() -> None:
    near = {"point": Point(40.66, -73.95), "accuracy": Accuracy.EXACT}
    weekly = a_meeting(id="t:1", number=1, **near)
    hybrid = a_meeting(id="t:2", number=2, venue_type=VenueType.HYBRID)
    monthly = a_meeting(
        id="t:3", number=3, schedule=a_schedule(rules=(Rule(weekday=2, ordinals=(1,)),)), **near
    )
    no_zone = a_meeting(
        id="t:4",
        number=4,
        schedule=a_schedule(timezone=None, timezone_source=TimezoneSource.UNKNOWN),
        **near,
    )
    nowhere = a_meeting(id="t:5", number=5)

    slots = slots_of([weekly, hybrid, monthly, no_zone, nowhere], centre=HERE)

    assert [(s.meeting.number, s.weekday, s.is_online) for s in slots] == [
        (1, 2, False),
        (2, 2, True),
    ]
    assert slots[0].start_minute == 1440 + 19 * 60 + 30


@pytest.mark.parametrize(
    "wishes", [{"per_week": 0}, {"per_week": 15}, {"per_week": 2, "in_person_least": 3}]
)
def test_wishes_that_cannot_be_are_refused(wishes: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"wished|per_week"):
        Wishes(**wishes)  # type: ignore[arg-type]  # numbers only


def test_a_night_from_sunday_to_monday_holds_one_meeting_not_two() -> None:
    sunday, monday = a_slot(1, 7, "23:30", distance_km=None), a_slot(2, 1, "00:15")
    tuesday = a_slot(3, 2, "19:00", distance_km=3.0)

    assert numbers(propose([sunday, monday, tuesday], Wishes(per_week=3))) in ([2, 3], [3, 1])


def an_online_hour(number: int, timezone: str, start: dt.time) -> Meeting:
    return a_meeting(
        id=f"t:{number}",
        number=number,
        name=f"Group {number}",
        venue_type=VenueType.ONLINE,
        schedule=a_schedule(timezone=zone(timezone), start=start),
    )


def test_meetings_of_other_zones_stand_on_the_clock_of_the_person() -> None:
    weeks = weeks_from(NOON.date(), zone("America/New_York"))
    tokyo = an_online_hour(1, "Asia/Tokyo", dt.time(8))  # Tuesday

    (slot,) = slots_of([tokyo], centre=None, weeks=weeks)

    assert (slot.weekday, slot.starts_at, slot.rule_weekday) == (1, dt.time(18), 2)


def test_two_that_collide_only_while_the_clocks_differ_are_not_both_proposed() -> None:
    weeks = weeks_from(NOON.date(), zone("Europe/London"))
    here = an_online_hour(1, "Europe/London", dt.time(22, 30))
    there = an_online_hour(2, "America/New_York", dt.time(19))  # midnight, in March 23:00
    at_home = an_online_hour(3, "Europe/London", dt.time(21))

    def proposed(*meetings: Meeting) -> list[int]:
        slots = slots_of(meetings, centre=None, weeks=weeks)
        return sorted(numbers(propose(slots, Wishes(per_week=2), weeks=weeks)))

    assert len(proposed(here, there)) == 1
    assert proposed(at_home, there) == [2, 3]


def test_what_is_taken_elsewhere_keeps_its_own_clock() -> None:
    weeks = weeks_from(NOON.date(), zone("Europe/London"))
    call = Busy(weekday=2, start=dt.time(13), end=dt.time(14), timezone=zone("America/New_York"))
    at_six = an_online_hour(1, "Europe/London", dt.time(18, 30))
    at_five = an_online_hour(2, "Europe/London", dt.time(17))  # free, but not in March
    at_three = an_online_hour(3, "Europe/London", dt.time(15, 30))

    slots = slots_of([at_six, at_five, at_three], centre=None, weeks=weeks)

    assert numbers(propose(slots, Wishes(busy=(call,)), weeks=weeks)) == [3]


def test_of_too_many_candidates_no_day_is_dropped() -> None:
    slots = [a_slot(n, n % 7 + 1, "19:00") for n in range(1, 1_001)]

    days = [each.slot.weekday for each in propose(slots, Wishes(per_week=7)).week]

    assert days == [1, 2, 3, 4, 5, 6, 7]
