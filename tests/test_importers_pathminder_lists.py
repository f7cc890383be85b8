"""The golden rows of ../shared on pages filled from its reconstructed templates (smart.md 15)."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from importers import pathminder
from importers._listed import read_list
from importers._locate import locate
from importers._source import Payloads, Rejected, Unplaced
from meetings.model import Meeting, TimezoneSource
from meetings.places import Places
from tests.make_lists import NO_PLACES
from tests.make_pathminder import (
    SMART,
    a_list_page,
    a_meeting_page,
    a_row,
    online_only,
    without_block,
)
from tests.shared import shared

NOW = dt.datetime(2026, 8, 23, 12, 0, tzinfo=dt.UTC)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Row = dict[str, Any]
Fill = Callable[[Row], bytes]

pytestmark = pytest.mark.lists


def golden() -> list[Row]:
    rows: list[Row] = json.loads(shared("data/smart/golden.json").read_bytes())
    return rows


def template(name: str) -> str:
    return shared(f"data/smart/reconstructed/{name}").read_text(encoding="utf-8")


def a_page(row: Row) -> bytes:
    """Fill the page of one row, its calendar block with the wall times at the meeting."""
    zone = ZoneInfo(row["iana"])
    start = dt.datetime.fromisoformat(row["utc_next"]).astimezone(zone).replace(tzinfo=None)
    end = start + dt.timedelta(minutes=row["duration_min"] or 60)
    interval = 2 if "other" in row["schedule_text_as_rendered"] else 1
    page = a_meeting_page(
        template("detail_2026_hybrid.html"),
        id=row["id"],
        place=row["title_location"],
        start=f"{start:%Y-%m-%d %H:%M}",
        end=f"{end:%Y-%m-%d %H:%M}",
        timezone=row["iana"],
        recurring=f"FREQ=WEEKLY;INTERVAL={interval};BYDAY={row['local_day'][:2].upper()}",
        programme=row["program"],
        audiences=", ".join(row["audiences"]),
        languages=", ".join(row["languages"]),
        schedule=row["schedule_text_as_rendered"],
    )
    return page if row["format"] == "hybrid" else online_only(page)


def a_page_without_block(row: Row) -> bytes:
    return online_only(without_block(a_page(row | {"format": "hybrid"})))


def as_the_site(row: Row) -> bytes:
    """Fill a page as the site does: one of a meeting with ordinals has no block."""
    return a_page(row) if is_weekly(row) else a_page_without_block(row)


def is_weekly(row: Row) -> bool:
    return bool(row["schedule_text_as_rendered"].startswith("Every"))


def pages(fill: Fill) -> Payloads:
    rows = [
        a_row(
            id=row["id"],
            instant=row["utc_next"],
            place=row["title_location"],
            programme=row["program"].replace("&", "&amp;"),
            audiences=", ".join(row["audiences"]).replace("&", "&amp;"),
            languages=", ".join(row["languages"]),
        )
        for row in golden()
    ]
    listing = a_list_page(*rows, page=template("listing_2026.html"))
    return {"list 1": listing} | {f"meetings/{row['id']}": fill(row) for row in golden()}


def wall_clock(meeting: object) -> tuple[str, str]:
    assert isinstance(meeting, Meeting), meeting
    assert meeting.schedule is not None
    (rule,) = meeting.schedule.rules
    return DAYS[rule.weekday - 1], f"{meeting.schedule.start:%H:%M}"


@pytest.mark.parametrize("fill", [as_the_site, a_page, a_page_without_block])
def test_every_golden_row_comes_with_its_wall_clock(fill: Fill) -> None:
    rows = [row for row in golden() if fill is not a_page or is_weekly(row)]
    wanted = {row["id"] for row in rows}
    records = pathminder.read(pages(fill), SMART)

    located = [
        locate(record, SMART, NO_PLACES, timezone=ZoneInfo(row["iana"]))
        for record, row in zip(records, golden(), strict=True)
        if isinstance(record, Meeting | Unplaced) and row["id"] in wanted
    ]

    assert [wall_clock(result) for result in located] == [
        (row["local_day"], row["local_time"]) for row in rows
    ]


def test_the_zone_of_a_block_is_the_sources_own_word() -> None:
    records = pathminder.read(pages(as_the_site), SMART)

    sources = [
        record.schedule.timezone_source
        for record in records
        if isinstance(record, Meeting) and record.schedule is not None
    ]

    assert len(sources) == sum(map(is_weekly, golden()))
    assert set(sources) == {TimezoneSource.SOURCE}


def test_without_instants_the_text_of_no_page_yields_a_time() -> None:
    only_pages = {f"meetings/{row['id']}": a_page_without_block(row) for row in golden()}

    results = list(pathminder.read(only_pages, SMART))

    reason = "no trustworthy time: no calendar block, and no instant in the list"
    assert results == [Rejected(row["id"], reason) for row in golden()]


@pytest.mark.long
def test_places_give_the_golden_wall_clock_or_none_but_for_one_known_row(world: Places) -> None:
    payloads = pages(a_page_without_block)

    listed = read_list(SMART, payloads, importer=pathminder, places=world, overrides={}, now=NOW)

    expected = {f"smart-us:{row['id']}": (row["local_day"], row["local_time"]) for row in golden()}
    wrong = [id_ for id_, found in listed.meetings.items() if wall_clock(found) != expected[id_]]
    assert wrong == ["smart-us:9338"]
    assert len(listed.meetings) - len(wrong) >= 211
    assert all(each.reason.startswith("no trustworthy time: ") for each in listed.rejected)


def test_the_reconstructed_pages_themselves_are_read_without_a_person() -> None:
    folder: Path = shared("data/smart/reconstructed")

    results = list(pathminder.read(pathminder.load(folder), SMART))

    assert {type(result) for result in results} == {Meeting, Rejected}
    assert "REMOVED" not in repr(results)
