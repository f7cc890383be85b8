"""
Records whose hour cannot be read, of meetings that had one (reliability.md 2.2).

Such a record is listed without an hour (tsml.md 5). But of a known meeting the last good version
is worth more: its hour, and everybody's calendar with it, must not go for a slip.
"""

from collections.abc import Iterator
from dataclasses import replace

from importers._listed import Listed
from importers._record_ids import ids_of_record
from importers._renamed import Known
from importers._source import Rejected

_REASON = "time: is no HH:MM, so the hour of the last good list stays"


def with_known_hours(listed: Listed, known: Known) -> Listed:
    """Return *listed* with those records among the rejected: unknown, not changed."""
    kept = {id_: ids for id_ in listed.hourless if (ids := list(_with_hours(id_, known)))}
    if not kept:
        return listed
    keys = [id_.partition(":")[2] for ids in kept.values() for id_ in ids]
    return replace(
        listed,
        meetings={id_: each for id_, each in listed.meetings.items() if id_ not in kept},
        rejected=[*listed.rejected, *(Rejected(key, _REASON) for key in keys)],
    )


def _with_hours(id_: str, known: Known) -> Iterator[str]:
    """Yield the known meetings of a record, of all its days."""
    for each in ids_of_record(id_):
        found = known.get(each)
        if found is not None and found.removed_at is None and found.meeting.schedule is not None:
            yield each
