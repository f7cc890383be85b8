"""The demo's feeds, named and plain: for the linter, other people's parsers, and curious eyes."""

import datetime as dt
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from importers._listed import read_list
from importers._registry import get_importer
from importers._sources import read_sources
from meetings.calendars import Look, feed
from meetings.fellowships import FELLOWSHIPS
from meetings.formats import FORMATS
from meetings.model import Meeting, ScheduleException, VenueType
from tests.clients import run
from tests.feeds import LOOK, unfolded, vevents
from tests.make import NOON, numbered
from tests.make_lists import NO_PLACES
from tests.serving import serving
from tests.shared import shared
from tests.test_meetings_calendars_clients import by_ical, by_ics, by_vobject
from web.cli.demo import LISTS, PATHS

MOST_IN_A_FEED = 300
NAMED = replace(LOOK, reminder_minutes=15)
PLAIN = replace(LOOK, is_plain=True, reminder_minutes=24 * 60)


@cache
def meetings() -> tuple[Meeting, ...]:
    """Return the demo's meetings, each tenth with a date off and one moved."""
    found: list[Meeting] = []
    for source in read_sources(LISTS / "sources.toml"):
        reader = get_importer(source.importer)
        payloads = reader.load(PATHS[source.importer])
        listed = read_list(
            source, payloads, importer=reader, places=NO_PLACES, overrides={}, now=NOON
        )
        found += listed.meetings.values()
    return tuple(
        with_exceptions(each) if each.number % 10 == 0 else each for each in numbered(found)
    )


def with_exceptions(meeting: Meeting) -> Meeting:
    schedule = meeting.schedule
    if schedule is None or schedule.timezone is None or schedule.first_on is None:
        return meeting
    days = [dt.date(2026, 11, 23) + dt.timedelta(days=day) for day in range(14)]
    off, moved = [on for on in days if on.isoweekday() == schedule.rules[0].weekday]
    exceptions = (
        ScheduleException(on=off, reason="the hall is closed"),
        ScheduleException(on=moved, moved_start=dt.time(11, 15)),
    )
    return replace(meeting, schedule=replace(schedule, exceptions=exceptions))


def demo_feeds(look: Look) -> Iterator[bytes]:
    for first in range(0, len(meetings()), MOST_IN_A_FEED):
        chunk = meetings()[first : first + MOST_IN_A_FEED]
        yield feed(chunk, look, horizon_on=NOON.date())


@pytest.mark.long
@pytest.mark.parametrize("look", [NAMED, PLAIN], ids=["named", "plain"])
def test_the_demo_s_feeds_are_read_by_every_parser(look: Look) -> None:
    for raw in demo_feeds(look):
        count = raw.count(b"\r\nBEGIN:VEVENT\r\n")

        assert count > 90
        assert [read(raw) for read in (by_ical, by_vobject, by_ics)] == [count] * 3
        assert len(vevents(raw)) == count


@pytest.mark.lists
@pytest.mark.parametrize("look", [NAMED, PLAIN], ids=["named", "plain"])
def test_the_linter_finds_nothing_in_the_demo_s_feeds(look: Look, tmp_path: Path) -> None:
    paths = []
    for number, raw in enumerate(demo_feeds(look)):
        paths.append(tmp_path / f"{number}.ics")
        paths[-1].write_bytes(raw)

    assert run(sys.executable, shared("tools/feedlint.py"), "--icalendar", *paths) == ""


def test_no_plain_feed_of_the_demo_names_a_fellowship_a_format_or_a_venue() -> None:
    found = set()
    for raw in demo_feeds(PLAIN):
        for line in unfolded(raw):
            # The street address stays; SA is a Saturday in rules and in the UIDs of series.
            if not line.startswith(("LOCATION", "RRULE", "UID")):
                found |= {(name, line) for name in our_names().findall(line)}
            found |= {(name, line) for name in venue_names() if name in line}

    assert found == set()


async def test_headers_of_plain_feeds_name_nothing_either(tmp_path: Path) -> None:
    chosen = [each for each in meetings() if each.venue_type is not VenueType.IN_PERSON][:5]
    names = re.compile("|".join(map(re.escape, (*venue_names(), "NA:", "SMART", "smart"))))

    async with serving(tmp_path, chosen) as client:
        for number in range(1, len(chosen) + 1):
            answer = await client.get(f"/meetings/{number}/calendar.ics?titles=plain")
            head = str(answer.headers.raw)

            assert answer.status_code == 200
            assert names.findall(head) + our_names().findall(head) == []


@cache
def our_names() -> re.Pattern[str]:
    names = {name for each in FELLOWSHIPS.values() for name in (each.name, each.short_name)}
    names |= {each.name for each in FORMATS.values()}
    initials = {name for name in names if re.fullmatch("[A-Z]{2,5}", name)}
    words = "|".join(sorted(map(re.escape, names - initials)))
    return re.compile(rf"(?<!\w)(?:(?i:{words})|{'|'.join(sorted(initials))})(?!\w)")


@cache
def venue_names() -> tuple[str, ...]:
    """Return what the lists call their venues, but not where that is the address itself."""
    venues = [meeting.venue for meeting in meetings() if meeting.venue is not None]
    streets = {venue.street for venue in venues} | {venue.town for venue in venues}
    return tuple(sorted({venue.name for venue in venues if venue.name} - streets))
