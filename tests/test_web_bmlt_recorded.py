"""The answers of a real BMLT server, after importing its own rows as the home source."""

import datetime as dt
import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import httpx2
import pytest

from importers import bmlt
from importers._refresh import refresh
from meetings.model import Accuracy, Point
from meetings.storage.database import Database
from meetings.storage.meetings import next_version, remove
from tests.make import a_meeting
from tests.make_lists import NO_PLACES, a_source
from tests.serving import serving
from tests.shared import shared

pytestmark = pytest.mark.lists

NOW = dt.datetime(2026, 8, 23, 12, 0, tzinfo=dt.UTC)
JSON = "/main_server/client_interface/json/"
REQUEST = (
    "?switcher=GetSearchResults&get_used_formats&data_field_key=id_bigint,meeting_name,"
    "weekday_tinyint,start_time,location_text,location_info,location_municipality,"
    "location_province,location_street,longitude,latitude,distance_in_miles,distance_in_km,formats,"
    "virtual_meeting_link,phone_meeting_number,virtual_meeting_additional_info"
    "&sort_results_by_distance=1&long_val=-76.985573&lat_val=42.867970&geo_width=-50&weekdays="
)
# What later migrations of the recorded server changed (README of the answers).
MIGRATED = {"4": "format_type_enum", "17": "format_type_enum"} | dict.fromkeys(
    ("5", "16", "37"), "world_id"
)


async def import_home(database: Database, *, home: bool = True) -> None:
    await refresh(
        database,
        a_source(id="gny", home=home),
        bmlt.load(shared("data/bmlt/gny-sample")),
        importer=bmlt,
        places=NO_PLACES,
        overrides={},
        now=NOW,
    )


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    # Beside home: a meeting whose public number is one of home's numbers too.
    beside = a_meeting(id="t:1", name="Beside", point=Point(0.5, 0.5), accuracy=Accuracy.EXACT)
    async with serving(tmp_path, [beside], prepare=import_home) as opened:
        yield opened


def recorded(name: str) -> Any:
    text = shared(f"data/bmlt/live-answers/{name}.json").read_text(encoding="utf-8")
    return json.loads(text.replace("https://latest.aws.bmlt.app", "https://meetings.example"))


async def asked(client: httpx2.AsyncClient, query: str) -> Any:
    answer = await client.get(JSON + query)
    assert answer.status_code == 200
    return answer.json()


def by_id(rows: Sequence[dict[str, str]]) -> dict[str, dict[str, str]]:
    """Rows at equal distance come in no reproducible order, so they are compared as sets."""
    return {row["id_bigint"]: row for row in rows}


@pytest.mark.parametrize(("day", "count"), [(2, 53), (3, 54)])
async def test_a_recorded_search_comes_out_to_the_last_digit(
    client: httpx2.AsyncClient, day: int, count: int
) -> None:
    theirs = recorded(f"meeting-search-42.867970-day{day}")

    ours = await asked(client, f"{REQUEST}{day}")

    assert len(ours["meetings"]) == count
    assert by_id(ours["meetings"]) == by_id(theirs["meetings"])
    assert [list(row) for row in ours["meetings"]] == [list(row) for row in theirs["meetings"]]
    distances = [[row["distance_in_km"] for row in each["meetings"]] for each in (ours, theirs)]
    assert distances[0] == distances[1]
    assert [as_recorded(each) for each in ours["formats"]] == [
        as_recorded(each) for each in theirs["formats"]
    ]


async def test_the_recorded_formats_come_out(client: httpx2.AsyncClient) -> None:
    ours, theirs = await asked(client, "?switcher=GetFormats"), recorded("formats")

    assert [list(each) for each in ours] == [list(each) for each in theirs]
    assert [as_recorded(each) for each in ours] == [as_recorded(each) for each in theirs]


async def test_the_recorded_service_bodies_come_out(client: httpx2.AsyncClient) -> None:
    ours = await asked(client, "?switcher=GetServiceBodies")

    assert [body for body in ours if int(body["id"]) < 1_000_000_000] == recorded("service-bodies")


async def test_server_info_has_the_recorded_keys_and_types(client: httpx2.AsyncClient) -> None:
    (ours,), (theirs,) = await asked(client, "?switcher=GetServerInfo"), recorded("server-info")

    assert [(k, type(v)) for k, v in ours.items()] == [(k, type(v)) for k, v in theirs.items()]
    assert ours["available_keys"] == theirs["available_keys"]


async def test_a_configured_service_body_goes_on_working(client: httpx2.AsyncClient) -> None:
    query = "?switcher=GetSearchResults&data_field_key=id_bigint"
    array = await asked(client, f"{query}&services[]=1&recursive=1")
    plain = await asked(client, f"{query}&services=1&recursive=1")
    area = await asked(client, f"{query}&services[]=1005")

    assert array == plain
    assert len(array) > len(area) > 10


async def test_every_published_value_is_answered_as_published(client: httpx2.AsyncClient) -> None:
    rows = json.loads(shared("data/bmlt/gny-sample/GetSearchResults.json").read_bytes())
    ours = by_id(await asked(client, "?switcher=GetSearchResults"))
    not_theirs = ("root_server_uri", "time_zone")  # ours is known from the place

    different = [
        (row["id_bigint"], key)
        for row in rows
        for key, value in row.items()
        if key not in not_theirs and ours[row["id_bigint"]][key] != value.strip()
    ]

    # A prompt before a value, a pass code, a telephone number (bmlt.md 2.6 and 2.11).
    assert len(different) <= 40
    assert {key for _, key in different} <= {
        "train_lines",
        "bus_lines",
        "location_info",
        "comments",
        "formats",
    }


async def test_a_meeting_of_another_list_keeps_clear_of_homes_numbers(
    client: httpx2.AsyncClient,
) -> None:
    rows = by_id(await asked(client, "?switcher=GetSearchResults"))

    assert rows["1000000001"]["meeting_name"] == "Beside"
    assert "1" not in rows


async def test_the_calendar_link_follows_homes_numbers(client: httpx2.AsyncClient) -> None:
    home = await client.get("/calendar.ics?meeting-id=2566")
    beside = await client.get("/calendar.ics?meeting-id=1000000001")

    assert "Step up and Be Free" in home.text
    assert "Beside" in beside.text


async def test_a_source_that_is_home_no_longer_loses_its_numbers(tmp_path: Path) -> None:
    async def prepare(database: Database) -> None:
        await import_home(database)
        await import_home(database, home=False)

    async with serving(tmp_path, prepare=prepare) as client:
        rows = await asked(client, "?switcher=GetSearchResults&data_field_key=id_bigint")

    assert max(int(row["id_bigint"]) for row in rows) == len(rows) == 1513


async def test_a_removed_meeting_of_home_is_told_by_its_own_number(tmp_path: Path) -> None:
    async def prepare(database: Database) -> None:
        await import_home(database)
        async with database.write() as writer:
            version = await next_version(writer, at=NOW)
            await remove(writer, ["gny:2566"], version=version, at=NOW)

    async with serving(tmp_path, prepare=prepare) as client:
        changed = await asked(client, "?switcher=GetChanges&meeting_id=2566")
        of_body = await asked(
            client, f"?switcher=GetChanges&service_body_id={changed[0]['service_body_id']}"
        )

    (told,) = changed
    assert (told["change_type"], told["meeting_exists"]) == ("comdef_change_type_delete", "0")
    assert int(told["service_body_id"]) < 1_000_000_000
    assert told in of_body


def as_recorded(given: dict[str, str]) -> dict[str, str]:
    return given | {MIGRATED.get(given["id"], "lang"): ""}
