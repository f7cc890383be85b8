import json
from collections.abc import Mapping
from typing import Any

import pytest

from importers._bmlt_formats import (
    Resolved,
    ServerFormat,
    VenueMark,
    resolve,
    resolve_sheet,
    server_formats,
)
from meetings.formats import FORMATS
from meetings.model import Admission, OtherFormat
from tests.shared import shared


def a_record(**changes: Any) -> dict[str, Any]:
    defaults = {
        "id": "900",
        "key_string": "XY",
        "name_string": "Meets by the lake",
        "description_string": "",
        "lang": "en",
        "world_id": "",
        "format_type_enum": "FC1",
    }
    return defaults | changes


def resolved(*records: object) -> Resolved:
    """Resolve all *records* as the formats of one meeting."""
    formats = server_formats(records)
    return resolve(formats, formats)


def test_the_world_id_of_the_server_decides() -> None:
    record = a_record(id="3", key_string="M", name_string="Kvinnomöte", lang="sv", world_id="W")

    assert resolved(record) == Resolved(formats=("women",))


@pytest.mark.parametrize(
    ("number", "name", "code"),
    [
        ("24", "ASL", "asl"),
        ("24", "A.S.L.", "asl"),
        ("624", "ASL", "asl"),
        ("7", "CHILDREN under supervision", "children_supervised"),
    ],
)
def test_a_format_without_world_id_is_found_by_its_stock_name(
    number: str, name: str, code: str
) -> None:
    assert resolved(a_record(id=number, name_string=name)) == Resolved(formats=(code,))


def test_a_stock_id_whose_name_disagrees_means_nothing() -> None:
    record = a_record(id="52", key_string="GP", name_string="Meets by the lake")

    assert resolved(record) == Resolved(
        other_formats=(OtherFormat(code="GP", name="Meets by the lake"),)
    )


def test_id_52_with_another_name_is_what_the_name_says() -> None:
    record = a_record(id="52", key_string="ID", name_string="ID Required to Enter")

    assert resolved(record) == Resolved(formats=("id_required",))


@pytest.mark.parametrize("key", ["O", "C", "M", "W", "BEG", "VM"])
def test_a_key_alone_is_never_used(key: str) -> None:
    record = a_record(key_string=key, name_string="Meets 2nd wk of month")

    assert resolved(record) == Resolved(
        other_formats=(OtherFormat(code=key, name="Meets 2nd wk of month"),)
    )


def test_a_name_in_another_language_is_not_taken_for_english() -> None:
    record = a_record(name_string="Men", lang="da")  # "but" in Danish

    assert resolved(record).formats == ()


def test_the_english_name_is_compared_whatever_the_order_of_records() -> None:
    swedish = a_record(name_string="Teckenspråk", lang="sv")
    english = a_record(name_string="ASL", lang="en-US")

    assert resolved(swedish, english) == resolved(english, swedish) == Resolved(formats=("asl",))


def test_speaker_discussion_shares_the_world_id_of_speaker() -> None:
    assert resolved(
        a_record(id="22", name_string="Speaker/Discussion", world_id="SPK")
    ) == Resolved(formats=("speaker_discussion",))
    assert resolved(a_record(id="26", name_string="Speaker Only", world_id="SPK")) == Resolved(
        formats=("speaker",)
    )


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (a_record(id="31", name_string="Taller", lang="es", world_id="TRAD"), "tradition_workshop"),
        (a_record(id="31", name_string="Traditions", world_id="TRAD"), "tradition_study"),
        (
            a_record(id="831", name_string="Traditions Workshop", world_id="TRAD"),
            "tradition_workshop",
        ),
        (a_record(id="53", name_string="Question and Answer", world_id="QA"), "question_answer"),
        (a_record(id="40", name_string="Ask-It-Basket", world_id="QA"), "ask_it_basket"),
    ],
)
def test_a_shared_world_id_needs_stock_id_or_name(record: dict[str, Any], expected: str) -> None:
    assert resolved(record) == Resolved(formats=(expected,))


