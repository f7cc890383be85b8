"""The demo's invented NA list: it holds what the demo needs, in the shape of a real one."""

import csv
import datetime as dt
import json
import runpy
from collections import Counter
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from importers import bmlt
from importers._sources import read_sources
from meetings.geo import geodesic_km
from meetings.model import Meeting, Point
from meetings.zones import zone_at
from tests.shared import shared

DEMO = Path(str(files("importers"))) / "demo"
MAKERS = Path(__file__).with_name("data")
TOWNS = {
    "Brooklyn": (Point(40.65, -73.95), "America/New_York"),
    "Bolton Landing": (Point(43.557, -73.655), "America/New_York"),
    "London": (Point(51.507, -0.128), "Europe/London"),
    "Toronto": (Point(43.653, -79.383), "America/Toronto"),
    "Los Angeles": (Point(34.05, -118.24), "America/Los_Angeles"),
    "تهران": (Point(35.69, 51.39), "Asia/Tehran"),
    "São Paulo": (Point(-23.55, -46.63), "America/Sao_Paulo"),
}
AT_LEAST = dict.fromkeys(["Open", "Closed", "Wheelchair"], 80) | {
    "Women": 20,
    "Young People": 10,
    "Beginners": 10,
    "Español": 10,
    "Persian": 25,
    "Portuguese": 25,
    "Step": 20,
    "Candlelight": 10,
    "ASL": 3,
    "Tea and Biscuits": 5,  # a format of this server only
}


def test_the_list_is_what_its_maker_writes(tmp_path: Path) -> None:
    runpy.run_path(str(MAKERS / "make_demo.py"))["write_list"](tmp_path / "na")

    made = {file.name: file.read_bytes() for file in (tmp_path / "na").iterdir()}

    assert made == {file.name: file.read_bytes() for file in (DEMO / "na").iterdir()}


def test_each_town_has_its_share() -> None:
    assert Counter((row["location_municipality"], row["venue_type"]) for row in na()) == {
        ("Brooklyn", "1"): 121,
        ("Brooklyn", "3"): 5,
        ("Bolton Landing", "1"): 1,
        ("London", "1"): 50,
        ("London", "3"): 3,
        ("London", ""): 1,
        ("Toronto", "1"): 35,
        ("Toronto", "2"): 1,
        ("Toronto", "3"): 3,
        ("Los Angeles", "1"): 51,
        ("Los Angeles", "3"): 4,
        ("تهران", "1"): 25,
        ("São Paulo", "1"): 25,
        ("", "2"): 58,
    }


def test_every_place_lies_within_8_km_of_its_town() -> None:
    too_far = [
        (row["meeting_name"], row["latitude"], row["longitude"])
        for row in na()
        if (town := row["location_municipality"]) and geodesic_km(TOWNS[town][0], point(row)) > 8
    ]

    assert too_far == []


def test_every_place_decides_the_zone_of_its_town() -> None:
    zones = {
        (row["location_municipality"], zone_at(point(row)))
        for row in na()
        if row["location_municipality"]
    }

    assert zones == {(town, ZoneInfo(name)) for town, (_, name) in TOWNS.items()}


def test_brooklyn_has_two_meetings_starting_in_every_hour_of_every_evening() -> None:
    starts = Counter(
        (row["weekday_tinyint"], int(row["start_time"][:2])) for row in in_town("Brooklyn")
    )

    for weekday in "1234567":
        assert all(starts[weekday, hour] >= 2 for hour in range(18, 22)), weekday
        assert starts[weekday, 6] >= 1 <= starts[weekday, 22], weekday


def test_the_village_has_one_evening_a_week() -> None:
    assert [(row["weekday_tinyint"], row["start_time"]) for row in in_town("Bolton Landing")] == [
        ("5", "19:00:00")
    ]


@pytest.mark.parametrize("week", [dt.date(2026, 1, 11), dt.date(2026, 7, 12)])
def test_every_evening_of_every_zone_has_an_online_meeting(week: dt.date) -> None:
    starts = sorted(instant(row, week) for row in na() if row["venue_type"] == "2" and zone(row))

    gaps = [
        later - earlier
        for earlier, later in zip(starts, [*starts[1:], starts[0] + dt.timedelta(7)], strict=True)
    ]

    assert max(gaps) <= dt.timedelta(hours=5)  # an evening is 18:00 to midnight


def test_online_meetings_name_their_zone_but_one_and_places_decide_the_rest() -> None:
    rows = na()

    without = [row for row in rows if row["venue_type"] == "2" and not zone(row)]
    decided_by_place = {
        row["location_municipality"] for row in rows if row["venue_type"] == "1" and not zone(row)
    }

    assert [row["location_municipality"] for row in without] == [""]
    assert decided_by_place == set(TOWNS) - {"Toronto"}
    assert {zone(row) for row in in_town("Toronto")} == {"America/Toronto"}
    assert all(ZoneInfo(zone(row)) for row in rows if zone(row))


def test_online_meetings_have_the_junk_coordinates_of_real_servers() -> None:
    online = [row for row in na() if row["venue_type"] == "2" and not row["location_municipality"]]

    assert {(row["latitude"], row["longitude"]) for row in online} == {
        ("34.235918", "-118.563659"),
        ("56.26392", "9.501785"),
        ("0", "0"),
    }


def test_formats_are_spread_over_the_list() -> None:
    rows = na()
    names = {row["id"]: row["name_string"] for row in formats()}

    counts = Counter(names[format_id] for row in rows for format_id in format_ids(row))

    assert set(counts) == set(names.values())
    assert {name: counts[name] for name in AT_LEAST if counts[name] < AT_LEAST[name]} == {}


