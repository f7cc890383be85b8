"""Which meetings changed since a version, tombstones too, in pages."""

from sqlalchemy import select, tuple_

from meetings.storage.database import Reader
from meetings.storage.tables import meeting

Place = tuple[int, int]  # a version, and a meeting's number within it


async def changed_since(db: Reader, after: Place, *, until: int, limit: int) -> list[Place]:
    """
    Return where the next *limit* changes stand, in order, none of a version later than *until*.

    Only the last change of each meeting is told: one that changes again moves to the end.
    """
    place = tuple_(meeting.c.version, meeting.c.number)
    query = (
        select(meeting.c.version, meeting.c.number)
        .where(place > after, meeting.c.version <= until)
        .order_by(meeting.c.version, meeting.c.number)
        .limit(limit)
    )
    return [(row.version, row.number) for row in await db.execute(query)]
