import datetime as dt
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from meetings.model import (
    Accuracy,
    Admission,
    Online,
    OtherFormat,
    Point,
    Rule,
    Schedule,
    Status,
    TimezoneSource,
    Venue,
    VenueType,
)
from tests.make import a_meeting, a_schedule
from tests.serving import serving
from web.bmlt.bodies import publisher_number
from web.bmlt.keys import meeting_keys

NEAR = Point(36.065752051707, -79.793701171875)
AT = f"&lat_val={NEAR.latitude}&long_val={NEAR.longitude}"
ROOT = "https://meetings.example/main_server"


HERE = publisher_number("t")


def starting(clock: str, minutes: int = 60, **changes: Any) -> Schedule:

    return a_schedule(
        start=dt.time.fromisoformat(clock), duration=dt.timedelta(minutes=minutes), **changes
    )


# The centre and the two points of upstream's own tests (bmlt.md 3.6).
MEETINGS = [
    a_meeting(
        id="t:1",
        point=NEAR,
        accuracy=Accuracy.EXACT,
        venue=Venue(name="Example Hall", town="Greensboro", region="NC", transit="Bus: 5"),
        formats=("step_study", "wheelchair"),
        admission=Admission.OPEN,
        languages=("es",),
        service_body="Example Area",
        service_body_helpline="212-555-0100",
    ),
    a_meeting(
        id="t:2",
        name="Second Street Group",
        point=Point(36.0733691, -79.8240715),
        accuracy=Accuracy.EXACT,
        schedule=starting("23:30", rules=(Rule(weekday=7, ordinals=(1, 3)),)),
        admission=Admission.CLOSED,
        other_formats=(OtherFormat(code="ZZ", name="Of this list"),),
    ),
    a_meeting(
        id="t:3",
        point=Point(36.0869819, -79.9023415),
        accuracy=Accuracy.EXACT,
        status=Status.CLOSED_FOR_NOW,
        schedule=starting("08:00", 90, rules=(Rule(weekday=1), Rule(weekday=3))),
    ),
    a_meeting(
        id="t:4",
        venue_type=VenueType.ONLINE,
        online=Online(url="https://meet.example/4", phone="+1 646 555 0100", notes="Ask"),
        schedule=starting("12:00", timezone=None, timezone_source=TimezoneSource.UNKNOWN),
    ),
    a_meeting(
        id="s:5",
        fellowship="smart",
        name="Four Points",
        point=NEAR,
        accuracy=Accuracy.EXACT,
        formats=("discussion",),
        admission=Admission.OWN_RECOVERY,
    ),
    a_meeting(id="t:6", schedule=None),
    a_meeting(id="t:7", admission=Admission.INSTITUTION),
]


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    async with serving(tmp_path, MEETINGS) as opened:
        yield opened


async def asked(client: httpx2.AsyncClient, query: str, scope: str = "") -> Any:
    path = f"{scope}/main_server/client_interface/json/?switcher="
    answer = await client.get(path + query)
    assert answer.status_code == 200, answer.text
    assert "\n" not in answer.text
    return answer.json()


async def found(client: httpx2.AsyncClient, query: str, scope: str = "") -> list[str]:
    rows = await asked(client, f"GetSearchResults&{query}", scope)
    return [row["id_bigint"] for row in rows]


async def test_a_meeting_is_a_row_of_strings_in_the_order_of_bmlt(
    client: httpx2.AsyncClient,
) -> None:
    (row,) = await asked(client, "GetSearchResults&meeting_ids=1")

    assert tuple(row)[:20] == meeting_keys()[:20]
    assert {type(value) for value in row.values()} == {str}
    expected = {
        "id_bigint": "1",
        "worldid_mixed": "",
        "service_body_name": "Example Area",
        "weekday_tinyint": "3",
        "venue_type": "1",
        "start_time": "19:30:00",
        "duration_time": "01:00:00",
        "time_zone": "America/New_York",
        "formats": "O,ES,St,WC",
        "format_shared_id_list": "9,17,27,33",
        "lang_enum": "es",
        "latitude": "36.065752051707",
        "longitude": "-79.793701171875",
        "distance_in_km": "",
        "published": "1",
        "root_server_uri": ROOT,
        "location_text": "Example Hall",
        "bus_lines": "5",
        "contact_name_1": "",
    }
    assert {name: row[name] for name in expected} == expected


