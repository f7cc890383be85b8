"""
The NA aggregator's daily export: one source per root server (bmlt.md 2.3).

Everything is fetched and checked against the manifest before anything is used. The files stay
packed, some megabytes in all, until the list of their root server is read.
"""

import asyncio
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import NoReturn
from urllib.parse import urljoin, urlsplit

from importers._bmlt_manifest import (
    FORMATS_FILE,
    MANIFEST,
    ROOT_SERVERS_FILE,
    SERVICE_BODIES_FILE,
    ExportFile,
    Manifest,
    check_file,
    read_manifest,
)
from importers._bmlt_payloads import FORMATS, MEETINGS, SERVER, SERVICE_BODIES, Record, unpacked
from importers._bmlt_servers import root_server
from importers._files import file_bytes
from importers._json import as_list, parse, parse_text
from importers._limits import LONGEST_NAME
from importers._links import web_link
from importers._parts import Part
from importers._source import Get, Payloads, Source
from importers._text import line
from meetings.errors import FetchFailed, SourceError, UnknownFormat

MOST_FETCHES_IN_VAIN = 3  # in a row; then the server is gone, and the rest is not asked for

GetFile = Callable[[str], Awaitable[bytes]]
Records = Mapping[int, list[Record]]  # by the aggregator's number of the root server


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shared:
    """What the files for all root servers hold."""

    formats: Records
    service_bodies: Records
    servers: Mapping[int, Record]


def is_export(url: str) -> bool:
    return urlsplit(url).path.endswith(f"/{MANIFEST}")


def files_at(get: Get, url: str) -> GetFile:
    """Return what gets a file of the export whose manifest is at *url*."""

    async def get_file(path: str) -> bytes:
        return await get(urljoin(url, path))

    return get_file


def files_in(folder: Path) -> GetFile:
    """Return what gets a file of the export that was saved in *folder*."""

    async def get_file(path: str) -> bytes:
        return await asyncio.to_thread(file_bytes, folder / path)

    return get_file


async def export_parts(
    get_file: GetFile, source: Source, *, only: Collection[str], with_stale: bool
) -> list[Part]:
    """
    Return a part for each root server; one whose file is wrong raises when it is unpacked.

    Raises:
        SourceError: if the manifest, or a file that all root servers need, cannot be used.
    """
    manifest = read_manifest(await get_file(MANIFEST))
    shared = await _shared(get_file, manifest)
    parts, in_vain = [], 0
    for root, file in manifest.roots.items():
        part = _source_of(root, source, shared.servers.get(root, {}))
        if only and part.id not in only:
            continue
        if root in manifest.stale and not with_stale:
            parts.append(_stale(part, shared.servers.get(root, {})))
            continue
        try:
            body = await _checked(get_file, file)
        except SourceError as problem:
            in_vain = in_vain + 1 if isinstance(problem, FetchFailed) else 0
            if in_vain >= MOST_FETCHES_IN_VAIN:
                raise
            parts.append(Part(source=part, payloads=partial(_raise, problem)))
            continue
        in_vain = 0
        parts.append(Part(source=part, payloads=partial(_payloads, body, root, shared)))
    return parts


async def _checked(get_file: GetFile, file: ExportFile) -> bytes:
    body = await get_file(file.path)
    await asyncio.to_thread(check_file, file, body)
    return body


async def _shared(get_file: GetFile, manifest: Manifest) -> _Shared:
    """Return what all root servers need; a file that the manifest does not name is not used."""
    bodies = {
        path: await _checked(get_file, manifest.files[path])
        for path in (FORMATS_FILE, SERVICE_BODIES_FILE, ROOT_SERVERS_FILE)
        if path in manifest.files
    }
    return await asyncio.to_thread(_read_shared, bodies)


def _read_shared(bodies: Mapping[str, bytes]) -> _Shared:
    servers = _records(bodies.get(ROOT_SERVERS_FILE, b"[]"), ROOT_SERVERS_FILE)
    return _Shared(
        formats=_by_root(_records(bodies[FORMATS_FILE], FORMATS_FILE)),
        service_bodies=_by_root(
            _records(bodies.get(SERVICE_BODIES_FILE, b"[]"), SERVICE_BODIES_FILE)
        ),
        servers={number: server for server in servers if (number := _number(server, "id"))},
    )


def _records(body: bytes, path: str) -> list[Record]:
    records = as_list(parse(unpacked(body)), path)
    return [record for record in records if isinstance(record, dict)]


def _by_root(records: list[Record]) -> Records:
    """Sort by root server. 0 holds what names none: the aggregator's ids are unique anyway."""
    found: dict[int, list[Record]] = defaultdict(list)
    for record in records:
        found[_number(record, "root_server_id")].append(record)
    return found


def _number(record: Record, field: str) -> int:
    text = str(record.get(field))
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else 0


def _source_of(root: int, source: Source, server: Record) -> Source:
    """Return the source `na-<root id>`, with zone and country where one is right for all of it."""
    url = web_link(_text(server, "url"))
    known = root_server(url) if url else None
    name = _text(server, "name") or (known.name if known else f"root server {root}")
    return replace(
        source,
        id=f"{source.id}-{root}",
        title=name,
        url=url,
        country=known.country if known else source.country,
        timezone=known.timezone if known else source.timezone,
        home=False,
    )


def _stale(source: Source, server: Record) -> Part:
    since = _text(server, "lastSuccessfulImport")[:10]
    when = f" since {since}" if since else " for more than 14 days"
    reason = f"the aggregator has not reached its server{when}"
    return Part(source=source, payloads=partial(_raise, FetchFailed(reason)), stale=reason)


def _raise(problem: SourceError) -> NoReturn:
    raise problem


def _payloads(packed: bytes, root: int, shared: _Shared) -> Payloads:
    """Unpack the list of one root server, in the shapes that a root server itself answers."""
    return {
        MEETINGS: unpacked(packed) or b"[]",
        FORMATS: _encoded([*shared.formats.get(root, ()), *shared.formats.get(0, ())]),
        SERVICE_BODIES: _encoded(
            [*shared.service_bodies.get(root, ()), *shared.service_bodies.get(0, ())]
        ),
        SERVER: _encoded([_server_info(shared.servers.get(root, {}))]),
    }


def _server_info(server: Record) -> Record:
    """Return the root server's GetServerInfo, marked as read through the aggregator."""
    info = server.get("serverInfo")
    if isinstance(info, str):
        try:
            info = parse_text(info)
        except UnknownFormat:
            info = None
    if isinstance(info, list):
        info = next(iter(info), None)
    return (info if isinstance(info, dict) else {}) | {"aggregator_mode_enabled": True}


def _text(record: Record, field: str) -> str:
    try:
        return line(record.get(field), longest=LONGEST_NAME)
    except ValueError:
        return ""


def _encoded(records: list[Record]) -> bytes:
    return json.dumps(records).encode()
