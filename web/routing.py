"""Starlette's router, which finds a path without parameters at once instead of route by route."""

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Match, Route, Router
from starlette.types import Lifespan, Receive, Scope, Send


class DirectRouter(Router):
    """Gives each request to the first route that matches it, as Starlette does."""

    def __init__(self, routes: Sequence[BaseRoute], lifespan: Lifespan[Starlette] | None) -> None:
        super().__init__(routes, lifespan=lifespan)
        self._direct = _direct(self.routes)

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = None
        if scope["type"] == "http" and not scope.get("root_path"):
            route = self._direct.get((scope["method"], scope["path"]))
        if route is None:
            await super().app(scope, receive, send)
            return
        found = {"router": self, "route": route, "endpoint": route.endpoint, "path_params": {}}
        scope.update(found)
        await route.app(scope, receive, send)


def _direct(routes: Sequence[BaseRoute]) -> dict[tuple[str, str], Route]:
    """Return by method and path the routes without parameters that nothing before them takes."""
    found: dict[tuple[str, str], Route] = {}
    for route in routes:
        if isinstance(route, Route) and not route.param_convertors:
            for method in route.methods or ():
                if _first(routes, method, route.path) is route:
                    found[method, route.path] = route
    return found


def _first(routes: Sequence[BaseRoute], method: str, path: str) -> BaseRoute:
    scope = {"type": "http", "method": method, "path": path}
    return next(route for route in routes if route.matches(scope)[0] is Match.FULL)