async def test_one_address_answers_with_one_fellowship_and_one_with_all(
    client: httpx2.AsyncClient,
) -> None:
    assert "5" not in await found(client, "")
    assert "5" in await found(client, "", "/all")


async def test_rows_follow_weekday_and_time_with_one_for_each_weekday(
    client: httpx2.AsyncClient,
) -> None:
    assert await found(client, "") == ["2", "3", "4", "1", "300000003"]


async def test_a_closed_building_has_no_venue_type_and_the_format_that_says_so(
    client: httpx2.AsyncClient,
) -> None:
    (row,) = await asked(client, "GetSearchResults&meeting_ids=3")

    assert (row["venue_type"], row["formats"], row["format_shared_id_list"]) == ("", "TC", "55")


async def test_what_weekly_rows_cannot_say_stands_in_the_comments(
    client: httpx2.AsyncClient,
) -> None:
    (row,) = await asked(client, "GetSearchResults&meeting_ids=2")

    assert row["comments"].startswith("Not every week: First and third Sunday")


async def test_other_fellowships_have_numbers_of_their_own_and_no_world_ids(
    client: httpx2.AsyncClient,
) -> None:
    answer = await asked(client, "GetSearchResults&meeting_ids=5&get_used_formats", "/all")

    assert [f["id"] for f in answer["formats"]] == ["1008", "1102"]
    assert {f["world_id"] for f in answer["formats"]} == {""}


