"""Starlette's router, which finds paths that are known beforehand at once, not route by route."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Match, Route, Router
from starlette.types import Lifespan, Receive, Scope, Send

Known = Mapping[str, Collection[str]]  # by parameter, its usual values
_Direct = dict[tuple[str, str], tuple[Route, dict[str, str]]]


class DirectRouter(Router):
    """
    Gives each request to the first route that matches it, as Starlette does.

    At once it finds paths without parameters, and those whose one parameter has a *known* value.
    """

    def __init__(
        self,
        routes: Sequence[BaseRoute],
        lifespan: Lifespan[Starlette] | None,
        *,
        known: Known | None = None,
    ) -> None:
        super().__init__(routes, lifespan=lifespan)
        self._direct = _direct(self.routes, known or {})

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = None
        if scope["type"] == "http" and not scope.get("root_path"):
            found = self._direct.get((scope["method"], scope["path"]))
        if found is None:
            await super().app(scope, receive, send)
            return
        route, parameters = found
        scope["router"], scope["route"], scope["endpoint"] = self, route, route.endpoint
        scope["path_params"] = dict(parameters)
        await route.app(scope, receive, send)


def _direct(routes: Sequence[BaseRoute], known: Known) -> _Direct:
    """Return the routes by method and path, where nothing before them takes it."""
    found: _Direct = {}
    for route in routes:
        if not isinstance(route, Route):
            continue
        for path, parameters in _paths(route, known):
            for method in route.methods or ():
                if _first(routes, method, path) is route:
                    found[method, path] = route, parameters
    return found


def _paths(route: Route, known: Known) -> Iterator[tuple[str, dict[str, str]]]:
    names = list(route.param_convertors)
    if not names:
        yield route.path, {}
    elif len(names) == 1:
        for value in known.get(names[0], ()):
            yield route.path_format.replace(f"{{{names[0]}}}", value), {names[0]: value}


def _first(routes: Sequence[BaseRoute], method: str, path: str) -> BaseRoute:
    scope = {"type": "http", "method": method, "path": path}
    return next(route for route in routes if route.matches(scope)[0] is Match.FULL)
