"""For operators: whether it lives, whether it is ready and how old its lists are, what it is."""

from importlib.metadata import version

import msgspec
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from meetings.zones import ZONE_VERSION
from web.service import Service, service

NOT_KEPT = {"Cache-Control": "no-store"}


async def livez(request: Request) -> PlainTextResponse:  # noqa: ARG001 - Starlette calls it so
    """GET /livez: the process answers"""
    return PlainTextResponse("alive", headers=NOT_KEPT)


async def readyz(request: Request) -> Response:
    """GET /readyz: 200 when there is a catalogue to search, however old; the answer says how old"""
    running = service(request)
    return _json(readiness(running), 200 if running.catalogue.version >= 0 else 503)


async def show_version(request: Request) -> Response:  # noqa: ARG001 - Starlette calls it so
    """GET /version"""
    return _json({"version": version("openchair"), "zone_data": ZONE_VERSION})


def readiness(running: Service) -> dict[str, object]:
    """Return how things stand, without a secret, an address or a path."""
    age = running.catalogue_age
    unconfirmed = running.unconfirmed
    return {
        "ready": running.catalogue.version >= 0,
        "catalogue": {
            "version": running.catalogue.version,
            "meetings": len(running.catalogue),
            "published_seconds_ago": None if age is None else int(age.total_seconds()),
            "confirmed_seconds_ago": None
            if unconfirmed is None
            else int(unconfirmed.total_seconds()),
        },
        "database": "away" if running.is_out_of_touch else "reachable",
    }


def _json(document: dict[str, object], status: int = 200) -> Response:
    body = msgspec.json.encode(document)
    return Response(body, status, media_type="application/json", headers=NOT_KEPT)
