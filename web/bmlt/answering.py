"""
/main_server/client_interface/{json,jsonp,tsml,csv}/: one fellowship; /all/…: every one.

The answers are those of a BMLT root server 4.2, read-only. Where it is wrong ours is right, and
README lists each difference.
"""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from meetings.places import typed_place
from web.bmlt import changes, describing, naws, values
from web.bmlt.face import ALL, ONE, Face, Scope
from web.bmlt.parameters import Asked, Question, read_search
from web.bmlt.rowbytes import Shape, all_fields, rows_as_json, text_column
from web.bmlt.searching import Found, find
from web.cors import HEADERS, answer_preflight
from web.etags import has_already
from web.service import Service, service
from web.tsml.rows import rows_of_meetings

METHODS = ["GET", "HEAD", "OPTIONS"]
MAX_AGE = "public, max-age=60"
STREAMED_FROM = 500  # rows
_ROWS_AT_ONCE = 200
_CALLBACK = re.compile(r"[A-Za-z_$][\w$.]{0,127}", re.ASCII)
_SWITCHERS_WORDS = (
    "GetSearchResults GetFormats GetServiceBodies GetChanges GetFieldKeys GetFieldValues "
    "GetServerInfo GetCoverageArea GetNAWSDump"
)
_SWITCHERS = frozenset(_SWITCHERS_WORDS.split())
FORMATS = ("json", "jsonp", "tsml", "csv")


class Refused(Exception):
    """A question that the original refuses too, with its status and body."""

    def __init__(self, status: int, body: dict[str, object]) -> None:
        super().__init__(status)
        self.status = status
        self.body = body


async def one_fellowship(request: Request) -> Response:
    """GET /main_server/client_interface/json/?switcher=GetSearchResults&weekdays=2"""
    return await _answer(request, ONE)


async def every_fellowship(request: Request) -> Response:
    """GET /all/main_server/client_interface/json/?switcher=GetSearchResults&weekdays=2"""
    return await _answer(request, ALL)


async def _answer(request: Request, scope: Scope) -> Response:
    if request.method == "OPTIONS":
        return answer_preflight(request.headers.get("access-control-request-headers"))
    try:
        return await _answered(request, scope)
    except Refused as refused:
        return Response(
            msgspec.json.encode(refused.body),
            refused.status,
            media_type="application/json",
            headers=dict(HEADERS),
        )


async def _answered(request: Request, scope: Scope) -> Response:
    asked_format = request.path_params["format"]
    if asked_format == "serverInfo.xml":
        return _respond(request, _SERVER_XML.encode(), "application/xml")
    if asked_format not in FORMATS:
        raise Refused(404, {"message": "There is nothing at this address."})
    query: bytes = request.scope["query_string"]
    question = _question(query)
    switcher, callback = _switcher(question, asked_format), _callback(question, asked_format)
    running = service(request)
    titles = {state.id: state.title for state in running.sources}
    face = await running.bmlt.current(running.catalogue, running.database, titles)
    key = b"%b %b %b" % (scope.path.encode(), asked_format.encode(), _without_noise(query))
    if switcher == "GetSearchResults":
        return await _search(request, running, face, scope, question, callback, key)
    kept = face.answers.get(key)
    if kept is None:
        kept = await _described(running, face, scope, switcher, question, titles)
        face.keep_answer(key, kept)
    if switcher == "GetNAWSDump":
        return _respond(request, kept, "text/csv; charset=utf-8", download="BMLT.csv")
    return _respond_json(request, kept, callback)


def _question(query: bytes) -> Question:
    try:
        return Question(query)
    except ValueError:
        raise _unprocessable("The question is too long.") from None


def _switcher(question: Question, asked_format: str) -> str:
    """Return what is asked; `tsml` answers any question with search results."""
    switcher = question.text("switcher")
    if switcher not in _SWITCHERS or (switcher == "GetNAWSDump") != (asked_format == "csv"):
        raise _unprocessable("Invalid data format or endpoint.")
    return "GetSearchResults" if asked_format == "tsml" else switcher


