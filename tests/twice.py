"""A database whose every change is done twice: the first was committed, and nobody heard of it."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from meetings.storage.database import Database, Writer

T = TypeVar("T")


class Twice(Database):
    async def change(self, body: Callable[[Writer], Awaitable[T]]) -> T:
        await Database.change(self, body)
        return await Database.change(self, body)


def twice(db: Database) -> Twice:
    return Twice(db.reading, db.writing)
