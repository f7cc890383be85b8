"""
The catalogue's file made of the database in a process of its own: what `apart.make_snapshot` runs.

Decoding and indexing all meetings keeps an interpreter busy for seconds, and its memory grows by
as much again; a server that only opens the file goes on answering beside it.
"""

import asyncio
import os
import sys
from collections.abc import Sequence

from meetings.catalogue import CatalogueBuilder
from meetings.settings import Settings, read_settings
from meetings.storage.database import open_database
from meetings.storage.meetings import meetings_in_batches, published_at, version
from web.cli.opening import snapshot_path
from web.service import utc_now


def main(precedence: Sequence[str]) -> None:
    asyncio.run(make_snapshot(read_settings(os.environ), precedence))


async def make_snapshot(settings: Settings, precedence: Sequence[str]) -> None:
    """Put the newest published catalogue into its file."""
    builder = CatalogueBuilder(snapshot_path(settings), precedence=precedence)
    async with open_database(settings.database_url) as database, database.read() as reader:
        newest, stamp = await version(reader), str(await published_at(reader))
        async for meetings in meetings_in_batches(reader):
            builder.add(meetings)
    builder.built(version=newest, stamp=stamp, now=utc_now())


if __name__ == "__main__":
    main(sys.argv[1:])
