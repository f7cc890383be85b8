"""What of persons stands in a payload and is never read: counted, for the report."""

import re
from collections.abc import Iterator

from importers._source import Payloads

_PIECE_BYTES = 4 * 1024 * 1024  # searched in 5 ms, in which no other thread runs

# Fields with a value, by the beginnings of their names (reliability.md 7). Each pattern begins
# with plain text: so it takes a millisecond a megabyte.
_FIELDS = tuple(
    re.compile(rb'"%s[a-z0-9_]{0,20}"\s*:\s*"[^"\s]' % name)
    for name in (b"contact_", b"email", b"facilitator")
)


def people_left_out(payloads: Payloads) -> list[str]:
    """Return a sentence on fields of persons that hold something, in JSON payloads."""
    bodies = [body for body in payloads.values() if body[:1] in (b"[", b"{")]
    count = sum(
        len(field.findall(body, start, end))
        for body in bodies
        for start, end in _pieces(body)
        for field in _FIELDS
    )
    return [f"left out {count} fields with contacts or names of persons"] if count else []


def _pieces(body: bytes) -> Iterator[tuple[int, int]]:
    """Cut at the ends of objects, so that no field is cut."""
    start = 0
    while start < len(body):
        end = body.find(b"}", start + _PIECE_BYTES) + 1 or len(body)
        yield start, end
        start = end
