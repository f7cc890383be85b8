import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from importers import pathminder
from importers._source import Get, Rejected
from meetings.errors import FetchFailed, UnknownFormat
from meetings.model import Meeting
from tests.make_pathminder import (
    CHALLENGE,
    FOLDER,
    SMART,
    a_list_page,
    a_meeting_page,
    a_row,
    a_sitemap,
)

ROOT = "https://meetings.smartrecovery.org"
EMPTY_LIST = b"<html><body>reset_search Pathminder</body></html>"


def a_zip(path: Path, **entries: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in entries.items():
            archive.writestr(name, body)
    return path


def a_site(pages: Mapping[str, bytes], asked: list[str]) -> Get:
    """Return a `get` of a made site: each address asked is written down, unknown ones fail."""

    async def get(url: str) -> bytes:
        asked.append(url)
        page = next((body for end, body in pages.items() if url.endswith(end)), None)
        if page is None and "/meetings/?" in url:
            return EMPTY_LIST
        if page is None:
            raise FetchFailed("status 404")
        return page

    return get


def test_a_folder_and_a_zip_of_its_files_are_equally_good(tmp_path: Path) -> None:
    files = {path.name: path.read_bytes() for path in sorted(FOLDER.iterdir())}

    from_zip = pathminder.load(a_zip(tmp_path / "pages.zip", **files))

    assert from_zip == pathminder.load(FOLDER)


def test_names_in_a_zip_tell_a_meeting_and_are_never_a_path(tmp_path: Path) -> None:
    entries = {
        "../../../etc/evil.html": b"1",
        "site/meetings/501/index.html": b"2",
        "502.html": b"3",
        "other/502.html": b"4",
        "site/501_files/frame.html": b"5",
        "readme.txt": b"6",
    }

    payloads = pathminder.load(a_zip(tmp_path / "pages.zip", **entries))

    assert payloads == {
        "page 1": b"1",
        "meetings/501": b"2",
        "meetings/502": b"3",
        "page 4": b"4",
    }
    assert not (tmp_path.parent / "etc").exists()


def test_a_zip_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    bomb = a_zip(tmp_path / "bomb.zip", **{f"{n}.html": bytes(14 * 1024 * 1024) for n in range(5)})

    with pytest.raises(UnknownFormat, match="more than 5000 pages or"):
        pathminder.load(bomb)


def test_one_page_that_is_too_large_spoils_no_other(tmp_path: Path) -> None:
    entries = {"501.html": a_meeting_page(), "502.html": b"x" * (2 * 1024 * 1024)}

    results = list(pathminder.read(pathminder.load(a_zip(tmp_path / "p.zip", **entries)), SMART))

    assert [type(result) for result in results] == [Meeting, Rejected]
    assert results[1].key == "502"  # type: ignore[union-attr] # a Rejected, as just seen


@pytest.mark.parametrize("damage", ["cut", "flipped", "junk"])
def test_a_damaged_zip_is_refused_in_one_sentence(tmp_path: Path, damage: str) -> None:
    whole = a_zip(tmp_path / "pages.zip", **{"501.html": a_meeting_page()}).read_bytes()
    broken = {
        "cut": whole[: len(whole) // 2],
        "flipped": whole[:60] + bytes(byte ^ 255 for byte in whole[60:90]) + whole[90:],
        "junk": b"PK\x03\x04" + bytes(200),
    }[damage]
    (tmp_path / "broken.zip").write_bytes(broken)

    with pytest.raises(UnknownFormat, match="damaged"):
        pathminder.load(tmp_path / "broken.zip")


def test_a_folder_without_pages_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownFormat, match="no saved page"):
        pathminder.load(tmp_path)


def test_one_saved_page_is_enough(tmp_path: Path) -> None:
    (tmp_path / "501.html").write_bytes(a_meeting_page())

    assert pathminder.load(tmp_path / "501.html") == {"meetings/501": a_meeting_page()}


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "502.html").write_bytes(b"elsewhere")
    (inside / "502.html").symlink_to(tmp_path / "502.html")
    (inside / "501.html").write_bytes(a_meeting_page())

    assert pathminder.load(inside).keys() == {"meetings/501"}


async def test_fetching_reads_the_sitemap_then_the_lists_then_each_page() -> None:
    asked: list[str] = []
    pages = {
        "/sitemap.xml": a_sitemap("501", "502"),
        "page=1": a_list_page(a_row(id="502")),
        "/501/": a_meeting_page(),
        "/502/": a_meeting_page(id="502"),
    }

    payloads = await pathminder.fetch(a_site(pages, asked), SMART)

    lists = [url for url in asked if "/meetings/?finder_form=true&location=coords%3A" in url]
    assert asked[0] == f"{ROOT}/sitemap.xml"
    assert asked[-2:] == [f"{ROOT}/meetings/501/", f"{ROOT}/meetings/502/"]
    assert len(asked) == 1 + len(lists) + 2
    assert len(lists) == 6  # the first search has news and asks for its second page
    assert [type(each) for each in pathminder.read(payloads, SMART)] == [Meeting, Meeting]
    assert not pathminder.is_windowed(payloads)


async def test_a_page_that_fails_is_unknown_and_not_missing() -> None:
    pages = {
        "/sitemap.xml": a_sitemap("501", "502", "503"),
        "/501/": a_meeting_page(),
        "/502/": CHALLENGE,
    }

    payloads = await pathminder.fetch(a_site(pages, []), SMART)

    results = list(pathminder.read(payloads, SMART))
    assert isinstance(results[0], Meeting)
    assert {each.key for each in results if isinstance(each, Rejected)} == {"502", "503"}


async def test_a_site_that_stops_answering_is_left_alone() -> None:
    asked: list[str] = []
    pages = {"/sitemap.xml": a_sitemap(*map(str, range(100)))}

    with pytest.raises(FetchFailed, match="5 of 5 pages could not be read"):
        await pathminder.fetch(a_site(pages, asked), SMART)

    assert len([url for url in asked if "?" not in url]) == 1 + 5


@pytest.mark.parametrize("sitemap", [CHALLENGE, a_sitemap()])
async def test_without_a_sitemap_of_meetings_nothing_is_fetched(sitemap: bytes) -> None:
    asked: list[str] = []

    with pytest.raises(FetchFailed, match="the sitemap"):
        await pathminder.fetch(a_site({"/sitemap.xml": sitemap}, asked), SMART)

    assert len(asked) == 1


async def test_a_challenge_instead_of_the_list_stops_the_run() -> None:
    pages = {"/sitemap.xml": a_sitemap("501"), "page=1": CHALLENGE, "/501/": a_meeting_page()}

    with pytest.raises(FetchFailed, match="a list is no page of the site"):
        await pathminder.fetch(a_site(pages, []), SMART)


async def test_only_sitemaps_of_the_same_site_are_followed() -> None:
    asked: list[str] = []
    index = (
        f"<sitemapindex><loc>{ROOT}/sitemap-meetings.xml</loc>"
        "<loc>https://elsewhere.example/sitemap.xml</loc></sitemapindex>"
    )
    pages = {
        "/sitemap-meetings.xml": a_sitemap("501"),
        f"{ROOT}/sitemap.xml": index.encode(),
        "/501/": a_meeting_page(),
    }

    await pathminder.fetch(a_site(pages, asked), SMART)

    assert not [url for url in asked if not url.startswith(ROOT)]
    assert f"{ROOT}/meetings/501/" in asked
