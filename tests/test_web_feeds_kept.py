"""Feeds from one poll to the next: options in links, last good bytes, imports, ends, two days."""

import datetime as dt
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import icalendar
import pytest

from importers import bmlt
from importers._refresh import refresh
from meetings.model import Accuracy, Meeting, Point, VenueType
from meetings.storage.meetings import next_version, remove
from meetings.zones import zone
from tests.make import NOON, a_meeting, a_schedule
from tests.make_lists import NO_PLACES, a_bmlt_record, a_source, bmlt_list
from tests.serving import publish, serving
from web.feeds.answering import feed_head
from web.feeds.kept import KeptEvents, KeptFeed, KeptFeeds
from web.service import Service

BROOKLYN = Point(40.65, -73.95)
DAY = dt.timedelta(days=1)
Opened = tuple[httpx2.AsyncClient, Service]


def here(key: int, **changes: Any) -> Meeting:
    return a_meeting(id=f"t:{key}", point=BROOKLYN, accuracy=Accuracy.EXACT, **changes)


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[Opened]:
    async with open_service(tmp_path, [here(1), here(2, name="Second")]) as opened:
        yield opened


@pytest.fixture
def client(opened: Opened) -> httpx2.AsyncClient:
    return opened[0]


@asynccontextmanager
async def open_service(
    folder: Path, meetings: Sequence[Meeting] = (), **options: Any
) -> AsyncIterator[Opened]:
    """Serve *meetings*, and give the service too: to publish into it, to move its clock."""
    services: list[Service] = []

    async def keep(service: Service) -> None:
        services.append(service)

    async with serving(folder, meetings, background=[keep], **options) as client:
        await client.get("/livez")
        yield client, services[0]


def events(feed: httpx2.Response) -> list[Any]:
    return list(icalendar.Calendar.from_ical(feed.content).walk("VEVENT"))


async def test_the_options_of_a_link_make_the_feed(client: httpx2.AsyncClient) -> None:
    feed = await client.get("/meetings/1/calendar.ics?busy=1&remind=1h&titles=plain&words=es")

    (event,) = events(feed)
    assert event["SUMMARY"] == "Cita"
    assert event["TRANSP"] == "OPAQUE"
    assert event["CLASS"] == "PRIVATE"
    assert [alarm["TRIGGER"].to_ical() for alarm in event.walk("VALARM")] == [b"-PT1H"]


async def test_each_choice_has_an_entity_of_its_own(client: httpx2.AsyncClient) -> None:
    queries = ("", "?busy=1", "?remind=1h", "?titles=plain", "?words=fa", "?titles=plain&busy=1")

    etags = [(await client.get(f"/meetings/1/calendar.ics{q}")).headers["etag"] for q in queries]

    assert len(set(etags)) == len(queries)


async def test_options_are_no_part_of_a_search(client: httpx2.AsyncClient) -> None:
    bare = await client.get("/calendar.ics?titles=plain")
    asked = await client.get("/calendar.ics?near=Brooklyn%2C+NY&titles=plain")

    assert bare.status_code == 400
    assert [str(event["SUMMARY"]) for event in events(asked)] == ["Appointment"] * 2


