"""What differs between rows: their values, as they stand inside JSON's quotes, end to end."""

from array import array
from collections.abc import Mapping

import msgspec

from web.bmlt.keys import ALWAYS_EMPTY, DISTANCES, meeting_keys


class RowValues:
    """
    The values of rows, in the order in which they were added.

    Of a row only the fields are kept that say something; which those are is its shape. Those that
    each answer fills in are gaps in every shape.
    """

    def __init__(self, custom_keys: tuple[str, ...]) -> None:
        self.keys = tuple(key for key in meeting_keys(custom_keys) if key not in _SAME_IN_ALL)
        self.shapes: list[tuple[str, ...]] = []
        self._numbers: dict[tuple[str, ...], int] = {}  # of the shapes
        self._shape_of = array("l")
        self._growing = bytearray()
        self._bytes = b""
        self._ends = array("q", [0])

    def add(self, fields: Mapping[str, str]) -> None:
        shape = tuple(key for key in self.keys if fields[key] or key in FILLED_IN)
        number = self._numbers.setdefault(shape, len(self._numbers))
        if number == len(self.shapes):
            self.shapes.append(shape)
        values = ["" if key in FILLED_IN else fields[key] for key in shape]
        text = _BETWEEN.join(values)
        if text.count(_BETWEEN) >= len(values):
            text = _BETWEEN.join(value.replace(_BETWEEN, "") for value in values)
        self._growing += msgspec.json.encode(text)[1:-1]
        self._ends.append(len(self._growing))
        self._shape_of.append(number)

    def close(self) -> None:
        """Say that no more rows come."""
        self._bytes = bytes(self._growing)
        self._growing.clear()

    def read(self, place: int) -> tuple[int, list[bytes]]:
        """Return the shape of a row, and its values in that order as they stand in JSON."""
        values = self._bytes[self._ends[place] : self._ends[place + 1]].split(_BETWEEN_BYTES)
        return self._shape_of[place], values


_BETWEEN = "\x7f"  # JSON leaves it as it is, and no list has it
_BETWEEN_BYTES = _BETWEEN.encode()
_SAME_IN_ALL = ALWAYS_EMPTY | {"published", "root_server_uri"}
FILLED_IN = ("formats", "format_shared_id_list", *DISTANCES)
