"""The root servers of NA that are known beforehand: root_servers.toml (bmlt.md 2.18)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

from importers._bmlt_payloads import root_url
from importers._operator_files import as_tables, as_text, as_zone, parse_toml

_FILE = "root_servers.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class RootServer:
    """One server of the list; "" and None where its meetings share no country or zone."""

    id: int  # of the list, which is not the number that the aggregator gives it
    name: str
    url: str
    country: str = ""
    timezone: ZoneInfo | None = None


def root_servers() -> list[RootServer]:
    return list(_by_address().values())


def root_server(url: str) -> RootServer | None:
    """
    Return the known server at *url*, however that is written.

    The address decides and not the number: the aggregator numbers its servers itself
    (bmlt.md 2.13), and a zone on the wrong server would put every hour wrong.
    """
    return _by_address().get(_address(url))


@cache
def _by_address() -> Mapping[str, RootServer]:
    text = resources.files("importers").joinpath(_FILE).read_text(encoding="utf-8")
    entries = as_tables(parse_toml(text, file=_FILE)["servers"], where=_FILE)
    return {_address(server.url): server for server in map(_server, entries)}


def _server(entry: Mapping[str, object]) -> RootServer:
    where = f"{_FILE}, server {entry['id']}"
    return RootServer(
        id=int(str(entry["id"])),
        name=as_text(entry["name"], where=where),
        url=as_text(entry["url"], where=where),
        country=as_text(entry.get("country", ""), where=where),
        timezone=as_zone(entry["timezone"], where=where) if "timezone" in entry else None,
    )


def _address(url: str) -> str:
    return root_url(url).partition("://")[2].casefold()
