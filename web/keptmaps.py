"""The maps drawn last: one that is asked for again, by anybody, costs nothing."""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Self

from web.mapsketch import Sketch

MOST_BYTES = 8_000_000
_BYTES_EACH = 4_000  # of its sketch, about


@dataclass(frozen=True, slots=True)
class KeptMap:
    body: bytes
    etag: str

    @classmethod
    def of(cls, svg: str) -> Self:
        body = svg.encode()
        return cls(body, f'"{hashlib.sha256(body).hexdigest()[:24]}"')


@dataclass(slots=True, kw_only=True)
class KeptMaps:
    """By what they show, so that a meeting that moves makes another map."""

    most_bytes: int = MOST_BYTES
    _maps: OrderedDict[Sketch, KeptMap] = field(default_factory=OrderedDict)
    _bytes: int = 0

    def get(self, sketch: Sketch) -> KeptMap | None:
        found = self._maps.get(sketch)
        if found is not None:
            self._maps.move_to_end(sketch)
        return found

    def put(self, sketch: Sketch, drawn: KeptMap) -> KeptMap:
        self._maps[sketch] = drawn
        self._bytes += len(drawn.body) + _BYTES_EACH
        while self._bytes > self.most_bytes:
            _, oldest = self._maps.popitem(last=False)
            self._bytes -= len(oldest.body) + _BYTES_EACH
        return drawn
