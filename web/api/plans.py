"""
Plans for programs, under /api/plans, with the keep secret as `Authorization: Bearer …`.

What replaces or removes names in If-Match the state it was made for, so two programs never
overwrite each other; what only adds a link or takes one back may leave it out.
"""

from typing import Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from meetings import plans
from meetings.catalogue import listing_of
from meetings.plan import Plan, SharedList, plan_from, to_bytes
from meetings.plans import Kind, OpenPlan
from meetings.sealing import canonical
from web.answers import listing_bytes
from web.api.opening import bearer, decode, open_by_header, open_expected
from web.api.shapes import Named, ShareWish
from web.plans.opening import RETRY_SECONDS, client_address, counted
from web.plans.sharing import entries_in
from web.service import service


async def make(request: Request) -> Response:
    """POST /api/plans: a plan as GET answers it, without links; answers its keep secret"""
    running = service(request)
    if not running.creations.take(client_address(request), now=running.now()):
        running.limited["creations"] += 1
        raise HTTPException(429, headers={"Retry-After": RETRY_SECONDS})
    plan = _without_links(plan_from(await request.body()))
    opened = await plans.make_plan(running.database, plan, now=running.now())
    return _answer(request, opened, 201)


async def show(request: Request) -> Response:
    """GET /api/plans"""
    return _answer(request, await open_by_header(request))


async def change(request: Request) -> Response:
    """PUT /api/plans: meetings, appointments and options; links are changed by their own routes"""
    opened = await open_expected(request)
    new = plan_from(await request.body())
    plan = Plan(
        chosen=new.chosen,
        appointments=new.appointments,
        options=new.options,
        calendars=opened.plan.calendars,
        shares=opened.plan.shares,
    )
    return _answer(request, await plans.change_plan(service(request).database, opened, plan))


async def delete(request: Request) -> Response:
    """DELETE /api/plans"""
    running = service(request)
    await plans.delete_plan(running.database, await open_expected(request), now=running.now())
    return Response(status_code=204)


async def rotate(request: Request) -> Response:
    """POST /api/plans/rotate: a new keep secret, in the answer; the old one opens nothing more"""
    running = service(request)
    opened = await plans.rotate_keep(
        running.database, await open_by_header(request), now=running.now()
    )
    return _answer(request, opened)


async def make_calendar(request: Request) -> Response:
    """POST /api/plans/calendars"""
    running = service(request)
    opened = await plans.make_calendar(
        running.database, await open_by_header(request), now=running.now()
    )
    return _answer(request, opened, 201)


async def revoke_calendar(request: Request) -> Response:
    """DELETE /api/plans/calendars: {"secret": …}"""
    running, named = service(request), decode(await request.body(), Named)
    opened = await plans.revoke_calendar(
        running.database, await open_by_header(request), named.secret, now=running.now()
    )
    return _answer(request, opened)


async def make_share(request: Request) -> Response:
    """POST /api/plans/shares: {"meetings": [12], "label": "", "expires_on": null}"""
    running, wish = service(request), decode(await request.body(), ShareWish)
    opened = await plans.make_share(
        running.database,
        await open_by_header(request),
        SharedList(numbers=tuple(wish.meetings)),
        label=wish.label,
        expires_on=wish.expires_on,
        now=running.now(),
    )
    return _answer(request, opened, 201)


async def change_share(request: Request) -> Response:
    """PUT /api/plans/shares: as POST, with the secret of the share to change"""
    running, wish = service(request), decode(await request.body(), ShareWish)
    opened = await plans.change_share(
        running.database,
        await open_expected(request),
        wish.secret,
        SharedList(numbers=tuple(wish.meetings)),
        label=wish.label,
        expires_on=wish.expires_on,
    )
    return _answer(request, opened)


async def revoke_share(request: Request) -> Response:
    """DELETE /api/plans/shares: {"secret": …}"""
    running, named = service(request), decode(await request.body(), Named)
    opened = await plans.revoke_share(
        running.database, await open_by_header(request), named.secret, now=running.now()
    )
    return _answer(request, opened)


async def shared(request: Request) -> Response:
    """GET /api/plans/shared, with the secret of a share: its meetings, and nothing beside them"""
    running, secret = service(request), bearer(request)
    content = await counted(request, Kind.SHARE, plans.open_share, secret)
    hits = [entry.hit for entry in entries_in(running, content)]
    page = f"{running.site.base_url}/s/{canonical(secret)}"
    about = msgspec.json.encode({"page": page, "feed": f"{page}/calendar.ics", "count": len(hits)})
    listed = b",".join(listing_bytes(listing_of(hit), running.confirmed) for hit in hits)
    body = b'%b,"meetings":[%b]}' % (about.removesuffix(b"}"), listed)
    return Response(body, media_type="application/json")


def _answer(request: Request, opened: OpenPlan, status: int = 200) -> Response:
    base_url, plan = service(request).site.base_url, opened.plan
    document: dict[str, Any] = msgspec.json.decode(to_bytes(_without_links(plan)))
    del document["keep_hash"]  # storage's own
    document |= {
        "secret": opened.secret,
        "page": f"{base_url}/k/{opened.secret}",
        "calendars": [
            {"secret": secret, "feed": f"{base_url}/c/{secret}/calendar.ics"}
            for secret in plan.calendars
        ],
        "shares": [
            {
                "secret": share.secret,
                "page": f"{base_url}/s/{share.secret}",
                "label": share.label,
                "expires_on": share.expires_on,
            }
            for share in plan.shares
        ],
    }
    headers = {"ETag": f'"{opened.stamp}"'}
    body = msgspec.json.encode(document)
    return Response(body, status, media_type="application/json", headers=headers)


def _without_links(plan: Plan) -> Plan:
    return Plan(chosen=plan.chosen, appointments=plan.appointments, options=plan.options)
