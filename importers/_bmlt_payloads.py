"""What a BMLT server sends: the requests (bmlt.md 2.2), and the shapes of the answers (2.4)."""

import asyncio
import itertools
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from importers._files import file_bytes
from importers._json import as_list, decoded, large_list, parse, parse_text
from importers._limits import LARGEST_PAYLOAD_BYTES, MOST_RECORDS
from importers._source import Get, Payloads
from meetings.errors import FetchFailed, UnknownFormat

Record = Mapping[str, object]

MEETINGS = "GetSearchResults"
FORMATS = "GetFormats"
SERVICE_BODIES = "GetServiceBodies"
SERVER = "GetServerInfo"

_PAGE_SIZE = 1000
_PAGE_NAME = re.compile(rf"{MEETINGS}(?:\.\d+)?")  # GetSearchResults.unpublished is none
_JSONP = re.compile(r"\s*(?:/\*\*/)?\s*[\w.$]{1,100}\((.*)\)\s*;?\s*", re.DOTALL)
_MOST_LANGUAGES = 12
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What a server answered, still as raw records."""

    meetings: Iterable[object]  # a record that is no object is for the reader to reject
    formats: list[Record]
    service_bodies: list[Record]
    server: Record


async def fetch(get: Get, url: str) -> Payloads:
    """Ask the root server at *url* for everything, one request at a time."""
    questions = f"{root_url(url)}/client_interface/json/?callingApp=openchair&switcher="
    payloads = {SERVER: await get(f"{questions}{SERVER}")}
    payloads[SERVICE_BODIES] = await get(f"{questions}{SERVICE_BODIES}")
    payloads |= await _formats(get, questions, payloads[SERVER])
    # No lang_enum here: formats without a translation would vanish from the answer.
    search = f"{questions}{MEETINGS}&sort_keys=id_bigint&page_size={_PAGE_SIZE}&page_num="
    return {**payloads, **await _pages(get, search)}


def load(path: Path) -> Payloads:
    """Take the payloads from a folder with a file per answer, or from one file of meetings."""
    if not path.is_dir():
        return {MEETINGS: unpacked(file_bytes(path))}
    files = sorted(file for file in path.glob("*.json") if _is_answer(file.stem))
    if not any(_PAGE_NAME.fullmatch(file.stem) for file in files):
        raise UnknownFormat(f"the folder holds no {MEETINGS}.json")
    return {file.stem: file_bytes(file) for file in files}


def answers(payloads: Payloads) -> Answers:
    """Read the shapes of 2.4. Raises UnknownFormat."""
    pages = [_page(body) for name, body in payloads.items() if is_page(name)]
    if not pages:
        raise UnknownFormat(f"there is no {MEETINGS}")
    described = descriptions(payloads)
    enclosed = [page for page in pages if isinstance(page, dict) and "formats" in page]
    return replace(
        described,
        meetings=itertools.chain.from_iterable(map(_meetings_of, pages)),
        formats=described.formats + [record for page in enclosed for record in _formats_of(page)],
    )


def descriptions(payloads: Payloads) -> Answers:
    """Read what is told beside the meetings, which are not looked at. Raises UnknownFormat."""
    separate = [body for name, body in payloads.items() if name.startswith(FORMATS)]
    return Answers(
        meetings=[],
        formats=[record for body in separate for record in _formats_in(body)],
        service_bodies=_objects(_records(_value(payloads.get(SERVICE_BODIES, b"[]")))),
        server=_first(_objects(_records(_value(payloads.get(SERVER, b"[]"))))),
    )


def is_page(payload: str) -> bool:
    """Say whether the payload of this name holds meetings."""
    return bool(_PAGE_NAME.fullmatch(payload))


def root_url(url: str) -> str:
    """Return the address of a root server without slash, as questions are appended to it."""
    return url.partition("/client_interface")[0].rstrip("/")


def unpacked(body: bytes) -> bytes:
    """Unpack gzip under the byte limit (reliability.md 3.3); return anything else as it is."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    unpacker = zlib.decompressobj(31)
    try:
        content = unpacker.decompress(body, LARGEST_PAYLOAD_BYTES)
    except zlib.error as problem:
        raise UnknownFormat("the gzip file is damaged") from problem
    if not unpacker.eof:
        raise UnknownFormat("the gzip file is cut off, or unpacks to too many bytes")
    return content


