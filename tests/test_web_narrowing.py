"""What a person narrows results by, for whom they search, and the week and language beside them."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx2
import pytest

from meetings.model import Admission, Meeting, Online, Point, Rule, VenueType
from tests.make import a_meeting, a_schedule
from tests.serving import serving
from tests.test_web_pages import in_brooklyn, names, words

BROOKLYN = "/find/us-ny-brooklyn"


def online(key: str, **changes: Any) -> Meeting:
    room = {"venue_type": VenueType.ONLINE, "online": Online(url="https://meet.example/x")}
    return a_meeting(id=f"t:{key}", **room | changes)


MEETINGS = [
    in_brooklyn("1", name="Open Door", admission=Admission.OPEN, languages=("en",)),
    in_brooklyn("2", name="Women", formats=("women",)),
    in_brooklyn("3", name="Step-free", formats=("wheelchair",)),
    in_brooklyn("4", name="Newcomers", formats=("newcomer",)),
    in_brooklyn("5", name="Next Town", point=Point(40.75, -73.95)),  # 11 km to the north
    in_brooklyn("6", name="Families", admission=Admission.FAMILY_ONLY),
    online("7", name="Faces Shown", formats=("camera_required",)),
    online("8", name="Nothing Said"),
    online("9", name="En Casa", languages=("es-MX",)),
]


async def found(folder: Path, path: str, language: str = "en-US") -> httpx2.Response:
    async with serving(folder, MEETINGS) as client:
        return await client.get(path, headers={"Accept-Language": language})


def near(page: httpx2.Response) -> list[str]:
    """Return the names of the results, without the online ones beside them."""
    listed = page.text.partition('class="hits numbered"')[2].partition("</ol>")[0]
    return re.findall(r'<h3><a href="/meetings/\d+[^"]*"><bdi>([^<]*)</bdi>', listed)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("admission=open", ["Open Door"]),
        ("format=women", ["Women"]),
        ("format=wheelchair", ["Step-free"]),
        ("format=newcomer", ["Newcomers"]),
        ("language=en", ["Open Door"]),
        ("beyond_km=5", ["Next Town"]),
        ("admission=family_only,family_open", ["Families"]),
    ],
)
async def test_each_choice_of_the_form_narrows(
    tmp_path: Path, query: str, expected: list[str]
) -> None:
    page = await found(tmp_path, f"{BROOKLYN}?{query}")
    name, _, value = query.partition("=")

    assert near(page) == expected
    assert re.search(rf'name="{name}"', page.text)
    assert re.search(rf'value="{value}"( checked| selected)', page.text)


class Form(HTMLParser):
    """The choices of a page's form of filters: those *offered* and those *made*."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.offered: list[tuple[str, str]] = []
        self.made: list[tuple[str, str]] = []
        self._select = ""
        self.feed(page.partition('<section id="filters"')[2].partition("</section>")[0])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._select = (given["name"] or "") if tag == "select" else self._select
        if tag == "option" or given.get("type") == "checkbox":
            choice = (given.get("name") or self._select, given["value"] or "")
            self.offered.append(choice)
            self.made += [choice] if {"checked", "selected"} & given.keys() else []
        elif tag == "input" and given.get("value"):
            self.made.append((given["name"] or "", given["value"] or ""))


async def test_the_form_shows_each_choice_that_it_offers_once_made(tmp_path: Path) -> None:
    # The form is kept: of two searches not told apart, the second would get the first's.
    written = [("after", "18:30"), ("before", "21:00"), ("meetings", "3")]

    async with serving(tmp_path, MEETINGS) as client:
        bare = Form((await client.get(BROOKLYN)).text)
        choices = [choice for choice in [*bare.offered, *written] if choice[1]]
        forms = [Form((await client.get(BROOKLYN, params=[choice])).text) for choice in choices]
        elsewhere = Form((await client.get("/find?near=Suva")).text)

    assert len(choices) > 30
    assert [c for c, form in zip(choices, forms, strict=True) if c not in form.made] == []
    assert dict(bare.made)["near"] == "Brooklyn, New York, United States"
    assert dict(elsewhere.made)["near"] == "Suva, Central, Fiji"


async def test_what_needs_a_camera_is_left_out_and_silence_is_not_taken_for_a_promise(
    tmp_path: Path,
) -> None:
    page = await found(tmp_path, "/find?online=1&without_camera=1")

    assert "Faces Shown" not in names(page)
    assert "Nothing Said" in names(page)
    assert "Most lists say nothing about it: ask the group." in words(page)


async def test_results_come_before_the_form_and_their_number_is_announced(tmp_path: Path) -> None:
    page = await found(tmp_path, BROOKLYN)

    assert '<p role="status" class="count">5 meetings' in page.text
    assert page.text.index('class="hits numbered"') < page.text.index('id="filters"')
    assert '<a href="#filters">' in page.text
    assert len(re.findall(r'<li class="hit">\s*<h3>', page.text)) == page.text.count('class="hit"')


async def test_for_someone_one_cares_about_leads_to_family_groups(tmp_path: Path) -> None:
    async with serving(tmp_path, MEETINGS) as client:
        start = await client.get("/")
        choice = re.findall(r'type="radio" name="admission" value="([^"]*)"', start.text)
        places = [
            (await client.post("/find", data={"near": "Brooklyn, NY", "admission": value})).headers
            for value in choice
        ]
        for_me = await client.get(places[0]["location"])
        for_them = await client.get(places[1]["location"])

    assert "Families" not in near(for_me)
    assert near(for_them) == ["Families"]


async def test_the_week_stands_beside_results_in_words(tmp_path: Path) -> None:
    sundays = a_schedule(rules=(Rule(weekday=7),))
    meetings = [in_brooklyn("1"), online("2", schedule=sundays)]
    async with serving(tmp_path, meetings) as client:
        page = await client.get(f"{BROOKLYN}?day=sun")

    text = words(page)
    assert "The week near here" in text
    assert "Tuesday 1 meeting none listed" in text
    assert "Sunday only online; fill the gap with the nearest there is 1 online" in text
    assert "Monday nothing; fill the gap with the nearest there is none listed" in text


async def test_meetings_in_the_visitor_s_language_come_first_where_the_town_has_none(
    tmp_path: Path,
) -> None:
    page = await found(tmp_path, BROOKLYN, "es")

    assert names(page)[0] == "En Casa"
    assert page.text.index('id="own-language"') < page.text.index('class="hits numbered"')


@pytest.mark.parametrize(
    ("path", "language"),
    [
        (BROOKLYN, "en-US"),
        (BROOKLYN, "fa"),
        (f"{BROOKLYN}?language=en", "es"),
        ("/find?online=1", "es"),
    ],
    ids=["its own", "no meetings in it", "another was chosen", "online"],
)
async def test_else_nothing_is_said_of_the_language(
    tmp_path: Path, path: str, language: str
) -> None:
    page = await found(tmp_path, path, language)

    assert 'id="own-language"' not in page.text


async def test_a_town_that_has_meetings_in_the_language_shows_those(tmp_path: Path) -> None:
    here = in_brooklyn("1", name="Aquí", languages=("es",))
    async with serving(tmp_path, [here, online("2", languages=("es",))]) as client:
        page = await client.get(BROOKLYN, headers={"Accept-Language": "es"})

    assert names(page)[0] == "Aquí"
    assert 'id="own-language"' not in page.text
