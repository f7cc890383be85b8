"""
Plans and shares behind secret links: made, opened, changed, handed on and taken back.

Three kinds of link. A *keep* link edits its plan; a *calendar* link is its feed; a *share*
link opens a list of its own that was filled by choice. Each has a secret of its own; none can
be turned into another. Whoever has only the database learns neither who nor which meetings.
"""

import datetime as dt
import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from enum import StrEnum

from meetings import sealing
from meetings.errors import Conflict, InvalidPlan, LinkGone, LinkReplaced
from meetings.plan import (
    Plan,
    Share,
    SharedList,
    plan_from,
    shared_list_from,
    to_bytes,
)
from meetings.sealing import Opened
from meetings.storage import plans as storage
from meetings.storage.database import Database, Reader, Writer, as_reader
from meetings.storage.plans import Link, SealedPlan

NOTICE_DAYS = 30  # a replaced calendar link says so for this long, then answers as unknown
UNUSED_DAYS = 400
REVOKED_KEPT_DAYS = 396  # 13 months


class Kind(StrEnum):
    KEEP = "keep"
    CALENDAR = "calendar"
    SHARE = "share"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPlan:
    """A plan as its keep link opened it; *sealed* is what a change must still find."""

    plan: Plan
    secret: str
    opened: Opened
    sealed: bytes

    @property
    def stamp(self) -> str:
        """Return what tells this state of the plan from every other, without its content."""
        return hashlib.sha256(self.sealed).hexdigest()[:16]


async def make_plan(db: Database, plan: Plan, *, now: dt.datetime) -> OpenPlan:
    """Store a new plan and return it with its keep secret."""
    secret = sealing.make_secret()
    plan = replace(plan, keep_hash=sealing.hash_of(secret))
    opened, row = _new_row(to_bytes(plan), now)
    link = _new_link(opened, Kind.KEEP, secret, now)

    async def add(writer: Writer) -> None:
        await storage.add_plan(writer, row)
        await storage.add_link(writer, link)

    await db.change(add)
    return OpenPlan(plan=plan, secret=secret, opened=opened, sealed=row.content)


async def open_plan(db: Database, typed: str, *, now: dt.datetime) -> OpenPlan:
    """Open a plan by its keep link. Raises LinkGone."""
    async with db.read() as reader:
        secret, opened = await _open_link(reader, typed, Kind.KEEP, now)
        sealed = await _content(reader, opened)
    plan = plan_from(sealing.unseal(sealed, opened))
    return OpenPlan(plan=plan, secret=secret, opened=opened, sealed=sealed)


async def open_calendar(db: Database, typed: str, *, now: dt.datetime) -> Plan:
    """Return a calendar link's plan. Raises LinkGone, or LinkReplaced while the notice shows."""
    async with db.read() as reader:
        _, opened = await _open_link(reader, typed, Kind.CALENDAR, now)
        return plan_from(sealing.unseal(await _content(reader, opened), opened))


async def open_share(db: Database, typed: str, *, now: dt.datetime) -> SharedList:
    """Return what a share link shows. Raises LinkGone, or LinkReplaced while the notice shows."""
    async with db.read() as reader:
        _, opened = await _open_link(reader, typed, Kind.SHARE, now)
        return shared_list_from(sealing.unseal(await _content(reader, opened), opened))


async def change_plan(db: Database, before: OpenPlan, plan: Plan) -> OpenPlan:
    """Put *plan* in the place of *before*. Raises Conflict if it is not there any more."""
    after = _changed(before, plan)
    await db.change(lambda writer: _put(writer, before, after))
    return after


async def make_calendar(db: Database, before: OpenPlan, *, now: dt.datetime) -> OpenPlan:
    """Return the plan with one calendar link more, the last of its `calendars`."""
    secret = sealing.make_secret()
    link = _new_link(before.opened, Kind.CALENDAR, secret, now)
    after = _changed(before, replace(before.plan, calendars=(*before.plan.calendars, secret)))

    async def add(writer: Writer) -> None:
        await storage.add_link(writer, link)
        await _put(writer, before, after)

    await db.change(add)
    return after


async def revoke_calendar(
    db: Database, before: OpenPlan, secret: str, *, now: dt.datetime
) -> OpenPlan:
    """Take one calendar link back. Raises LinkGone if it is none of this plan's."""
    if secret not in before.plan.calendars:
        raise LinkGone("not a calendar link of this plan")
    calendars = tuple(each for each in before.plan.calendars if each != secret)
    after = _changed(before, replace(before.plan, calendars=calendars))

    async def revoke(writer: Writer) -> None:
        await storage.revoke_link(writer, sealing.hash_of(secret), on=now.date())
        await _put(writer, before, after)

    await db.change(revoke)
    return after


