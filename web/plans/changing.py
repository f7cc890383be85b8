"""
What a plan's forms do. Every change is a POST; a GET changes nothing, since previews follow links.

A form carries the stamp of the plan it was shown for: two windows never overwrite each other. What
only adds, or takes back what it names by its secret, may come without one, as pages of meetings do.
"""

import datetime as dt
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import replace
from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from meetings import plans
from meetings.errors import Conflict, Invalid, InvalidPlan, LinkGone, NotFound
from meetings.plan import (
    Appointment,
    Chosen,
    Options,
    Plan,
    SharedList,
    plan_from,
)
from meetings.plans import Kind, OpenPlan
from meetings.sealing import canonical
from meetings.sentences import sentence
from web.pages.render import page
from web.parameters import read_numbers
from web.plans.feeds import forget_feeds
from web.plans.forms import (
    attending,
    date,
    listed,
    numbers,
    taken,
    text,
    texts,
    time,
    time_zone,
    whole,
)
from web.plans.opening import RETRY_SECONDS, client_address, open_keep
from web.plans.pages import keep_page
from web.service import Service, service

FILE_MOST_BYTES = 100_000
FIELDS_MOST = 200
CHANGED_MEANWHILE = sentence(
    "This plan was changed in another window meanwhile. Nothing was lost: this is how it is now."
)

Change = Callable[[Service, OpenPlan, FormData], Awaitable[OpenPlan]]


async def make(request: Request) -> Response:
    """POST /plans: a new plan, of ticked meetings or of a file that was saved before"""
    running = service(request)
    if not running.creations.take(client_address(request), now=running.now()):
        running.limited["creations"] += 1
        raise HTTPException(429, headers={"Retry-After": RETRY_SECONDS})
    async with request.form(max_files=1, max_fields=FIELDS_MOST) as form:
        plan = await _saved(form) or Plan(chosen=_chosen(numbers(form)))
    opened = await plans.make_plan(running.database, plan, now=running.now())
    return RedirectResponse(f"/k/{opened.secret}", status_code=303)


async def make_with_share(request: Request) -> Response:
    """POST /plans/shares: a plan of ticked meetings and at once a share of them, to hand on"""
    running = service(request)
    if not running.creations.take(client_address(request), now=running.now()):
        running.limited["creations"] += 1
        raise HTTPException(429, headers={"Retry-After": RETRY_SECONDS})
    form = await request.form(max_files=0, max_fields=FIELDS_MOST)
    plan = Plan(chosen=_chosen(_ticked(form)))
    plans.check_end(_end(form), now=running.now())
    opened = await plans.make_plan(running.database, plan, now=running.now())
    shared = await _make_share(running, opened, form)
    return RedirectResponse(f"/k/{shared.secret}#shares", status_code=303)


async def open_code(request: Request) -> Response:
    """POST /code: "I have a code", whichever kind of link it is"""
    running, form = service(request), await request.form(max_files=0, max_fields=1)
    secret = canonical(text(form, "code"))
    address, now = client_address(request), running.now()
    for kind, opener, path in (
        (Kind.KEEP, plans.open_plan, "k"),
        (Kind.SHARE, plans.open_share, "s"),
    ):
        try:
            await opener(running.database, secret or "", now=now)
        except LinkGone:
            continue
        running.used[secret or ""] = kind
        return RedirectResponse(f"/{path}/{secret}", status_code=303)
    if not running.misses.take(address, now=now):
        raise HTTPException(429, headers={"Retry-After": RETRY_SECONDS})
    # One answer for every code that opens nothing, whatever the reason; what was typed may be most
    # of a secret, and is not repeated.
    return page(request, "wrong_code.html", status=404)


async def change(request: Request) -> Response:
    """POST /k/{secret}/{change}: one of CHANGES, then back to the plan"""
    running, opened = service(request), await open_keep(request)
    act = CHANGES.get(request.path_params["change"])
    if act is None:
        raise HTTPException(404)
    form = await request.form(max_files=0, max_fields=FIELDS_MOST)
    try:
        _check_stamp(opened, form, may_be_empty=act in ADDING)
        after = await act(running, opened, form)
    except Conflict:
        return await keep_page(request, opened, problem=CHANGED_MEANWHILE, status=409)
    except Invalid as problem:
        return await keep_page(request, opened, problem=problem.sentence, status=400)
    forget_feeds(running, opened.plan)
    return RedirectResponse(f"/k/{after.secret}#{quote(text(form, 'back'))}", status_code=303)


