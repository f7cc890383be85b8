from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from meetings.model import Accuracy, Point
from tests.make import a_meeting
from tests.serving import serving

PLAN: dict[str, Any] = {
    "chosen": [{"number": 1, "note": "bring the book"}],
    "appointments": [
        {
            "label": "Dentist",
            "weekday": 1,
            "start": "10:00:00",
            "end": "11:00:00",
            "timezone": "America/New_York",
        }
    ],
    "options": {"reminder_minutes": 60},
}

MEETINGS = [
    a_meeting(id="t:1", point=Point(40.68, -73.98), accuracy=Accuracy.EXACT),
    a_meeting(id="t:2"),
]
AN_HOUR_OF_A_ZONE = (
    b'{"label": "", "weekday": 1, "start": "10:00:00Z", "end": "11:00:00", "timezone": "UTC"}'
)


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    async with serving(tmp_path, MEETINGS) as opened:
        yield opened


@pytest.fixture
async def made(client: httpx2.AsyncClient) -> dict[str, Any]:
    answer = await client.post("/api/plans", json=PLAN)
    assert answer.status_code == 201
    document: dict[str, Any] = answer.json()
    return document


def with_secret(document: dict[str, Any], **headers: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {document['secret']}"} | headers


async def test_a_plan_is_made_shown_and_opens_in_the_browser_too(
    client: httpx2.AsyncClient, made: dict[str, Any]
) -> None:
    shown = await client.get("/api/plans", headers=with_secret(made))
    page = await client.get(f"/k/{made['secret']}")

    assert shown.json() == made
    assert made["chosen"][0]["note"] == "bring the book"
    assert made["appointments"][0]["timezone"] == "America/New_York"
    assert made["page"] == f"https://meetings.example/k/{made['secret']}"
    assert "bring the book" in page.text


async def test_a_change_needs_the_state_it_was_made_for(
    client: httpx2.AsyncClient, made: dict[str, Any]
) -> None:
    etag = (await client.get("/api/plans", headers=with_secret(made))).headers["etag"]
    new = PLAN | {"chosen": [{"number": 2}]}

    first = await client.put("/api/plans", json=new, headers=with_secret(made) | {"If-Match": etag})
    late = await client.put("/api/plans", json=PLAN, headers=with_secret(made) | {"If-Match": etag})
    blind = await client.put("/api/plans", json=PLAN, headers=with_secret(made))

    assert [first.status_code, late.status_code, blind.status_code] == [200, 409, 409]
    shown = (await client.get("/api/plans", headers=with_secret(made))).json()
    assert [each["number"] for each in shown["chosen"]] == [2]


async def test_shares_and_calendars_come_and_go(
    client: httpx2.AsyncClient, made: dict[str, Any]
) -> None:
    headers = with_secret(made)
    await client.post("/api/plans/calendars", headers=headers)
    both = (
        await client.post(
            "/api/plans/shares", json={"meetings": [2], "label": "for home"}, headers=headers
        )
    ).json()
    share, calendar = both["shares"][0], both["calendars"][0]
    page = await client.get(f"/s/{share['secret']}")

    await client.request(
        "DELETE", "/api/plans/shares", json={"secret": share["secret"]}, headers=headers
    )
    left = await client.request(
        "DELETE", "/api/plans/calendars", json={"secret": calendar["secret"]}, headers=headers
    )

    assert page.status_code == 200
    assert "for home" not in page.text
    assert (left.json()["shares"], left.json()["calendars"]) == ([], [])
    assert (await client.get(f"/s/{share['secret']}")).status_code == 404


async def test_a_deleted_plan_is_gone(client: httpx2.AsyncClient, made: dict[str, Any]) -> None:
    etag = (await client.get("/api/plans", headers=with_secret(made))).headers["etag"]

    deleted = await client.delete("/api/plans", headers=with_secret(made) | {"If-Match": etag})

    assert deleted.status_code == 204
    assert (await client.get("/api/plans", headers=with_secret(made))).status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b'{"chosen": [{"number": "one"}]}', 400),
        (b'{"chosen": [{"number": 0}]}', 400),
        (b'{"appointments": [%b]}' % AN_HOUR_OF_A_ZONE, 400),
        (b'{"chosen": [' + b",".join(b'{"number": %d}' % n for n in range(1, 10_001)) + b"]}", 413),
        (b'{"chosen": [{"number": 1, "note": "' + b"x" * 1_000_000 + b'"}]}', 413),
        (b'{"chosen": [{"number": 1, "note": "' + b"x" * 301 + b'"}]}', 400),
    ],
)
async def test_what_is_no_plan_is_refused_in_one_sentence(
    client: httpx2.AsyncClient, body: bytes, status: int
) -> None:
    answer = await client.post("/api/plans", content=body)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"].endswith(".")


async def test_without_the_secret_nothing_is_told(
    client: httpx2.AsyncClient, made: dict[str, Any]
) -> None:
    answers = [
        await client.get("/api/plans", headers=headers)
        for headers in (
            {},
            {"Authorization": f"Basic {made['secret']}"},
            {"Authorization": f"Bearer {made['secret'][:-1]}"},
        )
    ]

    assert {(a.status_code, a.text) for a in answers} == {(404, answers[0].text)}
    assert made["secret"] not in answers[0].text


