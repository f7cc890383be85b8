"""What is as it was is not read again, and reads as if it had been."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers import bmlt
from importers._listed import Listed, read_list
from importers._overrides import Override, Overrides
from importers._raw import Unread, unread
from importers._record_ids import ids_of_record
from importers._refresh import refresh
from importers._report import Report
from importers._source import Payloads, Reading, Source
from meetings.model import Meeting
from meetings.storage.database import Database
from meetings.storage.meetings import all_meetings, baseline, version
from tests.make_lists import NO_PLACES, NOW, a_bmlt_record, a_source, bmlt_list

DAY = dt.timedelta(days=1)


class Counting:
    """The BMLT reader, and how many records it was given."""

    TITLE, SPEC, IS_WINDOWED = bmlt.TITLE, bmlt.SPEC, bmlt.IS_WINDOWED
    fetch, load, holds_records = bmlt.fetch, bmlt.load, staticmethod(bmlt.holds_records)

    def __init__(self) -> None:
        self.seen: list[str] = []

    def read(self, payloads: Payloads, source: Source) -> Reading:
        for result in bmlt.read(payloads, source):
            self.seen.append(result.id if isinstance(result, Meeting) else "")
            yield result


def a_list(*numbers: int, **changes: Any) -> Payloads:
    return bmlt_list(*(a_bmlt_record(number, **changes) for number in numbers))


def first_look(payloads: Payloads, source: Source | None = None) -> dict[str, str]:
    """Return the ids by digest that a first reading leaves behind."""
    result = listed(payloads, source=source)
    return {digest: id_ for id_, digest in result.raw_digests.items()}


def listed(
    payloads: Payloads,
    *,
    known: Mapping[str, str] | None = None,
    source: Source | None = None,
    overrides: Overrides | None = None,
    importer: Any = bmlt,
) -> Listed:
    return read_list(
        source or a_source(),
        payloads,
        importer=importer,
        places=NO_PLACES,
        overrides=overrides or {},
        now=NOW,
        known=known or {},
    )


async def imported(db: Database, payloads: Payloads, **options: Any) -> Report:
    defaults: dict[str, Any] = {"importer": bmlt, "places": NO_PLACES, "overrides": {}, "now": NOW}
    return await refresh(db, a_source(), payloads, **defaults | options)


def test_only_what_differs_is_read() -> None:
    known, reader = first_look(a_list(1, 2, 3)), Counting()

    result = listed(
        bmlt_list(a_bmlt_record(3), a_bmlt_record(2, meeting_name="New"), a_bmlt_record(4)),
        known=known,
        importer=reader,
    )

    assert reader.seen == ["t:2", "t:4"]
    assert (set(result.unchanged), list(result.meetings)) == ({"t:3"}, ["t:2", "t:4"])
    assert (result.read, result.count) == (3, 3)


def test_a_line_for_each_record_is_cut_as_well() -> None:
    lines = [json.dumps(a_bmlt_record(number)).encode() for number in (1, 2, 3)]
    known = first_look({"GetSearchResults": b"\n".join(lines)})

    result = listed({"GetSearchResults": b"\n".join(lines[:2])}, known=known)

    assert (set(result.unchanged), list(result.meetings)) == ({"t:1", "t:2"}, [])


@pytest.mark.parametrize(
    "changes", [{"country": "US"}, {"publish_passcodes": True}, {"language": "de"}]
)
def test_another_setting_of_the_source_reads_all(changes: dict[str, Any]) -> None:
    known = first_look(a_list(1, 2))

    assert listed(a_list(1, 2), known=known, source=a_source(**changes)).unchanged == set()


def test_another_meaning_of_the_formats_reads_all() -> None:
    known = first_look(a_list(1, 2))
    formats = {"GetFormats.en": b'[{"id": "1", "key_string": "B", "name_string": "Beginners"}]'}

    assert listed({**a_list(1, 2), **formats}, known=known).unchanged == set()


def test_what_the_operator_corrects_is_read_each_time() -> None:
    known = first_look(a_list(1, 2))

    result = listed(a_list(1, 2), known=known, overrides={"t:1": Override(takedown=NOW.date())})

    assert (set(result.unchanged), result.taken_down) == ({"t:2"}, set(ids_of_record("t:1")))


def test_what_a_report_tells_of_is_read_each_time() -> None:
    odd = a_bmlt_record(2, comments="Call +1 212 555 0100")
    known = first_look(bmlt_list(a_bmlt_record(1), odd))

    again = listed(bmlt_list(a_bmlt_record(1), odd), known=known)

    assert again.unchanged == {"t:1"}
    assert again.warnings == ("left 1 persons, telephone numbers or e-mail addresses out of texts",)


def test_a_newer_record_beside_the_old_one_is_a_fault_whatever_was_known() -> None:
    twice = bmlt_list(a_bmlt_record(1), a_bmlt_record(1, meeting_name="New"), a_bmlt_record(2))

    for known in ({}, first_look(a_list(1, 2))):
        result = listed(twice, known=known)
        assert [each.reason for each in result.rejected] == ["id_bigint: stands twice in the list"]
        assert {*result.meetings, *result.unchanged} == {"t:1", "t:2"}


def test_the_same_record_twice_is_a_fault_whatever_was_known() -> None:
    result = listed(a_list(1, 1, 2), known=first_look(a_list(1, 2)))

    assert [each.reason for each in result.rejected] == ["id_bigint: stands twice in the list"]


@pytest.mark.parametrize(
    "payload", [b"", b"<html>", b'{"message": "no"}', b'[{"id_bigint": "1"', b"[NaN]", b"[" * 9999]
)
def test_another_shape_is_left_to_the_importer(payload: bytes) -> None:
    payloads = {"GetSearchResults": payload}

    left = unread(bmlt, payloads, a_source(), known=first_look(a_list(1)), ladder="")

    assert left.payloads == payloads
    assert not left.unchanged


def test_an_importer_that_does_not_opt_in_reads_all() -> None:
    assert unread(object(), a_list(1), a_source(), known={"x": "t:1"}, ladder="") == Unread(
        a_list(1), []
    )


async def test_an_unchanged_list_is_read_once(db: Database) -> None:
    await imported(db, a_list(1, 2, 3))
    reader = Counting()

    again = await imported(db, a_list(1, 2, 3), importer=reader, now=NOW + DAY)

    assert reader.seen == []
    assert (again.read, again.unchanged, again.added, again.changed) == (3, 3, 0, 0)
    async with db.read() as db_reader:
        assert await version(db_reader) == 1


async def test_a_record_that_changed_where_nobody_sees_is_known_from_then_on(db: Database) -> None:
    await imported(db, a_list(1, 2))
    payloads, reader = a_list(1, 2, worldid_mixed="G9"), Counting()

    first = await imported(db, payloads, now=NOW + DAY)
    second = await imported(db, payloads, importer=reader, now=NOW + 2 * DAY)

    assert (first.changed, first.unchanged) == (0, 2)
    assert (reader.seen, second.unchanged) == ([], 2)


async def test_a_meeting_that_comes_back_unchanged_is_present_again(db: Database) -> None:
    await imported(db, a_list(1, 2, 3))
    await imported(db, a_list(1, 2), now=NOW + DAY)

    report = await imported(db, a_list(1, 2, 3), now=NOW + 2 * DAY)

    async with db.read() as reader:
        back = (await baseline(reader, "t"))["t:3"]
    assert (report.missing, report.unchanged, back.missing_since) == (0, 3, None)


async def test_a_tombstone_whose_record_is_as_it_was_comes_back(db: Database) -> None:
    await imported(db, a_list(1, 2, 3))
    gone = bmlt_list(a_bmlt_record(1, published="0"), a_bmlt_record(2), a_bmlt_record(3))
    await imported(db, gone, now=NOW + DAY)

    report = await imported(db, a_list(1, 2, 3), now=NOW + 2 * DAY)

    async with db.read() as reader:
        back = (await baseline(reader, "t"))["t:1"]
    assert (report.changed, back.removed_at, back.revision) == (1, None, 2)


async def test_two_versions_in_a_row_give_exactly_the_difference(db: Database) -> None:
    before = [a_bmlt_record(number) for number in range(1, 41)]
    after = [
        *before[:30],
        *({**each, "start_time": "20:00:00"} for each in before[30:35]),
        a_bmlt_record(35, published="0"),
        *(a_bmlt_record(number) for number in range(41, 44)),
    ]
    await imported(db, bmlt_list(*before))
    async with db.read() as reader:
        first = {m.id: m for m in await all_meetings(reader)}

    report = await imported(db, bmlt_list(*after[::-1]), now=NOW + DAY)

    async with db.read() as reader:
        second = {m.id: m for m in await all_meetings(reader)}
    counts = (report.added, report.changed, report.unchanged, report.missing, report.removed)
    assert counts == (3, 4, 30, 5, 1)
    same = {f"t:{number}" for number in range(1, 31)}
    assert {id_ for id_ in first if first[id_] == second[id_]} == same
    assert second.keys() - first.keys() == {"t:41", "t:42", "t:43"}
    assert {id_ for id_, m in second.items() if m.revision} == {f"t:{n}" for n in range(31, 36)}
    missing = {id_ for id_, m in second.items() if m.confirmed_on and not m.removed_at}
    assert missing == {f"t:{number}" for number in range(36, 41)}


some_records = st.lists(
    st.builds(
        lambda number, name, published: a_bmlt_record(
            number, meeting_name=name, published=published
        ),
        st.integers(1, 6),
        st.sampled_from(["", "One", "Two", "Call +1 212 555 0100"]),
        st.sampled_from(["1", "1", "1", "0"]),
    ),
    max_size=8,
)


@given(some_records, some_records)
def test_a_list_reads_the_same_with_and_without_what_was_known(
    before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> None:
    first, payloads = listed(bmlt_list(*before)), bmlt_list(*after)
    known = {digest: id_ for id_, digest in first.raw_digests.items()}

    anew, quick = listed(payloads), listed(payloads, known=known)

    remembered = {id_: first.meetings[id_] for id_ in quick.unchanged}
    assert remembered | quick.meetings == anew.meetings
    assert replace(quick, meetings={}, unchanged=frozenset(), raw_digests={}, with_point=0) == (
        replace(anew, meetings={}, raw_digests={}, with_point=0)
    )
