"""How the API answers everybody: JSON that any site may read, with an ETag."""

import hashlib
from collections.abc import Awaitable, Callable
from functools import wraps

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from web.cors import HEADERS, answer_preflight
from web.etags import has_already

METHODS = ["GET", "HEAD", "OPTIONS"]
_HEADERS = {**HEADERS, "Cache-Control": "public, max-age=30"}
_KEPT = ("ETag", "Vary")  # of an answer, by 304
_RAW_HEADERS = [(k.lower().encode(), v.encode()) for k, v in _HEADERS.items()]

Endpoint = Callable[[Request], Awaitable[Response]]


def encoded(document: object) -> Response:
    return json_answer(msgspec.json.encode(document))


def json_answer(body: bytes) -> Response:
    """Return an answer for anybody; its ETag is that of these very bytes."""
    tag = b'"%b"' % hashlib.sha256(body).hexdigest()[:24].encode()
    response = Response.__new__(
        Response
    )  # Starlette's own way of headers costs as much as a search
    response.status_code, response.body, response.background = 200, body, None
    response.raw_headers = [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(body)),
        (b"etag", tag),
        *_RAW_HEADERS,
    ]
    return response


def by_country(response: Response) -> Response:
    """Say that an answer follows the country of whoever asks, see `country_of`."""
    response.headers["Vary"] = "Accept-Language"
    return response


def for_everybody(endpoint: Endpoint) -> Endpoint:
    """Answer a preflight, and 304 to whoever has the answer already."""

    @wraps(endpoint)
    async def answered(request: Request) -> Response:
        if request.method == "OPTIONS":
            return answer_preflight(request.headers.get("access-control-request-headers"))
        response = await endpoint(request)
        if has_already(request, response.headers["etag"]):
            kept = {name: response.headers[name] for name in _KEPT if name in response.headers}
            return Response(status_code=304, headers={**_HEADERS, **kept})
        return response

    return answered
