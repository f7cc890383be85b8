"""A real browser over a real server: Debian's Chromium, driven by Playwright."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.e2e.browsers import ARGUMENTS, CHROMIUM
from tests.e2e.samples import Served, serving_samples

PATIENCE_SECONDS = 30


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory, gazetteer_folder: Path) -> Iterator[Served]:
    """The service over the sample lists, on a Tuesday evening in New York."""
    with serving_samples(tmp_path_factory.mktemp("served"), gazetteer_folder) as running:
        yield running


@pytest.fixture(scope="session")
def demo(gazetteer_folder: Path) -> Iterator[str]:
    """The address of a running demo."""
    command = "from web.cli import main; main(['demo', '--port', '8765'])"
    with subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", command],
        env=os.environ | {"OPENCHAIR_DATA_DIR": str(gazetteer_folder), "COLUMNS": "200"},
        cwd=Path(__file__).parents[2],
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        address = ""
        for line in process.stderr:
            if start := re.search(r"start +(http://localhost:\d+)/", line):
                address = start.group(1)
            if "Stop with Ctrl+C" in line:
                break
        yield address
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE_SECONDS)


# Of a module, not of the session: Playwright keeps a loop running, in which no other test can.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        give_up = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        give_up("Chromium is not on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def profile(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A profile of its own, on a phone's screen; it may ask nobody but the demo."""
    context = browser.new_context(
        java_script_enabled=request.param, viewport={"width": 360, "height": 740}
    )
    yield context
    assert context.cookies() == []
    context.close()
