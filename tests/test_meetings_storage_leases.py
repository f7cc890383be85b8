"""Leases of sources, on both databases; a lease of 0 seconds has run out when it is taken."""

import asyncio
import itertools
from dataclasses import replace

import pytest

from meetings.errors import Leased, LeaseLost
from meetings.storage.database import Database
from meetings.storage.leases import Lease, hold, leased, release, sources_leased, take

OWNERS = itertools.count()


async def taken(db: Database, source: str = "na", *, seconds: int = 60) -> Lease:
    async with db.write() as writer:
        return await take(writer, source, owner=f"test:{next(OWNERS)}", seconds=seconds)


async def held_now(db: Database) -> set[str]:
    async with db.read() as reader:
        return await sources_leased(reader)


async def test_a_source_that_is_read_is_not_read_by_a_second(db: Database) -> None:
    await taken(db)

    with pytest.raises(Leased, match="another process reads na"):
        await taken(db)

    assert await held_now(db) == {"na"}


async def test_sources_are_leased_one_by_one(db: Database) -> None:
    assert {await taken(db, "na"), await taken(db, "smart")} == {
        Lease("na", 1, 60),
        Lease("smart", 1, 60),
    }


async def test_what_was_let_go_is_taken_again_with_a_greater_token(db: Database) -> None:
    async with leased(db, "na") as first:
        assert await held_now(db) == {"na"}
    assert await held_now(db) == set()

    async with leased(db, "na") as second:
        assert (first, second) == (Lease("na", 1, 60), Lease("na", 2, 60))


async def test_a_lease_is_let_go_when_its_work_fails(db: Database) -> None:
    with pytest.raises(ValueError, match="broken"):
        async with leased(db, "na"):
            raise ValueError("broken")

    assert await held_now(db) == set()


async def test_who_slept_past_the_lease_may_publish_while_nobody_took_it(db: Database) -> None:
    late = await taken(db, seconds=0)

    async with db.write() as writer:
        await hold(writer, replace(late, seconds=60))

    assert await held_now(db) == {"na"}


async def test_who_slept_past_the_lease_may_not_publish_once_it_was_taken(db: Database) -> None:
    late = await taken(db, seconds=0)
    await taken(db)

    with pytest.raises(LeaseLost, match="another process took over na"):
        async with db.write() as writer:
            await hold(writer, late)


async def test_who_lost_a_lease_does_not_let_go_of_the_other_ones(db: Database) -> None:
    late = await taken(db, seconds=0)
    await taken(db)

    async with db.write() as writer:
        await release(writer, late)

    assert await held_now(db) == {"na"}


async def test_a_lease_that_has_run_out_is_not_taken_while_its_holder_publishes(
    db: Database,
) -> None:
    late = await taken(db, seconds=0)
    async with db.write() as writer:
        await hold(writer, replace(late, seconds=60))
        other = asyncio.create_task(taken(db))
        done, _ = await asyncio.wait([other], timeout=0.1)
        assert not done

    with pytest.raises(Leased):
        await other


async def test_of_many_who_take_a_lease_at_once_one_gets_it(db: Database) -> None:
    for token in range(1, 6):
        tries = await asyncio.gather(*(taken(db) for _ in range(8)), return_exceptions=True)

        (lease,) = [each for each in tries if isinstance(each, Lease)]
        assert lease == Lease("na", token, 60)
        async with db.write() as writer:
            await release(writer, lease)


async def test_a_lease_is_renewed_while_its_work_goes_on(db: Database) -> None:
    async with leased(db, "na", seconds=2):
        await asyncio.sleep(3.5)
        with pytest.raises(Leased):
            await taken(db)


async def test_who_does_not_know_whether_a_lease_was_taken_tries_again(db: Database) -> None:
    for token in (1, 2):
        async with db.write() as writer:
            lease = await take(writer, "na", owner="test:lost", seconds=60)
        assert lease == Lease("na", token, 60)
