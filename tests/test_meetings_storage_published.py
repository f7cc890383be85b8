from meetings.storage.database import Database
from meetings.storage.published import RecordId, published_records, put_published

BODY, FORMAT = RecordId("service_body", "1"), RecordId("format", "4/en")
FIRST, SECOND = RecordId("meeting", "1"), RecordId("meeting", "2")


async def test_what_was_put_is_read_back_by_source(db: Database) -> None:
    async with db.write() as writer:
        is_changed = await put_published(writer, "home", {BODY: "{}", FIRST: '{"a":"1"}'})

    async with db.read() as reader:
        found = await published_records(reader)
    assert (is_changed, found) == (True, {"home": {BODY: "{}", FIRST: '{"a":"1"}'}})


async def test_the_same_records_again_change_nothing(db: Database) -> None:
    async with db.write() as writer:
        await put_published(writer, "home", {BODY: "{}"})

        assert not await put_published(writer, "home", {BODY: "{}"})
        assert await put_published(writer, "home", {BODY: '{"id":"1"}'})


async def test_a_missing_meeting_keeps_its_record_until_it_is_removed(db: Database) -> None:
    async with db.write() as writer:
        await put_published(writer, "home", {FIRST: "{}", SECOND: "{}", FORMAT: "{}"})
        await put_published(writer, "home", {FIRST: "{}"})

    async with db.read() as reader:
        missing = await published_records(reader)
    async with db.write() as writer:
        await put_published(writer, "home", {FIRST: "{}"}, removed=["2"])
    async with db.read() as reader:
        removed = await published_records(reader)
    assert missing == {"home": {FIRST: "{}", SECOND: "{}"}}
    assert removed == {"home": {FIRST: "{}"}}


async def test_a_source_without_records_is_forgotten(db: Database) -> None:
    async with db.write() as writer:
        await put_published(writer, "home", {FIRST: "{}", BODY: "{}"})
        await put_published(writer, "other", {BODY: "{}"})
        await put_published(writer, "home", {})

    async with db.read() as reader:
        assert await published_records(reader) == {"other": {BODY: "{}"}}
