"""The pages of a Pathminder site: from a folder, from a zip, or from the site itself."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from urllib.parse import quote, urlsplit

from importers._files import file_bytes
from importers._limits import LARGEST_PAYLOAD_BYTES
from importers._pathminder_brands import Brand
from importers._pathminder_html import LARGEST_PAGE_BYTES, page_text, parsed
from importers._pathminder_listing import list_rows, nested_sitemaps, sitemap_keys
from importers._pathminder_pages import MEETING_NAME, Kind, kind_of
from importers._source import Get, Payloads
from meetings.errors import FetchFailed, UnknownFormat

MOST_PAGES = 5_000  # SMART has 1,250 meetings; sitemap, lists and old copies come on top

_MOST_LIST_PAGES = 30  # of one search (smart.md 3.1)
_MOST_SITEMAPS = 20
_MOST_FAILED = 60  # pages, then the site is left alone (smart.md 5)
_MOST_FAILED_IN_A_ROW = 5
_PAGE_FILE = re.compile(r".*\.(?:x?html?|xml)(?:\?.*)?", re.IGNORECASE)
_KEY_IN_NAME = re.compile(r"(?:^|/)([0-9]{1,18})(?:/index)?\.x?html?", re.IGNORECASE)
# 1000 miles around these, the largest radius there is, are the states on the mainland and most
# of Canada. The list is asked only for the next start of meetings without a calendar block.
_CENTRES = (
    ("47.61,-122.33", "Seattle, WA, USA"),
    ("34.05,-118.24", "Los Angeles, CA, USA"),
    ("39.10,-94.58", "Kansas City, MO, USA"),
    ("40.71,-74.01", "New York, NY, USA"),
    ("25.76,-80.19", "Miami, FL, USA"),
)
_RADIUS_MILES = 1000


async def fetch_site(get: Get, root: str) -> Payloads:
    """
    Read the sitemap, the search list, then the page of each meeting, one after the other.

    A page that does not come is left out, so its meeting is unknown and not missing; when many
    fail, or several in a row, the site does not want to be read and the rest is not asked for.
    Raises FetchFailed.
    """
    payloads = await _sitemaps(get, root)
    keys = dict.fromkeys(key for each in payloads.values() for key in sitemap_keys(page_text(each)))
    if not keys:
        raise FetchFailed("the sitemap lists no meeting")
    payloads |= await _lists(get, root)
    return payloads | await _meetings(get, root, list(keys)[:MOST_PAGES])


def load_pages(path: Path) -> Payloads:
    """Take the pages from a folder, a zip, or one file. Raises UnknownFormat."""
    if path.is_dir():
        return _named(_folder_pages(path))
    body = file_bytes(path)
    if body.startswith(b"PK"):
        return _named(_zip_pages(body))
    return _named(iter([(path.name, body)]))


def root_of(brand: Brand, url: str) -> str:
    """Return the address of the site that *url* names, or the brand's own."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else f"https://{brand.host}"


async def _sitemaps(get: Get, root: str) -> dict[str, bytes]:
    payloads = {"sitemap": _checked(await get(f"{root}/sitemap.xml"), "the sitemap")}
    nested = [url for url in nested_sitemaps(page_text(payloads["sitemap"])) if _is_of(root, url)]
    for number, url in enumerate(nested[:_MOST_SITEMAPS], 1):
        payloads[f"sitemap.{number}"] = _checked(await get(url), "a sitemap")
    return payloads


def _checked(payload: bytes, what: str) -> bytes:
    if kind_of(payload) is not Kind.SITEMAP:
        raise FetchFailed(f"{what} is none: the site may ask whether a person reads it")
    return payload


async def _lists(get: Get, root: str) -> dict[str, bytes]:
    """Read the search list around each centre, up to a page without news."""
    payloads: dict[str, bytes] = {}
    known: set[str] = set()
    for around, label in _CENTRES:
        for number in range(1, _MOST_LIST_PAGES + 1):
            page = await get(_list_url(root, around, label, number))
            if kind_of(page) is Kind.STRANGE:
                raise FetchFailed("a list is no page of the site: it may ask for a person")
            keys = {row.key for row in list_rows(parsed(page_text(page)))}
            payloads[f"list {len(payloads) + 1}"] = page
            if keys <= known:
                break
            known |= keys
    return payloads


