"""Three PostgreSQL: a primary and two standbys, of which one has to hold each commit."""

import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg

from tests.failover.network import Host, Network
from tests.postgres import INITDB_OPTIONS, _programs, _run
from tests.postgres import _Programs as Programs

PORT = 5432
NAMES = ("pg1", "pg2", "pg3")
PATIENCE_SECONDS = 30
SETTINGS = """
fsync = off
full_page_writes = off
max_connections = 60
shared_buffers = 32MB
wal_keep_size = 256MB
unix_socket_directories = ''
synchronous_commit = on
timezone = 'UTC'
"""


@dataclass
class Postgres:
    """One server."""

    host: Host
    port: int
    data: Path
    programs: Programs
    process: subprocess.Popen[bytes] | None = field(default=None)

    def start(self) -> None:
        user = self.programs.user
        as_user = (
            ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"] if user else []
        )
        with self.data.with_name(f"{self.host.name}.log").open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own words
                [
                    *self.host.command,
                    *as_user,
                    str(self.programs.folder / "postgres"),
                    *("-D", str(self.data), "-p", str(self.port)),
                    *("-c", f"listen_addresses={self.host.address}"),
                ],
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.wait_until_it_answers()

    def wait_until_it_answers(self) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                self.ask("select 1")
            except psycopg.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)
            else:
                return

    def kill(self) -> None:
        """End it at once, with every process of it: nothing more is written or answered."""
        if self.process is not None:
            for each in _processes(self.process.pid):
                with suppress(psutil.NoSuchProcess):
                    each.kill()
            self.process.wait()

    def ask(self, question: str, database: str = "postgres") -> str:
        """Return the first value of the answer."""
        with psycopg.connect(
            host=self.host.address,
            port=self.port,
            user="postgres",
            dbname=database,
            autocommit=True,
            connect_timeout=5,
        ) as connection:
            found = connection.execute(question.encode())
            row = found.fetchone() if found.description else None
        return "" if row is None else str(row[0])

    def stand_by(self, primary: "Postgres") -> None:
        """Copy *primary*, and follow it."""
        where = f"host={primary.host.address} port={primary.port} user=postgres"
        _run(
            self.programs,
            [
                *("pg_basebackup", "-D", str(self.data), "-R", "-X", "stream"),
                *("--checkpoint=fast", "--no-sync"),
                *("-d", f"{where} application_name={self.host.name}"),
            ],
        )
        self.start()

    def follow(self, primary: "Postgres | None") -> None:
        """Follow *primary*; None cuts the replication."""
        where = ""
        if primary is not None:
            where = f"host={primary.host.address} port={primary.port} user=postgres"
            where += f" application_name={self.host.name}"
        self.ask(f"alter system set primary_conninfo = '{where}'")
        self.ask("select pg_reload_conf()")

    def received(self) -> int:
        """Return how far it has what the primary wrote."""
        return int(self.ask("select pg_last_wal_receive_lsn() - '0/0'::pg_lsn"))


@contextmanager
def trio(network: Network, folder: Path, *, synchronous: bool) -> Iterator[Sequence[Postgres]]:
    """Start the three; the first is the primary."""
    programs = _programs(folder)
    home = folder / "postgres"
    home.mkdir(mode=0o755)
    if programs.user is not None:
        shutil.chown(home, programs.user)
    servers = [
        Postgres(network.host(name, "database"), network.port(PORT), home / name, programs)
        for name in NAMES
    ]
    try:
        _make_primary(servers[0], synchronous=synchronous)
        with ThreadPoolExecutor() as threads:
            list(threads.map(lambda standby: standby.stand_by(servers[0]), servers[1:]))
        _wait_for_standbys(servers[0])
        yield servers
    finally:
        for server in servers:
            server.kill()


def promote(standbys: Sequence[Postgres]) -> Postgres:
    """Make the one that has most the primary, and let the others follow it; return it."""
    best = max(standbys, key=Postgres.received)
    best.ask("select pg_promote(true, 30)")
    for other in standbys:
        if other is not best:
            other.follow(best)
    return best


def _make_primary(primary: Postgres, *, synchronous: bool) -> None:
    _run(primary.programs, ["initdb", "-D", str(primary.data), *INITDB_OPTIONS])
    with (primary.data / "postgresql.conf").open("a") as settings:
        settings.write(SETTINGS)
    with (primary.data / "pg_hba.conf").open("a") as who:
        for what in ("all", "replication"):
            who.write(f"host {what} all 10.99.0.0/16 trust\n")
    primary.start()
    primary.ask("create database openchair")
    if synchronous:
        primary.ask(f"alter system set synchronous_standby_names = 'ANY 1 ({','.join(NAMES)})'")
        primary.ask("select pg_reload_conf()")


def _wait_for_standbys(primary: Postgres) -> None:
    while primary.ask("select count(*) from pg_stat_replication where state = 'streaming'") != "2":
        time.sleep(0.05)


def _processes(pid: int) -> list[psutil.Process]:
    try:
        main = psutil.Process(pid)
    except psutil.NoSuchProcess:
        return []
    return [main, *main.children(recursive=True)]
