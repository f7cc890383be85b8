"""
Searches are limited by where they come from, generously; calendars and pages are not.

Addresses that are not of the Internet are a proxy that nobody listed, or neighbours: limiting
those would limit everybody at once.
"""

import ipaddress

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from web.problems import answer_problem
from web.service import Service

SEARCHES = ("/find", "/now", "/api/meetings", "/api/places", "/main_server", "/all/main_server")
LOOPBACK = ("127.", "::1")
RETRY_SECONDS = "5"


class LimitedSearches:
    """Answers 429 to who searches far more often than a person, or a program for many, would."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(SEARCHES) and _is_too_many(scope):
            problem = HTTPException(429, headers={"Retry-After": RETRY_SECONDS})
            response = await answer_problem(Request(scope), problem)
            await response(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def _is_too_many(scope: Scope) -> bool:
    address = scope["client"][0] if scope["client"] else ""
    if not address or address.startswith(LOOPBACK):
        return False
    running: Service = scope["app"].state.service
    if running.searches.take(address, now=running.now()) or not _is_of_the_internet(address):
        return False
    running.limited["searches"] += 1
    return True


def _is_of_the_internet(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_global
    except ValueError:
        return False
