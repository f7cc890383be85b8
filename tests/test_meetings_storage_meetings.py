"""The meetings in the database: what was put comes back, numbers stay, absence is counted."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import select

from meetings.model import Meeting
from meetings.storage.database import CHUNK, Database
from meetings.storage.documents import digest, encode
from meetings.storage.meetings import (
    Baseline,
    all_meetings,
    baseline,
    mark_missing,
    mark_present,
    next_version,
    note_raw_digests,
    put,
    remove,
    version,
)
from meetings.storage.sources import (
    SourceState,
    State,
    confirmed_on,
    put_source_state,
    source_states,
)
from meetings.storage.tables import meeting
from tests.make import NOON, a_meeting

LATER = NOON + dt.timedelta(days=1, microseconds=1)
LISTED_ON = dt.date(2026, 11, 17)


async def test_meetings_come_back_equal_in_the_order_of_their_numbers(db: Database) -> None:
    meetings = [
        a_meeting(id="t:b", number=1, revision=4),
        a_meeting(id="t:a", number=2, changed_at=LATER),
        a_meeting(id="u:ß", number=3, fellowship="aa", name="Café “Ost”", schedule=None),
    ]

    await _put(db, *meetings)

    assert await _all(db) == meetings


async def test_a_number_stays_when_a_meeting_changes(db: Database) -> None:
    await _put(db, a_meeting(id="t:1"), a_meeting(id="t:2"))
    moved = a_meeting(id="t:2", number=99, name="Moved", revision=1, changed_at=LATER)

    await _put(db, moved)

    assert await _all(db) == [a_meeting(id="t:1", number=1), replace(moved, number=2)]


async def test_a_number_stays_when_a_meeting_is_removed_and_comes_back(db: Database) -> None:
    await _put(db, a_meeting(id="t:1"), a_meeting(id="t:2"))
    await _remove(db, "t:1")

    await _put(db, a_meeting(id="t:3"), a_meeting(id="t:1"))

    assert {m.id: m.number for m in await _all(db)} == {"t:1": 1, "t:2": 2, "t:3": 3}


async def test_a_number_is_not_given_twice_even_when_its_row_is_gone(db: Database) -> None:
    await _put(db, a_meeting(id="t:1"), a_meeting(id="t:2"))
    async with db.write() as writer:
        await writer.execute(meeting.delete().where(meeting.c.id == "t:2"))

    await _put(db, a_meeting(id="t:2"))

    assert [m.number for m in await _all(db)] == [1, 3]


async def test_a_rolled_back_put_takes_no_numbers(db: Database) -> None:
    with pytest.raises(ValueError, match="changed_at"):
        await _put(db, a_meeting(id="t:1"), a_meeting(id="t:2", changed_at=None))

    await _put(db, a_meeting(id="t:3"))

    assert await _all(db) == [a_meeting(id="t:3", number=1)]


async def test_more_meetings_than_one_statement_takes_come_back(db: Database) -> None:
    ids = [f"t:{n}" for n in range(CHUNK + 1)]

    await _put(db, *(a_meeting(id=i) for i in ids))
    await _remove(db, *ids)

    expected = [
        a_meeting(
            id=i,
            number=n,
            revision=1,
            changed_at=LATER,
            removed_at=LATER,
            confirmed_on=LATER.date(),
        )
        for n, i in enumerate(ids, 1)
    ]
    assert await _all(db) == expected


async def test_putting_the_same_twice_is_putting_it_once(db: Database) -> None:
    meetings = [a_meeting(id="t:1"), a_meeting(id="t:2", number=2)]

    await _put(db, *meetings)
    await _put(db, *meetings)

    assert await _all(db) == meetings


async def test_an_id_that_stands_twice_is_refused(db: Database) -> None:
    with pytest.raises(ValueError, match="twice"):
        await _put(db, a_meeting(id="t:1"), a_meeting(id="t:1", name="Other"))

    assert await _all(db) == []


async def test_nothing_to_do_is_fine(db: Database) -> None:
    async with db.write() as writer:
        await put(writer, [], version=1)
        await mark_missing(writer, [], at=NOON, listed_on=LISTED_ON)
        await mark_present(writer, [])
        await remove(writer, [], version=1, at=NOON)

    assert await _all(db) == []


async def test_the_baseline_is_of_one_source(db: Database) -> None:
    mine, other = a_meeting(id="t:1", revision=2), a_meeting(id="u:1")
    await _put(db, mine, other)

    found = await _baseline(db)
    assert found == {
        "t:1": Baseline(
            id="t:1",
            number=1,
            document=encode(mine),
            digest=digest(mine),
            raw_digest=None,
            revision=2,
            changed_at=NOON,
            first_seen_on=NOON.date(),
            missing_since=None,
            missing_lists=0,
            listed_on=None,
            removed_at=None,
        )
    }
    assert found["t:1"].meeting == mine


async def test_the_day_of_first_sight_stays(db: Database) -> None:
    await _put(db, a_meeting())

    await _put(db, a_meeting(changed_at=LATER))

    assert (await _baseline(db))["t:1"].first_seen_on == NOON.date()


async def test_absence_keeps_its_beginning_and_counts_the_lists(db: Database) -> None:
    await _put(db, a_meeting())

    await _miss(db, at=NOON, listed_on=LISTED_ON)
    await _miss(db, at=LATER, listed_on=NOON.date())

    found = (await _baseline(db))["t:1"]
    assert (found.missing_since, found.missing_lists, found.listed_on) == (NOON, 2, LISTED_ON)
    assert found.meeting == a_meeting(confirmed_on=LISTED_ON)


async def test_a_missing_meeting_keeps_its_revision(db: Database) -> None:
    await _put(db, a_meeting(revision=5))

    await _miss(db, at=LATER, listed_on=LISTED_ON)

    assert await _all(db) == [a_meeting(revision=5, confirmed_on=LISTED_ON)]


async def test_a_meeting_that_is_listed_again_was_never_missing(db: Database) -> None:
    await _put(db, a_meeting())
    before = await _baseline(db)
    await _miss(db, at=NOON, listed_on=LISTED_ON)

    async with db.write() as writer:
        await mark_present(writer, ["t:1"])

    assert await _baseline(db) == before


async def test_a_changed_meeting_is_no_longer_missing(db: Database) -> None:
    await _put(db, a_meeting())
    await _miss(db, at=NOON, listed_on=LISTED_ON)

    await _put(db, a_meeting(revision=1, changed_at=LATER))

    found = (await _baseline(db))["t:1"]
    assert (found.missing_since, found.missing_lists) == (None, 0)
    assert found.meeting == a_meeting(revision=1, changed_at=LATER)


async def test_only_the_meetings_named_are_marked(db: Database) -> None:
    await _put(db, a_meeting(id="t:1"), a_meeting(id="t:2"))

    await _miss(db, at=NOON, listed_on=LISTED_ON)

    found = await _baseline(db)
    assert {i: b.missing_lists for i, b in found.items()} == {"t:1": 1, "t:2": 0}


async def test_a_tombstone_is_a_new_revision_and_is_still_told(db: Database) -> None:
    gone, kept = a_meeting(id="t:1", revision=2), a_meeting(id="t:2", number=2)
    await _put(db, gone, kept)
    await _miss(db, at=NOON, listed_on=LISTED_ON)

    await _remove(db, "t:1")

    tombstone = replace(
        gone, revision=3, changed_at=LATER, removed_at=LATER, confirmed_on=LISTED_ON
    )
    assert await _all(db) == [tombstone, kept]


async def test_removing_twice_is_removing_once(db: Database) -> None:
    await _put(db, a_meeting())
    await _remove(db, "t:1")
    before = await _all(db)

    async with db.write() as writer:
        await remove(writer, ["t:1"], version=9, at=LATER + dt.timedelta(days=1))

    assert await _all(db) == before


async def test_a_removed_meeting_that_comes_back_is_no_tombstone(db: Database) -> None:
    await _put(db, a_meeting())
    await _remove(db, "t:1")
    back = a_meeting(revision=2, changed_at=LATER)

    await _put(db, back)

    assert await _all(db) == [back]


async def test_a_listed_meeting_is_confirmed_by_the_last_accepted_list(db: Database) -> None:
    await _put(db, a_meeting(id="t:1"), a_meeting(id="t:2"), a_meeting(id="u:1"))
    await _miss(db, at=NOON, listed_on=LISTED_ON)

    async with db.write() as writer:
        await put_source_state(
            writer,
            SourceState(
                id="t",
                title="Invented Area",
                fellowship="na",
                state=State.FAILED,
                last_tried_at=LATER + dt.timedelta(days=9),
                last_accepted_at=LATER,
            ),
        )

    async with db.read() as reader:
        sources = await source_states(reader)
    confirmed = {m.id: confirmed_on(m, sources) for m in await _all(db)}
    assert confirmed == {"t:1": LISTED_ON, "t:2": LATER.date(), "u:1": None}


async def test_digests_of_raw_records_are_kept_until_the_next_ones(db: Database) -> None:
    meetings = [a_meeting(id=f"t:{n}") for n in range(3)]
    async with db.write() as writer:
        await put(writer, meetings, version=1, raw_digests={"t:0": "a", "t:1": "b"})
    first = {id_: each.raw_digest for id_, each in (await _baseline(db)).items()}

    async with db.write() as writer:
        await put(writer, meetings[:1], version=2)
        await note_raw_digests(writer, {"t:1": "c", "t:2": "d"})

    second = {id_: each.raw_digest for id_, each in (await _baseline(db)).items()}
    assert first == {"t:0": "a", "t:1": "b", "t:2": None}
    assert second == {"t:0": None, "t:1": "c", "t:2": "d"}


async def test_the_version_grows_by_one(db: Database) -> None:
    async with db.read() as reader:
        versions = [await version(reader)]

    for _ in range(2):
        async with db.write() as writer:
            versions.append(await next_version(writer, at=NOON))

    async with db.read() as reader:
        versions.append(await version(reader))
    assert versions == [0, 1, 2, 2]


async def test_each_meeting_knows_the_version_of_its_last_change(db: Database) -> None:
    async with db.write() as writer:
        await put(writer, [a_meeting(id=f"t:{n}") for n in range(4)], version=1)
        await put(writer, [a_meeting(id="t:1")], version=2)
        await remove(writer, ["t:2"], version=3, at=NOON)

    async with db.read() as reader:
        rows = await reader.execute(select(meeting.c.id, meeting.c.version))
        assert {row.id: row.version for row in rows} == {"t:0": 1, "t:1": 2, "t:2": 3, "t:3": 1}


async def _put(db: Database, *meetings: Meeting) -> None:
    async with db.write() as writer:
        await put(writer, meetings, version=await next_version(writer, at=NOON))


async def _remove(db: Database, *ids: str) -> None:
    async with db.write() as writer:
        await remove(writer, ids, version=await next_version(writer, at=LATER), at=LATER)


async def _miss(db: Database, *, at: dt.datetime, listed_on: dt.date) -> None:
    async with db.write() as writer:
        await mark_missing(writer, ["t:1"], at=at, listed_on=listed_on)


async def _all(db: Database) -> list[Meeting]:
    async with db.read() as reader:
        return await all_meetings(reader)


async def _baseline(db: Database) -> dict[str, Baseline]:
    async with db.read() as reader:
        return await baseline(reader, "t")
