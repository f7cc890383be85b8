"""The importers on the real lists."""

import datetime as dt
import json
from collections import Counter
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from importers import bmlt, smart_bundle
from importers._listed import Listed, read_list
from importers._locate import PlaceFinder, locate
from importers._refresh import refresh
from importers._source import Importer, Payloads, Source, Unplaced
from meetings.model import Meeting, TimezoneSource
from meetings.places import Places
from meetings.storage.database import Database
from meetings.storage.documents import encode
from meetings.storage.meetings import all_meetings
from meetings.storage.sources import Outcome
from tests.make_lists import NO_PLACES, a_smart_record, a_source, smart_list
from tests.shared import shared

NOW = dt.datetime(2026, 8, 23, 12, 0, tzinfo=dt.UTC)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SMART = a_source(id="smart-us", importer="smart_bundle", fellowship="smart")

pytestmark = pytest.mark.lists


def gny() -> Payloads:
    return bmlt.load(shared("data/bmlt/gny-sample"))


def excerpt() -> Payloads:
    return smart_bundle.load(shared("data/smart/bundle-excerpt.json"))


def golden() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(shared("data/smart/golden.json").read_bytes())
    return rows


def golden_bundle() -> Payloads:
    return smart_list(
        *(
            a_smart_record(
                row["id"],
                program=row["program"],
                audiences=row["audiences"],
                languages=row["languages"],
                utcStart=row["utc_next"],
                titleLocation=row["title_location"],
                schedule=row["schedule_text_as_rendered"],
            )
            for row in golden()
        )
    )


def listed(
    payloads: Payloads, source: Source, *, importer: Importer, places: PlaceFinder
) -> Listed:
    return read_list(source, payloads, importer=importer, places=places, overrides={}, now=NOW)


def wall_clock(meeting: Meeting) -> tuple[str, str]:
    assert meeting.schedule is not None
    (rule,) = meeting.schedule.rules
    return DAYS[rule.weekday - 1], f"{meeting.schedule.start:%H:%M}"


def test_a_whole_root_server_is_read_and_each_meeting_has_a_zone() -> None:
    result = listed(gny(), a_source(), importer=bmlt, places=NO_PLACES)

    zones = Counter(
        meeting.schedule and (str(meeting.schedule.timezone), meeting.schedule.timezone_source)
        for meeting in result.meetings.values()
    )
    assert (result.read, result.rejected, result.warnings) == (1513, [], ())
    assert zones == {("America/New_York", TimezoneSource.PLACE): 1513}


def test_no_value_keeps_the_old_servers_prompt() -> None:
    result = listed(gny(), a_source(), importer=bmlt, places=NO_PLACES)

    assert not [m for m in result.meetings.values() if "#@-@#" in encode(m)]


def test_unpublished_rows_are_not_read() -> None:
    path = shared("data/bmlt/gny-sample/GetSearchResults.unpublished.json")
    hidden = {f"t:{row['id_bigint']}" for row in json.loads(path.read_bytes())}

    result = listed(gny(), a_source(), importer=bmlt, places=NO_PLACES)

    assert len(hidden) == 42
    assert not hidden & result.meetings.keys()


def test_every_instant_gives_the_golden_wall_clock_in_its_given_zone() -> None:
    records = smart_bundle.read(golden_bundle(), SMART)
    unplaced = [record for record in records if isinstance(record, Unplaced)]

    results = [
        locate(record, SMART, NO_PLACES, timezone=ZoneInfo(row["iana"]))
        for record, row in zip(unplaced, golden(), strict=True)
    ]

    right = [
        wall_clock(result) == (row["local_day"], row["local_time"])
        for result, row in zip(results, golden(), strict=True)
        if isinstance(result, Meeting)
    ]
    assert right == [True] * 213


@pytest.mark.long
def test_places_give_the_golden_wall_clock_or_none_but_for_one_known_row(world: Places) -> None:
    result = listed(golden_bundle(), SMART, importer=smart_bundle, places=world)

    expected = {f"smart-us:{row['id']}": (row["local_day"], row["local_time"]) for row in golden()}
    wrong = [id_ for id_, m in result.meetings.items() if wall_clock(m) != expected[id_]]
    assert wrong == ["smart-us:9338"]
    assert len(result.meetings) - len(wrong) >= 211
    assert all(each.reason.startswith("no trustworthy time: ") for each in result.rejected)


@pytest.mark.long
async def test_the_bundle_is_published_without_a_person_in_it(db: Database, world: Places) -> None:
    first = await refreshed(db, excerpt(), SMART, importer=smart_bundle, places=world)
    again = await refreshed(db, excerpt(), SMART, importer=smart_bundle, places=world)

    async with db.read() as reader:
        documents = [encode(meeting) for meeting in await all_meetings(reader)]
    assert (first.outcome, first.read) == (Outcome.ACCEPTED, 60)
    assert first.added + first.rejected == 60
    assert (again.added, again.changed, again.unchanged) == (0, 0, first.added)
    assert not [text for text in documents if "REMOVED" in text or "leave" in text]
    assert not [text for text in documents if '"Only"' in text]


async def test_a_root_server_read_twice_changes_nothing(db: Database) -> None:
    first = await refreshed(db, gny(), a_source(), importer=bmlt, places=NO_PLACES)
    again = await refreshed(db, gny(), a_source(), importer=bmlt, places=NO_PLACES)

    assert (first.outcome, first.added, first.rejected) == (Outcome.ACCEPTED, 1513, 0)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 1513)


async def refreshed(
    db: Database,
    payloads: Payloads,
    source: Source,
    *,
    importer: Importer,
    places: PlaceFinder,
) -> Any:
    return await refresh(
        db, source, payloads, importer=importer, places=places, overrides={}, now=NOW
    )
