"""What a list would do to the stored one, with examples: for a dry run, and where it is held."""

from collections.abc import Iterable, Iterator
from itertools import islice

from importers._compare import Changes
from importers._renamed import Known
from meetings.model import Meeting

_MOST_NAMED = 5


def difference(changes: Changes) -> list[str]:
    """Return a sentence for each kind of change that there is."""
    known = changes.known
    said = (
        ("added", len(changes.added), map(_named, changes.added)),
        ("changed", len(changes.changed), _each_changed(changes.changed, known)),
        ("missing", len(changes.missing), (_named(known[id_].meeting) for id_ in changes.missing)),
        ("removed", len(changes.removed), (_named(known[id_].meeting) for id_ in changes.removed)),
    )
    return [_sentence(word, count, named) for word, count, named in said if count]


def _sentence(word: str, count: int, named: Iterable[str]) -> str:
    first = "; ".join(islice(named, _MOST_NAMED))
    more = f"; and {count - _MOST_NAMED} more" if count > _MOST_NAMED else ""
    return f"{word}: {first}{more}"


def _named(meeting: Meeting) -> str:
    return f"{meeting.id} {meeting.name}"


def _each_changed(meetings: Iterable[Meeting], known: Known) -> Iterator[str]:
    for meeting in meetings:
        kinds = ", ".join(_kinds(meeting, known[meeting.id].meeting)) or "words"
        yield f"{_named(meeting)} ({kinds})"


def _kinds(now: Meeting, before: Meeting) -> Iterator[str]:
    """Yield what changed, in the three kinds that matter to who attends (bmlt.md 2.14)."""
    if before.removed_at is not None:
        yield "listed again"
    if now.schedule != before.schedule:
        yield "time"
    if (now.venue, now.point, now.venue_type) != (before.venue, before.point, before.venue_type):
        yield "place"
    if now.online != before.online:
        yield "online"
