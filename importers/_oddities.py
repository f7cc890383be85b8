"""What a report tells of single records: counted, with the first of each kind."""

import datetime as dt
from collections import defaultdict

from importers._locate import oddity
from importers._privacy import NOT_SHOWN
from meetings.model import Meeting

_ODD_LENGTH = dt.timedelta(hours=12)


class Oddities:
    """Is shown each meeting of a list, and remembers what is odd about some."""

    def __init__(self) -> None:
        self._by_kind: dict[str, list[str]] = defaultdict(list)
        self._not_shown: dict[str, int] = {}

    def look_at(self, meeting: Meeting, *, given: Meeting | None, doubt: str) -> None:
        """
        Note what is odd about *meeting*, and the *doubt* that its importer told.

        *given* is the meeting as the list has it, where its coordinates are to be judged.
        """
        if given is not None and given.point is not meeting.point:
            self._note(_of_coordinates(oddity(given, meeting)), meeting.id)
        self._note(_of_length(meeting), meeting.id)
        self._note(doubt, meeting.id)
        if count := _not_shown(meeting):
            self._not_shown[meeting.id] = count

    @property
    def ids(self) -> set[str]:
        return {*self._not_shown, *(id_ for ids in self._by_kind.values() for id_ in ids)}

    def sentences(self) -> list[str]:
        said = [
            f"{kind.format(meetings=f'{len(ids)} meetings')}, the first is {ids[0]}"
            for kind, ids in self._by_kind.items()
        ]
        if count := sum(self._not_shown.values()):
            said.append(f"left {count} persons, telephone numbers or e-mail addresses out of texts")
        return said

    def _note(self, kind: str, id_: str) -> None:
        if kind:
            self._by_kind[kind].append(id_)


def _of_coordinates(kind: str) -> str:
    return f"coordinates of {{meetings}} {kind}" if kind else ""


def _of_length(meeting: Meeting) -> str:
    """Return what to tell of a length that is legal and seldom meant (bmlt.md 2.5)."""
    schedule = meeting.schedule
    is_odd = schedule is not None and (schedule.duration or _ODD_LENGTH) > _ODD_LENGTH
    return "{meetings} last more than 12 hours" if is_odd else ""


def _not_shown(meeting: Meeting) -> int:
    count = meeting.notes.count(NOT_SHOWN) + meeting.name.count(NOT_SHOWN)
    if meeting.group:
        count += meeting.group.count(NOT_SHOWN)
    if (venue := meeting.venue) is not None:
        count += venue.name.count(NOT_SHOWN) + venue.street.count(NOT_SHOWN)
        count += venue.directions.count(NOT_SHOWN) + venue.transit.count(NOT_SHOWN)
    if meeting.online is not None:
        count += meeting.online.notes.count(NOT_SHOWN)
    return count