def _callback(question: Question, asked_format: str) -> str:
    if asked_format != "jsonp":
        return ""
    callback = question.text("callback") or "callback"
    if not _CALLBACK.fullmatch(callback):
        raise _unprocessable("The callback is not a name.")
    return callback


async def _search(
    request: Request,
    running: Service,
    face: Face,
    scope: Scope,
    question: Question,
    callback: str,
    key: bytes,
) -> Response:
    kept = face.answers.get(key)
    if kept is not None:
        return _respond_json(request, kept, callback)
    asked = await _asked(running, face, question)
    root = running.site.base_url + scope.path
    texts = partial(text_column, face, root=root)
    if _needs_texts(asked) or (len(face) > _LARGE and not _is_near(asked)):
        found = await asyncio.to_thread(find, face, scope, asked, texts=texts)
    else:
        found = find(face, scope, asked, texts=texts)
    pieces = _pieces(running, face, found, question, asked, root, request.path_params["format"])
    if len(found.rows) < STREAMED_FROM:
        body = b"".join(pieces)
        face.keep_answer(key, body)
        return _respond_json(request, body, callback)
    start, end = (f"/**/{callback}(".encode(), b");") if callback else (b"", b"")
    return StreamingResponse(
        _in_chunks(map(_on_one_line, pieces) if callback else pieces, start, end),
        media_type=_JSONP_TYPE if callback else "application/json",
        headers={**HEADERS, "Cache-Control": MAX_AGE},
    )


async def _asked(running: Service, face: Face, question: Question) -> Asked:
    known = all_fields(face)
    address = question.text("SearchString")
    if not (address and question.is_on("StringSearchIsAnAddress")):
        return read_search(question, known)
    places = await typed_place(running.geocoder, address[:100], limit=1)
    if not places:
        return read_search(Question(b"lat_val=?"), known)  # half-given: finds nothing
    point = places[0].point
    return read_search(question, known, place=(point.latitude, point.longitude))


def _pieces(
    running: Service,
    face: Face,
    found: Found,
    question: Question,
    asked: Asked,
    root: str,
    asked_format: str,
) -> Iterator[bytes]:
    """Yield the JSON of a search: rows, rows with their formats, formats alone, or tsml."""
    if asked_format == "tsml":
        numbers = dict.fromkeys(face.numbers[found.rows].tolist())
        meetings = (running.catalogue.get(number) for number in numbers)
        rows = rows_of_meetings(meetings, running.site.base_url, with_family=True)
        yield from _list(msgspec.json.encode(row) for row in rows)
        return
    shape = Shape(root=root, language=asked.language, fields=asked.fields, circle=asked.circle)
    rows_json = _list(rows_as_json(face, found.rows, shape))
    if not (question.has("get_formats_only") or question.has("get_used_formats")):
        yield from rows_json
        return
    formats_json = msgspec.json.encode(
        describing.formats_by_number(face, face.formats_in(found.rows), asked.language, root)
    )
    if question.has("get_formats_only"):
        yield b'{"formats":%b}' % formats_json
    else:
        yield b'{"meetings":'
        yield from rows_json
        yield b',"formats":%b}' % formats_json


def _list(items: Iterator[bytes]) -> Iterator[bytes]:
    yield b"["
    for position, item in enumerate(items):
        yield b"," + item if position else item
    yield b"]"


async def _in_chunks(pieces: Iterator[bytes], start: bytes, end: bytes) -> AsyncIterator[bytes]:
    yield start
    while chunk := await asyncio.to_thread(_next_chunk, pieces):
        yield chunk
    yield end


def _next_chunk(pieces: Iterator[bytes]) -> bytes:
    found: list[bytes] = []
    for piece in pieces:
        found.append(piece)
        if len(found) >= _ROWS_AT_ONCE:
            break
    return b"".join(found)


