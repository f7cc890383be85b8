"""Fills templates of Pathminder pages, ours or those of ../shared: real ones there are none."""

import html
import re
from pathlib import Path
from typing import Any

from importers._source import Source
from tests.make_lists import a_source

FOLDER = Path(__file__).parent / "data" / "pathminder"
CHALLENGE = (FOLDER / "challenge.html").read_bytes()
SMART = a_source(id="smart-us", importer="pathminder", fellowship="smart")

_SPANS = ("start", "end", "timezone", "recurring")
_BLOCK = re.compile(r'<div title="Add to Calendar".*?</div>', re.DOTALL)
_ROW = re.compile(r'<a class="row meetinglistrow.*?</a>', re.DOTALL)


def a_brand_source(fellowship: str, **changes: Any) -> Source:
    return a_source(**{"importer": "pathminder", "fellowship": fellowship} | changes)


def template(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def a_meeting_page(page: str | None = None, **changes: str) -> bytes:
    """
    Return the page of a hybrid meeting, Mondays at 19:00 in California, with what *changes*.

    Keys: id, place, start, end, timezone, recurring, programme, audiences, languages, schedule,
    title (of the calendar block).
    """
    text = template("meeting_2026.html") if page is None else page
    for name in _SPANS:
        if name in changes:
            text = _set(text, rf'(class="{name}">)[^<]*', changes[name])
    if "id" in changes:
        text = _set(text, r"(#)[0-9]+", changes["id"])
    if "place" in changes:
        text = _set(text, r"(<title>[^<]*#[0-9]+) [^<]*", f" {changes['place']}")
    for label, name in (
        ("Program", "programme"),
        ("(?:Specific a|A)udiences", "audiences"),
        ("Languages spoken", "languages"),
        ("Schedule", "schedule"),
    ):
        if name in changes:
            text = _set(text, rf"(<strong>{label}:</strong>)[^<]*", f" {changes[name]}")
    if "title" in changes:
        text = _set(text, r'(class="title">)[^<]*', changes["title"])
    return text.encode()


def without_block(page: bytes) -> bytes:
    """Return the page without its calendar block, as those of ordinal meetings are."""
    return _BLOCK.sub("", page.decode()).encode()


def online_only(page: bytes) -> bytes:
    """Return the page without its card of a place."""
    card = re.compile(r'<div class="card"><div class="card-header"><i class="fas fa-location-arrow')
    text = page.decode()
    start = card.search(text)
    assert start is not None
    return (text[: start.start()] + text.partition("Get Directions</a></div></div>")[2]).encode()


def a_list_page(*rows: dict[str, str], page: str | None = None) -> bytes:
    """Return a search list; each row has id, instant, place, programme, audiences, languages."""
    text = template("list_2026.html") if page is None else page
    found = _ROW.search(text)
    assert found is not None
    return f"<html><body>{''.join(_row(found[0], row) for row in rows)}Pathminder".encode()


def a_row(**changes: str) -> dict[str, str]:
    defaults = {
        "id": "501",
        "instant": "2026-11-24T03:00:00+00:00",
        "place": "Maple Falls, California",
        "programme": "4-Point Recovery",
        "audiences": "Adults",
        "languages": "English",
    }
    return defaults | changes


def a_sitemap(*keys: str) -> bytes:
    locations = "".join(
        f"<url><loc>https://meetings.smartrecovery.org/meetings/{key}/</loc></url>" for key in keys
    )
    return f'<?xml version="1.0"?><urlset>{locations}</urlset>'.encode()


def _row(row: str, values: dict[str, str]) -> str:
    row = _set(row, r"(/meetings/)[0-9]+", values["id"])
    row = _set(row, r'(data-utc=")[^"]*', values["instant"])
    row = _set(row, r"(<span[^>]*>)[^<>]*(?= <!---)", values["place"])
    label = f"{values['programme']}</strong> <br> {values['audiences']} <br> {values['languages']}"
    return re.sub(r"(text-center\"><strong>).*?(?=</span>)", lambda m: m[1] + label, row)


def _set(text: str, pattern: str, value: str) -> str:
    return re.sub(pattern, lambda found: found[1] + html.escape(value), text)
