"""The meetings of one record: one of several days has a meeting for each, "key/day" (tsml.md 6)."""

from collections.abc import Iterable, Iterator

from importers._source import Doubtful, Rejected, Unplaced, Withdrawn
from meetings.model import Meeting


def id_of(record: Meeting | Unplaced | Doubtful | Rejected, source: str) -> str:
    """Return the id of a record's meeting, or the one it would have."""
    if isinstance(record, Rejected):
        return f"{source}:{record.key}"
    return record.id if isinstance(record, Meeting) else record.meeting.id


def ids_of_record(id_: str) -> Iterator[str]:
    """Yield the ids that meetings of the record may have, first its own."""
    yield id_
    for day in range(7):
        yield f"{id_}/{day}"


def id_of_record(id_: str) -> str:
    """Return the id of the whole record of a meeting; it may be the same."""
    return id_.partition("/")[0]


def unknown_ids(rejected: Iterable[Rejected], *, source: str) -> set[str]:
    """
    Return the meetings that may be those of records which cannot be read: any day they had.

    A withdrawn record is none of them: what became of its meeting is known.
    """
    return {
        id_
        for each in rejected
        if not isinstance(each, Withdrawn)
        for id_ in ids_of_record(id_of(each, source))
    }
