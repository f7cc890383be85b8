from importlib import resources
from typing import Any

import pytest

from importers._tsml_types import Types, read_types
from meetings.formats import FORMATS
from meetings.model import Admission, OtherFormat


def types_of(*codes: str, of: str = "aa", host: str = "") -> Types:
    return read_types(codes, fellowship_code=of, hosts=[host])


def formats_of(code: str, of: str) -> tuple[str, ...]:
    return types_of(code, of=of).formats


def words(*codes: str) -> tuple[OtherFormat, ...]:
    return tuple(OtherFormat(code=code, name=code) for code in codes)


@pytest.mark.parametrize(
    ("code", "meanings"),
    [
        ("Y", {"aa": "young_people", "na": "young_people", "al-anon": "alateen"}),
        ("T", {"aa": "transgender", "al-anon": "transgender", "ua": "tools"}),
        ("POA", {"aa": "proof_of_attendance", "al-anon": "parents"}),
        ("A", {"aa": "secular", "aca": "adults_18_plus"}),
        ("B", {"aa": "big_book", "aca": "book_study", "da": "business_owners"}),
        ("IW", {"na": "it_works", "rd": "inquiry_writing", "refuge": "inquiry_writing"}),
        ("ST", {"aa": "step_study", "oa": "step_tradition_study"}),
        ("NS", {"na": "no_smoking", "aca": "needs_support"}),
        ("MI", {"rd": "meditation", "refuge": "meditation"}),
        ("WA", {"rd": "wheelchair", "refuge": "wheelchair"}),
    ],
)
def test_the_same_letters_mean_what_their_fellowship_means(
    code: str, meanings: dict[str, str]
) -> None:
    assert {of: formats_of(code, of) for of in meanings} == {
        of: (meaning,) for of, meaning in meanings.items()
    }


def test_a_code_of_another_fellowship_is_kept_as_it_is() -> None:
    assert types_of("BE", "WA", of="na") == Types(other_formats=words("BE", "WA"))


def test_every_code_of_the_table_means_its_row_in_its_fellowship() -> None:
    for row in FORMATS.values():
        for key, code in row.tsml_codes.items():
            found = types_of(code, of="refuge" if key == "rr" else key)
            expected = (row.admission, ()) if row.is_admission else (None, (row.code,))
            assert found.formats == expected[1], (key, code)
            assert found.admission is expected[0] or not row.is_admission, (key, code)


def test_a_fellowship_without_a_table_has_its_codes_kept() -> None:
    assert types_of("O", "M", of="smart") == Types(other_formats=words("O", "M"))


def test_a_publisher_may_have_codes_of_its_own() -> None:
    own = types_of("BB", "IW", of="rd", host="www.recoverydharma.org")
    another = types_of("BB", of="rd", host="recoverydharma.org.example")

    assert own.other_formats == (OtherFormat(code="BB", name="Language - Other"),)
    assert own.formats == ("inquiry_writing",)
    assert another.formats == ("book_study",)


def test_lower_case_and_names_are_understood_in_the_languages_of_the_list() -> None:
    assert types_of("w", "open").formats == ("women",)
    assert types_of("open").admission is Admission.OPEN
    assert types_of("Abierta").admission is Admission.OPEN
    assert types_of("Sign Language", "Outdoor Meeting", "Step Meeting").formats == (
        "asl",
        "outdoor",
        "step_study",
    )
    assert types_of("Beginner/Newcomer", of="na").formats == ("newcomer",)


def test_every_row_of_the_table_of_names_is_one_of_ours() -> None:
    table = resources.files("importers").joinpath("_tsml_names.tsv").read_text(encoding="utf-8")
    lines = [line for line in table.splitlines() if not line.startswith("#")]

    codes = {line.partition("\t")[0] for line in lines[1:]}
    assert codes <= FORMATS.keys() | {"TC", "ONL"}


def test_names_in_other_languages_are_for_aa_only() -> None:
    assert types_of("Abierta", of="na") == Types(other_formats=words("Abierta"))


@pytest.mark.parametrize(
    ("code", "tag"), [("S", "es"), ("EN", "en"), ("POR", "pt"), ("JA", "ja"), ("Spanish", "es")]
)
def test_a_language_is_no_format(code: str, tag: str) -> None:
    assert types_of(code) == Types(languages=(tag,))


def test_a_language_code_counts_only_where_the_table_has_no_such_code() -> None:
    assert types_of("S", of="aca").formats == ("speaker",)
    assert types_of("S", of="al-anon").languages == ("es",)
    assert types_of("AR", of="da").formats == ("artists",)
    assert types_of("S", "FR", of="na").other_formats == words("S", "FR")
    assert types_of("IS", of="rd").formats == ("inquiry_study",)


@pytest.mark.parametrize(
    ("codes", "of", "admission"),
    [
        (("O",), "aa", Admission.OPEN),
        (("C",), "aa", Admission.CLOSED),
        (("O", "C"), "aa", Admission.CLOSED),
        ((), "aa", Admission.UNKNOWN),
        (("O",), "al-anon", Admission.FAMILY_OPEN),
        (("C",), "al-anon", Admission.FAMILY_ONLY),
        ((), "al-anon", Admission.FAMILY_ONLY),
        (("O",), "alateen", Admission.FAMILY_OPEN),
        ((), "nar-anon", Admission.FAMILY_ONLY),
        (("GAM",), "ga", Admission.FAMILY_ONLY),
        (("P",), "aa", Admission.UNKNOWN),
    ],
)
def test_admission_is_said_by_codes_and_by_the_kind_of_fellowship(
    codes: tuple[str, ...], of: str, admission: Admission
) -> None:
    assert types_of(*codes, of=of).admission is admission


@pytest.mark.parametrize("of", ["aa", "na", "rd", "smart", "unheard-of"])
def test_closed_for_now_and_online_mean_the_same_everywhere(of: str) -> None:
    found = types_of("tc", "ONL", of=of)

    assert (found.is_closed_for_now, found.is_online, found.other_formats) == (True, True, ())


def test_ages_are_those_that_the_table_of_the_fellowship_states() -> None:
    def ages(*codes: str, **of: Any) -> tuple[int | None, int | None]:
        found = types_of(*codes, **of)
        return found.age_min, found.age_max

    assert ages("A", of="aca") == (18, None)
    assert ages("TEEN", of="aca") == (12, 18)
    assert ages("TEEN", "YA", of="aca") == (12, 26)
    assert ages("Y") == (None, None)


def test_unknown_types_are_kept_once_and_without_people() -> None:
    found = types_of("ASBI", "ASBI", "call 718-555-0100", "!!!")

    assert [each.code for each in found.other_formats] == ["ASBI", "call [not shown]", "!!!"]