async def _formats(get: Get, questions: str, server_info: bytes) -> Payloads:
    """Ask for the formats in each language; without one of the further ones a list is read too."""
    # What is foreign may be large: it is never parsed in the event loop.
    needed, further = await asyncio.to_thread(_languages, server_info)
    question = f"{questions}{FORMATS}&show_all=1&lang_enum="
    payloads = {f"{FORMATS}.{language}": await get(question + language) for language in needed}
    for language in further:
        try:
            answer = await get(question + language)
            await asyncio.to_thread(_formats_in, answer)
        except FetchFailed:
            break  # a server in trouble is not asked on
        except UnknownFormat:
            continue
        payloads[f"{FORMATS}.{language}"] = answer
    return payloads


async def _pages(get: Get, search: str) -> Payloads:
    pages: dict[str, bytes] = {}
    seen: set[str] = set()
    for number in range(1, MOST_RECORDS // _PAGE_SIZE + 2):
        page = await get(f"{search}{number}")
        records = await asyncio.to_thread(_records_of, page)
        ids = {str(record.get("id_bigint")) for record in _objects(records)}
        if pages and ids <= seen:  # a server that knows no paging answers the same again
            break
        pages[f"{MEETINGS}.{number}"] = page
        seen |= ids
        if len(records) < _PAGE_SIZE:
            break
    return pages


def _records_of(page: bytes) -> list[object]:
    return list(_meetings_of(_value(page)))


def _languages(server_info: bytes) -> tuple[list[str], list[str]]:
    """
    Return English, by whose names formats are resolved, and the server's own language; then the
    others that it has.
    """
    server = _first(_objects(_records(_value(server_info))))
    needed = _distinct(["en", server.get("nativeLang")])
    others = server.get("langs")
    every = _distinct([*needed, *(others.split(",") if isinstance(others, str) else ())])
    return needed, every[len(needed) : _MOST_LANGUAGES]


def _distinct(languages: Iterable[object]) -> list[str]:
    """Return those that are codes of languages, each once."""
    texts = (each.strip() for each in languages if isinstance(each, str))
    return list(dict.fromkeys(text for text in texts if _LANGUAGE.fullmatch(text)))


def _page(body: bytes) -> object:
    """Return a page of meetings; of a large one the records, each decoded at its turn."""
    records = large_list(body)
    return _value(body) if records is None else records


def _meetings_of(page: object) -> Iterator[object]:
    """Yield the records of a page; raise UnknownFormat at its end if none was of a meeting."""
    if isinstance(page, dict) and page and "meetings" not in page:
        what = "an error message" if "message" in page else "an object without meetings"
        raise UnknownFormat(f"{MEETINGS} is {what}")
    if isinstance(page, Iterator):
        records = page
    else:
        records = iter(_records(page.get("meetings", {}) if isinstance(page, dict) else page))
    count = with_ids = 0
    for record in records:
        count += 1
        with_ids += isinstance(record, dict) and "id_bigint" in record
        yield record
    if count and not with_ids:
        raise UnknownFormat(f"{MEETINGS} holds records without id_bigint")


def _formats_in(body: bytes) -> list[Record]:
    return _formats_of(_value(body))


def _formats_of(answer: object) -> list[Record]:
    return _objects(_records(answer.get("formats") if isinstance(answer, dict) else answer))


def _records(value: object) -> list[object]:
    """Return a list of records; `{}` is how servers before 3.0 say "nothing found"."""
    return [] if value == {} else as_list(value, "the answer")


def _objects(records: Iterable[object]) -> list[Record]:
    return [record for record in records if isinstance(record, dict)]


def _first(records: list[Record]) -> Record:
    return records[0] if records else {}


def _value(body: bytes) -> object:
    if body.startswith(b"["):
        return parse(body)  # nearly every answer
    text = decoded(body)
    if jsonp := _JSONP.fullmatch(text):
        return parse_text(jsonp[1])
    if _is_ndjson(text):
        return [parse_text(line) for line in text.split("\n") if line.strip()]
    return parse_text(text)


def _is_ndjson(text: str) -> bool:
    """Say whether *text* is the aggregator's export, one meeting a line."""
    first = text.lstrip().partition("\n")[0].rstrip()
    is_object = first.startswith("{") and first.endswith("}")
    return is_object and '"id_bigint"' in first.partition("[")[0]  # an envelope has a list first


def _is_answer(name: str) -> bool:
    return bool(_PAGE_NAME.fullmatch(name)) or name.startswith((FORMATS, SERVICE_BODIES, SERVER))
