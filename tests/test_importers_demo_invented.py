"""The demo's lists are invented: no person, group, number or link in them is real."""

import json
import re
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from tests.shared import shared

DEMO = Path(str(files("importers"))) / "demo"
NA = DEMO / "na"
BUNDLE = DEMO / "smart" / "bundle.json"
WORDS = Path(__file__).with_name("data") / "demo_words.toml"


def test_groups_have_names_of_their_own() -> None:
    words = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    names = [name for names in words["names"].values() for name in names]

    assert len(set(names)) == len(names)
    assert {row["meeting_name"] for row in na()} <= set(names)


def test_nobody_and_nothing_real_can_be_reached_through_the_list() -> None:
    text = "\n".join(file.read_text(encoding="utf-8") for file in NA.iterdir())

    hosts = set(re.findall(r"https?://([^/\"]+)", text))
    dial_ins = [row["phone_meeting_number"] for row in na() if row["phone_meeting_number"]]
    contacts = {row[key] for row in na() for key in row if key.startswith(("contact", "email"))}

    assert {host.rpartition(".")[2] for host in hosts} == {"example"}
    assert len(dial_ins) > 10
    assert all(re.fullmatch(r"\+1-212-555-01\d\d", number) for number in dial_ins)
    assert re.findall(r"\d{3}[- ]\d{4}", re.sub(r"\+1-212-555-01\d\d", "", text)) == []
    assert contacts == {""}
    assert "@" not in text.replace("#@-@#", "")
    assert re.findall(r"addict|clean|relapse|passcode|password", text, re.IGNORECASE) == []


def test_nobody_and_nothing_real_can_be_reached_through_the_bundle() -> None:
    text = BUNDLE.read_text(encoding="utf-8")

    hosts = set(re.findall(r"https?://([^/\"]+)", text))

    assert {host.rpartition(".")[2] for host in hosts} == {"example"}
    assert {row["facilitator"] + row["passcode"] for row in smart()} == {""}
    assert all(row["name"] == row["program"] for row in smart())
    assert "@" not in text


@pytest.mark.lists
def test_no_name_is_one_of_a_real_list() -> None:
    real = json.loads(shared("data/bmlt/gny-sample/GetSearchResults.json").read_bytes())
    for name in ("us-ca-orange-county", "us-pa-philadelphia", "us-al-anon", "us-wa-nwta"):
        real += json.loads(shared(f"data/tsml/{name}.json").read_bytes())

    for keys in (("meeting_name", "name", "group"), ("location_text", "location")):
        known = {str(row.get(key, "")).casefold() for row in real for key in keys} - {""}
        assert {row[keys[0]] for row in na() if row[keys[0]].casefold() in known} == set()


def na() -> list[dict[str, str]]:
    rows: list[dict[str, str]] = json.loads((NA / "GetSearchResults.json").read_bytes())
    return rows


def smart() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(BUNDLE.read_bytes())["meetings"]
    return rows
