"""A plan from a search, a share from the plan, opened by somebody else, followed, taken back."""

from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.clients import subscriber
from tests.clients.following import Subscriber, subscribed
from tests.e2e.visiting import arriving

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return subscriber(tmp_path_factory.mktemp("programs"))


def titles(person: Subscriber) -> set[str]:
    """Return what the person's calendar shows for the weeks to come, after it looked again."""
    person.sync()
    return set(person.agenda())


def entries(names: list[str]) -> set[str]:
    return {f"SAMPLE NA: {name}" for name in names}


def value(page: Page, label: str) -> str:
    return page.get_by_label(label).first.input_value()


def names(page: Page) -> list[str]:
    return page.locator("li.hit h2 bdi").all_inner_texts()


def test_a_plan_is_made_shared_copied_followed_changed_and_taken_back(
    demo: str, profile: BrowserContext, browser: Browser, programs: Path, tmp_path: Path
) -> None:
    asked: list[str] = []
    profile.on("request", lambda request: asked.append(request.url))

    # From a search to a plan.
    page = profile.new_page()
    page.goto(demo)
    page.get_by_label("Find meetings near").fill("Brooklyn, NY")
    with arriving(page):
        # Suggestions may lie over the button.
        page.get_by_label("Find meetings near").press("Enter")
    assert "/find/us-ny-brooklyn" in page.url
    named = {hit.get_by_role("heading").inner_text(): hit for hit in page.locator("li.hit").all()}
    for hit in list(named.values())[:3]:
        hit.get_by_label("Put in a list").check()
    with arriving(page):
        page.get_by_role("button", name="Make a list of the ticked meetings").click()
    chosen = sorted(names(page))
    assert len(chosen) == 3
    with arriving(page):
        page.get_by_role("link", name="Make it my plan").click()
    with arriving(page):
        page.get_by_role("button", name="Make the plan").click()
    keep = page.url
    assert "/k/" in keep
    assert value(page, "Keep it as a bookmark, or copy it") == keep

    # A share of two of the three, opened in another profile.
    shares = page.locator("#shares")
    ticks = shares.get_by_role("group", name="Meetings to share").get_by_role("checkbox")
    for tick in ticks.all()[:2]:
        tick.check()
    with arriving(page):
        shares.get_by_role("button", name="Make a share").click()
    page.locator("#shares details summary").first.click()
    share = value(page, "Its link")
    other = browser.new_context(java_script_enabled=False)
    theirs = other.new_page()
    theirs.goto(share)
    shown = sorted(names(theirs))
    assert len(shown) == 2
    assert set(shown) <= set(chosen)
    (hidden,) = set(chosen) - set(shown)
    assert hidden not in theirs.content()

    # Followed by a calendar program, changed by its maker.
    feed = f"{share}/calendar.ics"
    person = subscribed(tmp_path / "person", feed, programs)
    assert titles(person) == entries(shown)
    with arriving(theirs):
        theirs.get_by_role("button", name="Take a private copy as my own plan").click()
    assert "/k/" in theirs.url
    assert theirs.url != keep
    boxes = page.get_by_role("group", name="Meetings it shows").get_by_role("checkbox")
    for box in boxes.all():
        box.check()
    with arriving(page):
        page.locator("#shares details form").first.get_by_role("button", name="Save").click()
    assert titles(person) == entries(chosen)

    # Taken back.
    page.locator("#shares details summary").first.click()
    with arriving(page):
        page.get_by_role("button", name="Take this share back").click()
    gone = theirs.goto(share)
    assert gone is not None
    assert gone.status == 404
    assert "This link opens no list any more." in theirs.content()
    assert titles(person) == set()
    assert "SUMMARY:This calendar link was replaced" in httpx2.get(feed).text
    other.close()

    assert {url.removeprefix(demo)[:1] for url in asked if not url.startswith("data:")} == {"/"}
