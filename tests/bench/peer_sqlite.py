"""SQLite through aiosqlite: a B-tree on an integer cell, squared chords, as speed.md has it."""

from collections.abc import Iterable
from math import cos, radians
from pathlib import Path

import aiosqlite

from meetings.geo import chord_km, ecef_of
from meetings.model import Point
from meetings.search import Search
from meetings.timetable import NEVER
from tests.bench.peer_rows import Answer, Row, offset_seconds

BAND_DEGREES = 0.1
CELLS_A_BAND = 7200
FURTHEST_KM = 500.0
SQUARE = "(x-?)*(x-?)+(y-?)*(y-?)+(z-?)*(z-?)"


class Sqlite:
    is_exact = True
    looks_km = FURTHEST_KM

    def __init__(self, rows: Iterable[Row], folder: Path) -> None:
        self._path = folder / "peer.sqlite"
        self._path.unlink(missing_ok=True)
        self._rows = rows
        self._database: aiosqlite.Connection | None = None

    def can_answer(self, search: Search) -> bool:  # noqa: ARG002 - as every peer
        return True

    async def answer(self, search: Search) -> Answer:
        database = self._database or await self._opened()
        if search.centre is None:
            sql, values = _next_online(search)
            counted = f"select count(*) from {sql}"  # noqa: S608 - question marks only
            ((matching,),) = await database.execute_fetchall(counted, values)
            page = f"select number, document from {sql} order by next_start, number limit ?"  # noqa: S608 - as above
            found = await database.execute_fetchall(page, [*values, search.limit])
            return Answer([each[0] for each in found], matching)
        radius_km = search.radius_km or 3.0
        while True:
            sql, values = _query(search, search.centre, radius_km)
            rows = list(await database.execute_fetchall(sql, values))
            is_enough = search.nearest is None or len(rows) >= search.nearest
            if is_enough or radius_km >= FURTHEST_KM:
                count = rows[0][3] if rows else 0
                return Answer([row[0] for row in rows], min(count, search.nearest or count))
            radius_km = min(radius_km * 3, FURTHEST_KM)

    async def close(self) -> None:
        if self._database is not None:
            await self._database.close()
        self._path.unlink(missing_ok=True)

    def cpu_seconds(self) -> float:
        return 0.0  # it runs in our own process

    async def _opened(self) -> aiosqlite.Connection:
        self._database = database = await aiosqlite.connect(self._path)
        await database.execute(
            "create table m(cell integer, number integer, x real, y real, z real, weekday integer,"
            " minute integer, fellowship text, online integer, own_weekday integer,"
            " next_start integer, text text, document blob)"
        )
        rows = ((_cell(r.latitude, r.longitude), r.number, *r[3:]) for r in self._rows)
        await database.executemany("insert into m values(?,?,?,?,?,?,?,?,?,?,?,?,?)", rows)
        await database.execute("create index i on m(cell)")
        await database.execute(
            "create index j on m(fellowship, next_start, number, own_weekday) where online = 1"
        )
        await database.execute("analyze")
        await database.commit()
        return database


def _cell(latitude: float | None, longitude: float | None) -> int | None:
    if latitude is None or longitude is None:
        return None
    return int((latitude + 90) / BAND_DEGREES) * CELLS_A_BAND + int(
        (longitude + 180) / BAND_DEGREES
    )


def _next_online(search: Search) -> tuple[str, list[object]]:
    sql = f"m where online = 1 and fellowship in ({','.join('?' * len(search.fellowships))})"
    values: list[object] = [*sorted(search.fellowships)]
    if search.weekdays:  # of what is online only by the viewer's clock; 1970 began on a Thursday
        marks = ",".join("?" * len(search.weekdays))
        sql += (
            f" and case when own_weekday is not null then own_weekday when next_start < {NEVER}"
            f" then ((next_start + ?) / 86400 + 3) % 7 + 1 end in ({marks})"
        )
        values += [offset_seconds(search), *sorted(search.weekdays)]
    return sql, values


def _query(search: Search, centre: Point, radius_km: float) -> tuple[str, list[object]]:
    """Return one range of cells a band; towns near the antimeridian are not among the queries."""
    north = radius_km / 110.5
    east = min(179.0, north / max(cos(radians(centre.latitude)), 0.02) * 1.02)
    first, last = (int((centre.latitude + sign * north + 90) / BAND_DEGREES) for sign in (-1, 1))
    west, far = (int((centre.longitude + sign * east + 180) / BAND_DEGREES) for sign in (-1, 1))
    x, y, z = ecef_of(centre)
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
    if search.after is not None:
        filters += " and minute >= ?"
        values.append(search.after.hour * 60 + search.after.minute)
    for word in search.text.split():
        filters += " and text like ?"
        values.append(f"%{word}%")
    sql = (
        f"select number, document, {SQUARE} as square, count(*) over () from m"  # noqa: S608 - numbers and question marks only
        f" where ({spans}){filters} and square <= ? order by square, number limit ?"
    )
    return sql, [*values, chord_km(radius_km) ** 2, search.limit]
