"""The meetings in the database: put, marked as missing, removed, and read back."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache, partial
from types import MappingProxyType
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, literal, select, update

from meetings.model import Meeting
from meetings.storage.database import (
    CHUNK,
    Reader,
    Writer,
    as_reader,
    chunks,
    insert_rows,
)
from meetings.storage.documents import decode, document_digest, encode
from meetings.storage.tables import Day, Instant, catalogue, meeting

_Columns = Callable[[Meeting], dict[str, Any]]

_NO_DIGESTS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """One meeting of a source as the last accepted lists left it; tombstones too."""

    id: str
    number: int
    document: str  # of documents.py
    digest: str
    raw_digest: str | None  # None: its record is read each time
    revision: int
    changed_at: dt.datetime
    first_seen_on: dt.date
    missing_since: dt.datetime | None  # None: it was in the last accepted list
    missing_lists: int
    listed_on: dt.date | None
    removed_at: dt.datetime | None

    @property
    def meeting(self) -> Meeting:
        """Return the meeting, decoded anew: most of a list is never looked at."""
        return decode(
            self.document,
            number=self.number,
            revision=self.revision,
            changed_at=self.changed_at,
            removed_at=self.removed_at,
            confirmed_on=self.listed_on,
        )


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

    A meeting's `confirmed_on` is the day of the last accepted list that held it; None where that
    is the last one of its source: sources.confirmed_on tells that day.
    """
    return [row.meeting async for row in _baselines(db, _query().order_by(meeting.c.number))]


async def meetings_in_batches(db: Reader) -> AsyncIterator[list[Meeting]]:
    """Yield what `all_meetings` returns a batch at a time, each decoded in a thread."""
    async with db.stream(_query().order_by(meeting.c.number)) as result:
        async for partition in result.partitions(CHUNK):
            yield await asyncio.to_thread(_decoded, partition)


async def published_at(db: Reader) -> dt.datetime | None:
    """Return when the catalogue's version was published, None before anything was."""
    found: dt.datetime | None = (await db.execute(select(catalogue.c.changed_at))).scalar_one()
    return found


async def baseline(db: Reader, source: str) -> dict[str, Baseline]:
    """Return what is known of the meetings of *source*, by their ids, tombstones too."""
    query = _query().where(meeting.c.source == source).order_by(meeting.c.number)
    return {row.id: row async for row in _baselines(db, query)}


async def put(
    db: Writer,
    meetings: Sequence[Meeting],
    *,
    version: int,
    raw_digests: Mapping[str, str] = _NO_DIGESTS,
) -> None:
    """
    Insert the meetings that are new, update the others, and end whatever absence they had.

    *raw_digests*, by id, are kept for the next list; a record without one is read each time.

    A new meeting gets the next number, in the order given; a known one keeps its own. The caller
    decides `revision` and `changed_at`; the given `number`, `removed_at` and `confirmed_on` are
    not looked at.

    Raises:
        ValueError: if an id stands twice, or a meeting has no `changed_at`.
    """
    if len({m.id for m in meetings}) != len(meetings):
        raise ValueError("an id stands twice among the meetings")
    known = await _known(as_reader(db), meetings)
    columns = partial(_columns, version=version, raw_digests=raw_digests)
    await _insert(db, [m for m in meetings if m.id not in known], columns)
    await _update(db, [m for m in meetings if m.id in known], columns)


async def note_raw_digests(db: Writer, raw_digests: Mapping[str, str | None]) -> None:
    """Keep the digests of records that changed while their meetings, by id, did not."""
    statement = (
        update(meeting)
        .where(meeting.c.id == bindparam("known_id"))
        .values(raw_digest=bindparam("new_digest"))
    )
    for chunk in chunks(list(raw_digests.items())):
        rows = [{"known_id": id_, "new_digest": digest} for id_, digest in chunk]
        await db.execute(statement, rows)


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


