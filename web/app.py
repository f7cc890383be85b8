"""The service's routes: read this list first."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib import resources

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from meetings.errors import MeetingsError
from web.api import meetings as api
from web.feeds import calendars
from web.pages import finding, lists, meeting, sample, upkeep
from web.problems import answer_problem
from web.security import SecurityHeaders
from web.service import Service


async def livez(request: Request) -> PlainTextResponse:  # noqa: ARG001 - Starlette calls it so
    """GET /livez"""
    return PlainTextResponse("alive")


ROUTES: list[Route | Mount] = [
    # pages
    Route("/", finding.start),
    Route("/find", finding.find, methods=["GET"]),
    Route("/find", finding.search_by_post, methods=["POST"]),
    Route("/find/{slug}", finding.find),
    Route("/now", finding.now),
    Route("/now/{slug}", finding.now),
    Route("/meetings/{number:int}", meeting.meeting),
    Route("/list", lists.show_list),
    Route("/sources", upkeep.sources),
    Route("/about", upkeep.about),
    Route("/robots.txt", upkeep.robots),
    Route("/sample/close-hall", sample.close_hall, methods=["POST"]),
    # calendars
    Route("/meetings/{number:int}/calendar.ics", calendars.meeting_calendar),
    Route("/calendar.ics", calendars.search_calendar),
    Route("/list/calendar.ics", calendars.list_calendar),
    # programs
    Route("/api/meetings", api.find_meetings),
    Route("/api/meetings/{number:int}", api.one_meeting),
    Route("/api/places", api.find_places),
    # operations
    Route("/livez", livez),
    Mount("/static", StaticFiles(directory=str(resources.files("web") / "static"))),
]

Background = Callable[[Service], Awaitable[None]]


def create_app(
    opened: Callable[[], AbstractAsyncContextManager[Service]],
    *,
    background: Sequence[Background] = (Service.follow,),
) -> ASGIApp:
    """
    Return the application; *opened* gives the service for as long as it runs.

    *background* are the tasks that live as long: following the catalogue's version, and
    whatever the caller adds, such as refreshing the sources.
    """

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with opened() as running:
            await running.load()
            app.state.service = running
            async with asyncio.TaskGroup() as tasks:
                running_tasks = [tasks.create_task(_run(task, running)) for task in background]
                yield
                for running_task in running_tasks:
                    running_task.cancel()

    app = Starlette(
        routes=ROUTES,
        exception_handlers={
            MeetingsError: answer_problem,
            HTTPException: answer_problem,
            Exception: answer_problem,
        },
        lifespan=lifespan,
    )
    return SecurityHeaders(app)  # outside Starlette's own handler of unforeseen errors


async def _run(task: Background, running: Service) -> None:
    await task(running)
