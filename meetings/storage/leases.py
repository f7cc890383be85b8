"""
Leases: which process reads a source, and that only the one which still holds its lease publishes.

Whoever takes a lease gets a token, one greater than the last. The first statement of a publishing
transaction is `hold`, which finds the row only while nobody has taken the lease since. So a
process that was stopped past its lease, or cut off, publishes nothing when it goes on
(reliability.md 9.3). The time is the database's: of several machines one clock is always wrong.
"""

import asyncio
import contextlib
import os
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy import BigInteger, Update, cast, extract, func, select, update

from meetings.errors import Leased, LeaseLost, StorageError
from meetings.storage.database import Database, Reader, Writer, insert
from meetings.storage.tables import lease as table

LEASE_SECONDS = 60

_NOW = cast(extract("epoch", func.now()), BigInteger)


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to publish *source*, and its parts, until somebody else has a greater token."""

    source: str
    token: int
    seconds: int  # for which it is taken, and prolonged


@asynccontextmanager
async def leased(
    db: Database, source: str, *, seconds: int = LEASE_SECONDS
) -> AsyncIterator[Lease]:
    """
    Take the lease of *source*, renew it while the block runs, and let it go.

    Raises:
        Leased: another process holds it.
    """
    owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    lease = await db.change(lambda writer: take(writer, source, owner=owner, seconds=seconds))
    done = asyncio.Event()
    renewing = asyncio.create_task(_renew(db, lease, done))
    try:
        yield lease
    finally:
        done.set()
        await renewing
        with contextlib.suppress(StorageError):  # it ends by itself
            async with db.write() as writer:
                await release(writer, lease)


async def take(db: Writer, source: str, *, owner: str, seconds: int) -> Lease:
    """
    Take the lease of *source* for so long, if nobody holds it but *owner*, who tries again.

    Raises:
        Leased: another process holds it.
    """
    until = _NOW + seconds
    statement = insert(db, table).values(source=source, owner=owner, token=1, until=until)
    taken = statement.on_conflict_do_update(
        index_elements=[table.c.source],
        set_={"owner": owner, "token": table.c.token + 1, "until": until},
        where=(table.c.until <= _NOW) | (table.c.owner == owner),
    ).returning(table.c.token)
    token: int | None = (await db.execute(taken)).scalar_one_or_none()
    if token is None:
        raise Leased(f"another process reads {source}")
    return Lease(source, token, seconds)


async def hold(db: Writer, lease: Lease) -> None:
    """
    Prolong *lease*, and keep others from taking it until this transaction ends.

    Raises:
        LeaseLost: somebody else has taken it; nothing of this run may be published.
    """
    kept = await db.execute(_of(lease).values(until=_NOW + lease.seconds))
    if kept.rowcount != 1:
        raise LeaseLost(f"another process took over {lease.source}")


async def release(db: Writer, lease: Lease) -> None:
    """Let *lease* go, if it is still held."""
    await db.execute(_of(lease).values(until=0))


async def sources_leased(db: Reader) -> set[str]:
    """Return the sources that some process reads at this moment."""
    return set((await db.execute(select(table.c.source).where(table.c.until > _NOW))).scalars())


def _of(lease: Lease) -> Update:
    return update(table).where(table.c.source == lease.source, table.c.token == lease.token)


async def _renew(db: Database, lease: Lease, done: asyncio.Event) -> None:
    while not await _is_set_within(done, lease.seconds / 3):
        with contextlib.suppress(StorageError):  # whoever publishes finds out
            async with db.write() as writer:
                await hold(writer, lease)


async def _is_set_within(event: asyncio.Event, seconds: float) -> bool:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()
