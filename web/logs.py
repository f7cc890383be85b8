"""
Log lines on standard error: text or JSON, and never a person, a place, a search or an address.

An exception is written as its class and the places in the code that it came through. Its message
may hold what somebody typed, so it stays out (reliability.md 7).
"""

import datetime as dt
import logging
import traceback
from pathlib import Path
from types import TracebackType

import msgspec

from meetings.settings import LogFormat

REQUESTS = logging.getLogger("openchair.requests")
QUIET = ("httpx2", "httpcore2", "asyncio")  # they write addresses
ROOT = Path(__file__).parents[1]


def set_up(format_: LogFormat) -> None:
    """Write what is a WARNING or worse, and our own lines; in JSON each request too."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if format_ is LogFormat.JSON else TextLines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("openchair").setLevel(logging.INFO)
    REQUESTS.setLevel(logging.INFO if format_ is LogFormat.JSON else logging.WARNING)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def note_request(route: str, method: str, status: int, seconds: float) -> None:
    """Write one line of one request."""
    if not REQUESTS.isEnabledFor(logging.INFO):
        return
    fields = {"route": route, "method": method, "status": status, "ms": round(seconds * 1000, 1)}
    REQUESTS.info("request", extra={"fields": fields})


class TextLines(logging.Formatter):
    """`info import.run source=na-12 …`, and below it where an exception came from."""

    def format(self, record: logging.LogRecord) -> str:
        fields = "".join(f" {name}={v}" for name, v in getattr(record, "fields", {}).items())
        lines = [f"{record.levelname.lower()} {record.getMessage().strip()}{fields}"]
        if record.exc_info and record.exc_info[0]:
            lines += [f"  {line}" for line in _came_through(record.exc_info[0], record.exc_info[2])]
        return "\n".join(lines)


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(
                timespec="milliseconds"
            ),
            "level": record.levelname.lower(),
            "message": record.getMessage().strip(),
        }
        line |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[0]:
            line["exception"] = _came_through(record.exc_info[0], record.exc_info[2])
        return msgspec.json.encode(line).decode()


def _came_through(kind: type[BaseException], trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)
    return [kind.__name__, *(f"{_place(f.filename)}:{f.lineno} {f.name}" for f in frames)]


def _place(filename: str) -> str:
    """Return the file without the folders of this machine."""
    path = Path(filename)
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name
