"""PostgreSQL with PostGIS: geography, a GiST index, through an asynchronous driver."""

from collections.abc import Iterable
from contextlib import ExitStack
from math import inf
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from meetings.model import Point
from meetings.search import Search
from meetings.timetable import NEVER
from tests.bench.peer_rows import Answer, NotInstalled, Row, cpu_seconds_of, offset_seconds
from tests.postgres import NoPostgres, postgres_server

# All rows in its own memory; what it would compile first costs more than these queries.
SETTINGS = "shared_buffers = 1GB\njit = off\n"


class Postgis:
    is_exact = True
    looks_km = inf

    def __init__(self, rows: Iterable[Row], folder: Path) -> None:  # noqa: ARG002 - as every peer
        self._stack = ExitStack()
        try:
            url = make_url(self._stack.enter_context(postgres_server(SETTINGS)))
            self._url = url.set(drivername="postgresql").render_as_string()
            self._server = _server_at(Path(str(url.query["host"])))
            _fill(self._url, rows)
        except (NoPostgres, psycopg.Error) as problem:
            self._stack.close()
            raise NotInstalled(str(problem).splitlines()[0]) from problem
        self._connection: psycopg.AsyncConnection | None = None

    def can_answer(self, search: Search) -> bool:  # noqa: ARG002 - as every peer
        return True

    async def answer(self, search: Search) -> Answer:
        if self._connection is None:
            self._connection = await psycopg.AsyncConnection.connect(self._url, autocommit=True)
        if search.centre is None:
            sql, values = _next_online(search)
            ((matching,),) = await self._rows(f"select count(*) from {sql}", values)  # noqa: S608 - our own words
            page = f"select number, document from {sql} order by next_start, number limit %s"  # noqa: S608 - as above
            found = await self._rows(page, [*values, search.limit])
            return Answer([each[0] for each in found], matching)
        sql, values = _query(search, search.centre)
        found = await self._rows(sql, values)
        count = found[0][3] if found else 0
        return Answer(
            [each[0] for each in found[: search.limit]], min(count, search.nearest or count)
        )

    async def _rows(self, sql: str, values: list[object]) -> list[tuple[Any, ...]]:
        assert self._connection is not None
        cursor = await self._connection.execute(sql.encode(), values, binary=True)
        return await cursor.fetchall()

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close()
        self._stack.close()

    def cpu_seconds(self) -> float:
        return cpu_seconds_of(self._server)


def _server_at(folder: Path) -> int:
    """Return the process of the server whose socket is in *folder*."""
    return int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])


def _fill(url: str, rows: Iterable[Row]) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create extension postgis")
        connection.execute(
            "create table m(number integer primary key, place geography(point), weekday integer,"
            " minute integer, fellowship text, online boolean, own_weekday integer,"
            " next_start bigint, text text, document bytea)"
        )
        with connection.cursor().copy("copy m from stdin") as copy:
            for row in rows:
                place = f"SRID=4326;POINT({row.longitude} {row.latitude})" if row.x else None
                copy.write_row((row.number, place, *row[6:]))
        connection.execute("create index on m using gist(place)")
        connection.execute(
            "create index on m(fellowship, next_start, number) include (own_weekday) where online"
        )
        connection.execute("vacuum analyze m")


def _next_online(search: Search) -> tuple[str, list[object]]:
    # one fellowship, so that the index is in the order asked for
    (fellowship,) = search.fellowships
    sql, values = "m where online and fellowship = %s", [fellowship]
    if search.weekdays:  # of what is online only by the viewer's clock; 1970 began on a Thursday
        sql += (
            f" and case when own_weekday is not null then own_weekday when next_start < {NEVER}"
            " then ((next_start + %s) / 86400 + 3) %% 7 + 1 end = any(%s)"
        )
        return sql, [*values, offset_seconds(search), sorted(search.weekdays)]
    return sql, [*values]


def _query(search: Search, centre: Point) -> tuple[str, list[object]]:
    here = "st_makepoint(%s, %s)::geography"
    point: list[object] = [centre.longitude, centre.latitude]
    filters, values = ["true"], list(point)
    if search.radius_km is not None:
        filters.append(f"st_dwithin(place, {here}, %s)")
        values += [*point, search.radius_km * 1000]
    if search.fellowships:
        filters.append("fellowship = any(%s)")
        values.append(sorted(search.fellowships))
    if search.weekdays:
        filters.append("weekday = any(%s)")
        values.append(sorted(search.weekdays))
    if search.after is not None:
        filters.append("minute >= %s")
        values.append(search.after.hour * 60 + search.after.minute)
    for word in search.text.split():
        filters.append("text like %s")
        values.append(f"%{word}%")
    select = f"select number, document, st_distance(place, {here}) as metres"
    if search.nearest is None:
        sql = (
            f"{select}, count(*) over () from m where {' and '.join(filters)}"
            " order by metres, number limit %s"
        )
        return sql, [*values, search.limit]
    # the index orders on a sphere; a few more are fetched and put in the ellipsoid's order
    sql = (
        f"{select}, count(*) over () from (select number, document, place from m"  # noqa: S608 - as above
        f" where {' and '.join(filters)} order by place <-> {here} limit %s) found"
        " order by metres, number"
    )
    return sql, [*values, *point, search.limit + 10]
