"""Log lines, text and JSON: what happened, never who asked and never what was typed."""

import json
import logging
import sys
from pathlib import Path

import pytest

from tests.program import program
from web.logs import JsonLines, TextLines

NEVER = ("sentinel", "rooklyn", "40.65", "127.0.0.1", "203.0.113")


def a_record(*, with_exception: bool = False) -> logging.LogRecord:
    info = None
    if with_exception:
        try:
            int("sentinel")
        except ValueError:
            info = sys.exc_info()
    record = logging.LogRecord("openchair", logging.INFO, "", 0, "import.run", (), info)
    record.created = 1_800_000_000.25
    record.fields = {"source": "na-12", "added": 3}
    return record


def test_a_line_of_text_says_what_happened_and_its_fields() -> None:
    assert TextLines().format(a_record()) == "info import.run source=na-12 added=3"


def test_a_line_of_json_says_the_same_and_when() -> None:
    assert json.loads(JsonLines().format(a_record())) == {
        "time": "2027-01-15T08:00:00.250+00:00",
        "level": "info",
        "message": "import.run",
        "source": "na-12",
        "added": 3,
    }


@pytest.mark.parametrize("lines", [TextLines(), JsonLines()])
def test_an_exception_is_its_class_and_its_way_without_its_message(
    lines: logging.Formatter,
) -> None:
    line = lines.format(a_record(with_exception=True))

    assert "ValueError" in line
    assert "tests/test_web_logs.py" in line
    assert "sentinel" not in line


@pytest.mark.long
def test_each_request_is_a_line_of_json_that_names_nobody(tmp_path: Path) -> None:
    settings = {"OPENCHAIR_LOG_FORMAT": "json", "OPENCHAIR_TRUSTED_PROXIES": "127.0.0.1"}
    with program(tmp_path, settings=settings) as running:
        with running.client as client:
            client.headers["X-Forwarded-For"] = "203.0.113.7"
            client.get("/api/meetings?latitude=40.65&longitude=-73.95&text=sentinel")
            client.post("/find", data={"near": "Brooklyn, NY"})
            client.get("/k/sentinel")
        running.process.terminate()
        running.process.wait()
        running.reading.join()

    lines = [json.loads(line) for line in running.said if line.startswith("{")]
    asked = [
        (line["route"], line["method"], line["status"])
        for line in lines
        if line["message"] == "request" and line["route"] != "/livez"
    ]
    assert asked == [
        ("/api/meetings", "GET", 200),
        ("/find", "POST", 303),
        ("/k/{secret}", "GET", 404),
    ]
    assert not [word for word in NEVER if word in "".join(running.said)]
