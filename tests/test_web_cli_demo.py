"""`openchair demo` as a person starts it: a process, a browser's requests, Ctrl+C."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import icalendar
import pytest

from web.cli.demo import CLOSED_TOMORROW

PATIENCE_SECONDS = 30

pytestmark = pytest.mark.long


@dataclass(frozen=True)
class Demo:
    client: httpx2.Client
    printed: list[str]
    busy_port: int


@pytest.fixture(scope="module")
def demo(gazetteer_folder: Path) -> Iterator[Demo]:
    """The demo, told to use a port that is taken."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        busy_port = taken.getsockname()[1]
        command = f"from web.cli import main; main(['demo', '--port', '{busy_port}'])"
        with subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-c", command],
            env=os.environ | {"OPENCHAIR_DATA_DIR": str(gazetteer_folder), "COLUMNS": "200"},
            cwd=Path(__file__).parents[1],
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                printed = list(printed_until("Stop with Ctrl+C", process))
                (address,) = re.findall(r"start +(http://localhost:\d+)/", "\n".join(printed))
                with httpx2.Client(base_url=address) as client:
                    wait_for(client)
                    yield Demo(client, printed, busy_port)
                process.send_signal(signal.SIGINT)
                assert process.wait(PATIENCE_SECONDS) == 0
            finally:
                process.kill()


def printed_until(last: str, process: subprocess.Popen[str]) -> Iterator[str]:
    assert process.stderr is not None
    for line in process.stderr:
        yield line.rstrip()
        if last in line:
            return


def wait_for(client: httpx2.Client) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        try:
            client.get("/livez").raise_for_status()
        except httpx2.TransportError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("the demo did not answer")


def test_a_busy_port_moves_on_to_the_next(demo: Demo) -> None:
    assert f"Port {demo.busy_port} is in use, trying the next." in demo.printed
    assert demo.client.base_url.port != demo.busy_port


def test_the_terminal_prints_addresses_that_answer(demo: Demo) -> None:
    addresses = re.findall(r"http://localhost:\d+(/\S*)", "\n".join(demo.printed))

    assert len(addresses) == 7
    for path in addresses:
        answer = demo.client.get(path)
        assert answer.status_code == 200, path
        assert "sample" in answer.text.lower()


def test_meetings_near_brooklyn_and_online_are_found(demo: Demo) -> None:
    near = demo.client.get("/api/meetings?near=Brooklyn%2C+NY").json()
    online = demo.client.get("/api/meetings?online=1").json()
    village = demo.client.get("/api/meetings?latitude=43.56&longitude=-73.65").json()

    assert near["count"] > 100
    assert online["count"] > 80
    assert {m["fellowship"] for m in online["meetings"]} == {"na", "smart"}
    assert village["count"] == 1


def test_a_closed_hall_changes_the_calendar_before_one_s_eyes(demo: Demo) -> None:
    tuesdays = demo.client.get("/api/meetings?near=Brooklyn%2C+NY&day=tue").json()["meetings"]
    path = f"/meetings/{tuesdays[0]['number']}"
    before = demo.client.get(f"{path}/calendar.ics")

    pressed = demo.client.post("/sample/close-hall", data={"meeting": path.rpartition("/")[2]})
    page = demo.client.get(pressed.headers["location"])
    after = demo.client.get(
        f"{path}/calendar.ics", headers={"If-None-Match": before.headers["etag"]}
    )

    assert "Sample: the hall is closed next Tuesday" in demo.client.get(path).text
    assert "the hall is closed" in page.text
    assert after.status_code == 200
    events = icalendar.Calendar.from_ical(after.content).walk("VEVENT")
    assert [str(event["STATUS"]) for event in events] == ["CONFIRMED", "CANCELLED"]
    assert str(events[1]["SUMMARY"]).startswith("CANCELLED: SAMPLE NA: ")
    assert {str(event["SEQUENCE"]) for event in events} == {"1"}


def test_one_date_is_cancelled_one_hall_closed_and_one_zone_unknown(demo: Demo) -> None:
    meetings = list(every_meeting(demo))

    assert len(meetings) > 400
    assert any(CLOSED_TOMORROW in str(m["exceptions"]) for m in meetings)
    assert [m["timezone_source"] for m in meetings].count("unknown") == 1
    assert any("INTERVAL=2" in rule for m in meetings for rule in m["rrule"])
    assert any("MONTHLY" in rule for m in meetings for rule in m["rrule"])
    assert {"es", "fa", "pt"} <= {language for m in meetings for language in m["languages"]}


def every_meeting(demo: Demo) -> Iterator[Any]:
    cursor: str | None = ""
    while cursor is not None:
        answer = demo.client.get("/api/meetings", params={"limit": 100, "cursor": cursor}).json()
        yield from answer["meetings"]
        cursor = answer["next"]
