import json

import pytest

from importers._labels import (
    Labels,
    language_tags,
    lifering_labels,
    smart_labels,
    smart_languages,
)
from meetings.model import Admission, OtherFormat
from tests.shared import shared

FOUR_POINT = "4-Point Recovery"
MILITARY_ONLY = "Military, Veterans & First Responders Only"


def other(label: str) -> OtherFormat:
    return OtherFormat(code=label, name=label)


def test_a_programme_for_oneself_is_own_recovery() -> None:
    assert smart_labels(FOUR_POINT, ["Adults"]) == Labels(
        admission=Admission.OWN_RECOVERY, formats=("adults",)
    )


def test_a_programme_may_be_a_format_as_well() -> None:
    assert smart_labels("Successful Life Skills", []) == Labels(
        admission=Admission.OWN_RECOVERY, formats=("life_skills",)
    )


@pytest.mark.parametrize(
    "programme", ["Family & Friends", "Family &amp; Friends", "Family and Friends"]
)
def test_the_programme_decides_before_the_audience(programme: str) -> None:
    assert smart_labels(programme, ["Adults"]) == Labels(
        admission=Admission.FAMILY_ONLY, formats=("adults",)
    )


def test_a_family_meeting_with_a_restriction_stays_a_family_meeting() -> None:
    assert smart_labels("Family & Friends", [MILITARY_ONLY]) == Labels(
        admission=Admission.FAMILY_ONLY,
        restriction_text=MILITARY_ONLY,
        formats=("veterans_first_responders",),
    )


def test_a_family_label_decides_where_the_programme_is_for_oneself() -> None:
    labels = smart_labels(FOUR_POINT, ["Family and Friends Only (read the description first)"])

    assert labels == Labels(admission=Admission.FAMILY_ONLY)


@pytest.mark.parametrize(
    "labels",
    [
        [MILITARY_ONLY],
        ["Military, Veterans &amp; First Responders Only"],
        ["Military, Veterans & First Responders", "Only"],
        ["Military", "Veterans & First Responders Only"],
        ["Military", " Veterans & First Responders ", "Only"],
        ["Military, Veterans & First Responders, Only"],
    ],
)
def test_a_label_with_a_comma_is_found_however_it_was_split(labels: list[str]) -> None:
    assert smart_labels(FOUR_POINT, labels) == Labels(
        admission=Admission.RESTRICTED,
        restriction_text=MILITARY_ONLY,
        formats=("veterans_first_responders",),
    )


def test_the_label_without_only_restricts_nobody() -> None:
    assert smart_labels(FOUR_POINT, ["Military, Veterans & First Responders"]) == Labels(
        admission=Admission.OWN_RECOVERY, formats=("veterans_first_responders",)
    )


def test_labels_in_one_text_are_told_apart() -> None:
    labels = smart_labels(FOUR_POINT, [f"Adults, {MILITARY_ONLY}, LGBTQIA+"])

    assert labels.restriction_text == MILITARY_ONLY
    assert labels.formats == ("adults", "lgbtq", "veterans_first_responders")
    assert labels.other_formats == ()


@pytest.mark.parametrize(
    "label", ["College students only", "School & College", "School &amp; College"]
)
def test_students_are_a_restriction_and_an_audience(label: str) -> None:
    labels = smart_labels(FOUR_POINT, [label])

    assert labels.admission is Admission.RESTRICTED
    assert labels.restriction_text == label.replace("&amp;", "&")
    assert labels.formats == ("students",)


@pytest.mark.parametrize(
    "label",
    ["Correctional facility residents only", "Correctional Facility", "Patients and Clients"],
)
@pytest.mark.parametrize("programme", [FOUR_POINT, "Family & Friends"])
def test_an_institution_is_stronger_than_all(programme: str, label: str) -> None:
    assert smart_labels(programme, [label, "Adults"]).admission is Admission.INSTITUTION


def test_an_unknown_label_that_ends_in_only_restricts_in_its_own_words() -> None:
    assert smart_labels(FOUR_POINT, ["Hospital Nurses ONLY"]) == Labels(
        admission=Admission.RESTRICTED, restriction_text="Hospital Nurses ONLY"
    )


@pytest.mark.parametrize(
    "labels", [["Nurses, Doctors & Midwives only"], ["Nurses", "Doctors & Midwives", "only"]]
)
def test_an_unknown_restriction_with_commas_is_shown_whole(labels: list[str]) -> None:
    assert smart_labels(FOUR_POINT, ["Women", *labels]) == Labels(
        admission=Admission.RESTRICTED,
        restriction_text="Nurses, Doctors & Midwives only",
        formats=("women",),
    )


