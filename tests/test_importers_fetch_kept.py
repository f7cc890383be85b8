"""Answers that did not change are not sent again, and confirm the list all the same."""

import os
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from importers._fetch import open_get
from importers._validators import KeptAnswers, Validators, validators_of
from meetings.errors import FetchFailed

HOST = "https://list.example"


class Publisher:
    """A publisher with one list, which it sends only to those who do not have it yet."""

    def __init__(self, **headers: str) -> None:
        self.body = b"[1]"
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self.asked: list[dict[str, str]] = []
        self.app = Starlette(
            routes=[Route("/list", self._list), Route("/old", self._old), Route("/304", self._304)]
        )

    async def _list(self, request: Request) -> Response:
        conditions = ("if-none-match", "if-modified-since")
        sent = {name: request.headers[name] for name in conditions if name in request.headers}
        self.asked.append(sent)
        if sent and set(sent.values()) <= set(self.headers.values()):
            return Response(status_code=304)
        return Response(self.body, headers=self.headers)

    async def _old(self, _: Request) -> Response:
        return RedirectResponse("/list")

    async def _304(self, _: Request) -> Response:
        return Response(status_code=304)


async def fetched(publisher: Publisher, folder: Path | None, path: str = "/list") -> bytes:
    transport = httpx2.ASGITransport(app=publisher.app)
    async with open_get(transport=transport, pause_seconds=0, keep_in=folder) as get:
        return await get(f"{HOST}{path}")


def files_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


@pytest.mark.parametrize(
    ("headers", "condition"),
    [
        ({"ETag": '"a"'}, {"if-none-match": '"a"'}),
        ({"ETag": 'W/"a"'}, {"if-none-match": 'W/"a"'}),
        (
            {"Last_Modified": "Mon, 05 Jan 2026 12:00:00 GMT"},
            {"if-modified-since": "Mon, 05 Jan 2026 12:00:00 GMT"},
        ),
    ],
)
async def test_an_unchanged_answer_comes_from_the_folder(
    tmp_path: Path, headers: dict[str, str], condition: dict[str, str]
) -> None:
    publisher = Publisher(**headers)

    first = await fetched(publisher, tmp_path / "answers")
    publisher.body = b"[this is not sent]"
    second = await fetched(publisher, tmp_path / "answers")

    assert (first, second) == (b"[1]", b"[1]")
    assert publisher.asked == [{}, condition]


async def test_a_changed_answer_takes_the_place_of_the_kept_one(tmp_path: Path) -> None:
    publisher = Publisher(ETag='"a"')
    await fetched(publisher, tmp_path)

    publisher.body, publisher.headers = b"[2]", {"ETag": '"b"'}

    assert await fetched(publisher, tmp_path) == b"[2]"
    assert await fetched(publisher, tmp_path) == b"[2]"
    assert publisher.asked[2] == {"if-none-match": '"b"'}


async def test_an_answer_behind_a_redirect_is_kept_under_its_own_address(tmp_path: Path) -> None:
    publisher = Publisher(ETag='"a"')

    await fetched(publisher, tmp_path, "/old")
    await fetched(publisher, tmp_path)

    assert publisher.asked == [{}, {"if-none-match": '"a"'}]


async def test_nothing_is_kept_without_a_folder(tmp_path: Path) -> None:
    publisher = Publisher(ETag='"a"')

    await fetched(publisher, None)
    await fetched(publisher, None)

    assert publisher.asked == [{}, {}]
    assert files_in(tmp_path) == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"ETag": '"' + "e" * 60_000 + '"'},
        {"ETag": '"a\u00e9"'},
        {"ETag": '"a"', "Cache_Control": "private, no-store"},
    ],
)
async def test_what_must_not_be_sent_back_is_not_kept(
    tmp_path: Path, headers: dict[str, str]
) -> None:
    publisher = Publisher(**headers)

    await fetched(publisher, tmp_path)
    await fetched(publisher, tmp_path)

    assert publisher.asked == [{}, {}]
    assert files_in(tmp_path) == []


async def test_not_modified_without_a_question_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FetchFailed, match="says that nothing changed"):
        await fetched(Publisher(), tmp_path, "/304")


async def test_a_damaged_file_is_asked_for_again(tmp_path: Path) -> None:
    publisher = Publisher(ETag='"a"')
    await fetched(publisher, tmp_path)
    (file,) = files_in(tmp_path)
    file.write_bytes(file.read_bytes()[:-8])

    with pytest.raises(FetchFailed, match="there is no kept list"):
        await fetched(publisher, tmp_path)

    assert await fetched(publisher, tmp_path) == b"[1]"


async def test_files_are_for_this_user_only(tmp_path: Path) -> None:
    await fetched(Publisher(ETag='"a"'), tmp_path / "answers")

    (file,) = files_in(tmp_path / "answers")
    assert (tmp_path / "answers").stat().st_mode & 0o077 == 0
    assert file.stat().st_mode & 0o077 == 0


async def test_the_oldest_answers_make_room(tmp_path: Path) -> None:
    kept, validators = KeptAnswers(tmp_path, most_bytes=2_500), Validators(etag='"a"')
    for number in range(3):
        url = f"{HOST}/{number}"
        await kept.keep(url, validators, os.urandom(1_000))  # does not pack
        for file in files_in(tmp_path):
            os.utime(file, ns=(0, file.stat().st_mtime_ns - 10**9))

    found = [await kept.body(f"{HOST}/{number}") is not None for number in range(3)]

    assert found == [False, True, True]


async def test_a_folder_that_cannot_be_written_costs_no_list(tmp_path: Path) -> None:
    (tmp_path / "answers").write_text("this is a file")

    assert await fetched(Publisher(ETag='"a"'), tmp_path / "answers") == b"[1]"


def test_validators_are_those_of_the_headers() -> None:
    headers = httpx2.Headers({"etag": '"a"', "last-modified": "Mon, 05 Jan 2026 12:00:00 GMT"})

    assert validators_of(headers) == Validators(
        etag='"a"', last_modified="Mon, 05 Jan 2026 12:00:00 GMT"
    )