def _list_url(root: str, around: str, label: str, number: int) -> str:
    """Return the address of a list page; without `finder_form` it has no rows (smart.md 3.1)."""
    location = quote(f"coords:{around}|{label}", safe="")
    return (
        f"{root}/meetings/?finder_form=true&location={location}"
        f"&coordinates={_RADIUS_MILES}&page={number}"
    )


async def _meetings(get: Get, root: str, keys: list[str]) -> dict[str, bytes]:
    payloads: dict[str, bytes] = {}
    failed, in_a_row = 0, 0
    for key in keys:
        page = await _meeting(get, f"{root}/{MEETING_NAME}{key}/")
        if page is not None:
            payloads[f"{MEETING_NAME}{key}"] = page
            in_a_row = 0
            continue
        failed, in_a_row = failed + 1, in_a_row + 1
        if failed > _MOST_FAILED or in_a_row >= _MOST_FAILED_IN_A_ROW:
            raise FetchFailed(f"{failed} of {len(payloads) + failed} pages could not be read")
    return payloads


async def _meeting(get: Get, url: str) -> bytes | None:
    try:
        page = await get(url)
    except FetchFailed:
        return None
    return None if kind_of(page) is Kind.STRANGE else page


def _is_of(root: str, url: str) -> bool:
    return urlsplit(url).netloc == urlsplit(root).netloc and url.startswith(root)


def _named(pages: Iterator[tuple[str, bytes]]) -> Payloads:
    """
    Name each page by the meeting that its file's name tells, or by its place in the row.

    Names of files never go further: those of a zip may be anything (reliability.md 4.1).
    """
    payloads: dict[str, bytes] = {}
    for number, (file, body) in zip(count(1), pages, strict=False):
        key = _KEY_IN_NAME.search(file)
        name = f"{MEETING_NAME}{key[1]}" if key else f"page {number}"
        payloads[name if name not in payloads else f"page {number}"] = body
    if not payloads:
        raise UnknownFormat("there is no saved page (.html, .xml)")
    return payloads


def _folder_pages(folder: Path) -> Iterator[tuple[str, bytes]]:
    left = LARGEST_PAYLOAD_BYTES
    files = sorted(path for path in folder.rglob("*") if _PAGE_FILE.fullmatch(path.name))
    for number, path in enumerate(files):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not path.is_file() or _is_part(name):
            continue
        body = file_bytes(path)
        left -= len(body)
        if number >= MOST_PAGES or left < 0:
            raise UnknownFormat(_too_much("the folder"))
        yield name, body


def _zip_pages(body: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_PAGES or _size(entries) > LARGEST_PAYLOAD_BYTES:
                raise UnknownFormat(_too_much("the zip"))
            for entry in entries:
                name = entry.filename[:1000]
                if _PAGE_FILE.fullmatch(name) and not _is_part(name):
                    yield name, _unpacked(archive, entry)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        RuntimeError,  # a password
        NotImplementedError,  # a rare compression
        ValueError,
    ) as problem:
        raise UnknownFormat("the zip is damaged, or cannot be opened") from problem


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Return an entry up to one byte more than a page may have; what it declares may be a lie."""
    with archive.open(entry) as stream:
        return stream.read(LARGEST_PAGE_BYTES + 1)


def _size(entries: list[zipfile.ZipInfo]) -> int:
    return sum(entry.file_size for entry in entries)


def _is_part(name: str) -> bool:
    """Say whether a browser saved this beside a page: frames, in a folder "…_files"."""
    return any(part.endswith("_files") or part == "__MACOSX" for part in name.split("/")[:-1])


def _too_much(what: str) -> str:
    return f"{what} holds more than {MOST_PAGES} pages or {LARGEST_PAYLOAD_BYTES} bytes"
