import json
from collections import Counter
from collections.abc import Iterable
from importlib.resources import files

import pytest

from meetings.fellowships import FELLOWSHIPS, fellowship
from meetings.formats import (
    DEFAULT_ADMISSIONS,
    FORMATS,
    BmltExport,
    Format,
    FormatKind,
    by_bmlt_stock_id,
    by_bmlt_world_id,
    by_lifering_label,
    by_name,
    by_smart_label,
    comparable,
    searched_as,
    strongest,
)
from meetings.model import Admission
from tests.shared import shared

ROWS = list(FORMATS.values())


def repeated(values: Iterable[object]) -> list[object]:
    return [value for value, count in Counter(values).items() if count > 1]


@pytest.mark.lists
def test_the_packaged_table_is_the_reference_table() -> None:
    packaged = files("meetings").joinpath("formats.tsv")

    assert packaged.read_bytes() == shared("reference/formats.tsv").read_bytes()


def test_the_table_has_the_rows_of_the_reference_by_kind() -> None:
    assert len(FORMATS) == 134
    assert Counter(row.kind for row in ROWS) == {
        FormatKind.TOPIC: 45,
        FormatKind.AUDIENCE: 28,
        FormatKind.STYLE: 23,
        FormatKind.ACCESS: 15,
        FormatKind.ADMISSION: 9,
        FormatKind.OTHER: 8,
        FormatKind.VENUE: 5,
        FormatKind.LANGUAGE_LIKE: 1,
    }


def test_each_stock_id_stands_in_one_row() -> None:
    stock_ids = [number for row in ROWS for number in row.bmlt_stock_ids]

    assert repeated(stock_ids) == []
    assert len(stock_ids) == 46


def test_each_bare_world_id_stands_in_one_row_and_owns_the_shared_ones() -> None:
    bare = [world_id for row in ROWS for world_id in row.bmlt_world_ids]
    shared_ids = {world_id for row in ROWS for world_id in row.bmlt_shared_world_ids}

    assert repeated(bare) == []
    assert shared_ids == {"TRAD", "QA", "SPK"}
    assert shared_ids < set(bare)
    assert len(bare) == 34


def test_each_code_of_a_fellowship_stands_in_one_row() -> None:
    assert repeated(item for row in ROWS for item in row.tsml_codes.items()) == []


def test_each_lifering_label_stands_in_one_row() -> None:
    labels = [label for row in ROWS for label in row.lifering_labels]

    assert repeated(labels) == []
    assert len(labels) == 10


def test_each_smart_label_stands_in_one_row_of_a_kind() -> None:
    pairs = [(comparable(label), row.kind) for row in ROWS for label in row.smart_labels]

    assert repeated(pairs) == []
    assert max(Counter(label for label, _ in pairs).values()) == 2


def test_names_and_own_ids_of_rows_are_unique() -> None:
    exports = [row.bmlt_export for row in ROWS if row.bmlt_export]

    assert repeated(comparable(row.name) for row in ROWS) == []
    assert repeated(export.own_id for export in exports if export.own_id) == []


def test_rows_of_kind_admission_are_the_admissions() -> None:
    assert {row.code for row in ROWS if row.is_admission} == {str(one) for one in Admission}
    assert FORMATS["closed"].admission is Admission.CLOSED
    assert FORMATS["women"].admission is Admission.UNKNOWN


@pytest.mark.lists
def test_every_tsml_code_exists_in_the_published_tables() -> None:
    programmes = json.loads(shared("data/tsml/plugin-program-types.json").read_bytes())
    spec = json.loads(shared("data/tsml/spec-types.json").read_bytes())
    published = {(key, code) for key, one in programmes.items() for code in one["types"]}
    published |= {("aa", code) for code in spec}

    used = {item for row in ROWS for item in row.tsml_codes.items()}

    assert used - published == set()


@pytest.mark.lists
def test_coverage_of_the_programme_tables_is_that_of_the_reference() -> None:
    programmes = json.loads(shared("data/tsml/plugin-program-types.json").read_bytes())
    used = {item for row in ROWS for item in row.tsml_codes.items()}

    covered = Counter(
        (key if key in ("aa", "na", "al-anon", "rd") else "other", (key, code) in used)
        for key, one in programmes.items()
        for code in one["types"]
    )

    assert covered == {
        ("aa", True): 48,
        ("na", True): 30,
        ("al-anon", True): 24,
        ("rd", True): 15,
        ("other", True): 368,
        ("other", False): 55,
    }


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("open", BmltExport(stock_id=17, world_id="OPEN", own_id=None)),
        ("newcomer", BmltExport(stock_id=1, world_id="BEG", own_id=1001)),
        ("pitch", BmltExport(stock_id=18, world_id="", own_id=1018)),
        ("smoking_permitted", BmltExport(stock_id=None, world_id="SMOK", own_id=1172)),
        ("everyone", BmltExport(stock_id=None, world_id="", own_id=1101)),
        ("institution", None),
    ],
)
def test_bmlt_export_cells_are_read(code: str, expected: BmltExport | None) -> None:
    assert FORMATS[code].bmlt_export == expected


