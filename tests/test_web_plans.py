import datetime as dt
import html
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from meetings.model import Accuracy, Point, Rule, VenueType
from meetings.sealing import make_secret, spaced
from tests.make import NOON, a_meeting, a_schedule
from tests.serving import serving
from tests.test_web_pages import words

MEETINGS = [
    a_meeting(id="t:1", name="First", languages=("en",)),
    a_meeting(id="t:2", name="Second", languages=("es",), venue_type=VenueType.HYBRID),
    a_meeting(
        id="t:3",
        name="Third",
        venue_type=VenueType.ONLINE,
        schedule=a_schedule(rules=(Rule(weekday=4),), start=dt.time(12)),
    ),
]


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    async with serving(tmp_path, MEETINGS) as opened:
        yield opened


class Keeper:
    """Somebody with a plan, who clicks its buttons as the last page showed them."""

    def __init__(self, client: httpx2.AsyncClient, path: str) -> None:
        self.client, self.path = client, path

    async def page(self) -> httpx2.Response:
        return await self.client.get(self.path)

    async def press(self, change: str, **fields: str | list[str]) -> httpx2.Response:
        stamp = field(await self.page(), "stamp")
        answer = await self.client.post(f"{self.path}/{change}", data={"stamp": stamp} | fields)
        if answer.status_code == 303:
            self.path = answer.headers["location"].partition("#")[0]
        return answer


def field(page: httpx2.Response, name: str) -> str:
    """Return the value of the first hidden or readonly field called *name*."""
    return str(re.findall(rf'name="{name}" value="([^"]*)"', page.text)[0])


def links(page: httpx2.Response, kind: str) -> list[str]:
    found = re.findall(rf'value="https://meetings\.example(/{kind}/[^"]*)"', page.text)
    return list(dict.fromkeys(html.unescape(link) for link in found))


@pytest.fixture
async def keeper(client: httpx2.AsyncClient) -> Keeper:
    made = await client.post("/plans", data={"meetings": ["1", "2"]})
    assert made.status_code == 303
    return Keeper(client, made.headers["location"])


async def test_a_plan_is_made_of_a_list_and_shows_its_week_and_its_link(keeper: Keeper) -> None:
    page = await keeper.page()

    secret = keeper.path.removeprefix("/k/")
    assert "Tuesday 7:30 pm First 7:30 pm Second" in words(page)
    assert f'value="https://meetings.example/k/{secret}"' in page.text
    assert spaced(secret) in page.text


async def test_meetings_are_added_and_taken_out(keeper: Keeper) -> None:
    offered = await keeper.client.get(f"{keeper.path}/add", params={"online": "1"})
    await keeper.press("add", meetings="3")
    await keeper.press("remove", meetings="1")

    page = words(await keeper.page())
    assert 'name="meetings" value="3"' in offered.text
    assert "Thursday noon Third" in page
    assert "First" not in page


async def test_a_meeting_carries_a_note_and_a_backup(keeper: Keeper) -> None:
    await keeper.press("edit", meetings="2", note="bring the book", backup="1", attending="online")

    page = await keeper.page()

    assert "7:30 pm Second , else First bring the book" in words(page)
    assert '<option value="online" selected>' in page.text


async def test_own_appointments_stand_in_the_week(keeper: Keeper) -> None:
    appointment = {"label": "Dentist", "day": "1", "start": "10:00", "end": "11:00"}
    await keeper.press("appoint", timezone="America/New_York", **appointment)

    with_it = words(await keeper.page())
    await keeper.press("unappoint", position="0")

    assert "Monday 10:00 am to 11:00 am Dentist" in with_it
    assert "Dentist" not in words(await keeper.page())


async def test_own_appointments_stand_between_the_meetings_of_their_day(keeper: Keeper) -> None:
    for label, start in (("Work", "17:00"), ("Call", "20:30")):
        when = {"day": "2", "start": start, "end": "21:00", "timezone": "America/New_York"}
        await keeper.press("appoint", label=label, **when)

    week = words(await keeper.page()).partition("Tuesday")[2]

    order = ["Work", "First", "Second", "Call"]
    assert sorted(order, key=week.index) == order


