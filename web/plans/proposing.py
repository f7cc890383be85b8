"""Wishes in, a proposed week out; nothing of the wishes is stored."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse

from meetings.errors import InvalidPlan
from meetings.model import Meeting
from meetings.places import Place
from meetings.plan import Plan
from meetings.planner import Busy, Proposal, Wishes, propose, slots_of
from meetings.search import LIMIT_MOST, Search
from meetings.weeks import weeks_from
from meetings.zones import zone_at
from web.autonyms import held_in
from web.languages import country_of
from web.pages.render import page
from web.parameter_values import Parameters
from web.parameters import as_parameters, one_place, read_search
from web.plans.forms import text, time, whole
from web.plans.opening import open_keep
from web.plans.week import entries_of
from web.service import Service, service

CANDIDATES_OF_A_KIND = 250
BUSY_ROWS = 4


async def wishes_page(request: Request) -> HTMLResponse:
    """GET /k/{secret}/propose: what may be wished"""
    opened = await open_keep(request)
    return _page(request, opened.secret, {})


async def proposal_page(request: Request) -> HTMLResponse:
    """POST /k/{secret}/propose: a week from the wishes, with another seed another week"""
    running, opened = service(request), await open_keep(request)
    form = await request.form(max_files=0, max_fields=60)
    given = as_parameters([(k, v) for k, v in form.multi_items() if isinstance(v, str)])
    wishes, seed = read_wishes(form, opened.plan), whole(form, "seed", default=0, most=10_000)
    place = await one_place(running.geocoder, given, country=country_of(request))
    proposal = await proposed(running, opened.plan, given, place, wishes, seed=seed)
    country = place.country if place else ""
    return _page(
        request, opened.secret, given, country=country, proposal=proposal, next_seed=seed + 1
    )


async def proposed(
    running: Service,
    plan: Plan,
    given: Parameters,
    place: Place | None,
    wishes: Wishes,
    *,
    seed: int,
) -> Proposal:
    """Return a week for *wishes*, off the event loop; *given* says whose meetings, near *place*."""
    candidates = list(_candidates(running, given, place))
    centre = place.point if place else None
    clock = _clock(running, plan, place)
    # Where nobody knows the person's zone, each meeting counts by its own clock.
    weeks = weeks_from(running.now().date(), clock) if clock else None
    return await asyncio.to_thread(
        lambda: propose(
            slots_of(candidates, centre=centre, weeks=weeks), wishes, seed=seed, weeks=weeks
        )
    )


def read_wishes(form: FormData, plan: Plan) -> Wishes:
    """Return the wishes; own weekly appointments of the plan count as taken. Raises InvalidPlan."""
    try:
        return Wishes(
            per_week=whole(form, "per_week", default=5, most=14),
            in_person_least=whole(form, "in_person", default=0, most=14),
            online_least=whole(form, "online_least", default=0, most=14),
            earliest=time(text(form, "earliest") or "00:00", "earliest"),
            latest=time(text(form, "latest") or "23:59", "latest"),
            has_home_group=text(form, "home") == "1",
            busy=(*_busy(form), *own_times(plan)),
        )
    except ValueError as problem:
        raise InvalidPlan(
            "per_week", "In person and online together are at most as many as in all."
        ) from problem


def _clock(running: Service, plan: Plan, place: Place | None) -> ZoneInfo | None:
    """Return the zone whose week is planned: the chosen one, the place's, that of the meetings."""
    chosen = entries_of(plan, running.catalogue, now=running.now())
    schedules = [entry.hit.meeting.schedule for entry in chosen]
    of_meetings = [each.timezone for each in schedules if each is not None and each.timezone]
    of_place = zone_at(place.point) if place else None
    return plan.options.timezone or of_place or next(iter(of_meetings), None)


def _page(
    request: Request,
    secret: str,
    given: dict[str, list[str]],
    *,
    country: str = "",
    proposal: Proposal | None = None,
    next_seed: int = 0,
) -> HTMLResponse:
    count_by = service(request).catalogue.count_by
    return page(
        request,
        "plan_wishes.html",
        here=f"/k/{secret}",
        given=defaultdict(str, {name: values[0] for name, values in given.items()}),
        fellowships=given.get("fellowship", []),
        count_by=count_by,
        held_in=held_in(count_by("language"), frozenset(filter(None, given.get("language", [])))),
        busy_rows=range(BUSY_ROWS),
        country=country,
        proposal=proposal,
        next_seed=next_seed,
    )


def _candidates(running: Service, given: Parameters, place: Place | None) -> Iterator[Meeting]:
    kept = ("fellowship", "language") if place is None else ("fellowship", "language", "radius_km")
    asked = {name: values for name, values in given.items() if name in kept}
    near = read_search(asked, centre=place.point if place else None)
    if place is not None:
        yield from _found(running, near)
    yield from _found(running, replace(near, centre=None, radius_km=None, online=True))


def _found(running: Service, search: Search) -> Iterator[Meeting]:
    cursor: str | None = ""
    seen = 0
    while cursor is not None and seen < CANDIDATES_OF_A_KIND:
        results = running.catalogue.find(
            replace(search, limit=LIMIT_MOST, cursor=cursor), now=running.now()
        )
        yield from (hit.meeting for hit in results.hits)
        seen, cursor = seen + len(results.hits), results.next_cursor


def _busy(form: FormData) -> Iterator[Busy]:
    for row in range(BUSY_ROWS):
        start, end = text(form, f"busy_start_{row}"), text(form, f"busy_end_{row}")
        if start and end:
            yield Busy(
                weekday=whole(form, f"busy_day_{row}", default=1, most=7),
                start=time(start, "busy"),
                end=time(end, "busy"),
            )


def own_times(plan: Plan) -> Iterator[Busy]:
    """Yield the weekly appointments of *plan*, which meetings must not fall on."""
    for each in plan.appointments:
        if each.weekday is not None:
            yield Busy(weekday=each.weekday, start=each.start, end=each.end, timezone=each.timezone)
