"""
Meetings that came back under another key of their publisher (tsml.md 6).

A site that rewrites its slugs, or a record that gets a second day, would else end every
meeting and begin it anew, and everybody's calendar with it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from importers._listed import Listed
from importers._record_ids import unknown_ids
from importers._source import Withdrawn
from meetings.model import Meeting
from meetings.storage.documents import document_digest, encode
from meetings.storage.meetings import Baseline

Known = Mapping[str, Baseline]  # by meeting id
Rekeyed = Mapping[str, Baseline]  # known meetings under the ids of now, by those of before


def rekeyed(listed: Listed, known: Known, *, source: str) -> Rekeyed:
    """
    Return which known meetings that a complete list lacks are new ones of it.

    They have the same name, hours and place, and no other meeting on either side has.
    """
    new = [meeting for id_, meeting in listed.meetings.items() if id_ not in known]
    if not new or not known:
        return {}
    unknown = unknown_ids(listed.rejected, source=source)
    there = listed.meetings.keys() | listed.unchanged | listed.withdrawn | unknown
    absent = [
        each.meeting for id_, each in known.items() if id_ not in there and each.removed_at is None
    ]
    before, now = _by_look(absent), _by_look(new)
    return {
        before[look]: _under(now[look], known[before[look]]) for look in before.keys() & now.keys()
    }


def without_taken_down(listed: Listed, known: Known) -> Listed:
    """
    Return *listed* without what the operator took down and the publisher lists by another key.

    A takedown names a key; it must not end with that (reliability.md 2.5).
    """
    taken = {
        look: id_
        for id_ in sorted(listed.taken_down & known.keys())
        if (look := _look(known[id_].meeting)) is not None
    }
    if not taken:
        return listed
    again = {
        id_: taken[look]
        for id_, meeting in listed.meetings.items()
        if id_ not in known and (look := _look(meeting)) in taken and look is not None
    }
    rejected = [
        Withdrawn(new.partition(":")[2], f"looks like {old}, which the operator took down")
        for new, old in again.items()
    ]
    return replace(
        listed,
        meetings={id_: each for id_, each in listed.meetings.items() if id_ not in again},
        rejected=[*listed.rejected, *rejected],
    )


def with_new_ids(known: Known, rekeyed: Rekeyed) -> Known:
    """Return *known* by the ids of now."""
    if not rekeyed:
        return known
    moved = (rekeyed.get(id_, each) for id_, each in known.items())
    return {each.id: each for each in moved}


def said_of(rekeyed: Rekeyed) -> list[str]:
    """Return a sentence for the report: what the operator says of a meeting names its key."""
    if not rekeyed:
        return []
    before = min(rekeyed)
    first = f"{before} is now {rekeyed[before].id}"
    return [f"{len(rekeyed)} meetings have another key, the first: {first}"]


def _under(id_: str, known: Baseline) -> Baseline:
    document = encode(replace(known.meeting, id=id_))
    return replace(known, id=id_, document=document, digest=document_digest(document))


def _by_look(meetings: Iterable[Meeting]) -> dict[tuple[object, ...], str]:
    """Return the ids by what people know a meeting by, where only one looks so."""
    found: dict[tuple[object, ...], list[str]] = {}
    for meeting in meetings:
        if (look := _look(meeting)) is not None:
            found.setdefault(look, []).append(meeting.id)
    return {look: ids[0] for look, ids in found.items() if len(ids) == 1}


def _look(meeting: Meeting) -> tuple[object, ...] | None:
    schedule, venue, online = meeting.schedule, meeting.venue, meeting.online
    where = (venue.street, venue.town) if venue and meeting.is_in_person else ("", "")
    link = online.url if online else ""
    if schedule is None or not (where[0] or link):
        return None
    return meeting.name.casefold(), schedule.rules, schedule.start, where, link
