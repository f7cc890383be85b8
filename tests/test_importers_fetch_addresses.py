"""Server-side request forgery: whatever an address looks like, it must be public."""

import ipaddress
import socket
from collections.abc import Iterable

import httpcore2
import pytest

from importers._addresses import Resolve, is_public, look_up
from importers._fetch import open_get
from importers._transport import GuardedTransport
from meetings.errors import FetchFailed

PUBLIC = "93.184.215.14"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"

REFUSED = [
    "0.0.0.0",  # noqa: S104 - refused, not bound
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.254",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "3fff::1",
    "fd00::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "5f00::1",
]
URL_FORMS = [
    "http://2130706433/",
    "http://0x7f.1/",
    "http://127.1/",
    "http://0177.0.0.1/",
    "http://①②⑦.0.0.1/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::1%25lo]/",
    "http://localhost/",
    "http://localhost.localdomain./",
    "http://127.0.0.1./",
    "http://list.example@127.0.0.1/",
    "http://list.example\\@127.0.0.1/",
    "http://127.0.0.1:22/",
    "http:127.0.0.1/",
]


class Network(httpcore2.AsyncNetworkBackend):
    """A network on which every machine answers with an empty list; it knows who was dialled."""

    def __init__(self, *, deaf: Iterable[str] = ()) -> None:
        self.dialled: list[str] = []
        self._deaf = set(deaf)

    async def connect_tcp(
        self,
        host: str,
        port: int,  # noqa: ARG002
        timeout: float | None = None,  # noqa: ASYNC109, ARG002 - the signature is the library's
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,  # noqa: ARG002
    ) -> httpcore2.AsyncNetworkStream:
        self.dialled.append(host)
        if host in self._deaf:
            raise httpcore2.ConnectError("nobody there")
        return httpcore2.AsyncMockStream([ANSWER])


def names(*answers: list[str]) -> Resolve:
    """Return a name server that gives one answer after the other, the last for ever."""
    left = list(answers)

    async def resolve(_host: str, _port: int) -> list[str]:
        return left.pop(0) if len(left) > 1 else left[0]

    return resolve


async def fetched(
    url: str, network: Network, *, resolve: Resolve = look_up, allow: tuple[str, ...] = ()
) -> bytes:
    transport = GuardedTransport(resolve=resolve, network=network, allow=allow)
    async with open_get(transport=transport, pause_seconds=0, first_back_off_seconds=0) as get:
        return await get(url)


async def test_a_public_address_is_dialled_as_it_was_checked() -> None:
    network = Network()

    assert await fetched("http://list.example/", network, resolve=names([PUBLIC])) == b"[]"
    assert network.dialled == [PUBLIC]


@pytest.mark.parametrize("address", REFUSED)
async def test_a_name_with_such_an_address_is_never_dialled(address: str) -> None:
    network = Network()

    with pytest.raises(FetchFailed, match=r"list\.example lies at an address that is not public"):
        await fetched("http://list.example/", network, resolve=names([address]))

    assert network.dialled == []


@pytest.mark.parametrize("address", REFUSED)
async def test_one_such_address_among_public_ones_is_enough(address: str) -> None:
    network = Network()

    with pytest.raises(FetchFailed, match="not public"):
        await fetched("http://list.example/", network, resolve=names([PUBLIC, address]))

    assert network.dialled == []


@pytest.mark.parametrize("url", URL_FORMS)
async def test_no_spelling_of_a_private_address_is_dialled(url: str) -> None:
    network = Network()

    with pytest.raises(FetchFailed):
        await fetched(url, network)

    assert network.dialled == []


async def test_a_name_server_that_answers_otherwise_the_second_time_gains_nothing() -> None:
    network, rebinding = Network(), names([PUBLIC], ["127.0.0.1"])

    assert await fetched("http://list.example/", network, resolve=rebinding) == b"[]"
    with pytest.raises(FetchFailed, match="not public"):
        await fetched("http://list.example/", network, resolve=rebinding)

    assert network.dialled == [PUBLIC]


async def test_the_next_address_is_tried_where_the_first_is_deaf() -> None:
    network = Network(deaf=["2606:2800:21f::1"])

    both = names(["2606:2800:21f::1", PUBLIC])

    assert await fetched("http://list.example/", network, resolve=both) == b"[]"
    assert network.dialled == ["2606:2800:21f::1", PUBLIC]


@pytest.mark.parametrize("port", [22, 25, 3306, 8080])
async def test_no_other_port_than_those_of_the_web_is_dialled(port: int) -> None:
    network = Network()

    with pytest.raises(FetchFailed, match=f"at port {port}"):
        await fetched(f"http://list.example:{port}/", network, resolve=names([PUBLIC]))

    assert network.dialled == []


async def test_a_tests_own_server_is_allowed_at_its_port_only() -> None:
    network = Network()

    assert await fetched("http://127.0.0.1:81/", network, allow=("127.0.0.1:81",)) == b"[]"
    with pytest.raises(FetchFailed, match="not public"):
        await fetched("http://127.0.0.1:82/", network, allow=("127.0.0.1:81",))


async def test_a_name_without_an_address_is_a_sentence() -> None:
    async def nowhere(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    with pytest.raises(FetchFailed, match=r"list\.example could not be reached"):
        await fetched("http://list.example/", Network(), resolve=nowhere)


@pytest.mark.parametrize("text", ["", "localhost", "1.2.3", "1.2.3.4.5", "::g"])
def test_what_is_no_address_is_not_public(text: str) -> None:
    assert not is_public(text)


@pytest.mark.parametrize(
    "text",
    [
        PUBLIC,
        "2606:2800:21f:cb07:6820:80da:af6b:8b2c",
        "8.8.8.8",
        "::ffff:8.8.8.8",
        "2606:2800::1%eth0",
    ],
)
def test_public_addresses_are(text: str) -> None:
    assert is_public(text)


def test_the_librarys_own_word_would_let_some_of_these_pass() -> None:
    """The bad twin: `is_global` alone."""
    passed = [text for text in REFUSED if ipaddress.ip_address(text.partition("%")[0]).is_global]

    assert {"224.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "::127.0.0.1"} <= set(passed)
