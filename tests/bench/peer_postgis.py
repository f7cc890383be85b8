"""PostgreSQL with PostGIS: geography, a GiST index, through an asynchronous driver."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from meetings.search import Search
from tests.bench.peer_rows import Answer, NotInstalled, Row, cpu_seconds_of
from tests.postgres import NoPostgres, postgres_server


class Postgis:
    is_exact = True

    def __init__(self, rows: Sequence[Row], folder: Path) -> None:  # noqa: ARG002 - as every peer
        self._stack = ExitStack()
        try:
            url = self._stack.enter_context(postgres_server())
            self._url = make_url(url).set(drivername="postgresql").render_as_string()
            _fill(self._url, rows)
        except (NoPostgres, psycopg.Error) as problem:
            self._stack.close()
            raise NotInstalled(str(problem).splitlines()[0]) from problem
        self._connection: psycopg.AsyncConnection | None = None

    async def answer(self, search: Search) -> Answer:
        if self._connection is None:
            self._connection = await psycopg.AsyncConnection.connect(self._url, autocommit=True)
        sql, values = _query(search)
        cursor = await self._connection.execute(sql.encode(), values)
        return [row[0] for row in await cursor.fetchall()][: search.limit]

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close()
        self._stack.close()

    def cpu_seconds(self) -> float:
        return cpu_seconds_of("postgres")


def _fill(url: str, rows: Sequence[Row]) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create extension postgis")
        connection.execute(
            "create table m(number integer primary key, place geography(point),"
            " weekday integer, fellowship text, document text)"
        )
        with connection.cursor().copy(
            "copy m(number, place, weekday, fellowship, document) from stdin"
        ) as copy:
            for row in rows:
                place = f"SRID=4326;POINT({row.longitude} {row.latitude})"
                copy.write_row((row.number, place, row.weekday, row.fellowship, row.document))
        connection.execute("create index on m using gist(place)")
        connection.execute("vacuum analyze m")


def _query(search: Search) -> tuple[str, list[object]]:
    if search.centre is None:
        return "select 0 where false", []
    here = "st_makepoint(%s, %s)::geography"
    point: list[object] = [search.centre.longitude, search.centre.latitude]
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
    # the index orders on a sphere; a few more are fetched and put in the ellipsoid's order
    sql = (
        f"select number, document, st_distance(place, {here}) as metres from ("  # noqa: S608 - our own words
        f"select number, document, place from m where {' and '.join(filters)}"
        f" order by place <-> {here} limit %s) found order by metres, number"
    )
    return sql, [*values, *point, search.limit + 10]
