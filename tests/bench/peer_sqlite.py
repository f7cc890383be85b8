"""SQLite through aiosqlite: a B-tree on an integer cell, squared chords, as speed.md has it."""

from collections.abc import Sequence
from math import cos, radians
from pathlib import Path

import aiosqlite

from meetings.geo import chord_km, ecef_of
from meetings.model import Point
from meetings.search import Search
from tests.bench.peer_rows import Answer, Row

BAND_DEGREES = 0.1
CELLS_A_BAND = 7200
FURTHEST_KM = 500.0


class Sqlite:
    is_exact = True

    def __init__(self, rows: Sequence[Row], folder: Path) -> None:
        self._path = folder / "peer.sqlite"
        self._path.unlink(missing_ok=True)
        self._rows: Sequence[Row] | None = rows
        self._database: aiosqlite.Connection | None = None

    async def answer(self, search: Search) -> Answer:
        if search.centre is None:
            return []
        radius_km = search.radius_km or 3.0
        while True:
            found = await self._within(search, search.centre, radius_km)
            if search.nearest is None or len(found) >= search.nearest or radius_km >= FURTHEST_KM:
                return found
            radius_km = min(radius_km * 3, FURTHEST_KM)

    async def close(self) -> None:
        if self._database is not None:
            await self._database.close()
        self._path.unlink(missing_ok=True)

    def cpu_seconds(self) -> float:
        return 0.0  # it runs in our own process

    async def _within(self, search: Search, centre: Point, radius_km: float) -> Answer:
        database = self._database or await self._opened()
        sql, values = _query(search, centre, radius_km)
        async with database.execute(sql, values) as cursor:
            return [row[0] for row in await cursor.fetchall()]

    async def _opened(self) -> aiosqlite.Connection:
        self._database = database = await aiosqlite.connect(self._path)
        await database.execute(
            "create table m(cell integer, number integer, x real, y real, z real,"
            " weekday integer, fellowship text, document text)"
        )
        rows = [
            (
                _cell(r.latitude, r.longitude),
                r.number,
                r.x,
                r.y,
                r.z,
                r.weekday,
                r.fellowship,
                r.document,
            )
            for r in self._rows or ()
        ]
        await database.executemany("insert into m values(?,?,?,?,?,?,?,?)", rows)
        await database.execute("create index i on m(cell)")
        await database.execute("analyze")
        await database.commit()
        self._rows = None
        return database


def _cell(latitude: float, longitude: float) -> int:
    return int((latitude + 90) / BAND_DEGREES) * CELLS_A_BAND + int(
        (longitude + 180) / BAND_DEGREES
    )


def _query(search: Search, centre: Point, radius_km: float) -> tuple[str, list[object]]:
    """Return one range of cells a band; towns near the antimeridian are not among the queries."""
    north = radius_km / 110.5
    east = min(179.0, north / max(cos(radians(centre.latitude)), 0.02) * 1.02)
    first, last = (int((centre.latitude + sign * north + 90) / BAND_DEGREES) for sign in (-1, 1))
    west, far = (int((centre.longitude + sign * east + 180) / BAND_DEGREES) for sign in (-1, 1))
    x, y, z = ecef_of(centre)
    square = "(x-?)*(x-?)+(y-?)*(y-?)+(z-?)*(z-?)"
    bands = range(first, last + 1)
    spans = " or ".join("cell between ? and ?" for _ in bands)
    values: list[object] = [x, x, y, y, z, z]
    for band in bands:
        values += [band * CELLS_A_BAND + west, band * CELLS_A_BAND + far]
    filters = ""
    if search.fellowships:
        filters += f" and fellowship in ({','.join('?' * len(search.fellowships))})"
        values += sorted(search.fellowships)
    if search.weekdays:
        filters += f" and weekday in ({','.join('?' * len(search.weekdays))})"
        values += sorted(search.weekdays)
    sql = (
        f"select number, document, {square} as square from m where ({spans}){filters}"  # noqa: S608 - numbers and question marks only
        " and square <= ? order by square, number limit ?"
    )
    return sql, [*values, chord_km(radius_km) ** 2, search.limit]
