"""How programs open a plan or a share: the secret in Authorization, the state in If-Match."""

from typing import TypeVar

import msgspec
from starlette.requests import Request

from meetings import plans
from meetings.errors import Conflict, InvalidPlan
from meetings.plans import Kind, OpenPlan
from web.plans.feeds import forget_feeds
from web.plans.opening import counted
from web.service import service

T = TypeVar("T")


async def open_by_header(request: Request) -> OpenPlan:
    """Open the plan. Raises LinkGone, and Conflict where a change names another state."""
    running, secret = service(request), bearer(request)
    opened = await counted(request, Kind.KEEP, plans.open_plan, secret)
    if request.method != "GET":
        _check_state(request, opened)
        forget_feeds(running, opened.plan)
    return opened


def _check_state(request: Request, opened: OpenPlan) -> None:
    named = request.headers.get("If-Match")
    if named is not None and named.strip('" ') != opened.stamp:
        raise Conflict("If-Match is not the plan's ETag")


async def open_expected(request: Request) -> OpenPlan:
    """Open the plan in the state that If-Match must name. Raises LinkGone, Conflict."""
    opened = await open_by_header(request)
    if "If-Match" not in request.headers:
        raise Conflict("this change needs If-Match")
    return opened


def bearer(request: Request) -> str:
    """Return the secret of the Authorization header; without one, what opens nothing."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret if scheme.lower() == "bearer" else ""


def decode(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, ValueError) as problem:
        raise InvalidPlan("body", "This is not the JSON that the route takes.") from problem
