"""Slow, huge and countless connections, against the real server in a process of its own."""

import resource
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx2
import pytest

from tests.program import Program, program

pytestmark = pytest.mark.long

MEGABYTE = 1_000_000
HALF_A_HEAD = b"GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Filler: "
STYLE = b"GET /static/style.css HTTP/1.1\r\nHost: localhost\r\n\r\n"
FORM = b"Host: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
POST = b"POST /find HTTP/1.1\r\n" + FORM


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with program(tmp_path_factory.mktemp("connections")) as running:
        yield running
        assert "Traceback" not in "".join(running.said)


def test_400_half_open_connections_at_256_files_leave_room_for_an_ordinary_request(
    tmp_path: Path,
) -> None:
    with program(tmp_path) as running, ExitStack() as opened:
        resource.prlimit(running.process.pid, resource.RLIMIT_NOFILE, (256, 256))
        for number in range(400):
            half_open = opened.enter_context(running.connect())
            if number % 2:
                half_open.sendall(HALF_A_HEAD)
        began = time.monotonic()

        answers = [_fresh_answer(running) for _ in range(20)]

        assert [answer.status_code for answer in answers] == [200] * 20
        assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    ("sent", "drip", "within"),
    [
        (b"", b"", 7),
        (HALF_A_HEAD, b"", 7),
        (HALF_A_HEAD, b"x", 12),
        (b"\r\n", b"\r\n", 7),
        (b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n", b"\r\n", 12),
        (POST + b"Content-Length: 1000\r\n\r\nnear=", b"x", 14),
    ],
    ids=["silent", "half a head", "drip", "empty lines", "empty lines afterwards", "slow body"],
)
def test_who_does_not_finish_is_cut_off(
    server: Program, sent: bytes, drip: bytes, within: float
) -> None:
    began = time.monotonic()
    with server.connect() as connection:
        connection.sendall(sent)
        seconds = _until_closed(connection, drip, began, most=within + 5)

    assert seconds < within


def test_who_takes_nothing_of_the_answer_does_not_keep_it(server: Program) -> None:
    with server.connect() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(2)
        before = server.memory_mb()
        with suppress(TimeoutError):  # it stops reading, since nothing is taken
            for _ in range(2_000):
                connection.sendall(
                    b"GET /static/style.css HTTP/1.1\r\nHost: localhost\r\n\r\n" * 20
                )

        assert server.memory_mb() - before < 20
        with server.client as client:
            assert client.get("/livez").text == "alive"


@pytest.mark.parametrize("is_declared", [True, False], ids=["declared", "chunked"])
@pytest.mark.parametrize("path", ["/find", "/plans", "/for-groups", "/k/wrong/add", "/nothing"])
def test_a_body_of_300_mb_is_refused_and_memory_stays_flat(
    server: Program, path: str, is_declared: bool
) -> None:
    before = server.memory_mb()

    status, peak = _post_300_mb(server, path, is_declared=is_declared)

    assert status in (404, 405, 413)
    assert peak - before < 20


def test_an_address_of_9_kb_and_40_kb_of_headers_are_refused(server: Program) -> None:
    with server.client as client:
        assert client.get("/find?text=" + "x" * 9_000).status_code == 414
        assert client.get("/livez", headers={"X-Filler": "x" * 40_000}).status_code == 431
        assert client.get("/livez").status_code == 200


def _fresh_answer(running: Program) -> httpx2.Response:
    """Ask as a new client does, and again where a connection was refused in the crowd."""
    end = time.monotonic() + 10
    while True:
        try:
            with running.client as client:
                return client.get("/find")
        except httpx2.TransportError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def _until_closed(connection: socket.socket, drip: bytes, began: float, *, most: float) -> float:
    connection.settimeout(0.2)
    while time.monotonic() - began < most:
        try:
            if drip:
                connection.sendall(drip)
            if connection.recv(65_536) == b"":
                break
        except TimeoutError:
            continue
        except OSError:
            break
    return time.monotonic() - began


def _post_300_mb(server: Program, path: str, *, is_declared: bool) -> tuple[int, float]:
    """Return the status and the most memory seen while the body went out."""
    head = b"POST %b HTTP/1.1\r\n%b" % (path.encode(), FORM)
    length = b"Content-Length: %d\r\n\r\n" % (300 * MEGABYTE)
    kind = length if is_declared else b"Transfer-Encoding: chunked\r\n\r\n"
    piece = b"x" * MEGABYTE if is_declared else b"%x\r\n%b\r\n" % (MEGABYTE, b"x" * MEGABYTE)
    peak, answer = server.memory_mb(), b""
    with server.connect() as connection, suppress(OSError):  # it may cut us off
        connection.sendall(head + kind)
        for _ in range(300):
            connection.sendall(piece)
            peak = max(peak, server.memory_mb())
        answer = connection.recv(65_536)
    return int(answer.split()[1]) if answer else 413, peak
