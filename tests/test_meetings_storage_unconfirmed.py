"""A commit that no standby is known to have is not answered for (reliability.md 9.4)."""

import asyncio
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy.engine import make_url

from meetings.errors import Away
from meetings.storage.database import Writer, open_database
from meetings.storage.migrate import migrate
from meetings.storage.plans import SealedPlan, add_plan
from tests.postgres import postgres_server

NOBODY = "alter system set synchronous_standby_names = 'nobody'"
ANYBODY = "alter system reset synchronous_standby_names"
WAITING = "select pid, xact_start::text from pg_stat_activity where wait_event = 'SyncRep'"
PATIENCE_SECONDS = 30


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A server of its own, since its commits wait for a standby that never comes."""
    with postgres_server() as url:
        yield url


@pytest.fixture
def operator(server: str) -> Iterator[psycopg.Connection]:
    url = make_url(server).set(drivername="postgresql").render_as_string()
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection
        _order(connection, ANYBODY)


@pytest.mark.parametrize("end", ["pg_cancel_backend", "pg_terminate_backend"])
async def test_what_is_done_again_waits_for_a_standby_too(
    server: str, operator: psycopg.Connection, end: str
) -> None:
    await migrate(server)
    async with open_database(_which_waits(server)) as db:
        _let_commits_wait(server, operator)
        adding = asyncio.create_task(db.change(lambda writer: _add(writer, end)))
        first = await _waiting(operator)

        _order(operator, f"select {end}({first[0]})")
        second = await _waiting(operator, not_as=first)
        was_answered = adding.done()
        _order(operator, ANYBODY)
        await adding

    assert (bool(second), was_answered) == (True, False)


async def test_a_wait_that_the_server_cancels_is_no_success(
    server: str, operator: psycopg.Connection
) -> None:
    await migrate(server)
    async with open_database(_which_waits(server)) as db:
        _let_commits_wait(server, operator)

        async def add() -> None:
            async with db.write() as writer:
                await _add(writer, "once")

        adding = asyncio.create_task(add())
        pid, _ = await _waiting(operator)
        _order(operator, f"select pg_cancel_backend({pid})")

        with pytest.raises(Away, match="standby"):
            await adding


def _let_commits_wait(server: str, operator: psycopg.Connection) -> None:
    """Name a standby that never comes, and return when the server goes by it."""
    _order(operator, NOBODY)
    url = make_url(server).set(drivername="postgresql").render_as_string()
    named = ""
    while named != "nobody":  # the parent process has read it, and told its children
        with psycopg.connect(url) as another:
            ((named,),) = another.execute("show synchronous_standby_names").fetchall()
    operator.execute("checkpoint")  # by the process that makes commits wait


async def _add(writer: Writer, locator: str) -> None:
    plan = SealedPlan(locator=locator, content=b"s", made_month="2026-11", used_month="2026-11")
    await add_plan(writer, plan)


async def _waiting(operator: psycopg.Connection, not_as: object = None) -> tuple[int, str]:
    """Return who waits for a standby, and since when."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            found = operator.execute(WAITING).fetchone()
            if found is not None and found != not_as:
                return found
            await asyncio.sleep(0.02)


def _which_waits(server: str) -> str:
    """Return the URL with which a commit waits; the tests' server does not make them."""
    url = make_url(server).update_query_dict({"options": "-c synchronous_commit=on"})
    return url.render_as_string()


def _order(operator: psycopg.Connection, words: str) -> None:
    operator.execute(words.encode())
    operator.execute("select pg_reload_conf()")