# By query: the rows, in their order.
FINDS = {
    "weekdays=3": ["4", "1"],
    "weekdays[]=1&weekdays[]=4": ["2", "300000003"],
    "weekdays=-3": ["2", "3", "300000003"],
    "weekdays=1,2": ["2", "3"],
    "weekdays=x": [],
    "weekdays=": ["2", "3", "4", "1", "300000003"],
    "venue_types=1": ["2", "1"],
    "venue_types=-2": ["2", "1"],
    "venue_types=2": ["4"],
    "formats=17": ["1"],
    "formats=4,17": [],
    "formats=4,17&formats_comparison_operator=OR": ["2", "1"],
    "formats[]=-17&weekdays=3": ["4"],
    "StartsAfterH=19&StartsAfterM=30": ["2"],
    "StartsAfterH=19&StartsAfterM=29&weekdays=3": ["1"],
    "StartsBeforeH=12": ["3", "300000003"],
    "EndsBeforeH=9&EndsBeforeM=30": ["2", "3", "300000003"],  # 2 ends at 00:30
    "EndsBeforeH=20&EndsBeforeM=30": ["3", "4", "1", "300000003"],
    "MinDurationH=1&MinDurationM=30": ["3", "300000003"],
    "MaxDurationH=1": ["2", "4", "1"],
    "meeting_key=location_municipality&meeting_key_value=Greensboro": ["1"],
    "meeting_key=start_time&meeting_key_value=8:00": ["3", "300000003"],
    "meeting_key=weekday_tinyint&meeting_key_value[]=1": ["2"],
    "meeting_key=formats&meeting_key_value=TC": [],
    "meeting_key=start_time": [],
    "meeting_key=nothing&meeting_key_value=1": [],
    "SearchString=second%20group": ["2"],
    "SearchString=1,4": ["4", "1"],
    "SearchString=x": ["2", "3", "4", "1", "300000003"],
    "sort_keys=meeting_name,id_bigint": ["1", "3", "4", "300000003", "2"],
    "sort_keys=location_municipality": ["1", "2", "3", "4", "300000003"],
    "page_size=2": ["2", "3"],
    "page_size=2&page_num=3": ["300000003"],
    "page_size=2&page_num=4": [],
    "advanced_published=0&weekdays=3": ["4", "1"],
    "lat_val=1": [],
    "lat_val=1&long_val=1": [],
    f"geo_width={AT}": [],
    f"geo_width=1{AT}": ["1"],
    f"geo_width_km=10{AT}": ["2", "1"],
    f"geo_width=10{AT}&sort_results_by_distance=1": ["1", "2", "3", "300000003"],
    f"geo_width=-3{AT}&sort_results_by_distance=1": ["1", "2", "3", "300000003"],
    f"geo_width=-2{AT}&sort_results_by_distance=1": ["1", "2"],
    f"geo_width=-0.5{AT}": ["1"],
    f"geo_width=-99{AT}": ["2", "3", "1", "300000003"],
    "geo_width=-1&lat_val=40.65&long_val=-73.95": ["1"],  # 450 miles away, and exactly one
    "geo_width=-2&lat_val=40.65&long_val=-73.95": ["2", "1"],
    "geo_width=200&lat_val=40.65&long_val=-73.95": [],
    f"geo_width=0{AT}": ["1"],
    f"geo_width=nonsense&geo_width_km=10{AT}": ["2", "1"],
    f"geo_width=1&geo_width_km=10{AT}": ["1"],
    f"data_field_key=id_bigint,distance_in_km&weekdays=1,3{AT}": ["2", "4", "1"],
    f"data_field_key=id_bigint&weekdays=1{AT}": [],
    f"geo_width=10{AT}&sort_keys=distance_in_km,id_bigint": ["1", "2", "3", "300000003"],
    "SearchString=Brooklyn%2C+NY&StringSearchIsAnAddress=1": ["2", "3", "1", "300000003"],
    "SearchString=Brooklyn%2C+NY&StringSearchIsAnAddress=1&SearchStringRadius=-1": ["1"],
    "SearchString=Brooklyn%2C+NY&StringSearchIsAnAddress=1&SearchStringRadius=100": [],
    "SearchString=Nowhere+Atall&StringSearchIsAnAddress=1": [],
    "SearchString=1,4&meeting_ids=4": ["4"],
    "SearchString=1,4&meeting_ids=-4": ["1"],
    "SearchString=1,4&meeting_ids=2": [],
    "meeting_ids=1,4": ["4", "1"],
    "meeting_ids[]=-2&meeting_ids[]=-3": ["4", "1", "300000003"],
    "meeting_ids%5B%5D=1&meeting_ids%5B%5D=4": ["4", "1"],
    "formats=17,9": ["1"],
    "formats=17,-9": [],
    "StartsAfterM=30&StartsBeforeH=12": ["3", "300000003"],
    "StartsAfterH=99": ["2"],  # clamped to 23:00
    "sort_key=weekday": ["2", "3", "1", "4", "300000003"],
    "sort_key=time": ["2", "3", "4", "1", "300000003"],
    "sort_key=town": ["1", "2", "3", "4", "300000003"],
    "sort_key=state": ["1", "2", "3", "4", "300000003"],
    "sort_key=weekday_state": ["2", "3", "1", "4", "300000003"],
    "page_num=2": ["2", "3", "4", "1", "300000003"],
    f"root_server_ids={HERE}": ["2", "3", "4", "1", "300000003"],
    f"root_server_ids[]=-{HERE}": [],
    f"root_server_ids={HERE},1": ["2", "3", "4", "1", "300000003"],  # takes no comma list
    "callingApp=x&unheard_of=1&weekdays=1": ["2"],
}


async def test_each_parameter_finds_what_it_means(client: httpx2.AsyncClient) -> None:
    assert {query: await found(client, query) for query in FINDS} == FINDS


async def test_distances_are_printed_as_the_original_prints_them(
    client: httpx2.AsyncClient,
) -> None:
    rows = await asked(
        client, f"GetSearchResults&geo_width=10&sort_results_by_distance=1&page_size=3{AT}"
    )

    assert rows[0]["distance_in_km"] == rows[0]["distance_in_miles"] == "0"
    assert rows[1]["distance_in_miles"].startswith("1.77")
    assert rows[1]["distance_in_km"].startswith("2.85")
    assert rows[2]["distance_in_miles"].startswith("6.23")
    assert rows[2]["distance_in_km"].startswith("10.03")
    assert all(len(row["distance_in_km"].replace(".", "")) <= 14 for row in rows)


