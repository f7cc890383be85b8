"""What is handed to operators under web/deploy: each file before the judge of its kind."""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from typer.main import get_group

from meetings.settings import NAMES
from web.cli.commands import app

DEPLOY = Path(__file__).parents[1] / "web" / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
EXPOSURE_MOST = 20  # tenths, as systemd-analyze takes it


def test_every_setting_in_them_exists() -> None:
    named = {
        name
        for file in DEPLOY.iterdir()
        for name in re.findall(r"OPENCHAIR_([A-Z_]+)", file.read_text(encoding="utf-8"))
    }

    assert {name.removesuffix("_FILE") for name in named} <= set(NAMES)
    assert len(named) > 5


def test_every_command_in_them_exists() -> None:
    texts = [file.read_text(encoding="utf-8") for file in DEPLOY.iterdir()]
    said = [word for text in texts for word in re.findall(r"bin/openchair (\w+)", text)]
    said += [word for text in texts for word in re.findall(r"command: \[(\w+)", text)]
    said += [word for text in texts for word in re.findall(r'^CMD \["(\w+)', text, re.M)]

    assert set(said) <= set(get_group(app).commands)
    assert Counter(said) == {"serve": 2, "worker": 2, "migrate": 1}


@pytest.mark.long
def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    assert judged("hadolint", str(DEPLOY / "Dockerfile")) == ""


@pytest.mark.long
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_the_units_are_exposed_to_at_most_2(unit: Path) -> None:
    said = judged(
        "systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE_MOST}", str(unit)
    )

    (exposure,) = re.findall(r"Overall exposure level for \S+: ([\d.]+)", said)
    assert float(exposure) <= EXPOSURE_MOST / 10


@pytest.mark.long
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_systemd_understands_every_line_of_the_units(unit: Path, tmp_path: Path) -> None:
    # it wants the program to be there, which it is not on this machine
    text = re.sub(r"ExecStart=\S+", "ExecStart=/bin/true", unit.read_text(encoding="utf-8"))
    (tmp_path / unit.name).write_text(text, encoding="utf-8")

    said = judged("systemd-analyze", "verify", "--man=no", str(tmp_path / unit.name))

    assert [line for line in said.splitlines() if unit.name in line] == []


@pytest.mark.long
def test_caddy_takes_the_caddyfile(tmp_path: Path) -> None:
    said = judged(
        *("caddy", "validate", "--adapter", "caddyfile", "--config", str(DEPLOY / "Caddyfile")),
        home=tmp_path,
    )

    assert "Valid configuration" in said


@pytest.mark.long
def test_docker_compose_takes_the_compose_file() -> None:
    said = judged("docker-compose", "-f", str(DEPLOY / "compose.yaml"), "config")

    assert re.findall(
        r"^  (\S+):$", said.partition("services:")[2].partition("\nversion")[0], re.M
    ) == [
        "database",
        "migrate",
        "proxy",
        "web-1",
        "web-2",
        "worker",
    ]


@pytest.mark.long
def test_a_unit_of_three_options_would_fail(tmp_path: Path) -> None:
    bare = tmp_path / "bare.service"
    bare.write_text("[Service]\nExecStart=/bin/true\nPrivateTmp=yes\nNoNewPrivileges=yes\n")

    with pytest.raises(AssertionError):
        judged("systemd-analyze", "security", "--offline=true", "--threshold=20", str(bare))


def judged(tool: str, *arguments: str, home: Path | None = None) -> str:
    """Return what *tool* says; it must be there in CI, and it must be content."""
    beside_python = Path(sys.executable).with_name(tool)
    path = str(beside_python) if beside_python.exists() else shutil.which(tool)
    if path is None:
        give_up = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        give_up(f"{tool} is not installed")
    ended = subprocess.run(  # noqa: S603 - our own files
        [path, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | ({"HOME": str(home)} if home else {}),
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout + ended.stderr
