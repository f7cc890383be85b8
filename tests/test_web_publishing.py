"""The pages and API that say whose lists are read, how fresh they are, and what is not here."""

import datetime as dt
import html
import re
from pathlib import Path
from typing import Any

import httpx2
import pytest

from meetings.fellowships import FELLOWSHIPS
from meetings.storage.sources import EarlierCount, ImportRun, Outcome, SourceState, State
from tests.make import NOON, a_meeting
from tests.serving import serving
from web.programmes import PROGRAMMES
from web.publishers import Freshness, Listing, Publisher, listings, plain_reason
from web.service import Site

DAY = dt.timedelta(days=1)
EXPORT = Publisher(
    id="na", title="NA worldwide", fellowship="na", terms="As they say.", is_divided=True
)
OFF = Publisher(id="smart-us", title="SMART", fellowship="smart", terms="Ask.", is_read=False)


def a_state(id_: str = "t", **changes: Any) -> SourceState:
    defaults: dict[str, Any] = {
        "id": id_,
        "title": "Some Area",
        "fellowship": "na",
        "state": State.ACCEPTED,
        "last_tried_at": NOON,
        "last_accepted_at": NOON,
        "accepted_count": 12,
    }
    return SourceState(**defaults | changes)


def one(state: SourceState, *publishers: Publisher) -> Listing:
    (listing,) = listings([state], publishers, {}, now=NOON)
    return listing


def words(page: httpx2.Response) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Freshness.FRESH),
        ({"last_accepted_at": NOON - 4 * DAY}, Freshness.STALE),
        ({"state": State.STALE}, Freshness.STALE),
        ({"state": State.HELD}, Freshness.HELD),
        ({"state": State.FAILED}, Freshness.NOT_REACHED),
        ({"state": State.NEVER, "last_accepted_at": None}, Freshness.NOT_YET),
    ],
)
def test_the_last_run_and_its_age_make_the_state(
    changes: dict[str, Any], expected: Freshness
) -> None:
    assert one(a_state(**changes)).freshness is expected


def test_a_list_that_is_read_once_a_week_is_not_stale_after_three_days() -> None:
    weekly = Publisher(id="t", title="T", fellowship="na", every=7 * DAY)

    assert one(a_state(last_accepted_at=NOON - 6 * DAY), weekly).freshness is Freshness.FRESH


def test_parts_stand_under_their_whole_with_its_terms_and_it_has_their_sum() -> None:
    states = [a_state("na", accepted_count=0), a_state("na-5"), a_state("na-9", accepted_count=30)]

    (whole,) = listings(states, [EXPORT], {}, now=NOON)

    assert (whole.id, whole.count) == ("na", 42)
    assert [(part.id, part.terms) for part in whole.parts] == [
        ("na-5", "As they say."),
        ("na-9", "As they say."),
    ]


def test_a_source_that_is_off_is_off_until_somebody_reads_it() -> None:
    unread = listings([], [OFF], {}, now=NOON)
    read = one(a_state("smart-us", fellowship="smart"), OFF)

    assert [each.freshness for each in unread] == [Freshness.OFF]
    assert read.freshness is Freshness.FRESH


def test_the_trend_is_against_an_earlier_day() -> None:
    (listing,) = listings([a_state()], [], {"t": EarlierCount(NOON - 30 * DAY, 15)}, now=NOON)

    assert listing.trend == -3
    assert one(a_state()).trend is None


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("bmlt.example answered with status 503", "its server answered that something"),
        ("the document is a web page, not JSON", "its server sent a page instead"),
        ("5 of 12 meetings are missing (set 0a1b2c)", "5 of 12 meetings are missing from the"),
        ("bmlt.example could not be read: ConnectError", "its server did not answer"),
        ("3 of 10 records rejected, the first: 7 name: is missing", "many of its entries"),
    ],
)
def test_reasons_are_put_in_plain_words_without_what_is_for_the_log(
    reason: str, words: str
) -> None:
    assert str(plain_reason(reason) or "").startswith(words)
    assert ("set 0a1b2c" in str(plain_reason(reason))) is False


def test_a_reason_nobody_foresaw_stays_in_the_log() -> None:
    assert plain_reason("something nobody foresaw, with a key 4711") is None


async def test_the_page_says_since_when_a_list_was_not_reached(tmp_path: Path) -> None:
    states = [
        a_state("t", state=State.FAILED, last_accepted_at=NOON - 9 * DAY, reason="status 500"),
        a_state("h", state=State.HELD, reason="no usable meeting among 0 records"),
    ]
    async with serving(tmp_path, [a_meeting()], states=states, publishers=[OFF]) as client:
        page = await client.get("/sources")

    text = words(page)
    assert "Not reached since November 9, 2026" in text
    assert (
        "A newer version looks wrong, so the list of November 18, 2026 stays:"
        " the newest list was empty"
    ) in text
    assert "SMART : Ask." in text
    assert not re.search(r"\b(failed|failing|broken)\b", text)


