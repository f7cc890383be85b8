"""Bring the schema up to date, forward only, and tell whether it is."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from meetings.errors import SchemaTooNew, SchemaTooOld, StorageError
from meetings.storage.backup import backup, sqlite_file
from meetings.storage.database import Reader, open_database, open_for_migration

HINT = "run `openchair migrate`"


async def migrate(url: str) -> None:
    """
    Bring the database at *url* to the newest schema; an empty one gets all of it.

    All steps are one transaction: a step that fails leaves the database as it was. A database of
    SQLite that is behind is copied first, to FILE.before-REVISION beside it.

    Raises:
        SchemaTooNew: a newer version of this program has been here.
    """
    await _copy_if_behind(url)
    async with open_for_migration(url) as connection:
        await connection.run_sync(_upgrade)


async def check_schema(db: Reader) -> None:
    """
    Make sure that the schema is the one this program was written for.

    Raises:
        SchemaTooOld: it has to be migrated first.
        SchemaTooNew: a newer version of this program has been here.
    """
    await db.run_sync(_check)


async def _copy_if_behind(url: str) -> None:
    file = sqlite_file(url)
    if file is None or not file.is_file():
        return
    async with open_database(url) as database, database.read() as reader:
        found, newest = await reader.run_sync(_revision), _scripts().get_current_head()
    if found is not None and found != newest and found in _known(_scripts()):
        copy = file.with_name(f"{file.name}.before-{newest}")
        await backup(url, copy, is_replacing=True)


def _upgrade(connection: Connection) -> None:
    config = _config()
    _refuse_unknown(_revision(connection), ScriptDirectory.from_config(config))
    config.attributes["connection"] = connection  # env.py takes it from there
    command.upgrade(config, "head")
    _check_foreign_keys(connection)


def _check(connection: Connection) -> None:
    scripts = _scripts()
    found, newest = _revision(connection), scripts.get_current_head()
    _refuse_unknown(found, scripts)
    if found != newest:
        has = f"schema {found}" if found else "no schema"
        raise SchemaTooOld(f"the database has {has} and this program needs {newest}: {HINT}")


def _refuse_unknown(found: str | None, scripts: ScriptDirectory) -> None:
    if found is not None and found not in _known(scripts):
        raise SchemaTooNew(
            f"the database has schema {found}, which only a newer version of this program knows"
        )


def _known(scripts: ScriptDirectory) -> set[str]:
    return {script.revision for script in scripts.walk_revisions()}


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "meetings.storage:migrations")
    return config


def _check_foreign_keys(connection: Connection) -> None:
    # they are off while SQLite migrates, see open_for_migration
    if connection.dialect.name != "sqlite":
        return
    orphans = connection.exec_driver_sql("pragma foreign_key_check").all()
    if orphans:
        tables = ", ".join(sorted({row[0] for row in orphans}))
        raise StorageError(f"rows without their parents after the migration, in: {tables}")
