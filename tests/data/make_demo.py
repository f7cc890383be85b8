"""
Makes the demo's invented NA list, in the shape of a BMLT 4.2 root server (bmlt.md 3.7).

Run `python tests/data/make_demo.py importers/demo/na` after a change of demo_words.toml and
commit what comes out; a test compares the two. Chance is `Random.random` alone, the one method
of which Python promises the same numbers in every version.
"""

import json
import sys
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any, TypeVar

SEED = 20261118
ROOT_SERVER = "https://sample.example/main_server"
ONLINE_SERVICE_BODY = "13"
WORDS = tomllib.loads(Path(__file__).with_name("demo_words.toml").read_text(encoding="utf-8"))

Row = dict[str, str]
T = TypeVar("T")

# How the groups of one line share the week; 1 is Sunday, as BMLT counts.
SHARES = {
    "daily": ["1234567"],
    "workdays": ["23456", "71"],
    "thirds": ["246", "35", "71"],
    "pairs": ["25", "37", "4", "61"],
}
DURATIONS = ["01:00:00", "01:00:00", "01:00:00", "01:30:00", "01:30:00", "01:15:00"]
# The rest of a group's formats, each as often as this.
HABITS = {"33": 0.45, "44": 0.08, "37": 0.06, "21": 0.05, "24": 0.03, "5": 0.03, "102": 0.05}
AUDIENCES = {"32": 0.16, "15": 0.06, "34": 0.08, "10": 0.05, "1": 0.08}
# What editors of real servers leave behind on online meetings: the stock default, the middle of
# a country, nothing (bmlt.md 2.8).
JUNK_POINTS = [("34.235918", "-118.563659"), ("56.26392", "9.501785"), ("0", "0")]
JOINING = ["Cameras are optional", "Wait in the lobby, somebody lets you in", "Microphones off", ""]


def write_list(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "GetSearchResults.json", _numbered(_meetings(Random(SEED))))
    _write(folder / "GetFormats.en.json", _formats())
    _write(folder / "GetServiceBodies.json", _service_bodies())


def _meetings(chance: Random) -> Iterator[Row]:
    names = {language: iter(names) for language, names in WORDS["names"].items()}
    for town in WORDS["towns"]:
        yield from _town_meetings(town, names[town["names"]], chance)
    for line in WORDS["online"]:
        for start, days in _group_days(line):
            group = _online_group(line, next(names[line["names"]]), chance)
            yield from _in_week(group, start, days, chance)
    for single in WORDS["singles"]:
        if "town" not in single:
            yield _single(_online_group({}, next(names[single["names"]]), chance), single)


def _town_meetings(town: dict[str, Any], names: Iterator[str], chance: Random) -> Iterator[Row]:
    halls = cycle(_halls(town, chance))  # in turn, so that no hall is booked twice at one hour
    for start, days in _group_days(town):
        group = _group(town, next(names), next(halls), chance)
        yield from _in_week(group, _perhaps_later(start, chance), days, chance)
    for when in town.get("hybrid", []):
        weekday, start = when.split()
        group = _group(town, next(names), next(halls), chance) | _joining(chance)
        yield from _in_week(_with(group | {"venue_type": "3"}, "56"), start, weekday, chance)
    for single in WORDS["singles"]:
        if single.get("town") == town["key"]:
            yield _single(_group(town, next(names), next(halls), chance), single)


