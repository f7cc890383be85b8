"""
The manifest of the NA aggregator's daily export: what each of its files must be (bmlt.md 2.3).

The aggregator's own page names what the manifest tells, not each of its keys: sizes, checksums
and counts are found under the usual names for them, and a file without them is not used.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from importers._bmlt_payloads import unpacked
from importers._json import as_list, as_object, parse
from importers._limits import LARGEST_PAYLOAD_BYTES
from meetings.errors import UnknownFormat

MANIFEST = "manifest.json"
FORMATS_FILE = "formats.json.gz"
SERVICE_BODIES_FILE = "service_bodies.json.gz"
ROOT_SERVERS_FILE = "root_servers.json"

_SCHEMA = "1"
_OF_ROOT = re.compile(r"meetings/root-([1-9]\d{0,8})\.ndjson\.gz", re.ASCII)
_SHARED = (FORMATS_FILE, SERVICE_BODIES_FILE, ROOT_SERVERS_FILE)
_SIZE_KEYS = ("size", "size_bytes", "bytes")
_CHECKSUM_KEYS = ("sha256", "sha-256", "sha_256", "checksum")
_COUNT_KEYS = ("records", "record_count", "recordCount", "count")
_PATH_KEYS = ("path", "name", "file", "key")
_ID_KEYS = ("id", "root_server_id", "rootServerId")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFile:
    """What the manifest promises of one file, as it lies on the server."""

    path: str
    size_bytes: int
    sha256: str  # lower-case hexadecimal
    records: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The files of one day's export by their paths; *stale* are ids of root servers."""

    files: Mapping[str, ExportFile]
    stale: frozenset[int]

    @property
    def roots(self) -> dict[int, ExportFile]:
        """The file of each root server, in the order of their ids."""
        found = {
            int(match[1]): file
            for path, file in self.files.items()
            if (match := _OF_ROOT.fullmatch(path))
        }
        return dict(sorted(found.items()))


def read_manifest(body: bytes) -> Manifest:
    """Return the manifest. Raises UnknownFormat, also for a layout that is not known here."""
    document = as_object(parse(body), MANIFEST)
    _check_schema(document.get("schema_version"))
    files = {file.path: file for file in _files(document.get("files"))}
    manifest = Manifest(files=files, stale=frozenset(_ids(document.get("stale_root_servers", []))))
    if FORMATS_FILE not in files or not manifest.roots:
        raise UnknownFormat(f"{MANIFEST} names no {FORMATS_FILE} or no list of a root server")
    if sum(file.size_bytes for file in files.values()) > LARGEST_PAYLOAD_BYTES:
        raise UnknownFormat(f"{MANIFEST} promises more than {LARGEST_PAYLOAD_BYTES} bytes")
    return manifest


def check_file(file: ExportFile, body: bytes) -> None:
    """Raise UnknownFormat unless *body* has the size, checksum and records of the manifest."""
    if len(body) != file.size_bytes:
        raise UnknownFormat(
            f"{file.path} has {len(body)} bytes, where the manifest says {file.size_bytes}"
        )
    if hashlib.sha256(body).hexdigest() != file.sha256:
        raise UnknownFormat(f"{file.path} does not have the checksum of the manifest")
    count = _count(file.path, body)
    if count != file.records:
        raise UnknownFormat(
            f"{file.path} has {count} records, where the manifest says {file.records}"
        )


def _check_schema(version: object) -> None:
    text = str(version) if isinstance(version, int | str) else ""
    if isinstance(version, bool) or not re.fullmatch(r"\d+(\.\d+)*", text, re.ASCII):
        raise UnknownFormat(f"{MANIFEST} has no usable schema_version")
    if text.partition(".")[0] != _SCHEMA:
        raise UnknownFormat(f"the export has schema_version {text[:20]}, and {_SCHEMA} is read")


def _files(value: object) -> Iterator[ExportFile]:
    """Read a list of files with their paths in them, or an object by path."""
    if isinstance(value, dict):
        entries = [(path, as_object(entry, path[:80])) for path, entry in value.items()]
    else:
        rows = [as_object(row, f"a file of {MANIFEST}") for row in as_list(value, "its files")]
        entries = [(_first(row, _PATH_KEYS), row) for row in rows]
    for path, entry in entries:
        # Other files, as the one of all meetings, are not used; nor is any path but these.
        if (known := _known_path(path)) is not None:
            yield _file(known, entry)


def _known_path(path: object) -> str | None:
    if not isinstance(path, str):
        return None
    path = path.removeprefix("/").removeprefix("aggregator/")
    return path if path in _SHARED or _OF_ROOT.fullmatch(path) else None


def _file(path: str, entry: Mapping[str, object]) -> ExportFile:
    size, count = _first(entry, _SIZE_KEYS), _first(entry, _COUNT_KEYS)
    checksum = _first(entry, _CHECKSUM_KEYS)
    if not (_is_count(size) and _is_count(count)) or not _is_checksum(checksum):
        raise UnknownFormat(f"{MANIFEST} lacks size, SHA-256 or record count of {path}")
    return ExportFile(
        path=path,
        size_bytes=int(str(size)),
        sha256=str(checksum).lower().removeprefix("sha256:"),
        records=int(str(count)),
    )


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53


def _is_checksum(value: object) -> bool:
    return isinstance(value, str) and bool(
        re.fullmatch(r"(sha256:)?[0-9a-f]{64}", value, re.ASCII | re.IGNORECASE)
    )


def _first(entry: Mapping[str, object], keys: Iterable[str]) -> object:
    return next((entry[key] for key in keys if key in entry), None)


def _ids(value: object) -> Iterator[int]:
    """Read root server ids: as numbers, as text, or in objects."""
    for item in as_list(value, "stale_root_servers"):
        number = _first(item, _ID_KEYS) if isinstance(item, dict) else item
        text = str(number)
        if not re.fullmatch(r"\d{1,9}", text, re.ASCII):
            raise UnknownFormat("stale_root_servers holds something that is no id")
        yield int(text)


def _count(path: str, body: bytes) -> int:
    content = unpacked(body)
    if path.endswith(".ndjson.gz"):
        return sum(1 for line in content.split(b"\n") if line.strip())
    return len(as_list(parse(content), path))
