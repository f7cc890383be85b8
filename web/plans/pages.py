"""The pages of a plan: where it begins, where it is kept, and what the server knows of it."""

import datetime as dt

import segno
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from meetings import plans, sealing
from meetings.errors import LinkGone
from meetings.plan import HORIZONS_WEEKS, Plan, Share, to_bytes
from meetings.plans import OpenPlan
from meetings.search import Hit, Search
from meetings.sentences import Sentence
from web.feeds.subscribing import subscribe_links
from web.languages import country_of
from web.lists import read_list
from web.pages.render import page
from web.parameters import as_parameters, one_place, read_search
from web.plans.colliding import collisions
from web.plans.opening import open_keep
from web.plans.sharing import entries_in
from web.plans.week import Entry, entries_of, has_clocks, week_of
from web.service import Service, service

NEXT_SHOWN = 3
RENEW_WITHIN = dt.timedelta(weeks=1)  # of a plan's end, or after it
SHARE_LASTS = dt.timedelta(days=90)  # filled in where a share is made; its maker may change it


async def new_plan(request: Request) -> HTMLResponse:
    """GET /plans/new?meetings=12,45: says what a plan is before one is made"""
    chosen = read_list(service(request).catalogue, request.query_params.getlist("meetings"))
    return page(request, "plan_new.html", chosen_list=chosen)


async def keep(request: Request) -> HTMLResponse:
    """GET /k/{secret}: the plan, to read and to change"""
    return await keep_page(request, await open_keep(request))


async def keep_page(
    request: Request, opened: OpenPlan, *, problem: Sentence | None = None, status: int = 200
) -> HTMLResponse:
    running = service(request)
    plan, now = opened.plan, running.now()
    entries = entries_of(plan, running.catalogue, now=now)
    link = f"{running.site.base_url}/k/{opened.secret}"
    return page(
        request,
        "plan.html",
        status=status,
        problem=problem,
        here=f"/k/{opened.secret}",
        stamp=opened.stamp,
        plan=plan,
        entries=entries,
        gone=len(plan.chosen) - len(entries),
        week=week_of(plan, entries),
        has_clocks=has_clocks(entries),
        others=_others(running, plan),
        link=link,
        letters=sealing.spaced(opened.secret),
        qr=segno.make(link, error="m", micro=False).svg_data_uri(scale=4, border=2),
        calendars=[
            (secret, subscribe_links(running.site, f"/c/{secret}/calendar.ics"))
            for secret in plan.calendars
        ],
        shares=[(share, *await _shared(running, share, plan)) for share in plan.shares],
        suggested_end=now.date() + SHARE_LASTS,
        horizons=HORIZONS_WEEKS,
        is_ending=_is_ending(plan, now.date()),
        collisions=collisions(plan, entries, now=now),
    )


async def what_is_stored(request: Request) -> HTMLResponse:
    """GET /k/{secret}/stored: the actual rows, as whoever has the database sees them"""
    opened = await open_keep(request)
    link, content = await plans.stored_rows(service(request).database, opened)
    return page(request, "plan_stored.html", here=f"/k/{opened.secret}", row=link, content=content)


async def download(request: Request) -> Response:
    """GET /k/{secret}/plan.json: meetings, appointments and options, without any link"""
    plan = (await open_keep(request)).plan
    body = to_bytes(Plan(chosen=plan.chosen, appointments=plan.appointments, options=plan.options))
    headers = {"Content-Disposition": 'attachment; filename="plan.json"'}
    return Response(body, media_type="application/json", headers=headers)


async def add(request: Request) -> HTMLResponse:
    """GET /k/{secret}/add?near=Brooklyn&day=tue: meetings to tick for the plan"""
    running, opened = service(request), await open_keep(request)
    given = as_parameters(request.query_params.multi_items())
    place = await one_place(running.geocoder, given, country=country_of(request))
    search = read_search(given, centre=place.point if place else None)
    results = running.catalogue.find(search, now=running.now()) if given else None
    return page(
        request,
        "plan_add.html",
        here=f"/k/{opened.secret}",
        near=" ".join(given.get("near", ())),
        search=search,
        results=results,
        country=place.country if place else "",
        viewer=opened.plan.options.timezone,
        known={chosen.number for chosen in opened.plan.chosen},
    )


async def deleted(request: Request) -> HTMLResponse:
    """GET /plans/deleted"""
    return page(request, "plan_deleted.html")


def _is_ending(plan: Plan, today: dt.date) -> bool:
    return plan.options.ends_on is not None and plan.options.ends_on - today < RENEW_WITHIN


def _others(running: Service, plan: Plan) -> list[Hit]:
    """Return the next meetings outside the plan, for when tonight's is off."""
    known = {chosen.number for chosen in plan.chosen}
    results = running.catalogue.find(Search(online=True, limit=20), now=running.now())
    return [hit for hit in results.hits if hit.meeting.number not in known][:NEXT_SHOWN]


async def _shared(
    running: Service, share: Share, plan: Plan
) -> tuple[str, tuple[int, ...], list[Entry]]:
    """Return the address of a share, the meetings it shows, and those that the plan has not."""
    address, known = f"{running.site.base_url}/s/{share.secret}", {c.number for c in plan.chosen}
    try:
        shared = await plans.read_share(running.database, share)
    except LinkGone:
        return address, (), []
    others = [entry for entry in entries_in(running, shared) if entry.chosen.number not in known]
    return address, shared.numbers, others
