"""What Prometheus is told, and that it names nobody and nothing that was asked for."""

import re
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from meetings._gazetteer import write
from meetings.errors import SettingsError
from meetings.places import OfflineGeocoder, Places
from meetings.settings import Listen
from meetings.storage.database import Database
from tests.make import a_meeting
from tests.program import program
from tests.serving import SITE, serving, towns
from tests.test_web_security import PATHS
from web.metrics import Measurements, metrics_served
from web.service import Service

MEETINGS = [a_meeting(id="t:1"), a_meeting(id="t:2")]
SENTINELS = ("rooklyn", "40.65", "sentinel", "wrong", "127.0.0")
LABELS: dict[str, set[str]] = {
    "openchair_requests_total": {"route", "method", "status"},
    "openchair_requests_created": {"route", "method", "status"},
    "openchair_request_seconds_bucket": {"face", "le"},
    "openchair_request_seconds_count": {"face"},
    "openchair_request_seconds_sum": {"face"},
    "openchair_request_seconds_created": {"face"},
    "openchair_catalogue_version": set(),
    "openchair_catalogue_age_seconds": set(),
    "openchair_catalogue_unconfirmed_seconds": set(),
    "openchair_meetings": set(),
    "openchair_sources": {"state"},
    "openchair_oldest_source_seconds": set(),
    "openchair_kept": {"kind"},
    "openchair_limited_total": {"limit"},
    "openchair_import_runs_total": {"outcome"},
    "openchair_records_total": {"was"},
    "openchair_threads": set(),
}
SERIES_MOST = 300


@pytest.fixture
def scraped() -> Iterator[tuple[Measurements, httpx2.Client]]:
    measured, port = Measurements(), a_free_port()
    with (
        metrics_served(measured, Listen("127.0.0.1", port)),
        httpx2.Client(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        yield measured, client


async def test_answers_are_counted_by_route_template_and_nothing_else(
    tmp_path: Path, scraped: tuple[Measurements, httpx2.Client]
) -> None:
    measured, prometheus = scraped
    async with serving(tmp_path, MEETINGS, measured=measured) as client:
        for path in PATHS:
            await client.get(path)
        await client.post("/find", data={"near": "Brooklyn, NY", "text": "sentinel-words"})
        await client.request("BREW", "/sentinel-path")
        text = prometheus.get("/metrics").text

    series = [line for line in text.splitlines() if not line.startswith("#")]
    labels = {
        line.partition("{")[0].partition(" ")[0]: set(re.findall(r'(\w+)="', line))
        for line in series
    }
    assert 'openchair_requests_total{method="POST",route="/find",status="3xx"} 1.0' in series
    assert 'openchair_requests_total{method="GET",route="/k/{secret}",status="4xx"} 1.0' in series
    assert 'openchair_requests_total{method="other",route="none",status="4xx"} 1.0' in series
    assert "openchair_meetings 2.0" in series
    assert labels.items() <= LABELS.items()
    assert len(series) < SERIES_MOST
    assert not [word for word in SENTINELS if word in text]


async def test_a_worker_tells_of_no_catalogue(
    tmp_path: Path, db: Database, scraped: tuple[Measurements, httpx2.Client]
) -> None:
    measured, prometheus = scraped
    write(tmp_path / "places.sqlite", towns(), progress=lambda _: None)
    with Places(tmp_path / "places.sqlite") as places:
        geocoder = OfflineGeocoder(places)
        measured.watch(Service(site=SITE, database=db, places=places, geocoder=geocoder))
        text = prometheus.get("/metrics").text

    assert "\nopenchair_threads " in text
    assert "openchair_catalogue_version" not in text


def test_a_port_that_is_taken_is_said_in_a_sentence() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(SettingsError, match=r"OPENCHAIR_METRICS_PORT: port .* cannot be opened"),
        metrics_served(Measurements(), Listen("127.0.0.1", taken.getsockname()[1])),
    ):
        pass


@pytest.mark.long
def test_serve_answers_prometheus_on_its_own_port_only(tmp_path: Path) -> None:
    port = a_free_port()
    with program(tmp_path, settings={"OPENCHAIR_METRICS_PORT": str(port)}) as running:
        metrics = httpx2.get(f"http://127.0.0.1:{port}/metrics")
        with running.client as client:
            elsewhere = client.get("/metrics")

    assert 'openchair_requests_total{method="GET",route="/livez",status="2xx"}' in metrics.text
    assert elsewhere.status_code == 404


def a_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port
