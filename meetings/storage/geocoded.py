"""What an operator's geocoder answered, kept for good: nothing is asked twice (location.md 6)."""

import datetime as dt

from sqlalchemy import select

from meetings.model import Point
from meetings.storage.database import Reader, Writer, insert
from meetings.storage.tables import geocoded


async def answers(db: Reader) -> dict[str, Point | None]:
    """Return all answers by address; None is "not known there"."""
    rows = await db.execute(select(geocoded.c.address, geocoded.c.point))
    return {row.address: _point(row.point) for row in rows}


async def keep_answer(
    db: Writer, address: str, point: Point | None, *, service: str, on: dt.date
) -> None:
    """Keep an answer in place of an older one."""
    values = {
        "point": None if point is None else f"{point.latitude!r},{point.longitude!r}",
        "service": service,
        "asked_on": on,
    }
    await db.execute(
        insert(db, geocoded)
        .values(address=address, **values)
        .on_conflict_do_update(index_elements=[geocoded.c.address], set_=values)
    )


def _point(text: str | None) -> Point | None:
    if text is None:
        return None
    latitude, longitude = text.split(",")
    return Point(float(latitude), float(longitude))
