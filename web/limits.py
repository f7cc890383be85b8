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
from dataclasses import dataclass, field

KEPT_MOST = 100_000  # buckets; beyond it the fullest are forgotten first


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
        key, moment = self._bucket(address, now), now.timestamp()
        left = self._left(key, moment)
        if left < 1:
            return False
        self._levels[key] = (left - 1, moment)
        return True

    def _left(self, key: bytes, moment: float) -> float:
        left, since = self._levels.get(key, (float(self.size), moment))
        return min(self.size, left + max(0.0, moment - since) / self.seconds_each)

    def _bucket(self, address: str, now: dt.datetime) -> bytes:
        if now.date() != self._day or len(self._levels) > KEPT_MOST:
            self._day, self._key = now.date(), os.urandom(32)
            self._levels.clear()
        return hmac.digest(self._key, prefix(address).encode(), hashlib.sha256)


def prefix(address: str) -> str:
    """Return the network an address belongs to: IPv4 /24, IPv6 /64."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    length = 24 if parsed.version == 4 else 64
    return str(ipaddress.ip_network((parsed, length), strict=False))
