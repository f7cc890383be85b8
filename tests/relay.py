"""A cable to a PostgreSQL server that a test can cut and mend."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from sqlalchemy.engine import URL, make_url

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Cable:
    """Takes connections on a port of this machine and hands on every byte while it is whole."""

    def __init__(self, target: URL) -> None:
        self._target = target
        self._carrying: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    async def mend(self) -> None:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """End what goes through it, and take nothing new."""
        if self._server is not None:
            self._server.close()
        for each in self._carrying:
            each.cancel()
        await asyncio.gather(*self._carrying, return_exceptions=True)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._carrying.add(task)
        ends = [writer]
        try:
            far_reader, far_writer = await self._connect()
            ends.append(far_writer)
            await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))
        except (asyncio.CancelledError, OSError):
            pass  # it was cut, or nobody is at the far end
        finally:
            self._carrying.discard(task)
            for each in ends:
                each.close()

    async def _connect(self) -> Streams:
        if folder := self._target.query.get("host"):
            return await asyncio.open_unix_connection(f"{folder}/.s.PGSQL.5432")
        return await asyncio.open_connection(self._target.host, self._target.port or 5432)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while piece := await reader.read(65_536):
            writer.write(piece)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def cable_to(url: str) -> AsyncIterator[tuple[Cable, str]]:
    """Yield a cable to the database at *url*, and the url at its near end."""
    target = make_url(url)
    cable = Cable(target)
    await cable.mend()
    near = target.set(host="127.0.0.1", port=cable.port, query={})
    try:
        yield cable, near.render_as_string(hide_password=False)
    finally:
        await cable.cut()
