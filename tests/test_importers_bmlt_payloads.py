import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from importers import bmlt
from importers._bmlt_payloads import root_url
from importers._source import Payloads
from meetings.errors import FetchFailed, UnknownFormat
from meetings.model import Meeting, OtherFormat
from tests.make_lists import a_bmlt_record, a_source

FOLDER = Path(__file__).parent / "data" / "bmlt"
ONE = json.dumps(a_bmlt_record())
OPEN = '{"id": "17", "name_string": "Open", "world_id": "OPEN", "lang": "en"}'


def names(payloads: Payloads) -> list[str]:
    return [
        result.name for result in bmlt.read(payloads, a_source()) if isinstance(result, Meeting)
    ]


@pytest.mark.parametrize(
    "body",
    [
        f"[{ONE}]",
        f'{{"meetings": [{ONE}], "formats": [{OPEN}]}}',
        f'/**/show({{"meetings": [{ONE}], "formats": []}});',
        f"show([{ONE}]);",
        f"{ONE}\n",
    ],
)
def test_every_shape_of_a_list_is_read(body: str, tmp_path: Path) -> None:
    file = tmp_path / "list"
    file.write_text(body, encoding="utf-8-sig")

    assert names(bmlt.load(file)) == ["Group 1"]


def test_a_packed_export_is_read(tmp_path: Path) -> None:
    file = tmp_path / "meetings.ndjson.gz"
    two = f"{ONE}\n{json.dumps(a_bmlt_record(2))}\n"
    file.write_bytes(gzip.compress(two.encode()))

    assert names(bmlt.load(file)) == ["Group 1", "Group 2"]


def test_a_cut_off_export_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "meetings.ndjson.gz"
    file.write_bytes(gzip.compress(ONE.encode())[:-9])

    with pytest.raises(UnknownFormat, match="cut off"):
        bmlt.load(file)


@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"meetings": {}}'])
def test_nothing_found_is_an_empty_list(body: bytes) -> None:
    assert names({"GetSearchResults": body}) == []


@pytest.mark.parametrize(
    "body",
    [
        b"<html><body>Just a moment...</body></html>",
        b'{"message": "Unauthenticated."}',
        b'{"formats": []}',
        b'[{"id_bigint": "1"',
        b"null",
        b'"text"',
        b'[{"name": "not a meeting of BMLT"}]',
        b"",
    ],
)
def test_what_is_no_list_is_never_an_empty_list(body: bytes) -> None:
    with pytest.raises(UnknownFormat):
        names({"GetSearchResults": body})


def test_a_folder_without_meetings_is_refused(tmp_path: Path) -> None:
    (tmp_path / "GetFormats.json").write_text("[]")

    with pytest.raises(UnknownFormat, match="no GetSearchResults"):
        bmlt.load(tmp_path)


async def test_a_server_is_asked_page_by_page() -> None:
    server = Server(pages=[range(1, 1001), range(1001, 1501)])

    payloads = await bmlt.fetch(server.get, a_source(url="https://bmlt.example.org/main_server/"))

    assert server.asked == [
        "GetServerInfo",
        "GetServiceBodies",
        "GetFormats en",
        "GetFormats es",
        "GetSearchResults 1",
        "GetSearchResults 2",
    ]
    assert len(names(payloads)) == 1500


async def test_formats_are_asked_for_in_every_language_of_the_server() -> None:
    hut = json.dumps([{"id": "900", "name_string": "Stugan", "lang": "sv"}]).encode()
    server = Server(
        pages=[range(1, 2)],
        info={"langs": "en,es, fr,sv,es,a&b=c,", "nativeLang": "es"},
        formats={"fr": b"[]", "sv": hut},
    )

    payloads = await bmlt.fetch(server.get, a_source(url="https://bmlt.example.org"))

    asked = [question for question in server.asked if question.startswith("GetFormats")]
    assert asked == ["GetFormats en", "GetFormats es", "GetFormats fr", "GetFormats sv"]
    record = a_bmlt_record(format_shared_id_list="900")
    (meeting,) = bmlt.read(
        {**payloads, "GetSearchResults.1": json.dumps([record]).encode()}, a_source()
    )
    assert isinstance(meeting, Meeting)
    assert meeting.other_formats == (OtherFormat(code="900", name="Stugan"),)


async def test_formats_are_asked_for_in_twelve_languages_at_most() -> None:
    languages = [f"x{letter}" for letter in "abcdefghijklmnop"]
    server = Server(
        pages=[range(1, 2)],
        info={"langs": ",".join(languages), "nativeLang": "es"},
        formats=dict.fromkeys(languages, b"[]"),
    )

    await bmlt.fetch(server.get, a_source(url="https://bmlt.example.org"))

    assert sum(question.startswith("GetFormats") for question in server.asked) == 12


@pytest.mark.parametrize("answer", [None, b"<html>Not here</html>", b"{}", b"[", b"null"])
async def test_a_list_is_read_without_one_of_the_further_languages(answer: bytes | None) -> None:
    formats = {"fr": answer} if answer is not None else {}
    server = Server(
        pages=[range(1, 3)], info={"langs": "es,fr", "nativeLang": "es"}, formats=formats
    )

    payloads = await bmlt.fetch(server.get, a_source(url="https://bmlt.example.org"))

    assert "GetFormats fr" in server.asked
    assert names(payloads) == ["Group 1", "Group 2"]


async def test_a_list_is_not_read_without_the_formats_in_english() -> None:
    server = Server(pages=[range(1, 3)], formats={"en": None})

    with pytest.raises(FetchFailed):
        await bmlt.fetch(server.get, a_source(url="https://bmlt.example.org"))


async def test_a_server_without_paging_is_asked_once_more_and_not_for_ever() -> None:
    server = Server(pages=[range(1, 1201)] * 9)

    payloads = await bmlt.fetch(server.get, a_source(url="https://bmlt.example.org"))

    assert server.asked[-2:] == ["GetSearchResults 1", "GetSearchResults 2"]
    assert len(names(payloads)) == 1200


@pytest.mark.parametrize(
    "url",
    [
        "https://bmlt.example.org/main_server",
        "https://bmlt.example.org/main_server/",
        "https://bmlt.example.org/main_server/client_interface/json/",
    ],
)
def test_root_addresses_are_made_equal(url: str) -> None:
    assert root_url(url) == "https://bmlt.example.org/main_server"


class Server:
    """
    A root server that answers from the test's folder, and meetings from *pages* of ids.

    *info* and *formats*, by language, are answered before what is in the folder.
    """

    def __init__(
        self,
        *,
        pages: list[range],
        info: Mapping[str, str] | None = None,
        formats: Mapping[str, bytes | None] | None = None,
    ) -> None:
        self.pages = pages
        self.info = info
        self.formats = formats or {}
        self.asked: list[str] = []

    async def get(self, url: str) -> bytes:
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        switcher = query["switcher"]
        language, page = query.get("lang_enum", ""), query.get("page_num", "")
        self.asked.append(f"{switcher} {language}{page}".strip())
        if switcher == "GetSearchResults":
            assert query["sort_keys"] == "id_bigint"
            return json.dumps([a_bmlt_record(n) for n in self.pages[int(page) - 1]]).encode()
        if switcher == "GetServerInfo" and self.info is not None:
            return json.dumps([self.info]).encode()
        if language in self.formats or language not in ("", "en", "es"):
            if (answer := self.formats.get(language)) is None:
                raise FetchFailed(f"no formats in {language}")
            return answer
        name = f"{switcher}.{language}.json" if language else f"{switcher}.json"
        return (FOLDER / name).read_bytes()
