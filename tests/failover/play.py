"""The play: what goes wrong, in which order, and what must hold afterwards."""

import asyncio
import contextlib
import hashlib
import random
import signal
import sys
import time
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import httpx2

from meetings.storage.database import open_database
from meetings.storage.meetings import version
from meetings.storage.migrate import migrate
from tests.failover.clients import ANSWER_SECONDS, Notes, Person, search, still_open
from tests.failover.network import Host, Network, network
from tests.failover.programs import (
    SOURCES,
    Node,
    Worker,
    start_node,
    start_worker,
    url_of,
)
from tests.failover.trio import Postgres, promote, trio

PORT = 8000
PATIENCE_SECONDS = 120
CATALOGUE = "/all/main_server/client_interface/json/?switcher=GetSearchResults"
TWICE = (
    "select count(*) from (select source, lease_token from import_run where outcome = 'accepted'"
    " group by source, lease_token having count(*) > 1) as twice"
)
SHOWN = (
    "select count(distinct edition) || ' ' || max(edition) from (select source,"
    " substring(document from 'edition ([0-9]+)')::bigint as edition from meeting) as named"
    " where source = '{}'"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """How long and how large; *synchronous* off is the negative control."""

    synchronous: bool = True
    are_workers_hurt: bool = True
    is_node_cut: bool = True
    people: int = 2  # for each node
    meetings: int = 60  # for each source
    calm_seconds: float = 2.0  # between faults
    cut_seconds: float = 5.0
    rounds: int = 1  # of faults to workers and nodes


@dataclass(slots=True)
class Outcome:
    """What was seen; nothing may be in *wrong*."""

    network: str
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)
    acknowledged: Mapping[str, int] = field(default_factory=dict)
    in_vain: Mapping[str, int] = field(default_factory=dict)
    searches: Mapping[str, int] = field(default_factory=dict)
    published: int = 0
    refused: int = 0
    write_gap_seconds: float = 0.0
    told: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        return asdict(self)


async def play(script: Script, folder: Path, *, seed: int) -> Outcome:
    began = time.monotonic()
    async with network() as net, asyncio.TaskGroup() as tasks:
        with trio(net, folder, synchronous=script.synchronous) as servers:
            stage = Stage(script, net, servers, folder, tasks, random.Random(seed))
            try:
                await stage.prepare()
                await stage.act()
                await stage.check()
            finally:
                await stage.clear()
    stage.outcome.seconds = time.monotonic() - began
    return stage.outcome


