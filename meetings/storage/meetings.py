"""The meetings in the database: put, marked as missing, removed, and read back."""

import datetime as dt
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, insert, literal, select, update

from meetings.model import Meeting
from meetings.storage.database import CHUNK, Reader, Writer, as_reader, chunks
from meetings.storage.documents import decode, document_digest, encode
from meetings.storage.tables import Day, Instant, catalogue, meeting, source


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """One meeting of a source as the last accepted lists left it; tombstones too."""

    meeting: Meeting
    digest: str
    missing_since: dt.datetime | None  # None: it was in the last accepted list
    missing_lists: int
    first_seen_on: dt.date


async def version(db: Reader) -> int:
    """Return the version of the catalogue, 0 before anything was published."""
    found: int = (await db.execute(select(catalogue.c.version))).scalar_one()
    return found


async def next_version(db: Writer, *, at: dt.datetime) -> int:
    """Start the next version of the catalogue. Other writers wait until this one is done."""
    statement = (
        update(catalogue)
        .values(version=catalogue.c.version + 1, changed_at=at)
        .returning(catalogue.c.version)
    )
    started: int = (await db.execute(statement)).scalar_one()
    return started


async def all_meetings(db: Reader) -> list[Meeting]:
    """
    Return every meeting by its number, tombstones too.

    A meeting's `confirmed_on` is the day of the last accepted list that held it.
    """
    return [_meeting(row) async for row in _rows(db, _query().order_by(meeting.c.number))]


async def baseline(db: Reader, source: str) -> dict[str, Baseline]:
    """Return what is known of the meetings of *source*, by their ids, tombstones too."""
    query = _query().where(meeting.c.source == source).order_by(meeting.c.number)
    return {row.id: _baseline(row) async for row in _rows(db, query)}


async def put(db: Writer, meetings: Sequence[Meeting], *, version: int) -> None:
    """
    Insert the meetings that are new, update the others, and end whatever absence they had.

    A new meeting gets the next number, in the order given; a known one keeps its own. The caller
    decides `revision` and `changed_at`; the given `number`, `removed_at` and `confirmed_on` are
    not looked at.

    Raises:
        ValueError: if an id stands twice, or a meeting has no `changed_at`.
    """
    if len({m.id for m in meetings}) != len(meetings):
        raise ValueError("an id stands twice among the meetings")
    for chunk in chunks(meetings):
        known = await _known(as_reader(db), [m.id for m in chunk])
        await _insert(db, [m for m in chunk if m.id not in known], version=version)
        await _update(db, [m for m in chunk if m.id in known], version=version)


async def mark_missing(
    db: Writer, ids: Iterable[str], *, at: dt.datetime, listed_on: dt.date
) -> None:
    """
    Note that one more accepted list, read *at*, does not hold these meetings.

    *listed_on*, the day of the list before, counts at the first absence only.
    """
    statement = update(meeting).values(
        missing_since=func.coalesce(meeting.c.missing_since, literal(at, Instant)),
        listed_on=func.coalesce(meeting.c.listed_on, literal(listed_on, Day)),
        missing_lists=meeting.c.missing_lists + 1,
    )
    for chunk in chunks(list(ids)):
        await db.execute(statement.where(meeting.c.id.in_(chunk)))


async def mark_present(db: Writer, ids: Iterable[str]) -> None:
    """End the absence of meetings that are listed again as they were."""
    statement = update(meeting).values(missing_since=None, listed_on=None, missing_lists=0)
    for chunk in chunks(list(ids)):
        await db.execute(statement.where(meeting.c.id.in_(chunk)))


