"""A person whose calendar program, vdirsyncer with khal, follows the address of a feed."""

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path

from tests.clients import run

WEEKS = 4
VDIRSYNCER = """
[general]
status_path = "{folder}/status/"
[pair feed]
a = "local"
b = "remote"
collections = null
conflict_resolution = "b wins"
[storage local]
type = "filesystem"
path = "{folder}/calendar/"
fileext = ".ics"
[storage remote]
type = "http"
url = "{url}"
"""
KHAL = """
[calendars]
[[feed]]
path = {folder}/calendar/
readonly = True
[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
default_timezone = America/New_York
local_timezone = America/New_York
[sqlite]
path = {folder}/khal.db
"""


@dataclass(frozen=True)
class Subscriber:
    """A person's calendar program and where it keeps what it fetched."""

    programs: Path
    folder: Path

    def sync(self) -> None:
        run(self.programs / "vdirsyncer", "-c", self.folder / "vdirsyncer.conf", "sync")

    def agenda(self) -> dict[str, list[str]]:
        """Return each title with its dates and hours in the weeks to come."""
        told = run(
            *(self.programs / "khal", "-c", self.folder / "khal.conf", "list"),
            *("--day-format", "", "--format", "{start-date} {start-time} {title}"),
            *(f"{today():%Y-%m-%d}", f"{7 * WEEKS}d"),
        )
        found: dict[str, list[str]] = {}
        for date, hour, title in re.findall(r"^(\S+) (\S+) (.+)$", told, re.MULTILINE):
            found.setdefault(title, []).append(f"{date} {hour}")
        return found


def subscribed(folder: Path, url: str, programs: Path) -> Subscriber:
    """Subscribe to *url* with the programs of `tests.clients.subscriber`."""
    folder.mkdir()
    (folder / "calendar").mkdir()
    (folder / "vdirsyncer.conf").write_text(VDIRSYNCER.format(folder=folder, url=url))
    (folder / "khal.conf").write_text(KHAL.format(folder=folder))
    run(programs / "vdirsyncer", "-c", folder / "vdirsyncer.conf", "discover", stdin="y\n")
    return Subscriber(programs, folder)


def today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()
