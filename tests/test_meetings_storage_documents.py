"""Meetings as text: every kind of meeting comes back equal, and the digest knows a change."""

import datetime as dt
import json
from dataclasses import MISSING, fields, replace
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.model import (
    Accuracy,
    Admission,
    Meeting,
    Online,
    OtherFormat,
    Point,
    Rule,
    Schedule,
    ScheduleException,
    Status,
    TimezoneSource,
    Venue,
    VenueType,
)
from meetings.storage.documents import decode, digest, encode
from meetings.zones import zone
from tests.make import NOON, a_meeting, a_schedule

A_COMPUTED_RULE = Rule(weekday=2, interval_weeks=int("1"))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
DATES = st.dates()
DIGEST_OF_A_MEETING = "52565ec52d4471a9b3268afc33520277fc910cf621fb72a0788a18fd682db554"
ZONES = st.sampled_from(["America/New_York", "Asia/Kathmandu", "Europe/Dublin"]).map(zone)


@st.composite
def rules(draw: st.DrawFn, weekday: int) -> Rule:
    kind = draw(st.sampled_from(["weekly", "monthly", "every other week"]))
    if kind == "monthly":
        ordinals = draw(st.lists(st.sampled_from([1, 2, 3, 4, 5, -1]), min_size=1, unique=True))
        return Rule(weekday=weekday, ordinals=tuple(ordinals))
    if kind == "weekly":
        return Rule(weekday=weekday)
    monday = dt.date(2026, 1, 5) + dt.timedelta(weeks=draw(st.integers(0, 100)))
    return Rule(
        weekday=weekday,
        interval_weeks=draw(st.integers(2, 52)),
        anchor_on=monday + dt.timedelta(days=weekday - 1),
    )


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    weekdays = draw(st.lists(st.integers(1, 7), min_size=1, unique=True))
    timezone = draw(st.none() | ZONES)
    known = [source for source in TimezoneSource if source is not TimezoneSource.UNKNOWN]
    exceptions = st.builds(
        ScheduleException,
        on=DATES,
        reason=TEXTS,
        moved_on=st.none() | DATES,
        moved_start=st.none() | st.times(),
    )
    return Schedule(
        rules=tuple(draw(rules(weekday)) for weekday in weekdays),
        start=draw(st.times()),
        duration=draw(st.none() | st.timedeltas(dt.timedelta(seconds=1), dt.timedelta(hours=24))),
        timezone=timezone,
        timezone_source=draw(st.sampled_from(known)) if timezone else TimezoneSource.UNKNOWN,
        first_on=draw(st.none() | DATES),
        until=draw(st.none() | DATES),
        exceptions=tuple(draw(st.lists(exceptions, max_size=3, unique_by=lambda e: e.on))),
    )


@st.composite
def meetings(draw: st.DrawFn) -> Meeting:
    point = draw(st.none() | st.builds(Point, st.floats(-90, 90), st.floats(-180, 180)))
    online = st.builds(
        Online, url=st.just("") | TEXTS.map("https://{}".format), phone=TEXTS, notes=TEXTS
    )
    other_formats = st.builds(OtherFormat, code=TEXTS, name=TEXTS, description=TEXTS)
    return Meeting(
        id="t:" + draw(TEXTS.filter(bool)),
        number=draw(st.integers(1, 10**9)),
        source="t",
        fellowship=draw(TEXTS),
        name="!" + draw(TEXTS),
        group=draw(TEXTS),
        schedule=draw(st.none() | schedules()),
        status=draw(st.sampled_from(Status)),
        venue_type=draw(st.sampled_from(VenueType)),
        venue=draw(st.none() | st.builds(Venue, name=TEXTS, street=TEXTS, town=TEXTS)),
        point=point,
        accuracy=draw(st.sampled_from(Accuracy)) if point else None,
        online=draw(st.none() | online),
        formats=tuple(draw(st.lists(TEXTS, max_size=3))),
        other_formats=tuple(draw(st.lists(other_formats, max_size=2))),
        admission=draw(st.sampled_from(Admission)),
        restriction_text="!" + draw(TEXTS),
        age_min=draw(st.none() | st.integers(0, 120)),
        age_max=draw(st.none() | st.integers(0, 120)),
        languages=tuple(draw(st.lists(TEXTS, max_size=2))),
        notes=draw(TEXTS),
        page_url=draw(TEXTS),
        service_body=draw(TEXTS),
        confirmed_on=draw(st.none() | DATES),
        revision=draw(st.integers(0, 1000)),
        changed_at=draw(st.none() | st.datetimes(timezones=st.just(dt.UTC))),
        removed_at=draw(st.none() | st.datetimes(timezones=st.just(dt.UTC))),
    )


