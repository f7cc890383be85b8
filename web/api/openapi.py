"""
GET /api/openapi.json: the API described (OpenAPI 3.1), made from the routes and the types.

Parameters are those that the parser reads, shapes those that are encoded; there is no second copy.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from meetings.model import Meeting
from web.api.answering import encoded
from web.api.operations import MEETING_WITH_ENTRIES, ONE_MEETING, OPERATIONS, Operation, Taken
from web.api.shapes import Changes, Document, Entries, MeetingTimes, Problem
from web.service import service

PREFIX = "/api/"
VERSION = "1.0.0"
_REF = "#/components/schemas/{name}"
_METHODS = ("GET", "POST", "PUT", "DELETE")
_KEPT = "secret_of_the_plan"
_REASONS = {
    200: "found",
    201: "made",
    204: "done",
    304: "unchanged since the ETag that was sent",
    400: "not understood; the problem says what to change",
    404: "nothing is there, or the secret opens nothing",
    409: "changed meanwhile; read it again",
    413: "too large",
    429: "too often in a short time",
    503: "not possible right now; try again in a minute",
}


async def openapi(request: Request) -> Response:
    """GET /api/openapi.json"""
    base_url = service(request).site.base_url
    return encoded(document(request.app.routes, base_url))


def document(routes: Iterable[BaseRoute], base_url: str) -> Document:
    """Return the document of those *routes* that belong to the API."""
    paths: dict[str, Document] = {}
    for path, method, operation in described(routes):
        name = re.sub(r"\W+", "_", f"{method.lower()}{path}").strip("_")
        paths.setdefault(path, {})[method.lower()] = _operation(operation, path, name)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Open Chair",
            "version": VERSION,
            "summary": "Peer support-group meetings: where, when, and how to join.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": base_url}],
        "paths": paths,
        "components": {
            "schemas": schemas(),
            "securitySchemes": {_KEPT: {"type": "http", "scheme": "bearer"}},
        },
    }


def described(routes: Iterable[BaseRoute]) -> Iterator[tuple[str, str, Operation]]:
    """Yield path, method and operation of each route of the API, in the order of the routes."""
    for route in routes:
        operation = OPERATIONS.get(_endpoint(route)) if isinstance(route, Route) else None
        if isinstance(route, Route) and operation is not None:
            method = next(each for each in _METHODS if each in (route.methods or ()))
            yield re.sub(r":\w+}", "}", route.path), method, operation


def _endpoint(route: Route) -> Any:
    return getattr(route.endpoint, "__wrapped__", route.endpoint)


@lru_cache(maxsize=1)
def schemas() -> Document:
    """Return every shape by name; a meeting has the fields of the list and those of the moment."""
    kinds = [Meeting, MeetingTimes, Entries, Problem]
    for operation in OPERATIONS.values():
        kinds += [each for each in (operation.answers, operation.body) if isinstance(each, type)]
    _, found = msgspec.json.schema_components(
        dict.fromkeys(kinds), schema_hook=_zone, ref_template=_REF
    )
    times = found.pop(MeetingTimes.__name__)
    meeting: Document = found[ONE_MEETING]
    meeting["properties"] |= times["properties"]
    meeting["required"] = sorted(meeting["properties"])
    found[MEETING_WITH_ENTRIES] = {"allOf": [_ref(ONE_MEETING), _ref(Entries.__name__)]}
    found[Changes.__name__]["properties"]["meetings"]["items"] = _ref(MEETING_WITH_ENTRIES)
    return found


def _zone(kind: type) -> Document:
    if kind is ZoneInfo:
        return {"type": "string", "description": "a name of the IANA time zone database"}
    raise NotImplementedError(f"no schema for {kind}")


def _operation(operation: Operation, path: str, name: str) -> Document:
    told: Document = {
        "operationId": name,
        "summary": operation.about,
        "parameters": [*_of_path(path), *map(_parameter, operation.takes)],
        "responses": dict(_responses(operation)),
    }
    if operation.body is not None:
        told["requestBody"] = {"required": True, "content": _content(operation.body)}
    if operation.is_secret:
        told["security"] = [{_KEPT: []}]
    return told


def _of_path(path: str) -> Sequence[Document]:
    schema = {"type": "integer", "minimum": 1, "maximum": 10**12}
    return [
        {"name": name, "in": "path", "required": True, "schema": schema}
        for name in re.findall(r"{(\w+)}", path)
    ]


def _parameter(taken: Taken) -> Document:
    is_list = taken.schema.get("type") == "array"
    return {
        "name": taken.name,
        "in": taken.place,
        "description": taken.about,
        "required": taken.is_needed,
        "schema": taken.schema,
    } | ({"style": "form", "explode": False} if is_list else {})


def _responses(operation: Operation) -> Iterator[tuple[str, Document]]:
    answer: Document = {"description": _REASONS[operation.status]}
    if operation.answers is not None:
        answer["content"] = _content(operation.answers)
        answer["headers"] = {"ETag": {"schema": {"type": "string"}}}
    yield str(operation.status), answer
    for status in sorted(set(operation.problems)):
        yield (
            str(status),
            {
                "description": _REASONS[status],
                "content": {"application/problem+json": {"schema": _ref(Problem.__name__)}},
            },
        )


def _content(kind: Any) -> Document:
    return {"application/json": {"schema": _ref(kind if isinstance(kind, str) else kind.__name__)}}


def _ref(name: str) -> Document:
    return {"$ref": _REF.format(name=name)}