class Stage:
    """Everything that runs."""

    def __init__(
        self,
        script: Script,
        net: Network,
        servers: Sequence[Postgres],
        folder: Path,
        tasks: asyncio.TaskGroup,
        chance: random.Random,
    ) -> None:
        self.script, self.net, self.folder, self.tasks = script, net, folder, tasks
        self.primary, self.standbys = servers[0], list(servers[1:])
        self.addresses = [(each.host.address, each.port) for each in servers]
        self.url = url_of(self.addresses)
        self.chance = chance
        self.began = time.monotonic()
        self.notes = Notes()
        self.outcome = Outcome(network=net.name)
        self.nodes: list[Node] = []
        self.workers: list[Worker] = []
        self.clients: list[asyncio.Task[None]] = []
        limits = httpx2.Limits(max_connections=None, max_keepalive_connections=None)
        self.client = httpx2.AsyncClient(timeout=ANSWER_SECONDS, limits=limits, trust_env=False)

    async def prepare(self) -> None:
        """Publish the first lists, and start both nodes."""
        self._tell("three databases run")
        await migrate(self.url)
        hosts = [self.net.host(name, "worker") for name in ("worker1", "worker2")]
        for host in hosts:
            await self._start_worker(host)
        starting = [self._start_node(self.net.host(name, "node")) for name in ("web1", "web2")]
        self.nodes += await asyncio.gather(*starting)
        everything = len(SOURCES) * self.script.meetings
        for node in self.nodes:
            await self._until(node, "meetings", everything)
        self._tell("ready")

    async def act(self) -> None:
        self._let_people_come()
        await self._calm()
        for _ in range(self.script.rounds):
            if self.script.are_workers_hurt:
                await self._kill_a_worker()
                await self._stop_a_worker_past_its_lease()
            if self.script.is_node_cut:
                await self._cut_a_node()
        await self._lose_the_primary()
        await self._calm()
        await self._let_everybody_go()

    async def check(self) -> None:
        """Note what is wrong afterwards."""
        notes, outcome = self.notes, self.outcome
        outcome.acknowledged, outcome.in_vain = dict(notes.acknowledged), dict(notes.in_vain)
        outcome.searches = dict(notes.searches)
        said = [line for worker in self.workers for line in worker.said]
        outcome.published = sum(line["what"] == "accepted" for line in said)
        outcome.refused = sum(line["what"] == "refused" for line in said)
        addresses = [node.address for node in self.nodes]
        outcome.wrong += await still_open(addresses, self.client, notes)
        outcome.wrong += [f"a search failed: {each}" for each in notes.failures]
        outcome.wrong += self._publications(said)
        outcome.wrong += await self._catalogues()
        self._tell("checked")

    async def clear(self) -> None:
        for task in self.clients:
            task.cancel()
        for worker in self.workers:
            await worker.end()
        for node in self.nodes:
            node.end()
        await self.client.aclose()

    def _let_people_come(self) -> None:
        for node in self.nodes:
            for _ in range(self.script.people):
                person = Person(node.address, self.client, self.notes, self.chance)
                self.clients.append(self.tasks.create_task(_until_cancelled(person.live())))
            searching = search(node.host.name, node.address, self.client, self.notes)
            self.clients.append(self.tasks.create_task(_until_cancelled(searching)))

    async def _let_everybody_go(self) -> None:
        for task in self.clients:
            task.cancel()
        await asyncio.gather(*self.clients)
        for worker in self.workers:
            await worker.end()
        self._tell("everybody is gone")

    async def _kill_a_worker(self) -> None:
        """Kill one in the middle of an import; the other takes over, and a new one comes."""
        victim, other = self._two_workers()
        line = await victim.until("fetched", after=len(victim.said))
        await asyncio.sleep(self.chance.uniform(0, 1))
        victim.signal(signal.SIGKILL)
        self._tell(f"a worker was killed in {line['source']}")
        await victim.process.wait()
        await self._start_worker(victim.host)
        await self._until_published([other], str(line["source"]))
        self._tell("the other published it")

    async def _stop_a_worker_past_its_lease(self) -> None:
        """Stop one in the middle of an import until the other has published; then let it go on."""
        victim, other = self._two_workers()
        line = await victim.until("fetched", after=len(victim.said))
        victim.signal(signal.SIGSTOP)
        self._tell(f"a worker was stopped in {line['source']}")
        heard = len(victim.said)
        await self._until_published([other], str(line["source"]))
        self._tell("the other published it")
        victim.signal(signal.SIGCONT)
        late = await victim.until("refused", "accepted", "away", after=heard)
        if (late["what"], late["edition"]) != ("refused", line["edition"]):
            self.outcome.wrong.append(f"a worker that was stopped past its lease: {late}")
        self._tell(f"it went on: {late['what']}, {late['why']}")

    async def _cut_a_node(self) -> None:
        node = self.nodes[1]
        await self.net.cut(node.host)
        await asyncio.sleep(self.script.cut_seconds)
        await self.net.mend(node.host)
        await self._until_a_plan_is_made_on(node)
        self._tell(f"{node.host.name} was cut off, and takes changes again")

    async def _lose_the_primary(self) -> None:
        """Cut the replication, then kill the primary; promote whoever has most."""
        for standby in self.standbys:
            await asyncio.to_thread(standby.follow, None)
        await asyncio.sleep(1)
        began = time.monotonic()
        await asyncio.to_thread(self.primary.kill)
        self.primary = await asyncio.to_thread(promote, self.standbys)
        for node in self.nodes:
            await self._until_a_plan_is_made_on(node)
        self.outcome.write_gap_seconds = round(time.monotonic() - began, 1)
        for source in SOURCES if self.script.are_workers_hurt else ():
            await self._until_published(self.workers, source)
        self._tell(f"the primary was killed, {self.primary.host.name} promoted")

    async def _until_published(self, workers: Sequence[Worker], source: str) -> None:
        """Wait until one of *workers* has published *source* again."""
        heard = [len(worker.said) for worker in workers]
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                for worker, first in zip(workers, heard, strict=True):
                    said = [(line["source"], line["what"]) for line in worker.said[first:]]
                    if (source, "accepted") in said:
                        return
                await asyncio.sleep(0.01)

    async def _until_a_plan_is_made_on(self, node: Node) -> None:
        person = Person(node.address, self.client, self.notes, self.chance)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await person.make() is None:  # noqa: ASYNC110 - nobody tells when
                await asyncio.sleep(0.1)

    def _publications(self, said: Sequence[Mapping[str, str | int]]) -> Iterator[str]:
        """Yield what is wrong with the lists: published twice, mixed, or an older one last."""
        twice = self.primary.ask(TWICE, "openchair")
        if twice != "0":
            yield f"{twice} lists were published twice under one lease"
        for source in SOURCES:
            editions = [
                int(line["edition"])
                for line in said
                if line["source"] == source and line["what"] == "accepted"
            ]
            count, newest = self.primary.ask(SHOWN.format(source), "openchair").split()
            if count != "1":
                yield f"{source} shows {count} editions at once"
            if int(newest) < max(editions):
                yield f"{source} shows an older edition than the last that was published"

    async def _catalogues(self) -> list[str]:
        """Compare both nodes, once each has the newest version."""
        async with open_database(self.url) as db, db.read() as reader:
            newest = await version(reader)
        seen: set[str] = set()
        for node in self.nodes:
            await self._until(node, "version", newest)
            body = (await self.client.get(f"{node.address}{CATALOGUE}")).content
            seen.add(hashlib.sha256(body).hexdigest())
        return [] if len(seen) == 1 else ["the nodes hold different catalogues"]

    async def _until(self, node: Node, what: str, value: int) -> None:
        """Wait until the catalogue of *node* has so many meetings, or that version."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                ready = (await self.client.get(f"{node.address}/readyz")).json()
                if ready["catalogue"][what] == value:
                    return
                await asyncio.sleep(0.1)

    async def _start_node(self, host: Host) -> Node:
        way = await self.net.way(host, self.addresses)
        return await start_node(host, self.net.port(PORT), self.folder, url_of(way))

    async def _start_worker(self, host: Host) -> None:
        meetings, tasks = self.script.meetings, self.tasks
        worker = await start_worker(host, self.folder, self.url, meetings=meetings, tasks=tasks)
        self.workers.append(worker)

    def _two_workers(self) -> tuple[Worker, Worker]:
        """Return the worker that has run longest, and the other."""
        one, two = [each for each in self.workers if each.process.returncode is None]
        return one, two

    async def _calm(self) -> None:
        await asyncio.sleep(self.script.calm_seconds)

    def _tell(self, what: str) -> None:
        seconds = time.monotonic() - self.began
        self.outcome.told.append(f"{seconds:.1f} s: {what}")
        sys.stderr.write(f"{seconds:.1f} s: {what}\n")


async def _until_cancelled(work: Coroutine[None, None, None]) -> None:
    with contextlib.suppress(asyncio.CancelledError):
        await work