async def test_the_page_tells_publishers_whom_to_write_to(tmp_path: Path) -> None:
    site = Site(
        base_url="https://meetings.example",
        is_public=True,
        uid_host="uid.example",
        contact="lists@meetings.example",
    )
    async with serving(tmp_path, site=site) as client:
        page = await client.get("/sources")

    assert 'href="mailto:lists@meetings.example"' in page.text
    assert "To correct a meeting" in words(page)
    assert "To be taken out" in words(page)


async def test_the_api_gives_each_source_and_part_with_state_and_trend(tmp_path: Path) -> None:
    states = [a_state("na", accepted_count=0), a_state("na-5")]
    runs = [a_run("na-5", NOON - 20 * DAY, 10), a_run("na-5", NOON, 12)]
    async with serving(tmp_path, states=states, runs=runs, publishers=[EXPORT]) as client:
        answer = (await client.get("/api/sources")).json()

    whole, part = answer["sources"]
    assert (whole["id"], whole["parts"], whole["count"]) == ("na", ["na-5"], 12)
    assert (part["state"], part["count"], part["trend"], part["every_hours"]) == (
        "fresh",
        12,
        2,
        12,
    )
    assert part["trend_since"] == "2026-10-29T12:00:00Z"


async def test_fellowships_says_what_is_here_and_where_the_others_are(tmp_path: Path) -> None:
    async with serving(tmp_path, [a_meeting()]) as client:
        page = await client.get("/fellowships")

    here, _, elsewhere = page.text.partition("Not listed here")
    assert "Narcotics Anonymous" in here
    assert "1 meeting." in here
    for name in ("Alcoholics Anonymous", "Al-Anon", "Nar-Anon", "SMART Recovery"):
        assert name in elsewhere, name
        assert name not in here, name
    for tag in re.findall(r'<a [^>]*href="https?://[^>]*>', page.text):
        assert 'rel="noreferrer noopener"' in tag


async def test_each_fellowship_listed_is_told_of_in_one_paragraph(tmp_path: Path) -> None:
    meetings = [a_meeting(id="t:1"), a_meeting(id="t:2", fellowship="own-code")]
    async with serving(tmp_path, meetings) as client:
        text = (await client.get("/fellowships")).text

    assert "For people who want to stop using drugs of any kind, alcohol included." in text
    assert text.count("Closed meetings are for people who have") == 1
    assert text.count("there may be a collection") == 1
    assert (
        "Groups give no medical advice; questions about prescribed medicines belong with your"
        " doctor." in text
    )
    assert "own-code" in text  # an operator's own, of which we know no more than its meetings


def test_no_fellowship_is_left_without_words() -> None:
    assert set(PROGRAMMES) == set(FELLOWSHIPS)


async def test_the_apis_of_fellowships_and_formats_name_all_with_their_counts(
    tmp_path: Path,
) -> None:
    meetings = [a_meeting(formats=("women",)), a_meeting(id="t:2")]
    async with serving(tmp_path, meetings, states=[a_state()]) as client:
        fellowships = (await client.get("/api/fellowships")).json()["fellowships"]
        formats = (await client.get("/api/formats")).json()["formats"]

    na = next(each for each in fellowships if each["code"] == "na")
    aa = next(each for each in fellowships if each["code"] == "aa")
    women = next(each for each in formats if each["code"] == "women")
    assert (na["count"], na["sources"], na["is_twelve_step"]) == (2, ["t"], True)
    assert (aa["count"], aa["sources"]) == (0, [])
    assert aa["finder_url"] == "https://www.aa.org/find-aa"
    assert (women["name"], women["count"]) == ("Women", 1)


async def test_thin_results_say_that_not_every_meeting_is_listed_here(tmp_path: Path) -> None:
    few = [a_meeting()]
    many = [a_meeting(id=f"t:{number}") for number in range(1, 8)]
    async with serving(tmp_path, few) as client:
        thin = await client.get("/find")
    (tmp_path / "more").mkdir()
    async with serving(tmp_path / "more", many) as client:
        full = await client.get("/find")

    assert "Not every meeting is listed here" in words(thin)
    assert "https://www.aa.org/find-aa" in thin.text
    assert "Not every meeting is listed here" not in words(full)


def a_run(source: str, at: dt.datetime, count: int) -> ImportRun:
    return ImportRun(
        id=f"{source}:{at.isoformat()}",
        source=source,
        started_at=at,
        ended_at=at,
        outcome=Outcome.ACCEPTED,
        read=count,
        unchanged=count,
    )
