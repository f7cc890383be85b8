"""
What the home source published under its own numbers: for clients that know those (bmlt.md 3).

A meeting of ours keeps no foreign number but its key. One source of an installation may be the
`home` source; its numbers of meetings, service bodies and formats stand here, as it wrote them.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select

from meetings.storage.database import CHUNK, Reader, Writer, as_reader, chunks, insert
from meetings.storage.tables import published_record

KEPT_WHEN_MISSING = "meeting"  # this kind outlives its absence: a missing meeting is still listed


@dataclass(frozen=True, slots=True)
class RecordId:
    """Which record of a source: "meeting" and "1452", "format" and "4/en"."""

    kind: str
    key: str


Records = Mapping[RecordId, str]  # JSON of each record


async def published_records(db: Reader) -> dict[str, dict[RecordId, str]]:
    """Return the records of every source that has some."""
    found: dict[str, dict[RecordId, str]] = {}
    query = select(published_record).order_by(published_record.c.source)
    async with db.stream(query) as result:
        async for partition in result.partitions(CHUNK):
            for row in partition:
                found.setdefault(row.source, {})[RecordId(row.kind, row.key)] = row.document
    return found


async def put_published(
    db: Writer, source: str, records: Records, *, removed: Collection[str] = ()
) -> bool:
    """
    Keep *records* in place of what is known of *source*; say whether that changed anything.

    A meeting that is not among them keeps its record until its key is among the *removed*.
    """
    known = await _known(as_reader(db), source)
    changed = [
        {"source": source, "kind": id_.kind, "key": id_.key, "document": document}
        for id_, document in records.items()
        if known.get(id_) != document
    ]
    gone = [id_ for id_ in known if _is_gone(id_, records, removed)]
    statement = insert(db, published_record)
    for chunk in chunks(changed):
        await db.execute(
            statement.on_conflict_do_update(
                index_elements=["source", "kind", "key"],
                set_={"document": statement.excluded.document},
            ),
            chunk,
        )
    for id_ in gone:
        await db.execute(
            delete(published_record)
            .where(published_record.c.source == source)
            .where(published_record.c.kind == id_.kind)
            .where(published_record.c.key == id_.key)
        )
    return bool(changed or gone)


async def _known(db: Reader, source: str) -> dict[RecordId, str]:
    rows = await db.execute(select(published_record).where(published_record.c.source == source))
    return {RecordId(row.kind, row.key): row.document for row in rows}


def _is_gone(id_: RecordId, records: Records, removed: Collection[str]) -> bool:
    if id_ in records:
        return False
    return not records or id_.kind != KEPT_WHEN_MISSING or id_.key in removed
