import pytest

from meetings._place_names import ascii_digits, normalise, spellings


@pytest.mark.parametrize(
    ("text", "norm"),
    [
        ("  São   Paulo ", "sao paulo"),
        ("Straße", "strasse"),
        ("Łódź", "lodz"),
        ("Sainte-Foy", "st foy"),
        ("Saint", "saint"),
        ("St. John's", "st johns"),
        ("Isle-of-Saints", "isle of saints"),
        ("لندن", "لندن"),
        ("—", ""),
        ("ایران", "ايران"),  # Persian and Arabic letters are one
        ("کرمان", "كرمان"),
        ("تهـــران", "تهران"),  # tatweel
        ("مراغة", "مراغه"),
        ("آبادان", "ابادان"),
        ("۱۲ شهریور ٣", "12 شهريور 3"),
        ("اسلام\u200cشهر", "اسلامشهر"),
    ],
)
def test_names_are_compared_without_accents_case_and_punctuation(text: str, norm: str) -> None:
    assert normalise(text) == norm


@pytest.mark.parametrize("name", ["اسلام شهر", "اسلام\u200cشهر"])
def test_the_words_of_a_persian_name_are_kept_apart_and_joined(name: str) -> None:
    kept = spellings(name)

    assert kept == {"اسلام شهر", "اسلامشهر"}


def test_a_latin_name_is_kept_once_and_punctuation_not_at_all() -> None:
    assert (spellings("New York"), spellings("???")) == ({"new york"}, set())


def test_digits_of_every_script_are_numbers() -> None:
    assert ascii_digits("۹٩९9 no²") == "9999 no²"
