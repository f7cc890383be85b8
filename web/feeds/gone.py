"""Meetings of a search that it does not find any more, while its calendars still have them."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from meetings.calendars import leaves_on
from meetings.catalogue import Catalogue
from meetings.duplicates import shown_instead
from meetings.model import Admission, Meeting, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class GoneMeetings:
    """
    Those of one version that are still shown as over, found as if they were not.

    With them those that are *unheard* of: nobody said that they are over, so they go on.
    """

    version: int
    on: dt.date
    unheard: frozenset[int]  # numbers
    by_number: dict[int, Meeting]
    as_before: Catalogue


def gone_meetings(
    meetings: Collection[Meeting],
    *,
    version: int,
    now: dt.datetime,
    precedence: Sequence[str] = (),
    unheard: frozenset[int] = frozenset(),
) -> GoneMeetings:
    """
    Return those of *meetings* that ended, were removed or closed at most a month ago.

    And the *unheard* ones, by number.
    """
    by_number = {
        meeting.number: meeting
        for meeting in meetings
        if (meeting.number in unheard if meeting.is_listed else _has_ended_lately(meeting, now))
    }
    revived = map(_revived, by_number.values())
    as_before = Catalogue(revived, version=version, now=now, precedence=precedence)
    return GoneMeetings(
        version=version,
        on=now.date(),
        unheard=unheard,
        by_number=by_number,
        as_before=as_before,
    )


def without_followed(ended: Sequence[Meeting], found: Iterable[Meeting]) -> list[Meeting]:
    """Return those of *ended* that no other list goes on with: a calendar shows that one."""
    before = {meeting.id: meeting for meeting in map(_revived, ended)}
    pairs = shown_instead([*before.values(), *found])
    followed = {id_ for pair in pairs.items() if len(before.keys() & {*pair}) == 1 for id_ in pair}
    return [meeting for meeting in ended if meeting.id not in followed]


def _has_ended_lately(meeting: Meeting, now: dt.datetime) -> bool:
    if meeting.admission is Admission.INSTITUTION:
        return False
    left_on = leaves_on(meeting)
    return left_on is not None and now.date() < left_on


def _revived(meeting: Meeting) -> Meeting:
    return replace(meeting, status=Status.ACTIVE, removed_at=None)
