"""Meetings of a search that ended lately: their subscribers are told, not left with silence."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace

from meetings.calendars import leaves_on
from meetings.catalogue import Catalogue
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


def gone_meetings(meetings: Collection[Meeting], *, version: int, now: dt.datetime) -> GoneMeetings:
    """Return those of *meetings* that ended, were removed or closed at most a month ago."""
    by_number = {
        meeting.number: meeting
        for meeting in meetings
        if not meeting.is_listed
        and meeting.admission is not Admission.INSTITUTION
        and (left_on := leaves_on(meeting)) is not None
        and now.date() < left_on
    }
    revived = (
        replace(meeting, status=Status.ACTIVE, removed_at=None) for meeting in by_number.values()
    )
    as_before = Catalogue(revived, version=version, now=now)
    return GoneMeetings(version=version, on=now.date(), by_number=by_number, as_before=as_before)
