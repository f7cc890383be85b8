import datetime as dt
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from importers._registry import get_importer, importer_names
from importers._source import Source
from importers._sources import as_told, load_sources, read_sources, whole_of
from meetings.errors import SettingsError

OURS = """
[[sources]]
id = "county-smart"
importer = "smart_bundle"
fellowship = "smart"
url = "https://smart.example/list.json"
every = 24
contact = "list@example.org"
"""


def folder_with(folder: Path, text: str) -> Path:
    (folder / "sources.toml").write_text(text, encoding="utf-8")
    return folder


def test_the_shipped_sources_are_there_without_any_file(tmp_path: Path) -> None:
    shipped = load_sources(None)

    assert load_sources(tmp_path) == shipped
    assert [source.id for source in shipped if source.enabled] == [
        "na",
        "virtual-na",
        "recovery-dharma",
        "refuge-recovery",
    ]


def test_smart_is_known_and_off_until_its_permission_was_asked_for() -> None:
    (smart,) = [source for source in load_sources(None) if not source.enabled]

    assert (smart.id, smart.importer, smart.fellowship) == ("smart-us", "pathminder", "smart")
    assert "Ask SMART Recovery for permission" in smart.terms


def test_the_export_of_na_is_one_source_with_parts() -> None:
    sources = load_sources(None)

    whole = whole_of("na-102", sources)

    assert whole is not None
    assert whole.id == "na"
    assert whole_of("virtual-na-1", sources) is None


def test_the_operator_changes_one_root_server_of_the_export(tmp_path: Path) -> None:
    told = '[[sources]]\nid = "na-5"\nimporter = "bmlt"\nfellowship = "na"\n'
    sources = load_sources(
        folder_with(tmp_path, f'{told}timezone = "Asia/Tokyo"\nenabled = false\n')
    )
    read = Source(id="na-5", importer="bmlt", fellowship="na", title="Its name", country="JP")

    changed = as_told(read, sources)

    assert changed == replace(read, timezone=ZoneInfo("Asia/Tokyo"), enabled=False)
    assert as_told(replace(read, id="na-6"), sources) == replace(read, id="na-6")


def test_a_root_servers_own_numbers_are_kept_apart_from_the_exports(tmp_path: Path) -> None:
    own = '[[sources]]\nid = "na-5"\nimporter = "bmlt"\nfellowship = "na"\n'

    with pytest.raises(SettingsError, match="a list of its own needs another id"):
        load_sources(folder_with(tmp_path, f'{own}url = "https://bmlt.example/main_server"'))


def test_every_shipped_source_has_an_importer() -> None:
    assert {source.importer for source in load_sources(None)} <= set(importer_names())


def test_the_operator_adds_a_source(tmp_path: Path) -> None:
    *_, added = load_sources(folder_with(tmp_path, OURS))

    assert added == Source(
        id="county-smart",
        importer="smart_bundle",
        fellowship="smart",
        url="https://smart.example/list.json",
        every=dt.timedelta(hours=24),
        contact="list@example.org",
    )


def test_the_operator_changes_a_shipped_source_key_by_key(tmp_path: Path) -> None:
    changed = '[[sources]]\nid = "virtual-na"\nenabled = false\nhome = true\n'

    _, virtual, *_ = load_sources(folder_with(tmp_path, changed))

    assert (virtual.enabled, virtual.home) == (False, True)
    assert virtual.url == "https://bmlt.virtual-na.org/main_server"


def test_one_file_can_be_read_alone(tmp_path: Path) -> None:
    (source,) = read_sources(folder_with(tmp_path, OURS) / "sources.toml")

    assert source.id == "county-smart"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[[sources]", "sources.toml is not TOML"),
        ("[[source]]", "sources.toml has the unknown key 'source'; the nearest is 'sources'"),
        ("[[sources]]", "the id of a source must be text"),
        (f"{OURS}colour = 1", "source county-smart has the unknown key 'colour'"),
        (f"{OURS}{OURS}", "has the source county-smart twice"),
        ('[[sources]]\nid = "x"', "source x needs the key 'importer'"),
        (f'{OURS}timezone = "EST"', "county-smart, timezone must be a zone"),
        (f'{OURS}country = "USA"', "county-smart, country must be an ISO code"),
        (f'{OURS}home = "yes"', "county-smart, home must be true or false"),
        (OURS.replace("24", "0"), "every must be a number of hours"),
        (OURS.replace("https", "ftp"), "url must be an http or https link"),
        (OURS.replace("county-smart", "a b"), "a source id is letters"),
        (f"{OURS}home = true{OURS.replace('county', 'b')}home = true", "only one source may"),
    ],
)
def test_a_broken_file_is_one_clear_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        load_sources(folder_with(tmp_path, text))


def test_the_folder_is_the_list_of_importers() -> None:
    names = importer_names()

    assert {"bmlt", "smart_bundle"} <= set(names)
    assert not any(name.startswith("_") for name in names)


def test_every_importer_says_what_it_reads() -> None:
    for name in importer_names():
        importer = get_importer(name)
        assert importer.TITLE
        assert importer.SPEC.startswith("https://")
        assert importer.IS_WINDOWED in (True, False)


def test_an_unknown_importer_names_those_that_exist() -> None:
    with pytest.raises(SettingsError, match=r"no importer 'excel'; there are bmlt, "):
        get_importer("excel")
