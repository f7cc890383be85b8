"""The README promises what exists, and what exists is in the README."""

import re
from pathlib import Path

from meetings.settings import NAMES
from web.cli.commands import app

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_the_settings_table_holds_every_setting_and_no_other() -> None:
    assert set(re.findall(r"^\| `OPENCHAIR_([A-Z_]+)`", README, re.M)) == set(NAMES)


def test_every_command_is_in_the_readme_and_every_named_one_exists() -> None:
    commands = {
        command.name or command.callback.__name__
        for command in app.registered_commands
        if command.callback is not None
    }
    commands |= {group.name or "" for group in app.registered_groups}

    assert set(re.findall(r"openchair (\w+)", README)) == commands


def test_the_two_commands_are_one_line_each() -> None:
    lines = re.findall(r"^`(python3 -m venv .*)`$", README, re.M)

    assert lines == [
        "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/openchair demo",
        "python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/pytest",
    ]


def test_every_folder_of_the_map_exists() -> None:
    folders = re.findall(r"^\| `([\w./]+/)` \|", README, re.M)

    assert folders == ["meetings/", "importers/", "web/", "tests/", ".ci/"]
    assert all((Path(__file__).parents[1] / folder).is_dir() for folder in folders)