def test_open_and_closed_are_admission_and_closed_wins() -> None:
    opened, closed = a_record(id="17", world_id="OPEN"), a_record(id="4", world_id="CLOSED")

    assert resolved(opened) == Resolved(admission=Admission.OPEN)
    assert resolved(opened, closed) == Resolved(admission=Admission.CLOSED)


def test_a_chance_name_does_not_hide_a_meeting() -> None:
    name = FORMATS["institution"].name

    assert resolved(a_record(name_string=name)) == Resolved(
        other_formats=(OtherFormat(code="XY", name=name),)
    )


@pytest.mark.parametrize("name", ["Online Meeting", "online", "Virtual Meeting"])
def test_an_online_format_marked_open_is_virtual_and_reported(name: str) -> None:
    record = a_record(id="60", name_string=name, world_id="OPEN")

    assert resolved(record) == Resolved(
        is_virtual=True,
        conflicts=(f"format 60: world id OPEN is open, name {name!r} is virtual",),
    )


def test_a_danish_online_format_marked_open_is_virtual_too() -> None:
    record = a_record(name_string="Online", lang="da", world_id="OPEN")

    answer = resolved(record)

    assert (answer.is_virtual, answer.admission) == (True, Admission.UNKNOWN)
    assert len(answer.conflicts) == 1


def test_a_world_id_against_the_name_of_another_row_yields_to_the_name() -> None:
    record = a_record(id="61", name_string="Candlelight", world_id="MED")

    assert resolved(record) == Resolved(
        formats=("candlelight",),
        conflicts=("format 61: world id MED is meditation, name 'Candlelight' is candlelight",),
    )


def test_book_study_is_the_name_of_literature_on_a_bmlt_server() -> None:
    assert resolved(a_record(id="36", name_string="Book Study", world_id="LIT")) == Resolved(
        formats=("literature",)
    )


@pytest.mark.parametrize(
    ("world_id", "name", "expected"),
    [
        ("VM", "", Resolved(is_virtual=True)),
        ("HYBR", "Rencontre hybride", Resolved(is_hybrid=True)),
        ("TC", "Fermé", Resolved(is_temporarily_closed=True)),
        ("", "Hybrid Meeting", Resolved(is_hybrid=True)),
        ("", "Temporarily Closed Facility", Resolved(is_temporarily_closed=True)),
    ],
)
def test_venue_formats_are_not_formats(world_id: str, name: str, expected: Resolved) -> None:
    assert resolved(a_record(world_id=world_id, name_string=name)) == expected


@pytest.mark.parametrize(
    ("record", "languages"),
    [
        (a_record(id="9", name_string="Español", lang="es"), ("es",)),
        (a_record(id="9", name_string="Espanol", world_id="LANG"), ("es",)),
        (a_record(id="49", name_string="Lithuanian/Russian", world_id="LANG"), ("lt", "ru")),
        (a_record(id="70", name_string="Español speaking", world_id="LANG"), ("es",)),
        (a_record(id="71", name_string="Farsi", format_type_enum="LANG"), ("fa",)),
    ],
)
def test_languages_are_not_formats(record: dict[str, Any], languages: tuple[str, ...]) -> None:
    assert resolved(record) == Resolved(languages=languages)


@pytest.mark.parametrize(
    "record",
    [
        a_record(id="47", name_string="Spanish"),  # stock 47 is English
        a_record(id="70", name_string="Spanish"),  # not marked as a language
        a_record(id="9", name_string="Elvish", world_id="LANG"),
    ],
)
def test_a_language_that_is_not_certain_is_kept_verbatim(record: dict[str, Any]) -> None:
    assert resolved(record) == Resolved(
        other_formats=(OtherFormat(code="XY", name=record["name_string"]),)
    )


def test_several_languages_keep_the_order_of_the_meeting() -> None:
    formats = server_formats(
        [
            a_record(id="70", name_string="Russian", world_id="LANG"),
            a_record(id="47", name_string="English speaking", world_id="LANG"),
        ]
    )

    assert resolve([70, 47, 70], formats).languages == ("ru", "en")


def test_two_languages_of_stock_id_2_are_a_format() -> None:
    record = a_record(id="2", name_string="Bi-Lingual", world_id="LANG")

    assert resolved(record) == Resolved(formats=("bilingual",))


