"""
Secrets that open plans, and the seal that keeps a plan from whoever has only the database.

A secret is 26 characters of Crockford base32, 130 bits. The database knows its SHA-256, to
find the row, and holds a key wrapped under HKDF-SHA256 of it (reliability.md 6.1, 6.2).
"""

import hashlib
import os
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from meetings.errors import LinkGone

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U
SECRET_LENGTH = 26
LAYOUT = 1  # of what is sealed; part of the associated data
SIZES = (1024, 4096, 16384, 65536)  # bytes that content is padded to, so that size says little

_KEY_BYTES = 32
_NONCE_BYTES = 12
_LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link's row holds for who has its secret: where the plan is, and its key."""

    locator: str
    key: bytes

    def __repr__(self) -> str:
        return "Opened(…)"  # a key in a traceback would be a key in a log


def make_secret() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(SECRET_LENGTH))


def canonical(typed: str) -> str | None:
    """Return the secret that *typed* means, look-alike letters read right, or None."""
    secret = typed.strip().upper().translate(_LOOK_ALIKES)
    is_secret = len(secret) == SECRET_LENGTH and all(c in ALPHABET for c in secret)
    return secret if is_secret else None


def spaced(secret: str) -> str:
    """Return *secret* in groups, for copying by hand."""
    return "-".join(secret[start : start + 5] for start in range(0, len(secret), 5))


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode("ascii")).hexdigest()


def make_key() -> bytes:
    return AESGCM.generate_key(bit_length=8 * _KEY_BYTES)


def wrap(opened: Opened, *, secret: str, kind: str) -> bytes:
    """Seal locator and key for the row of the link that *secret* is."""
    plain = opened.key + opened.locator.encode("ascii")
    return _encrypt(_key_of(secret), plain, _row(hash_of(secret), kind))


def unwrap(sealed: bytes, *, secret: str, kind: str) -> Opened:
    """Open a link's row. Raises LinkGone if it is another's, or another kind's."""
    plain = _decrypt(_key_of(secret), sealed, _row(hash_of(secret), kind))
    return Opened(locator=plain[_KEY_BYTES:].decode("ascii"), key=plain[:_KEY_BYTES])


def seal(content: bytes, opened: Opened) -> bytes:
    """
    Seal a plan's *content*, padded to one of SIZES.

    Raises:
        ValueError: if it is longer than the largest of them.
    """
    framed = len(content).to_bytes(4, "big") + content
    size = next((size for size in SIZES if size >= len(framed)), None)
    if size is None:
        raise ValueError("a plan is too long to be sealed")
    return _encrypt(opened.key, framed.ljust(size, b"\0"), _row(opened.locator, "plan"))


def unseal(sealed: bytes, opened: Opened) -> bytes:
    """Return what `seal` was given. Raises LinkGone if it is another plan's."""
    framed = _decrypt(opened.key, sealed, _row(opened.locator, "plan"))
    return framed[4 : 4 + int.from_bytes(framed[:4], "big")]


def _key_of(secret: str) -> bytes:
    derivation = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=b"openchair link")
    return derivation.derive(secret.encode("ascii"))


def _row(key: str, kind: str) -> bytes:
    """Return what binds a seal to its row: moved to another, it does not open."""
    return f"{LAYOUT}:{kind}:{key}".encode("ascii")


def _encrypt(key: bytes, plain: bytes, row: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, row)


def _decrypt(key: bytes, sealed: bytes, row: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], row)
    except (InvalidTag, ValueError) as problem:
        raise LinkGone("a seal does not open") from problem
