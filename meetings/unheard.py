"""Meetings that no list has confirmed for so long that searches leave them out."""

import datetime as dt
from dataclasses import dataclass

from meetings.model import Meeting

DOUBTED_AFTER = dt.timedelta(days=30)  # shown with a warning
HIDDEN_AFTER = dt.timedelta(days=180)  # without any list that holds it (reliability.md 2.1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unheard:
    """
    Which meetings these are: all of *sources*, and any whose own day is before *since*.

    They answer to their numbers, and calendars that have them keep them: nobody said that the
    group ended.
    """

    sources: frozenset[str] = frozenset()
    since: dt.date = dt.date.min

    def holds(self, meeting: Meeting) -> bool:
        if meeting.confirmed_on is not None and meeting.confirmed_on < self.since:
            return True
        return meeting.source in self.sources
