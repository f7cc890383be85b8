"""A list made of script, markup, reversed text and links of scripts: it shows as text or not."""

import asyncio
import csv
import io
import json
import re
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import icalendar
import pytest

from importers import tsml
from importers._limits import LONGEST_NAME
from importers._refresh import refresh
from meetings.storage.database import Database
from meetings.storage.sources import Outcome
from tests.make import NOON
from tests.make_lists import NO_PLACES
from tests.make_tsml import a_tsml_source
from tests.serving import serving

LIST = Path(__file__).parent / "data" / "hostile" / "meetings.json"
BROOKLYN = "/find/us-ny-brooklyn"
LINKS = frozenset({"href", "src", "action", "srcset", "formaction", "poster", "data"})
SCHEMES = frozenset({"", "http", "https", "tel", "sms", "webcal", "mailto"})
OURS = frozenset({"application/ld+json", "module"})
VOID = frozenset({"base", "br", "hr", "img", "input", "link", "meta", "source"})
REVERSING = re.compile("[\u202a-\u202e\u2066-\u2069]")
ISOLATED = re.compile("[\u2067\u2068][^\u202a-\u202e\u2066-\u2069]*\u2069")  # our own, and ended


async def a_hostile_list(database: Database) -> None:
    report = await refresh(
        database,
        a_tsml_source(),
        tsml.load(LIST),
        importer=tsml,
        places=NO_PLACES,
        overrides={},
        now=NOON,
    )
    assert report.outcome is Outcome.ACCEPTED, report
    assert report.added == report.read - report.rejected
    assert [rejection.key for rejection in report.rejections] == ["half"]


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    async with serving(tmp_path, prepare=a_hostile_list) as opened:
        yield opened


@dataclass
class Seen(HTMLParser):
    """What a browser would make of a page, as far as it may run or fetch something."""

    wrong: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)  # what stands in script elements
    _open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "script" and given.get("type") not in OURS:
            self.wrong.append(f"script {given}")
        if tag in ("x-hostile", "svg", "iframe", "object", "embed", "style"):
            self.wrong.append(tag)
        if tag == "base" and "href" in given:
            self.wrong.append("base href")
        self.wrong += [f"{tag} {name}" for name in given if name.startswith("on")]
        for name in LINKS & set(given):
            self.links.append(given[name])
            if not _is_safe(tag, given[name]):
                self.wrong.append(f"{tag} {name}={given[name][:80]}")
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.wrong.append(f"</{tag}> out of place")

    def handle_data(self, data: str) -> None:
        if self._open[-1:] == ["script"] and data.strip():
            self.data.append(data)


def _is_safe(tag: str, address: str) -> bool:
    plain = re.sub(r"[\x00-\x20\x7f-\x9f]", "", address)  # as browsers read a scheme
    if tag == "img" and plain.startswith("data:image/svg+xml"):
        return True  # a QR code of ours
    return urlsplit(plain).scheme.lower() in SCHEMES


def looked_at(text: str) -> Seen:
    seen = Seen()
    seen.feed(text)
    seen.close()
    return seen


async def numbers(client: httpx2.AsyncClient) -> list[int]:
    listed = (await client.get("/api/meetings?limit=100")).json()["meetings"]
    return [meeting["number"] for meeting in listed]


async def pages(client: httpx2.AsyncClient) -> dict[str, str]:
    """Return every page that shows something of a list."""
    known = await numbers(client)
    joined = ",".join(map(str, known))
    made = await client.post("/plans", data={"meetings": joined})
    plan = urlsplit(made.headers["location"]).path
    share = await _shared(client, plan, known)
    one_by_one = [f"/meetings/{number}" for number in known]
    paths = [
        *("/", BROOKLYN, f"{BROOKLYN}?embed=1", f"{BROOKLYN}?lang=fa", "/find?online=1", "/find"),
        *("/now/us-ny-brooklyn", "/now", "/coverage/us-ny-brooklyn", "/fellowships", "/sources"),
        *(f"/list?meetings={joined}", f"/list/subscribe?meetings={joined}&titles=names"),
        *(f"/plans/new?meetings={joined}", plan, f"{plan}/paper", f"{plan}/stored"),
        *(f"{plan}/propose", f"{plan}/add?near=Brooklyn%2C+NY", share, f"{share}/sheet"),
        *one_by_one,
        *(f"{path}/subscribe?titles=names" for path in one_by_one),
    ]
    answers = {path: await client.get(path) for path in paths}
    assert {path: a.status_code for path, a in answers.items() if a.status_code != 200} == {}
    return {path: answer.text for path, answer in answers.items()}


