"""A visit by a browser: who it was, what it asked for, and that it left nothing behind."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page

PHONE, DESK = 360, 1280
HEIGHTS = {PHONE: 740, DESK: 900}


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who comes: a language, a screen, with or without JavaScript."""

    language: str = "en-US"
    width: int = PHONE
    has_script: bool = True
    scheme: Literal["light", "dark"] = "light"
    timezone: str = "America/New_York"

    @property
    def name(self) -> str:
        script = "script" if self.has_script else "no script"
        return f"{self.language[:2]}, {self.width} px, {script}"


@dataclass(slots=True)
class Visit:
    site: str
    visitor: Visitor
    context: BrowserContext
    page: Page
    asked: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        """Open a page, which may say that there is nothing, but not that it broke."""
        answer = self.page.goto(self.site + path)
        assert answer is None or answer.status < 500, f"{path}: {answer.status}"

    @contextmanager
    def arriving(self) -> Iterator[None]:
        with arriving(self.page):
            yield

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path


@contextmanager
def arriving(page: Page) -> Iterator[None]:
    """
    Wait at the end for the whole page that what is done here leads to.

    A click alone waits until the next page begins: what is counted on it right away may be none.
    """
    with page.expect_navigation(wait_until="load"):
        yield


@contextmanager
def visiting(browser: Browser, site: str, visitor: Visitor, **options: Any) -> Iterator[Visit]:
    """Open a profile of its own; at the end it must hold nothing, and have asked nobody else."""
    context = browser.new_context(
        locale=visitor.language,
        java_script_enabled=visitor.has_script,
        viewport={"width": visitor.width, "height": HEIGHTS.get(visitor.width, 900)},
        color_scheme=visitor.scheme,
        timezone_id=visitor.timezone,
        **options,
    )
    page = context.new_page()
    page.set_default_timeout(30_000)  # a machine may be busy
    visit = Visit(site, visitor, context, page)
    context.on("request", lambda request: visit.asked.append(request.url))
    try:
        yield visit
        assert elsewhere(visit.asked, site) == []
        assert context.storage_state() == {"cookies": [], "origins": []}
    finally:
        context.close()


def elsewhere(asked: list[str], site: str) -> list[str]:
    """Return the addresses of other origins; what is in the page itself was not asked for."""
    return [url for url in asked if urlsplit(url).scheme != "data" and not _is_of(url, site)]


def _is_of(url: str, site: str) -> bool:
    return url == site or url.startswith(f"{site}/")
