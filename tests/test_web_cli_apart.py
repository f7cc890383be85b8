"""Heavy work in a process of its own: what it reports, and that it ends with whoever waits."""

import asyncio
import os
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from importers._source import Source
from meetings._gazetteer import write
from meetings.catalogue import Catalogue
from meetings.errors import MeetingsError
from meetings.settings import read_settings
from meetings.storage.database import open_database
from meetings.storage.sources import Outcome, source_states
from tests.make import NOON, a_meeting
from tests.serving import SITE, publish, towns
from web.cli.apart import make_snapshot, refresh_apart
from web.cli.opening import open_service

PATIENCE_SECONDS = 60
OWN = """
[[sources]]
id = "near"
importer = "bmlt"
fellowship = "na"
url = "https://127.0.0.1/main_server"
"""
pytestmark = pytest.mark.long

NEAR = Source(id="near", importer="bmlt", fellowship="na")


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An installation whose one source must not be asked, as its address is our own machine."""
    write(tmp_path / "places.sqlite", towns(), progress=lambda _: None)
    (tmp_path / "sources.toml").write_text(OWN)
    for name in [name for name in os.environ if name.startswith("OPENCHAIR_")]:
        monkeypatch.delenv(name)
    made = f"sqlite+aiosqlite:///{tmp_path / 'apart.db'}"
    monkeypatch.setenv("OPENCHAIR_DATABASE_URL", made)
    monkeypatch.setenv("OPENCHAIR_DATA_DIR", str(tmp_path))
    return made


async def test_the_other_process_reports_and_leaves_the_state_in_the_database(url: str) -> None:
    (report,) = [report async for report in refresh_apart(NEAR)]

    assert (report.source, report.outcome) == ("near", Outcome.FAILED)
    async with open_database(url) as database, database.read() as reader:
        (state,) = await source_states(reader)
    assert (state.id, state.reason) == ("near", report.reason)


async def test_what_it_cannot_do_is_a_sentence(url: str) -> None:
    assert url
    unknown = Source(id="unknown", importer="bmlt", fellowship="na")

    with pytest.raises(MeetingsError, match="there is no source unknown"):
        async for _ in refresh_apart(unknown):
            pass


async def test_it_ends_when_nobody_waits_for_it_any_more(url: str) -> None:
    assert url

    async def refresh() -> None:
        async for _ in refresh_apart(NEAR):
            pass

    before = _children()  # other tests of this process may have a database server
    waiting = asyncio.create_task(refresh())
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not _children() - before:  # noqa: ASYNC110 - nothing tells when it has begun
            await asyncio.sleep(0.01)
    waiting.cancel()
    with suppress(asyncio.CancelledError):
        await waiting

    assert not _children() - before


async def test_a_catalogue_made_apart_is_served_as_one_made_here(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert url
    settings = read_settings(os.environ)
    made: list[Catalogue] = []

    async with open_service(settings, SITE, make_snapshot=make_snapshot) as running:
        await running.load()
        await publish(running.database, [a_meeting(id="t:1"), a_meeting(id="t:2")])
        await running.load()
        made.append(running.catalogue)
        running.make_snapshot = None
        running.catalogue = Catalogue([], version=0, now=NOON)
        await running.load()
        made.append(running.catalogue)

    apart, here = made
    assert [each.id for each in apart.all()] == [each.id for each in here.all()] == ["t:1", "t:2"]
    assert (apart.version, apart.stamp) == (here.version, here.stamp)
    assert apart.version == 1
    assert "catalogue.not_made_apart" not in caplog.text


async def test_where_no_process_can_be_begun_the_catalogue_is_made_here(
    url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert url
    settings = read_settings(os.environ)
    async with open_service(settings, SITE, make_snapshot=make_snapshot) as running:
        await running.load()
        await publish(running.database, [a_meeting(id="t:1")])
        monkeypatch.setenv("OPENCHAIR_DATABASE_URL", "sqlite+aiosqlite:////nowhere/at.all")

        await running.load()

        assert [each.id for each in running.catalogue.all()] == ["t:1"]
    assert "catalogue.not_made_apart" in caplog.text


def _children() -> set[int]:
    return {child.pid for child in psutil.Process().children()}