@given(meetings())
def test_every_meeting_comes_back_equal(meeting: Meeting) -> None:
    document = encode(meeting)

    assert _decoded(document, meeting) == meeting


@given(meetings())
def test_a_meeting_that_came_back_has_the_same_digest(meeting: Meeting) -> None:
    back = _decoded(encode(meeting), meeting)

    assert digest(back) == digest(meeting)


@pytest.mark.parametrize(
    "known",
    [
        {"number": 77},
        {"revision": 3},
        {"changed_at": NOON + dt.timedelta(days=1)},
        {"removed_at": NOON},
        {"confirmed_on": NOON.date()},
    ],
)
def test_what_only_the_storage_knows_changes_neither_text_nor_digest(known: dict[str, Any]) -> None:
    meeting = a_meeting()

    told = replace(meeting, **known)

    assert (encode(told), digest(told)) == (encode(meeting), digest(meeting))


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Morning Hope Group"},
        {"venue_type": VenueType.ONLINE},
        {"schedule": None},
        {"schedule": a_schedule(start=dt.time(19, 31))},
        {"schedule": a_schedule(rules=(Rule(weekday=2, ordinals=(1,)),))},
        {"venue": Venue(town="Anytown")},
        {"notes": "ring the bell"},
    ],
)
def test_a_change_that_the_source_made_changes_the_digest(change: dict[str, Any]) -> None:
    assert digest(a_meeting(**change)) != digest(a_meeting())


def test_a_document_holds_only_what_was_given() -> None:
    document = encode(a_meeting())

    assert json.loads(document) == {
        "id": "t:1",
        "source": "t",
        "fellowship": "na",
        "name": "Evening Hope Group",
        "schedule": {
            "rules": [{"weekday": 2}],
            "start": "19:30:00",
            "duration": "PT3600S",
            "timezone": "America/New_York",
            "timezone_source": "source",
            "first_on": "2026-01-06",
        },
        "venue_type": "in_person",
    }


def test_the_digest_stays_the_same_from_version_to_version() -> None:
    # a digest that moves makes every meeting of every source look changed at the next import
    assert digest(a_meeting()) == DIGEST_OF_A_MEETING


def test_a_zone_that_could_not_be_read_again_is_refused() -> None:
    with pytest.raises(ValueError, match="Etc/GMT-3"):
        encode(a_meeting(schedule=a_schedule(timezone=ZoneInfo("Etc/GMT-3"))))


def _decoded(document: str, columns: Meeting) -> Meeting:
    return decode(
        document,
        number=columns.number,
        revision=columns.revision,
        changed_at=columns.changed_at,
        removed_at=columns.removed_at,
        confirmed_on=columns.confirmed_on,
    )


def test_every_default_of_the_model_is_one_of_a_kind() -> None:
    # by which msgspec leaves it out: a default of which there can be two would be written
    kinds = (Meeting, Schedule, Rule, ScheduleException, Venue, Online, OtherFormat)
    defaults = [f.default for kind in kinds for f in fields(kind) if f.default is not MISSING]

    assert all(
        default is None
        or isinstance(default, Enum)
        or default in ("", ())
        or (isinstance(default, int) and 0 <= default <= 1)
        for default in defaults
    )


@pytest.mark.parametrize(
    "changes",
    [{"notes": "x"[1:]}, {"formats": (*[],)}, {"schedule": a_schedule(rules=(A_COMPUTED_RULE,))}],
)
def test_a_default_that_was_computed_is_left_out_too(changes: dict[str, Any]) -> None:
    meeting = a_meeting(**changes)

    assert encode(meeting) == encode(a_meeting())
