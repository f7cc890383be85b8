"""Opening what a secret link names, with limits on guessing, and noting that it is used."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request

from meetings import plans
from meetings.errors import LinkGone
from meetings.plan import SharedList
from meetings.plans import Kind, OpenPlan
from meetings.sealing import canonical
from web.service import service

RETRY_SECONDS = "60"

T = TypeVar("T")


async def open_keep(request: Request) -> OpenPlan:
    """Return the plan of `/k/{secret}`. Raises LinkGone, the same for every reason."""
    return await counted(request, Kind.KEEP, plans.open_plan, request.path_params["secret"])


async def open_share(request: Request) -> SharedList:
    """Return what `/s/{secret}` shows. Raises LinkGone, the same for every reason."""
    return await counted(request, Kind.SHARE, plans.open_share, request.path_params["secret"])


def client_address(request: Request) -> str:
    return request.client.host if request.client else ""


def count_miss(request: Request) -> None:
    """Take a token for a wrong secret; whoever has none left gets 429 instead of the answer."""
    running = service(request)
    if not running.misses.take(client_address(request), now=running.now()):
        running.limited["misses"] += 1
        raise HTTPException(429, headers={"Retry-After": RETRY_SECONDS}) from None


async def counted(
    request: Request, kind: Kind, opener: Callable[..., Awaitable[T]], secret: str
) -> T:
    """Open by *opener*; a miss costs a token, and whoever has none left may not guess on."""
    running = service(request)
    try:
        found = await opener(running.database, secret, now=running.now())
    except LinkGone:
        count_miss(request)
        raise
    running.used[canonical(secret) or ""] = kind
    return found
