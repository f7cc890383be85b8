import json
from pathlib import Path

import pytest

from tests.gazetteer import small_world
from web.cli import main

DUMP = Path(__file__).parent / "data" / "geonames"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("OPENCHAIR_DATA_DIR", str(tmp_path))
    small_world(tmp_path).close()
    return tmp_path


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    return int(ended.value.code or 0)


@pytest.mark.usefixtures("folder")
def test_a_typed_place_is_shown_as_the_api_shows_it(capsys: pytest.CaptureFixture[str]) -> None:
    code = run("places", "find", "SW1A 1AA", "--json")

    assert code == 0
    assert json.loads(capsys.readouterr().out) == {
        "places": [
            {
                "name": "SW1A 1 Westminster",
                "region": "England",
                "country": "GB",
                "latitude": 51.502,
                "longitude": -0.139,
                "kind": "postcode",
                "slug": "gb-sw1a-1",
            }
        ]
    }


@pytest.mark.usefixtures("folder")
def test_choices_are_marked_and_a_clear_place_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    run("places", "find", "Springfield")
    several = capsys.readouterr().out.splitlines()
    run("places", "find", "London")
    one = capsys.readouterr().out.splitlines()

    assert [line[0] for line in several] == ["?"] * 5 + [" "]  # the last has 14,000 people
    assert one[0].startswith("  London, England, United Kingdom  town  51.51, -0.13  gb-london")


@pytest.mark.usefixtures("folder")
def test_a_place_that_nobody_knows_is_nothing_found() -> None:
    assert run("places", "find", "Atlantis") == 1


def test_a_dump_becomes_the_gazetteer_that_is_asked(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    built = run("places", "build", "--from", str(DUMP))
    said = capsys.readouterr().err
    found = run("places", "find", "Hafen")

    assert (built, found) == (0, 0)
    assert str(folder / "gazetteer") in said.replace("\n", "")
    assert "us-me-harbour" in capsys.readouterr().out


def test_a_folder_that_is_no_dump_fails_with_one_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run("places", "build", "--from", str(folder))

    assert code == 3
    said = " ".join(capsys.readouterr().err.split())
    assert said.endswith("holds no dump/cities500.txt")