async def delete(request: Request) -> Response:
    """POST /k/{secret}/delete: everything of it, for good"""
    running, opened = service(request), await open_keep(request)
    try:
        form = await request.form(max_files=0, max_fields=FIELDS_MOST)
        _check_stamp(opened, form, may_be_empty=False)
        await plans.delete_plan(running.database, opened, now=running.now())
    except Conflict:
        return await keep_page(request, opened, problem=CHANGED_MEANWHILE, status=409)
    forget_feeds(running, opened.plan)
    return RedirectResponse("/plans/deleted", status_code=303)


def _check_stamp(opened: OpenPlan, form: FormData, *, may_be_empty: bool) -> None:
    stamp = text(form, "stamp")
    if stamp != opened.stamp and not (may_be_empty and not stamp):
        raise Conflict("the form was not made for this state of the plan")


async def _add(running: Service, opened: OpenPlan, form: FormData) -> OpenPlan:
    known = {each.number for each in opened.plan.chosen}
    new = [number for number in numbers(form) if number not in known]
    for number in new:
        running.catalogue.get(number)
    return await _put(running, opened, chosen=(*opened.plan.chosen, *_chosen(new)))


async def _take(running: Service, opened: OpenPlan, form: FormData) -> OpenPlan:
    """Add the ticked slots of a proposal: the weekday that was proposed, with its backup."""
    chosen = {each.number: each for each in opened.plan.chosen}
    for slot in taken(form):
        running.catalogue.get(slot.number)
        before = chosen.get(slot.number)
        chosen[slot.number] = slot if before is None else _with_slot(before, slot)
    return await _put(running, opened, chosen=tuple(chosen.values()))


def _with_slot(before: Chosen, slot: Chosen) -> Chosen:
    """Return what was chosen with one day more; without weekdays it is on every one already."""
    days = tuple(sorted({*before.weekdays, *slot.weekdays})) if before.weekdays else ()
    return replace(before, weekdays=days, backup=before.backup or slot.backup)


async def _remove(running: Service, opened: OpenPlan, form: FormData) -> OpenPlan:
    gone = set(numbers(form))
    chosen = tuple(each for each in opened.plan.chosen if each.number not in gone)
    return await _put(running, opened, chosen=chosen)


async def _edit(running: Service, opened: OpenPlan, form: FormData) -> OpenPlan:
    (number,) = numbers(form) or [0]
    backups = read_numbers([text(form, "backup")], most=1)
    edited = Chosen(
        number=number,
        weekdays=tuple(sorted(read_numbers(texts(form, "day"), most=7))),
        attending=attending(text(form, "attending")),
        note=text(form, "note"),
        backup=backups[0] if backups else None,
    )
    chosen = tuple(edited if each.number == number else each for each in opened.plan.chosen)
    return await _put(running, opened, chosen=chosen)


async def _appoint(running: Service, opened: OpenPlan, form: FormData) -> OpenPlan:
    day, on = text(form, "day"), text(form, "on")
    appointment = Appointment(
        label=text(form, "label"),
        weekday=int(day) if day.isascii() and day.isdigit() and not on else None,
        on=date(on, "on") if on else None,
        start=time(text(form, "start"), "start"),
        end=time(text(form, "end"), "end"),
        timezone=time_zone(text(form, "timezone")),
    )
    appointments = (*opened.plan.appointments, appointment)
    return await _put(running, opened, appointments=appointments)


async def _unappoint(running: Service, opened: OpenPlan, form: FormData) -> OpenPlan:
    (gone,) = read_numbers([text(form, "position")], most=1) or [-1]
    kept = (each for place, each in enumerate(opened.plan.appointments) if place != gone)
    return await _put(running, opened, appointments=tuple(kept))


async def _set_options(running: Service, opened: OpenPlan, form: FormData) -> OpenPlan:
    weeks = whole(form, "horizon", default=0, most=52)
    counts_from, today = opened.plan.options.starts_on, running.now().date()
    has_milestones = text(form, "milestones") == "1"
    options = Options(
        timezone=time_zone(text(form, "timezone")) if text(form, "timezone") else None,
        reminder_minutes=whole(form, "reminder", default=0, most=10_000) or None,
        has_plain_titles=text(form, "titles") == "plain",
        horizon_weeks=weeks or None,
        starts_on=(counts_from or today) if weeks or has_milestones else None,
        has_milestones=has_milestones,
    )
    return await _put(running, opened, options=options)


