"""What an attempt at a source amounts to: read, located, compared, and held or accepted."""

from collections.abc import Sequence
from dataclasses import dataclass

from importers._attempt import Attempt, Stored
from importers._compare import Changes, compare
from importers._difference import difference
from importers._hold import doubt_about, is_settled
from importers._hourless import with_known_hours
from importers._listed import Listed, read_list
from importers._overrides import without_meeting
from importers._own_numbers import own_records
from importers._record_ids import id_of
from importers._renamed import Known, said_of, without_taken_down
from importers._report import Report
from importers._source import Windowing
from importers._unknown_formats import unknown_formats
from meetings.storage.published import Records
from meetings.storage.sources import Outcome, Rejection


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A list, what it changes, and the report that says whether it is taken."""

    listed: Listed
    changes: Changes
    report: Report
    records: Records  # what the home source publishes under its own numbers, if it is taken


def judged(attempt: Attempt, stored: Stored) -> Judged:
    """
    Read and judge the list. Takes CPU, not I/O.

    Raises:
        UnknownFormat: if a payload is broken.
    """
    listed = _read(attempt, stored)
    is_windowed = _is_windowed(attempt)
    changes = compare(
        listed, stored.known, source=attempt.source.id, is_windowed=is_windowed, now=attempt.now
    )
    reason = _held_because(attempt, stored, listed, changes, is_windowed=is_windowed)
    said = unknown_formats(changes) + _idle_overrides(attempt, listed, changes)
    if reason or attempt.dry_run:
        said += difference(changes)
    return Judged(
        listed=listed,
        changes=changes,
        report=_report(attempt, listed, changes, held_because=reason, said=said),
        records={} if reason or attempt.dry_run else _own_records(attempt),
    )


def _read(attempt: Attempt, stored: Stored) -> Listed:
    listed = read_list(
        attempt.source,
        attempt.payloads,
        importer=attempt.importer,
        places=attempt.places,
        overrides=attempt.overrides,
        now=attempt.now,
        known=_raw_digests(stored.known),
        before=stored.known,
        addresses=attempt.addresses,
    )
    listed = without_taken_down(listed, stored.known)
    return with_known_hours(listed, stored.known)


def _raw_digests(known: Known) -> dict[str, str]:
    """Return the ids of living meetings by the digest of their records; a tombstone is read."""
    return {
        each.raw_digest: id_
        for id_, each in known.items()
        if each.raw_digest and each.removed_at is None
    }


def _is_windowed(attempt: Attempt) -> bool:
    if isinstance(attempt.importer, Windowing):
        return attempt.importer.is_windowed(attempt.payloads)
    return attempt.importer.IS_WINDOWED


def _held_because(
    attempt: Attempt, stored: Stored, listed: Listed, changes: Changes, *, is_windowed: bool
) -> str:
    """Return why the list is held, "" where it is taken."""
    doubt = doubt_about(listed, changes, changes.known, is_windowed=is_windowed)
    if doubt is None or attempt.accept or is_settled(doubt, stored.runs, now=attempt.now):
        return ""
    return doubt.reason


def _idle_overrides(attempt: Attempt, listed: Listed, changes: Changes) -> list[str]:
    source = attempt.source.id
    rejected = {id_of(each, source) for each in listed.rejected}
    there = (changes.known, listed.meetings, rejected)
    return without_meeting(attempt.overrides, *there, source=source)


def _own_records(attempt: Attempt) -> Records:
    return own_records(attempt.importer, attempt.payloads, attempt.source)


def _report(
    attempt: Attempt, listed: Listed, changes: Changes, *, held_because: str, said: Sequence[str]
) -> Report:
    """Return the report; a held run tells what accepting it would do."""
    return Report(
        source=attempt.source.id,
        outcome=Outcome.HELD if held_because else Outcome.ACCEPTED,
        reason=held_because,
        read=listed.read,
        added=len(changes.added),
        changed=len(changes.changed),
        unchanged=len(changes.unchanged),
        missing=len(changes.missing),
        removed=len(changes.removed),
        rejected=len(listed.rejected),
        rejections=tuple(Rejection(each.key, each.reason) for each in listed.rejected),
        warnings=(*listed.warnings, *said_of(changes.rekeyed), *said),
    )