async def rotate_keep(db: Database, before: OpenPlan, *, now: dt.datetime) -> OpenPlan:
    """Give the plan a new keep link; the old one opens nothing from now on."""
    after = _changed(replace(before, secret=sealing.make_secret()), before.plan)
    link = _new_link(after.opened, Kind.KEEP, after.secret, now)

    async def rotate(writer: Writer) -> None:
        await storage.add_link(writer, link)
        await storage.revoke_link(writer, sealing.hash_of(before.secret), on=now.date())
        await _put(writer, before, after)

    await db.change(rotate)
    return after


async def delete_plan(db: Database, before: OpenPlan, *, now: dt.datetime) -> None:
    """Remove the plan, its links, its shares and theirs. Raises Conflict if it was changed."""

    async def remove(writer: Writer) -> None:
        row = await storage.find_plan(as_reader(writer), before.opened.locator)
        if row is not None and row.content != before.sealed:
            raise Conflict("the plan was changed meanwhile")
        shares = before.plan.shares
        for secret in (before.secret, *before.plan.calendars, *(s.secret for s in shares)):
            await storage.revoke_link(writer, sealing.hash_of(secret), on=now.date())
        for locator in (before.opened.locator, *(share.locator for share in shares)):
            await storage.remove_plan(writer, locator)

    await db.change(remove)


async def make_share(
    db: Database,
    before: OpenPlan,
    shared: SharedList,
    *,
    label: str,
    expires_on: dt.date | None,
    now: dt.datetime,
) -> OpenPlan:
    """Return the plan with one share more, the last of its `shares`."""
    check_end(expires_on, now=now)
    secret = sealing.make_secret()
    opened, row = _new_row(to_bytes(shared), now)
    link = _new_link(opened, Kind.SHARE, secret, now, expires_on=expires_on)
    share = Share(
        secret=secret,
        locator=opened.locator,
        key=opened.key,
        label=label,
        expires_on=expires_on,
    )
    after = _changed(before, replace(before.plan, shares=(*before.plan.shares, share)))

    async def add(writer: Writer) -> None:
        await storage.add_plan(writer, row)
        await storage.add_link(writer, link)
        await _put(writer, before, after)

    await db.change(add)
    return after


def check_end(expires_on: dt.date | None, *, now: dt.datetime) -> None:
    """Raise InvalidPlan for a share's end that is not in the future."""
    if expires_on is not None and expires_on <= now.date():
        raise InvalidPlan("expires_on", "The last day of a share is in the future.")


async def read_share(db: Database, share: Share) -> SharedList:
    """Return what a share of one's own shows. Raises LinkGone."""
    opened = Opened(share.locator, share.key)
    async with db.read() as reader:
        return shared_list_from(sealing.unseal(await _content(reader, opened), opened))


async def change_share(
    db: Database,
    before: OpenPlan,
    secret: str,
    shared: SharedList,
    *,
    label: str,
    expires_on: dt.date | None,
) -> OpenPlan:
    """Change what a share of this plan shows; its link stays. Raises LinkGone, Conflict."""
    share = _share(before.plan, secret)
    opened = Opened(share.locator, share.key)
    sealed = _sealed(to_bytes(shared), opened)
    changed = replace(share, label=label, expires_on=expires_on)
    shares = tuple(changed if each == share else each for each in before.plan.shares)
    after = _changed(before, replace(before.plan, shares=shares))

    async def change(writer: Writer) -> None:
        stored = await _content(as_reader(writer), opened)
        if not await storage.replace_content(writer, opened.locator, before=stored, after=sealed):
            raise Conflict("the share was changed meanwhile")
        await storage.set_link_end(writer, sealing.hash_of(secret), expires_on)
        await _put(writer, before, after)

    await db.change(change)
    return after


async def revoke_share(
    db: Database, before: OpenPlan, secret: str, *, now: dt.datetime
) -> OpenPlan:
    """Take a share back: nobody opens it any more. Raises LinkGone if it is not this plan's."""
    share = _share(before.plan, secret)
    shares = tuple(each for each in before.plan.shares if each != share)
    after = _changed(before, replace(before.plan, shares=shares))

    async def revoke(writer: Writer) -> None:
        await storage.revoke_link(writer, sealing.hash_of(secret), on=now.date())
        await storage.remove_plan(writer, share.locator)
        await _put(writer, before, after)

    await db.change(revoke)
    return after


