"""Searches against a brute force that asks geopy and the recurrence for every meeting."""

import datetime as dt
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meetings.catalogue import TRAVEL_KM_PER_HOUR, Catalogue
from meetings.duplicates import hidden_duplicates
from meetings.fellowships import fellowship
from meetings.formats import FAMILY_ADMISSIONS, searched_as
from meetings.geo import geodesic_km
from meetings.model import (
    Accuracy,
    Admission,
    Meeting,
    Occurrence,
    Point,
    Rule,
    Schedule,
    ScheduleException,
    TimezoneSource,
    Venue,
    VenueType,
)
from meetings.recurrence import next_occurrence
from meetings.search import Hit, Order, Search
from meetings.zones import zone
from tests.make import a_meeting

NOWHERE = float("inf")
ZONES = [
    "America/New_York",
    "Europe/London",
    "Asia/Tehran",
    "Pacific/Auckland",
    "Australia/Lord_Howe",
    "America/St_Johns",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "America/Havana",
]
# Towns, islands, both sides of the antimeridian, the poles.
PLACES = [
    (40.65, -73.95),
    (40.7, -74.0),
    (51.5, -0.12),
    (-16.8, 179.97),
    (-16.8, -179.97),
    (52.0, 180.0),
    (52.0, -180.0),
    (89.95, 10.0),
    (90.0, 0.0),
    (-90.0, 0.0),
    (-89.9, -170.0),
    (0.0, 0.0),
    (-37.11, -12.28),
    (-15.96, -5.7),
    (28.2, -177.37),
]


def naive(year: int, month: int, day: int) -> dt.datetime:
    """Return a bound as hypothesis wants it; the zone is drawn beside it."""
    return dt.datetime(year, month, day)  # noqa: DTZ001


MOMENTS = st.one_of(
    st.datetimes(naive(2026, 1, 1), naive(2027, 12, 31)),
    # the weeks of the clock changes in the zones above
    *(
        st.datetimes(naive(*day), naive(*day) + dt.timedelta(days=3))
        for day in ((2026, 3, 7), (2026, 3, 28), (2026, 10, 24), (2026, 11, 1), (2026, 4, 4))
    ),
).map(lambda naive: naive.replace(tzinfo=dt.UTC))


@st.composite
def points(draw: st.DrawFn) -> Point:
    latitude, longitude = draw(st.sampled_from(PLACES))
    spread = draw(st.sampled_from([0.0, 0.0, 0.01, 0.3, 5.0]))
    latitude = min(90.0, max(-90.0, latitude + spread * draw(st.floats(-1, 1))))
    longitude = (longitude + spread * draw(st.floats(-1, 1)) + 180) % 360 - 180
    return Point(round(latitude, 5), round(longitude, 5))


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    weekdays = draw(st.sets(st.integers(1, 7), min_size=1, max_size=3))
    kind = draw(st.sampled_from(["weekly", "weekly", "weekly", "nth", "every other"]))
    rules = tuple(_rule(kind, weekday) for weekday in sorted(weekdays))
    timezone = draw(st.none() | st.sampled_from(ZONES).map(zone))
    first_on = draw(st.none() | st.dates(dt.date(2025, 12, 1), dt.date(2028, 6, 1)))
    until = draw(st.none() | st.none() | st.dates(dt.date(2026, 1, 1), dt.date(2027, 12, 31)))
    exceptions = draw(st.just(()) | st.just(()) | _exceptions())
    return Schedule(
        rules=rules,
        start=dt.time(draw(st.integers(0, 23)), draw(st.sampled_from([0, 15, 30, 59]))),
        duration=draw(st.sampled_from([None, 30, 60, 90, 24 * 60]).map(_minutes)),
        timezone=timezone,
        timezone_source=TimezoneSource.SOURCE if timezone else TimezoneSource.UNKNOWN,
        first_on=first_on,
        until=until,
        exceptions=exceptions,
    )


