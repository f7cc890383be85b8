"""
The catalogue's file made of the database in a process of its own: what `apart.make_snapshot` runs.

Decoding and indexing all meetings keeps an interpreter busy for seconds, and its memory grows by
as much again; a server that only opens the file goes on answering beside it.
"""

import asyncio
import os
from collections.abc import Sequence

from meetings.settings import Settings, read_settings
from meetings.storage.database import open_database
from web.cli.opening import snapshot_path
from web.service import make_catalogue, utc_now


def main(precedence: Sequence[str]) -> None:
    asyncio.run(_make(read_settings(os.environ), precedence))


async def _make(settings: Settings, precedence: Sequence[str]) -> None:
    async with open_database(settings.database_url) as database:
        await make_catalogue(database, snapshot_path(settings), precedence, now=utc_now)
