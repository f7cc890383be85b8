"""GetChanges: the last change of each meeting, as our own history has it (bmlt.md 2.15)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from meetings.catalogue import Catalogue
from meetings.model import Meeting
from web.bmlt.bodies import bodies_of
from web.bmlt.face import Face, Scope, is_shown
from web.bmlt.home import whole
from web.bmlt.parameters import Question
from web.bmlt.rows import home_record, rows_of

_KINDS = {"new": "comdef_change_type_new", "change": "comdef_change_type_change"}
_DELETED = "comdef_change_type_delete"
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What GetChanges asks; *errors* by field, as the original words them."""

    since: dt.datetime | None
    until: dt.datetime | None
    meeting: int | None
    body: int | None
    errors: Mapping[str, list[str]]


def read_wanted(question: Question) -> Wanted:
    errors: dict[str, list[str]] = {}
    since = _day(question, "start_date", errors)
    until = _day(question, "end_date", errors)
    return Wanted(
        since=since,
        until=until + _DAY if until else None,  # inclusive
        meeting=_number(question, "meeting_id", errors),
        body=_number(question, "service_body_id", errors),
        errors=errors,
    )


def changes(
    face: Face, catalogue: Catalogue, scope: Scope, wanted: Wanted, titles: Mapping[str, str]
) -> list[dict[str, object]]:
    """Return the changes, newest first. Takes CPU."""
    found = []
    for meeting in catalogue.all():
        at = meeting.changed_at
        if at is None or (scope.fellowship and meeting.fellowship != scope.fellowship):
            continue
        if (wanted.since and at < wanted.since) or (wanted.until and at >= wanted.until):
            continue
        if meeting.removed_at is None and not is_shown(meeting):
            continue
        found.append((at, meeting))
    found.sort(key=lambda each: (each[0], each[1].number), reverse=True)
    rows = (_change(face, meeting, at, titles) for at, meeting in found)
    return [row for row in rows if row is not None and _is_wanted(row, wanted)]


def _is_wanted(row: Mapping[str, object], wanted: Wanted) -> bool:
    return (wanted.meeting is None or row["meeting_id"] == str(wanted.meeting)) and (
        wanted.body is None or row["service_body_id"] == str(wanted.body)
    )


def _change(
    face: Face, meeting: Meeting, at: dt.datetime, titles: Mapping[str, str]
) -> dict[str, object] | None:
    first = next(rows_of(meeting, face.home), None)
    if first is None:
        return None
    record = home_record(meeting, face.home)
    body = (
        face.known_bodies.get(whole(record.get("service_body_bigint", "")))
        if record
        else bodies_of(meeting, titles)[0]
    )
    kind = "new" if meeting.revision == 0 else "change"
    return {
        "date_int": str(int(at.timestamp())),
        "date_string": f"{at.hour % 12 or 12}:{at:%M} {at:%p}, {at.month}/{at.day}/{at.year}",
        "change_type": _DELETED if meeting.removed_at else _KINDS[kind],
        "change_id": f"{meeting.number * 1000 + meeting.revision}",
        "meeting_id": str(first.id),
        "meeting_name": meeting.name,
        "user_id": "",
        "user_name": "",
        "service_body_id": str(body.id) if body else "",
        "service_body_name": body.fields["name"] if body else "",
        "meeting_exists": "0" if meeting.removed_at else "1",
        "details": "",
        "json_data": {"before": None, "after": None},
    }


def _day(question: Question, name: str, errors: dict[str, list[str]]) -> dt.datetime | None:
    text = question.text(name)
    if not text:
        return None
    try:
        return dt.datetime.combine(dt.date.fromisoformat(text), dt.time(), dt.UTC)
    except ValueError:
        errors[name] = [f"The {name.replace('_', ' ')} field must match the format Y-m-d."]
        return None


def _number(question: Question, name: str, errors: dict[str, list[str]]) -> int | None:
    found = question.whole(name)
    if found is None and question.text(name):
        errors[name] = [f"The {name.replace('_', ' ')} field must be an integer."]
    return found
