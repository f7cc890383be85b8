"""Of what no list has confirmed for half a year: not found, and not lost either."""

import datetime as dt
import html
import re
from pathlib import Path

import httpx2
import icalendar
import pytest

from meetings.catalogue import Catalogue, CatalogueBuilder
from meetings.model import Accuracy, Meeting, Point
from meetings.search import Search
from meetings.storage.sources import SourceState, State, unheard_of
from meetings.unheard import Unheard
from tests.make import NOON, a_meeting
from tests.serving import serving

DAY = dt.timedelta(days=1)
BROOKLYN = Point(40.65, -73.95)
SEARCH = "near=Brooklyn%2C+NY"


def here(id_: str, name: str) -> Meeting:
    return a_meeting(id=id_, name=name, point=BROOKLYN, accuracy=Accuracy.EXACT)


MEETINGS = [here("silent:1", "Silent Group"), here("t:1", "Evening Hope Group")]


def read_last(id_: str, *, days: int) -> SourceState:
    return SourceState(
        id=id_,
        title=f"List {id_}",
        fellowship="na",
        state=State.FAILED,
        last_tried_at=NOON,
        last_accepted_at=NOON - days * DAY,
        accepted_count=1,
    )


def states(days: int = 181) -> list[SourceState]:
    return [read_last("silent", days=days), read_last("t", days=1)]


def words(page: httpx2.Response) -> str:
    return html.unescape(" ".join(re.sub(r"<[^>]*>", "", page.text).split()))


async def found(client: httpx2.AsyncClient) -> list[str]:
    answer = (await client.get(f"/api/meetings?{SEARCH}")).json()
    assert answer["count"] == len(answer["meetings"])
    return sorted(each["name"] for each in answer["meetings"])


@pytest.mark.parametrize(
    ("days", "names"),
    [(180, ["Evening Hope Group", "Silent Group"]), (181, ["Evening Hope Group"])],
)
async def test_searches_leave_out_what_half_a_year_did_not_confirm(
    tmp_path: Path, days: int, names: list[str]
) -> None:
    async with serving(tmp_path, MEETINGS, states=states(days)) as client:
        assert await found(client) == names


async def test_its_page_and_that_of_the_lists_say_so(tmp_path: Path) -> None:
    async with serving(tmp_path, MEETINGS, states=states()) as client:
        page, listed = await client.get("/meetings/1"), await client.get("/sources")
        heard = await client.get("/meetings/2")

    assert page.status_code == 200
    assert "No list has shown this meeting for half a year, so searches leave it out." in words(
        page
    )
    assert "Nobody has confirmed these meetings for half a year" in words(listed)
    assert words(listed).count("half a year") == 1
    assert "half a year" not in words(heard)


@pytest.mark.parametrize(
    "feed",
    ["/meetings/1/calendar.ics", "/list/calendar.ics?meetings=1", f"/calendar.ics?{SEARCH}"],
)
async def test_whoever_has_it_in_a_calendar_keeps_it(tmp_path: Path, feed: str) -> None:
    async def events(folder: str, days: int) -> list[tuple[str, str, str]]:
        (tmp_path / folder).mkdir()
        async with serving(tmp_path / folder, MEETINGS, states=states(days)) as client:
            calendar = icalendar.Calendar.from_ical((await client.get(feed)).content)
        return sorted(
            (str(each["UID"]), str(each["SUMMARY"]), str(each.get("STATUS")))
            for each in calendar.walk("VEVENT")
        )

    before, after = await events("before", 1), await events("after", 181)

    assert before == after
    assert any("Silent Group" in summary for _, summary, _ in after)


async def test_a_search_s_calendar_keeps_more_of_them_than_a_page_holds(tmp_path: Path) -> None:
    many = [here(f"silent:{number}", f"Group {number}") for number in range(130)]

    async with serving(tmp_path, many, states=states()) as client:
        feed = await client.get(f"/calendar.ics?{SEARCH}")

    uids = {str(each["UID"]) for each in icalendar.Calendar.from_ical(feed.content).walk("VEVENT")}
    assert len(uids) == 130


async def test_clients_of_the_field_s_standards_are_not_sent_there(tmp_path: Path) -> None:
    async with serving(tmp_path, MEETINGS, states=states()) as client:
        guide = (await client.get("/meeting-guide.json")).json()
        bmlt = (
            await client.get("/main_server/client_interface/json/?switcher=GetSearchResults")
        ).json()

    assert {each["name"] for each in guide} == {"Evening Hope Group"}
    assert {each["meeting_name"] for each in bmlt} == {"Evening Hope Group"}


def test_a_meeting_with_a_day_of_its_own_goes_by_that() -> None:
    old = a_meeting(id="t:1", number=1, confirmed_on=(NOON - 181 * DAY).date())
    young = a_meeting(id="t:2", number=2, confirmed_on=(NOON - 180 * DAY).date())

    catalogue = Catalogue([old, young], version=1, now=NOON, unheard=unheard_of(states(), now=NOON))

    assert [hit.meeting.number for hit in catalogue.find(Search(), now=NOON).hits] == [2]
    assert catalogue.unheard == {1}
    assert (catalogue.is_found(1), catalogue.is_found(2)) == (False, True)


def test_the_file_of_a_catalogue_remembers_them(tmp_path: Path) -> None:
    builder = CatalogueBuilder(tmp_path / "file", unheard=Unheard(sources=frozenset({"silent"})))
    builder.add([here("silent:1", "Silent Group")])

    catalogue = builder.built(version=1, stamp="", now=NOON)

    assert catalogue.unheard_sources == ("silent",)
    assert len(catalogue.unheard) == 1


@pytest.mark.parametrize(("days", "is_said"), [(30, False), (31, True)])
@pytest.mark.parametrize("page", [f"/find?{SEARCH}", f"/find?{SEARCH}&embed=1"])
async def test_results_warn_after_a_month(
    tmp_path: Path, page: str, days: int, is_said: bool
) -> None:
    async with serving(tmp_path, MEETINGS, states=states(days)) as client:
        told = words(await client.get(page, follow_redirects=True))

    assert "Evening Hope Group" in told
    assert told.count("Not confirmed for more than 30 days: ask before you go.") == is_said


@pytest.mark.parametrize(("days", "is_said"), [(30, False), (31, True), (181, True)])
async def test_lists_shares_and_plans_warn_after_a_month_on_paper_too(
    tmp_path: Path, days: int, is_said: bool
) -> None:
    async with serving(tmp_path, MEETINGS, states=states(days)) as client:
        shared = await client.post("/plans/shares", data={"meetings": ["1", "2"]})
        keeper = await client.get(shared.headers["location"])
        (share,) = set(re.findall(r"https://meetings\.example(/s/[^\"<]*)", keeper.text))
        made = await client.post("/plans", data={"meetings": ["1", "2"]})
        plan = made.headers["location"]
        paths = ["/list?meetings=1,2", share, f"{share}/sheet", plan, f"{plan}/paper"]
        told = [words(await client.get(path)) for path in paths]

    for page in told:
        assert "Silent Group" in page
        assert page.count("Not confirmed for more than 30 days: ask before you go.") == is_said


async def test_programs_are_told_which_lists_searches_leave_out(tmp_path: Path) -> None:
    async with serving(tmp_path, MEETINGS, states=states()) as client:
        answer = (await client.get("/api/sources")).json()

    left_out = {source["id"]: source["is_unheard"] for source in answer["sources"]}
    assert left_out == {"silent": True, "t": False}