async def test_chosen_fields_come_in_the_order_of_the_server(client: httpx2.AsyncClient) -> None:
    query = "GetSearchResults&meeting_ids=1&data_field_key="
    (chosen,) = await asked(client, f"{query}meeting_name,id_bigint,nonsense")
    (unknown,) = await asked(client, f"{query}nonsense")

    assert list(chosen) == ["id_bigint", "meeting_name"]
    assert len(unknown) > 40


@pytest.mark.parametrize("value", ["", "=", "=0", "=1"])
async def test_the_envelope_comes_by_presence(client: httpx2.AsyncClient, value: str) -> None:
    both = await asked(client, f"GetSearchResults&meeting_ids=1&get_used_formats{value}")
    formats = await asked(
        client, f"GetSearchResults&meeting_ids=1&get_used_formats&get_formats_only{value}"
    )

    assert [list(both), list(formats)] == [["meetings", "formats"], ["formats"]]
    assert formats["formats"] == both["formats"]
    assert [f["id"] for f in both["formats"]] == ["9", "17", "27", "33"]
    assert {f["root_server_uri"] for f in both["formats"]} == {ROOT}


async def test_formats_that_clients_ask_for_by_key_are_there_without_a_meeting(
    client: httpx2.AsyncClient,
) -> None:
    keys = "key_strings[]=TC&key_strings[]=VM&key_strings[]=HY"
    answer = await asked(client, f"GetFormats&lang_enum=en&{keys}")

    assert [f["id"] for f in answer] == ["54", "55", "56"]
    assert "56" not in [f["id"] for f in await asked(client, "GetFormats")]


async def test_every_row_has_a_service_body_and_bodies_have_their_parents(
    client: httpx2.AsyncClient,
) -> None:
    bodies = await asked(client, "GetServiceBodies")
    rows = await asked(client, "GetSearchResults")
    by_id = {body["id"]: body for body in bodies}
    own = next(body for body in bodies if body["name"] == "Example Area")
    above = await asked(client, f"GetServiceBodies&parents=1&services[]={own['id']}")
    top = next(body for body in bodies if body["parent_id"] == "0")
    below = await found(client, f"services={top['id']}&recursive=1")

    assert {row["service_body_bigint"] for row in rows} <= by_id.keys()
    assert own["helpline"] == "212-555-0100"
    assert {body["name"] for body in above} == {"Example Area", "t", "Narcotics Anonymous"}
    assert len(below) == len(rows)
    assert await found(client, f"services={own['id']}") == ["1"]
    assert await found(client, f"services=-{own['id']}&weekdays=3") == ["4"]


async def test_field_values_and_keys_and_the_area_are_told(client: httpx2.AsyncClient) -> None:
    values = await asked(client, "GetFieldValues&meeting_key=location_municipality")
    keys = await asked(client, "GetFieldKeys")
    (area,) = await asked(client, "GetCoverageArea")

    assert values == [
        {"location_municipality": "Greensboro", "ids": "1"},
        {"location_municipality": "NULL", "ids": "2,3,4,300000003"},
    ]
    assert [key["key"] for key in keys][:2] == ["id_bigint", "worldid_mixed"]
    assert area["nw_corner_latitude"] == "36.0869819"


async def test_changes_tell_the_last_one_of_each_meeting(client: httpx2.AsyncClient) -> None:
    all_of_them = await asked(client, "GetChanges&start_date=2026-11-18&end_date=2026-11-18")
    one = await asked(client, "GetChanges&meeting_id=1")

    assert len(all_of_them) == 4
    assert [change["meeting_id"] for change in one] == ["1"]
    assert one[0]["user_name"] == ""
    assert await asked(client, "GetChanges&start_date=2026-11-19") == []
    assert await asked(client, "GetChanges&end_date=2026-11-17") == []


async def test_changes_are_asked_by_the_number_of_any_row_and_by_body(
    client: httpx2.AsyncClient,
) -> None:
    other_day = await asked(client, "GetChanges&meeting_id=300000003")
    of_body = await asked(client, f"GetChanges&service_body_id={HERE}")

    assert [change["meeting_id"] for change in other_day] == ["300000003"]
    assert [change["meeting_id"] for change in of_body] == ["4", "3", "2"]
    assert await asked(client, "GetChanges&meeting_id=0") == []


