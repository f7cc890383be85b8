"""
The published meetings in memory: one immutable object, swapped whole when its version moves.

Search, pages, feeds and the foreign faces all read it; the database is not on their path.
Results come in a stated order whose ties are settled by the meeting's number.
"""

import base64
import datetime as dt
from collections.abc import Collection, Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from meetings import geo
from meetings.errors import InvalidSearch, NotFound
from meetings.matching import Matcher
from meetings.model import Meeting
from meetings.search import RADIUS_KM_DEFAULT, Hit, Order, Results, Search
from meetings.timetable import NEVER, Timetable

TRAVEL_KM_PER_HOUR = 25.0  # door to door by bus or bicycle, for Order.SOON

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]


class Catalogue:
    """All meetings of one *version*; tombstones answer to their number and are never found."""

    def __init__(self, meetings: Iterable[Meeting], *, version: int, now: dt.datetime) -> None:
        everything = sorted(meetings, key=lambda meeting: meeting.number)
        self.version = version
        self._by_number = {meeting.number: meeting for meeting in everything}
        self._listed = [meeting for meeting in everything if meeting.is_listed]
        self._numbers = np.array([meeting.number for meeting in self._listed], dtype=np.int64)
        self._row = {meeting.number: row for row, meeting in enumerate(self._listed)}
        placed = [
            (row, meeting.point)
            for row, meeting in enumerate(self._listed)
            if meeting.is_in_person and meeting.point is not None
        ]
        self._placed = np.array([row for row, _ in placed], dtype=np.int64)
        self._points = [point for _, point in placed]
        self._ecef = geo.ecef_km(self._points)
        self._matcher = Matcher(self._listed)
        self._timetable = Timetable([meeting.schedule for meeting in self._listed])
        self._timetable.roll(now)

    def __len__(self) -> int:
        return len(self._listed)

    def all(self) -> Collection[Meeting]:
        """Return every meeting by number, with the tombstones and the unlisted ones."""
        return self._by_number.values()

    def get(self, number: int) -> Meeting:
        """Return the meeting with *number*, a tombstone too. Raises NotFound."""
        try:
            return self._by_number[number]
        except KeyError:
            raise NotFound(f"no meeting has the number {number}") from None

    def count_by(self, kind: str) -> Mapping[str, int]:
        """Return how many listed meetings hold each value of *kind*: "fellowship", "format"…"""
        return self._matcher.counts(kind)

    def hit(self, meeting: Meeting, *, now: dt.datetime) -> Hit:
        """Return *meeting* with its running or next occurrence, as a search shows it."""
        row = self._row.get(meeting.number)
        if row is None:
            return Hit(meeting=meeting)
        self._timetable.roll(now)
        return self._hit(row, np.nan, Search(), now)

    def find(self, search: Search, *, now: dt.datetime) -> Results:
        """
        Return the page of meetings that answer *search* at the moment *now*.

        By distance: metres, then the number. By time: what is on now, what starts next,
        then the number; meetings whose time or zone is unknown come last.
        """
        self._timetable.roll(now)
        rows, distances = self._in_reach(search)
        keep = self._matcher.mask(search, now=now)[rows]
        keep &= self._is_in_time(search, self._timetable.starts()[rows], distances, now)
        return self._page(search, rows[keep], distances[keep], now)

    def _in_reach(self, search: Search) -> tuple[Rows, geo.Floats]:
        """Return the rows where *search* looks, with their distances in km or nan."""
        distances = np.full(len(self._listed), np.nan)
        if search.centre is None:
            return np.arange(len(self._listed)), distances
        arcs = geo.arc_km(search.centre, self._ecef)
        distances[self._placed] = arcs
        if search.online:
            return np.arange(len(self._listed)), distances
        radius_km = search.radius_km or (None if search.nearest else RADIUS_KM_DEFAULT)
        inside = np.ones(len(arcs), dtype=np.bool_)
        if radius_km is not None:
            inside &= geo.within_km(search.centre, self._points, arcs, radius_km)
        if search.beyond_km is not None:
            inside &= ~geo.within_km(search.centre, self._points, arcs, search.beyond_km)
        return self._placed[inside], arcs[inside]

    @staticmethod
    def _is_in_time(search: Search, starts: Rows, distances: geo.Floats, now: dt.datetime) -> Mask:
        seconds = int(now.timestamp())
        in_time = np.ones(len(starts), dtype=np.bool_)
        if search.now:
            in_time &= starts <= seconds
        if search.within_minutes is not None:
            in_time &= starts <= seconds + 60 * search.within_minutes
        if search.effective_order is Order.SOON:
            travel_seconds = np.nan_to_num(distances) / TRAVEL_KM_PER_HOUR * 3600
            in_time &= (starts >= seconds + travel_seconds) | np.isnan(distances)
        return in_time

    def _page(self, search: Search, rows: Rows, distances: geo.Floats, now: dt.datetime) -> Results:
        keys, numbers = self._keys(search, rows, distances), self._numbers[rows]
        order = np.lexsort((numbers, keys))[: search.nearest]
        count = len(order)
        if search.cursor:
            key, number = _read_cursor(search.cursor)
            after = (keys > key) | ((keys == key) & (numbers > number))
            order = order[after[order]]
        shown = order[: search.limit]
        hits = tuple(self._hit(int(rows[i]), distances[i], search, now) for i in shown)
        is_more = len(order) > len(shown)
        cursor = _write_cursor(int(keys[shown[-1]]), int(numbers[shown[-1]])) if is_more else None
        return Results(hits=hits, count=count, next_cursor=cursor)

    def _keys(self, search: Search, rows: Rows, distances: geo.Floats) -> Rows:
        if search.effective_order is Order.DISTANCE:
            return np.nan_to_num(distances * 1000, nan=1e9).astype(np.int64)
        return self._timetable.starts()[rows]

    def _hit(self, row: int, arc_km: float, search: Search, now: dt.datetime) -> Hit:
        meeting, occurrence = self._listed[row], self._timetable.occurrence(row)
        distance_km = None
        if search.centre is not None and meeting.point is not None and not np.isnan(arc_km):
            distance_km = geo.shown_km(search.centre, meeting.point, float(arc_km))
        return Hit(
            meeting=meeting,
            distance_km=distance_km,
            occurrence=occurrence,
            is_on_now=occurrence is not None and occurrence.start <= now,
            next_start=self._timetable.next_start(row, now=now),
        )


def _write_cursor(key: int, number: int) -> str:
    return base64.urlsafe_b64encode(f"{key}.{number}".encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[int, int]:
    """Return sort key and number of the last meeting shown; they survive a swap."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        key, _, number = (
            base64.urlsafe_b64decode(padded.encode("ascii")).decode("ascii").partition(".")
        )
        pair = int(key), int(number)
    except ValueError:
        raise InvalidSearch("cursor", "This link to the next page is damaged.") from None
    if not all(0 <= value <= NEVER for value in pair):
        raise InvalidSearch("cursor", "This link to the next page is damaged.")
    return pair
