"""What is on now and what comes next, judged by the feeds of the same meetings."""

import datetime as dt
import random
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

import icalendar
import pytest
import recurring_ical_events

from meetings.calendars import feed
from meetings.catalogue import Catalogue
from meetings.model import Meeting, Rule, Schedule, ScheduleException, VenueType
from meetings.search import Search
from meetings.zones import zone
from tests.feeds import LOOK
from tests.make import a_meeting, a_schedule

SEED = 20_261_118
HORIZON_ON = dt.date(2026, 1, 1)
CHANGED_AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)  # feeds leave out cancellations before it
ZONES = [
    "America/New_York",
    "America/Los_Angeles",
    "America/St_Johns",
    "America/Phoenix",
    "Europe/London",
    "Europe/Dublin",
    "Asia/Tehran",
    "Asia/Kathmandu",
    "Australia/Adelaide",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "America/Santiago",
    "Africa/Johannesburg",
]
# When clocks change in those zones, and a quiet time; days before and after are in view.
WEEKS = [
    dt.datetime(2026, month, day, tzinfo=dt.UTC)
    for month, day in (
        (3, 8),
        (3, 29),
        (4, 5),
        (9, 6),
        (9, 27),
        (10, 4),
        (10, 25),
        (11, 1),
        (6, 15),
    )
]
LONGEST_WAIT = dt.timedelta(days=130)  # a 5th weekday comes in every third month or so


def some_meetings(chance: random.Random) -> Iterator[Meeting]:
    for number, name in enumerate(ZONES * 4, 1):
        yield a_meeting(
            id=f"t:{number}",
            number=number,
            venue_type=VenueType.ONLINE,
            changed_at=CHANGED_AT,
            schedule=some_schedule(chance, name),
        )


def some_schedule(chance: random.Random, name: str) -> Schedule:
    """Return a schedule that never starts in the hours that clocks skip: the table below does."""
    weekday = chance.randint(1, 7)
    rule = chance.choice(
        [
            Rule(weekday=weekday),
            Rule(weekday=weekday),
            Rule(weekday=weekday, ordinals=(1, 3)),
            Rule(weekday=weekday, ordinals=(-1,)),
            Rule(weekday=weekday, ordinals=(5,)),
            Rule(
                weekday=weekday,
                interval_weeks=2,
                anchor_on=dt.date(2026, 1, 5) + dt.timedelta(days=weekday - 1),
            ),
        ]
    )
    first_on = dt.date(2026, 1, 5) + dt.timedelta(days=weekday - 1)
    cancelled = first_on + dt.timedelta(weeks=chance.randint(8, 44))
    return a_schedule(
        rules=(rule,),
        start=dt.time(chance.choice([0, 4, 6, 12, 19, 20, 23]), chance.choice([0, 15, 30, 45])),
        duration=dt.timedelta(minutes=chance.choice([30, 60, 90, 240])),
        timezone=zone(name),
        first_on=first_on_of(rule, first_on),
        exceptions=(ScheduleException(on=cancelled),) if chance.random() < 0.3 else (),
    )


def first_on_of(rule: Rule, first_on: dt.date) -> dt.date:
    """Return the first date of *rule* from *first_on* on, as the storage keeps it."""
    while rule.ordinals and not is_nth(first_on, rule.ordinals):
        first_on += dt.timedelta(weeks=1)
    return first_on


def is_nth(on: dt.date, ordinals: tuple[int, ...]) -> bool:
    is_last = (on + dt.timedelta(weeks=1)).month != on.month
    return (on.day + 6) // 7 in ordinals or (is_last and -1 in ordinals)


def moments(chance: random.Random) -> Iterator[dt.datetime]:
    """Yield every half hour around each change, and random moments, 2,000 and more."""
    for sunday in WEEKS:
        for half_hours in range(-30, 66):
            yield sunday + dt.timedelta(minutes=30 * half_hours)
    for _ in range(1200):
        week = chance.choice(WEEKS)
        yield week + dt.timedelta(seconds=chance.randint(-4 * 86_400, 4 * 86_400))