def _group_days(line: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the start and the weekdays of each group."""
    for start, share in line.get("week", []):
        for days in SHARES[share]:
            yield start, days
    for when in line.get("extra", []):
        weekday, start = when.split()
        yield start, weekday


def _halls(town: dict[str, Any], chance: Random) -> list[Row]:
    halls = []
    for number, name in enumerate(town["halls"]):
        district, postal_code, latitude, longitude = _turn(town["districts"], number)
        street = _turn(town["streets"], number).replace("%", str(_between(chance, 3, 480)))
        halls.append(
            town["fields"]
            | {
                "location_text": name,
                "location_street": street,
                "location_neighborhood": district,
                "location_postal_code_1": postal_code,
                "latitude": f"{latitude + (chance.random() - 0.5) * 0.008:.6f}",
                "longitude": f"{longitude + (chance.random() - 0.5) * 0.008:.6f}",
            }
        )
    return halls


def _group(town: dict[str, Any], name: str, hall: Row, chance: Random) -> Row:
    formats = _habits(chance, HABITS | town.get("languages", {}))
    return hall | {
        "meeting_name": name,
        "venue_type": "1",
        "service_body_bigint": town["service_body"],
        "duration_time": _pick(chance, DURATIONS),
        "location_info": _pick(chance, [*town["directions"], "", ""]),
        "train_lines": _pick(chance, [*town.get("transit", []), "", ""]),
        "format_shared_id_list": ",".join(formats),
    }


def _online_group(line: dict[str, Any], name: str, chance: Random) -> Row:
    latitude, longitude = _pick(chance, JUNK_POINTS)
    formats = _habits(chance, dict.fromkeys([line["language"]], 1.0) if "language" in line else {})
    group = _joining(chance) | {
        "meeting_name": name,
        "venue_type": "2",
        "service_body_bigint": ONLINE_SERVICE_BODY,
        "duration_time": _pick(chance, DURATIONS),
        "time_zone": line.get("time_zone", ""),
        "latitude": latitude,
        "longitude": longitude,
        "format_shared_id_list": ",".join(formats),
    }
    return _with(group, "54")


def _joining(chance: Random) -> Row:
    dial_in = f"+1-212-555-01{_between(chance, 0, 99):02}"
    return {
        "virtual_meeting_link": f"https://meet.example/j/room-{_between(chance, 10_000, 99_999)}",
        "virtual_meeting_additional_info": _pick(chance, JOINING),
        "phone_meeting_number": dial_in if chance.random() < 0.4 else "",
    }


def _habits(chance: Random, likely: dict[str, float]) -> list[str]:
    """Return what all meetings of a group have in common."""
    admission = _pick(chance, ["17", "17", "17", "17", "4", "4", "4", "4", ""])
    others = [format_id for format_id, share in likely.items() if chance.random() < share]
    audience = [format_id for format_id, share in AUDIENCES.items() if chance.random() < share]
    return [format_id for format_id in [admission, *others, *audience[:1]] if format_id]


def _in_week(group: Row, start: str, days: str, chance: Random) -> Iterator[Row]:
    # Only the one single may pass midnight: late groups last an hour.
    shortened = {"duration_time": "01:00:00"} if start >= "22:00" else {}
    for weekday in days:
        is_candlelit = start >= "20:00" and chance.random() < 0.15
        topic = "6" if is_candlelit else _pick(chance, WORDS["topics"])
        yield _with(group, topic) | shortened | _when(weekday, start)


def _single(group: Row, single: dict[str, Any]) -> Row:
    formats = {"format_shared_id_list": ",".join(single["formats"])}
    own: Row = single.get("fields", {})
    return group | formats | _when(single["weekday"], single["start"]) | own


def _when(weekday: str, start: str) -> Row:
    return {"weekday_tinyint": weekday, "start_time": f"{start}:00"}


def _with(row: Row, format_id: str) -> Row:
    return row | {"format_shared_id_list": f"{row['format_shared_id_list']},{format_id}"}


def _numbered(rows: Iterable[Row]) -> Iterator[Row]:
    stock = {"published": "1", "lang_enum": "en", "root_server_uri": ROOT_SERVER}
    for number, row in enumerate(rows, start=1001):
        ids = sorted(filter(None, set(row["format_shared_id_list"].split(","))), key=int)
        filled = dict.fromkeys(WORDS["meeting_keys"], "") | stock | row
        yield filled | {
            "id_bigint": str(number),
            "service_body_name": WORDS["service_bodies"][row["service_body_bigint"]][2],
            "formats": _keys(ids),
            "format_shared_id_list": ",".join(ids),
        }


def _keys(ids: Sequence[str]) -> str:
    """Return the format keys: closed and open first, the rest by id (bmlt.md 3.7)."""
    in_order = sorted(ids, key=lambda format_id: format_id not in ("4", "17"))
    return ",".join(WORDS["formats"][format_id][0] for format_id in in_order)


def _formats() -> Iterator[Row]:
    for format_id, (key, world_id, kind, name, description) in WORDS["formats"].items():
        yield {
            "key_string": key,
            "name_string": name,
            "description_string": description,
            "lang": "en",
            "id": format_id,
            "world_id": world_id,
            "format_type_enum": kind,
            "root_server_uri": ROOT_SERVER,
        }


def _service_bodies() -> Iterator[Row]:
    for body_id, (parent_id, kind, name) in WORDS["service_bodies"].items():
        yield {
            "id": body_id,
            "parent_id": parent_id,
            "name": name,
            "description": "Invented for the demo",
            "type": kind,
            "url": f"https://sample.example/areas/{body_id}",
            "helpline": "",
            "world_id": "",
        }


def _write(path: Path, rows: Iterable[Row]) -> None:
    lines = (json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
    path.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8", newline="\n")


def _perhaps_later(start: str, chance: Random) -> str:
    """Return *start*, or now and then a quarter of an hour later."""
    hour, minute = start.split(":")
    is_later = minute in ("00", "30") and chance.random() < 0.25
    return f"{hour}:{int(minute) + 15}" if is_later else start


def _pick(chance: Random, choices: Sequence[T]) -> T:
    return choices[int(chance.random() * len(choices))]


def _between(chance: Random, low: int, high: int) -> int:
    return low + int(chance.random() * (high - low + 1))


def _turn(choices: Sequence[T], number: int) -> T:
    return choices[number % len(choices)]


if __name__ == "__main__":
    write_list(Path(sys.argv[1]))