async def remove(db: Writer, ids: Iterable[str], *, version: int, at: dt.datetime) -> None:
    """Turn meetings into tombstones: a new revision that subscribers hear of. Twice is once."""
    statement = update(meeting).values(
        removed_at=at,
        changed_at=at,
        revision=meeting.c.revision + 1,
        # a meeting that its source took back was never missing; it was listed until now
        listed_on=func.coalesce(meeting.c.listed_on, literal(at.astimezone(dt.UTC).date(), Day)),
        version=version,
    )
    for chunk in chunks(list(ids)):
        await db.execute(
            statement.where(meeting.c.id.in_(chunk)).where(meeting.c.removed_at.is_(None))
        )


def _query() -> Select[Any]:
    return select(
        meeting.c.id,
        meeting.c.number,
        meeting.c.document,
        meeting.c.digest,
        meeting.c.revision,
        meeting.c.changed_at,
        meeting.c.first_seen_on,
        meeting.c.missing_since,
        meeting.c.missing_lists,
        meeting.c.listed_on,
        meeting.c.removed_at,
        source.c.last_accepted_at,
    ).select_from(meeting.outerjoin(source, source.c.id == meeting.c.source))


async def _rows(db: Reader, query: Select[Any]) -> AsyncIterator[Row[Any]]:
    # 90,915 rows at once stall the event loop for 86 ms (reliability.md 8.2)
    async with db.stream(query) as result:
        async for partition in result.partitions(CHUNK):
            for row in partition:
                yield row


def _meeting(row: Row[Any]) -> Meeting:
    return decode(
        row.document,
        number=row.number,
        revision=row.revision,
        changed_at=row.changed_at,
        removed_at=row.removed_at,
        confirmed_on=_confirmed_on(row),
    )


def _confirmed_on(row: Row[Any]) -> dt.date | None:
    listed_on: dt.date | None = row.listed_on
    accepted_at: dt.datetime | None = row.last_accepted_at
    if listed_on is None and accepted_at is not None:
        return accepted_at.date()
    return listed_on


def _baseline(row: Row[Any]) -> Baseline:
    return Baseline(
        meeting=_meeting(row),
        digest=row.digest,
        missing_since=row.missing_since,
        missing_lists=row.missing_lists,
        first_seen_on=row.first_seen_on,
    )


async def _known(db: Reader, ids: Sequence[str]) -> set[str]:
    return set(await db.scalars(select(meeting.c.id).where(meeting.c.id.in_(ids))))


async def _insert(db: Writer, meetings: Sequence[Meeting], *, version: int) -> None:
    if not meetings:
        return
    last_number = await _take_numbers(db, len(meetings))
    first_number = last_number - len(meetings) + 1
    rows = [
        {
            "number": number,
            "id": new.id,
            "first_seen_on": _changed_at(new).astimezone(dt.UTC).date(),
            **_columns(new, version=version),
        }
        for number, new in enumerate(meetings, first_number)
    ]
    await db.execute(insert(meeting), rows)


async def _update(db: Writer, meetings: Sequence[Meeting], *, version: int) -> None:
    if not meetings:
        return
    statement = update(meeting).where(meeting.c.id == bindparam("known_id"))
    await db.execute(
        statement,
        [{"known_id": known.id, **_columns(known, version=version)} for known in meetings],
    )


async def _take_numbers(db: Writer, count: int) -> int:
    statement = (
        update(catalogue)
        .values(last_number=catalogue.c.last_number + count)
        .returning(catalogue.c.last_number)
    )
    last_number: int = (await db.execute(statement)).scalar_one()
    return last_number


def _columns(listed: Meeting, *, version: int) -> dict[str, object]:
    document = encode(listed)
    return {
        "source": listed.source,
        "fellowship": listed.fellowship,
        "document": document,
        "digest": document_digest(document),
        "revision": listed.revision,
        "changed_at": _changed_at(listed),
        "missing_since": None,
        "missing_lists": 0,
        "listed_on": None,
        "removed_at": None,
        "version": version,
    }


def _changed_at(listed: Meeting) -> dt.datetime:
    if listed.changed_at is None:
        raise ValueError(f"{listed.id} needs changed_at before it is put")
    return listed.changed_at
