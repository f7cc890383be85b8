"""The face in use: made of the newest catalogue, while the one before goes on answering."""

import asyncio
from dataclasses import dataclass

from meetings.catalogue import Catalogue
from meetings.errors import StorageError
from meetings.storage.database import Database
from meetings.storage.published import published_records
from web.bmlt.face import Face, make_face
from web.bmlt.home import NOT_THERE, read_home

WAIT_SECONDS = 5.0  # for a new face; then the last one answers


@dataclass(slots=True)
class Faces:
    """Holds the face of one catalogue, and the task that makes the next."""

    _face: Face | None = None
    _making: "asyncio.Task[Face] | None" = None

    async def current(
        self, catalogue: Catalogue, database: Database, titles: dict[str, str]
    ) -> Face:
        """Return the face of *catalogue*, or for a moment that of the one before."""
        if self._face is not None and self._face.moment == (catalogue.version, catalogue.stamp):
            return self._face
        if self._making is None:
            self._making = asyncio.create_task(_made(catalogue, database, titles))
        making = self._making
        await asyncio.wait([making], timeout=WAIT_SECONDS if self._face else None)
        if making.done():
            if self._making is making:
                self._making = None
            self._face = making.result()
        return self._face or making.result()


async def _made(catalogue: Catalogue, database: Database, titles: dict[str, str]) -> Face:
    try:
        async with database.read() as reader:
            published = await published_records(reader)
    except StorageError:
        published = {}  # a database that is away: every meeting goes by its public number
    home = await asyncio.to_thread(read_home, published) if published else NOT_THERE
    return await asyncio.to_thread(make_face, catalogue, home, titles)
