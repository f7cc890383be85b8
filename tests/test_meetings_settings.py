import re
from pathlib import Path

import pytest

from meetings.errors import SettingsError
from meetings.settings import Listen, LogFormat, Settings, read_settings


def test_without_variables_the_defaults_hold() -> None:
    assert read_settings({"HOME": "/", "PATH": "/bin"}) == Settings()


def test_every_setting_is_read() -> None:
    settings = read_settings(
        {
            "OPENCHAIR_DATABASE_URL": "postgresql+psycopg://db.example/openchair",
            "OPENCHAIR_BASE_URL": "https://meetings.example/",
            "OPENCHAIR_UID_HOST": "uid.example",
            "OPENCHAIR_DATA_DIR": "/srv/data",
            "OPENCHAIR_REFRESH": "off",
            "OPENCHAIR_CONTACT": "https://meetings.example/about",
            "OPENCHAIR_TILE_URL": "https://tiles.example/{z}/{x}/{y}.png",
            "OPENCHAIR_TILE_ATTRIBUTION": "© Mappers",
            "OPENCHAIR_GEOCODER": "nominatim https://geocoder.example",
            "OPENCHAIR_PLACE_GEOCODER": "photon https://places.example/photon",
            "OPENCHAIR_METRICS_PORT": "9100",
            "OPENCHAIR_TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/8 ::1",
            "OPENCHAIR_LOG_FORMAT": "json",
        }
    )

    assert settings == Settings(
        database_url="postgresql+psycopg://db.example/openchair",
        base_url="https://meetings.example",
        uid_host="uid.example",
        data_dir=Path("/srv/data"),
        refresh=False,
        contact="https://meetings.example/about",
        tile_url="https://tiles.example/{z}/{x}/{y}.png",
        tile_attribution="© Mappers",
        geocoder="nominatim https://geocoder.example",
        place_geocoder="photon https://places.example/photon",
        metrics=Listen("127.0.0.1", 9100),
        trusted_proxies=("127.0.0.1/32", "10.0.0.0/8", "::1/128"),
        log_format=LogFormat.JSON,
    )


def test_metrics_may_be_asked_from_elsewhere_when_the_operator_says_so() -> None:
    settings = read_settings({"OPENCHAIR_METRICS_PORT": "0.0.0.0:9100"})

    assert settings.metrics == Listen("0.0.0.0", 9100)  # noqa: S104 - what the operator chose


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql+psycopg://user:secret@db.example/openchair\n")

    settings = read_settings({"OPENCHAIR_DATABASE_URL_FILE": str(tmp_path / "url")})

    assert settings.database_url == "postgresql+psycopg://user:secret@db.example/openchair"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        (
            "OPENCHAIR_DATABSE_URL",
            "sqlite+aiosqlite:///a.db",
            "did you mean OPENCHAIR_DATABASE_URL",
        ),
        ("OPENCHAIR_DATABASE_URL", "mysql://db.example", "sqlite+aiosqlite"),
        ("OPENCHAIR_BASE_URL", "meetings.example", "https://host.example"),
        ("OPENCHAIR_REFRESH", "maybe", "on or off"),
        ("OPENCHAIR_GEOCODER", "google", "nominatim or photon or pelias"),
        ("OPENCHAIR_PLACE_GEOCODER", "google https://a.example", "nominatim or photon or pelias"),
        ("OPENCHAIR_PLACE_GEOCODER", "nominatim", "a space and an address"),
        ("OPENCHAIR_PLACE_GEOCODER", "photon ftp://a.example", "a space and an address"),
        ("OPENCHAIR_CONTACT_FILE", "/no/such/file", "cannot be read"),
        ("OPENCHAIR_METRICS_PORT", "metrics", "a port such as 9100"),
        ("OPENCHAIR_TRUSTED_PROXIES", "proxy.example", "addresses or networks"),
        ("OPENCHAIR_LOG_FORMAT", "xml", "text or json"),
    ],
)
def test_a_setting_that_cannot_be_is_one_sentence(name: str, value: str, words: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(words)):
        read_settings({name: value})


@pytest.mark.parametrize(
    ("url", "attribution"),
    [
        ("http://tiles.example/{z}/{x}/{y}.png", "© Mappers"),
        ("https://tiles.example/{z}/{x}.png", "© Mappers"),
        ("https://tiles.example; script-src */{z}/{x}/{y}", "© Mappers"),
        ("https://tiles.example/{z}/{x}/{y}.png", ""),
    ],
    ids=["not encrypted", "no row", "not a host", "nobody named"],
)
def test_a_street_map_that_cannot_be_is_refused(url: str, attribution: str) -> None:
    with pytest.raises(SettingsError, match="OPENCHAIR_TILE_"):
        Settings(tile_url=url, tile_attribution=attribution)
