"""
Raw records and their digests: what is as it was in the last accepted list is not read again.

The digest covers the bytes of a record and all else that its reading depends on: the other
payloads, the source, this program and its tables of zones and places. So whatever may lead to
another meeting leads to another digest; equal digests say "unchanged", different ones only
"read it", and the value hash of documents.py then judges.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from importlib import metadata, resources
from typing import Protocol, runtime_checkable

import msgspec

from importers._records import cut
from importers._source import Payloads, Source

_DIGEST_BYTES = 16
_TABLES = ("tzdata", "tzfpy")  # packages whose data decide zones
_FOLDERS = ("importers", "meetings", "meetings/gazetteer")


@runtime_checkable
class ByRecord(Protocol):
    """
    An importer that reads every record of a list by itself and yields one result for each.

    The list is a JSON array, or one JSON object a line.
    """

    def holds_records(self, payload: str) -> bool:
        """Say whether the payload of this name is the list, or a page of it."""


@dataclass(frozen=True, slots=True)
class Unread:
    """
    What has to be read of a list.

    *digests* are those of the records left in *payloads*, in their order, and empty where
    nobody may go by them; *unchanged* are the ids of the meetings whose records are left out.
    """

    payloads: Payloads
    digests: list[str]
    unchanged: frozenset[str] = frozenset()


def unread(
    importer: object, payloads: Payloads, source: Source, *, known: Mapping[str, str], ladder: str
) -> Unread:
    """
    Return what differs from the *known* records, ids by digest.

    *ladder* names what else is asked for places: an operator's geocoder.
    """
    if not isinstance(importer, ByRecord):
        return Unread(payloads, [])
    pages = {name: cut(payloads[name]) for name in payloads if importer.holds_records(name)}
    if any(page is None for page in pages.values()):
        return Unread(payloads, [])
    start = _key(source, {n: p for n, p in payloads.items() if n not in pages}, ladder)
    kept, left, digests = dict(payloads), dict(known), list[str]()
    for name, page in pages.items():
        different = list[msgspec.Raw]()
        for record in page or ():
            digest = _digest(start, record)
            if left.pop(digest, None) is None:  # of two equal records the second is a fault
                different.append(record)
                digests.append(digest)
        if len(different) != len(page or ()):
            kept[name] = b"[" + b",".join(map(bytes, different)) + b"]"
    return Unread(kept, digests, frozenset(known.values()) - frozenset(left.values()))


def _digest(start: bytes, record: msgspec.Raw) -> str:
    return blake2b(record, digest_size=_DIGEST_BYTES, key=start).hexdigest()


def _key(source: Source, others: Payloads, ladder: str) -> bytes:
    """Return a hash of all that the reading of each record depends on."""
    parts: Iterable[bytes] = (
        _program(),
        repr(source).encode(),
        ladder.encode(),
        *(part for name in sorted(others) for part in (name.encode(), others[name])),
    )
    whole = blake2b(digest_size=32)
    for part in parts:
        whole.update(len(part).to_bytes(8, "big") + part)
    return whole.digest()


@cache
def _program() -> bytes:
    """Return a hash of the program and of the tables it goes by: a newer one reads all anew."""
    whole = blake2b(digest_size=32)
    for folder in _FOLDERS:
        package, _, below = folder.partition("/")
        files = resources.files(package).joinpath(below).iterdir()
        for file in sorted(files, key=lambda each: each.name):
            if file.name.endswith((".py", ".tsv", ".toml", ".xz")):
                whole.update(file.name.encode() + b"\0" + file.read_bytes())
    for package in _TABLES:
        whole.update(f"{package} {metadata.version(package)}".encode())
    return whole.digest()
