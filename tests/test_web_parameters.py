import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.errors import InvalidSearch
from meetings.model import Admission, Point, VenueType
from meetings.search import Order, Search
from meetings.zones import zone
from web.parameters import as_parameters, read_numbers, read_query, read_search

NAMES = """
latitude longitude radius_km radius_mi nearest beyond_km online fellowship venue day format
language admission after before now within text order timezone limit cursor
"""


def test_every_parameter_is_read() -> None:
    search = read_search(
        as_parameters(
            [
                ("latitude", "40.6512"),
                ("longitude", "-73.9499"),
                ("radius_mi", "5"),
                ("beyond_km", "2"),
                ("fellowship", "na,smart"),
                ("venue", "in_person"),
                ("venue", "hybrid"),
                ("day", "mon,sun"),
                ("format", "women"),
                ("language", "es"),
                ("admission", "open"),
                ("after", "22:00"),
                ("before", "02:00"),
                ("now", "1"),
                ("within", "120"),
                ("text", "hope"),
                ("order", "time"),
                ("timezone", "Asia/Tehran"),
                ("limit", "100"),
                ("cursor", "abc"),
                ("near", ""),
            ]
        )
    )

    assert search == Search(
        centre=Point(40.65, -73.95),
        radius_km=8.04672,
        beyond_km=2,
        fellowships=frozenset({"na", "smart"}),
        venue_types=frozenset({VenueType.IN_PERSON, VenueType.HYBRID}),
        weekdays=frozenset({1, 7}),
        formats=frozenset({"women"}),
        languages=frozenset({"es"}),
        admissions=frozenset({Admission.OPEN}),
        after=dt.time(22),
        before=dt.time(2),
        now=True,
        within_minutes=120,
        text="hope",
        order=Order.TIME,
        timezone=zone("Asia/Tehran"),
        limit=100,
        cursor="abc",
    )


def test_nothing_given_is_the_default_search() -> None:
    assert read_search({}) == Search()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("day", "8"),
        ("day", "Tuesday"),
        ("venue", "church"),
        ("format", "nonsense"),
        ("order", "best"),
        ("online", "yes"),
        ("limit", "0"),
        ("limit", "101"),
        ("limit", "ten"),
        ("within", "-5"),
        ("after", "7pm"),
        ("after", "18:30+02:00"),
        ("after", "18:30Z"),
        ("after", "18:30:45"),
        ("after", "T18:30"),
        ("after", "1830"),
        ("before", "24:00"),
        ("before", "8:30"),
        ("before", "18:30\n"),
        ("timezone", "Eastern Standard Time"),
        ("timezone", "../../etc/passwd"),
        ("radius_km", "nan"),
        ("radius_km", "1e999"),
        ("latitude", "41"),
        ("latitude", "--5"),
        ("radius_km", "1_0"),
        ("radius_km", "٥"),
        ("radius_mi", "inf"),
        ("beyond_km", "5,"),
        ("nearest", "--5"),
        ("limit", "--5"),
        ("limit", "1_0"),
        ("within", "-"),
        ("order", "time,distance"),
        ("now", "1,0"),
    ],
)
def test_what_cannot_be_names_its_field(name: str, value: str) -> None:
    centre = None if name == "latitude" else Point(0, 0)

    with pytest.raises(InvalidSearch) as caught:
        read_search({name: [value]}, centre=centre)

    assert caught.value.field == name


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("limit", ["5", "6"]),
        ("order", ["time", "soon"]),
        ("now", ["1", "0"]),
        ("online", ["1", "1"]),
    ],
)
def test_a_value_that_stands_twice_is_refused_where_one_is_meant(
    name: str, values: list[str]
) -> None:
    with pytest.raises(InvalidSearch, match=name):
        read_search({name: values})


def test_numbers_are_read_as_programs_write_them() -> None:
    search = read_search({"latitude": ["4.065e1"], "longitude": ["-.5"], "radius_km": ["7"]})

    assert (search.centre, search.radius_km) == (Point(40.65, -0.5), 7.0)


def test_codes_and_tags_are_read_in_any_letters() -> None:
    search = read_search({"fellowship": ["NA,Smart"], "language": ["EN", "zh-hant-tw,EN-us"]})

    assert search.fellowships == {"na", "smart"}
    assert search.languages == {"en", "zh-Hant-TW", "en-US"}


def test_a_fellowship_is_known_by_our_table_or_by_what_is_listed() -> None:
    assert read_search({"fellowship": ["own,oa"]}, listed=["own"]).fellowships == {"own", "oa"}
    assert read_search({"fellowship": ["own"]}).fellowships == {"own"}
    with pytest.raises(InvalidSearch) as caught:
        read_search({"fellowship": ["na,own"]}, listed=["na"])

    assert caught.value.field == "fellowship"


def test_institutions_are_found_with_no_filter() -> None:
    search = read_search({"admission": ["institution,open"]})

    assert search.admissions == {Admission.OPEN}


@given(st.dictionaries(st.sampled_from(NAMES.split()), st.lists(st.text(max_size=20), max_size=3)))
def test_any_text_is_a_search_or_one_sentence(parameters: dict[str, list[str]]) -> None:
    sentence = ""
    try:
        read_search(parameters)
    except InvalidSearch as problem:
        sentence = problem.problem

    assert sentence == "" or sentence.endswith(".")


def test_numbers_repeat_or_hold_commas_and_come_once() -> None:
    assert read_numbers(["12,45", "78", "12", ""], most=30) == [12, 45, 78]


def test_a_query_string_is_read_as_a_browser_writes_it() -> None:
    query = b"near=S%C3%A3o+Paulo&day=mon&day=&text=%20caf%c3%a9%20&format=women%2Cwheelchair"

    assert read_query(query) == {
        "near": ["São Paulo"],
        "day": ["mon"],
        "text": ["café"],
        "format": ["women,wheelchair"],
    }


def test_a_query_of_a_thousand_parameters_is_refused() -> None:
    with pytest.raises(InvalidSearch, match="too much"):
        read_query(b"&".join([b"day=mon"] * 1000))


def test_kilometres_and_miles_together_are_refused() -> None:
    with pytest.raises(InvalidSearch, match="not both"):
        read_search({"radius_km": ["5"], "radius_mi": ["5"]}, centre=Point(0, 0))
