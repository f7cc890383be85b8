"""
Searches answered as JSON, joined from what was encoded once; the answers of a minute are kept.

Searches come rounded to 0.01 degree or by place, so popular ones repeat (speed.md, "HTTP").
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import msgspec

from meetings.catalogue import Answer, Catalogue, Listing
from meetings.search import Search

KEPT_BYTES_MOST = 32_000_000
READ_MOST = 5_000  # queries whose meaning is kept

Confirmed = Mapping[str, bytes]  # by source: the JSON of the day of its last accepted list


@dataclass(slots=True)
class KeptAnswers:
    """The answers given in this minute to this catalogue, and what queries mean."""

    read: dict[bytes, Search] = field(default_factory=dict)
    _answers: dict[Search, bytes] = field(default_factory=dict)
    _bytes: int = 0
    _moment: tuple[object, ...] = ()

    def answer(
        self, catalogue: Catalogue, search: Search, *, now: dt.datetime, confirmed: Confirmed
    ) -> bytes:
        """Return the answer to *search*, at most a minute old, and never from before a change."""
        minute = int(now.timestamp()) // 60
        moment = (id(confirmed), catalogue.version, catalogue.moment_key(now), minute)
        if moment != self._moment:
            self._forget(moment)
        found = self._answers.get(search)
        if found is None:
            found = answer_bytes(catalogue.answer(search, now=now), confirmed)
            if self._bytes + len(found) > KEPT_BYTES_MOST:
                self._forget(moment)
            self._answers[search] = found
            self._bytes += len(found)
        return found

    def keep_reading(self, query: bytes, search: Search) -> None:
        if len(self.read) >= READ_MOST:
            self.read.clear()
        self.read[query] = search

    def _forget(self, moment: tuple[object, ...]) -> None:
        self._answers.clear()
        self._bytes = 0
        self._moment = moment


def answer_bytes(answer: Answer, confirmed: Confirmed) -> bytes:
    """Return the JSON of DESIGN's `/api/meetings`."""
    listed = b",".join([listing_bytes(listing, confirmed) for listing in answer.listings])
    cursor = b"null" if answer.next_cursor is None else b'"%b"' % answer.next_cursor.encode()
    facets = b""
    if answer.facets is not None:
        facets = b',"facets":' + msgspec.json.encode(answer.facets)
    return b'{"meetings":[%b],"count":%d,"next":%b%b}' % (listed, answer.count, cursor, facets)


def listing_bytes(listing: Listing, confirmed: Confirmed) -> bytes:
    """Return the JSON of one meeting: its document, and what depends on now and on who asks."""
    document, source, next_start, is_on_now, km = listing
    day = b""
    if source is not None:
        day = b',"confirmed_on":' + confirmed.get(source, b"null")
    return b'%b%b,"next_start":%b,"is_on_now":%b,"distance_km":%b}' % (
        document,
        day,
        b"null" if next_start is None else _instant(next_start),
        b"true" if is_on_now else b"false",
        b"null" if km is None else b"%.3f" % km,
    )


def confirmed_days(days: Iterable[tuple[str, dt.datetime | None]]) -> Confirmed:
    """Return by source the JSON of the day on which its last list was accepted."""
    return {
        source: msgspec.json.encode(accepted_at and accepted_at.astimezone(dt.UTC).date())
        for source, accepted_at in days
    }


@lru_cache(maxsize=8192)
def _instant(seconds: int) -> bytes:
    return msgspec.json.encode(dt.datetime.fromtimestamp(seconds, dt.UTC))
