"""Where each server lives: in a network namespace of its own, or on ports of this machine."""

import os
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.engine import URL

from tests.relay import Cable

INSIDE = "TEST_FAILOVER_NAMESPACE"  # set for the process that unshare started
KINDS = {"database": 1, "node": 2, "worker": 3}  # the third part of an address
NOWHERE = "10.99.9.9"

Address = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Host:
    """A place for one server; *command* is what its command line begins with."""

    name: str
    address: str
    command: tuple[str, ...] = ()


class Network(Protocol):
    """What the play needs of a network."""

    name: str

    def host(self, name: str, kind: str) -> Host:
        """Make a place for a server."""

    def port(self, usual: int) -> int:
        """Return a port that is free on each host."""

    async def way(self, node: Host, databases: Sequence[Address]) -> Sequence[Address]:
        """Return where *node* finds the databases."""

    async def cut(self, node: Host) -> None:
        """Cut *node* off from every database."""

    async def mend(self, node: Host) -> None: ...


@asynccontextmanager
async def network() -> AsyncIterator[Network]:
    if os.environ.get(INSIDE):
        made = Namespaces()
        try:
            yield made
        finally:
            made.remove()
        return
    ports = Ports()
    try:
        yield ports
    finally:
        await ports.close()


def can_unshare() -> bool:
    """Say whether this process may make networks of its own."""
    if os.geteuid() != 0 or not (shutil.which("unshare") and shutil.which("ip")):
        return False
    probe = ["unshare", "--net", "ip", "link", "add", "probe", "type", "bridge"]
    return subprocess.run(probe, check=False, capture_output=True).returncode == 0  # noqa: S603


class Namespaces:
    """A switch in our own namespace, and every server in one of its own behind it."""

    name = "network namespaces"

    def __init__(self) -> None:
        self._made: list[str] = []
        _ip("link set lo up")
        _ip("link add switch type bridge")
        _ip("addr add 10.99.0.1/16 dev switch")
        _ip("link set switch up")

    def host(self, name: str, kind: str) -> Host:
        number = len(self._made) + 1
        space, address = f"oc{os.getpid()}-{name}", f"10.99.{KINDS[kind]}.{number}"
        _ip(f"netns add {space}")
        self._made.append(space)
        _ip(f"link add port{number} type veth peer name eth0 netns {space}")
        _ip(f"link set port{number} master switch up")
        _ip(f"-n {space} addr add {address}/16 dev eth0")
        _ip(f"-n {space} link set eth0 up")
        _ip(f"-n {space} link set lo up")
        return Host(name, address, ("ip", "netns", "exec", space))

    def port(self, usual: int) -> int:
        return usual

    async def way(self, node: Host, databases: Sequence[Address]) -> Sequence[Address]:  # noqa: ARG002 - of Network
        return databases

    async def cut(self, node: Host) -> None:
        # nothing is refused: what is sent is lost, as with a cable pulled out somewhere between
        _ip(f"-n {node.command[3]} route add 10.99.{KINDS['database']}.0/24 via {NOWHERE}")

    async def mend(self, node: Host) -> None:
        _ip(f"-n {node.command[3]} route del 10.99.{KINDS['database']}.0/24 via {NOWHERE}")

    def remove(self) -> None:
        for space in self._made:
            _ip(f"netns del {space}")


class Ports:
    """Everything on this machine; a node reaches the databases through cables that can be cut."""

    name = "ports of this machine"

    def __init__(self) -> None:
        self._cables: dict[str, list[Cable]] = {}

    def host(self, name: str, kind: str) -> Host:  # noqa: ARG002 - of Network
        return Host(name, "127.0.0.1")

    def port(self, usual: int) -> int:  # noqa: ARG002 - of Network
        with socket.create_server(("127.0.0.1", 0)) as free:
            return int(free.getsockname()[1])

    async def way(self, node: Host, databases: Sequence[Address]) -> Sequence[Address]:
        cables = [Cable(URL.create("postgresql", host=h, port=p)) for h, p in databases]
        for cable in cables:
            await cable.mend()
        self._cables[node.name] = cables
        return [("127.0.0.1", cable.port) for cable in cables]

    async def cut(self, node: Host) -> None:
        for cable in self._cables[node.name]:
            await cable.cut()

    async def mend(self, node: Host) -> None:
        for cable in self._cables[node.name]:
            await cable.mend()

    async def close(self) -> None:
        for cables in self._cables.values():
            for cable in cables:
                await cable.cut()


def _ip(words: str) -> None:
    subprocess.run(["ip", *words.split()], check=True, capture_output=True)  # noqa: S603, S607 - our words
