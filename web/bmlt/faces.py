"""The face in use: made of the newest catalogue, while the one before goes on answering."""

import asyncio
from dataclasses import dataclass

from meetings.catalogue import Catalogue
from meetings.errors import StorageError
from meetings.storage.database import Database
from meetings.storage.published import published_records
from web.bmlt.face import Face, make_face
from web.bmlt.home import NOT_THERE, Home, read_home
from web.bmlt.numbers import meeting_number

WAIT_SECONDS = 5.0  # for a new face; then the last one answers

Titles = dict[str, str]
_Moment = tuple[int, str]


@dataclass(slots=True)
class Faces:
    """Holds the face of one catalogue, and the task that makes the next."""

    _face: Face | None = None
    _making: "asyncio.Task[Face] | None" = None
    _home: Home = NOT_THERE
    _home_at: _Moment | None = None

    async def current(self, catalogue: Catalogue, database: Database, titles: Titles) -> Face:
        """Return the face of *catalogue*, or for a moment that of the one before."""
        if self._face is not None and self._face.moment == _moment(catalogue):
            return self._face
        if self._making is None:
            self._making = asyncio.create_task(self._made(catalogue, database, titles))
        making = self._making
        await asyncio.wait([making], timeout=WAIT_SECONDS if self._face else None)
        if making.done():
            if self._making is making:
                self._making = None
            self._face = making.result()
        return self._face or making.result()

    async def public_number(
        self, row_id: int, catalogue: Catalogue, database: Database, titles: Titles
    ) -> int:
        """Return the public number of the meeting that BMLT clients know as *row_id*."""
        if not (await self._home_of(catalogue, database)).is_there:
            return meeting_number(row_id)  # no face is needed for that
        face = await self.current(catalogue, database, titles)
        found = face.meeting_with(row_id)
        return meeting_number(row_id) if found is None else found

    async def _made(self, catalogue: Catalogue, database: Database, titles: Titles) -> Face:
        home = await self._home_of(catalogue, database)
        return await asyncio.to_thread(make_face, catalogue, home, titles)

    async def _home_of(self, catalogue: Catalogue, database: Database) -> Home:
        """Return the home source; while the database is away, the one last read."""
        moment = _moment(catalogue)
        if self._home_at == moment:
            return self._home
        try:
            async with database.read() as reader:
                published = await published_records(reader)
        except StorageError:
            return self._home
        self._home = await asyncio.to_thread(read_home, published) if published else NOT_THERE
        self._home_at = moment
        return self._home


def _moment(catalogue: Catalogue) -> _Moment:
    return catalogue.version, catalogue.stamp
