"""Which addresses a download may connect to: public ones (reliability.md 3.1)."""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Collection

from meetings.errors import FetchFailed

Resolve = Callable[[str, int], Awaitable[list[str]]]

WEB_PORTS = (80, 443)

# `is_global` of Python 3.11 lets several of these pass: NAT64 and 6to4 of a loopback address,
# multicast, IPv4-compatible and site-local ones.
_REFUSED = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16"),
        *("198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        *("::/96", "::1/128", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23"),
        *("2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10"),
        *("fec0::/10", "ff00::/8"),
    )
)


async def checked_addresses(
    host: str, port: int, *, resolve: Resolve, allow: Collection[str] = ()
) -> list[str]:
    """
    Return the addresses of *host*, looked up once, if every one of them is public.

    *allow* holds "address:port" of a test's own server; nothing else may be private, and no
    other port than those of the web is spoken to.

    Raises:
        FetchFailed: if one address is not public, or the port is another.
        OSError: if the name has no address.
    """
    try:
        addresses = await resolve(host, port)
    except UnicodeError as problem:
        raise FetchFailed("the name of the server cannot be looked up") from problem
    for address in addresses:
        if f"{address}:{port}" in allow:
            continue
        if not is_public(address):
            raise FetchFailed(f"{host} lies at an address that is not public")
        if port not in WEB_PORTS:
            raise FetchFailed(f"{host} is asked at port {port}, which is none of the web")
    return addresses


async def look_up(host: str, port: int) -> list[str]:
    """Return the addresses that the operating system knows for *host*. Raises OSError."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def is_public(text: str) -> bool:
    """Say whether *text* is the address of a machine on the public internet."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address.is_global and not any(address in network for network in _REFUSED)
