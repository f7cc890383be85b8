"""Parsers and expanders that are not ours, on every feed the tests make and on the demo's."""

import datetime as dt
import json
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from ical.calendar_stream import IcsCalendarStream

from meetings.model import Schedule
from meetings.recurrence import occurrences
from tests.clients import ical_js, run
from tests.feeds import SCHEDULES, a_feed, by_engine, expanded, feeds, on, starts, vevents

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # old code, read by new interpreters
    import ics
    import vobject

SINCE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
UNTIL = dt.datetime(2028, 1, 1, tzinfo=dt.UTC)
# In New York 02:30 does not exist on these nights. The RFC and our engine say 03:30, by the
# offset before the gap; the expanders say an hour that there is not, or the hour before.
GAPS = {on(2026, 3, 8), on(2027, 3, 14)}
AFTER_THE_GAP = dt.time(3, 30)
NAMED_IN_THE_GAP = dt.time(2, 30)


def by_ical(raw: bytes) -> int:
    return len(IcsCalendarStream.calendar_from_ics(raw.decode()).events)


def by_vobject(raw: bytes) -> int:
    return len(vobject.readOne(raw.decode()).contents["vevent"])


def by_ics(raw: bytes) -> int:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return len(ics.Calendar(raw.decode()).events)


@pytest.mark.parametrize("count", [by_ical, by_vobject, by_ics])
def test_every_feed_is_read_whole_by_a_parser_that_is_not_ours(
    count: Callable[[bytes], int],
) -> None:
    counted = {
        name: (count(raw), raw.count(b"\r\nBEGIN:VEVENT\r\n")) for name, raw in feeds().items()
    }

    assert {name: pair for name, pair in counted.items() if pair[0] != pair[1]} == {}


def test_every_feed_is_read_by_icalendar_without_a_complaint() -> None:
    for raw in feeds().values():
        assert len(vevents(raw)) == raw.count(b"\r\nBEGIN:VEVENT\r\n")


@pytest.mark.parametrize("case", SCHEDULES)
def test_two_years_of_ical_are_what_the_engine_says(case: str) -> None:
    calendar = IcsCalendarStream.calendar_from_ics(a_feed(SCHEDULES[case]).decode())

    found = sorted(
        event.dtstart.replace(tzinfo=None)
        for event in calendar.timeline.overlapping(SINCE, UNTIL)
        if event.status == "CONFIRMED" and isinstance(event.dtstart, dt.datetime)
    )

    assert found == named_in_the_gap(starts(by_engine(schedule_of(case), SINCE, UNTIL)))


@pytest.mark.parametrize("case", [case for case in SCHEDULES if case.startswith("in the")])
def test_recurring_ical_events_differs_in_the_gap_only(case: str) -> None:
    found = starts(expanded(a_feed(SCHEDULES[case]), SINCE, UNTIL))

    assert found == named_in_the_gap(starts(by_engine(schedule_of(case), SINCE, UNTIL)))


@pytest.mark.long
def test_two_years_of_ical_js_are_what_the_engine_says(tmp_path: Path) -> None:
    script = Path(__file__).with_name("clients") / "expand.mjs"
    window = [str(int(moment.timestamp())) for moment in (SINCE, UNTIL)]
    made = json.dumps({case: a_feed(meeting).decode() for case, meeting in SCHEDULES.items()})

    told = json.loads(run("node", script, ical_js(tmp_path), *window, stdin=made))

    wrong = {}
    for case in SCHEDULES:
        walls = sorted(dt.datetime.fromisoformat(wall) for wall, _ in told[case])
        due = named_in_the_gap(starts(by_engine(schedule_of(case), SINCE, UNTIL)))
        instants = sorted(at for _, at in told[case])
        if walls != due or (not case.startswith("in the") and instants != due_instants(case)):
            wrong[case] = sorted(set(walls) ^ set(due))[:4]
    assert wrong == {}


def schedule_of(case: str) -> Schedule:
    schedule = SCHEDULES[case].schedule
    assert schedule is not None
    return replace(schedule, first_on=schedule.first_on or on(2026, 1, 1))


def named_in_the_gap(found: list[dt.datetime]) -> list[dt.datetime]:
    """Return *found* as expanders write what the engine puts after the gap."""
    return sorted(
        dt.datetime.combine(start.date(), NAMED_IN_THE_GAP)
        if start.date() in GAPS and start.time() == AFTER_THE_GAP
        else start
        for start in found
    )


def due_instants(case: str) -> list[int]:
    due = occurrences(schedule_of(case), since=SINCE, until=UNTIL)
    return sorted(
        int(each.start.timestamp()) for each in due if not each.is_cancelled and each.start >= SINCE
    )