async def test_meetings_of_one_name_are_told_apart_where_they_are_chosen(tmp_path: Path) -> None:
    thursday = a_schedule(rules=(Rule(weekday=4),))
    namesakes = [a_meeting(id="t:1"), a_meeting(id="t:2", schedule=thursday)]
    async with serving(tmp_path, namesakes) as client:
        before = await client.get("/plans/new?meetings=1,2")
        made = await client.post("/plans/shares", data={"meetings": ["1", "2"]})
        plan = (await client.get(made.headers["location"])).text

    told = [
        f"<span><bdi>Evening Hope Group</bdi>, {day} at 7:30 pm</span>"
        for day in ("Tuesdays", "Thursdays")
    ]
    assert [before.text.count(f"<li>{each}</li>") for each in told] == [1, 1]
    assert [plan.count(f"{each}</label>") for each in told] == [2, 2]  # of its share, of a new one
    assert [plan.count(f"<summary>{each}</summary>") for each in told] == [1, 1]
    assert ">\u2068Evening Hope Group\u2069, Thursdays at 7:30 pm</option>" in plan


async def test_options_are_kept(keeper: Keeper) -> None:
    await keeper.press(
        "options", reminder="60", titles="plain", horizon="4", timezone="Asia/Tehran"
    )

    page = (await keeper.page()).text

    assert '<option value="60" selected>' in page
    assert '<option value="plain" selected>' in page
    assert '<option value="4" selected>4 weeks</option>' in page
    assert "until December 15, 2026" in page
    assert 'value="Asia/Tehran"' in page


async def test_a_share_shows_what_was_ticked_and_nothing_else(keeper: Keeper) -> None:
    await keeper.press("edit", meetings="2", note="sentinel-note")
    appointment = {"label": "sentinel-label", "day": "1", "start": "10:00", "end": "11:00"}
    await keeper.press("appoint", timezone="Asia/Tehran", **appointment)
    await keeper.press("calendar", titles="full")
    await keeper.press("share", meetings="2", label="sentinel-share")
    page = await keeper.page()
    (path,), (calendar,) = links(page, "s"), links(page, "c")

    share = await keeper.client.get(path)

    assert "Second" in share.text
    for hidden in ("First", "sentinel", keeper.path, calendar):
        assert hidden in page.text
        assert hidden not in share.text
    assert "<title>A list for you</title>" in share.text


async def test_a_share_follows_its_maker_until_it_is_taken_back(keeper: Keeper) -> None:
    await keeper.press("share", meetings="2", label="")
    (path,) = links(await keeper.page(), "s")
    secret = path.removeprefix("/s/")
    await keeper.press("edit-share", link=secret, meetings=["1", "2"], label="both")

    both = await keeper.client.get(path)
    await keeper.press("revoke-share", link=secret)
    gone = await keeper.client.get(path)

    assert "First" in both.text
    assert gone.status_code == 404
    assert "This link opens no list any more." in words(gone)


async def test_whoever_opens_a_share_can_take_a_copy_of_their_own(keeper: Keeper) -> None:
    await keeper.press("share", meetings=["1", "2"], label="")
    share = await keeper.client.get(links(await keeper.page(), "s")[0])
    ticked = re.findall(r'type="hidden" name="meetings" value="(\d+)"', share.text)

    copy = await keeper.client.post("/plans", data={"meetings": ticked})

    assert copy.headers["location"] != keeper.path
    assert "Second" in (await keeper.client.get(copy.headers["location"])).text


async def test_wrong_revoked_and_foreign_links_answer_alike(keeper: Keeper) -> None:
    await keeper.press("share", meetings="1", label="")
    (share,) = links(await keeper.page(), "s")
    old = keeper.path
    await keeper.press("rotate")

    answers = [
        await keeper.client.get(path)
        for path in (
            old,
            f"/k/{make_secret()}",
            "/k/short",
            share.replace("/s/", "/k/"),
            keeper.path.replace("/k/", "/s/"),
        )
    ]

    assert {(a.status_code, a.text, repr(sorted(a.headers.items()))) for a in answers} == {
        (404, answers[0].text, repr(sorted(answers[0].headers.items())))
    }
    assert (await keeper.page()).status_code == 200


async def test_every_code_that_opens_nothing_is_asked_again_alike(keeper: Keeper) -> None:
    revoked = keeper.path.removeprefix("/k/")
    await keeper.press("rotate")

    answers = [
        await keeper.client.post("/code", data={"code": typed})
        for typed in (revoked, make_secret(), "abc", "", spaced(revoked))
    ]

    first = answers[0]
    assert {(a.status_code, a.text, repr(sorted(a.headers.items()))) for a in answers} == {
        (404, first.text, repr(sorted(first.headers.items())))
    }
    assert "This code opens nothing. Please check each letter." in words(first)
    assert 'action="/code"' in first.text
    assert "no list any more" not in first.text


