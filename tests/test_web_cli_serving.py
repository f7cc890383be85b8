"""`openchair serve` as a process: how it stops, and whom it believes about addresses."""

import signal
from contextlib import suppress
from pathlib import Path

import httpx2
import pytest

from tests.program import Program, program

pytestmark = pytest.mark.long

STOP_SECONDS = 25
BODY = b"near=Brooklyn"
HEAD = (
    b"POST /find HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: %d\r\n\r\n" % len(BODY)
)


def test_a_request_that_has_begun_is_answered_before_the_server_stops(tmp_path: Path) -> None:
    with program(tmp_path) as running, running.connect() as begun:
        begun.sendall(HEAD + BODY[:4])
        with running.client as client:
            client.get("/livez")

            running.process.send_signal(signal.SIGTERM)
            _wait_until_closed(running)
            begun.sendall(BODY[4:])

            assert begun.recv(65_536).startswith(b"HTTP/1.1 303")
            assert running.process.wait(STOP_SECONDS) == 0


def test_a_second_signal_stops_at_once(tmp_path: Path) -> None:
    with program(tmp_path) as running, running.connect() as begun:
        begun.sendall(HEAD + BODY[:4])
        with running.client as client:
            client.get("/livez")

        running.process.send_signal(signal.SIGTERM)
        _wait_until_closed(running)
        running.process.send_signal(signal.SIGTERM)

        assert running.process.wait(2) == 0


@pytest.mark.parametrize(
    ("trusted", "other_client"), [("127.0.0.1", 404), ("192.0.2.0/24", 429), ("", 429)]
)
def test_only_a_listed_proxy_says_who_asks(tmp_path: Path, trusted: str, other_client: int) -> None:
    settings = {"OPENCHAIR_TRUSTED_PROXIES": trusted}
    with program(tmp_path, settings=settings) as running, running.client as client:
        for _ in range(60):  # a slow machine gives one back now and then
            last = client.get("/k/wrong", headers={"X-Forwarded-For": "203.0.113.7"})
            if last.status_code == 429:
                break
        other = client.get("/k/wrong", headers={"X-Forwarded-For": "198.51.100.7"})

    assert (last.status_code, other.status_code) == (429, other_client)


def _wait_until_closed(running: Program) -> None:
    """Wait until the server takes no new connections."""
    with suppress(httpx2.TransportError):
        while True:
            httpx2.get(f"http://127.0.0.1:{running.port}/livez")
