"""Whoever has the database, its log, a copy, the logs and the metrics of it learns nothing."""

import json
import logging
import sqlite3
from pathlib import Path

import httpx2
import pytest
from prometheus_client import generate_latest
from sqlalchemy import text

from meetings.plan import Chosen, Plan, to_bytes
from meetings.storage.database import open_database
from tests.make import a_meeting
from tests.serving import serving
from tests.test_web_plans import Keeper, links
from web.logs import TextLines
from web.metrics import Measurements

NAMES = ("sentinel-note", "sentinel-label", "sentinel-share", "sentinel-file")
CHOSEN = "1987654321"  # a number that stands nowhere else, in no clock of the metrics either


async def a_busy_evening(client: httpx2.AsyncClient) -> list[str]:
    """Make, fill, share, follow, rotate and restore a plan; return every secret there was."""
    made = await client.post("/plans", data={"meetings": "1"})
    keeper = Keeper(client, made.headers["location"])
    secrets = [keeper.path]
    await keeper.press("edit", meetings="1", note=NAMES[0])
    appointment = {"label": NAMES[1], "day": "1", "start": "10:00", "end": "11:00"}
    await keeper.press("appoint", timezone="America/New_York", **appointment)
    await keeper.press("calendar", titles="full")
    await keeper.press("share", meetings="1", label=NAMES[2])
    page = await keeper.page()
    secrets += [links(page, "c")[0], links(page, "s")[0]]
    for path in (*secrets[1:], f"{secrets[2]}/calendar.ics"):
        assert (await client.get(path)).status_code == 200
    await keeper.press("rotate")
    saved = Plan(chosen=(Chosen(number=int(CHOSEN), note=NAMES[3]),))
    back = await client.post("/plans", files={"file": ("plan.json", to_bytes(saved))})
    await client.get("/k/WRONG-SECRET")
    return [path.split("/")[2] for path in (*secrets, keeper.path, back.headers["location"])]


def files_of(folder: Path) -> dict[str, bytes]:
    """Return every file beside the database, and a backup of it."""
    with (
        sqlite3.connect(folder / "web.db") as source,
        sqlite3.connect(folder / "backup.db") as target,
    ):
        source.backup(target)
    source.close()
    target.close()
    return {path.name: path.read_bytes() for path in folder.glob("*.db*")}


def found_in(stored: dict[str, bytes], words: list[str]) -> list[tuple[str, str]]:
    return [
        (name, word) for name, body in stored.items() for word in words if word.encode() in body
    ]


async def test_a_stolen_database_holds_no_secret_no_word_and_no_choice(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, logger="httpx2")  # of this test's client
    caplog.set_level(logging.DEBUG)  # last: it sets the level of what listens, too
    caplog.handler.setFormatter(TextLines())  # which shows the fields of a line
    measured = Measurements()

    async with serving(tmp_path, [a_meeting(id="t:1")], measured=measured) as client:
        secrets = await a_busy_evening(client)
        stored = files_of(tmp_path) | {"metrics": generate_latest(measured.registry)}

    words = [*secrets, *NAMES, CHOSEN]
    assert len(set(secrets)) == 5
    assert {"web.db", "web.db-wal", "backup.db"} <= stored.keys()
    assert b'route="/k/{secret}/{change}"' in stored["metrics"]
    assert found_in(stored, words) == []
    assert [word for word in words if word in caplog.text] == []


async def test_the_same_search_finds_them_all_on_an_unsealed_twin(tmp_path: Path) -> None:
    measured = Measurements()
    async with serving(tmp_path, [a_meeting(id="t:1")], measured=measured) as client:
        secrets = await a_busy_evening(client)
        plain = json.dumps([*secrets, *NAMES, CHOSEN])
        measured.note(f"/plans?{plain}", "GET", 200, 0.1)  # a label that is no template
        url = f"sqlite+aiosqlite:///{tmp_path / 'web.db'}"
        async with open_database(url) as database, database.write() as writer:
            await writer.execute(text("update link set kind = :plain"), {"plain": plain})
        stored = files_of(tmp_path) | {"metrics": generate_latest(measured.registry)}

    words = [*secrets, *NAMES, CHOSEN]
    found = found_in(stored, words)
    assert {word for _, word in found} == set(words)
    assert {word for name, word in found if name == "metrics"} == set(words)