async def test_a_code_opens_the_plan_also_with_look_alike_letters(keeper: Keeper) -> None:
    secret = keeper.path.removeprefix("/k/")
    typed = spaced(secret).lower().replace("0", "o").replace("1", "l")

    opened = await keeper.client.post("/code", data={"code": typed})
    wrong = await keeper.client.post("/code", data={"code": "nonsense"})

    assert opened.headers["location"] == keeper.path
    assert wrong.status_code == 404


async def test_a_form_of_an_older_page_changes_nothing(keeper: Keeper) -> None:
    stamp = field(await keeper.page(), "stamp")
    await keeper.press("edit", meetings="1", note="the first window")

    late = await keeper.client.post(
        f"{keeper.path}/edit", data={"stamp": stamp, "meetings": "1", "note": "the second window"}
    )

    assert late.status_code == 409
    assert "Nothing was lost" in words(late)
    assert "the first window" in late.text
    assert "the second window" not in (await keeper.page()).text


@pytest.mark.parametrize(
    ("change", "fields", "sentence"),
    [
        ("add", {"meetings": "x"}, "A list is made of meeting numbers"),
        ("add", {"meetings": ",".join(map(str, range(1, 102)))}, "at most 100 meetings"),
        ("edit", {"meetings": "1", "note": "x" * 301}, "at most 300 characters"),
        ("edit", {"meetings": "1", "day": "9"}, "Days are Monday to Sunday."),
        ("appoint", {"day": "1", "start": "x", "end": "11:00"}, "A time looks like 18:30."),
        ("options", {"timezone": "Mars/Base"}, "A time zone has a name"),
        ("options", {"horizon": "5"}, "4, 13 or 26 weeks"),
        ("share", {"label": "none"}, "Please tick the meetings"),
        ("share", {"meetings": "1", "expires_on": "2020-01-01"}, "is in the future"),
        ("calendar", {}, "Please choose what the calendar shows."),
    ],
)
async def test_what_a_plan_cannot_be_gets_one_sentence_and_changes_nothing(
    keeper: Keeper, change: str, fields: dict[str, str], sentence: str
) -> None:
    before = await keeper.page()

    answer = await keeper.press(change, **fields)

    assert answer.status_code == 400
    assert sentence in words(answer)
    assert (await keeper.page()).text == before.text


async def test_a_saved_plan_comes_back_under_a_new_link(keeper: Keeper) -> None:
    await keeper.press("edit", meetings="1", note="kept")
    saved = await keeper.client.get(f"{keeper.path}/plan.json")

    back = await keeper.client.post("/plans", files={"file": ("plan.json", saved.content)})
    broken = await keeper.client.post("/plans", files={"file": ("plan.json", b"{}x")})

    assert saved.headers["content-disposition"] == 'attachment; filename="plan.json"'
    assert "kept" in (await keeper.client.get(back.headers["location"])).text
    assert broken.status_code == 400
    assert "This is not a plan that was saved here." in words(broken)


async def test_the_page_of_what_is_stored_shows_the_rows_and_no_secret(keeper: Keeper) -> None:
    await keeper.press("edit", meetings="1", note="sentinel-note")

    page = await keeper.client.get(f"{keeper.path}/stored")

    assert "month of last use 2026-11" in words(page)
    assert "sentinel" not in page.text
    assert "First" not in page.text


async def test_a_deleted_plan_opens_no_more(keeper: Keeper) -> None:
    path = keeper.path

    answer = await keeper.press("delete")

    assert answer.headers["location"] == "/plans/deleted"
    assert (await keeper.client.get(path)).status_code == 404


async def test_secret_pages_are_not_cached_indexed_or_referred(keeper: Keeper) -> None:
    for path in (keeper.path, f"{keeper.path}/stored", "/k/wrong", "/plans/new"):
        answer = await keeper.client.get(path)

        assert answer.headers["cache-control"] == "private, no-store"
        assert answer.headers["x-robots-tag"] == "noindex, nofollow, noarchive"
        assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}]
)
async def test_another_site_s_form_changes_nothing(keeper: Keeper, headers: dict[str, str]) -> None:
    answer = await keeper.client.post(f"{keeper.path}/delete", headers=headers)

    assert answer.status_code == 403
    assert (await keeper.page()).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "same-origin", "Origin": "null"}, {"Origin": "http://testserver"}],
)
async def test_our_own_forms_are_taken(keeper: Keeper, headers: dict[str, str]) -> None:
    answer = await keeper.client.post(f"{keeper.path}/rotate", headers=headers)

    assert answer.status_code == 303


