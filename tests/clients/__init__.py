"""Calendar programs that are not ours, each in a folder of its own, for the long tests."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ICAL_JS = "ical.js@2.2.1"
REQUIREMENTS = Path(__file__).with_name("requirements.txt")


def run(*command: str | Path, timeout: float = 300, **options: str | Path) -> str:
    """Run a program that must succeed; return what it printed."""
    stdin, folder = str(options.get("stdin", "")), options.get("folder")
    ended = subprocess.run(  # noqa: S603 - pinned programs of our own choice
        [str(part) for part in command],
        input=stdin,
        cwd=folder,
        env=os.environ | {"PYTHONWARNINGS": "", "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout,
    )
    assert ended.returncode == 0, f"{command[0]}: {ended.stderr[-2000:]}"
    return ended.stdout


def ical_js(folder: Path) -> Path:
    """Install ical.js into *folder*; skip where node is absent, but fail in CI."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        give_up = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        give_up("node and npm are not here, so ical.js judges nothing")
        raise AssertionError
    run(
        *(npm, "install", "--ignore-scripts", "--no-audit", "--no-fund"),
        *("--prefix", folder, ICAL_JS),
    )
    return folder


def subscriber(folder: Path) -> Path:
    """Install vdirsyncer and khal into an environment in *folder*; return its programs' folder."""
    run(sys.executable, "-m", "venv", folder)
    run(folder / "bin" / "pip", "install", "--quiet", "-r", REQUIREMENTS)
    return folder / "bin"
