"""The service over a snapshot, with a constant answer beside it: started by `serving`."""

import gc
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

import uvicorn
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from meetings._gazetteer import write
from meetings.places import OfflineGeocoder, Places
from meetings.storage.database import open_database
from tests.bench.engine import opened
from tests.bench.queries import NOW
from tests.serving import SITE, towns
from web.app import ROUTES, create_app
from web.service import Service

BODY = b'{"filler":"' + b"x" * (8192 - 13) + b'"}'


async def constant(request: Request) -> Response:
    """GET /api/constant?bytes=65000: what the machine can do at best"""
    query = request.scope["query_string"]
    if query:
        return Response(_body_of(int(query.partition(b"=")[2])), media_type="application/json")
    return Response(BODY, media_type="application/json")


@cache
def _body_of(size: int) -> bytes:
    return b"x" * size


class Benched(Service):
    """Serves its snapshot and follows no database."""

    async def start(self) -> None:
        if self.snapshot is not None:
            self.catalogue = opened(self.snapshot)


@asynccontextmanager
async def service_over(snapshot: Path, gazetteer: Path | None) -> AsyncIterator[Service]:
    with tempfile.TemporaryDirectory() as made:
        folder = gazetteer or Path(made)
        if gazetteer is None:
            write(folder / "places.sqlite", towns(), progress=lambda _: None)
        async with open_database(f"sqlite+aiosqlite:///{Path(made) / 'empty.db'}") as database:
            with Places(folder / "places.sqlite") as places:
                yield Benched(
                    site=SITE,
                    database=database,
                    places=places,
                    geocoder=OfflineGeocoder(places),
                    now=lambda: NOW,
                    snapshot=snapshot,
                )


def main(snapshot: str, descriptor: str, gazetteer: str = "") -> None:
    place = next(n for n, route in enumerate(ROUTES) if route.path == "/api/meetings")
    ROUTES.insert(place, Route("/api/constant", constant))
    folder = Path(gazetteer) if gazetteer else None
    app = create_app(lambda: service_over(Path(snapshot), folder), background=())
    config = uvicorn.Config(
        app, loop="uvloop", http="httptools", access_log=False, log_level="warning"
    )
    listening = socket.socket(fileno=int(descriptor))
    gc.freeze()  # as `openchair serve` does
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main(*sys.argv[1:])
