"""Everybody can use the pages: axe finds nothing, the keyboard reaches everything in order."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.e2e.places_to_see import BROOKLYN, Sights, sights
from tests.e2e.samples import Served
from tests.e2e.visiting import DESK, PHONE, Visit, Visitor, visiting

pytestmark = pytest.mark.long

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
SMALL_PHONE: ViewportSize = {"width": 360, "height": 640}
TABS_MOST = 400
WHAT_HAS_FOCUS = """() => {
  const it = document.activeElement;
  if (!it || it === document.body) return null;
  const box = it.getBoundingClientRect();
  const outline = getComputedStyle(it).outlineStyle;
  const all = [...document.querySelectorAll("*")];
  return {at: all.indexOf(it), wide: box.width, high: box.height, outline,
          name: it.outerHTML.slice(0, 80)};
}"""
# One of a set of radio buttons is reached, the others by the arrows; hidden things not at all.
WHAT_SHOULD_HAVE_IT = """() => {
  const all = [...document.querySelectorAll("*")];
  const groups = new Set();
  const asked = "a[href], button, input, select, textarea, summary, [tabindex]";
  return [...document.querySelectorAll(asked)]
    .filter((it) => it.checkVisibility({visibilityProperty: true}) && !it.disabled
      && it.type !== "hidden" && it.tabIndex >= 0)
    .filter((it) => {
      if (it.type !== "radio") return true;
      const isFirst = !groups.has(it.name);
      groups.add(it.name);
      return isFirst;
    })
    .map((it) => ({at: all.indexOf(it), name: it.outerHTML.slice(0, 80)}));
}"""


@pytest.fixture(scope="module")
def seen(served: Served) -> Sights:
    found = sights(served.address)
    served.secrets.append(found.main["plan"].removeprefix("/k/"))
    return found


@pytest.fixture(
    params=[
        ("en-US", "light", PHONE),
        ("en-US", "dark", DESK),
        ("fa-IR", "light", DESK),
        ("fa-IR", "dark", PHONE),
    ],
    ids=["light, phone", "dark, desk", "Persian, light, desk", "Persian, dark, phone"],
)
def visit(browser: Browser, served: Served, request: pytest.FixtureRequest) -> Iterator[Visit]:
    language, scheme, width = request.param
    visitor = Visitor(language=language, scheme=scheme, width=width)
    with visiting(browser, served.address, visitor, reduced_motion="reduce") as visit:
        yield visit


def test_axe_finds_nothing_on_any_page(visit: Visit, seen: Sights) -> None:
    found = {}
    for name, path in seen.every.items():
        visit.go(path)
        for details in visit.page.locator("details").all():
            details.evaluate("it => { it.open = true }")
        answer: dict[str, Any] = Axe().run(visit.page, options=RULES).response
        if answer["violations"]:
            found[name] = [
                (rule["id"], node["target"], node["failureSummary"])
                for rule in answer["violations"]
                for node in rule["nodes"][:3]
            ]

    assert found == {}


def test_nothing_is_wider_than_the_screen(visit: Visit, seen: Sights) -> None:
    wider = {}
    for name, path in seen.every.items():
        visit.go(path)
        width = visit.page.evaluate("document.documentElement.scrollWidth")
        if width > visit.visitor.width:
            wider[name] = width

    assert wider == {}


@pytest.mark.parametrize("language", ["en-US", "fa-IR", "es-US"])
@pytest.mark.parametrize("path", ["/now", "/now/us-ny-brooklyn"])
def test_on_a_small_phone_a_meeting_is_seen_without_scrolling(
    browser: Browser, served: Served, language: str, path: str
) -> None:
    with visiting(browser, served.address, Visitor(language=language)) as visit:
        visit.page.set_viewport_size(SMALL_PHONE)
        visit.go(path)
        name = visit.page.locator("li.hit h3").locator("visible=true").first.bounding_box()

    assert name is not None
    assert name["y"] + name["height"] <= SMALL_PHONE["height"]


@pytest.fixture
def desk(browser: Browser, served: Served) -> Iterator[Visit]:
    with visiting(browser, served.address, Visitor(width=DESK)) as visit:
        yield visit


@pytest.mark.parametrize("name", ["start", "results", "now", "meeting", "list", "plan"])
def test_the_keyboard_alone_reaches_everything_in_order(
    desk: Visit, seen: Sights, name: str
) -> None:
    desk.go(seen.main[name])

    should = desk.page.evaluate(WHAT_SHOULD_HAVE_IT)
    reached = list(tabbed(desk.page))

    assert [it["name"] for it in reached] == [it["name"] for it in should]
    assert [it["at"] for it in reached] == sorted(it["at"] for it in reached)
    assert all(it["outline"] != "none" and it["wide"] and it["high"] for it in reached)


def tabbed(page: Page) -> Iterator[dict[str, Any]]:
    """Yield what has the focus after each press of Tab, until the page is left."""
    first = last = None
    for _ in range(TABS_MOST):
        page.keyboard.press("Tab")
        it = page.evaluate(WHAT_HAS_FOCUS)
        if it is None or it["at"] == first:
            return
        if it["at"] != last:  # a time has hours and minutes
            yield it
        first, last = it["at"] if first is None else first, it["at"]


def test_the_first_tab_leads_past_the_navigation(desk: Visit) -> None:
    desk.go(BROOKLYN)

    desk.page.keyboard.press("Tab")
    desk.page.keyboard.press("Enter")

    expect(desk.page).to_have_url(f"{desk.site}{BROOKLYN}#main")


def test_no_single_key_does_anything(desk: Visit) -> None:
    desk.go(BROOKLYN)
    before = desk.page.content()

    for key in "abcdefghijklmnopqrstuvwxyz0123456789/?.-":
        desk.page.keyboard.press(key)

    assert desk.page.url == desk.site + BROOKLYN
    assert desk.page.content() == before


def test_a_screen_reader_hears_the_results_before_the_filters(desk: Visit) -> None:
    desk.go(BROOKLYN)

    outline = desk.page.locator("main").aria_snapshot()

    headings = [line.strip() for line in outline.splitlines() if "heading" in line]
    assert headings[0].startswith('- heading "Meetings near Brooklyn" [level=1]')
    first_meeting = next(n for n, line in enumerate(headings) if "[level=3]" in line)
    filters = next(n for n, line in enumerate(headings) if "Narrow this down" in line)
    assert first_meeting < filters
    found = desk.page.locator("ol.numbered > li")
    assert [item.get_by_role("heading").count() for item in found.all()] == [1] * found.count()
    assert found.count() > 1
    assert "- status:" in outline
    assert outline.index("- status:") < outline.index("[level=3]")
    levels = [int(line.partition("[level=")[2][0]) for line in headings]
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
