"""A publisher, or a guard before it, says no: what the operator reads about it."""

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from importers._fetch import open_get
from meetings.errors import FetchFailed

CHECK = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body></body></html>"
# What Cloudflare adds to pages that it lets through.
PASSED = (
    b"<html><body><h1>Meetings</h1>"
    b"<script>window.__CF$cv$params={};a.src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'"
    b"</script></body></html>"
)


async def fetched(body: bytes, *, status: int = 200, **headers: str) -> bytes:
    async def answer(_: Request) -> Response:
        return Response(
            body,
            status_code=status,
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )

    transport = httpx2.ASGITransport(app=Starlette(routes=[Route("/", answer)]))
    async with open_get(transport=transport, pause_seconds=0, first_back_off_seconds=0) as get:
        return await get("https://list.example/")


async def refused(body: bytes, *, status: int = 200, **headers: str) -> str:
    with pytest.raises(FetchFailed) as raised:
        await fetched(body, status=status, **headers)
    return str(raised.value)


@pytest.mark.parametrize(
    ("body", "status", "headers", "guard"),
    [
        (CHECK, 200, {}, "Cloudflare"),
        (CHECK, 403, {}, "Cloudflare"),
        (CHECK, 503, {}, "Cloudflare"),
        (b"", 403, {"cf_mitigated": "challenge"}, "Cloudflare"),
        (b"\xef\xbb\xbf <html><script>window._cf_chl_opt={}", 200, {}, "Cloudflare"),
        (b"", 202, {"x_amzn_waf_action": "challenge"}, "AWS"),
        (b"<html>Sucuri Website Firewall - Access Denied", 403, {}, "Sucuri"),
        (b'<html><iframe src="/_Incapsula_Resource?x">', 200, {}, "Imperva"),
        (b"<html>Making sure you&#39;re not a bot!", 200, {}, "Anubis"),
        (b'<html><meta content="0;/.well-known/sgcaptcha/?r=1">', 202, {}, "SiteGround"),
    ],
)
async def test_a_check_for_browsers_is_named(
    body: bytes, status: int, headers: dict[str, str], guard: str
) -> None:
    assert await refused(body, status=status, **headers) == (
        f"list.example blocks programs: {guard} sends a check for browsers instead of the list;"
        " only the publisher can let us through"
    )


@pytest.mark.parametrize("body", [PASSED, b'[{"name": "Just a moment... captcha-delivery.com"}]'])
async def test_a_page_that_was_let_through_is_no_check(body: bytes) -> None:
    assert await fetched(body) == body


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"code": "feed_restricted", "message": "Ask us first"}', ': "Ask us first"'),
        (b"Ask us first\n", ': "Ask us first"'),
        (b'{"message": "Ask\\u001b pat@example.org"}', ': "Ask [not shown]"'),
        (b'{"message": ["a list"]}', ""),
        (b"<html><h1>Forbidden</h1>", ""),
        (b"[" * 15_000, ""),
        (b"", ""),
    ],
)
async def test_a_403_says_what_the_publisher_says(body: bytes, words: str) -> None:
    assert await refused(body, status=403) == (
        f"list.example refuses to give its list (status 403){words}; ask the publisher"
    )


async def test_an_error_with_status_200_is_an_error() -> None:
    body = b'{"code":"feed_restricted","message":"This feed is restricted","data":{"status":403}}'

    assert await refused(body) == ('list.example answers with an error: "This feed is restricted"')


async def test_an_error_page_without_end_is_read_a_little_way() -> None:
    assert len(await refused(b"x" * 10_000_000, status=404)) < 300


async def test_another_status_is_told() -> None:
    assert await refused(b"", status=410) == "list.example answered with status 410"
