"""The HTTP transport of downloads: it connects to checked addresses only (reliability.md 3.1)."""

import ssl
from collections.abc import AsyncIterable, AsyncIterator, Collection, Iterable, Iterator
from contextlib import contextmanager

import httpcore2
import httpx2

from importers._addresses import Resolve, checked_addresses, look_up

_CONNECTIONS = 4


class GuardedTransport(httpx2.AsyncBaseTransport):
    """
    A transport that looks a host up once, checks every address, and connects to one of those.

    So no name server can swap the address between check and connection; TLS still verifies the
    name of the host. It knows no proxy.
    """

    def __init__(
        self,
        *,
        allow: Collection[str] = (),
        resolve: Resolve = look_up,
        network: httpcore2.AsyncNetworkBackend | None = None,
        certificates: ssl.SSLContext | None = None,
    ) -> None:
        """
        Make a transport.

        Args:
            allow: "address:port" of a test's own server, which may be private.
            resolve: looks up the addresses of a host.
            network: opens the connections.
            certificates: the authorities to believe; the system's by default.
        """
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=certificates or httpx2.create_ssl_context(trust_env=False),
            max_connections=_CONNECTIONS,
            max_keepalive_connections=1,
            network_backend=_CheckedNetwork(network or httpcore2.AnyIOBackend(), resolve, allow),
        )

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        with _as_httpx2_errors():
            response = await self._pool.handle_async_request(
                httpcore2.Request(
                    method=request.method,
                    url=httpcore2.URL(
                        scheme=request.url.raw_scheme,
                        host=request.url.raw_host,
                        port=request.url.port,
                        target=request.url.raw_path,
                    ),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        return httpx2.Response(
            status_code=response.status,
            headers=response.headers,
            stream=_Body(response),
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        await self._pool.aclose()


class _CheckedNetwork(httpcore2.AsyncNetworkBackend):
    """Opens connections to checked addresses."""

    def __init__(
        self, network: httpcore2.AsyncNetworkBackend, resolve: Resolve, allow: Collection[str]
    ) -> None:
        self._network = network
        self._resolve = resolve
        self._allow = allow

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        try:
            addresses = await checked_addresses(
                host, port, resolve=self._resolve, allow=self._allow
            )
        except OSError as problem:
            raise httpcore2.ConnectError("the name has no address") from problem
        for address in addresses[:-1]:
            try:
                return await self._network.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue  # a machine without IPv6 reaches the next one
        if not addresses:
            raise httpcore2.ConnectError("the name has no address")
        return await self._network.connect_tcp(
            addresses[-1], port, timeout, local_address, socket_options
        )


class _Body(httpx2.AsyncByteStream):
    """The raw bytes of an answer."""

    def __init__(self, response: httpcore2.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        stream = self._response.stream
        if not isinstance(stream, AsyncIterable):
            raise TypeError("the pool is asynchronous, its answer is not")
        with _as_httpx2_errors():
            async for chunk in stream:
                yield chunk

    async def aclose(self) -> None:
        with _as_httpx2_errors():
            await self._response.aclose()


@contextmanager
def _as_httpx2_errors() -> Iterator[None]:
    """Raise what the pool raises as the client's callers know it."""
    try:
        yield
    except httpcore2.TimeoutException as problem:
        raise httpx2.TimeoutException(str(problem)) from problem
    except httpcore2.NetworkError as problem:
        raise httpx2.NetworkError(str(problem)) from problem
    except httpcore2.ProtocolError as problem:
        raise httpx2.ProtocolError(str(problem)) from problem
    except httpcore2.UnsupportedProtocol as problem:
        raise httpx2.UnsupportedProtocol(str(problem)) from problem
