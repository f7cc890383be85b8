import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from importers._fetch import open_get
from meetings.errors import FetchFailed

HOST = "https://list.example"


async def fetched(url: str, *, contact: str = "", deadline_seconds: float = 5.0) -> bytes:
    async with open_get(
        contact=contact,
        deadline_seconds=deadline_seconds,
        pause_seconds=0,
        first_back_off_seconds=0,
        largest_bytes=1000,
        transport=httpx2.ASGITransport(app=publisher()),
    ) as get:
        return await get(url)


async def test_bytes_come_as_they_were_sent() -> None:
    assert await fetched(f"{HOST}/list") == b"[]"


async def test_a_packed_answer_is_unpacked() -> None:
    assert await fetched(f"{HOST}/packed") == b"x" * 900


async def test_the_user_agent_names_the_program_and_a_contact() -> None:
    agent = await fetched(f"{HOST}/agent", contact="mailto:host@example.org")

    assert agent == b"OpenChair/0.1 (+mailto:host@example.org)"


async def test_three_redirects_are_followed() -> None:
    assert await fetched(f"{HOST}/redirect/2") == b"[]"


async def test_a_list_that_moved_for_good_is_read_and_its_operator_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    body = await fetched(f"{HOST}/moved?key=SECRET")

    assert body == b"[]"
    assert [record.getMessage() for record in caplog.records] == [
        "fetch.moved_for_good from=list.example/moved to=list.example/list"
    ]


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/redirect/3", "redirects more than 3 times"),
        ("/unprotected", "to an unprotected address"),
        ("/nowhere", "redirects to nowhere"),
        ("/controlled", "an address with control characters"),
        ("/broken", "status 503"),
        ("/large", "more than 1000 bytes"),
        ("/bomb", "more than 1000 bytes"),
        ("/cut-off", "cut off"),
        ("/brotli", "otherwise than by gzip"),
    ],
)
async def test_a_failure_is_one_sentence(path: str, reason: str) -> None:
    with pytest.raises(FetchFailed, match=reason):
        await fetched(f"{HOST}{path}")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://list.example/", "list.example"])
async def test_only_http_is_spoken(url: str) -> None:
    with pytest.raises(FetchFailed, match="no http or https link"):
        await fetched(url)


async def test_the_deadline_is_for_the_whole_answer() -> None:
    with pytest.raises(FetchFailed, match=r"list\.example did not answer completely"):
        await fetched(f"{HOST}/never", deadline_seconds=0.05)


def publisher() -> Starlette:
    routes: dict[str, Callable[[Request], Awaitable[Response]]] = {
        "/list": _list,
        "/packed": _packed,
        "/agent": _agent,
        "/redirect/{times:int}": _redirect,
        "/moved": _moved,
        "/unprotected": _unprotected,
        "/nowhere": _nowhere,
        "/controlled": _controlled,
        "/broken": _broken,
        "/large": _large,
        "/bomb": _bomb,
        "/cut-off": _cut_off,
        "/brotli": _brotli,
        "/never": _never,
    }
    return Starlette(routes=[Route(path, endpoint) for path, endpoint in routes.items()])


async def _list(_: Request) -> Response:
    return Response(b"[]")


async def _packed(_: Request) -> Response:
    return Response(gzip.compress(b"x" * 900), headers={"Content-Encoding": "gzip"})


async def _agent(request: Request) -> Response:
    return Response(request.headers["User-Agent"])


async def _redirect(request: Request) -> Response:
    times = request.path_params["times"]
    return RedirectResponse(f"/redirect/{times - 1}" if times else "/list")


async def _moved(_: Request) -> Response:
    return RedirectResponse("/list?key=SECRET", status_code=308)


async def _unprotected(_: Request) -> Response:
    return RedirectResponse("http://list.example/list")


async def _nowhere(_: Request) -> Response:
    return Response(status_code=302)


async def _controlled(_: Request) -> Response:
    return Response(status_code=302, headers={"Location": "/li\x85st"})


async def _broken(_: Request) -> Response:
    return Response(status_code=503)


async def _large(_: Request) -> Response:
    return Response(b"x" * 1001)


async def _bomb(_: Request) -> Response:
    return Response(gzip.compress(b"x" * 1_000_000), headers={"Content-Encoding": "gzip"})


async def _cut_off(_: Request) -> Response:
    return Response(gzip.compress(b"x" * 900)[:-12], headers={"Content-Encoding": "gzip"})


async def _brotli(_: Request) -> Response:
    return Response(b"x", headers={"Content-Encoding": "br"})


async def _never(_: Request) -> Response:
    async def body() -> AsyncIterator[bytes]:
        await asyncio.Event().wait()
        yield b""

    return StreamingResponse(body())
