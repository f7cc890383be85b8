"""The quicker router against Starlette's own, on every route there is."""

from typing import Any

import pytest
from starlette.routing import Route, Router
from starlette.types import Message

from web.app import ROUTES
from web.routing import DirectRouter

FORMATS = [f"/main_server/client_interface/{each}/" for each in ("json", "tsml", "other")]
PATHS = sorted(
    {route.path for route in ROUTES} | {"/api/meetings/12", "/find/", "/nothing", *FORMATS}
)


async def ends_at(router: Router, method: str, path: str) -> tuple[Any, Any, list[Message]]:
    """Return which route takes a request, with what, and the answer; no endpoint is called."""
    sent: list[Message] = []
    scope = {"type": "http", "method": method, "path": path, "headers": [], "query_string": b""}

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    await router(scope, receive, send)
    return getattr(scope.get("route"), "path", None), scope.get("path_params"), sent


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
    plain = Router(routes)
    direct = DirectRouter(routes, None, known={"format": ("json", "tsml")})

    for path in PATHS:
        assert await ends_at(direct, method, path) == await ends_at(plain, method, path)
