import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from meetings._gazetteer import write
from tests.serving import towns
from web.cli import main


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of data with the small gazetteer, so that no test waits for the world's."""
    made = tmp_path_factory.mktemp("cli")
    write(made / "places.sqlite", towns(), progress=lambda _: None)
    return made


class Shell:
    """Runs commands as a terminal does."""

    def __init__(self, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self.patch, self.capture = patch, capture

    def run(self, *arguments: str) -> Ended:
        self.capture.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        captured = self.capture.readouterr()
        return Ended(int(ended.value.code or 0), captured.out, captured.err)


@pytest.fixture
def shell(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    folder: Path,
    tmp_path: Path,
) -> Shell:
    for name in [name for name in os.environ if name.startswith("OPENCHAIR_")]:
        monkeypatch.delenv(name)
    database = f"sqlite+aiosqlite:///{tmp_path / 'openchair.db'}"
    monkeypatch.setenv("OPENCHAIR_DATABASE_URL", database)
    monkeypatch.setenv("OPENCHAIR_DATA_DIR", str(folder))
    monkeypatch.setenv("COLUMNS", "200")
    return Shell(monkeypatch, capsys)


def import_(shell: Shell, path: Path, *more: str) -> Ended:
    return shell.run(
        "import", "--format", "bmlt", "--file", str(path), "--as", "na-test", "--json", *more
    )


def counts(ended: Ended, *names: str) -> Sequence[object]:
    (run,) = ended.json()["runs"]
    return [run[name] for name in names]


def a_list(tmp_path: Path, rows: Sequence[dict[str, str]]) -> Path:
    path = tmp_path / "list.json"
    path.write_text(json.dumps(list(rows)))
    return path


def rows(count: int) -> list[dict[str, str]]:
    return [
        {
            "id_bigint": str(number),
            "weekday_tinyint": "3",
            "venue_type": "1",
            "start_time": "19:30:00",
            "duration_time": "01:00:00",
            "latitude": f"40.{number:02}",
            "longitude": "-73.95",
            "published": "1",
            "meeting_name": f"Group {number}",
            "location_street": f"{number} Example Street",
            "location_municipality": "Brooklyn",
            "location_province": "NY",
        }
        for number in range(1, count + 1)
    ]


def test_a_list_is_read_once_and_changes_nothing_when_read_again(
    shell: Shell, tmp_path: Path
) -> None:
    path = a_list(tmp_path, rows(12))

    first, again = import_(shell, path), import_(shell, path)

    names = ("outcome", "read", "added", "changed", "unchanged", "rejected")
    assert counts(first, *names) == ["accepted", 12, 12, 0, 0, 0]
    assert counts(again, *names) == ["accepted", 12, 0, 0, 12, 0]
    assert (first.code, again.code) == (0, 0)


@pytest.mark.parametrize(
    ("text", "outcome", "code"),
    [
        ("[]", "held", 1),
        ("[" + json.dumps(rows(1)[0]) + "]", "held", 1),
        ("<html>Just a moment...</html>", "failed", 3),
        (json.dumps(rows(12))[:300], "failed", 3),
        ('{"message": "Server Error"}', "failed", 3),
        ("", "failed", 3),
    ],
)
def test_a_broken_or_emptied_list_takes_nothing_away(
    shell: Shell, tmp_path: Path, text: str, outcome: str, code: int
) -> None:
    import_(shell, a_list(tmp_path, rows(12)))
    (tmp_path / "bad.json").write_text(text)

    ended = import_(shell, tmp_path / "bad.json")

    assert counts(ended, "outcome") == [outcome]
    assert counts(ended, "reason") != [""]
    assert ended.code == code
    assert shell.run("search", "--json").json()["count"] == 12


def test_a_dry_run_publishes_nothing(shell: Shell, tmp_path: Path) -> None:
    dry = import_(shell, a_list(tmp_path, rows(3)), "--dry-run")

    assert counts(dry, "added") == [3]
    assert shell.run("search", "--json").code == 1


def test_a_person_may_accept_a_list_that_was_held(shell: Shell, tmp_path: Path) -> None:
    import_(shell, a_list(tmp_path, rows(12)))
    shorter = a_list(tmp_path, rows(6))

    held, accepted = import_(shell, shorter), import_(shell, shorter, "--accept")

    assert counts(held, "outcome") == ["held"]
    assert counts(accepted, "outcome", "missing") == ["accepted", 6]


def test_search_answers_as_the_api_does(shell: Shell, tmp_path: Path) -> None:
    import_(shell, a_list(tmp_path, rows(3)))

    nearby = ("search", "--near", "Brooklyn, NY", "--radius", "100mi", "--json")
    near, none = shell.run(*nearby, "--day", "tue"), shell.run(*nearby, "--day", "wed")
    at = shell.run("search", "--at", "40.02,-73.95", "--limit", "1", "--json")

    assert (near.code, near.json()["count"]) == (0, 3)
    assert near.json()["meetings"][0]["start"] == "19:30"
    assert at.json()["next"] is not None
    assert (none.code, none.json()) == (1, {"meetings": [], "count": 0, "next": None})


def test_search_shows_of_two_entries_the_one_that_the_pages_show(
    shell: Shell, folder: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "places.sqlite").symlink_to(folder / "places.sqlite")
    home = '[[sources]]\nid = "z-home"\nimporter = "bmlt"\nfellowship = "na"\nhome = true\n'
    (data / "sources.toml").write_text(home + 'url = "https://bmlt.example.org/main_server"\n')
    shell.patch.setenv("OPENCHAIR_DATA_DIR", str(data))
    path = str(a_list(tmp_path, rows(1)))
    for name in ("a-other", "z-home"):
        shell.run("import", "--format", "bmlt", "--file", path, "--as", name, "--json")

    found = shell.run("search", "--near", "Brooklyn, NY", "--radius", "100km", "--json").json()

    assert [each["source"] for each in found["meetings"]] == ["z-home"]


def test_search_reads_well_on_a_terminal(shell: Shell, tmp_path: Path) -> None:
    import_(shell, a_list(tmp_path, rows(1)))

    ended = shell.run("search", "--near", "Brooklyn, NY", "--radius", "100km")

    assert "Group 1" in ended.out
    assert "Tuesdays at 7:30 pm" in ended.out
    assert ended.out.endswith("1 of 1\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["search", "--near", "Xyzzyville"], "near: We know no place of that name."),
        (["search", "--near", "Springfield"], "near: Several places may be meant:"),
        (["search", "--at", "40,-73", "--radius", "-1km"], "radius_km: This must be from"),
        (["search", "--at", "40,-73", "--radius", "10000km"], "radius_km: This must be from"),
        (["search", "--at", "40,-73", "--radius", "wide"], "radius: A length looks like 25km"),
        (["search", "--day", "8"], "day: This must be one of"),
        (["import", "nowhere"], "there is no source nowhere"),
        (["import", "--file", "x"], "--file needs --format and --as"),
        (["import", "--format", "xml", "--file", "x", "--as", "y"], "there is no importer 'xml'"),
        (["import", "--format", "bmlt", "--file", "x", "--as", "a b"], "a source id is letters"),
        (["nonsense"], "No such command"),
    ],
)
def test_wrong_use_is_one_sentence_and_exit_code_2(
    shell: Shell, arguments: list[str], sentence: str
) -> None:
    ended = shell.run(*arguments)

    assert ended.code == 2
    assert sentence in " ".join(ended.err.split())
    assert "Traceback" not in ended.err


def test_a_setting_that_does_not_exist_is_named(shell: Shell) -> None:
    shell.patch.setenv("OPENCHAIR_BASEURL", "https://meetings.example")

    ended = shell.run("sources")

    assert ended.code == 2
    assert "did you mean OPENCHAIR_BASE_URL?" in " ".join(ended.err.split())


def test_sources_tells_what_became_of_each_list(shell: Shell, tmp_path: Path) -> None:
    import_(shell, a_list(tmp_path, rows(3)))

    ended = shell.run("sources", "--json")

    (state,) = ended.json()["sources"]
    assert (state["id"], state["state"], state["accepted_count"]) == ("na-test", "accepted", 3)
    assert "na-test" in shell.run("sources").out
