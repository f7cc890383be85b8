"""
The planner for programs, and what the server knows of a plan.

A proposal changes nothing: whoever takes it puts number, `rule_weekday` and backup into the plan.
"""

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from meetings import plans
from meetings.errors import InvalidPlan
from meetings.plan import Plan
from meetings.planner import Busy, Proposal, Proposed, Wishes
from web.api.opening import decode, open_by_header
from web.api.shapes import PlanRow, SlotProposed, Stored, StoredLink, WeekProposed, WeekWish
from web.parameters import one_place
from web.plans.proposing import own_times, proposed
from web.service import service


async def propose(request: Request) -> Response:
    """POST /api/plans/proposals: wishes in, a week out; the plan's appointments stay free"""
    opened, wish = await open_by_header(request), decode(await request.body(), WeekWish)
    running, given = service(request), _given(wish)
    place = await one_place(running.geocoder, given)
    proposal = await proposed(
        running, opened.plan, given, place, _wishes(wish, opened.plan), seed=wish.seed
    )
    return _encoded(_told(proposal, next_seed=wish.seed + 1))


async def stored(request: Request) -> Response:
    """GET /api/plans/stored: the actual rows of the plan and of its keep link"""
    opened = await open_by_header(request)
    link, plan = await plans.stored_rows(service(request).database, opened)
    return _encoded(
        Stored(
            link=StoredLink(
                hash=link.hash,
                kind=link.kind,
                used_month=link.used_month,
                sealed=(link.sealed or b"").hex(),
            ),
            plan=PlanRow(
                locator=plan.locator,
                made_month=plan.made_month,
                used_month=plan.used_month,
                sealed=plan.content.hex(),
            ),
        )
    )


def _given(wish: WeekWish) -> dict[str, list[str]]:
    """Return where and whose meetings, as a form gives them."""
    given = {
        "near": [wish.near] if wish.near else [],
        "radius_km": [str(wish.radius_km)],
        "fellowship": wish.fellowship,
        "language": wish.language,
    }
    return {name: values for name, values in given.items() if values}


def _wishes(wish: WeekWish, plan: Plan) -> Wishes:
    if wish.in_person + wish.online > wish.per_week:
        raise InvalidPlan(
            "per_week", "In person and online together are at most as many as in all."
        )
    busy = [Busy(weekday=each.weekday, start=each.start, end=each.end) for each in wish.busy]
    return Wishes(
        per_week=wish.per_week,
        in_person_least=wish.in_person,
        online_least=wish.online,
        earliest=wish.earliest,
        latest=wish.latest,
        has_home_group=wish.home_group,
        busy=(*busy, *own_times(plan)),
    )


def _told(proposal: Proposal, *, next_seed: int) -> WeekProposed:
    return WeekProposed(
        week=[_slot(each) for each in proposal.week],
        unmet=[str(each) for each in proposal.unmet],
        next_seed=next_seed,
    )


def _slot(each: Proposed) -> SlotProposed:
    return SlotProposed(
        number=each.slot.meeting.number,
        name=each.slot.meeting.name,
        weekday=each.slot.weekday,
        start=f"{each.slot.starts_at:%H:%M}",
        rule_weekday=each.slot.rule_weekday,
        is_online=each.slot.is_online,
        distance_km=each.slot.distance_km,
        backup=each.backup.meeting.number if each.backup else None,
        reason=str(each.reason),
    )


def _encoded(document: msgspec.Struct) -> Response:
    return Response(msgspec.json.encode(document), media_type="application/json")
