"""What a publisher would like to know of a Meeting Guide list that can be read all the same."""

from collections.abc import Iterable, Iterator

from importers._tsml_keys import keys
from importers._tsml_place import attendance, place
from importers._tsml_records import Record, text, texts
from importers._tsml_types import read_types
from importers._tsml_when import when
from meetings.model import Point


def remarks(records: Iterable[Record]) -> list[str]:
    """Return a sentence for each kind of repair or doubt, with its count and first record."""
    listed = list(records)
    found: dict[str, list[str]] = {}
    for record, key in zip(listed, keys(listed), strict=True):
        for remark in _remarks(record, key):
            found.setdefault(remark, []).append(key)
    return [
        f"{remark} ({len(where)} times, first at {where[0]})" for remark, where in found.items()
    ]


def _remarks(record: Record, key: str) -> Iterator[str]:
    try:
        yield from _of_key(record, key)
        yield from when(record).remarks
        yield from _of_place(record)
    except ValueError:
        return  # the record is rejected, and the reason says why


def _of_key(record: Record, key: str) -> Iterator[str]:
    slug = text(record, "slug")
    if not slug:
        yield "slug: is missing, so the key is made of other fields"
    elif key[: len(slug)] == slug and key != slug:
        yield "slug: stands twice in the list"


def _of_place(record: Record) -> Iterator[str]:
    types = read_types(texts(record, "types", separator=","), fellowship_code="", hosts=())
    where = place(record, home="", directions="")
    if where.point == Point(0, 0):
        yield "latitude, longitude: are 0, 0, which is in the sea"
    can_join = bool(text(record, "conference_url") or text(record, "conference_phone"))
    how = attendance(record, types, can_join=can_join, is_precise=where.is_precise)
    if how.remark:
        yield how.remark
