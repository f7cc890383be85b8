"""
The calendars of plans and shares: what was chosen, as it was chosen, behind its own secret.

A poll is answered from memory while the link was looked at within LOOK_AGAIN_AFTER, so that
a link taken back on another node is gone there within that time; on this one it is at once.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from meetings import calendars, plans
from meetings.calendars import Look
from meetings.errors import LinkGone, LinkReplaced, NotFound, StorageError
from meetings.model import Meeting, VenueType
from meetings.plan import Attending, Chosen, Options, Plan
from meetings.plans import Kind
from meetings.sealing import canonical, hash_of
from web.feeds.answering import PRIVATE, answer_feed, answer_options
from web.plans.kept import PlanFeed
from web.plans.opening import count_miss
from web.service import Service, service

LOOK_AGAIN_AFTER = dt.timedelta(seconds=20)
KEPT_MOST = 10_000
MILESTONE_EVERY_WEEKS, MILESTONES_LAST_WEEK = 4, 52


async def plan_calendar(request: Request) -> Response:
    """GET /c/{secret}/calendar.ics"""
    return await _answer(request, Kind.CALENDAR)


async def share_calendar(request: Request) -> Response:
    """GET /s/{secret}/calendar.ics"""
    return await _answer(request, Kind.SHARE)


def forget_feeds(running: Service, plan: Plan) -> None:
    """Make the next poll of each feed of *plan* look again: it was changed or taken back."""
    for secret in plan.calendars:
        running.plan_feeds.pop(_key(Kind.CALENDAR, secret), None)
    for share in plan.shares:
        running.plan_feeds.pop(_key(Kind.SHARE, share.secret), None)


def _key(kind: Kind, secret: str) -> str:
    """Return what a feed is kept under: a secret of one kind opens nothing as another."""
    return f"{kind}:{hash_of(secret)}"


async def _answer(request: Request, kind: Kind) -> Response:
    if request.method == "OPTIONS":
        return answer_options()
    running = service(request)
    secret = canonical(request.path_params["secret"])
    key = _key(kind, secret or "")
    kept = running.plan_feeds.get(key)
    if kept is None or not _is_fresh(kept, running):
        kept = await _looked_up(request, kind, secret or "", kept)
        if len(running.plan_feeds) >= KEPT_MOST:
            running.plan_feeds.clear()
        running.plan_feeds[key] = kept
    running.used[secret or ""] = kind
    return answer_feed(
        request,
        etag=kept.etag,
        changed_at=None,  # a plan's change moves no meeting's: the entity tag alone tells
        body=lambda: kept.body,
        cache_control=PRIVATE,
    )


async def _looked_up(request: Request, kind: Kind, secret: str, kept: PlanFeed | None) -> PlanFeed:
    """Read the plan and make its feed; while the database is away the last bytes serve on."""
    running = service(request)
    now = running.now()
    try:
        body = await _body(running, kind, secret)
    except LinkReplaced as replaced:
        body = calendars.replaced_notice(_look(running, Options()), on=replaced.on)
    except LinkGone:
        count_miss(request)
        raise
    except StorageError:
        if kept is None:
            raise
        return replace(kept, looked_at=now)
    return PlanFeed(
        version=running.catalogue.version,
        on=now.date(),
        looked_at=now,
        etag=hashlib.sha256(body).hexdigest()[:32],
        body=body,
    )


async def _body(running: Service, kind: Kind, secret: str) -> bytes:
    now = running.now()
    if kind is Kind.CALENDAR:
        plan = await plans.open_calendar(running.database, secret, now=now)
    else:
        shared = await plans.open_share(running.database, secret, now=now)
        plan = Plan(chosen=tuple(Chosen(number=number) for number in shared.numbers))
    chosen = {each.number: each for each in plan.chosen}
    meetings = [
        _as_chosen(running.catalogue.get(number), each, plan.options)
        for number, each in chosen.items()
        if _is_known(running, number)
    ]
    look = _look(running, plan.options)
    return calendars.feed(
        meetings,
        look,
        horizon_on=now.date(),
        empty_on=plan.options.starts_on or now.date().replace(month=1, day=1),
        build=_kept(running, chosen, plan.options),
        beside=tuple(_milestones(look, plan.options)),
    )


def _milestones(look: Look, options: Options) -> Iterator[bytes]:
    """Yield "4 weeks of this plan" and its like: up to the plan's end, or a year without one."""
    if options.has_milestones and options.starts_on is not None:
        last = options.horizon_weeks or MILESTONES_LAST_WEEK
        for weeks in range(MILESTONE_EVERY_WEEKS, last + 1, MILESTONE_EVERY_WEEKS):
            on = options.starts_on + dt.timedelta(weeks=weeks, days=-1)
            yield calendars.milestone(look, on=on, weeks=weeks)


def _as_chosen(meeting: Meeting, chosen: Chosen, options: Options) -> Meeting:
    """Return *meeting* on the days taken, up to the plan's end, joined as its person goes."""
    schedule = meeting.schedule
    if schedule is not None:
        taken = tuple(rule for rule in schedule.rules if rule.weekday in chosen.weekdays)
        ends = [day for day in (schedule.until, options.ends_on) if day is not None]
        schedule = replace(schedule, rules=taken or schedule.rules, until=min(ends, default=None))
    if meeting.venue_type is VenueType.HYBRID and chosen.attending is Attending.ONLINE:
        meeting = replace(meeting, venue_type=VenueType.ONLINE)
    if meeting.venue_type is VenueType.HYBRID and chosen.attending is Attending.IN_PERSON:
        meeting = replace(meeting, venue_type=VenueType.IN_PERSON, online=None)
    return replace(meeting, schedule=schedule)


def _look(running: Service, options: Options) -> Look:
    return Look(
        title_prefix=running.site.title_prefix,
        uid_host=running.site.uid_host,
        base_url=running.site.base_url,
        is_busy=True,
        is_private=True,
        is_plain=options.has_plain_titles,
        reminder_minutes=options.reminder_minutes,
    )


def _kept(running: Service, chosen: dict[int, Chosen], options: Options) -> calendars.Build:

    def build(meeting: Meeting, look: Look, *, horizon_on: dt.date) -> bytes:
        each = chosen[meeting.number]
        how = (each.weekdays, each.attending, options.ends_on)
        key = (meeting.number, meeting.revision, look.of_events(), horizon_on.year, how)
        make = partial(calendars.events, meeting, look, horizon_on=horizon_on)
        return running.events.get(key, make)

    return build


def _is_fresh(kept: PlanFeed, running: Service) -> bool:
    now = running.now()
    return (
        kept.version == running.catalogue.version
        and kept.on == now.date()
        and now - kept.looked_at < LOOK_AGAIN_AFTER
    )


def _is_known(running: Service, number: int) -> bool:
    try:
        running.catalogue.get(number)
    except NotFound:
        return False
    return True