def _rule(kind: str, weekday: int) -> Rule:
    if kind == "nth":
        return Rule(weekday=weekday, ordinals=(1, -1) if weekday % 2 else (5,))
    if kind == "every other":
        anchor = dt.date(2026, 1, 5) + dt.timedelta(days=weekday - 1)
        return Rule(weekday=weekday, interval_weeks=2, anchor_on=anchor)
    return Rule(weekday=weekday)


@st.composite
def _exceptions(draw: st.DrawFn) -> tuple[ScheduleException, ...]:
    days = draw(st.sets(st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31)), max_size=6))
    is_moved = draw(st.booleans())
    moved = dt.time(6, 30) if is_moved else None
    return tuple(ScheduleException(on=day, moved_start=moved) for day in sorted(days))


def _minutes(minutes: int | None) -> dt.timedelta | None:
    return None if minutes is None else dt.timedelta(minutes=minutes)


@st.composite
def meetings(draw: st.DrawFn) -> Meeting:
    point = draw(st.none() | points())
    return a_meeting(
        id=f"t:{draw(st.integers(0, 10**9))}",
        name=draw(st.sampled_from(["Hope", "Réunion du Port", "Serenity Hope", "Nouvel Espoir"])),
        fellowship=draw(st.sampled_from(["na", "aa", "smart", "al-anon"])),
        schedule=draw(st.none() | schedules() | schedules() | schedules()),
        venue_type=draw(st.sampled_from(VenueType)),
        venue=Venue(town=draw(st.sampled_from(["Springfield", "Montréal", ""]))),
        point=point,
        accuracy=point and Accuracy.EXACT,
        formats=draw(
            st.sampled_from(
                [(), ("women",), ("wheelchair", "women"), ("lesbian", "camera_required")]
            )
        ),
        languages=draw(st.sampled_from([(), ("en",), ("es",), ("en", "fa")])),
        admission=draw(
            st.sampled_from(
                [Admission.OPEN, Admission.CLOSED, Admission.FAMILY_ONLY, Admission.UNKNOWN]
            )
        ),
        notes=draw(st.sampled_from(["", "Enter by the café.", "Upstairs, room 5."])),
        removed_at=draw(
            st.sampled_from([None, None, None, dt.datetime(2026, 1, 1, tzinfo=dt.UTC)])
        ),
    )


@st.composite
def searches(draw: st.DrawFn) -> Search:
    centre = draw(st.none() | points() | points() | points())
    is_placed = centre is not None
    km = st.none() | st.sampled_from([0.1, 1.0, 25.0, 100.0, 500.0])
    return Search(
        centre=centre,
        radius_km=draw(km) if is_placed else None,
        nearest=draw(st.none() | st.sampled_from([1, 3, 20])) if is_placed else None,
        beyond_km=draw(st.none() | st.none() | st.sampled_from([0.0, 1.0, 30.0]))
        if is_placed
        else None,
        online=draw(st.booleans() if not is_placed else st.sampled_from([False, False, True])),
        fellowships=frozenset(draw(st.sets(st.sampled_from(["na", "aa", "zz"]), max_size=2))),
        venue_types=frozenset(draw(st.sets(st.sampled_from(VenueType), max_size=2))),
        weekdays=frozenset(draw(st.sets(st.integers(1, 7), max_size=5))),
        formats=frozenset(draw(st.sets(st.sampled_from(["women", "lgbtq"]), max_size=1))),
        languages=frozenset(draw(st.sets(st.sampled_from(["en", "es-MX", "xx"]), max_size=2))),
        admissions=frozenset(
            draw(st.sets(st.sampled_from([Admission.OPEN, Admission.FAMILY_ONLY]), max_size=2))
        ),
        without_camera=draw(st.sampled_from([False, False, True])),
        after=draw(st.none() | st.none() | st.times().map(_whole_minute)),
        before=draw(st.none() | st.none() | st.times().map(_whole_minute)),
        now=draw(st.sampled_from([False, False, False, True])),
        within_minutes=draw(st.none() | st.none() | st.sampled_from([1, 120, 10_080])),
        text=draw(st.sampled_from(["", "", "", "hope", "reunion port", "o", "caf ente", "zz"])),
        order=draw(st.sampled_from([None, Order.TIME, Order.SOON] + [Order.DISTANCE] * is_placed)),
        timezone=draw(st.none() | st.sampled_from(ZONES).map(zone)),
        limit=draw(st.sampled_from([1, 7, 100])),
    )