def test_an_unknown_format_is_kept_without_markup_and_people() -> None:
    record = a_record(
        name_string="<b>Lake</b> &amp; Fire",
        description_string="Call 212-555-0100 or <i>write</i> to lake@example.org",
    )

    (kept,) = resolved(record).other_formats

    assert (kept.code, kept.name) == ("XY", "Lake & Fire")
    assert "0100" not in kept.description
    assert "example.org" not in kept.description
    assert "<" not in kept.description


@pytest.mark.parametrize(
    "record",
    [
        None,
        7,
        "O",
        [],
        {},
        {"id": None},
        {"id": "0"},
        {"id": "-3"},
        {"id": True},
        {"id": 1.5},
        {"id": "٣"},
        {"id": "9" * 400},
        {"id": ["1"]},
    ],
)
def test_a_record_that_is_no_format_is_passed_over(record: object) -> None:
    assert server_formats([record]) == {}


@pytest.mark.parametrize("nothing", [None, [], {}, 1.5, True, "\ud800"])
def test_values_that_are_no_text_mean_nothing(nothing: object) -> None:
    keys = ("key_string", "name_string", "description_string", "world_id", "format_type_enum")

    (read,) = server_formats([{"id": 900} | dict.fromkeys(keys, nothing)]).values()

    assert read.meaning is None
    assert read.conflict == ""


def test_a_format_with_nothing_but_its_id_is_named_by_it() -> None:
    assert server_formats([{"id": 900}]) == {
        900: ServerFormat(key="900", name="", description="", meaning=None)
    }


def test_an_id_that_the_server_does_not_describe_is_reported() -> None:
    assert resolve([17, 999], server_formats([a_record(id="17", world_id="OPEN")])) == Resolved(
        admission=Admission.OPEN, undescribed_ids=(999,)
    )


def test_a_sheet_gives_world_ids_and_names() -> None:
    assert resolve_sheet(["W", "HYBR", " TRAD", ""], ["ASL", "Fires"]) == Resolved(
        formats=("asl", "tradition_study", "women"),
        is_hybrid=True,
        other_formats=(OtherFormat(code="Fires", name="Fires"),),
    )


def gny_formats(*languages: str) -> Mapping[int, ServerFormat]:
    folder = shared("data/bmlt/gny-sample")
    return server_formats(
        record
        for language in languages
        for record in json.loads((folder / f"GetFormats.{language}.json").read_bytes())
    )


@pytest.mark.lists
def test_all_formats_of_the_sample_server_mean_something() -> None:
    formats = gny_formats("en")

    assert len(formats) == 52
    assert [one.name for one in formats.values() if one.meaning is None] == []
    assert [one.conflict for one in formats.values() if one.conflict] == []
    assert formats[50].meaning is VenueMark.VIRTUAL
    assert formats[22].meaning == FORMATS["speaker_discussion"]
    assert formats[52].meaning == FORMATS["id_required"]
    assert formats[53].meaning == FORMATS["question_answer"]


@pytest.mark.lists
def test_other_languages_change_nothing_about_the_sample_server() -> None:
    assert gny_formats("sv", "fr", "es", "en") == gny_formats("en")


@pytest.mark.lists
def test_a_server_without_english_never_means_anything_else() -> None:
    english = gny_formats("en")

    for language in ("es", "fr", "sv"):
        for number, one in gny_formats(language).items():
            assert one.meaning in (None, english[number].meaning)


@pytest.mark.lists
def test_every_meeting_of_the_sample_resolves() -> None:
    formats = gny_formats("en")
    records = json.loads(shared("data/bmlt/gny-sample/GetSearchResults.json").read_bytes())

    ids = [[int(n) for n in r["format_shared_id_list"].split(",") if n] for r in records]
    answers = [resolve(numbers, formats) for numbers in ids]

    assert {answer.other_formats for answer in answers} == {()}
    assert {answer.undescribed_ids for answer in answers} == {()}
    assert {answer.admission for answer in answers} == {
        Admission.OPEN,
        Admission.CLOSED,
        Admission.UNKNOWN,
    }
