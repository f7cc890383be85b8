import json
from zoneinfo import ZoneInfo

import pytest

from importers._bmlt_servers import root_server, root_servers
from importers._countries import country_code
from tests.shared import shared


def test_a_server_is_known_by_its_address_however_it_is_written() -> None:
    spellings = (
        "https://bmlt.newyorkna.org/main_server/",
        "https://bmlt.newyorkna.org/main_server",
        "http://BMLT.newyorkna.org/main_server/client_interface/json/",
    )

    found = [root_server(url) for url in spellings]

    assert [server and server.timezone for server in found] == [ZoneInfo("America/New_York")] * 3
    assert root_server("https://unknown.example/main_server") is None


def test_servers_with_several_clocks_or_countries_have_no_default() -> None:
    by_id = {server.id: server for server in root_servers()}

    assert [by_id[id_].timezone for id_ in (100, 124, 145, 146, 158)] == [None] * 5
    assert by_id[113].country == ""  # the island has two


def test_every_country_is_an_iso_code() -> None:
    countries = {server.country for server in root_servers() if server.country}

    assert countries == {country_code(country) for country in countries}


@pytest.mark.lists
def test_all_servers_of_the_aggregators_list_are_there_as_it_names_them() -> None:
    listed = json.loads(shared("data/bmlt/servers/serverList.json").read_bytes())

    assert [(str(s.id), s.name, s.url) for s in root_servers()] == [
        (each["id"], each["name"], each["url"]) for each in listed
    ]
