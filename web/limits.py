"""
Token buckets against guessing and flooding, by client prefix, in memory only.

The prefix is hashed under a random key of the day, so nothing here can be read back to an
address (reliability.md 6.5). A bucket that is full again is forgotten.
"""

import datetime as dt
import hashlib
import hmac
import ipaddress
import os
from collections.abc import Iterator
from dataclasses import dataclass, field

KEPT_MOST = 100_000  # buckets; beyond it all are forgotten
WIDER_HOLDS = 4  # times the tokens: an IPv6 /48, which one household or firm may have whole


@dataclass(slots=True)
class Buckets:
    """*size* tokens for each prefix, one back every *seconds_each*."""

    size: int
    seconds_each: float
    _levels: dict[bytes, tuple[float, float]] = field(default_factory=dict)
    _key: bytes = field(default_factory=lambda: os.urandom(32), repr=False)
    _day: dt.date = dt.date.min

    def take(self, address: str, *, now: dt.datetime) -> bool:
        """Take a token for *address*; False when none is left."""
        moment = now.timestamp()
        self._begin_day(now.date())
        held = [
            (key, self._left(key, self.size * times, moment), moment)
            for key, times in self._keys(address)
        ]
        if any(left < 1 for _, left, _ in held):
            return False
        for key, left, at in held:
            self._levels[key] = (left - 1, at)
        return True

    def _left(self, key: bytes, size: int, moment: float) -> float:
        left, since = self._levels.get(key, (float(size), moment))
        seconds_each = self.seconds_each * self.size / size
        return min(size, left + max(0.0, moment - since) / seconds_each)

    def _keys(self, address: str) -> Iterator[tuple[bytes, int]]:
        yield self._hashed(prefix(address)), 1
        if ":" in address:
            yield self._hashed(wider_prefix(address)), WIDER_HOLDS

    def _hashed(self, network: str) -> bytes:
        return hmac.digest(self._key, network.encode(), hashlib.sha256)

    def _begin_day(self, day: dt.date) -> None:
        if day != self._day or len(self._levels) > KEPT_MOST:
            self._day, self._key = day, os.urandom(32)
            self._levels.clear()


def prefix(address: str) -> str:
    """Return the network an address belongs to: IPv4 /24, IPv6 /64."""
    return _network(address, ipv6=64)


def wider_prefix(address: str) -> str:
    """Return the network that many prefixes of one owner may be in: IPv6 /48."""
    return _network(address, ipv6=48)


def _network(address: str, *, ipv6: int) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    length = 24 if parsed.version == 4 else ipv6
    return str(ipaddress.ip_network((parsed, length), strict=False))
