"""When a readable list is held: the quarantine of reliability.md 2.2 and smart.md 5."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from importers._compare import Changes
from importers._limits import (
    CHANGED_FLOOR,
    CHANGED_SHARE,
    EXAMPLES_IN_A_REASON,
    GROWTH_FACTOR,
    MISSING_FLOOR,
    MISSING_SHARE,
    MISSING_SHARE_FOR_A_PERSON,
    MOST_RECORDS,
    NULL_ISLAND_SHARE,
    ONE_POINT_FROM,
    REJECTED_FROM,
    REJECTED_SHARE,
    SAME_LIST_SPAN,
    SAME_LIST_TIMES,
    WINDOWED_KEPT_SHARE,
    WINDOWED_LOST_FLOOR,
)
from importers._listed import Listed
from importers._renamed import Known
from importers._source import Withdrawn
from meetings.model import Meeting
from meetings.storage.sources import ImportRun, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """
    Why a list is held.

    *token* stands for the set of missing meetings where such a list may be accepted by itself;
    "" where only a person may. It is part of the reason, by which later runs find it.
    """

    reason: str
    token: str = ""


def doubt_about(
    listed: Listed, changes: Changes, known: Known, *, is_windowed: bool
) -> Doubt | None:
    """Return why to hold the list, or None to accept it."""
    present = {
        id_ for id_, each in known.items() if each.missing_since is None and each.removed_at is None
    } - {*changes.ended}
    reasons = _reasons(listed, changes, known, len(present))
    if (reason := next(reasons, None)) is not None:
        return Doubt(reason=reason)
    if is_windowed:
        return _about_collapse(listed.count, len(present))
    gone = present & {*changes.missing, *changes.removed} - listed.taken_down
    return _about_missing(gone, len(present))


def is_settled(doubt: Doubt, runs: Sequence[ImportRun], *, now: dt.datetime) -> bool:
    """Say whether the same list came often and long enough; *runs* are newest first."""
    if not doubt.token:
        return False
    times, first_at = 1, now
    for run in runs:
        if run.outcome is Outcome.FAILED:
            continue  # not reached: says nothing about the list
        if run.outcome is not Outcome.HELD or doubt.token not in run.reason:
            break
        times, first_at = times + 1, run.started_at
    return times >= SAME_LIST_TIMES and now - first_at >= SAME_LIST_SPAN


def _reasons(listed: Listed, changes: Changes, known: Known, present: int) -> Iterator[str]:
    if not listed.count and (present or not changes.ended):
        yield f"no usable meeting among {listed.read} records"
    if listed.read > MOST_RECORDS:
        yield f"{listed.read} records, more than {MOST_RECORDS}"
    living = listed.read - sum(isinstance(each, Withdrawn) for each in listed.rejected)
    if present and living > GROWTH_FACTOR * present:
        yield f"{living} records, where the last accepted list had {present}"
    faulty = [each for each in listed.rejected if not isinstance(each, Withdrawn)]
    if listed.read >= REJECTED_FROM and len(faulty) > REJECTED_SHARE * listed.read:
        first = _examples(f"{each.key} {each.reason}" for each in faulty)
        yield f"{len(faulty)} of {listed.read} records rejected, the first: {first}"
    rekeyed = len(changes.rekeyed)
    if rekeyed > max(MISSING_FLOOR, MISSING_SHARE * present):
        # they look the same, but a mistake here would give everybody's calendar to others
        yield f"{rekeyed} of {present} meetings have another key"
    yield from _about_changes(changes, known)
    yield from _about_points(listed, known)


def _about_changes(changes: Changes, known: Known) -> Iterator[str]:
    both = len(changes.changed) + len(changes.unchanged)
    pairs = [(meeting, known[meeting.id].meeting) for meeting in changes.changed]
    rezoned = sum(_zone(new) != _zone(old) for new, old in pairs)
    if rezoned == both and rezoned > CHANGED_FLOOR:
        yield f"the time zone changed in all {both} meetings"
    moved = sum(_is_elsewhere(new, old) for new, old in pairs)
    if moved > max(CHANGED_FLOOR, CHANGED_SHARE * both):
        yield f"day, time or place changed in {moved} of {both} meetings"


def _about_points(listed: Listed, known: Known) -> Iterator[str]:
    unchanged = [known[id_] for id_ in listed.unchanged]
    if listed.at_null_island > NULL_ISLAND_SHARE * listed.with_point:
        # none of the unchanged is at 0,0: such a record is read each time
        with_point = listed.with_point + sum(each.meeting.point is not None for each in unchanged)
        if listed.at_null_island > NULL_ISLAND_SHARE * with_point:
            yield f"{listed.at_null_island} of {with_point} coordinates are 0,0"
    points = _points(listed.meetings.values())
    if len(set(points)) > 1:
        return
    points += _points(each.meeting for each in unchanged)
    if len(points) >= ONE_POINT_FROM and len(set(points)) == 1:
        before = _points(each.meeting for each in known.values())
        if len(set(before)) != 1:  # one clubhouse that was accepted once may stay
            yield f"all {len(points)} coordinates are equal"


def _about_collapse(count: int, present: int) -> Doubt | None:
    lost = present - count
    if count < WINDOWED_KEPT_SHARE * present and lost > WINDOWED_LOST_FLOOR:
        return Doubt(reason=f"{count} meetings, where the last accepted list had {present}")
    return None


def _about_missing(gone: set[str], present: int) -> Doubt | None:
    if len(gone) <= max(MISSING_FLOOR, MISSING_SHARE * present):
        return None
    reason = f"{len(gone)} of {present} meetings are missing"
    if len(gone) > MISSING_SHARE_FOR_A_PERSON * present:
        return Doubt(reason=reason)
    token = f"set {hashlib.sha256(' '.join(sorted(gone)).encode()).hexdigest()[:12]}"
    return Doubt(reason=f"{reason} ({token})", token=token)


def _is_elsewhere(new: Meeting, old: Meeting) -> bool:
    return _when_and_where(new) != _when_and_where(old)


def _when_and_where(meeting: Meeting) -> tuple[object, ...]:
    schedule, venue = meeting.schedule, meeting.venue
    when = (schedule.rules, schedule.start, schedule.timezone) if schedule else None
    where = (venue.street, venue.town) if venue and meeting.is_in_person else None
    return when, where, meeting.point


def _zone(meeting: Meeting) -> str:
    timezone = meeting.schedule.timezone if meeting.schedule else None
    return timezone.key if timezone else ""


def _points(meetings: Iterable[Meeting]) -> list[tuple[float, float]]:
    return [(m.point.latitude, m.point.longitude) for m in meetings if m.point is not None]


def _examples(texts: Iterable[str]) -> str:
    return "; ".join(text for text, _ in zip(texts, range(EXAMPLES_IN_A_REASON), strict=False))
