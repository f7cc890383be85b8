"""Connecting to a checked address leaves the name for TLS to verify."""

import asyncio
import datetime as dt
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from importers._fetch import open_get
from importers._transport import GuardedTransport
from meetings.errors import FetchFailed

NAME = "list.example"


def certificate_of(name: str, folder: Path) -> tuple[Path, Path]:
    """Return the files of a certificate that vouches for itself, and of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return folder / "certificate.pem", folder / "key.pem"


@asynccontextmanager
async def publisher(certificate: Path, key: Path) -> AsyncIterator[int]:
    """Serve an empty list over TLS; yield the port."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n[]")
        await writer.drain()
        writer.close()

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def fetched(name: str, port: int, *, trusted: Path | None) -> bytes:
    async def resolve(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    transport = GuardedTransport(
        allow=[f"127.0.0.1:{port}"],
        resolve=resolve,
        certificates=ssl.create_default_context(cafile=trusted) if trusted else None,
    )
    async with open_get(transport=transport, first_back_off_seconds=0) as get:
        return await get(f"https://{name}:{port}/")


async def test_a_certificate_of_the_name_is_believed(tmp_path: Path) -> None:
    certificate, key = certificate_of(NAME, tmp_path)

    async with publisher(certificate, key) as port:
        assert await fetched(NAME, port, trusted=certificate) == b"[]"


async def test_a_certificate_of_another_name_is_not(tmp_path: Path) -> None:
    certificate, key = certificate_of(NAME, tmp_path)

    async with publisher(certificate, key) as port:
        with pytest.raises(FetchFailed, match=r"other\.example shows a certificate not to be"):
            await fetched("other.example", port, trusted=certificate)


async def test_a_certificate_that_nobody_vouches_for_is_not(tmp_path: Path) -> None:
    certificate, key = certificate_of(NAME, tmp_path)

    async with publisher(certificate, key) as port:
        with pytest.raises(FetchFailed, match=r"list\.example shows a certificate not to be"):
            await fetched(NAME, port, trusted=None)