def test_each_oddity_of_real_servers_is_there_once() -> None:
    rows = na()

    def count(**fields: str) -> int:
        return sum(all(row[key] == value for key, value in fields.items()) for row in rows)

    assert count(venue_type="", formats="C,TC") == 1
    assert count(venue_type="2", formats="O,D,VM,TC") == 1
    assert count(format_shared_id_list="") == 1
    assert count(duration_time="00:00:00") == 1
    assert count(duration_time="12:00:00") == 1
    assert sum("#@-@#" in row["train_lines"] for row in rows) == 1
    assert sum(row["virtual_meeting_link"].startswith("meet.example") for row in rows) == 1
    assert [
        (row["start_time"], row["duration_time"])
        for row in rows
        if minutes(row["start_time"]) + minutes(row["duration_time"]) > 24 * 60
    ] == [("23:30:00", "01:30:00")]


def test_no_hall_holds_two_meetings_at_once() -> None:
    rows = [row for row in na() if row["location_text"]]

    clashes = [
        (a["meeting_name"], b["meeting_name"])
        for a in rows
        for b in rows
        if a is not b
        and (a["location_text"], a["weekday_tinyint"]) == (b["location_text"], b["weekday_tinyint"])
        and 0 <= minutes(b["start_time"]) - minutes(a["start_time"]) < minutes(a["duration_time"])
    ]

    assert clashes == []


def test_rows_are_all_strings_in_one_order() -> None:
    for rows in (na(), formats(), read("na/GetServiceBodies.json")):
        assert {type(value) for row in rows for value in row.values()} == {str}
        assert len({tuple(row) for row in rows}) == 1
    assert {row["root_server_uri"] for row in [*na(), *formats()]} == {
        "https://sample.example/main_server"
    }
    assert len({row["id_bigint"] for row in na()}) == len(na())


def test_format_keys_stand_closed_and_open_first_then_by_id() -> None:
    keys = {row["id"]: row["key_string"] for row in formats()}

    for row in na():
        ids = format_ids(row)
        first = [format_id for format_id in ids if format_id in ("4", "17")]
        rest = [format_id for format_id in ids if format_id not in ("4", "17")]
        assert ids == sorted(set(ids), key=int)
        assert row["formats"] == ",".join(keys[format_id] for format_id in first + rest)


def test_stock_formats_have_their_world_ids() -> None:
    table = files("meetings").joinpath("formats.tsv").read_text(encoding="utf-8")
    stock = {
        stock_id: {world_id.strip("()") for world_id in row["bmlt_world_id"].split(";")}
        for row in csv.DictReader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
        for stock_id in row["bmlt_stock_ids"].split(";")
    }
    not_in_the_table = {"9": "LANG", "48": "LANG", "54": "VM", "55": "TC", "56": "HYBR"}
    others = not_in_the_table | {"2": "LANG", "101": "LANG", "102": ""}

    for row in formats():
        expected = {others[row["id"]]} if row["id"] in others else stock[row["id"]]
        assert row["world_id"] in expected, row["name_string"]


def test_service_bodies_form_a_tree_and_answer_for_every_meeting() -> None:
    bodies = {row["id"]: row for row in read("na/GetServiceBodies.json")}

    assert {row["parent_id"] for row in bodies.values()} - {"0"} <= set(bodies)
    assert [row["type"] for row in bodies.values() if row["parent_id"] == "0"] == ["ZF"]
    for row in na():
        assert row["service_body_name"] == bodies[row["service_body_bigint"]]["name"]


def test_both_sources_are_described() -> None:
    described = read_sources(DEMO / "sources.toml")

    assert [(source.id, source.importer, source.fellowship) for source in described] == [
        ("sample-na", "bmlt", "na"),
        ("sample-smart", "smart_bundle", "smart"),
    ]
    assert all("invented" in source.title and source.timezone is None for source in described)


def test_the_importer_takes_every_row() -> None:
    source = read_sources(DEMO / "sources.toml")[0]

    found = list(bmlt.read(bmlt.load(DEMO / "na"), source))

    assert [record for record in found if not isinstance(record, Meeting)] == []
    assert len(found) == len(na())


@pytest.mark.lists
def test_the_shape_is_that_of_a_real_server() -> None:
    real = json.loads(shared("data/bmlt/gny-sample/GetSearchResults.json").read_bytes())

    # "zone" is a field of that server's own; admin_notes came with bmlt.md 3.7's version.
    assert [key for key in na()[0] if key != "admin_notes"] == [k for k in real[0] if k != "zone"]


def read(name: str) -> Any:
    return json.loads((DEMO / name).read_bytes())


def na() -> list[dict[str, str]]:
    rows: list[dict[str, str]] = read("na/GetSearchResults.json")
    return rows


def formats() -> list[dict[str, str]]:
    rows: list[dict[str, str]] = read("na/GetFormats.en.json")
    return rows


def in_town(town: str) -> list[dict[str, str]]:
    return [row for row in na() if row["location_municipality"] == town]


def format_ids(row: dict[str, str]) -> list[str]:
    return [format_id for format_id in row["format_shared_id_list"].split(",") if format_id]


def zone(row: dict[str, str]) -> str:
    return row["time_zone"]


def point(row: dict[str, str]) -> Point:
    return Point(float(row["latitude"]), float(row["longitude"]))


def minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:5])


def instant(row: dict[str, str], sunday: dt.date) -> dt.datetime:
    on = sunday + dt.timedelta(days=int(row["weekday_tinyint"]) - 1)
    start = dt.time.fromisoformat(row["start_time"])
    return dt.datetime.combine(on, start, tzinfo=ZoneInfo(zone(row))).astimezone(dt.UTC)