def test_only_after_a_known_label_keeps_its_audience() -> None:
    assert smart_labels(FOUR_POINT, ["Women", "Only"]) == Labels(
        admission=Admission.RESTRICTED, restriction_text="Women Only", formats=("women",)
    )


@pytest.mark.parametrize("label", ["Commonly attended", "Only on Zoom"])
def test_only_elsewhere_in_a_label_restricts_nobody(label: str) -> None:
    assert smart_labels(FOUR_POINT, [label]) == Labels(
        admission=Admission.OWN_RECOVERY, other_formats=(other(label),)
    )


def test_all_welcome_is_everyone_and_not_open() -> None:
    assert smart_labels(FOUR_POINT, ["All Welcome"]).admission is Admission.EVERYONE


@pytest.mark.parametrize(
    ("label", "code", "ages"),
    [
        ("Teens (13-17)", "teens", (13, 17)),
        ("Young Adults (18-30)", "young_adults", (18, 30)),
        ("Young Adults (18–30)", "young_adults", (18, 30)),
        ("Teens and Youth", "teens", (None, None)),
        ("Adults", "adults", (None, None)),
    ],
)
def test_ages_come_from_the_label(
    label: str, code: str, ages: tuple[int | None, int | None]
) -> None:
    labels = smart_labels(FOUR_POINT, [label])

    assert labels.formats == (code,)
    assert (labels.age_min, labels.age_max) == ages


def test_unknown_labels_are_kept_once_and_word_for_word() -> None:
    assert smart_labels("Handbook Circle", ["Gardeners", "Gardeners", ""]) == Labels(
        other_formats=(other("Handbook Circle"), other("Gardeners"))
    )


def test_a_telephone_number_in_an_unknown_label_is_not_kept() -> None:
    labels = smart_labels(FOUR_POINT, ["Nurses, call 212-555-0100", "Pilots 212-555-0100 only"])

    assert "0100" not in repr(labels)


def test_a_long_list_of_labels_is_read_in_one_pass() -> None:
    labels = smart_labels(FOUR_POINT, ["x,y"] * 20_000)

    assert labels.other_formats == (other("x"), other("y"))


def test_lifering_labels_are_read_by_their_own_column() -> None:
    labels = lifering_labels(["all are welcome", "camera required", "Women"])

    assert labels == Labels(
        admission=Admission.EVERYONE,
        formats=("camera_required",),
        other_formats=(other("Women"),),
    )


def test_a_lifering_meeting_without_a_label_is_own_recovery() -> None:
    assert lifering_labels([]) == Labels(admission=Admission.OWN_RECOVERY)


def test_lifering_friends_and_family_wins_over_all_are_welcome() -> None:
    labels = lifering_labels(["all are welcome", "friends &amp; family"])

    assert labels.admission is Admission.FAMILY_ONLY


def test_languages_are_read_by_name_and_by_code() -> None:
    assert smart_languages(["English", "Spanish; русский"]) == ("en", "es", "ru")
    assert smart_languages(["pt-br", "FR", "fr"]) == ("pt-BR", "fr")
    assert smart_languages(["Klingon", ""]) == ()


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("Spanish", ("es",)),
        ("Español speaking", ("es",)),
        ("English-speaking meeting", ("en",)),
        ("Lithuanian/Russian", ("lt", "ru")),
        ("English and Spanish", ("en", "es")),
        ("English/Elvish", ()),
        ("Speaking", ()),
        ("", ()),
    ],
)
def test_a_text_names_languages_only_as_a_whole(text: str, tags: tuple[str, ...]) -> None:
    assert language_tags(text) == tags


@pytest.mark.lists
def test_the_labels_of_the_bundle_are_nine_audiences() -> None:
    bundle = json.loads(shared("data/smart/bundle-excerpt.json").read_bytes())

    read = [smart_labels(m["program"], m["audiences"]) for m in bundle["meetings"]]

    assert [one.other_formats for one in read if one.other_formats] == []
    assert {one.restriction_text for one in read} == {"", MILITARY_ONLY}
    assert {one.admission for one in read} == {
        Admission.OWN_RECOVERY,
        Admission.FAMILY_ONLY,
        Admission.RESTRICTED,
    }
    assert {code for one in read for code in one.formats} == {
        "adults",
        "lgbtq",
        "life_skills",
        "men",
        "people_of_color",
        "teens",
        "veterans_first_responders",
        "women",
        "young_adults",
    }
    families = [
        one for m, one in zip(bundle["meetings"], read, strict=True) if "Family" in m["program"]
    ]
    assert {one.admission for one in families} == {Admission.FAMILY_ONLY}
