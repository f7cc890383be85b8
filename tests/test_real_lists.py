"""The whole way on the real NA list of ../shared: found as the original finds, in calendars."""

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import icalendar
import pytest
import recurring_ical_events

from importers import bmlt
from importers._listed import read_list
from meetings.calendars import feed
from meetings.catalogue import Catalogue
from meetings.geo import KM_PER_MILE, geodesic_km
from meetings.model import Meeting, Point
from meetings.recurrence import occurrences
from meetings.search import Hit, Search
from tests.feeds import HORIZON_ON, LOOK
from tests.make import NOON, numbered
from tests.make_lists import NO_PLACES, a_source
from tests.shared import shared

CENTRE = Point(42.867970, -76.985573)  # of the recorded answers, not rounded
ANSWERS = "data/bmlt/live-answers/meeting-search-42.867970"
MOST_IN_A_FEED = 300

pytestmark = pytest.mark.lists


@pytest.fixture(scope="module")
def gny() -> list[Meeting]:
    payloads = bmlt.load(shared("data/bmlt/gny-sample"))
    listed = read_list(
        a_source(id="gny"), payloads, importer=bmlt, places=NO_PLACES, overrides={}, now=NOON
    )
    return numbered(listed.meetings.values())


def recorded(day: int) -> dict[str, dict[str, Any]]:
    answer = json.loads(shared(f"{ANSWERS}-day{day}.json").read_bytes())
    return {f"gny:{row['id_bigint']}": row for row in answer["meetings"]}


def found(gny: list[Meeting], *, weekday: int) -> dict[str, Hit]:
    """Return what our search finds within 100 miles on an ISO weekday, by id."""
    search = Search(
        centre=CENTRE,
        radius_km=100 * KM_PER_MILE,
        weekdays=frozenset({weekday}),
        limit=100,
    )
    results = Catalogue(gny, version=1, now=NOON).find(search, now=NOON)
    return {hit.meeting.id: hit for hit in results.hits}


@pytest.mark.parametrize(("day", "weekday", "count"), [(2, 1, 53), (3, 2, 54)])
def test_a_search_finds_what_the_original_server_answered(
    gny: list[Meeting], day: int, weekday: int, count: int
) -> None:
    ours, theirs = found(gny, weekday=weekday), recorded(day)

    assert len(theirs) == count
    assert ours.keys() == theirs.keys()


@pytest.mark.parametrize(("day", "weekday"), [(2, 1), (3, 2)])
def test_distances_are_the_geodesic_and_near_the_original_s_sphere(
    gny: list[Meeting], day: int, weekday: int
) -> None:
    theirs = recorded(day)

    for id_, hit in found(gny, weekday=weekday).items():
        assert hit.distance_km is not None
        assert hit.meeting.point is not None
        exact_km = geodesic_km(CENTRE, hit.meeting.point)
        assert hit.distance_km == pytest.approx(exact_km, rel=1e-5)
        assert hit.distance_km == pytest.approx(float(theirs[id_]["distance_in_km"]), rel=0.0045)


def chunks(meetings: list[Meeting]) -> list[list[Meeting]]:
    firsts = range(0, len(meetings), MOST_IN_A_FEED)
    return [meetings[first : first + MOST_IN_A_FEED] for first in firsts]


@pytest.mark.long
def test_feeds_of_the_whole_list_pass_the_linter(gny: list[Meeting], tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.ics" for number in range(6)]
    for path, chunk in zip(paths, chunks(gny), strict=True):
        path.write_bytes(feed(chunk, LOOK, horizon_on=HORIZON_ON))

    ended = subprocess.run(  # noqa: S603 - our own tool
        [sys.executable, str(shared("tools/feedlint.py")), "--icalendar", *map(str, paths)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ended.returncode, ended.stdout) == (0, "")


@pytest.mark.long
@pytest.mark.parametrize("first_day", [dt.date(2026, 3, 1), dt.date(2026, 10, 25)])
def test_feeds_expand_to_the_listed_hours_in_both_weeks_around_a_clock_change(
    gny: list[Meeting], first_day: dt.date
) -> None:
    since = dt.datetime.combine(first_day, dt.time(6), dt.UTC)
    until = since + dt.timedelta(days=14)

    for chunk in chunks(gny):
        calendar = icalendar.Calendar.from_ical(feed(chunk, LOOK, horizon_on=HORIZON_ON))
        assert not [error for event in calendar.walk("VEVENT") for error in event.errors]
        starts = sorted(
            (int(str(event["UID"]).partition("@")[0].strip("m")), event["DTSTART"].dt)
            for event in recurring_ical_events.of(calendar).between(since, until)
            if event["DTSTART"].dt >= since
        )

        listed = {m.number: m.schedule.start for m in chunk if m.schedule is not None}
        assert {number for number, _ in starts} == listed.keys()
        assert all(start.time() == listed[number] for number, start in starts)
        assert starts == sorted(engine_starts(chunk, since, until))


def engine_starts(
    meetings: list[Meeting], since: dt.datetime, until: dt.datetime
) -> Iterator[tuple[int, dt.datetime]]:
    for meeting in meetings:
        if meeting.schedule is not None:
            for occurrence in occurrences(meeting.schedule, since=since, until=until):
                if occurrence.start >= since:
                    yield meeting.number, occurrence.start