def starts_of(meetings: list[Meeting]) -> dict[int, list[dt.datetime]]:
    """Return when each meeting starts in these weeks by their feed, by number."""
    calendar = icalendar.Calendar.from_ical(feed(meetings, LOOK, horizon_on=HORIZON_ON))
    expanded = recurring_ical_events.of(calendar).between(
        WEEKS[0] - dt.timedelta(days=9), WEEKS[-2] + LONGEST_WAIT
    )
    starts: dict[int, set[dt.datetime]] = {meeting.number: set() for meeting in meetings}
    for event in expanded:
        if event.get("STATUS") != "CANCELLED":
            number = int(str(event["UID"]).partition("@")[0].partition("-")[0].strip("m"))
            starts[number].add(event["DTSTART"].dt.astimezone(dt.UTC))
    return {number: sorted(found) for number, found in starts.items()}


@pytest.mark.long
def test_on_now_and_next_start_are_those_of_the_feeds() -> None:
    chance = random.Random(SEED)
    listed = list(some_meetings(chance))
    starts = starts_of(listed)
    # Each takes the exact time of the first, also across a clock change (RFC 5545 3.8.5.3).
    lengths = {m.number: m.schedule.duration for m in listed if m.schedule is not None}
    catalogue = Catalogue(listed, version=1, now=WEEKS[0])
    asked = list(moments(chance))

    for now in asked:
        hits = {hit.meeting.number: hit for hit in catalogue.find(Search(limit=100), now=now).hits}
        for number, begun in starts.items():
            coming = bisect_left(begun, now)
            latest = begun[: bisect_right(begun, now)][-1:]
            is_on = any(now < start + (lengths[number] or dt.timedelta(0)) for start in latest)
            assert (hits[number].is_on_now, number, now) == (is_on, number, now)
            assert (hits[number].next_start, number, now) == (begun[coming], number, now)
        on_now = catalogue.find(Search(now=True, limit=100), now=now).hits
        assert {hit.meeting.number for hit in on_now} == {n for n in hits if hits[n].is_on_now}
    assert len(asked) >= 2000


# Starts that the clocks skip: zone, date, wall clock, and the instant that RFC 5545 3.3.5 gives,
# by the offset before the change.
SKIPPED = [
    ("America/New_York", (2026, 3, 8), (2, 30), "2026-03-08T07:30Z"),  # 03:30 daylight time
    ("America/St_Johns", (2026, 3, 8), (2, 0), "2026-03-08T05:30Z"),
    ("Europe/London", (2026, 3, 29), (1, 15), "2026-03-29T01:15Z"),
    ("Australia/Lord_Howe", (2026, 10, 4), (2, 10), "2026-10-03T15:40Z"),  # half an hour
    ("Pacific/Chatham", (2026, 9, 27), (2, 45), "2026-09-26T14:00Z"),
    ("America/Havana", (2026, 3, 8), (0, 30), "2026-03-08T05:30Z"),  # at midnight
    ("America/Santiago", (2026, 9, 6), (0, 0), "2026-09-06T04:00Z"),
]
# Starts that come twice: the first is meant.
REPEATED = [
    ("America/New_York", (2026, 11, 1), (1, 30), "2026-11-01T05:30Z"),
    ("Europe/London", (2026, 10, 25), (1, 0), "2026-10-25T00:00Z"),
    ("Australia/Lord_Howe", (2026, 4, 5), (1, 45), "2026-04-04T14:45Z"),
    ("America/Havana", (2026, 11, 1), (0, 30), "2026-11-01T04:30Z"),
]


@pytest.mark.parametrize(("name", "day", "wall", "instant"), SKIPPED + REPEATED)
def test_a_start_in_a_clock_change_follows_rfc_5545(
    name: str, day: tuple[int, int, int], wall: tuple[int, int], instant: str
) -> None:
    on = dt.date(*day)
    schedule = a_schedule(
        rules=(Rule(weekday=on.isoweekday()),), start=dt.time(*wall), timezone=zone(name)
    )
    expected = dt.datetime.fromisoformat(instant)
    for now in (expected - dt.timedelta(hours=5), expected - dt.timedelta(minutes=1), expected):
        (hit,) = (
            Catalogue([a_meeting(schedule=schedule)], version=1, now=now)
            .find(Search(), now=now)
            .hits
        )

        assert hit.next_start == expected


def test_a_moment_made_ready_in_advance_is_the_one_that_comes() -> None:
    now = dt.datetime(2026, 11, 25, 0, 29, 58, tzinfo=dt.UTC)  # 19:30 in New York is near
    catalogue, other = (Catalogue([a_meeting()], version=1, now=now) for _ in range(2))
    later = now + dt.timedelta(hours=1, seconds=3)  # it is over

    catalogue.look_ahead(now=now + dt.timedelta(hours=1))

    assert catalogue.find(Search(), now=later) == other.find(Search(), now=later)
