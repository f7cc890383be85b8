"""An aggregator's daily export, invented: two root servers and whatever a test changes."""

import gzip
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from meetings.errors import FetchFailed
from tests.make_lists import a_bmlt_record

EXPORT_URL = "https://export.example/aggregator/manifest.json"
MANIFEST_URL_FOLDER = "https://export.example/aggregator/"
FIRST, SECOND = "meetings/root-5.ndjson.gz", "meetings/root-9.ndjson.gz"

Files = dict[str, bytes]


def an_export(
    *,
    lists: Mapping[int, Sequence[dict[str, Any]]] | None = None,
    formats: Sequence[dict[str, Any]] | None = None,
    servers: Sequence[dict[str, Any]] | None = None,
    **manifest: Any,
) -> Files:
    """Return the files of an export by their paths; keywords change the manifest."""
    chosen = {5: records(5), 9: records(9)} if lists is None else lists
    files = {
        "formats.json.gz": packed(json.dumps(a_format() if formats is None else formats)),
        "service_bodies.json.gz": packed(
            json.dumps([{"id": "70", "root_server_id": 5, "name": "Sample Area", "type": "AS"}])
        ),
        "root_servers.json": json.dumps(root_servers() if servers is None else servers).encode(),
    }
    for root, rows in chosen.items():
        lines = "".join(f"{json.dumps(row)}\n" for row in rows)
        files[f"meetings/root-{root}.ndjson.gz"] = packed(lines)
    return with_manifest(files, **manifest)


def with_manifest(files: Files, /, **changes: Any) -> Files:
    """Return *files* with a manifest that fits them; keywords change it."""
    manifest = {
        "schema_version": 1,
        "stale_root_servers": [],
        "files": [
            {
                "path": path,
                "size": len(body),
                "sha256": hashlib.sha256(body).hexdigest(),
                "records": count(body),
            }
            for path, body in files.items()
        ],
    }
    return files | {"manifest.json": json.dumps(manifest | changes).encode()}


def records(root: int, numbers: Sequence[int] = range(1, 13)) -> list[dict[str, Any]]:
    """Return meetings as the aggregator numbers them: far from those of the root server."""
    return [
        a_bmlt_record(number)
        | {
            "id_bigint": str(root * 10_000 + number),
            "root_server_id": root,
            "service_body_bigint": "70",
            "format_shared_id_list": "4",
        }
        for number in numbers
    ]


def a_format() -> list[dict[str, Any]]:
    """Return the aggregator's format 4, which is another than the stock format 4, Closed."""
    return [
        {
            "id": "4",
            "root_server_id": 5,
            "key_string": "W",
            "name_string": "Women",
            "lang": "en",
            "world_id": "W",
        }
    ]


def root_servers() -> list[dict[str, Any]]:
    return [
        {
            "id": 5,
            "sourceId": 102,
            "name": "Greater New York Server",
            "url": "https://bmlt.newyorkna.org/main_server/",
            "serverInfo": json.dumps({"defaultDuration": "01:15:00"}),
            "lastSuccessfulImport": "2026-11-18 04:00:00",
        },
        {
            "id": 9,
            "sourceId": 777,
            "name": "Unknown Region",
            "url": "https://unknown.example/main_server/",
            "lastSuccessfulImport": "2026-10-02 04:00:00",
        },
    ]


def packed(text: str) -> bytes:
    return gzip.compress(text.encode(), mtime=0)


def count(body: bytes) -> int:
    text = (gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body).decode()
    return len(json.loads(text)) if text.startswith("[") else len(text.split("\n")) - 1


class Publisher:
    """Answers as the server of an export does; *asked* are the paths, in their order."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.asked: list[str] = []

    async def get(self, url: str) -> bytes:
        path = url.removeprefix(MANIFEST_URL_FOLDER)
        self.asked.append(path)
        if path not in self.files:
            raise FetchFailed("export.example answered with status 404")
        return self.files[path]