async def mark_unknown(db: Writer, ids: Iterable[str], *, listed_on: dt.date) -> None:
    """Note the day of the list before: the records of these meetings cannot be read any more."""
    statement = update(meeting).values(
        listed_on=func.coalesce(meeting.c.listed_on, literal(listed_on, Day))
    )
    for chunk in chunks(list(ids)):
        await db.execute(statement.where(meeting.c.id.in_(chunk)))


async def mark_present(db: Writer, ids: Iterable[str]) -> None:
    """End the absence of meetings that are listed again as they were."""
    statement = update(meeting).values(missing_since=None, listed_on=None, missing_lists=0)
    for chunk in chunks(list(ids)):
        await db.execute(statement.where(meeting.c.id.in_(chunk)))


async def rekey(db: Writer, rekeyed: Mapping[str, Baseline], *, version: int) -> None:
    """Give the meetings of these ids the id and document of now; each keeps its number."""
    statement = (
        update(meeting)
        .where(meeting.c.id == bindparam("known_id"))
        .values(
            id=bindparam("new_id"),
            document=bindparam("new_document"),
            digest=bindparam("new_digest"),
            version=version,
        )
    )
    rows = [
        {
            "known_id": before,
            "new_id": each.id,
            "new_document": each.document,
            "new_digest": each.digest,
        }
        for before, each in rekeyed.items()
    ]
    for chunk in chunks(rows):
        await db.execute(statement, chunk)


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
    return select(*(meeting.c[field.name] for field in fields(Baseline)))


async def _baselines(db: Reader, query: Select[Any]) -> AsyncIterator[Baseline]:
    # 90,915 rows at once stall the event loop for 86 ms (reliability.md 8.2)
    async with db.stream(query) as result:
        async for partition in result.partitions(CHUNK):
            for row in partition:
                yield Baseline(**row._mapping)


def _decoded(partition: Sequence[Row[Any]]) -> list[Meeting]:
    return [Baseline(**row._mapping).meeting for row in partition]


async def _known(db: Reader, meetings: Sequence[Meeting]) -> set[str]:
    sources = {m.source for m in meetings}
    of_these = select(meeting.c.id).where(meeting.c.source.in_(sources)).limit(1)
    if not list(await db.scalars(of_these)):
        return set()  # a first list
    found = set[str]()
    for chunk in chunks(meetings):
        ids = [m.id for m in chunk]
        found.update(await db.scalars(select(meeting.c.id).where(meeting.c.id.in_(ids))))
    return found


async def _insert(db: Writer, meetings: Sequence[Meeting], columns: _Columns) -> None:
    if not meetings:
        return
    first_number = await _take_numbers(db, len(meetings)) - len(meetings) + 1
    seen_on = cache(lambda at: at.astimezone(dt.UTC).date())  # for a whole list it is one moment
    for chunk in chunks(list(enumerate(meetings, first_number))):
        rows = [columns(m) for _, m in chunk]
        for row, (number, m) in zip(rows, chunk, strict=True):
            row["number"], row["first_seen_on"] = number, seen_on(_changed_at(m))
        await insert_rows(db, meeting, rows)


async def _update(db: Writer, meetings: Sequence[Meeting], columns: _Columns) -> None:
    # "id" alone would be the column's own name, which SQLAlchemy keeps for the new value
    statement = update(meeting).where(meeting.c.id == bindparam("known_id"))
    for chunk in chunks(meetings):
        await db.execute(statement, [{"known_id": m.id} | columns(m) for m in chunk])


async def _take_numbers(db: Writer, count: int) -> int:
    statement = (
        update(catalogue)
        .values(last_number=catalogue.c.last_number + count)
        .returning(catalogue.c.last_number)
    )
    last_number: int = (await db.execute(statement)).scalar_one()
    return last_number


def _columns(listed: Meeting, *, version: int, raw_digests: Mapping[str, str]) -> dict[str, Any]:
    document = encode(listed)
    return {
        "id": listed.id,
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
        "raw_digest": raw_digests.get(listed.id),
    }


def _changed_at(listed: Meeting) -> dt.datetime:
    if listed.changed_at is None:
        raise ValueError(f"{listed.id} needs changed_at before it is put")
    return listed.changed_at