async def stored_rows(db: Database, plan: OpenPlan) -> tuple[Link, SealedPlan]:
    """Return all that the database holds of a plan and its keep link: "what the server knows"."""
    async with db.read() as reader:
        row = await storage.find_link(reader, sealing.hash_of(plan.secret))
        content = await storage.find_plan(reader, plan.opened.locator)
    if row is None or content is None:
        raise LinkGone("the plan was removed meanwhile")
    return row, content


async def note_use(db: Database, typed: str, kind: Kind, *, now: dt.datetime) -> None:
    """
    Write the month of use down, once a month, so that what is used does not expire.

    A plan's keep link and calendars live as long as any of them is used.
    """
    async with db.read() as reader:
        secret, opened = await _open_link(reader, typed, kind, now)
        row = await storage.find_link(reader, sealing.hash_of(secret))
        hashes = await _used_together(reader, opened, kind, secret)
    if row is not None and row.used_month != _month(now):
        locator, month = opened.locator, _month(now)
        await db.change(
            lambda writer: storage.note_use(writer, hashes=hashes, locator=locator, month=month)
        )


async def _used_together(db: Reader, opened: Opened, kind: Kind, secret: str) -> list[str]:
    if kind is Kind.SHARE:
        return [sealing.hash_of(secret)]
    plan = plan_from(sealing.unseal(await _content(db, opened), opened))
    return [sealing.hash_of(secret), plan.keep_hash, *map(sealing.hash_of, plan.calendars)]


async def forget_unused(db: Database, *, now: dt.datetime) -> None:
    """Remove plans and links that nobody has used for UNUSED_DAYS."""
    month = _month(now - dt.timedelta(days=UNUSED_DAYS))
    day = now.date() - dt.timedelta(days=REVOKED_KEPT_DAYS)
    await db.change(
        lambda writer: storage.forget_unused(writer, before_month=month, revoked_before=day)
    )


async def count_kept(db: Database) -> Counter[str]:
    """Return how many plans there are, and links that open something, by their kind."""
    async with db.read() as reader:
        return Counter(await storage.count_kept(reader))


# What is random is made before a transaction, so that one that is tried again is the same.


def _new_row(content: bytes, now: dt.datetime) -> tuple[Opened, SealedPlan]:
    opened = Opened(locator=sealing.make_secret(), key=sealing.make_key())
    sealed, month = _sealed(content, opened), _month(now)
    return opened, SealedPlan(
        locator=opened.locator, content=sealed, made_month=month, used_month=month
    )


def _new_link(
    opened: Opened,
    kind: Kind,
    secret: str,
    now: dt.datetime,
    *,
    expires_on: dt.date | None = None,
) -> Link:
    return Link(
        hash=sealing.hash_of(secret),
        kind=kind,
        sealed=sealing.wrap(opened, secret=secret, kind=kind),
        used_month=_month(now),
        expires_on=expires_on,
    )


async def _open_link(db: Reader, typed: str, kind: Kind, now: dt.datetime) -> tuple[str, Opened]:
    secret = sealing.canonical(typed)
    row = await storage.find_link(db, sealing.hash_of(secret)) if secret else None
    if secret is None or row is None or row.kind != kind:
        raise LinkGone("no such link")
    over_since = row.revoked_on or row.expires_on
    if over_since is not None and (row.sealed is None or over_since <= now.date()):
        if now.date() - over_since <= dt.timedelta(days=NOTICE_DAYS):
            raise LinkReplaced(over_since)
        raise LinkGone("the link is over")
    if row.sealed is None:
        raise LinkGone("the link is over")
    return secret, sealing.unwrap(row.sealed, secret=secret, kind=kind)


async def _content(db: Reader, opened: Opened) -> bytes:
    row = await storage.find_plan(db, opened.locator)
    if row is None:
        raise LinkGone("the plan is gone")
    return row.content


def _changed(before: OpenPlan, plan: Plan) -> OpenPlan:
    plan = replace(plan, keep_hash=sealing.hash_of(before.secret))
    return replace(before, plan=plan, sealed=_sealed(to_bytes(plan), before.opened))


async def _put(db: Writer, before: OpenPlan, after: OpenPlan) -> None:
    locator = before.opened.locator
    if not await storage.replace_content(db, locator, before=before.sealed, after=after.sealed):
        raise Conflict("the plan was changed meanwhile")


def _sealed(content: bytes, opened: Opened) -> bytes:
    try:
        return sealing.seal(content, opened)
    except ValueError as problem:
        raise InvalidPlan("plan", "This plan has more text than it can hold.") from problem


def _share(plan: Plan, secret: str) -> Share:
    for share in plan.shares:
        if share.secret == secret:
            return share
    raise LinkGone("not a share of this plan")


def _month(now: dt.datetime) -> str:
    return f"{now.astimezone(dt.UTC):%Y-%m}"
