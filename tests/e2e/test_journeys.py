"""
Ten ways through the pages, each in English and Persian, with and without JavaScript, on a
phone and on a desk. They are told by names and ids that no translation changes.

At the end of each the browser holds no cookie and nothing stored, and has asked nobody else.
"""

import itertools
import re
from collections.abc import Iterator

import httpx2
import icalendar
import pytest
from playwright.sync_api import Browser

from tests.e2e.samples import Served
from tests.e2e.visiting import DESK, PHONE, Visit, Visitor, visiting

pytestmark = pytest.mark.long

BROOKLYN = "/find/us-ny-brooklyn"
LANGUAGES = ("en-US", "fa-IR")
VISITORS = [
    Visitor(language=language, has_script=has_script, width=width)
    for language, has_script, width in itertools.product(LANGUAGES, (True, False), (PHONE, DESK))
]


@pytest.fixture(params=VISITORS, ids=[visitor.name for visitor in VISITORS])
def visit(browser: Browser, served: Served, request: pytest.FixtureRequest) -> Iterator[Visit]:
    with visiting(browser, served.address, request.param) as visit:
        yield visit


def search_near(visit: Visit, place: str) -> None:
    box = visit.page.locator('form[action^="/find"] [name=near]').first
    box.fill(place)
    with visit.arriving():
        box.press("Enter")


def submit(visit: Visit, form: str) -> None:
    click(visit, f"{form} button:not([type=button])")


def click(visit: Visit, what: str) -> None:
    with visit.arriving():
        visit.page.locator(what).first.click()


def numbers_listed(visit: Visit) -> list[int]:
    """Return the meetings of the page in their order; each has one heading that is a link."""
    links = visit.page.locator("li.hit :is(h2, h3) a").all()
    return [
        int(re.findall(r"/meetings/(\d+)", link.get_attribute("href") or "")[0]) for link in links
    ]


def numbers_found(visit: Visit, query: str) -> list[int]:
    """Return the meetings that the API finds."""
    answer = httpx2.get(f"{visit.site}/api/meetings?{query}").json()
    return [meeting["number"] for meeting in answer["meetings"]]


def test_a_town_shows_its_meetings_the_nearest_first_with_a_map(visit: Visit) -> None:
    visit.go("/")

    search_near(visit, "Brooklyn, NY")

    assert visit.path == BROOKLYN
    listed = numbers_listed(visit)
    found = numbers_found(visit, "near=Brooklyn%2C+NY&order=distance")
    assert listed[: len(found)] == found
    assert visit.page.locator("[role=status].count").inner_text()
    assert any(f"{visit.site}/map.svg" in url for url in visit.asked)


def test_what_is_on_now_is_one_step_away(visit: Visit) -> None:
    visit.go("/")

    click(visit, 'main a[href^="/now"]')

    assert visit.path == "/now"
    assert set(numbers_found(visit, "online=1&within=120")) <= set(numbers_listed(visit))
    visit.page.locator("main summary").first.click()  # whose country nobody knows yet
    assert visit.page.locator('main details a[href="/helplines/us"]').is_visible()
    visit.go("/now/us-ny-brooklyn")
    assert visit.page.locator('main a.button[href^="tel:"]').first.is_visible()
    soon = numbers_found(visit, "near=Brooklyn%2C+NY&within=120&order=soon")
    assert soon[0] in numbers_listed(visit)


def test_tonight_online_is_told_by_the_visitors_clock_and_the_groups(visit: Visit) -> None:
    visit.go("/")
    click(visit, 'main a[href^="/find?online=1"]')

    visit.go("/find?online=1&after=18:00&timezone=Europe/London")

    listed = numbers_listed(visit)
    assert (
        listed == numbers_found(visit, "online=1&after=18:00&timezone=Europe/London")[: len(listed)]
    )
    told = " ".join(visit.page.locator("li.hit .when").all_inner_texts())
    assert re.search(r"GMT|BST", told)
    assert re.search(r"[EPCM][SD]T", told)