async def _shared(client: httpx2.AsyncClient, plan: str, known: Iterable[int]) -> str:
    stamp = re.search(r'name="stamp" value="([^"]*)"', (await client.get(plan)).text)
    assert stamp is not None
    await client.post(
        f"{plan}/share", data={"stamp": stamp[1], "meetings": [str(each) for each in known]}
    )
    found = re.search(r"/s/\w+", (await client.get(plan)).text)
    assert found is not None
    return found[0]


async def test_no_page_runs_or_fetches_what_a_list_says(client: httpx2.AsyncClient) -> None:
    found = await pages(client)

    wrong = {path: looked_at(text).wrong for path, text in found.items()}
    assert {path: each for path, each in wrong.items() if each} == {}
    assert "Script" in found[BROOKLYN]
    assert "&lt;script&gt;alert(3)&lt;/script&gt;" in found[BROOKLYN]  # written as text, so shown


async def test_no_page_turns_text_round_or_repeats_a_name_without_end(
    client: httpx2.AsyncClient,
) -> None:
    for path, text in (await pages(client)).items():
        assert not REVERSING.search(ISOLATED.sub("", text)), path
        assert "\x00" not in text, path
        assert re.search(rf"W{{{LONGEST_NAME + 1}}}", text) is None, path


async def test_what_programs_read_in_a_page_is_one_document(client: httpx2.AsyncClient) -> None:
    for number in await numbers(client):
        (data,) = looked_at((await client.get(f"/meetings/{number}")).text).data
        assert "<" not in data
        assert json.loads(data)


async def test_no_link_of_a_script_is_a_link_anywhere(client: httpx2.AsyncClient) -> None:
    answer = (await client.get("/api/meetings?limit=100")).json()["meetings"]
    rows = (await client.get("/meeting-guide.json")).json()

    links = [each["page_url"] for each in answer]
    links += [(each["online"] or {}).get("url", "") for each in answer]
    links += [row.get(name, "") for row in rows for name in ("url", "conference_url")]
    assert any(links)
    assert {urlsplit(link).scheme for link in links} <= {"", "http", "https"}
    assert not [link for link in links if re.search(r"[\s<>\"\\@]", link)]


async def test_feeds_hold_no_line_that_a_list_made(client: httpx2.AsyncClient) -> None:
    known = await numbers(client)
    joined = ",".join(map(str, known))
    paths = [f"/meetings/{number}/calendar.ics" for number in known]
    for path in (*paths, f"/list/calendar.ics?meetings={joined}", "/calendar.ics?online=1"):
        body = (await client.get(path)).text
        parsed = icalendar.Calendar.from_ical(body)

        assert [error for part in parsed.walk() for error in part.errors] == []
        assert "\r\nSUMMARY:injected" not in body
        assert not REVERSING.search(body)
        assert all(str(event["UID"]).endswith("uid.example") for event in parsed.walk("VEVENT"))


@pytest.mark.parametrize("scope", ["/main_server", "/all/main_server"])
async def test_tables_for_programs_hold_no_formula_and_answers_can_be_parsed(
    client: httpx2.AsyncClient, scope: str
) -> None:
    face = f"{scope}/client_interface"
    asked = "?switcher=GetSearchResults"
    tables = [await client.get("/meeting-guide.csv"), await client.get(f"{face}/csv/{asked}")]
    answers = [await client.get(f"{face}/{kind}/{asked}") for kind in ("json", "tsml")]

    for table in tables:
        cells = [cell for row in csv.reader(io.StringIO(table.text)) for cell in row]
        assert cells
        assert not [c for c in cells if c.startswith("=") or REVERSING.search(c)]
    for answer in answers:
        assert isinstance(answer.json(), list)
        assert answer.headers["Content-Type"].startswith("application/json")


async def test_the_map_shows_no_markup_of_a_list(client: httpx2.AsyncClient) -> None:
    joined = ",".join(map(str, await numbers(client)))

    drawn = (await client.get(f"/map.svg?place=us-ny-brooklyn&meetings={joined}")).text

    assert "alert(" not in drawn
    assert "<script" not in drawn


def test_the_bad_twin_is_found() -> None:
    twin = '<p><a href="java\nscript:alert(1)">x</a><img src=x onerror=alert(1)><script>1</script>'

    wrong = looked_at(twin).wrong

    assert wrong == [
        "a href=java\nscript:alert(1)",
        "img onerror",
        "script {}",
    ]


async def test_the_list_is_as_hostile_as_it_says() -> None:
    records = json.loads(await asyncio.to_thread(LIST.read_text, encoding="utf-8"))

    assert max(len(record["name"]) for record in records) > 5_000
    texts = json.dumps(records, ensure_ascii=False)
    for word in ("<script>", "javascript:", "onerror=", "\u202e", "=HYPERLINK"):
        assert word in texts
