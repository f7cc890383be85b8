"""A list against the last accepted one: what is new, changed, missing, and to be removed."""

import datetime as dt
from collections.abc import Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cache

from importers._ended import has_ended
from importers._frozen import changed
from importers._limits import (
    RETIRE_AFTER,
    RETIRE_LISTS,
    WINDOWED_RETIRE_AFTER,
    WINDOWED_RETIRE_AFTER_SELDOM,
)
from importers._listed import Listed
from importers._record_ids import unknown_ids
from importers._renamed import Known, Rekeyed, rekeyed, with_new_ids
from meetings.model import Meeting, Point, Rule, Schedule
from meetings.recurrence import first_occurrence
from meetings.storage.documents import digest
from meetings.storage.meetings import Baseline


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What an accepted list does to the stored one. Meetings carry their new revision."""

    known: Known  # what is stored, by the ids of now
    rekeyed: Rekeyed
    added: list[Meeting] = field(default_factory=list)
    changed: list[Meeting] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    returned: list[str] = field(default_factory=list)  # of the unchanged: were not confirmed
    missing: list[str] = field(default_factory=list)  # absent and in their grace period
    newly_missing: list[str] = field(default_factory=list)  # of the missing
    newly_unknown: list[str] = field(default_factory=list)  # their records cannot be read
    removed: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)  # of the removed: by the list before already

    @property
    def is_visible(self) -> bool:
        """Whether a visitor would notice, so that the catalogue needs a new version."""
        return bool(
            self.added
            or self.changed
            or self.returned
            or self.newly_missing
            or self.newly_unknown
            or self.removed
            or self.rekeyed
        )


def compare(
    listed: Listed, known: Known, *, source: str, is_windowed: bool, now: dt.datetime
) -> Changes:
    """Judge every meeting of the list and every known one. Takes CPU, not I/O."""
    under_others = {} if is_windowed else rekeyed(listed, known, source=source)
    known, today = with_new_ids(known, under_others), now.astimezone(dt.UTC).date()
    changes = Changes(known=known, rekeyed=under_others)
    # most meetings begin when many others do
    starting = cache(lambda schedule: _with_first(schedule, None, today))
    for meeting in listed.meetings.values():
        baseline = known.get(meeting.id)
        if baseline is None:
            schedule = meeting.schedule and starting(meeting.schedule)
            changes.added.append(changed(meeting, schedule=schedule, changed_at=now))
        else:
            _sort_in(changes, meeting, baseline, now)
    for id_ in sorted(listed.unchanged):
        _note_unchanged(changes, known[id_])
    unknown = unknown_ids(listed.rejected, source=source)
    for id_, baseline in known.items():
        if not (baseline.removed_at or id_ in listed.meetings or id_ in listed.unchanged):
            is_over = _is_over(baseline, is_windowed=is_windowed, now=now)
            _sort_absent_in(changes, baseline, listed, unknown, is_over=is_over, now=now)
    return changes


def carried_over(meeting: Meeting, baseline: Baseline) -> Meeting:
    """
    Return *meeting* with what of the known version still holds, so that only news is a change.

    Kept are the first occurrence and the phase of every other week where the rule is the same,
    a point that differs by less than 11 m (bmlt.md 2.8), and the words of unknown formats with
    the same codes (formats.md 7).
    """
    known = baseline.meeting
    if _codes(meeting) == _codes(known):
        meeting = replace(meeting, other_formats=known.other_formats)
    if meeting.accuracy == known.accuracy and _rounded(meeting.point) == _rounded(known.point):
        meeting = replace(meeting, point=known.point)
    if meeting.schedule is None:
        return meeting
    schedule = _with_known_phase(meeting.schedule, known.schedule)
    return changed(meeting, schedule=_with_first(schedule, known.schedule, baseline.first_seen_on))


def _sort_in(changes: Changes, meeting: Meeting, known: Baseline, now: dt.datetime) -> None:
    meeting = carried_over(meeting, known)
    # A tombstone was a revision that said "cancelled"; coming back is another one.
    if digest(meeting) != known.digest or known.removed_at is not None:
        changes.changed.append(changed(meeting, revision=known.revision + 1, changed_at=now))
    else:
        _note_unchanged(changes, known)


def _note_unchanged(changes: Changes, known: Baseline) -> None:
    changes.unchanged.append(known.id)
    if known.listed_on is not None:
        changes.returned.append(known.id)


def _sort_absent_in(
    changes: Changes,
    known: Baseline,
    listed: Listed,
    unknown: Set[str],
    *,
    is_over: bool,
    now: dt.datetime,
) -> None:
    id_ = known.id
    if has_ended(known.meeting.schedule, now=now):
        changes.removed.append(id_)
        changes.ended.append(id_)
    elif id_ in listed.withdrawn or id_ in listed.taken_down:
        changes.removed.append(id_)
    elif id_ in unknown:  # not missing: its last good version stays, with its day
        if known.listed_on is None:
            changes.newly_unknown.append(id_)
    elif is_over:
        changes.removed.append(id_)
    else:
        changes.missing.append(id_)
        if known.missing_since is None:
            changes.newly_missing.append(id_)


def _is_over(known: Baseline, *, is_windowed: bool, now: dt.datetime) -> bool:
    """Say whether this absence, the present list counted, has used up the grace period."""
    if known.missing_since is None or known.missing_lists + 1 < RETIRE_LISTS:
        return False
    return now - known.missing_since > _grace(known.meeting, is_windowed=is_windowed)


def _grace(meeting: Meeting, *, is_windowed: bool) -> dt.timedelta:
    if not is_windowed:
        return RETIRE_AFTER
    rules = meeting.schedule.rules if meeting.schedule else ()
    is_weekly = all(not rule.ordinals and rule.interval_weeks == 1 for rule in rules)
    return WINDOWED_RETIRE_AFTER if is_weekly else WINDOWED_RETIRE_AFTER_SELDOM


def _codes(meeting: Meeting) -> list[str]:
    return [each.code for each in meeting.other_formats]


def _rounded(point: Point | None) -> tuple[float, float] | None:
    return None if point is None else (round(point.latitude, 4), round(point.longitude, 4))


def _with_known_phase(schedule: Schedule, known: Schedule | None) -> Schedule:
    known_rules = known.rules if known else ()
    return replace(schedule, rules=tuple(_in_phase(rule, known_rules) for rule in schedule.rules))


def _in_phase(rule: Rule, known: Sequence[Rule]) -> Rule:
    """Return the known rule if *rule* is its equal some whole intervals on (smart.md 4.4)."""
    for old in known:
        is_same = (old.weekday, old.interval_weeks) == (rule.weekday, rule.interval_weeks)
        if is_same and rule.anchor_on is not None and old.anchor_on is not None:
            days = (rule.anchor_on - old.anchor_on).days
            return old if days % (7 * rule.interval_weeks) == 0 else rule
    return rule


def _with_first(schedule: Schedule, known: Schedule | None, seen_on: dt.date) -> Schedule:
    is_same = known is not None and (schedule.rules, schedule.start, schedule.timezone) == (
        known.rules,
        known.start,
        known.timezone,
    )
    kept = known.first_on if known is not None and is_same else None
    return replace(schedule, first_on=kept or first_occurrence(schedule, seen_on=seen_on))
