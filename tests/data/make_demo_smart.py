"""
Makes the demo's invented SMART bundle, in the shape of smart.md 10.

Run `python tests/data/make_demo_smart.py importers/demo/smart` after a change of demo_smart.toml.
As on the real site the schedule's weekday and hours are those of UTC (smart.md 4.2).
"""

import datetime as dt
import json
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

WORDS = tomllib.loads(Path(__file__).with_name("demo_smart.toml").read_text(encoding="utf-8"))
WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]

Row = dict[str, Any]


def write_bundle(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(_bundle(), ensure_ascii=False, indent=2) + "\n"
    (folder / "bundle.json").write_text(text, encoding="utf-8", newline="\n")


def _bundle() -> Row:
    numbered = enumerate(WORDS["meetings"], start=9001)
    meetings = [_meeting(str(number), words) for number, words in numbered]
    return {
        "fetched_at": WORDS["fetched_at"],
        "source": "https://sample.example/meetings/",
        "attribution": "Invented sample data. Not affiliated with SMART Recovery.",
        "search_cities": ["Denver, CO"],
        "search_radius_mi": 1000,
        "city_counts": {"Denver, CO": {"pages": 1, "rows": len(meetings)}},
        "total": len(meetings),
        "program_counts": _counts([row["program"]] for row in meetings),
        "audience_counts": _counts(row["audiences"] for row in meetings),
        "language_counts": _counts(row["languages"] for row in meetings),
        "meetings": sorted(meetings, key=lambda row: (row["utcStart"], row["id"])),
    }


def _meeting(meeting_id: str, words: Row) -> Row:
    program = words.get("program", "4-Point Recovery")
    weekday, start, minutes = words["when"].split()
    starts_at = _next_start(weekday, dt.time.fromisoformat(start), ZoneInfo(words["zone"]))
    ends_at = starts_at + dt.timedelta(minutes=int(minutes))
    city, state = words["town"].split(", ")
    return {
        "id": meeting_id,
        "name": program,
        "facilitator": "",
        "program": program,
        "audiences": words.get("audiences", ["Adults"]),
        "languages": words.get("languages", ["English"]),
        "utcStart": starts_at.isoformat(),
        "hostCity": city,
        "hostState": state,
        "titleLocation": words["town"],
        "schedule": _schedule(words.get("every", "Every"), starts_at, ends_at),
        "passcode": "",
        "pathminderUrl": f"https://meet.example/j/S{meeting_id}",
        "detailUrl": f"https://sample.example/meetings/{meeting_id}/",
    }


def _next_start(weekday: str, start: dt.time, zone: ZoneInfo) -> dt.datetime:
    fetched_at = dt.datetime.fromisoformat(WORDS["fetched_at"])
    first_day = fetched_at.astimezone(zone).date()
    for days in range(8):
        day = first_day + dt.timedelta(days=days)
        starts_at = dt.datetime.combine(day, start, tzinfo=zone).astimezone(dt.UTC)
        if day.weekday() == WEEKDAYS.index(weekday) and starts_at > fetched_at:
            return starts_at
    raise ValueError(f"no {weekday} {start} within a week of {fetched_at}")


def _schedule(every: str, starts_at: dt.datetime, ends_at: dt.datetime) -> str:
    of_each_month = "" if every.startswith("Every") else " of each month"
    return f"{every} {starts_at:%A}{of_each_month}, {_clock(starts_at)} to {_clock(ends_at)}"


def _clock(instant: dt.datetime) -> str:
    return f"{instant.hour % 12 or 12}:{instant:%M %p}"


def _counts(labels: Iterable[list[str]]) -> dict[str, int]:
    return dict(Counter(label for row in labels for label in row))


if __name__ == "__main__":
    write_bundle(Path(sys.argv[1]))
