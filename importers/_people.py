"""What of persons stands in a payload and is never read: counted, for the report."""

import re
from collections.abc import Iterable, Iterator

from importers._source import Payloads
from importers._tables import Row

_PIECE_BYTES = 4 * 1024 * 1024  # searched in 5 ms, in which no other thread runs

# Fields with a value, by the beginnings of their names (reliability.md 7). Each pattern begins
# with plain text: so it takes a millisecond a megabyte.
_FIELDS = tuple(
    re.compile(rb'"%s[a-z0-9_]{0,20}"\s*:\s*"[^"\s]' % name)
    for name in (b"contact_", b"email", b"facilitator")
)


# Pass codes in links, in texts and in fields of their own, in their commonest spellings.
_PASS_CODES = (
    re.compile(rb'pwd=[^\s"&]'),
    re.compile(rb'ass(?:code|word|wort)"? ?[:=] ?"?[^\s"]'),
)
_COLUMNS = frozenset({"email", "phone", "author", "last_contact", "mailing_address"})


def people_left_out(payloads: Payloads, *, with_passcodes: bool) -> list[str]:
    """
    Return a sentence on fields of persons that hold something, and one on pass codes.

    They are of JSON payloads; *with_passcodes* are those whose publisher means them for all.
    """
    bodies = [body for body in payloads.values() if body[:1] in (b"[", b"{")]
    found = []
    if count := _count(bodies, _FIELDS):
        found.append(f"left out {count} fields with contacts or names of persons")
    if not with_passcodes and (count := _count(bodies, _PASS_CODES)):
        found.append(f"left out pass codes in {count} places")
    return found


def contacts_left_out(rows: Iterable[Row]) -> list[str]:
    """Return a sentence on cells of persons, in tables."""
    names = (name for row in rows for name in row.cells)
    count = sum(name in _COLUMNS or name.startswith("contact") for name in names)
    return [f"left out {count} cells with contacts or names of persons"] if count else []


def _count(bodies: Iterable[bytes], patterns: Iterable[re.Pattern[bytes]]) -> int:
    each = list(patterns)
    return sum(
        len(pattern.findall(body, start, end))
        for body in bodies
        for start, end in _pieces(body)
        for pattern in each
    )


def _pieces(body: bytes) -> Iterator[tuple[int, int]]:
    """Cut at the ends of objects, so that no field is cut."""
    start = 0
    while start < len(body):
        end = body.find(b"}", start + _PIECE_BYTES) + 1 or len(body)
        yield start, end
        start = end
