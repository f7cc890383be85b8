"""The door to the database: transactions, readers, cancellation, and errors without values."""

import asyncio
import datetime as dt
import random
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import StatementError

from meetings.errors import Away, Busy, SettingsError, StorageError
from meetings.storage.database import CHUNK, Database, Writer, as_reader, chunks, open_database
from meetings.storage.meetings import all_meetings, mark_present, next_version, put, version
from meetings.storage.tables import meeting
from tests.make import NOON, a_meeting


async def test_readers_see_what_a_writer_committed(db: Database) -> None:
    async with db.write() as writer:
        await next_version(writer, at=NOON)

    async with db.read() as reader:
        assert await version(reader) == 1


async def test_readers_do_not_see_what_is_not_committed(db: Database) -> None:
    async with db.write() as writer:
        await next_version(writer, at=NOON)

        async with db.read() as reader:
            seen_outside = await version(reader)
        seen_inside = await version(as_reader(writer))

    assert (seen_outside, seen_inside) == (0, 1)


async def test_a_reader_sees_one_state_to_its_end(db: Database) -> None:
    async with db.read() as reader:
        before = await version(reader)
        async with db.write() as writer:
            await next_version(writer, at=NOON)
        after = await version(reader)

    assert (before, after) == (0, 0)


async def test_another_process_sees_what_was_committed(db: Database, database_url: str) -> None:
    async with db.write() as writer:
        await next_version(writer, at=NOON)

    async with open_database(database_url) as other, other.read() as reader:
        assert await version(reader) == 1


async def test_an_exception_rolls_everything_back(db: Database) -> None:
    with pytest.raises(LookupError):  # noqa: PT012 - what is before the error is the test
        async with db.write() as writer:
            await put(writer, [a_meeting()], version=await next_version(writer, at=NOON))
            raise LookupError

    async with db.read() as reader:
        assert (await version(reader), await all_meetings(reader)) == (0, [])


async def test_a_reader_cannot_write(db: Database) -> None:
    with pytest.raises(StorageError):
        async with db.read() as reader:
            await next_version(Writer(reader), at=NOON)

    async with db.read() as reader:
        assert await version(reader) == 0


async def test_a_writer_can_write_after_a_reader_was_refused(db: Database) -> None:
    with pytest.raises(StorageError):
        async with db.read() as reader:
            await next_version(Writer(reader), at=NOON)

    async with db.write() as writer:
        assert await next_version(writer, at=NOON) == 1


async def test_an_error_of_the_driver_names_no_value(db: Database) -> None:
    with pytest.raises(StorageError) as caught:
        await _give_two_meetings_one_id(db, "t:secret")

    assert "secret" not in repr(caught.value)
    assert (caught.value.__cause__, caught.value.__suppress_context__) == (None, True)


async def test_the_untranslated_error_of_postgresql_names_a_value(postgresql_url: str) -> None:
    # the bad twin of the test above: hide_parameters alone does not hide psycopg's DETAIL
    async with open_database(postgresql_url) as db:
        with pytest.raises(StorageError) as caught:
            await _give_two_meetings_one_id(db, "t:secret")

    assert "(t:secret)" in str(caught.value.__context__)


async def test_errors_of_sqlalchemy_itself_hide_the_parameters(db: Database) -> None:
    naive = dt.datetime(2026, 1, 31, 19, 0)  # noqa: DTZ001 - what the column refuses

    with pytest.raises(StatementError) as caught:
        async with db.write() as writer:
            await next_version(writer, at=naive)

    assert "2026" not in str(caught.value)


async def test_a_file_locked_by_another_process_is_busy(sqlite_url: str) -> None:
    async with open_database(sqlite_url) as db:
        async with db.write() as writer:
            await writer.execute(text("pragma busy_timeout=0"))  # the test need not wait
        with closing(sqlite3.connect(make_url(sqlite_url).database or "")) as other:
            other.execute("begin immediate")

            with pytest.raises(Busy):
                async with db.write():
                    pass
            async with db.read() as reader:
                seen = await version(reader)

        async with db.write() as writer:
            started = await next_version(writer, at=NOON)

    assert (seen, started) == (0, 1)


async def test_a_row_locked_by_another_process_is_busy(postgresql_url: str) -> None:
    async with open_database(postgresql_url) as db, db.write() as other:
        await next_version(other, at=NOON)

        with pytest.raises(Busy):  # noqa: PT012 - the time-out is of this transaction
            async with db.write() as writer:
                await writer.execute(text("set local lock_timeout = '1ms'"))
                await next_version(writer, at=NOON)


async def test_who_collides_with_another_is_tried_again(postgresql_url: str) -> None:
    async with open_database(postgresql_url) as db:
        async with db.write() as writer:
            await put(writer, [a_meeting(id="t:1"), a_meeting(id="t:2")], version=1)
        both_hold_one, tries = asyncio.Barrier(2), Counter[str]()

        async def in_order(writer: Writer, *ids: str) -> None:
            tries[ids[0]] += 1
            for number, id_ in enumerate(ids):
                await mark_present(writer, [id_])
                if number == 0 and tries[ids[0]] == 1:
                    await both_hold_one.wait()

        await asyncio.gather(
            db.change(lambda writer: in_order(writer, "t:1", "t:2")),
            db.change(lambda writer: in_order(writer, "t:2", "t:1")),
        )

    assert sorted(tries.values()) == [1, 2]


