"""How often a list has each format that our table does not know (formats.md 7)."""

from collections import Counter
from collections.abc import Iterator

from importers._compare import Changes
from meetings.storage.documents import other_codes

_MOST_NAMED = 10


def unknown_formats(changes: Changes) -> list[str]:
    """Return a sentence with the commonest of them, by which somebody may add a row."""
    count = Counter(code for codes in _codes(changes) for code in set(codes))
    if not count:
        return []
    named = ", ".join(f"{code} ({times})" for code, times in count.most_common(_MOST_NAMED))
    more = len(count) - _MOST_NAMED
    rest = f" and {more} more" if more > 0 else ""
    return [f"formats shown as the list words them, and how many meetings have each: {named}{rest}"]


def _codes(changes: Changes) -> Iterator[list[str]]:
    for meeting in (*changes.added, *changes.changed):
        yield [each.code for each in meeting.other_formats]
    for id_ in changes.unchanged:
        yield other_codes(changes.known[id_].document)