async def test_a_choice_that_is_none_of_ours_is_named(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/meetings/1/calendar.ics?remind=soon")

    assert (answer.status_code, answer.text) == (
        400,
        "remind: This must be one of: none, 15min, 1h, 1day.",
    )


async def test_a_feed_names_its_canonical_address_and_page(client: httpx2.AsyncClient) -> None:
    feed = await client.get("/calendar.ics?longitude=-73.9512345&latitude=40.6512345&busy=1")

    calendar = icalendar.Calendar.from_ical(feed.content)
    place = "latitude=40.65&longitude=-73.95"
    assert calendar["SOURCE"] == f"https://meetings.example/calendar.ics?busy=1&{place}"
    assert calendar["URL"] == f"https://meetings.example/find?{place}"


async def test_options_of_the_route_are_told(client: httpx2.AsyncClient) -> None:
    answer = await client.options("/meetings/1/calendar.ics")

    assert (answer.status_code, answer.headers["allow"]) == (204, "GET, HEAD, OPTIONS")


async def test_a_feed_that_cannot_be_made_any_more_serves_on_as_it_was(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("out of order")

    client, service = opened
    good = await client.get("/calendar.ics?near=Brooklyn%2C+NY")
    service.catalogue.version += 1  # so that it is made anew
    monkeypatch.setattr("web.feeds.calendars.one_place", broken)

    again = await client.get("/calendar.ics?near=Brooklyn%2C+NY")
    unknown = await client.get("/calendar.ics?near=Toronto")

    assert (again.status_code, again.content) == (200, good.content)
    assert again.headers["etag"] == good.headers["etag"]
    assert unknown.status_code == 500


async def test_an_unchanged_feed_reads_no_database(tmp_path: Path) -> None:
    async with serving(tmp_path, [here(1)]) as client:
        first = await client.get("/meetings/1/calendar.ics")
        (tmp_path / "web.db").unlink()

        again = await client.get(
            "/meetings/1/calendar.ics", headers={"If-None-Match": first.headers["etag"]}
        )

    assert again.status_code == 304


async def test_the_next_day_and_another_process_give_the_same_bytes(tmp_path: Path) -> None:
    answers = []
    for name, now in (("a", NOON), ("b", NOON + DAY)):
        (tmp_path / name).mkdir()
        async with serving(tmp_path / name, [here(1), here(2)], now=now) as client:
            answers.append(await client.get("/list/calendar.ics?meetings=1,2"))

    assert answers[0].content == answers[1].content
    assert answers[0].headers["etag"] == answers[1].headers["etag"]


async def test_a_re_import_of_the_unchanged_list_is_a_304(tmp_path: Path) -> None:
    payloads = bmlt_list(a_bmlt_record(1), a_bmlt_record(2))

    async with open_service(tmp_path) as (client, service):

        async def imported(at: dt.datetime) -> None:
            await refresh(
                service.database,
                a_source(timezone=zone("America/New_York")),
                payloads,
                importer=bmlt,
                places=NO_PLACES,
                overrides={},
                now=at,
            )
            await service.load()

        await imported(NOON)
        first = await client.get("/list/calendar.ics?meetings=1,2")
        await imported(NOON + DAY)
        again = await client.get(
            "/list/calendar.ics?meetings=1,2", headers={"If-None-Match": first.headers["etag"]}
        )

    assert len(events(first)) == 2
    assert again.status_code == 304


async def test_a_change_of_one_meeting_changes_its_feeds_and_no_other(
    opened: Opened,
) -> None:
    client, service = opened
    paths = ("/meetings/1/calendar.ics", "/meetings/2/calendar.ics")
    before = [(await client.get(path)).headers["etag"] for path in paths]

    await publish(service.database, [replace(here(1, name="New"), revision=1)])
    await service.load()

    after = [(await client.get(path)).headers["etag"] for path in paths]
    assert after[0] != before[0]
    assert after[1] == before[1]


async def test_a_search_tells_for_a_month_of_a_meeting_that_was_removed(tmp_path: Path) -> None:
    online = a_meeting(id="t:3", venue_type=VenueType.ONLINE)
    path = "/calendar.ics?near=Brooklyn%2C+NY"

    meetings = [here(1), here(2, name="Second"), online]
    async with open_service(tmp_path, meetings) as (client, service):
        async with service.database.write() as writer:
            version = await next_version(writer, at=NOON)
            await remove(writer, ["t:1", "t:3"], version=version, at=NOON)
        await service.load()
        told = await client.get(path)
        service.now = lambda: NOON + 40 * DAY
        later = await client.get(path)

    said = [(str(event["SUMMARY"]), str(event["STATUS"])) for event in events(told)]
    assert said == [
        ("NA: Evening Hope Group", "CONFIRMED"),
        ("CANCELLED: NA: Evening Hope Group", "CANCELLED"),
        ("NA: Second", "CONFIRMED"),
    ]
    assert [str(event["SUMMARY"]) for event in events(later)] == ["NA: Second"]


def a_kept_feed(size: int) -> KeptFeed:
    head = feed_head(etag="x", changed_at=NOON)
    return KeptFeed(version=1, on=NOON.date(), head=head, body=b"x" * size)


def test_feeds_are_kept_up_to_so_many_bytes_and_the_oldest_go_first() -> None:
    kept = KeptFeeds(most_bytes=20_000)
    first, second, third = (("/a", b""), ("/b", b""), ("/c", b""))

    kept.put(first, a_kept_feed(8_000))
    kept.put(second, a_kept_feed(8_000))
    kept.get(first)
    kept.put(third, a_kept_feed(8_000))

    assert [kept.get(key) is not None for key in (first, second, third)] == [True, False, True]


def test_a_feed_that_is_put_again_counts_once() -> None:
    kept = KeptFeeds(most_bytes=20_000)

    for _ in range(10):
        kept.put(("/a", b""), a_kept_feed(8_000))
    kept.put(("/b", b""), a_kept_feed(8_000))

    assert kept.get(("/a", b"")) is not None


async def test_plain_feeds_and_their_headers_name_nothing(tmp_path: Path) -> None:
    meeting = here(1, schedule=a_schedule(), fellowship="smart", name="Tools at Riverside")

    async with serving(tmp_path, [meeting]) as client:
        for path in ("/meetings/1", "/list"):
            query = "?titles=plain" if path != "/list" else "?meetings=1&titles=plain"
            feed = await client.get(f"{path}/calendar.ics{query}")
            told = f"{feed.headers}{feed.text}".lower()

            assert "appointment" in told
            assert not [name for name in ("smart", "tools", "riverside") if name in told]


def test_events_are_made_once_and_those_used_last_are_kept() -> None:
    events, made = KeptEvents(most_bytes=3_500), list[str]()

    def make(key: str) -> bytes:
        made.append(key)
        return b"x" * 100

    for key in ("one", "two", "three", "one", "four", "one", "two"):
        events.get((key,), partial(make, key))

    assert made == ["one", "two", "three", "four", "two"]