async def _renew(running: Service, opened: OpenPlan, form: FormData) -> OpenPlan:  # noqa: ARG001 - a Change
    """Let the same weeks begin anew today."""
    options = replace(opened.plan.options, starts_on=running.now().date())
    return await _put(running, opened, options=options)


async def _make_calendar(running: Service, opened: OpenPlan, form: FormData) -> OpenPlan:
    titles = text(form, "titles")
    if titles not in ("full", "plain"):
        raise InvalidPlan("titles", "Please choose what the calendar shows.")
    options = replace(opened.plan.options, has_plain_titles=titles == "plain")
    before = await _put(running, opened, options=options)
    return await plans.make_calendar(running.database, before, now=running.now())


async def _revoke_calendar(running: Service, opened: OpenPlan, form: FormData) -> OpenPlan:
    return await plans.revoke_calendar(
        running.database, opened, text(form, "link"), now=running.now()
    )


async def _make_share(running: Service, opened: OpenPlan, form: FormData) -> OpenPlan:
    return await plans.make_share(
        running.database,
        opened,
        _shared_list(running, opened, form),
        label=text(form, "label"),
        expires_on=_end(form),
        now=running.now(),
    )


async def _edit_share(running: Service, opened: OpenPlan, form: FormData) -> OpenPlan:
    return await plans.change_share(
        running.database,
        opened,
        text(form, "link"),
        _shared_list(running, opened, form),
        label=text(form, "label"),
        expires_on=_end(form),
    )


async def _revoke_share(running: Service, opened: OpenPlan, form: FormData) -> OpenPlan:
    return await plans.revoke_share(running.database, opened, text(form, "link"), now=running.now())


async def _rotate(running: Service, opened: OpenPlan, form: FormData) -> OpenPlan:  # noqa: ARG001 - a Change
    return await plans.rotate_keep(running.database, opened, now=running.now())


CHANGES: Mapping[str, Change] = {
    "add": _add,
    "take": _take,
    "remove": _remove,
    "edit": _edit,
    "appoint": _appoint,
    "unappoint": _unappoint,
    "options": _set_options,
    "renew": _renew,
    "calendar": _make_calendar,
    "revoke-calendar": _revoke_calendar,
    "share": _make_share,
    "edit-share": _edit_share,
    "revoke-share": _revoke_share,
    "rotate": _rotate,
}

ADDING: Collection[Change] = (
    _add,
    _take,
    _appoint,
    _revoke_calendar,
    _make_share,
    _revoke_share,
    _rotate,
)


async def _put(running: Service, opened: OpenPlan, **fields: object) -> OpenPlan:
    plan = replace(opened.plan, **fields)  # type: ignore[arg-type]  # fields of Plan, by its callers
    return await plans.change_plan(running.database, opened, plan)


def _shared_list(running: Service, opened: OpenPlan, form: FormData) -> SharedList:
    more = listed(text(form, "more"))
    for number in more:
        _check_known(running, number)
    numbers_shown = dict.fromkeys([*(numbers(form) if more else _ticked(form)), *more])
    return SharedList(numbers=tuple(numbers_shown), timezone=opened.plan.options.timezone)


def _check_known(running: Service, number: int) -> None:
    try:
        running.catalogue.get(number)
    except NotFound:
        raise InvalidPlan(
            "meetings", "No meeting here has the number {number}.", number=str(number)
        ) from None


def _ticked(form: FormData) -> list[int]:
    ticked = numbers(form)
    if not ticked:
        raise InvalidPlan("meetings", "Please tick the meetings that the list shows.")
    return ticked


def _chosen(numbers: list[int]) -> tuple[Chosen, ...]:
    return tuple(Chosen(number=number) for number in numbers)


async def _saved(form: FormData) -> Plan | None:
    """Return the plan in an uploaded file, with new links to come, or None without a file."""
    upload = form.get("file")
    if upload is None or isinstance(upload, str) or not upload.filename:
        return None
    content = await upload.read(FILE_MOST_BYTES + 1)
    if len(content) > FILE_MOST_BYTES:
        raise InvalidPlan("file", "This file is too large to be a plan that was saved here.")
    saved = plan_from(content)
    return Plan(chosen=saved.chosen, appointments=saved.appointments, options=saved.options)


def _end(form: FormData) -> dt.date | None:
    given = text(form, "expires_on")
    return date(given, "expires_on") if given else None