def test_results_are_narrowed_to_womens_step_free_and_spanish_meetings(visit: Visit) -> None:
    visit.go(BROOKLYN)
    before = visit.page.locator("[role=status].count").inner_text()

    for code in ("women", "wheelchair"):
        visit.page.locator(f'#filters [name=format][value="{code}"]').check()
    submit(visit, "#filters form")

    near = "near=Brooklyn%2C+NY"
    assert visit.page.locator("[role=status].count").inner_text() != before
    found = numbers_found(visit, f"{near}&format=women,wheelchair")
    assert numbers_listed(visit)[: len(found)] == found
    visit.page.locator('#filters [name=format][value="women"]').uncheck()
    visit.page.locator('#filters [name=format][value="wheelchair"]').uncheck()
    visit.page.locator('#filters [name=language][value="es"]').check()
    submit(visit, "#filters form")
    found = numbers_found(visit, f"{near}&language=es")
    assert numbers_listed(visit)[: len(found)] == found


def test_a_meeting_is_opened_and_followed_in_a_calendar(visit: Visit) -> None:
    visit.go(BROOKLYN)
    link = visit.page.locator("li.hit :is(h2, h3) a").first
    name = link.inner_text()

    with visit.arriving():
        link.click()

    assert visit.page.locator("h1").inner_text() == name
    form = 'form[action$="/subscribe"]'
    visit.page.locator(f"{form} [name=titles][value=plain]").check()
    submit(visit, form)
    address = visit.page.locator("input[readonly]").first.input_value()
    calendar = icalendar.Calendar.from_ical(httpx2.get(address).content)
    assert [str(event["SUMMARY"]) for event in calendar.walk("VEVENT")]
    assert name not in httpx2.get(address).text


def test_ticked_meetings_become_a_list_that_is_a_link(visit: Visit) -> None:
    visit.go(BROOKLYN)
    chosen = numbers_listed(visit)[:3]

    for number in chosen:
        visit.page.locator(f'[name=meetings][value="{number}"]').check()
    submit(visit, "#list-form")

    assert visit.path == "/list"
    assert sorted(numbers_listed(visit)) == sorted(chosen)


def test_a_list_becomes_a_plan_that_only_its_link_opens(visit: Visit, served: Served) -> None:
    chosen = numbers_found(visit, "near=Brooklyn%2C+NY")[:2]
    visit.go(f"/list?meetings={','.join(map(str, chosen))}")

    click(visit, 'a[href^="/plans/new"]')
    submit(visit, 'form[action^="/plans"]')

    assert visit.path.startswith("/k/")
    served.secrets.append(visit.path.removeprefix("/k/"))
    for number in chosen:
        assert visit.page.locator(f'a[href^="/meetings/{number}"]').count() > 0


def test_a_list_is_printed_without_what_only_a_screen_needs(visit: Visit) -> None:
    chosen = numbers_found(visit, "near=Brooklyn%2C+NY")[:3]
    visit.go(f"/list?meetings={','.join(map(str, chosen))}")

    visit.page.emulate_media(media="print")

    assert not visit.page.locator("body > header nav").first.is_visible()
    assert not visit.page.locator('form[action^="/find"] [name=near]').first.is_visible()
    assert visit.page.locator("li.hit").count() == 3
    assert all(hit.is_visible() for hit in visit.page.locator("li.hit :is(h2, h3)").all())
    assert visit.page.locator("img.qr").is_visible()
    assert visit.page.pdf().startswith(b"%PDF")


def test_families_find_their_own_meetings_and_no_others(visit: Visit) -> None:
    visit.go("/")

    click(visit, "[data-way=family]")

    family = set(numbers_found(visit, "admission=family_only,family_open&limit=100"))
    listed = numbers_listed(visit)
    assert listed
    assert set(listed) <= family
    visit.go("/find?online=1")
    assert not family & set(numbers_listed(visit))


def test_a_mistyped_place_is_understood_asked_about_or_helped_with(visit: Visit) -> None:
    visit.go("/")

    search_near(visit, "Brokolyn, NY")
    assert visit.path == BROOKLYN

    visit.go("/")
    search_near(visit, "Springfield")
    choices = visit.page.locator('main a[href^="/find/us-"]')
    assert choices.count() > 2

    with visit.arriving():
        choices.first.click()
    assert visit.path.startswith("/find/us-")
    visit.go("/")
    search_near(visit, "Xyzzyville")
    assert visit.page.locator('form[action^="/find"] [name=near]').first.is_visible()
    assert visit.page.locator("h1").count() == 1
