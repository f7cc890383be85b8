import io

from rich.console import Console

from importers._report import Report
from meetings.storage.sources import Outcome
from web.cli.progress import Bar, Lines, rate, watched, watching


def report(read: int) -> Report:
    return Report(source="t", outcome=Outcome.ACCEPTED, read=read)


def shown(*, is_terminal: bool) -> tuple[str, type]:
    """Return what an import of two lists writes, and what watched it."""
    console = Console(file=io.StringIO(), force_terminal=is_terminal, width=160)
    with watching(console) as watch:
        watch.expect(2)
        for title, read in (("Some [b]Area[/b]", 1200), ("Other Area", 0)):
            watch.reading(title)
            watch.received(2048)
            watch.done(report(read))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue(), type(watch)


def test_without_a_terminal_there_are_plain_lines() -> None:
    text, kind = shown(is_terminal=False)

    first, records, second = text.splitlines()
    assert kind is Lines
    assert first == "reading Some [b]Area[/b] (1 of 2)"
    assert records.startswith("  1,200 records, ")
    assert records.endswith(" a second")
    assert second == "reading Other Area (2 of 2)"
    assert "\x1b" not in text


def test_on_a_terminal_there_is_a_bar_with_rates() -> None:
    text, kind = shown(is_terminal=True)

    assert kind is Bar
    assert "2/2" in text
    assert "1,200 records" in text
    assert "4 kB" in text
    assert "/s" in text


def test_a_rate_of_no_time_at_all_is_a_number() -> None:
    assert rate(10, 0) == "10,000"


async def test_what_came_from_a_publisher_is_counted() -> None:
    class Counting(Lines):
        total = 0

        def received(self, size_bytes: int) -> None:
            self.total += size_bytes

    async def get(url: str) -> bytes:
        return url.encode()

    watch = Counting(Console(file=io.StringIO()))

    assert await watched(get, watch)("12345") == b"12345"
    assert watch.total == 5
