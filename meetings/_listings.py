"""What is shown of a page that was found: each meeting's document, and what depends on now."""

import itertools

import msgspec

from meetings._columns import Columns
from meetings._documents import Documents
from meetings._paging import Page
from meetings.timetable import NEVER, Moment


class Listing(msgspec.Struct, frozen=True, gc=False):
    """
    A meeting found, not read: its document (see `_documents`) and what depends on now.

    A struct, since a page of them is made for each search: a tuple with names takes four times
    as long.
    """

    document: bytes
    source: str | None  # whose last accepted list confirms it; None: the document says when
    next_start: int | None  # epoch seconds
    is_on_now: bool
    distance_km: float | None


def listings(
    columns: Columns, documents: Documents, page: Page, moment: Moment, seconds: float
) -> list[Listing]:
    """Return the meetings of *page* at *moment*, of which *seconds* is a part."""
    rows = page.rows
    kilometres = itertools.repeat(None) if page.kilometres is None else page.kilometres.tolist()
    starts, following = moment.starts.data, moment.following.data  # numpy is slow at one value
    names = (*columns.source_ids, None)  # the last stands for -1
    found = []
    for document, source, group, km in zip(
        documents.read(rows.tolist()),
        columns.sources.take(rows).tolist(),
        columns.classes.take(rows).tolist(),
        kilometres,
        strict=False,
    ):
        start = starts[group]
        coming = start if start >= seconds else following[group]
        next_start = None if coming == NEVER else coming
        distance = None if km != km else km  # nan
        found.append(Listing(document, names[source], next_start, start <= seconds, distance))
    return found
