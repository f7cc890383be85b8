"""A plan from a search, a share from the plan, opened by somebody else, followed, taken back."""

import httpx2
import icalendar
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.long


def summaries(address: str) -> list[str]:
    """Read a calendar as a calendar program does, following what its link gives now."""
    feed = httpx2.get(address)
    events = icalendar.Calendar.from_ical(feed.content).walk("VEVENT")
    return sorted(str(event["SUMMARY"]) for event in events)


def value(page: Page, label: str) -> str:
    return page.get_by_label(label).first.input_value()


def names(page: Page) -> list[str]:
    return page.locator("li.hit h2 bdi").all_inner_texts()


def test_a_plan_is_made_shared_copied_followed_changed_and_taken_back(
    demo: str, profile: BrowserContext, browser: Browser
) -> None:
    asked: list[str] = []
    profile.on("request", lambda request: asked.append(request.url))

    # From a search to a plan.
    page = profile.new_page()
    page.goto(demo)
    page.get_by_label("Find meetings near").fill("Brooklyn, NY")
    page.get_by_role("button", name="Find").click()
    assert "/find/us-ny-brooklyn" in page.url
    for box in page.get_by_label("Put in a list").all()[:3]:
        box.check()
    page.get_by_role("button", name="Make a list of the ticked meetings").click()
    chosen = sorted(names(page))
    page.get_by_role("link", name="Make it my plan").click()
    page.get_by_role("button", name="Make the plan").click()
    keep = page.url
    assert "/k/" in keep
    assert value(page, "Keep it as a bookmark, or copy it") == keep

    # A share of two of the three, opened in another profile.
    shares = page.locator("#shares")
    ticks = shares.get_by_role("group", name="Meetings to share").get_by_role("checkbox")
    for tick in ticks.all()[:2]:
        tick.check()
    shares.get_by_role("button", name="Make a share").click()
    page.locator("#shares details summary").first.click()
    share = value(page, "Its link")
    other = browser.new_context(java_script_enabled=False)
    theirs = other.new_page()
    theirs.goto(share)
    shown = sorted(names(theirs))
    assert len(shown) == 2
    assert set(shown) <= set(chosen)
    (hidden,) = set(chosen) - set(shown) or {""}
    assert not hidden or hidden not in theirs.content()

    # Followed by a calendar program, changed by its maker.
    feed = f"{share}/calendar.ics"
    assert len(summaries(feed)) == 2
    theirs.get_by_role("button", name="Take a private copy as my own plan").click()
    assert "/k/" in theirs.url
    assert theirs.url != keep
    boxes = page.get_by_role("group", name="Meetings it shows").get_by_role("checkbox")
    for box in boxes.all():
        box.check()
    page.locator("#shares details form").first.get_by_role("button", name="Save").click()
    assert len(summaries(feed)) == 3

    # Taken back.
    page.locator("#shares details summary").first.click()
    page.get_by_role("button", name="Take this share back").click()
    gone = theirs.goto(share)
    assert gone is not None
    assert gone.status == 404
    assert "This link opens no list any more." in theirs.content()
    assert summaries(feed) == ["This calendar link was replaced"]
    other.close()

    assert {url.removeprefix(demo)[:1] for url in asked if not url.startswith("data:")} == {"/"}
