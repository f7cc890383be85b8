"""Errors to answers: one table from class to status, one sentence to the person who asked."""

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from meetings.errors import (
    Conflict,
    GeocodingFailed,
    Invalid,
    LinkGone,
    MeetingsError,
    NotFound,
    StorageError,
)
from meetings.sentences import Sentence, sentence
from web.api.shapes import Problem
from web.cors import HEADERS
from web.pages.render import page

STATUS: dict[type[MeetingsError], int] = {
    Invalid: 400,
    NotFound: 404,
    LinkGone: 404,
    Conflict: 409,
    GeocodingFailed: 503,
    StorageError: 503,
}
SENTENCES = {
    400: sentence("That could not be understood."),
    404: sentence("There is nothing at this address."),
    405: sentence("This address does not take that kind of request."),
    409: sentence(
        "This was changed in another window meanwhile. Nothing was lost: please look again."
    ),
    413: sentence("That is too much text at once."),
    429: sentence("That was tried often in a short time. Please wait a minute."),
    500: sentence("Something went wrong on our side."),
    503: sentence("This is not possible right now. Please try again in a minute."),
}
DID_NOT_WORK = sentence("That did not work.")
LINK_OPENS_NOTHING = sentence("This link opens no list any more. You can find a meeting here.")
RETRY_AFTER_SECONDS = "60"
# Their clients run on other sites, and read nothing that is not JSON.
FOREIGN_FACES = ("/main_server/", "/all/main_server/", "/meeting-guide.")


async def answer_problem(request: Request, problem: Exception) -> Response:
    """Answer an error in the kind that was asked for: a page, JSON, or a line of text."""
    status = _status(problem)
    field, said = "", SENTENCES.get(status, DID_NOT_WORK)
    if isinstance(problem, LinkGone):
        said = LINK_OPENS_NOTHING
    if isinstance(problem, Invalid):
        field, said = problem.field, problem.sentence
    response = _body(request, status, field, said)
    if status == 503:
        response.headers["Retry-After"] = RETRY_AFTER_SECONDS
    if isinstance(problem, HTTPException) and problem.headers:
        response.headers.update(problem.headers)
    return response


def _status(problem: Exception) -> int:
    if isinstance(problem, HTTPException):
        return problem.status_code
    return next((code for kind, code in STATUS.items() if isinstance(problem, kind)), 500)


def _body(request: Request, status: int, field: str, said: Sentence) -> Response:
    """Programs are told in English, which they may compare; people in their language."""
    path = request.url.path
    if path.startswith("/api/"):
        problem = Problem(title=str(said), status=status, field=field)
        headers = {} if path.startswith("/api/plans") else dict(HEADERS)
        return Response(
            msgspec.json.encode(problem), status, headers, media_type="application/problem+json"
        )
    if path.startswith(FOREIGN_FACES):
        body = msgspec.json.encode({"message": str(said)})
        return Response(body, status, dict(HEADERS), media_type="application/json")
    if path.endswith(".ics"):
        return PlainTextResponse(f"{field}: {said}" if field else str(said), status)
    return page(request, "problem.html", status=status, said=said, code=status)
