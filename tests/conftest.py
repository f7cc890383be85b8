"""
Databases for the tests: each test that asks for one runs on SQLite and on PostgreSQL.

TEST_DATABASE_URL names another server of PostgreSQL's protocol, on which databases may be
made and dropped; without it the tests start one themselves, Debian's where it is installed;
with TEST_POSTGRES=newest the newest that a wheel carries.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy.engine import make_url

from meetings.places import Places, ensure
from meetings.storage.database import Database, open_database
from meetings.storage.migrate import migrate
from tests.postgres import NoPostgres, postgres_server

# By wall time a property test fails on a machine that has other work too, and tells nothing.
settings.register_profile(
    "ours", parent=settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ours")


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    """An open, migrated and empty database; once per kind."""
    async with open_database(database_url) as database:
        yield database


@pytest.fixture(scope="session")
def gazetteer_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the whole gazetteer, which all processes of this run share: it takes 10 s."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "gazetteer"
    ensure(folder, progress=lambda _: None)
    return folder


@pytest.fixture(scope="session")
def world(gazetteer_folder: Path) -> Iterator[Places]:
    """The whole gazetteer."""
    with Places(gazetteer_folder / "places.sqlite") as opened:
        yield opened


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a migrated and empty database; once per kind."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_url(request: pytest.FixtureRequest) -> str:
    """The URL of a database without tables; once per kind."""
    return str(request.getfixturevalue(f"bare_{request.param}_url"))


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    shutil.copy(sqlite_template, tmp_path / "test.db")
    return _sqlite_url(tmp_path / "test.db")


@pytest.fixture
def bare_sqlite_url(tmp_path: Path) -> str:
    return _sqlite_url(tmp_path / "bare.db")


@pytest.fixture
def postgresql_url(postgres_url: str, postgres_template: str) -> Iterator[str]:
    with _a_database(postgres_url, template=postgres_template) as url:
        yield url


@pytest.fixture
def bare_postgresql_url(postgres_url: str) -> Iterator[str]:
    with _a_database(postgres_url) as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    asyncio.run(migrate(_sqlite_url(file)))
    return file


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> Iterator[str]:
    with _a_database(postgres_url) as url:
        asyncio.run(migrate(url))
        yield make_url(url).database or ""


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of a PostgreSQL server; without one the test is skipped, but fails in CI."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        yield url
        return
    with ExitStack() as stack:
        try:
            url = stack.enter_context(postgres_server())
        except NoPostgres as problem:
            give_up = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
            give_up(f"PostgreSQL cannot be started: {problem}")
        yield url


def _sqlite_url(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


@contextmanager
def _a_database(server: str, *, template: str = "template1") -> Iterator[str]:
    name = f"openchair_{uuid4().hex}"
    _command(server, f"create database {name} template {template}")
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        _command(server, f"drop database {name} with (force)")


def _command(server: str, command: str) -> None:
    url = make_url(server).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(command.encode())