async def test_who_loses_the_connection_is_tried_again(postgresql_url: str) -> None:
    tried = 0

    async def lost_once(writer: Writer) -> int:
        nonlocal tried
        tried += 1
        started = await next_version(writer, at=NOON)
        if tried == 1:
            await writer.execute(text("select pg_terminate_backend(pg_backend_pid())"))
        return started

    async with open_database(postgresql_url) as db:
        assert (await db.change(lost_once), tried) == (1, 2)


async def test_what_nobody_can_mend_is_tried_once(db: Database) -> None:
    tried = 0

    async def broken(writer: Writer) -> None:
        nonlocal tried
        tried += 1
        await writer.execute(text("select nothing from nowhere"))

    with pytest.raises(StorageError):
        await db.change(broken)

    assert tried == 1


async def test_trying_again_has_an_end(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("meetings.storage.database.TRY_AGAIN_SECONDS", 0.2)

    async def busy(_: Writer) -> None:
        raise Busy("always")

    with pytest.raises(Busy):
        await db.change(busy)


async def test_a_server_that_cannot_be_reached_is_a_storage_error(tmp_path: Path) -> None:
    url = f"postgresql+psycopg://someone:secret@/test?host={tmp_path}"

    with pytest.raises(Away, match=r"connect$"):
        async with open_database(url) as db, db.read():
            pass


async def test_a_file_in_no_folder_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"nowhere$"):
        async with open_database(f"sqlite+aiosqlite:///{tmp_path / 'nowhere' / 'test.db'}"):
            pass


async def test_a_file_that_is_no_database_is_a_storage_error(tmp_path: Path) -> None:
    file = tmp_path / "test.db"
    file.write_text("no database" * 100)

    with pytest.raises(StorageError, match="SQLITE_NOTADB"):
        async with open_database(f"sqlite+aiosqlite:///{file}") as db, db.read():
            pass


@pytest.mark.parametrize(
    "url",
    [
        "",
        "secret",
        "mysql://someone:secret@host/name",
        "sqlite:///secret.db",
        "postgresql://someone:secret@host/name",
        "postgresql+psycopg://someone:secret@host:port/name",
        "sqlite+aiosqlite://",
        "sqlite+aiosqlite:///:memory:",
    ],
)
async def test_other_urls_are_refused_without_repeating_them(url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        async with open_database(url):
            pass

    assert "secret" not in str(caught.value)


async def test_cancelled_writers_leave_neither_half_transactions_nor_locks(db: Database) -> None:
    dice = random.Random(20261118)
    acknowledged: set[str] = set()
    results: list[BaseException | None] = []  # kept: their tracebacks hold cursors

    for turn in range(15):
        names = [f"{turn}.{n}" for n in range(5)]
        writers = [asyncio.create_task(_write_a_pair(db, name, acknowledged)) for name in names]
        for writer in dice.sample(writers, 3):
            await _let_others_run(dice.randrange(300))
            writer.cancel()
        results += await asyncio.gather(*writers, return_exceptions=True)

    async with db.read() as reader:
        ids = [m.id for m in await all_meetings(reader)]
    firsts, seconds = ({i[:-1] for i in ids if i.endswith(end)} for end in "ab")
    assert firsts == seconds
    assert acknowledged <= firsts
    assert {type(result) for result in results} == {type(None), asyncio.CancelledError}


async def test_a_cancelled_first_writer_does_not_keep_the_others_waiting(db: Database) -> None:
    acknowledged: set[str] = set()
    writers = [asyncio.create_task(_write_a_pair(db, n, acknowledged)) for n in "12345678"]
    await _let_others_run(2)
    writers[0].cancel()

    await asyncio.gather(*writers, return_exceptions=True)

    assert acknowledged == {f"t:{n}" for n in "2345678"}


def test_chunks_hold_everything_once_and_none_is_too_long() -> None:
    items = list(range(2 * CHUNK + 1))

    cut = [list(chunk) for chunk in chunks(items)]

    assert cut == [items[:CHUNK], items[CHUNK : 2 * CHUNK], [2 * CHUNK]]


async def _give_two_meetings_one_id(db: Database, id: str) -> None:  # noqa: A002 - as in a_meeting
    async with db.write() as writer:
        await put(writer, [a_meeting(id="t:1"), a_meeting(id="t:2")], version=1)
        await writer.execute(update(meeting).values(id=id))


async def _write_a_pair(db: Database, name: str, acknowledged: set[str]) -> None:
    async with db.write() as writer:
        await put(writer, [a_meeting(id=f"t:{name}a")], version=1)
        await put(writer, [a_meeting(id=f"t:{name}b")], version=1)
    acknowledged.add(f"t:{name}")


async def _let_others_run(steps: int) -> None:
    for _ in range(steps):
        await asyncio.sleep(0)
