"""Payloads from files, as bounded as those from the network."""

from pathlib import Path

from importers._limits import LARGEST_PAYLOAD_BYTES
from meetings.errors import UnknownFormat


def file_bytes(path: Path) -> bytes:
    """Return what the file holds. Raises UnknownFormat if it cannot be read, or is too large."""
    try:
        if path.stat().st_size > LARGEST_PAYLOAD_BYTES:
            raise UnknownFormat(f"{path.name} has more than {LARGEST_PAYLOAD_BYTES} bytes")
        return path.read_bytes()
    except OSError as problem:
        raise UnknownFormat(f"{path.name} cannot be read: {problem.strerror}") from problem
