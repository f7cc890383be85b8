"""Meetings of a search that ended lately: their subscribers are told, not left with silence."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from meetings.calendars import leaves_on
from meetings.catalogue import Catalogue
from meetings.duplicates import shown_instead
from meetings.model import Admission, Meeting, Status
from meetings.search import Search


@dataclass(frozen=True, slots=True, kw_only=True)
class GoneMeetings:
    """Those of one version that are still shown as over, found as if they were not."""

    version: int
    on: dt.date
    by_number: dict[int, Meeting]
    as_before: Catalogue

    def find(self, search: Search, *, now: dt.datetime) -> list[Meeting]:
        hits = self.as_before.find(search, now=now).hits
        return [self.by_number[hit.meeting.number] for hit in hits]


def gone_meetings(
    meetings: Collection[Meeting],
    *,
    version: int,
    now: dt.datetime,
    precedence: Sequence[str] = (),
) -> GoneMeetings:
    """Return those of *meetings* that ended, were removed or closed at most a month ago."""
    by_number = {
        meeting.number: meeting
        for meeting in meetings
        if not meeting.is_listed
        and meeting.admission is not Admission.INSTITUTION
        and (left_on := leaves_on(meeting)) is not None
        and now.date() < left_on
    }
    revived = map(_revived, by_number.values())
    as_before = Catalogue(revived, version=version, now=now, precedence=precedence)
    return GoneMeetings(version=version, on=now.date(), by_number=by_number, as_before=as_before)


def without_followed(ended: Sequence[Meeting], found: Iterable[Meeting]) -> list[Meeting]:
    """Return those of *ended* that no other list goes on with: a calendar shows that one."""
    before = {meeting.id: meeting for meeting in map(_revived, ended)}
    pairs = shown_instead([*before.values(), *found])
    followed = {id_ for pair in pairs.items() if len(before.keys() & {*pair}) == 1 for id_ in pair}
    return [meeting for meeting in ended if meeting.id not in followed]


def _revived(meeting: Meeting) -> Meeting:
    return replace(meeting, status=Status.ACTIVE, removed_at=None)