async def test_guessing_is_limited_and_never_those_who_have_a_link(keeper: Keeper) -> None:
    statuses = [(await keeper.client.get(f"/k/{make_secret()}")).status_code for _ in range(25)]

    assert statuses == [404] * 20 + [429] * 5
    assert (await keeper.page()).status_code == 200


async def test_making_plans_is_limited(client: httpx2.AsyncClient) -> None:
    statuses = [(await client.post("/plans")).status_code for _ in range(12)]

    assert statuses == [303] * 10 + [429] * 2


async def test_a_week_is_proposed_from_wishes_and_put_in_the_plan(keeper: Keeper) -> None:
    asked = await keeper.client.get(f"{keeper.path}/propose")
    proposed = await keeper.press("propose", per_week="2", online_least="1", latest="13:00")
    ticked = re.findall(r'name="slots" value="([\d.]+)" checked', proposed.text)

    assert "Propose a week" in words(asked)
    assert ticked == ["3.4"]
    assert "2 a week in all were wished, and 1 fit." in words(proposed)
    assert "Another proposal" in words(proposed)
    await keeper.press("take", slots=ticked)
    assert "Thursday noon Third" in words(await keeper.page())


@pytest.mark.parametrize(
    ("near", "length", "reach"),
    [("Brooklyn, NY", "0.8 miles away", "6 miles"), ("Toronto", "1.5 km away", "10 km")],
)
async def test_a_proposal_measures_as_its_place_does(
    tmp_path: Path, near: str, length: str, reach: str
) -> None:
    there = [
        a_meeting(id=f"t:{n}", point=Point(*at), accuracy=Accuracy.EXACT)
        for n, at in ((1, (40.6601, -73.9572)), (2, (43.72, -79.4)))
    ]
    async with serving(tmp_path, there) as client:
        made = await client.post("/plans")
        page = await client.post(f"{made.headers['location']}/propose", data={"near": near})

    assert length in words(page)
    assert f'<option selected value="10">{reach}</option>' in page.text


async def test_a_week_is_proposed_in_a_language_of_the_meetings(keeper: Keeper) -> None:
    asked = await keeper.client.get(f"{keeper.path}/propose")
    proposed = await keeper.press("propose", per_week="3", language="es")

    assert '<option value="es" lang="es">español</option>' in asked.text
    assert '<option value="es" lang="es" selected>español</option>' in proposed.text
    assert re.findall(r"<bdi>([^<]*)</bdi></label>", proposed.text) == ["Second"]


async def test_a_proposal_tells_day_and_hour_by_one_clock(keeper: Keeper) -> None:
    await keeper.press("options", timezone="Asia/Tokyo")  # where it is Friday by then

    proposed = await keeper.press("propose", per_week="2", online_least="1")

    assert "Friday, 2:00 am Third" in words(proposed)


async def test_times_of_the_plan_stay_free_in_a_proposal(keeper: Keeper) -> None:
    appointment = {"label": "Work", "day": "4", "start": "09:00", "end": "17:00"}
    await keeper.press("appoint", timezone="America/New_York", **appointment)

    proposed = await keeper.press("propose", per_week="5")

    assert "Third" not in re.findall(r"<bdi>([^<]*)</bdi></label>", proposed.text)


async def test_a_list_is_shared_at_once_beside_a_plan_of_its_maker(
    client: httpx2.AsyncClient,
) -> None:
    listed = await client.get("/list?meetings=1,3")
    form = {"meetings": ["1", "3"], "label": "for home", "expires_on": field(listed, "expires_on")}

    made = await client.post("/plans/shares", data=form)
    late = await client.post("/plans/shares", data=form | {"expires_on": "2020-01-01"})
    empty = await client.post("/plans/shares", data={})

    keeper = Keeper(client, made.headers["location"].partition("#")[0])
    (path,) = links(await keeper.page(), "s")
    share = words(await client.get(path))
    assert form["expires_on"] == "2027-02-16"
    assert "First" in share
    assert "Third" in share
    assert "Second" not in share
    assert (late.status_code, empty.status_code) == (400, 400)


