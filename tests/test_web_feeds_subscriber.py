"""A real subscriber, vdirsyncer with khal, follows a feed of a served process over HTTP."""

import datetime as dt
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.clients import subscriber
from tests.clients.following import WEEKS, subscribed, today
from tests.make_lists import a_bmlt_record

PATIENCE_SECONDS = 60
FEED = "/list/calendar.ics?meetings=1,2,3,4"

pytestmark = pytest.mark.long


@dataclass(frozen=True)
class Served:
    """An installation: its folder, and the process that serves it."""

    folder: Path
    client: httpx2.Client

    def publish(self, *records: dict[str, Any], overrides: str = "") -> None:
        """Import a list as its operator would, in another process."""
        answers = self.folder / "list"
        answers.mkdir(exist_ok=True)
        (answers / "GetSearchResults.json").write_text(json.dumps(records), encoding="utf-8")
        (self.folder / "overrides.toml").write_text(overrides, encoding="utf-8")
        told = ("--format", "bmlt", "--file", str(answers), "--as", "t", "--accept")
        subprocess.run(  # noqa: S603 - our own program
            openchair("import", *told, "--timezone", "America/New_York"),
            env=environment(self.folder),
            capture_output=True,
            check=True,
        )

    def wait_until_feed_is_not(self, before: str) -> str:
        """Return the entity tag of the feed once it is another one."""
        end = time.monotonic() + PATIENCE_SECONDS
        while (etag := str(self.client.head(FEED).headers.get("etag"))) == before:
            assert time.monotonic() < end, "the feed did not change"
            time.sleep(0.1)
        return etag


@pytest.fixture
def served(tmp_path: Path, gazetteer_folder: Path) -> Iterator[Served]:
    (tmp_path / "places.sqlite").symlink_to(gazetteer_folder / "places.sqlite")
    with subprocess.Popen(  # noqa: S603 - our own program
        openchair("serve", "--port", "8791", "--no-refresh"),
        env=environment(tmp_path),
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stderr is not None
            said = (re.search(r"is at (http://\S+)", line) for line in process.stderr)
            address = next(found for found in said if found).group(1)
            with httpx2.Client(base_url=address) as client:
                wait_for(client)
                yield Served(tmp_path, client)
            process.send_signal(signal.SIGINT)
            assert process.wait(PATIENCE_SECONDS) == 0
        finally:
            process.kill()


def openchair(*words: str) -> list[str]:
    return [sys.executable, "-c", f"from web.cli import main; main({list(words)!r})"]


def environment(folder: Path) -> dict[str, str]:
    return os.environ | {
        "OPENCHAIR_DATA_DIR": str(folder),
        "OPENCHAIR_DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'openchair.db'}",
        "PYTHONPATH": str(Path(__file__).parents[1]),
        "COLUMNS": "200",
    }


def wait_for(client: httpx2.Client) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        try:
            client.get("/livez").raise_for_status()
        except httpx2.TransportError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the service did not answer")


def weekday_from(days: int) -> str:
    """Return the BMLT number of the weekday in so many days: Sunday is 1."""
    return str((today() + dt.timedelta(days=days)).isoweekday() % 7 + 1)


def a_record(number: int, **changes: Any) -> dict[str, Any]:
    """Return a meeting on the weekday of the day after tomorrow: none is on now."""
    return a_bmlt_record(number, weekday_tinyint=weekday_from(2), **changes)


def dates_at(hour: str, *, weeks: range = range(WEEKS)) -> list[str]:
    first = today() + dt.timedelta(days=2)
    return [f"{first + dt.timedelta(weeks=week)} {hour}" for week in weeks]


def test_a_subscriber_sees_a_move_a_cancelled_date_an_end_and_a_new_meeting(
    served: Served, tmp_path: Path
) -> None:
    before = served.client.head(FEED).headers["etag"]
    served.publish(a_record(1), a_record(2), a_record(3))
    before = served.wait_until_feed_is_not(before)
    address = f"{served.client.base_url}".rstrip("/") + FEED
    person = subscribed(tmp_path / "person", address, subscriber(tmp_path / "programs"))
    person.sync()
    agenda_before = person.agenda()

    off = today() + dt.timedelta(days=9)
    served.publish(
        a_record(1, start_time="20:15:00"),
        a_record(2),
        a_record(3),
        a_record(4),
        overrides=(
            f'["t:2"]\nexceptions = [{{on = {off}, reason = "holiday"}}]\n'
            f'["t:3"]\ntakedown = {today()}\n'
        ),
    )
    served.wait_until_feed_is_not(before)
    person.sync()

    as_ever = dates_at("19:30")
    assert agenda_before == {f"NA: Group {number}": as_ever for number in (1, 2, 3)}
    assert person.agenda() == {
        "NA: Group 1": dates_at("20:15"),
        "NA: Group 2": [as_ever[0], *as_ever[2:]],
        "CANCELLED: NA: Group 2": as_ever[1:2],
        "CANCELLED: NA: Group 3": as_ever[:1],
        "NA: Group 4": as_ever,
    }
