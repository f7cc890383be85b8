"""croutonjs, unchanged from the npm registry, shows our meetings through the BMLT face."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Browser, Page, Route

VERSION = "4.1.12"
SITE = "http://site.example"  # some other site: what it may read is what any site may

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def crouton(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the package; skipped without npm, but failed in CI."""
    folder = tmp_path_factory.mktemp("crouton")
    npm = shutil.which("npm")
    give_up = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
    if npm is None:
        give_up("npm is not on this machine")
        raise AssertionError
    command = [
        npm,
        "install",
        "--no-save",
        "--ignore-scripts",
        f"@bmlt-enabled/croutonjs@{VERSION}",
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        give_up(f"croutonjs cannot be installed: {done.stderr[-300:]}")
    return folder / "node_modules" / "@bmlt-enabled" / "croutonjs"


@pytest.fixture
def page(browser: Browser, crouton: Path, demo: str) -> Iterator[Page]:
    """A page of that site; it may ask nobody but itself and the demo."""
    context = browser.new_context()

    def answer(route: Route) -> None:
        url = route.request.url
        if url.startswith(demo):
            # fetched for it: Chromium asks people before a site may reach into their own machine
            route.fulfill(response=route.fetch())
        elif url.startswith(SITE):
            path = url.removeprefix(f"{SITE}/").partition("?")[0]
            file = crouton / path
            if path.startswith("widget"):
                route.fallback()
            elif path and file.is_file():
                route.fulfill(path=file)
            else:
                route.fulfill(status=404)
        else:
            route.abort()

    context.route("**/*", answer)
    yield context.new_page()
    context.unroute_all(behavior="ignoreErrors")  # crouton may still be asking
    context.close()


def show(page: Page, root: str, options: str) -> None:
    html = f"""<!doctype html><meta charset="utf-8"><title>A site</title>
        <link rel="stylesheet" href="/crouton.min.css"><div id="bmlt-tabs"></div>
        <script src="/crouton.min.js"></script>
        <script>var crouton = new Crouton({{root_server: "{root}",
            recurse_service_bodies: true, noMap: true, show_map: 0, {options}}});
            crouton.render();</script>"""
    page.route(f"{SITE}/widget", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(f"{SITE}/widget")
    page.wait_for_selector(".bmlt-data-row", state="attached", timeout=20_000)


@pytest.mark.parametrize("scope", ["/main_server", "/all/main_server"])
def test_crouton_searches_near_a_place(page: Page, demo: str, scope: str) -> None:
    root = demo + scope
    wanted = rows_of(root, "&venue_types[]=-2&lat_val=40.65&long_val=-73.95&geo_width=-10")
    show(page, root, f'service_body: [{top_bodies(root)}], venue_types: ["-2"]')

    with page.expect_request(lambda request: "geo_width=-10" in request.url):
        page.evaluate("crouton.searchByCoordinates(40.65, -73.95, -10)")

    page.wait_for_function(
        "count => new Set(crouton.meetingData.map(row => row.id_bigint)).size === count",
        arg=len(wanted),
    )
    found = page.evaluate("crouton.meetingData.map(row => row.id_bigint)")
    assert sorted(found) == sorted(row["id_bigint"] for row in wanted)
    assert len(wanted) >= 10
    distances = page.evaluate("crouton.meetingData.map(row => Number(row.distance_in_miles))")
    assert max(distances) < 200


def test_crouton_tells_the_names_of_formats(page: Page, demo: str) -> None:
    root = f"{demo}/main_server"
    address = f"{root}/client_interface/json/?switcher=GetSearchResults&get_used_formats"
    names = {each["name_string"] for each in httpx2.get(address).json()["formats"]}

    show(page, root, f"service_body: [{top_bodies(root)}]")

    text = page.locator("#bmlt-tabs").inner_html()
    assert {name for name in names if name.split("&")[0] not in text} == set()


def rows_of(root: str, query: str = "") -> list[dict[str, str]]:
    address = f"{root}/client_interface/json/?switcher=GetSearchResults{query}"
    found: list[dict[str, str]] = httpx2.get(address).json()
    return found


def top_bodies(root: str) -> str:
    address = f"{root}/client_interface/json/?switcher=GetServiceBodies"
    bodies = httpx2.get(address).json()
    return ",".join(body["id"] for body in bodies if body["parent_id"] == "0")


@pytest.mark.parametrize("scope", ["/main_server", "/all/main_server"])
def test_crouton_shows_every_meeting_by_day_with_its_formats_and_calendar(
    page: Page, demo: str, scope: str
) -> None:
    root = demo + scope
    rows = rows_of(root)

    show(
        page,
        root,
        f'service_body: [{top_bodies(root)}], bmlt2ics: "{demo}/calendar.ics"',
    )

    text = page.locator("#bmlt-tabs").inner_html()
    for row in rows:
        assert row["meeting_name"].split("&")[0][:30] in text
    days = page.locator(".tab-pane, .bmlt-page").count()
    assert days >= 7
    links = page.locator(f'a[href^="{demo}/calendar.ics?meeting-id="]')
    assert links.count() >= len(rows)
    first = links.first.get_attribute("href") or ""
    assert "BEGIN:VCALENDAR" in httpx2.get(first).text
    assert "undefined" not in page.locator("#bmlt-tabs").inner_text()