async def test_a_plan_that_ends_soon_is_offered_anew(tmp_path: Path) -> None:
    now = [NOON]
    async with serving(tmp_path, MEETINGS, clock=lambda: now[0]) as client:
        made = await client.post("/plans", data={"meetings": "1"})
        keeper = Keeper(client, made.headers["location"])
        await keeper.press("options", horizon="4")
        early = words(await keeper.page())
        now[0] += dt.timedelta(weeks=3, days=2)
        late = words(await keeper.page())
        await keeper.press("renew")

        assert "Go on for 4 weeks" not in early
        assert "run until December 15, 2026. Go on for 4 weeks from today" in late
        assert "until January 7, 2027" in words(await keeper.page())


async def test_what_falls_together_is_said_by_instants_not_by_the_clocks_on_the_walls(
    keeper: Keeper,
) -> None:
    tuesday = {"day": "2", "start": "19:00", "end": "20:00"}
    await keeper.press("appoint", label="Here", timezone="America/New_York", **tuesday)
    await keeper.press("appoint", label="There", timezone="Europe/Berlin", **tuesday)
    in_march = {"day": "3", "start": "00:30", "end": "00:45"}  # six hours ahead, in March five
    await keeper.press("appoint", label="Late call", timezone="Europe/Berlin", **in_march)

    page = words(await keeper.page())

    assert "First and Here fall together, first on November 24, 2026." in page
    assert "and There" not in page
    assert "First and Late call fall together, first on March 17, 2027." in page


async def test_a_proposal_is_taken_on_its_weekday_with_its_backup(tmp_path: Path) -> None:
    daily = a_schedule(rules=tuple(Rule(weekday=day) for day in range(1, 8)), start=dt.time(19))
    online = {"venue_type": VenueType.ONLINE, "schedule": daily}
    meetings = [a_meeting(id=f"t:{n}", name=f"Daily {n}", **online) for n in (1, 2)]
    async with serving(tmp_path, meetings) as client:
        made = await client.post("/plans", data={})
        keeper = Keeper(client, made.headers["location"])
        proposed = await keeper.press("propose", per_week="2")
        slots = re.findall(r'name="slots" value="([^"]*)"', proposed.text)

        taken = await client.post(f"{keeper.path}/take", data={"slots": slots})
        wrong = await client.post(f"{keeper.path}/take", data={"slots": "1.x"})
        saved = (await client.get(f"{keeper.path}/plan.json")).json()

    assert (taken.status_code, wrong.status_code) == (303, 400)
    told = [
        f"{each['number']}.{day}" + (f".{each['backup']}" if each["backup"] else "")
        for each in saved["chosen"]
        for day in each["weekdays"]
    ]
    assert sorted(told) == sorted(slots)


async def test_a_share_takes_meetings_that_are_not_in_the_plan(keeper: Keeper) -> None:
    await keeper.press("share", meetings="1", more="https://meetings.example/list?meetings=3")
    (path,) = links(await keeper.page(), "s")
    shared = words(await keeper.client.get(path))

    page = await keeper.page()
    secret = path.removeprefix("/s/")
    unknown = await keeper.press("edit-share", link=secret, meetings="1", more="4711")

    assert "First" in shared
    assert "Third" in shared
    assert re.search(r'value="3" checked> <span><bdi>Third</bdi>', page.text)
    assert "No meeting here has the number 4711." in words(unknown)


async def test_the_week_on_paper_stands_in_the_order_of_the_day(keeper: Keeper) -> None:
    for label, start, end in (("Early", "08:00", "09:00"), ("Late", "22:00", "23:00")):
        own = {"label": label, "day": "2", "start": start, "end": end}
        await keeper.press("appoint", timezone="America/New_York", **own)

    paper = words(await keeper.client.get(f"{keeper.path}/paper"))

    assert paper.index("Early") < paper.index("First") < paper.index("Late")


async def test_what_overwrites_needs_the_state_it_was_shown_for(keeper: Keeper) -> None:
    client, path = keeper.client, keeper.path

    blind = [
        await client.post(f"{path}/{change}", data={"meetings": "1"})
        for change in ("edit", "remove", "options", "unappoint", "renew", "delete")
    ]
    adds = await client.post(f"{path}/add", data={"meetings": "3"})

    assert {answer.status_code for answer in blind} == {409}
    assert all("Nothing was lost" in words(answer) for answer in blind)
    assert adds.status_code == 303
    saved = (await client.get(f"{path}/plan.json")).json()
    assert [each["number"] for each in saved["chosen"]] == [1, 2, 3]
