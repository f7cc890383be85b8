"""The quicker router against Starlette's own, on every route there is."""

from typing import Any

import pytest
from starlette.routing import Route, Router
from starlette.types import Message

from web.app import ROUTES
from web.routing import DirectRouter

PATHS = sorted({route.path for route in ROUTES} | {"/api/meetings/12", "/find/", "/nothing"})


async def ends_at(router: Router, method: str, path: str) -> tuple[Any, list[Message]]:
    """Return which route takes a request, and what it answers; no endpoint is called."""
    sent: list[Message] = []
    scope = {"type": "http", "method": method, "path": path, "headers": [], "query_string": b""}

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    await router(scope, receive, send)
    return getattr(scope.get("route"), "path", None), sent


async def answer_nothing(scope: Any, receive: Any, send: Any) -> None:  # noqa: ARG001 - as ASGI has it
    await send({"type": "taken"})


def without_endpoints() -> list[Route]:
    made = []
    for route in ROUTES:
        if isinstance(route, Route):
            copy = Route(route.path, route.endpoint, methods=list(route.methods or ()))
            copy.app = answer_nothing
            made.append(copy)
    return made


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE"])
async def test_every_request_ends_where_starlette_would_take_it(method: str) -> None:
    routes = without_endpoints()
    plain, direct = Router(routes), DirectRouter(routes, None)

    for path in PATHS:
        assert await ends_at(direct, method, path) == await ends_at(plain, method, path)
