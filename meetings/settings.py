"""Settings from OPENCHAIR_* variables, checked once, with defaults that work."""

import difflib
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs

from meetings.errors import SettingsError

PREFIX = "OPENCHAIR_"
NAMES = (
    "BASE_URL",
    "CONTACT",
    "DATABASE_URL",
    "DATA_DIR",
    "GEOCODER",
    "LOG_FORMAT",
    "METRICS_PORT",
    "PLACE_GEOCODER",
    "REFRESH",
    "TILE_ATTRIBUTION",
    "TILE_URL",
    "TRUSTED_PROXIES",
    "UID_HOST",
)
GEOCODERS = ("nominatim", "photon", "pelias")
_HOST = re.compile(r"[\w.-]+(:\d+)?", re.ASCII)  # it goes into a header
DATABASES = ("sqlite+aiosqlite:", "postgresql+psycopg:")
LOOPBACK = "127.0.0.1"


class LogFormat(StrEnum):
    """How log lines look on standard error."""

    TEXT = "text"
    JSON = "json"  # and one line for each request


@dataclass(frozen=True, slots=True)
class Listen:
    """Where a port is opened."""

    host: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One installation's choices; README's table says what each is for."""

    database_url: str = "sqlite+aiosqlite:///openchair.db"
    base_url: str = ""  # "" until the operator knows under which address people come
    uid_host: str = "calendar.invalid"  # in every event's UID: constant for ever, and neutral
    data_dir: Path = Path(platformdirs.user_data_dir("openchair"))
    refresh: bool = True
    contact: str = ""  # goes into the User-Agent, so that publishers can reach the operator
    tile_url: str = ""  # "https://host/{z}/{x}/{y}.png": a street map that visitors may ask for
    tile_attribution: str = ""  # what its server wants to be named by
    geocoder: str = ""  # "nominatim", or "photon https://host": asked about addresses of venues
    place_geocoder: str = ""  # "nominatim https://host": is sent the places that people type
    metrics: Listen | None = None  # where Prometheus asks
    trusted_proxies: tuple[str, ...] = ()  # networks whose forwarded headers are believed
    log_format: LogFormat = LogFormat.TEXT

    def __post_init__(self) -> None:
        if not self.database_url.startswith(DATABASES):
            raise SettingsError(f"OPENCHAIR_DATABASE_URL must begin with {' or '.join(DATABASES)}")
        if self.geocoder and self.geocoder.split()[0] not in GEOCODERS:
            raise SettingsError(f"OPENCHAIR_GEOCODER must begin with {' or '.join(GEOCODERS)}")
        self._check_tiles()
        self._check_place_geocoder()
        url = urlsplit(self.base_url)
        if self.base_url and (url.scheme not in ("http", "https") or not url.hostname):
            raise SettingsError(
                "OPENCHAIR_BASE_URL must be an address such as https://host.example"
            )

    @property
    def place_geocoder_host(self) -> str:
        """Return the host that learns what people type, "" where nobody does."""
        return urlsplit(self.place_geocoder.partition(" ")[2].strip()).hostname or ""

    def _check_place_geocoder(self) -> None:
        """Refuse one without an address: a public service asks not to be sent visitors' words."""
        if not self.place_geocoder:
            return
        service, _, address = self.place_geocoder.partition(" ")
        is_address = urlsplit(address.strip()).scheme in ("http", "https")
        if service not in GEOCODERS or not is_address or not self.place_geocoder_host:
            raise SettingsError(
                f"OPENCHAIR_PLACE_GEOCODER must be {' or '.join(GEOCODERS)}, a space and an address"
                " such as https://host.example"
            )

    def _check_tiles(self) -> None:
        if not self.tile_url:
            return
        url = urlsplit(self.tile_url)
        has_parts = all(part in url.path + url.query for part in ("{z}", "{x}", "{y}"))
        if url.scheme != "https" or not _HOST.fullmatch(url.netloc) or not has_parts:
            raise SettingsError(
                "OPENCHAIR_TILE_URL must be an address such as https://host.example/{z}/{x}/{y}.png"
            )
        if not self.tile_attribution:
            raise SettingsError("OPENCHAIR_TILE_URL needs OPENCHAIR_TILE_ATTRIBUTION beside it")


def read_settings(environment: Mapping[str, str]) -> Settings:
    """
    Return the settings that *environment* gives, in NAME or, for secrets, in the file NAME_FILE.

    Raises:
        SettingsError: for a name that does not exist, with the nearest that does.
    """
    given = {
        _known(name.removeprefix(PREFIX)): value
        for name, value in environment.items()
        if name.startswith(PREFIX)
    }
    values: dict[str, str] = {}
    for name, value in given.items():
        values[name.removesuffix("_FILE").lower()] = _content(name, value)
    default = Settings()
    return Settings(
        database_url=values.get("database_url", default.database_url),
        base_url=values.get("base_url", default.base_url).rstrip("/"),
        uid_host=values.get("uid_host", default.uid_host),
        data_dir=Path(values["data_dir"]) if "data_dir" in values else default.data_dir,
        refresh=_switch(values.get("refresh", "on")),
        contact=values.get("contact", default.contact),
        tile_url=values.get("tile_url", default.tile_url).strip(),
        tile_attribution=values.get("tile_attribution", default.tile_attribution).strip(),
        geocoder=values.get("geocoder", default.geocoder).strip(),
        place_geocoder=values.get("place_geocoder", default.place_geocoder).strip(),
        metrics=_listen(values.get("metrics_port", "")),
        trusted_proxies=_networks(values.get("trusted_proxies", "")),
        log_format=_log_format(values.get("log_format", default.log_format)),
    )


def _known(name: str) -> str:
    if name.removesuffix("_FILE") in NAMES:
        return name
    near = difflib.get_close_matches(name, NAMES, n=1, cutoff=0)
    raise SettingsError(f"there is no setting {PREFIX}{name}; did you mean {PREFIX}{near[0]}?")


def _content(name: str, value: str) -> str:
    if not name.endswith("_FILE"):
        return value
    try:
        return Path(value).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as problem:
        raise SettingsError(f"{PREFIX}{name} names a file that cannot be read") from problem


def _switch(value: str) -> bool:
    try:
        return {"on": True, "off": False}[value.lower()]
    except KeyError:
        raise SettingsError("OPENCHAIR_REFRESH must be on or off") from None


def _listen(value: str) -> Listen | None:
    """Return where "9100" or "0.0.0.0:9100" is; a port alone is on this machine only."""
    if not value.strip():
        return None
    host, _, port = value.strip().rpartition(":")
    if not port.isdecimal() or not 1 <= int(port) <= 65535:
        raise SettingsError("OPENCHAIR_METRICS_PORT must be a port such as 9100, or HOST:PORT")
    return Listen(host.strip("[]") or LOOPBACK, int(port))


def _networks(value: str) -> tuple[str, ...]:
    try:
        return tuple(str(ipaddress.ip_network(each)) for each in value.replace(",", " ").split())
    except ValueError:
        raise SettingsError(
            "OPENCHAIR_TRUSTED_PROXIES must be addresses or networks such as 127.0.0.1, 10.0.0.0/8"
        ) from None


def _log_format(value: str) -> LogFormat:
    try:
        return LogFormat(value.strip().lower())
    except ValueError:
        raise SettingsError("OPENCHAIR_LOG_FORMAT must be text or json") from None