def test_tsml_export_cells_are_read() -> None:
    assert FORMATS["speaker_discussion"].tsml_fallbacks == {
        "na": ("SPK", "DISC"),
        "aa": ("SP", "D"),
        "*": ("SP", "D"),
    }
    assert FORMATS["pitch"].tsml_fallbacks == {}


def test_the_same_letters_are_kept_apart_by_fellowship() -> None:
    meaning_of_y = {key: row.code for row in ROWS for key, c in row.tsml_codes.items() if c == "Y"}

    assert meaning_of_y["aa"] == "young_people"
    assert meaning_of_y["al-anon"] == "alateen"
    assert "aca" not in meaning_of_y  # the Yellow Workbook, which no row of ours means


def test_a_stock_id_finds_its_row() -> None:
    assert by_bmlt_stock_id(27) == FORMATS["step_study"]
    assert by_bmlt_stock_id(54) is None


def test_a_shared_world_id_means_its_owner_unless_another_row_is_meant() -> None:
    workshop = FORMATS["tradition_workshop"]

    assert by_bmlt_world_id("TRAD") == FORMATS["tradition_study"]
    assert by_bmlt_world_id("TRAD", meant=workshop) == workshop
    assert by_bmlt_world_id("SPK", meant=workshop) == FORMATS["speaker"]


@pytest.mark.parametrize("world_id", ["", " ", "LANG", "VM", "NOPE"])
def test_a_world_id_of_no_row_finds_nothing(world_id: str) -> None:
    assert by_bmlt_world_id(world_id, meant=FORMATS["speaker_discussion"]) is None


def test_names_agree_in_letters_and_digits() -> None:
    assert by_name("  BASIC-text ") == FORMATS["basic_text"]
    assert by_name("Ｗｏｍｅｎ") == FORMATS["women"]
    assert by_name("Basic Texts") is None
    assert by_name("") is None


def codes(rows: tuple[Format, ...]) -> list[str]:
    return [row.code for row in rows]


def test_a_smart_label_may_give_an_admission_and_an_audience() -> None:
    assert codes(by_smart_label("Adult Family Members and Friends")) == ["family_only", "adults"]
    assert codes(by_smart_label("Women")) == ["women"]


def test_smart_and_lifering_labels_are_not_mixed() -> None:
    assert codes(by_lifering_label("camera required")) == ["camera_required"]
    assert by_smart_label("camera required") == ()
    assert by_lifering_label("Women") == ()


def test_the_strongest_admission_wins() -> None:
    assert strongest([Admission.OPEN, Admission.CLOSED]) is Admission.CLOSED
    assert strongest([Admission.OWN_RECOVERY, Admission.EVERYONE]) is Admission.EVERYONE
    assert strongest([Admission.FAMILY_OPEN, Admission.RESTRICTED]) is Admission.RESTRICTED
    assert strongest([]) is Admission.UNKNOWN


def test_the_default_search_leaves_out_families_and_institutions() -> None:
    assert set(DEFAULT_ADMISSIONS) == {
        Admission.RESTRICTED,
        Admission.CLOSED,
        Admission.OPEN,
        Admission.EVERYONE,
        Admission.OWN_RECOVERY,
        Admission.UNKNOWN,
    }


def test_a_search_finds_the_narrower_formats_too() -> None:
    assert searched_as("lgbtq") == {
        "lgbtq",
        "gay_lesbian_transgender",
        "gay",
        "lesbian",
        "bisexual",
        "transgender",
        "non_binary",
        "genderqueer",
    }
    assert searched_as("young_people") == {"young_people", "young_adults"}
    assert {"book_study", "basic_text", "big_book"} < searched_as("literature")
    assert searched_as("speaker") == {"speaker", "speaker_discussion"}
    assert searched_as("discussion") == {"discussion", "speaker_discussion"}
    assert searched_as("gay") == {"gay"}


def test_what_a_search_also_finds_are_codes_of_the_table() -> None:
    assert {found for code in FORMATS for found in searched_as(code)} == set(FORMATS)


def test_the_family_fellowships_are_those_of_the_reference() -> None:
    families = {code for code, one in FELLOWSHIPS.items() if one.is_family}

    assert families == {"al-anon", "alateen", "nar-anon", "gam-anon"}


def test_programmes_without_sponsors_are_not_twelve_step() -> None:
    others = {code for code, one in FELLOWSHIPS.items() if not one.is_twelve_step}

    assert others == {"smart", "lifering", "rd", "refuge", "wfs"}


def test_fellowships_stand_in_the_order_of_the_alphabet_with_https_finders() -> None:
    finders = [one.finder_url for one in FELLOWSHIPS.values() if one.finder_url]

    assert list(FELLOWSHIPS) == sorted(FELLOWSHIPS)
    assert all(code == one.code for code, one in FELLOWSHIPS.items())
    assert repeated(finders) == []
    assert all(url.startswith("https://") for url in finders)


def test_an_unknown_fellowship_stands_for_itself() -> None:
    plain = fellowship("village-circle")

    assert (plain.name, plain.short_name, plain.is_family) == (
        "village-circle",
        "village-circle",
        False,
    )
    assert plain.finder_url == ""
    assert fellowship("na").short_name == "NA"