async def test_a_share_is_read_by_its_own_secret_and_tells_nothing_of_the_plan(
    client: httpx2.AsyncClient, made: dict[str, Any]
) -> None:
    wish = {"meetings": [2], "label": "for home"}
    both = await client.post("/api/plans/shares", json=wish, headers=with_secret(made))
    share = both.json()["shares"][0]

    shown = await client.get("/api/plans/shared", headers=with_secret(share))
    by_the_plan = await client.get("/api/plans/shared", headers=with_secret(made))
    the_plan = await client.get("/api/plans", headers=with_secret(share))

    document = shown.json()
    assert document.keys() == {"page", "feed", "count", "meetings"}
    assert document["page"] == share["page"]
    assert document["feed"] == f"{share['page']}/calendar.ics"
    assert [meeting["number"] for meeting in document["meetings"]] == [2]
    assert document["meetings"][0]["next_start"] == "2026-11-25T00:30:00Z"
    for hidden in ("book", "Dentist", "for home", made["secret"]):
        assert hidden not in shown.text
    assert (by_the_plan.status_code, by_the_plan.text) == (the_plan.status_code, the_plan.text)
    assert the_plan.status_code == 404


async def test_a_rotated_keep_secret_opens_and_the_old_one_does_not(
    client: httpx2.AsyncClient, made: dict[str, Any]
) -> None:
    rotated = await client.post("/api/plans/rotate", headers=with_secret(made))

    again = await client.get("/api/plans", headers=with_secret(rotated.json()))
    old = await client.get("/api/plans", headers=with_secret(made))

    assert again.json()["chosen"] == made["chosen"]
    assert old.status_code == 404


async def test_a_share_is_changed_only_in_the_state_that_was_seen(
    client: httpx2.AsyncClient, made: dict[str, Any]
) -> None:
    headers = with_secret(made)
    first = await client.post("/api/plans/shares", json={"meetings": [1]}, headers=headers)
    secret, seen = first.json()["shares"][0]["secret"], {"If-Match": first.headers["etag"]}
    wish = {"meetings": [2], "secret": secret}

    changed = await client.put("/api/plans/shares", json=wish, headers=headers | seen)
    late = await client.put("/api/plans/shares", json=wish, headers=headers | seen)
    blind = await client.put("/api/plans/shares", json=wish, headers=headers)
    adds_late = await client.post("/api/plans/shares", json=wish, headers=headers | seen)

    statuses = [each.status_code for each in (changed, late, blind, adds_late)]
    assert statuses == [200, 409, 409, 409]
    assert late.json()["title"] == blind.json()["title"]


async def test_a_week_is_proposed_and_changes_nothing(
    client: httpx2.AsyncClient, made: dict[str, Any]
) -> None:
    before = (await client.get("/api/plans", headers=with_secret(made))).headers["etag"]
    wish = {"near": "Brooklyn, NY", "per_week": 2, "in_person": 1, "latest": "20:00:00"}
    taken = {"busy": [{"weekday": 2, "start": "19:00:00", "end": "21:00:00"}]}

    free = await client.post("/api/plans/proposals", json=wish, headers=with_secret(made))
    busy = await client.post("/api/plans/proposals", json=wish | taken, headers=with_secret(made))
    after = await client.get("/api/plans", headers=with_secret(made))

    (slot,) = free.json()["week"]
    assert (slot["weekday"], slot["start"], slot["rule_weekday"]) == (2, "19:30", 2)
    assert slot["reason"].endswith(" km away, and free of your other times")
    assert free.json()["unmet"] == ["2 a week in all were wished, and 1 fit."]
    assert busy.json()["week"] == []
    assert after.headers["etag"] == before


@pytest.mark.parametrize(
    "wish",
    [
        {"per_week": 0},
        {"per_week": 2, "in_person": 2, "online": 1},
        {"earliest": "10:00:00Z"},
        {"seeds": 1},
    ],
)
async def test_wishes_that_cannot_be_are_refused_in_one_sentence(
    client: httpx2.AsyncClient, made: dict[str, Any], wish: dict[str, Any]
) -> None:
    answer = await client.post("/api/plans/proposals", json=wish, headers=with_secret(made))

    assert answer.status_code == 400
    assert answer.json()["title"].endswith(".")


async def test_what_the_server_knows_is_its_rows_and_no_word_of_the_plan(
    client: httpx2.AsyncClient, made: dict[str, Any]
) -> None:
    answer = await client.get("/api/plans/stored", headers=with_secret(made))

    document = answer.json()
    assert document["link"]["kind"] == "keep"
    assert document["link"]["used_month"] == document["plan"]["made_month"] == "2026-11"
    assert len(document["plan"]["sealed"]) > 256
    assert b"book".hex() not in document["plan"]["sealed"]
    assert made["secret"] not in answer.text
