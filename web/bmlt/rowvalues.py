"""What differs between rows: their values, as they stand inside JSON's quotes, end to end."""

from array import array
from collections.abc import Mapping

import msgspec

from web.bmlt.keys import ALWAYS_EMPTY, meeting_keys


class RowValues:
    """The values of rows, end to end, in the order in which they were added."""

    def __init__(self, custom_keys: tuple[str, ...]) -> None:
        self.keys = tuple(key for key in meeting_keys(custom_keys) if key not in _SAME_IN_ALL)
        self.places = {key: place for place, key in enumerate(self.keys)}
        self._growing = bytearray()
        self._bytes = b""
        self._ends = array("q", [0])

    def add(self, fields: Mapping[str, str]) -> None:
        values = [fields[key] for key in self.keys]
        text = _BETWEEN.join(values)
        if text.count(_BETWEEN) >= len(values):
            text = _BETWEEN.join(value.replace(_BETWEEN, "") for value in values)
        self._growing += msgspec.json.encode(text)[1:-1]
        self._ends.append(len(self._growing))

    def close(self) -> None:
        """Say that no more rows come."""
        self._bytes = bytes(self._growing)
        self._growing.clear()

    def read(self, place: int) -> list[bytes]:
        """Return the values of a row in the order of the keys, as they stand in JSON."""
        return self._bytes[self._ends[place] : self._ends[place + 1]].split(_BETWEEN_BYTES)


_BETWEEN = "\x7f"  # JSON leaves it as it is, and no list has it
_BETWEEN_BYTES = _BETWEEN.encode()
_SAME_IN_ALL = ALWAYS_EMPTY | {"published", "root_server_uri"}
