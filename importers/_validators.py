"""Kept answers and their validators, so that an unchanged list need not be sent again."""

import asyncio
import hashlib
import json
import os
import tempfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from importers._limits import LARGEST_CACHE_BYTES, LARGEST_PAYLOAD_BYTES, LONGEST_VALIDATOR

_SUFFIX = ".answer"
_LONGEST_HEAD = 8 * LONGEST_VALIDATOR


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a publisher gave with an answer, to ask later whether it is still the newest."""

    etag: str = ""
    last_modified: str = ""

    def __bool__(self) -> bool:
        return bool(self.etag or self.last_modified)

    def as_headers(self) -> dict[str, str]:
        headers = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in headers.items() if value}


def validators_of(headers: Mapping[str, str]) -> Validators:
    """Return the validators of an answer; none of what is too long or must not be kept."""
    if "no-store" in headers.get("Cache-Control", "").lower():
        return Validators()
    return Validators(
        etag=_sendable(headers.get("ETag", "")),
        last_modified=_sendable(headers.get("Last-Modified", "")),
    )


class KeptAnswers:
    """
    A folder of answers with their validators, one file an address; oldest ones go first.

    A file is a line of JSON and the packed body. Whatever is damaged counts as not there.
    """

    def __init__(self, folder: Path, *, most_bytes: int = LARGEST_CACHE_BYTES) -> None:
        self._folder = folder
        self._most_bytes = most_bytes

    async def validators(self, url: str) -> Validators:
        return await asyncio.to_thread(self._validators, url)

    async def body(self, url: str) -> bytes | None:
        """Return the kept body, None if there is none or it is damaged."""
        return await asyncio.to_thread(self._body, url)

    async def keep(self, url: str, validators: Validators, body: bytes) -> None:
        """Keep *body*; without validators forget what was kept of this address."""
        await asyncio.to_thread(self._keep, url, validators, body)

    def _validators(self, url: str) -> Validators:
        try:
            with self._path(url).open("rb") as file:
                head = json.loads(file.readline(_LONGEST_HEAD))
            return Validators(etag=head["etag"], last_modified=head["last_modified"])
        except (OSError, ValueError, KeyError, TypeError):
            return Validators()

    def _body(self, url: str) -> bytes | None:
        path = self._path(url)
        try:
            with path.open("rb") as file:
                head = json.loads(file.readline(_LONGEST_HEAD))
                body = zlib.decompressobj().decompress(file.read(), LARGEST_PAYLOAD_BYTES)
            if head["sha256"] == hashlib.sha256(body).hexdigest():
                os.utime(path)  # confirmed today, so it goes last
                return body
        except (OSError, ValueError, KeyError, TypeError, zlib.error):
            pass
        _forget(path)
        return None

    def _keep(self, url: str, validators: Validators, body: bytes) -> None:
        path = self._path(url)
        if not validators:
            _forget(path)
            return
        head = asdict(validators) | {"sha256": hashlib.sha256(body).hexdigest()}
        content = json.dumps(head).encode() + b"\n" + zlib.compress(body, 1)
        try:
            self._write(path, content)
            self._make_room()
        except OSError:
            _forget(path)  # a full disk costs a download, never a list

    def _write(self, path: Path, content: bytes) -> None:
        """Write whole or not at all, for the eyes of this user only."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self._folder, delete=False) as file:
            try:
                file.write(content)
                file.close()
                Path(file.name).replace(path)
            except OSError:
                _forget(Path(file.name))
                raise

    def _make_room(self) -> None:
        files = [(path.stat(), path) for path in self._folder.glob(f"*{_SUFFIX}")]
        files.sort(key=lambda each: each[0].st_mtime_ns, reverse=True)
        total = 0
        for status, path in files:
            total += status.st_size
            if total > self._most_bytes:
                _forget(path)

    def _path(self, url: str) -> Path:
        return self._folder / f"{hashlib.sha256(url.encode()).hexdigest()}{_SUFFIX}"


def _forget(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)


def _sendable(value: str) -> str:
    is_sendable = len(value) <= LONGEST_VALIDATOR and value.isascii() and value.isprintable()
    return value if is_sendable else ""
