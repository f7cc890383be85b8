from importers._keys import made_key, safe_key, unique_keys


def test_a_publishers_key_stays_as_it_is() -> None:
    assert safe_key("Group.7_b-2") == "Group.7_b-2"
    assert safe_key("x" * 64) == "x" * 64


def test_a_key_that_cannot_be_one_keeps_its_words_and_stays_different() -> None:
    long, other = safe_key("x" * 65), safe_key("x" * 66)

    assert long != other
    assert len(long) == 64
    assert safe_key("women%E2%80%99s") == "women-e2-80-99s-8ebf994a"
    assert safe_key("Café/Bar").startswith("cafe-bar-")
    assert safe_key("../x").startswith("x-")
    assert len(safe_key("日曜日")) == 8


def test_a_made_key_depends_on_all_that_it_is_of() -> None:
    assert made_key("Hope", of="Hope|Brooklyn") == made_key("Hope", of="Hope|Brooklyn")
    assert made_key("Hope", of="Hope|Brooklyn") != made_key("Hope", of="Hope|Queens")


def test_the_second_of_two_equal_keys_takes_a_number_that_no_other_record_has() -> None:
    assert unique_keys(["a", "a", "a-2", "a", ""]) == ["a", "a-3", "a-2", "a-4", ""]


def test_a_numbered_key_is_no_longer_than_a_key_may_be() -> None:
    first, second, third = unique_keys(["x" * 64] * 3)

    assert (len(first), len(second), len(third)) == (64, 64, 64)
    assert len({first, second, third}) == 3


def test_many_equal_keys_take_no_longer_than_as_many_others() -> None:
    assert len(set(unique_keys(["a"] * 50_000))) == 50_000
