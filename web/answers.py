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
    _answers: dict[bytes, bytes] = field(default_factory=dict)  # by query, the oldest first
    _bytes: int = 0
    _moment: tuple[object, ...] = ()

    def answer(
        self,
        catalogue: Catalogue,
        search: Search,
        *,
        query: bytes,
        now: dt.datetime,
        confirmed: Confirmed,
    ) -> bytes:
        """Return what *query*, which asks for *search*, is answered within this minute."""
        minute = int(now.timestamp()) // 60
        moment = (id(confirmed), catalogue.version, catalogue.moment_key(now), minute)
        if moment != self._moment:
            self._answers.clear()
            self._bytes = 0
            self._moment = moment
        found = self._answers.get(query)
        if found is None:
            found = self._answers[query] = answer_bytes(
                catalogue.answer(search, now=now), confirmed
            )
            self._bytes += len(query) + len(found)
            while self._bytes > KEPT_BYTES_MOST:
                oldest = next(iter(self._answers))
                self._bytes -= len(oldest) + len(self._answers.pop(oldest))
        return found

    def keep_reading(self, query: bytes, search: Search) -> None:
        if len(self.read) >= READ_MOST:
            self.read.clear()
        self.read[query] = search


def answer_bytes(answer: Answer, confirmed: Confirmed) -> bytes:
    """Return the JSON of DESIGN's `/api/meetings`."""
    pieces = [b'{"meetings":[']
    for listing in answer.listings:
        pieces += _pieces(listing, confirmed)
        pieces.append(b",")
    if answer.listings:
        pieces.pop()
    cursor = b"null" if answer.next_cursor is None else b'"%b"' % answer.next_cursor.encode()
    pieces.append(b'],"count":%d,"next":%b' % (answer.count, cursor))
    if answer.facets is not None:
        pieces += b',"facets":', msgspec.json.encode(answer.facets)
    pieces.append(b"}")
    return b"".join(pieces)


def listing_bytes(listing: Listing, confirmed: Confirmed) -> bytes:
    """Return the JSON of one meeting: its document, and what depends on now and on who asks."""
    return b"".join(_pieces(listing, confirmed))


def _pieces(listing: Listing, confirmed: Confirmed) -> tuple[bytes, ...]:
    day = b""
    if listing.source is not None:
        day = b',"confirmed_on":' + confirmed.get(listing.source, b"null")
    km = listing.distance_km
    distance = b"null" if km is None else b"%.3f" % km
    times = _times(listing.next_start, listing.is_on_now)
    return listing.document, day, times, distance, b"}"


def confirmed_days(days: Iterable[tuple[str, dt.datetime | None]]) -> Confirmed:
    """Return by source the JSON of the day on which its last list was accepted."""
    return {
        source: msgspec.json.encode(accepted_at and accepted_at.astimezone(dt.UTC).date())
        for source, accepted_at in days
    }


@lru_cache(maxsize=8192)
def _times(next_start: int | None, is_on_now: bool) -> bytes:
    start = None if next_start is None else dt.datetime.fromtimestamp(next_start, dt.UTC)
    known = {"next_start": start, "is_on_now": is_on_now, "distance_km": None}
    return b"," + msgspec.json.encode(known)[1:].removesuffix(b"null}")
