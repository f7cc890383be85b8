"""The service's routes: read this list first."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from meetings.errors import MeetingsError
from web import operations
from web.api import changes as api_changes
from web.api import meetings as api
from web.api import openapi as api_openapi
from web.api import planning
from web.api import plans as plan_api
from web.api import publishing as api_publishing
from web.api.answering import METHODS as API_METHODS
from web.api.answering import for_everybody
from web.bmlt import answering as bmlt
from web.feeds import calendars
from web.feeds.answering import METHODS
from web.flooding import LimitedSearches
from web.keptfiles import KeptFiles
from web.logs import note_request
from web.metrics import Measured, Measurements
from web.pages import (
    coverage,
    finding,
    groups,
    helping,
    lists,
    meeting,
    now,
    orientation,
    programs,
    publishing,
    sample,
    subscribe,
    upkeep,
)
from web.plans import changing as plan_changes
from web.plans import feeds as plan_feeds
from web.plans import pages as plan_pages
from web.plans import paper, proposing, sharing
from web.problems import answer_problem
from web.routing import DirectRouter
from web.security import BoundedBodies, SameSiteForms, SecurityHeaders
from web.service import Service
from web.speaking import LinkedLanguage
from web.tsml import answering as meeting_guide

ROUTES: list[Route | Mount] = [
    # pages
    Route("/", finding.start),
    Route("/find", finding.find, methods=["GET"]),
    Route("/find", finding.search_by_post, methods=["POST"]),
    Route("/find/{slug}", finding.find),
    Route("/subscribe", subscribe.subscribe_to_search),
    Route("/meetings/{number:int}/subscribe", subscribe.subscribe_to_meeting),
    Route("/list/subscribe", subscribe.subscribe_to_list),
    Route("/now", now.now),
    Route("/now/{slug}", now.now),
    Route("/coverage/{slug}", coverage.coverage),
    Route("/meetings/{number:int}", meeting.meeting),
    Route("/list", lists.show_list),
    Route("/map", orientation.streets),
    Route("/map.svg", orientation.map_svg),
    Route("/plans/new", plan_pages.new_plan),
    Route("/plans", plan_changes.make, methods=["POST"]),
    Route("/plans/shares", plan_changes.make_with_share, methods=["POST"]),
    Route("/plans/deleted", plan_pages.deleted),
    Route("/code", plan_changes.open_code, methods=["POST"]),
    Route("/k/{secret}", plan_pages.keep),
    Route("/k/{secret}/add", plan_pages.add, methods=["GET"]),
    Route("/k/{secret}/paper", paper.week_sheet),
    Route("/k/{secret}/stored", plan_pages.what_is_stored),
    Route("/k/{secret}/plan.json", plan_pages.download),
    Route("/k/{secret}/propose", proposing.wishes_page, methods=["GET"]),
    Route("/k/{secret}/propose", proposing.proposal_page, methods=["POST"]),
    Route("/k/{secret}/delete", plan_changes.delete, methods=["POST"]),
    Route("/k/{secret}/{change}", plan_changes.change, methods=["POST"]),
    Route("/s/{secret}", sharing.shared),
    Route("/s/{secret}/sheet", paper.share_sheet),
    Route("/helplines", helping.show_helplines),
    Route("/helplines/{country}", helping.show_helplines),
    Route("/sources", publishing.sources),
    Route("/fellowships", publishing.fellowships),
    Route("/for-groups", groups.for_groups, methods=["GET"]),
    Route("/for-groups", groups.check, methods=["POST"]),
    Route(f"/for-groups/{groups.TEMPLATE_NAME}", groups.template),
    Route("/api", programs.api),
    Route("/use-it", programs.use_it),
    Route("/privacy", upkeep.privacy),
    Route("/about", upkeep.about),
    Route("/robots.txt", upkeep.robots),
    Route("/sample/close-hall", sample.close_hall, methods=["POST"]),
    # calendars
    Route("/meetings/{number:int}/calendar.ics", calendars.meeting_calendar, methods=METHODS),
    Route("/calendar.ics", calendars.search_calendar, methods=METHODS),
    Route("/list/calendar.ics", calendars.list_calendar, methods=METHODS),
    Route("/c/{secret}/calendar.ics", plan_feeds.plan_calendar, methods=METHODS),
    Route("/s/{secret}/calendar.ics", plan_feeds.share_calendar, methods=METHODS),
    # programs
    Route("/api/meetings", for_everybody(api.find_meetings), methods=API_METHODS),
    Route("/api/meetings/{number:int}", for_everybody(api.one_meeting), methods=API_METHODS),
    Route("/api/places", for_everybody(api.find_places), methods=API_METHODS),
    Route("/api/changes", for_everybody(api_changes.changes), methods=API_METHODS),
    Route("/api/openapi.json", for_everybody(api_openapi.openapi), methods=API_METHODS),
    Route("/api/sources", for_everybody(api_publishing.sources), methods=API_METHODS),
    Route("/api/fellowships", for_everybody(api_publishing.fellowships), methods=API_METHODS),
    Route("/api/formats", for_everybody(api_publishing.formats), methods=API_METHODS),
    Route("/api/plans", plan_api.show, methods=["GET"]),
    Route("/api/plans", plan_api.make, methods=["POST"]),
    Route("/api/plans", plan_api.change, methods=["PUT"]),
    Route("/api/plans", plan_api.delete, methods=["DELETE"]),
    Route("/api/plans/rotate", plan_api.rotate, methods=["POST"]),
    Route("/api/plans/shared", plan_api.shared, methods=["GET"]),
    Route("/api/plans/proposals", planning.propose, methods=["POST"]),
    Route("/api/plans/stored", planning.stored, methods=["GET"]),
    Route("/api/plans/calendars", plan_api.make_calendar, methods=["POST"]),
    Route("/api/plans/calendars", plan_api.revoke_calendar, methods=["DELETE"]),
    Route("/api/plans/shares", plan_api.make_share, methods=["POST"]),
    Route("/api/plans/shares", plan_api.change_share, methods=["PUT"]),
    Route("/api/plans/shares", plan_api.revoke_share, methods=["DELETE"]),
    # clients of the field's two standards
    *(
        Route(f"{scope}{slashes}client_interface/{{format}}{end}", answer, methods=bmlt.METHODS)
        for scope, answer in (
            ("/main_server", bmlt.one_fellowship),
            ("/all/main_server", bmlt.every_fellowship),
        )
        for slashes in ("/", "//")  # crouton appends a slash to whatever address it is given
        for end in ("/", "")
    ),
    Route("/meeting-guide.json", meeting_guide.as_json, methods=meeting_guide.METHODS),
    Route("/meeting-guide.csv", meeting_guide.as_sheet, methods=meeting_guide.METHODS),
    # operations
    Route("/livez", operations.livez),
    Route("/readyz", operations.readyz),
    Route("/version", operations.show_version),
    Mount("/static", KeptFiles()),
]

Background = Callable[[Service], Awaitable[None]]

BACKGROUND: tuple[Background, ...] = (
    Service.follow,
    Service.look_ahead,
    Service.write_uses_down,
)


def create_app(
    opened: Callable[[], AbstractAsyncContextManager[Service]],
    *,
    background: Sequence[Background] = BACKGROUND,
    measured: Measurements | None = None,
) -> ASGIApp:
    """
    Return the application; *opened* gives the service for as long as it runs.

    *background* are the tasks that live as long: following the catalogue's version, and
    whatever the caller adds, such as refreshing the sources. *measured* counts for Prometheus.
    """
    measured = measured or Measurements()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with opened() as running:
            await running.start()
            app.state.service = running
            measured.watch(running)
            async with asyncio.TaskGroup() as tasks:
                running_tasks = [tasks.create_task(_run(task, running)) for task in background]
                yield
                for running_task in running_tasks:
                    running_task.cancel()

    app = Starlette(
        middleware=[
            Middleware(LimitedSearches),
            Middleware(SameSiteForms),
            Middleware(BoundedBodies, larger={"/for-groups": groups.BODY_MOST_BYTES}),
        ],
        exception_handlers={
            MeetingsError: answer_problem,
            HTTPException: answer_problem,
            Exception: answer_problem,
        },
    )
    app.router = DirectRouter(ROUTES, lifespan, known={"format": bmlt.FORMATS})
    guarded = SecurityHeaders(app)  # outside Starlette's own handler of unforeseen errors
    return Measured(LinkedLanguage(guarded), measured.note, note_request)


async def _run(task: Background, running: Service) -> None:
    await task(running)
