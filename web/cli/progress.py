"""How far an import has come: a bar with rates on a terminal, plain lines anywhere else."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from importers._report import Report
from importers._source import Get

KILOBYTE = 1024


class Watch(Protocol):
    """What an import tells while it runs."""

    def expect(self, lists: int) -> None:
        """So many more lists are to be read."""

    def reading(self, title: str) -> None:
        """The list of that title is next."""

    def received(self, size_bytes: int) -> None:
        """So many bytes came from a publisher."""

    def done(self, report: Report) -> None:
        """One list was read, whatever came of it."""


@contextmanager
def watching(console: Console) -> Iterator[Watch]:
    """Show the progress on *console*, as a bar where it is a terminal."""
    if not console.is_terminal:
        yield Lines(console)
        return
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        Rates(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    ) as progress:
        yield Bar(progress)


def watched(get: Get, watch: Watch) -> Get:
    """Return *get*, telling *watch* what it received."""

    async def get_and_tell(url: str) -> bytes:
        body = await get(url)
        watch.received(len(body))
        return body

    return get_and_tell


class Quiet:
    """Tells nobody."""

    def expect(self, lists: int) -> None: ...

    def reading(self, title: str) -> None: ...

    def received(self, size_bytes: int) -> None: ...

    def done(self, report: Report) -> None: ...


class Lines:
    """A line when a list is begun and one when it is read, with its rate."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._expected = self._begun = 0
        self._since = time.monotonic()

    def expect(self, lists: int) -> None:
        self._expected += lists

    def reading(self, title: str) -> None:
        self._begun += 1
        self._since = time.monotonic()
        self._print(f"reading {title} ({self._begun} of {self._expected})")

    def received(self, size_bytes: int) -> None:
        """Say nothing: an export is dozens of files."""

    def done(self, report: Report) -> None:
        seconds = time.monotonic() - self._since
        if report.read:
            self._print(f"  {report.read:,} records, {rate(report.read, seconds)} a second")

    def _print(self, line: str) -> None:
        self._console.print(line, markup=False, soft_wrap=True)


class Bar:
    """One bar over all lists, with what was read and received so far."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("reading", total=0, records=0, size_bytes=0)

    def expect(self, lists: int) -> None:
        task = self._state()
        self._progress.update(self._task, total=(task.total or 0) + lists)

    def reading(self, title: str) -> None:
        self._progress.update(self._task, description=title)

    def received(self, size_bytes: int) -> None:
        self._progress.update(
            self._task, size_bytes=self._state().fields["size_bytes"] + size_bytes
        )

    def done(self, report: Report) -> None:
        records = self._state().fields["records"] + report.read
        self._progress.update(self._task, advance=1, records=records)

    def _state(self) -> Task:
        return self._progress.tasks[self._task]


class Rates(ProgressColumn):
    """Records and kilobytes, so far and a second."""

    def render(self, task: Task) -> Text:
        seconds = task.elapsed or 0
        records, kilobytes = task.fields["records"], task.fields["size_bytes"] / KILOBYTE
        return Text(
            f"{records:,} records, {rate(records, seconds)}/s;"
            f" {kilobytes:,.0f} kB, {rate(kilobytes, seconds)} kB/s"
        )


def rate(count: float, seconds: float) -> str:
    return f"{count / max(seconds, 0.001):,.0f}"
