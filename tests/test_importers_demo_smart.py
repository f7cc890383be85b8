"""The demo's invented SMART bundle: every kind of row, times as the real site has them."""

import datetime as dt
import json
import re
import runpy
import tomllib
from collections import Counter
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.shared import shared

DEMO = Path(str(files("importers"))) / "demo"
MAKERS = Path(__file__).with_name("data")
ORDINALS = {"First": 1, "Second": 2, "Third": 3, "Fourth": 4}


def test_the_bundle_is_what_its_maker_writes(tmp_path: Path) -> None:
    runpy.run_path(str(MAKERS / "make_demo_smart.py"))["write_bundle"](tmp_path)

    made = (tmp_path / "bundle.json").read_bytes()

    assert made == (DEMO / "smart" / "bundle.json").read_bytes()


def test_the_bundle_has_every_kind_of_row() -> None:
    rows = meetings()
    rules = {re.split(r" of each month|, \d", row["schedule"])[0] for row in rows}
    audiences = Counter(label for row in rows for label in row["audiences"])

    assert len(rows) == bundle()["total"] == 30
    assert rules >= {
        "Every Monday",
        "Every other Tuesday",
        "First and third Saturday",
        "Third Saturday",
        "Last Wednesday",
        "Second, third, fourth, and last Friday",
    }
    assert Counter(row["program"] for row in rows) == {
        "4-Point Recovery": 22,
        "Family & Friends": 6,
        "Successful Life Skills": 2,
    }
    assert audiences["Military, Veterans & First Responders"] == audiences["Only"] == 2
    assert audiences["Women"] == 1
    assert audiences["Young Adults (18-30)"] == 2
    assert sum("Spanish" in row["languages"] for row in rows) == 2
    assert sum(row["titleLocation"] == "Brooklyn, New York" for row in rows) == 3


def test_the_bundle_shows_the_week_after_it_was_fetched() -> None:
    fetched_at = dt.datetime.fromisoformat(bundle()["fetched_at"])
    starts = [dt.datetime.fromisoformat(row["utcStart"]) for row in meetings()]

    assert starts == sorted(starts)
    assert fetched_at < starts[0]
    assert starts[-1] < fetched_at + dt.timedelta(days=7)


def test_the_bundles_schedule_text_is_that_of_utc() -> None:
    for row in meetings():
        start = dt.datetime.fromisoformat(row["utcStart"])
        clock = f"{start:%I:%M %p}".removeprefix("0")
        assert f"{start:%A}" in row["schedule"]
        assert f", {clock} to " in row["schedule"]


def test_the_bundles_ordinals_count_in_local_time() -> None:
    words = tomllib.loads((MAKERS / "demo_smart.toml").read_text(encoding="utf-8"))
    zones = {row["town"]: ZoneInfo(row["zone"]) for row in words["meetings"]}
    monthly = [row for row in meetings() if " of each month" in row["schedule"]]

    for row in monthly:
        instant = dt.datetime.fromisoformat(row["utcStart"])
        on = instant.astimezone(zones[row["titleLocation"]]).date()
        named = {
            ORDINALS[word.capitalize()]
            for word in re.findall(r"first|second|third|fourth", row["schedule"], re.IGNORECASE)
        }
        is_last = (on + dt.timedelta(days=7)).month != on.month
        assert (on.day + 6) // 7 in named or ("ast " in row["schedule"] and is_last), row
    assert len(monthly) == 5


@pytest.mark.lists
def test_the_shape_is_that_of_the_real_bundle() -> None:
    real = json.loads(shared("data/smart/bundle-excerpt.json").read_bytes())

    assert list(bundle()) == list(real)
    assert {tuple(row) for row in meetings()} == {tuple(real["meetings"][0])}


def bundle() -> dict[str, Any]:
    read: dict[str, Any] = json.loads((DEMO / "smart" / "bundle.json").read_bytes())
    return read


def meetings() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = bundle()["meetings"]
    return rows
