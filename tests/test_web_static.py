"""Pages are light; our own scripts are few, store nothing and ask nobody else."""

import json
import re
from importlib import resources
from pathlib import Path

import pytest

from tests.make import a_meeting
from tests.serving import serving
from web.keptfiles import ASKED_AFTER, FOR_GOOD, files_path
from web.security import CONTENT_SECURITY_POLICY

SCRIPTS = sorted(Path(str(resources.files("web") / "static")).glob("*.js"))
BYTES_MOST = 15_000
PAGE_BYTES_MOST = 60_000
STYLESHEET = f'<link rel="stylesheet" href="{files_path()}/style.css">'
FORBIDDEN = (
    "localStorage",
    "sessionStorage",
    "indexedDB",
    "document.cookie",
    "caches.",
    "sendBeacon",
    "innerHTML",
    "eval(",
    "http://",
    "accesskey",
)


def test_all_scripts_together_are_small() -> None:
    assert 0 < sum(len(script.read_bytes()) for script in SCRIPTS) <= BYTES_MOST


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_a_script_stores_nothing_and_knows_no_other_site(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    code = re.sub(r"//.*", "", text)

    assert [word for word in FORBIDDEN if word in code] == []
    assert "https://" not in code


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_a_script_holds_no_words_for_people(script: Path) -> None:
    code = re.sub(r"//.*", "", script.read_text(encoding="utf-8"))
    strings = re.findall(r'"([^"]*)"|`([^`]*)`', code)

    assert [
        text for pair in strings for text in pair if re.search(r"[a-z]{2,} [a-z]{2,}", text)
    ] == []


def test_the_manifest_says_nothing_of_what_this_is_for() -> None:
    folder = Path(str(resources.files("web") / "static"))
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))

    assert manifest["name"] == manifest["short_name"] == "Open Chair"
    assert "description" not in manifest
    assert all((folder / icon["src"]).is_file() for icon in manifest["icons"])
    assert "manifest-src 'self'" in CONTENT_SECURITY_POLICY


async def test_a_link_sent_to_somebody_shows_the_same_card_whatever_it_leads_to(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path, [a_meeting()]) as client:
        pages = [await client.get(path) for path in ("/", "/meetings/1", "/list?meetings=1")]
        card = await client.get("/static/card.png")

    cards = {tuple(re.findall(r'<meta property="og:[^>]+>', page.text)) for page in pages}
    assert cards == {
        (
            '<meta property="og:title" content="Meetings">',
            '<meta property="og:image" content="https://meetings.example/static/card.png">',
        )
    }
    assert card.headers["Content-Type"] == "image/png"


async def test_pages_are_light_without_their_lists(tmp_path: Path) -> None:
    paths = ("/", "/now", "/find?online=1", "/find/us-ny-brooklyn", "/meetings/1", "/privacy")
    more = ("/fellowships", "/helplines/us", "/for-groups", "/plans/new", "/use-it", "/about")
    async with serving(tmp_path, [a_meeting()]) as client:
        for path in (*paths, *more):
            page = await client.get(path, headers={"Accept-Language": "fa"})

            assert page.status_code == 200
            assert len(page.content) <= PAGE_BYTES_MOST, path
            assert re.findall(r'<link rel="stylesheet"[^>]*>', page.text) == [STYLESHEET]


async def test_what_a_page_needs_beside_it_is_kept_for_good(tmp_path: Path) -> None:
    async with serving(tmp_path, [a_meeting()]) as client:
        page = await client.get("/meetings/1")
        needed = re.findall(r'<(?:link|script)[^>]* (?:href|src)="(/static/[^"]+)"', page.text)
        scripts = [f"{files_path()}/{script.name}" for script in SCRIPTS]
        answers = [await client.get(path) for path in [*needed, *scripts]]

    assert len(needed) == 4
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.headers["Cache-Control"] for answer in answers} == {FOR_GOOD}


@pytest.mark.parametrize("path", ["/static/style.css", "/static/0123456789ab/style.css"])
async def test_a_file_that_may_change_below_its_path_is_asked_after(
    tmp_path: Path, path: str
) -> None:
    async with serving(tmp_path) as client:
        whole = await client.get(path)
        again = await client.get(path, headers={"If-None-Match": whole.headers["ETag"]})
        nothing = await client.get(f"{files_path()}/nothing.css")

    assert (whole.status_code, again.status_code, nothing.status_code) == (200, 304, 404)
    assert whole.headers["Cache-Control"] == again.headers["Cache-Control"] == ASKED_AFTER
    assert "Cache-Control" not in nothing.headers
