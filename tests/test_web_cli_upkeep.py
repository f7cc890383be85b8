"""The commands of upkeep as an operator types them."""

from pathlib import Path

import pytest

from tests.test_web_cli import Shell, folder, shell

__all__ = ["folder", "shell"]  # fixtures


def test_a_backup_is_restored_by_two_commands(shell: Shell, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    assert shell.run("migrate").code == 0

    made = shell.run("backup", str(copy))
    again = shell.run("backup", str(copy))
    restored = shell.run("restore", str(copy))

    assert (made.code, again.code, restored.code) == (0, 2, 0)
    assert "is whole" in made.err
    assert "exists already" in again.err
    (aside,) = tmp_path.glob("openchair.db.before-restore-*")
    assert str(aside) in restored.err


def test_what_is_no_backup_is_refused_in_a_sentence(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("no database")

    ended = shell.run("restore", str(tmp_path / "text.db"))

    assert (ended.code, ended.out) == (3, "")
    assert "text.db is no database of this program" in ended.err


def test_config_check_shows_the_settings_and_no_password(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "postgresql+psycopg://user:sentinel@127.0.0.1:1/db?password=sentinel"
    monkeypatch.setenv("OPENCHAIR_DATABASE_URL", url)
    monkeypatch.setenv("OPENCHAIR_METRICS_PORT", "9100")

    ended = shell.run("config", "check")

    assert ended.code == 3
    assert "OPENCHAIR_DATABASE_URL = postgresql+psycopg://user:***@127.0.0.1:1/db" in ended.out
    assert "OPENCHAIR_METRICS_PORT = 127.0.0.1:9100" in ended.out
    assert "problem: OperationalError" in ended.out
    assert "sentinel" not in ended.out + ended.err


def test_config_check_tells_what_to_think_of(shell: Shell) -> None:
    shell.run("migrate")

    ended = shell.run("config", "check")

    assert ended.code == 0
    assert "without OPENCHAIR_BASE_URL links and QR codes point to localhost" in ended.out
    assert ended.out.endswith("fine\n")


def test_config_check_names_the_nearest_setting(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENCHAIR_BASE_ULR", "https://meetings.example")

    ended = shell.run("config", "check")

    assert ended.code == 2
    assert "did you mean OPENCHAIR_BASE_URL?" in ended.err
