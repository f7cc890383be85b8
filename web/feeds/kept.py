"""
What calendars asked for last: feeds, for the next poll and for the day on which one cannot be
made, and the events of meetings, of which the feeds of the next catalogue are made.
"""

import datetime as dt
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from web.feeds.answering import FeedHead, compressed

MOST_BYTES = 64_000_000
MOST_EVENT_BYTES = 12_000_000
_BYTES_EACH = 1_000  # of its place among the others, about


@dataclass(slots=True, kw_only=True)
class KeptFeed:
    """One feed as it was at a version of the catalogue on a day."""

    version: int
    on: dt.date
    head: FeedHead
    body: bytes
    _gzipped: bytes = b""

    def gzipped(self) -> bytes:
        if not self._gzipped:
            self._gzipped = compressed(self.body)
        return self._gzipped

    @property
    def size(self) -> int:
        return _BYTES_EACH + len(self.body) + len(self._gzipped)


@dataclass(slots=True)
class KeptFeeds:
    """By path and query, those used last; the rest are made again when they are asked for."""

    most_bytes: int = MOST_BYTES
    _feeds: OrderedDict[tuple[str, bytes], KeptFeed] = field(default_factory=OrderedDict)
    _sizes: dict[tuple[str, bytes], int] = field(default_factory=dict)
    _bytes: int = 0

    def get(self, key: tuple[str, bytes]) -> KeptFeed | None:
        found = self._feeds.get(key)
        if found is not None:
            self._feeds.move_to_end(key)
        return found

    def put(self, key: tuple[str, bytes], feed: KeptFeed) -> None:
        self._bytes += feed.size - self._sizes.get(key, 0)
        self._feeds[key] = feed
        self._sizes[key] = feed.size
        self._feeds.move_to_end(key)
        while self._bytes > self.most_bytes:
            oldest, _ = self._feeds.popitem(last=False)
            self._bytes -= self._sizes.pop(oldest)


@dataclass(slots=True)
class KeptEvents:
    """The bytes of meetings' events, by all that they depend on; those used last."""

    most_bytes: int = MOST_EVENT_BYTES
    _events: OrderedDict[tuple[object, ...], bytes] = field(default_factory=OrderedDict)
    _bytes: int = 0

    def get(self, key: tuple[object, ...], make: Callable[[], bytes]) -> bytes:
        found = self._events.get(key)
        if found is None:
            found = self._events[key] = make()
            self._bytes += len(found) + _BYTES_EACH
            while self._bytes > self.most_bytes:
                _, oldest = self._events.popitem(last=False)
                self._bytes -= len(oldest) + _BYTES_EACH
        else:
            self._events.move_to_end(key)
        return found
