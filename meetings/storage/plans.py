"""Sealed plans and secret links, by their keys alone: no query here looks inside either."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select, update

from meetings.storage.database import Reader, Writer, insert
from meetings.storage.tables import link, sealed_plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The whole row of a link: what somebody with the database sees."""

    hash: str
    kind: str
    sealed: bytes | None  # None: revoked
    used_month: str
    expires_on: dt.date | None = None
    revoked_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedPlan:
    """The whole row of a plan."""

    locator: str
    content: bytes
    made_month: str
    used_month: str


async def find_link(db: Reader, hash_: str) -> Link | None:
    row = (await db.execute(select(link).where(link.c.hash == hash_))).one_or_none()
    return None if row is None else Link(**row._mapping)


async def find_plan(db: Reader, locator: str) -> SealedPlan | None:
    query = select(sealed_plan).where(sealed_plan.c.locator == locator)
    row = (await db.execute(query)).one_or_none()
    return None if row is None else SealedPlan(**row._mapping)


async def count_kept(db: Reader) -> dict[str, int]:
    """Return how many plans there are, and by their kind the links that are not revoked."""
    links = select(link.c.kind, func.count()).where(link.c.revoked_on.is_(None))
    found = {row.kind: row[1] for row in await db.execute(links.group_by(link.c.kind))}
    plans = await db.execute(select(func.count()).select_from(sealed_plan))
    return {**found, "plan": plans.scalar_one()}


async def add_plan(db: Writer, plan: SealedPlan) -> None:
    """Add *plan*; twice is once, since its locator is its own."""
    await db.execute(
        insert(db, sealed_plan)
        .values(
            locator=plan.locator,
            content=plan.content,
            made_month=plan.made_month,
            used_month=plan.used_month,
        )
        .on_conflict_do_nothing(index_elements=[sealed_plan.c.locator])
    )


async def replace_content(db: Writer, locator: str, *, before: bytes, after: bytes) -> bool:
    """
    Put *after* where *before* still stands; False when somebody else was quicker.

    Twice is once: no two seals are alike, so an *after* that stands there already is this one.
    """
    changed = await db.execute(
        update(sealed_plan)
        .where(sealed_plan.c.locator == locator)
        .where(sealed_plan.c.content.in_((before, after)))
        .values(content=after)
    )
    return changed.rowcount == 1


async def remove_plan(db: Writer, locator: str) -> None:
    await db.execute(delete(sealed_plan).where(sealed_plan.c.locator == locator))


async def add_link(db: Writer, new: Link) -> None:
    """Add *new*; twice is once, since its secret is its own."""
    await db.execute(
        insert(db, link)
        .values(
            hash=new.hash,
            kind=new.kind,
            sealed=new.sealed,
            used_month=new.used_month,
            expires_on=new.expires_on,
        )
        .on_conflict_do_nothing(index_elements=[link.c.hash])
    )


async def set_link_end(db: Writer, hash_: str, expires_on: dt.date | None) -> None:
    await db.execute(update(link).where(link.c.hash == hash_).values(expires_on=expires_on))


async def revoke_link(db: Writer, hash_: str, *, on: dt.date) -> None:
    """Take the seal away; the hash and the day stay, so that no secret is ever given twice."""
    await db.execute(
        update(link)
        .where(link.c.hash == hash_)
        .where(link.c.revoked_on.is_(None))
        .values(sealed=None, revoked_on=on)
    )


async def note_use(db: Writer, *, hashes: Sequence[str], locator: str, month: str) -> None:
    """Write down the month of the last use, and nothing else about it."""
    await db.execute(update(link).where(link.c.hash.in_(hashes)).values(used_month=month))
    await db.execute(
        update(sealed_plan).where(sealed_plan.c.locator == locator).values(used_month=month)
    )


async def forget_unused(db: Writer, *, before_month: str, revoked_before: dt.date) -> None:
    """Remove what was last used before *before_month*, and revoked links older than a day."""
    await db.execute(delete(sealed_plan).where(sealed_plan.c.used_month < before_month))
    await db.execute(
        delete(link).where(link.c.used_month < before_month).where(link.c.revoked_on.is_(None))
    )
    await db.execute(delete(link).where(link.c.revoked_on < revoked_before))
