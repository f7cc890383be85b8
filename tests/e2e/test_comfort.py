"""What JavaScript adds: suggestions, near me, copying, minutes that pass, and leaving."""

import datetime as dt
import re
from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, Locator, Request, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.e2e.places_to_see import BROOKLYN, sights
from tests.e2e.samples import Served
from tests.e2e.visiting import Visit, Visitor, visiting

pytestmark = pytest.mark.long

BOX = "[name=near][role=combobox]"


@pytest.fixture
def visit(browser: Browser, served: Served) -> Iterator[Visit]:
    place = {"latitude": 40.6512345, "longitude": -73.9498765}
    with visiting(browser, served.address, Visitor(width=1280), geolocation=place) as visit:
        yield visit


def edges(it: Locator) -> tuple[float, float]:
    """Return where it begins and ends, from above."""
    box = it.bounding_box()
    assert box is not None
    return box["y"], box["y"] + box["height"]


def test_suggestions_are_a_combobox_for_the_keyboard(visit: Visit) -> None:
    visit.go("/")
    box = visit.page.locator(BOX).first
    expect(box).to_have_attribute("role", "combobox")
    expect(box).to_have_attribute("aria-expanded", "false")

    box.press_sequentially("brookl")

    options = visit.page.get_by_role("option")
    expect(options.first).to_contain_text("Brooklyn")
    assert edges(options.first)[0] >= edges(box)[1]
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    active = box.get_attribute("aria-activedescendant") or ""
    expect(visit.page.locator(f"#{active}")).to_have_attribute("aria-selected", "true")
    box.press("Enter")
    expect(box).to_have_value(re.compile("^Brooklyn, New York"))
    expect(options).to_have_count(0)
    expect(visit.page).to_have_url(f"{visit.site}/")
    box.press("Enter")
    expect(visit.page).to_have_url(f"{visit.site}{BROOKLYN}")


def test_escape_and_leaving_the_box_close_the_suggestions(visit: Visit) -> None:
    visit.go("/")
    box, options = visit.page.locator(BOX).first, visit.page.get_by_role("option")
    box.press_sequentially("lon")
    expect(options.first).to_be_visible()

    box.press("Escape")

    expect(options).to_have_count(0)
    expect(box).to_have_value("lon")
    box.press("ArrowDown")
    expect(options.first).to_be_visible()
    box.press("Tab")
    expect(options).to_have_count(0)


def test_near_me_is_asked_on_a_press_and_sends_a_rounded_place(visit: Visit) -> None:
    visit.context.grant_permissions(["geolocation"])
    posted: list[Request] = []
    visit.context.on("request", lambda it: posted.append(it) if it.method == "POST" else None)
    visit.go("/")

    visit.page.locator("[data-near-me]").first.click()

    expect(visit.page).to_have_url(f"{visit.site}{BROOKLYN}")
    (sent,) = posted
    assert parse_qs(sent.post_data or "")["here"] == ["40.65,-73.95"]
    assert not any("40.65" in url for url in visit.asked)


def test_who_does_not_tell_where_they_are_is_helped_on(visit: Visit) -> None:
    visit.context.clear_permissions()
    visit.go("/")
    button = visit.page.locator("[data-near-me]").first

    button.click()

    expect(visit.page.locator("[data-near-me-note]")).to_be_visible()
    expect(button).to_be_enabled()


def test_a_link_is_copied(visit: Visit) -> None:
    visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit.go(sights(visit.site).main["list"])
    button = visit.page.locator("[data-copy]").first
    field = visit.page.locator(button.get_attribute("data-copy") or "")

    button.click()

    expect(button).to_have_text(button.get_attribute("data-copied") or "")
    assert visit.page.evaluate("navigator.clipboard.readText()") == field.input_value()


def test_the_minutes_until_a_meeting_pass_and_nobody_is_told_aloud(visit: Visit) -> None:
    visit.go("/now/us-ny-brooklyn")
    time = visit.page.locator("time[data-soon-minutes]").first
    start = time.get_attribute("datetime") or ""
    before = dt.datetime.fromisoformat(start) - dt.timedelta(minutes=12, seconds=50)
    visit.page.clock.install(time=before)
    visit.page.clock.pause_at(before + dt.timedelta(seconds=1))

    visit.go("/now/us-ny-brooklyn")
    visit.page.clock.run_for(20_000)

    time = visit.page.locator(f"time[data-soon-minutes][datetime='{start}']").first
    expect(time).to_contain_text("13 min")
    visit.page.clock.run_for(40_000)
    expect(time).to_contain_text("12 min")
    assert time.evaluate("it => it.closest('[aria-live], [role=status]') === null")


@pytest.fixture
def leaving(visit: Visit) -> Iterator[Visit]:
    """Stand on /now; whatever lies elsewhere is answered by the test."""
    visit.context.route(
        lambda url: not url.startswith(visit.site), lambda route: route.fulfill(body="elsewhere")
    )
    visit.go("/helplines")
    visit.go("/now")
    yield visit
    visit.asked[:] = [url for url in visit.asked if url.startswith(visit.site)]


def has_left(visit: Visit, within_ms: int) -> bool:
    """Look whether the page is left; one that stays is looked at for the whole time."""
    try:
        visit.page.wait_for_url(lambda url: not url.startswith(visit.site), timeout=within_ms)
    except PlaywrightTimeout:
        return False
    return True


def test_leaving_takes_the_pages_place_in_the_history(leaving: Visit) -> None:
    leaving.page.locator("[data-leave]").first.click()

    assert has_left(leaving, within_ms=30_000)
    leaving.page.go_back()
    assert leaving.path == "/helplines"


def test_three_plain_taps_of_shift_leave(leaving: Visit) -> None:
    for _ in range(3):
        leaving.page.keyboard.press("Shift")

    assert has_left(leaving, within_ms=30_000)


@pytest.mark.parametrize(
    "keys",
    [
        ["Shift", "Shift"],
        ["Shift", "Shift", "a", "Shift"],
        ["Shift", "Shift+Tab", "Shift"],
        ["Shift+A", "Shift+B", "Shift+C"],
    ],
)
def test_nothing_less_than_three_plain_taps_leaves(leaving: Visit, keys: list[str]) -> None:
    for key in keys:
        leaving.page.keyboard.press(key)

    assert not has_left(leaving, within_ms=300)


def test_the_way_out_is_a_plain_link_without_javascript(browser: Browser, served: Served) -> None:
    with visiting(browser, served.address, Visitor(has_script=False)) as visit:
        visit.go("/now")

        link = visit.page.locator("[data-leave]").first

        assert link.is_visible()
        assert (link.get_attribute("href") or "").startswith("https://")
        assert "noreferrer" in (link.get_attribute("rel") or "")


def test_the_way_out_stays_in_sight_without_javascript(browser: Browser, served: Served) -> None:
    with visiting(browser, served.address, Visitor(has_script=False)) as visit:
        visit.go("/privacy")
        visit.page.locator("footer").scroll_into_view_if_needed()

        box = visit.page.locator("#leave").bounding_box()

        assert box is not None
        assert 0 <= box["y"] < 100
