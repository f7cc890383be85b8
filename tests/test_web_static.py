"""Our own scripts are few, store nothing and ask nobody else."""

import json
import re
from importlib import resources
from pathlib import Path

import pytest

from web.security import CONTENT_SECURITY_POLICY

SCRIPTS = sorted(Path(str(resources.files("web") / "static")).glob("*.js"))
BYTES_MOST = 15_000
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
    assert all(
        (folder / icon["src"].removeprefix("/static/")).is_file() for icon in manifest["icons"]
    )
    assert "manifest-src 'self'" in CONTENT_SECURITY_POLICY
