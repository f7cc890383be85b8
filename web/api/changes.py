"""GET /api/changes: what to fetch again, for programs that keep a copy."""

from starlette.requests import Request
from starlette.responses import Response

from meetings.errors import InvalidSearch
from meetings.storage.changes import Place, changed_since
from web.api.answering import json_answer
from web.api.meetings import meeting_with_entries
from web.service import service

CHANGES_MOST = 500
_DIGITS_MOST = 12


async def changes(request: Request) -> Response:
    """GET /api/changes?since=12"""
    running = service(request)
    version = max(running.catalogue.version, 0)
    after = _cursor(request) or (_number("since", request.query_params.get("since", "0")), _LAST)
    async with running.database.read() as reader:
        found = await changed_since(reader, after, until=version, limit=CHANGES_MOST + 1)
    shown = found[:CHANGES_MOST]
    # every entry: a copy that held one of two would lose the meeting when its list ends
    listed = b",".join([meeting_with_entries(running, number) for _, number in shown])
    cursor = b'"%d.%d"' % shown[-1] if len(found) > CHANGES_MOST else b"null"
    return json_answer(b'{"meetings":[%b],"version":%d,"next":%b}' % (listed, version, cursor))


def _cursor(request: Request) -> Place | None:
    text = request.query_params.get("cursor", "")
    if not text:
        return None
    version, _, number = text.partition(".")
    return _number("cursor", version), _number("cursor", number)


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS_MOST):
        raise InvalidSearch(name, "This is a number that an earlier answer gave.")
    return int(text)


_LAST = 10**_DIGITS_MOST  # beyond every number: what that version changed is known
