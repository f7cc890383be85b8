"""
What Prometheus may ask: counts by route template, and the state of the catalogue.

No label names a person, a place, a search, a link or a source (reliability.md 7).
"""

import datetime as dt
import threading
import time
from collections import Counter as Counts
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Histogram, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from meetings.catalogue import Catalogue
from meetings.errors import SettingsError
from meetings.settings import Listen
from meetings.storage.sources import State
from web.service import Service

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"})
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)  # seconds
NO_ROUTE = "none"

Note = Callable[[str, str, int, float], None]


class Measurements:
    """The counters of one server, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "openchair_requests",
            "Answers by route template, method and class of status.",
            ("route", "method", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "openchair_request_seconds",
            "How long answers took, by face.",
            ("face",),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self._counters: dict[tuple[str, str, int], Counter] = {}
        self._histograms: dict[str, Histogram] = {}

    def note(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one answer."""
        key = (route, method, status // 100)
        if key not in self._counters:  # prometheus-client looks labels up far more slowly
            labels = (route, method if method in METHODS else "other", f"{status // 100}xx")
            self._counters[key] = self._requests.labels(*labels)
            self._histograms[route] = self._seconds.labels(_face(route))
        self._counters[key].inc()
        self._histograms[route].observe(seconds)

    def watch(self, running: Service) -> None:
        """Tell of *running* too, as it is whenever somebody asks."""
        self.registry.register(_State(running))


class Measured:
    """Sits outside everything, and notes each answer when it is over."""

    def __init__(self, app: ASGIApp, *notes: Note) -> None:
        self.app = app
        self.notes = notes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status, began = 500, time.perf_counter()

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noting)
        finally:
            seconds = time.perf_counter() - began
            route = getattr(scope.get("route"), "path", NO_ROUTE)
            for note in self.notes:
                note(route, scope["method"], status, seconds)


@contextmanager
def metrics_served(measured: Measurements, listen: Listen | None) -> Iterator[None]:
    """
    Answer Prometheus at *listen*, if there is one, from a thread of its own.

    Raises:
        SettingsError: if the port cannot be opened.
    """
    if listen is None:
        yield
        return
    try:
        server, thread = start_http_server(listen.port, listen.host, measured.registry)
    except OSError as problem:
        raise SettingsError(
            f"OPENCHAIR_METRICS_PORT: port {listen.port} cannot be opened: {problem.strerror}"
        ) from problem
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _State(Collector):
    """The gauges, read off the service when they are asked for."""

    def __init__(self, running: Service) -> None:
        self._running = running

    def collect(self) -> Iterator[Metric]:
        running, now = self._running, self._running.now()
        yield from _catalogue(running.catalogue)
        if (age := running.catalogue_age) is not None:
            yield _gauge("catalogue_age_seconds", "Since it was published.", age.total_seconds())
        if running.followed_at is not None:
            since = (now - running.followed_at).total_seconds()
            yield _gauge("catalogue_unconfirmed_seconds", "Since the database last spoke.", since)
        yield _by("sources", "Sources by how their last run ended.", "state", _states(running))
        yield _gauge("oldest_source_seconds", "Since the stalest list came.", _oldest(running, now))
        yield _by("kept", "Plans and links that open something.", "kind", running.kept)
        yield _by("limited_total", "Refusals by limit.", "limit", running.limited, counts=True)
        yield _by("import_runs_total", "Runs by outcome.", "outcome", running.runs, counts=True)
        yield _by(
            "records_total", "Records by what they were.", "was", running.records, counts=True
        )
        yield _gauge("threads", "Threads of the process.", threading.active_count())


def _face(route: str) -> str:
    first = route.split("/", 2)[1] if "/" in route else route
    if route.endswith(".ics"):
        return "calendars"
    if first in ("api", "static") or first.startswith("meeting-guide"):
        return first.partition(".")[0]
    if "client_interface" in route:
        return "bmlt"
    return "plans" if first in ("k", "s", "plans", "code") else "pages"


def _gauge(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(f"openchair_{name}", what, value)


def _by(
    name: str,
    what: str,
    label: str,
    values: Mapping[str, int],
    *,
    counts: bool = False,
) -> Metric:
    kind = CounterMetricFamily if counts else GaugeMetricFamily
    family = kind(f"openchair_{name}", what, labels=[label])
    for value, count in sorted(values.items()):
        family.add_metric([value], count)
    return family


def _catalogue(catalogue: Catalogue) -> Iterator[Metric]:
    if catalogue.version < 0:  # a worker never reads one
        return
    yield _gauge("catalogue_version", "Version of the catalogue in use.", catalogue.version)
    yield _gauge("meetings", "Meetings in the catalogue.", len(catalogue))


def _states(running: Service) -> dict[str, int]:
    found = Counts(state.state for state in running.sources)
    return {state.value: found[state] for state in State}


def _oldest(running: Service, now: dt.datetime) -> float:
    accepted = [s.last_accepted_at for s in running.sources if s.last_accepted_at is not None]
    return (now - min(accepted)).total_seconds() if accepted else 0.0
