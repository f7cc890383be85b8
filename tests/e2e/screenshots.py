"""
Pictures of the ten main pages: light, dark, in Persian, on a phone and on paper.

`python -m tests.e2e.screenshots [PAGE…]` writes them into tests/screenshots/, which git ignores,
to be looked at by people.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

from meetings.places import ensure
from tests.e2e.browsers import ARGUMENTS, CHROMIUM
from tests.e2e.places_to_see import sights
from tests.e2e.samples import serving_samples
from tests.e2e.visiting import DESK, PHONE, Visit, Visitor, visiting

FOLDER = Path(__file__).parents[1] / "screenshots"
PAPER = 794  # pixels of A4

Media = Literal["print", "screen"]
KINDS: dict[str, tuple[Visitor, Media]] = {
    "light": (Visitor(width=DESK), "screen"),
    "dark": (Visitor(width=DESK, scheme="dark"), "screen"),
    "persian": (Visitor(width=DESK, language="fa-IR"), "screen"),
    "phone": (Visitor(width=PHONE), "screen"),
    "print": (Visitor(width=PAPER), "print"),
}


def main(wanted: list[str]) -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        gazetteer = ensure(folder / "gazetteer", progress=lambda _: None).parent
        with serving_samples(folder, gazetteer) as served, chromium() as browser:
            pages = sights(served.address)
            for name in wanted or pages.main:
                for kind, (visitor, media) in KINDS.items():
                    with visiting(browser, served.address, visitor) as visit:
                        take(visit, pages.every[name], media, f"{name.replace(' ', '-')}-{kind}")


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


def take(visit: Visit, path: str, media: Media, name: str) -> None:
    visit.page.emulate_media(media=media)
    visit.go(path)
    visit.page.wait_for_load_state("networkidle")
    visit.page.screenshot(path=FOLDER / f"{name}.png", full_page=True)


if __name__ == "__main__":
    main(sys.argv[1:])
