"""Answers by which a publisher, or a guard before it, says no; each told in one sentence."""

import json
import re
from collections.abc import Mapping

from importers._privacy import without_people
from importers._text import line

MOST_ERROR_BYTES = 20_000  # of an error page, enough to tell what it is

_LONGEST_MESSAGE = 200

# What the pages of these guards hold and no list does. Only the page of a check has them: pages
# behind Cloudflare carry other scripts of it, which say nothing.
_MARKS: Mapping[bytes, str] = {
    b"<title>just a moment...": "Cloudflare",
    b"<title>attention required! | cloudflare": "Cloudflare",
    b"checking your browser before accessing": "Cloudflare",
    b"cf-browser-verification": "Cloudflare",
    b"enable javascript and cookies to continue": "Cloudflare",
    b"please enable cookies": "Cloudflare",
    b"_cf_chl_opt": "Cloudflare",
    b'id="challenge-form"': "Cloudflare",
    b"sucuri website firewall": "Sucuri",
    b"sucuri_cloudproxy_js": "Sucuri",
    b"_incapsula_resource": "Imperva",
    b"<title>ddos-guard": "DDoS-Guard",
    b"captcha-delivery.com": "DataDome",
    b"awswaf.com/": "AWS",
    b"px-captcha": "HUMAN",
    b"making sure you&#39;re not a bot": "Anubis",
    b"making sure you're not a bot": "Anubis",
    b"/.well-known/sgcaptcha/": "SiteGround",
}
_HEADERS: Mapping[str, tuple[str, str]] = {
    "cf-mitigated": ("challenge", "Cloudflare"),
    "x-amzn-waf-action": ("", "AWS"),
    "x-vercel-mitigated": ("challenge", "Vercel"),
    "sg-captcha": ("challenge", "SiteGround"),
}


def challenge(server: str, headers: Mapping[str, str], beginning: bytes) -> str:
    """Return the sentence for a page that checks for browsers, "" if it is none."""
    guard = _guard(headers, beginning[:MOST_ERROR_BYTES])
    if not guard:
        return ""
    return (
        f"{server} blocks programs: {guard} sends a check for browsers instead of the list;"
        " only the publisher can let us through"
    )


def error_in(server: str, body: bytes) -> str:
    """Return the sentence for an error that came with status 200, as WordPress words them."""
    if len(body) > MOST_ERROR_BYTES or body.lstrip()[:1] != b"{":
        return ""
    answer = _object(body)
    if not isinstance(answer.get("code"), str) or not (message := _message(body)):
        return ""
    return f'{server} answers with an error: "{message}"'


def refusal(server: str, status: int, beginning: bytes) -> str:
    """Return the sentence for any status but 200, with the publisher's own words if it has any."""
    message = _message(beginning)
    words = f': "{message}"' if message else ""
    if status in (401, 403, 451):
        return f"{server} refuses to give its list (status {status}){words}; ask the publisher"
    return f"{server} answered with status {status}{words}"


def _guard(headers: Mapping[str, str], beginning: bytes) -> str:
    for name, (value, guard) in _HEADERS.items():
        if name in headers and value in headers[name].lower():
            return guard
    text = beginning.lower()
    if text.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] != b"<":
        return ""
    return next((guard for mark, guard in _MARKS.items() if mark in text), "")


def _message(body: bytes) -> str:
    """Return the words of a JSON error or of a line of text, without people."""
    words = _object(body).get("message")
    if words is None and not re.match(rb"\s*[<{\[]", body):
        words = body.decode("utf-8", "replace")
    try:
        return without_people(line(words, longest=_LONGEST_MESSAGE))
    except ValueError:
        return ""


def _object(body: bytes) -> Mapping[str, object]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