async def test_the_last_day_there_is_is_a_day_too(client: httpx2.AsyncClient) -> None:
    assert len(await asked(client, "GetChanges&end_date=9999-12-31")) == 4


async def test_formats_and_bodies_are_those_of_the_publishers_asked_for(
    client: httpx2.AsyncClient,
) -> None:
    here, elsewhere = f"root_server_ids[]={HERE}", f"root_server_ids[]=-{HERE}"
    formats = await asked(client, f"GetFormats&{elsewhere}", "/all")
    bodies = await asked(client, f"GetServiceBodies&{elsewhere}", "/all")

    assert [each["id"] for each in formats] == ["1008", "1102"]
    assert {each["name"] for each in bodies} == {"s", "SMART Recovery"}
    assert await asked(client, f"GetFormats&{here}") == await asked(client, "GetFormats")
    assert await asked(client, "GetServiceBodies&root_server_ids=1") == []


async def test_formats_are_chosen_by_number_with_and_without(client: httpx2.AsyncClient) -> None:
    async def numbers(query: str) -> list[str]:
        return [each["id"] for each in await asked(client, f"GetFormats&{query}")]

    every = await numbers("")

    assert await numbers("format_ids=17,4") == ["4", "17"]
    assert await numbers("format_ids[]=-17") == [each for each in every if each != "17"]
    assert await numbers("format_ids=x") == []
    assert {"54", "55", "56"} <= set(await numbers("show_all=1"))
    assert await numbers("key_strings[]=O&key_strings[]=C") == ["4", "17"]
    assert await numbers("lang_enum[]=en&lang_enum[]=xx") == every


async def test_service_bodies_are_chosen_with_those_below(client: httpx2.AsyncClient) -> None:
    every = await asked(client, "GetServiceBodies")
    top = next(body["id"] for body in every if body["parent_id"] == "0")

    assert await asked(client, f"GetServiceBodies&services={top}&recursive=1") == every
    assert await asked(client, f"GetServiceBodies&services=-{top}&recursive=1") == []
    assert [b["id"] for b in await asked(client, f"GetServiceBodies&services={top}")] == [top]
    assert await asked(client, "GetServiceBodies&services=x") == []


async def test_field_values_are_those_of_rows_with_the_formats(client: httpx2.AsyncClient) -> None:
    async def ids(query: str) -> list[str]:
        values = await asked(client, f"GetFieldValues&meeting_key=weekday_tinyint&{query}")
        return [each["ids"] for each in values]

    assert await ids("") == ["2", "3", "1,4", "300000003"]
    assert await ids("specific_formats=4,17") == ["2", "1"]
    assert await ids("specific_formats=17,9&all_formats=1") == ["1"]
    assert await ids("specific_formats=4,17&all_formats=1") == []


REFUSED = {
    "json/?switcher=Nothing": 422,
    "json/": 422,
    "json/?switcher=GetNAWSDump&sb_id=1": 422,
    "csv/?switcher=GetSearchResults": 422,
    "csv/?switcher=GetNAWSDump": 422,
    "csv/?switcher=GetNAWSDump&sb_id=12345": 422,
    "jsonp/?switcher=GetFormats&callback=alert(1)//": 422,
    "jsonp/?switcher=GetFormats&callback=x%0Ay": 422,
    "json/?switcher=GetFieldValues": 400,
    "json/?switcher=GetFieldValues&meeting_key=nothing": 400,
    "json/?switcher=GetChanges&start_date=yesterday": 422,
    "json/?switcher=GetChanges&start_date=20261118": 422,
    "json/?switcher=GetChanges&end_date=2026-02-30": 422,
    "json/?switcher=GetChanges&meeting_id=x": 422,
    "tsml/?switcher=Nothing": 422,
    "jsonp/?switcher=Nothing": 422,
    "xml/?switcher=GetFormats": 404,
}