async def _described(
    running: Service,
    face: Face,
    scope: Scope,
    switcher: str,
    question: Question,
    titles: dict[str, str],
) -> bytes:
    root = running.site.base_url + scope.path
    catalogue = running.catalogue
    work: dict[str, Callable[[], object]] = {
        "GetFormats": lambda: describing.formats(face, scope, question, root),
        "GetServiceBodies": lambda: describing.service_bodies(face, scope, question),
        "GetServerInfo": lambda: describing.server_info(face, scope),
        "GetFieldKeys": lambda: describing.field_keys(face),
        "GetCoverageArea": lambda: describing.coverage_area(face, scope),
    }
    if switcher == "GetChanges":
        wanted = changes.read_wanted(question)
        if wanted.errors:
            message = next(iter(wanted.errors.values()))[0]
            raise Refused(422, {"message": message, "errors": wanted.errors})
        work[switcher] = lambda: changes.changes(face, catalogue, scope, wanted, titles)
    elif switcher == "GetFieldValues":
        key = question.text("meeting_key")
        if key not in all_fields(face):
            raise Refused(400, {"message": "The meeting_key is missing or unknown."})
        texts = partial(text_column, face, root=root)
        work[switcher] = lambda: values.field_values(
            face,
            scope,
            key,
            texts,
            question.choice("specific_formats").wanted,
            is_any=not question.is_on("all_formats"),
        )
    elif switcher == "GetNAWSDump":
        below = describing.bodies_below(face, scope, question.whole("sb_id") or 0)
        if not below:
            raise _unprocessable("The sb_id is missing or unknown.")
        rows = values.rows_of_bodies(face, scope, below)
        return await asyncio.to_thread(naws.naws_dump, face, rows, root)
    return msgspec.json.encode(await asyncio.to_thread(work[switcher]))


def _unprocessable(message: str) -> Refused:
    return Refused(422, {"message": message})


def _needs_texts(asked: Asked) -> bool:
    return bool(asked.key or asked.words) or not _NUMBERS.issuperset(asked.sort_keys)


def _is_near(asked: Asked) -> bool:
    """Say whether it looks at few rows; a thread for it would cost more than that."""
    width = asked.circle.width if asked.circle else None
    return width is not None and abs(width) <= _NEAR


def _without_noise(query: bytes) -> bytes:
    """Return *query* without what changes with each request and means nothing."""
    return re.sub(rb"(?:^|&)(?:callback|_|callingApp)=[^&]*", b"", query)


def _respond_json(request: Request, body: bytes, callback: str) -> Response:
    if callback:
        body = b"/**/%b(%b);" % (callback.encode(), _on_one_line(body))
        return _respond(request, body, _JSONP_TYPE)
    return _respond(request, body, "application/json")


def _on_one_line(piece: bytes) -> bytes:
    """Escape what JSON leaves as it is, and JavaScript takes for the end of a line."""
    return piece.replace(b"\xe2\x80\xa8", rb"\u2028").replace(b"\xe2\x80\xa9", rb"\u2029")


def _respond(request: Request, body: bytes, media_type: str, *, download: str = "") -> Response:
    tag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'  # which most processors know
    headers = {**HEADERS, "Cache-Control": MAX_AGE, "ETag": tag}
    if download:
        headers["Content-Disposition"] = f'attachment; filename="{download}"'
    if has_already(request, tag):
        return Response(status_code=304, headers=headers)
    response = Response(body, headers=headers)
    response.headers["Content-Type"] = media_type
    return response


_JSONP_TYPE = "text/javascript; charset=UTF-8"
_LARGE = 50_000  # rows, of which a filter takes long enough for a thread
_NEAR = 100  # miles, kilometres or, where it is hunted, rows
_NUMBERS_WORDS = (
    "id_bigint weekday_tinyint start_time duration_time venue_type service_body_bigint "
    "latitude longitude distance_in_km distance_in_miles"
)
_NUMBERS = frozenset(_NUMBERS_WORDS.split())
_SERVER_XML = (
    '<?xml version="1.0" encoding="utf-8"?>\n<bmltInfo>'
    f"<serverVersion><readableString>{describing.VERSION}</readableString></serverVersion>"
    "</bmltInfo>"
)
