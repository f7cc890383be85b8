"""GetChanges: the last change of each meeting, as our own history has it (bmlt.md 2.15)."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from meetings.catalogue import Catalogue
from meetings.model import Meeting
from web.bmlt.bodies import Body, bodies_of
from web.bmlt.face import Face, Scope, is_shown
from web.bmlt.home import whole
from web.bmlt.parameters import Question
from web.bmlt.rows import home_record, rows_of

_KINDS = {"new": "comdef_change_type_new", "change": "comdef_change_type_change"}
_DELETED = "comdef_change_type_delete"
_DAY = dt.timedelta(days=1)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What GetChanges asks; *errors* by field, as the original words them."""

    since: dt.datetime | None
    until: dt.datetime | None  # the midnight with which the last day begins
    meeting: int | None
    body: int | None
    errors: Mapping[str, list[str]]


def read_wanted(question: Question) -> Wanted:
    errors: dict[str, list[str]] = {}
    since = _day(question, "start_date", errors)
    until = _day(question, "end_date", errors)
    return Wanted(
        since=since,
        until=until,
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
        if (wanted.since and at < wanted.since) or (wanted.until and at - wanted.until >= _DAY):
            continue
        if meeting.removed_at is None and not is_shown(meeting):
            continue
        found.append((at, meeting))
    found.sort(key=lambda each: (each[0], each[1].number), reverse=True)
    rows = (_change(face, meeting, at, wanted, titles) for at, meeting in found)
    return [row for row in rows if row is not None]


def _change(
    face: Face,
    meeting: Meeting,
    at: dt.datetime,
    wanted: Wanted,
    titles: Mapping[str, str],
) -> dict[str, object] | None:
    """Return the change by the number asked for, else by that of the meeting's first row."""
    ids = _row_ids(face, meeting)
    body = _body(face, meeting, titles)
    is_wanted = wanted.meeting in (None, *ids) and wanted.body in (None, body and body.id)
    if not ids or not is_wanted:
        return None
    kind = "new" if meeting.revision == 0 else "change"
    return {
        "date_int": str(int(at.timestamp())),
        "date_string": f"{at.hour % 12 or 12}:{at:%M} {at:%p}, {at.month}/{at.day}/{at.year}",
        "change_type": _DELETED if meeting.removed_at else _KINDS[kind],
        "change_id": f"{meeting.number * 1000 + meeting.revision}",
        "meeting_id": str(wanted.meeting or ids[0]),
        "meeting_name": meeting.name,
        "user_id": "",
        "user_name": "",
        "service_body_id": str(body.id) if body else "",
        "service_body_name": body.fields["name"] if body else "",
        "meeting_exists": "0" if meeting.removed_at else "1",
        "details": "",
        "json_data": {"before": None, "after": None},
    }


def _row_ids(face: Face, meeting: Meeting) -> list[int]:
    key = meeting.id.partition(":")[2]
    if meeting.source == face.home.source and whole(key):
        return [whole(key)]  # home's own number, also of a meeting that it has no more
    return [row.id for row in rows_of(meeting, face.home)]


def _body(face: Face, meeting: Meeting, titles: Mapping[str, str]) -> Body | None:
    if record := home_record(meeting, face.home):
        return face.known_bodies.get(whole(record.get("service_body_bigint", "")))
    if meeting.source == face.home.source:
        names = ((body.fields["name"], body) for body in face.home.bodies.values())
        return next((body for name, body in names if name == meeting.service_body), None)
    return bodies_of(meeting, titles)[0]


def _day(question: Question, name: str, errors: dict[str, list[str]]) -> dt.datetime | None:
    text = question.text(name)
    if not text:
        return None
    try:
        if _DATE.fullmatch(text):  # Python knows other ways to write a date
            return dt.datetime.combine(dt.date.fromisoformat(text), dt.time(), dt.UTC)
    except ValueError:
        pass
    errors[name] = [f"The {name.replace('_', ' ')} field must match the format Y-m-d."]
    return None


def _number(question: Question, name: str, errors: dict[str, list[str]]) -> int | None:
    found = question.whole(name)
    if found is None and question.text(name):
        errors[name] = [f"The {name.replace('_', ' ')} field must be an integer."]
    return found