async def test_what_the_original_refuses_is_refused_with_a_message(
    client: httpx2.AsyncClient,
) -> None:
    for path, status in REFUSED.items():
        answer = await client.get(f"/main_server/client_interface/{path}")

        assert (path, answer.status_code) == (path, status)
        assert answer.json()["message"]
        assert answer.headers["access-control-allow-origin"] == "*"


async def test_jsonp_calls_the_callback_also_with_nothing(client: httpx2.AsyncClient) -> None:
    query = "switcher=GetSearchResults&get_used_formats&weekdays=9"
    named = await client.get(
        f"/main_server//client_interface/jsonp/?{query}&callback=jsonp_1795305600000_4711"
    )
    unnamed = await client.get("/main_server/client_interface/jsonp?switcher=GetServerInfo")

    assert named.text == '/**/jsonp_1795305600000_4711({"meetings":[],"formats":[]});'
    assert named.headers["content-type"] == "text/javascript; charset=UTF-8"
    assert json.loads(unnamed.text.removeprefix("/**/callback(").removesuffix(");"))


async def test_jsonp_has_no_character_that_ends_a_line_of_javascript(tmp_path: Path) -> None:
    many = [a_meeting(id=f"t:{n}", name="One\u2028two\u2029three") for n in range(1, 600)]
    async with serving(tmp_path, many) as client:
        for query in ("page_size=1", "page_size=599"):  # at once, and streamed
            answer = await client.get(
                f"/main_server/client_interface/jsonp/?switcher=GetSearchResults&{query}"
            )
            rows = json.loads(answer.text.removeprefix("/**/callback(").removesuffix(");"))

            assert not set("\n\r\u2028\u2029") & set(answer.text)
            assert rows[0]["meeting_name"] == "One\u2028two\u2029three"


async def test_a_preflight_allows_what_it_asks_for(client: httpx2.AsyncClient) -> None:
    answer = await client.options(
        "/main_server/client_interface/json/",
        headers={"Access-Control-Request-Headers": "user-agent"},
    )

    assert answer.status_code == 204
    assert answer.headers["access-control-allow-headers"] == "user-agent"
    assert answer.headers["access-control-allow-origin"] == "*"


async def test_an_unchanged_answer_is_not_sent_twice(client: httpx2.AsyncClient) -> None:
    path = "/main_server/client_interface/json/?switcher=GetSearchResults"
    first = await client.get(path)

    again = await client.get(path, headers={"If-None-Match": f"W/{first.headers['etag']}"})

    assert (again.status_code, again.content) == (304, b"")


async def test_the_naws_dump_holds_the_meetings_of_a_body(client: httpx2.AsyncClient) -> None:
    bodies = await asked(client, "GetServiceBodies")
    top = next(body["id"] for body in bodies if body["parent_id"] == "0")

    answer = await client.get(
        f"/main_server/client_interface/csv/?switcher=GetNAWSDump&sb_id={top}"
    )

    lines = answer.text.splitlines()
    assert len(lines[0].split(",")) == 52
    assert len(lines) == 6
    assert "attachment" in answer.headers["content-disposition"]


async def test_tsml_is_the_meeting_guide_rows_of_the_search(client: httpx2.AsyncClient) -> None:
    answer = await client.get(
        "/main_server/client_interface/tsml/?switcher=GetSearchResults&weekdays=3"
    )

    assert [row["name"] for row in answer.json()] == ["Evening Hope Group"] * 2


async def test_the_calendar_link_of_crouton_leads_to_the_meeting(
    client: httpx2.AsyncClient,
) -> None:
    one = await client.get("/calendar.ics?meeting-id=1")
    other_day = await client.get("/calendar.ics?meeting-id=300000003")

    assert "SUMMARY:NA: Evening Hope Group" in one.text
    assert "SUMMARY:NA: Evening Hope Group" in other_day.text


async def test_a_meeting_over_the_date_line_is_near(tmp_path: Path) -> None:
    fiji = a_meeting(id="t:1", point=Point(-17.0, -179.99), accuracy=Accuracy.EXACT)
    async with serving(tmp_path, [fiji]) as client:
        assert await found(client, "lat_val=-17&long_val=179.99&geo_width=5") == ["1"]
