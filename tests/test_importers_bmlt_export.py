"""The aggregator's export: what is used, what is refused, and how it is divided."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from importers import bmlt
from importers._bmlt_manifest import MANIFEST, read_manifest
from importers._parts import Part
from meetings.errors import FetchFailed, SourceError, UnknownFormat
from meetings.model import Admission, Meeting
from tests.make_export import (
    EXPORT_URL,
    FIRST,
    SECOND,
    Files,
    Publisher,
    an_export,
    packed,
    records,
)
from tests.make_lists import a_source

NA = a_source(id="na", url=EXPORT_URL, terms="Their own words.")


async def parts(files: Files, *, with_stale: bool = False) -> list[Part]:
    return await bmlt.parts(Publisher(files).get, NA, None, only=(), with_stale=with_stale)


def meetings(part: Part) -> list[Meeting]:
    read = list(bmlt.read(part.payloads(), part.source))
    assert all(isinstance(each, Meeting) for each in read)
    return [each for each in read if isinstance(each, Meeting)]


def refusal(part: Part) -> str:
    with pytest.raises(SourceError) as refused:
        part.payloads()
    return str(refused.value)


def test_an_address_that_ends_in_the_manifest_is_an_export() -> None:
    assert bmlt.is_divided(NA, None)
    assert not bmlt.is_divided(a_source(url="https://bmlt.example/main_server"), None)


async def test_each_root_server_becomes_a_source_of_its_own() -> None:
    first, second = await parts(an_export())

    assert (first.source.id, second.source.id) == ("na-5", "na-9")
    assert first.source.title == "Greater New York Server"
    assert (first.source.terms, second.source.terms) == ("Their own words.", "Their own words.")
    assert [meeting.id for meeting in meetings(first)][:2] == ["na-5:50001", "na-5:50002"]
    assert meetings(second)[0].id == "na-9:90001"


async def test_country_and_zone_come_from_the_servers_address_not_from_its_number() -> None:
    swapped = [
        {"id": 5, "name": "Numbered as another", "url": "https://unknown.example/main_server/"},
        {"id": 9, "name": "Dublin", "url": "https://bmlt.nasouth.ie/main_server"},
    ]

    first, second = await parts(an_export(servers=swapped))

    assert (first.source.country, first.source.timezone) == ("", None)
    assert (second.source.country, second.source.timezone) == ("", ZoneInfo("Europe/Dublin"))


async def test_the_aggregators_format_numbers_are_not_taken_for_stock_numbers() -> None:
    nameless = [{"id": "4", "root_server_id": 5, "key_string": "C", "lang": "de"}]
    named, _ = await parts(an_export())
    without_name, _ = await parts(an_export(formats=nameless))

    assert meetings(named)[0].formats == ("women",)
    assert meetings(named)[0].admission is Admission.UNKNOWN
    assert meetings(without_name)[0].admission is Admission.UNKNOWN


async def test_a_number_of_the_aggregators_settles_no_shared_world_id() -> None:
    """Stock number 22 is "Speaker/Discussion", which shares the world id SPK with "Speaker"."""
    speaker = [{"id": "22", "root_server_id": 5, "key_string": "S", "lang": "de"}]
    record = [records(5)[0] | {"format_shared_id_list": "22"}]

    (first,) = await parts(
        an_export(formats=[each | {"world_id": "SPK"} for each in speaker], lists={5: record})
    )

    assert meetings(first)[0].formats == ("speaker",)


async def test_formats_of_one_root_server_say_nothing_about_another() -> None:
    _, second = await parts(an_export())

    assert meetings(second)[0].formats == ()


async def test_service_bodies_and_the_servers_own_length_of_meetings_are_used() -> None:
    untimed = [record | {"duration_time": ""} for record in records(5)]
    (first,) = await parts(an_export(lists={5: untimed}))

    schedule = meetings(first)[0].schedule

    assert meetings(first)[0].service_body == "Sample Area"
    assert schedule is not None
    assert str(schedule.duration) == "1:15:00"


async def test_a_stale_root_server_is_stale_and_its_old_copy_is_not_fetched() -> None:
    publisher = Publisher(an_export(stale_root_servers=[9]))

    first, second = await bmlt.parts(publisher.get, NA, None, only=(), with_stale=False)

    assert first.stale == ""
    assert second.stale == "the aggregator has not reached its server since 2026-10-02"
    assert SECOND not in publisher.asked


async def test_a_person_may_ask_for_the_old_copy_of_a_stale_server() -> None:
    _, second = await parts(an_export(stale_root_servers=[{"id": "9"}]), with_stale=True)

    assert second.stale == ""
    assert len(meetings(second)) == 12


async def test_one_root_server_can_be_asked_for_alone() -> None:
    publisher = Publisher(an_export())

    (only,) = await bmlt.parts(publisher.get, NA, None, only={"na-9"}, with_stale=False)

    assert only.source.id == "na-9"
    assert FIRST not in publisher.asked


async def test_a_saved_export_is_read_from_its_folder(tmp_path: Path) -> None:
    for path, body in an_export().items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(body)

    first, second = await bmlt.parts(Publisher({}).get, NA, tmp_path, only=(), with_stale=False)

    assert bmlt.is_divided(a_source(), tmp_path)
    assert (len(meetings(first)), len(meetings(second))) == (12, 12)


def wrong_size(files: Files) -> Files:
    return files | {FIRST: files[FIRST] + b"\n"}


def wrong_checksum(files: Files) -> Files:
    return files | {FIRST: files[FIRST][:-1] + bytes([files[FIRST][-1] ^ 1])}


def cut_gzip(files: Files) -> Files:
    """A file that was cut before the manifest was made: size and checksum fit it."""
    cut = files[FIRST][: len(files[FIRST]) // 2]
    manifest = json.loads(files[MANIFEST])
    for file in manifest["files"]:
        if file["path"] == FIRST:
            file |= {"size": len(cut), "sha256": hashlib.sha256(cut).hexdigest()}
    return files | {FIRST: cut, MANIFEST: json.dumps(manifest).encode()}


def wrong_count(files: Files) -> Files:
    manifest = json.loads(files[MANIFEST])
    for file in manifest["files"]:
        file["records"] += file["path"] == FIRST
    return files | {MANIFEST: json.dumps(manifest).encode()}


def missing(files: Files) -> Files:
    return {path: body for path, body in files.items() if path != FIRST}


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (wrong_size, "root-5.ndjson.gz has "),
        (wrong_checksum, "root-5.ndjson.gz does not have the checksum of the manifest"),
        (cut_gzip, "the gzip file is cut off"),
        (wrong_count, "root-5.ndjson.gz has 12 records, where the manifest says 13"),
        (missing, "export.example answered with status 404"),
    ],
)
async def test_a_damaged_list_is_one_sentence_and_the_other_lists_go_on(
    damage: Callable[[Files], Files], sentence: str
) -> None:
    first, second = await parts(damage(an_export()))

    assert sentence in refusal(first)
    assert len(meetings(second)) == 12


@pytest.mark.parametrize("path", ["formats.json.gz", "root_servers.json", MANIFEST])
async def test_a_missing_file_that_all_lists_need_refuses_the_export(path: str) -> None:
    files = an_export()
    del files[path]

    with pytest.raises(FetchFailed, match="status 404"):
        await parts(files)


async def test_a_damaged_file_that_all_lists_need_refuses_the_export() -> None:
    files = an_export() | {"formats.json.gz": packed("[]")}

    with pytest.raises(UnknownFormat, match=r"formats\.json\.gz has \d+ bytes, where"):
        await parts(files)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"schema_version": 2}, "the export has schema_version 2, and 1 is read"),
        ({"schema_version": "3.1"}, "the export has schema_version 3.1, and 1 is read"),
        ({"schema_version": None}, "no usable schema_version"),
        ({"schema_version": True}, "no usable schema_version"),
        ({"schema_version": ["1"]}, "no usable schema_version"),
        ({"files": []}, "names no formats.json.gz or no list of a root server"),
        ({"files": "all"}, "must be a list"),
        (
            {"files": [{"path": FIRST, "size": 1}]},
            f"lacks size, SHA-256 or record count of {FIRST}",
        ),
        ({"files": {FIRST: {"size": -1, "sha256": "0" * 64, "records": 1}}}, "lacks size"),
        ({"stale_root_servers": ["x"]}, "stale_root_servers holds something that is no id"),
        ({"stale_root_servers": {}}, "stale_root_servers must be a list"),
    ],
)
async def test_a_manifest_that_cannot_be_trusted_refuses_the_export(
    changes: dict[str, Any], sentence: str
) -> None:
    publisher = Publisher(an_export(**changes))

    with pytest.raises(UnknownFormat, match=sentence):
        await bmlt.parts(publisher.get, NA, None, only=(), with_stale=False)

    assert publisher.asked == [MANIFEST]


def test_an_export_that_promises_more_than_is_taken_is_refused_before_a_download() -> None:
    manifest = json.loads(an_export()[MANIFEST])
    for file in manifest["files"]:
        file["size"] = 40_000_000

    with pytest.raises(UnknownFormat, match="promises more than"):
        read_manifest(json.dumps(manifest).encode())


def test_files_may_be_named_by_their_paths_and_other_paths_are_never_asked_for() -> None:
    manifest = json.loads(an_export()[MANIFEST])
    by_path = {file.pop("path"): file for file in manifest["files"]}
    outside: dict[str, object] = {
        "../../etc/passwd": {},
        "meetings/root-5/../x.ndjson.gz": {},
        "meetings.ndjson.gz": {},
    }
    manifest["files"] = by_path | outside

    read = read_manifest(json.dumps(manifest).encode())

    assert set(read.files) == set(by_path)
    assert list(read.roots) == [5, 9]


async def test_a_server_that_went_away_is_not_asked_for_every_file() -> None:
    lists = {root: records(root) for root in range(1, 12)}
    files = {path: body for path, body in an_export(lists=lists).items() if "root-" not in path}
    publisher = Publisher(files)

    with pytest.raises(FetchFailed):
        await bmlt.parts(publisher.get, NA, None, only=(), with_stale=False)

    assert len([path for path in publisher.asked if "root-" in path]) == 3


async def test_an_empty_list_of_a_root_server_is_a_list_without_meetings() -> None:
    (first,) = await parts(an_export(lists={5: []}))

    assert meetings(first) == []