def _whole_minute(time: dt.time) -> dt.time:
    return time.replace(second=0, microsecond=0)


@dataclass(frozen=True, slots=True)
class Candidate:
    """What brute force knows of one meeting."""

    meeting: Meeting
    km: float
    occurrence: Occurrence | None

    @property
    def start(self) -> float:
        return NOWHERE if self.occurrence is None else self.occurrence.start.timestamp()


@given(
    st.lists(meetings(), max_size=40, unique_by=lambda meeting: meeting.id),
    searches(),
    MOMENTS,
)
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
def test_a_search_finds_what_brute_force_finds_in_the_same_order(
    listed: list[Meeting], search: Search, now: dt.datetime
) -> None:
    check(listed, search, now)


@pytest.mark.long
@given(
    st.lists(meetings(), max_size=80, unique_by=lambda meeting: meeting.id),
    searches(),
    MOMENTS,
)
@settings(
    max_examples=1200, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
def test_many_searches_find_what_brute_force_finds(
    listed: list[Meeting], search: Search, now: dt.datetime
) -> None:
    check(listed, search, now)


def check(listed: list[Meeting], search: Search, now: dt.datetime) -> None:
    everything = [*listed, *(in_another_list(meeting) for meeting in listed[::3])]
    numbered = [replace(meeting, number=number) for number, meeting in enumerate(everything, 1)]
    catalogue = Catalogue(numbered, version=1, now=now)
    hidden = hidden_duplicates(numbered)
    expected = brute_force([m for m in numbered if m.id not in hidden], search, now)

    found: list[Hit] = []
    cursor = ""
    while True:
        results = catalogue.find(replace(search, cursor=cursor), now=now)
        assert results.count == len(expected)
        found += results.hits
        if results.next_cursor is None:
            break
        cursor = results.next_cursor

    assert [hit.meeting.number for hit in found] == [c.meeting.number for c in expected]
    for hit, candidate in zip(found, expected, strict=True):
        assert hit.meeting == candidate.meeting
        assert hit.occurrence == candidate.occurrence
        assert hit.is_on_now == (candidate.start <= now.timestamp())
        assert hit.next_start == next_start(candidate.meeting, now)
        if search.centre is None or candidate.km == NOWHERE:
            assert hit.distance_km is None
        else:
            assert hit.distance_km == pytest.approx(candidate.km, abs=0.002)


def in_another_list(meeting: Meeting) -> Meeting:
    """Return what the same meeting is to another publisher, with other words and less care."""
    return replace(meeting, id=f"u{meeting.id}", source=f"u{meeting.source}", formats=("women",))


def brute_force(listed: list[Meeting], search: Search, now: dt.datetime) -> list[Candidate]:
    candidates = [
        Candidate(meeting, km_to(meeting, search.centre), occurrence_of(meeting, now))
        for meeting in listed
    ]
    kept = [c for c in candidates if matches(c, search, now)]
    by_distance = sorted(
        kept, key=lambda c: (round(c.km * 1e6) if c.km < NOWHERE else NOWHERE, c.meeting.number)
    )
    by_time = sorted(kept, key=lambda c: (c.start, c.meeting.number))
    if search.effective_order is Order.DISTANCE:
        return by_distance[: search.nearest]
    if search.nearest is not None and not search.online:
        nearest = by_distance[: search.nearest]
        return [c for c in by_time if c in nearest]
    return by_time[: search.nearest]


def km_to(meeting: Meeting, centre: Point | None) -> float:
    if centre is None or meeting.point is None or not meeting.is_in_person:
        return NOWHERE
    return geodesic_km(centre, meeting.point)


def occurrence_of(meeting: Meeting, now: dt.datetime) -> Occurrence | None:
    schedule = meeting.schedule
    if schedule is None or schedule.timezone is None:
        return None
    return next_occurrence(schedule, now=now)


def next_start(meeting: Meeting, now: dt.datetime) -> dt.datetime | None:
    occurrence = occurrence_of(meeting, now)
    if occurrence is None or meeting.schedule is None:
        return None
    while occurrence is not None and occurrence.start < now:
        occurrence = next_occurrence(meeting.schedule, now=occurrence.end)
    return None if occurrence is None else occurrence.start.astimezone(dt.UTC)


def matches(candidate: Candidate, search: Search, now: dt.datetime) -> bool:
    meeting = candidate.meeting
    if not (
        meeting.is_listed and is_in_reach(candidate.km, search) and is_admitted(meeting, search)
    ):
        return False
    if search.online and not meeting.is_online:
        return False
    if search.fellowships and meeting.fellowship not in search.fellowships:
        return False
    if search.venue_types and meeting.venue_type not in search.venue_types:
        return False
    spoken = {f"{tag}-" for tag in meeting.languages}
    if search.languages and not any(f"{t}-".startswith(tuple(spoken)) for t in search.languages):
        return False
    if search.without_camera and "camera_required" in meeting.formats:
        return False
    if any(not searched_as(code) & set(meeting.formats) for code in search.formats):
        return False
    return (
        is_in_time(candidate, search, now.timestamp())
        and has_words(meeting, search.text)
        and is_at_the_hour(meeting, search, now)
    )


def is_in_time(candidate: Candidate, search: Search, seconds: float) -> bool:
    if search.now and candidate.start > seconds:
        return False
    if search.within_minutes and candidate.start > seconds + 60 * search.within_minutes:
        return False
    if search.effective_order is not Order.SOON or candidate.km >= NOWHERE:
        return True
    return candidate.start >= seconds + candidate.km / TRAVEL_KM_PER_HOUR * 3600


def is_in_reach(km: float, search: Search) -> bool:
    if search.centre is None or search.online:
        return True
    radius_km = search.radius_km or (NOWHERE if search.nearest else 25.0)
    is_far_enough = search.beyond_km is None or km > search.beyond_km
    return km < NOWHERE and km <= radius_km and is_far_enough


def is_admitted(meeting: Meeting, search: Search) -> bool:
    is_family = meeting.admission in FAMILY_ADMISSIONS or fellowship(meeting.fellowship).is_family
    if search.admissions & FAMILY_ADMISSIONS:
        return meeting.admission in search.admissions
    return not is_family and (not search.admissions or meeting.admission in search.admissions)


def has_words(meeting: Meeting, text: str) -> bool:
    town = meeting.venue.town if meeting.venue else ""
    everything = f"{meeting.name} {meeting.group} {town} {meeting.notes}".casefold()
    plain = everything.replace("é", "e")
    return all(word in plain for word in text.split())


def is_at_the_hour(meeting: Meeting, search: Search, now: dt.datetime) -> bool:
    if not (search.weekdays or search.after or search.before):
        return True
    schedule = meeting.schedule
    if schedule is None:
        return False
    if search.timezone is None or (meeting.is_in_person and not search.online):
        return any(suits(rule.weekday, schedule.start, search) for rule in schedule.rules)
    return any(
        suits(start.isoweekday(), start.time(), search)
        for start in viewer_s_starts(schedule, search.timezone, now)
    )


def viewer_s_starts(schedule: Schedule, viewer: ZoneInfo, now: dt.datetime) -> list[dt.datetime]:
    """Return when each rule is on or next, by the viewer's clock."""
    if schedule.timezone is None:
        return []
    alone = [replace(schedule, rules=(rule,)) for rule in schedule.rules]
    coming = [next_occurrence(each, now=now) for each in alone]
    return [occurrence.start.astimezone(viewer) for occurrence in coming if occurrence]


def suits(weekday: int, time: dt.time, search: Search) -> bool:
    """Whether it falls into the window of one of the days, which may last past midnight."""
    after, before = search.after or dt.time.min, search.before or dt.time.max
    if after > before and time <= before:
        weekday = 7 if weekday == 1 else weekday - 1  # of the night that began the day before
    elif time < after or (after <= before < time):
        return False
    return not search.weekdays or weekday in search.weekdays
