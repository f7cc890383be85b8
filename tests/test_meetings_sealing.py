import pytest

from meetings.errors import LinkGone
from meetings.sealing import (
    ALPHABET,
    SECRET_LENGTH,
    SIZES,
    Opened,
    canonical,
    hash_of,
    make_key,
    make_secret,
    seal,
    spaced,
    unseal,
    unwrap,
    wrap,
)

SECRET = ALPHABET[:26]


def opened(locator: str = "L" * 26) -> Opened:
    return Opened(locator, make_key())


def test_secrets_are_26_characters_of_the_alphabet_and_never_alike() -> None:
    made = {make_secret() for _ in range(10_000)}

    assert len(made) == 10_000
    assert {len(secret) for secret in made} == {SECRET_LENGTH}
    assert set("".join(made)) == set(ALPHABET)


@pytest.mark.parametrize(
    "typed",
    [SECRET.lower(), spaced(SECRET), "OI23456789ABCDEFGHJKMNPQRS", "0l23456789abcdefghjkmnpqrs "],
)
def test_look_alike_letters_and_spacing_mean_the_same_secret(typed: str) -> None:
    assert canonical(typed) == SECRET


@pytest.mark.parametrize("typed", ["", SECRET[:-1], SECRET + "0", SECRET[:-1] + "U", "é" * 26])
def test_other_text_is_no_secret(typed: str) -> None:
    assert canonical(typed) is None


def test_a_link_opens_with_its_secret_alone_and_as_its_kind_alone() -> None:
    there, other = opened(), make_secret()
    sealed = wrap(there, secret=SECRET, kind="keep")

    assert unwrap(sealed, secret=SECRET, kind="keep") == there
    for secret, kind in ((other, "keep"), (SECRET, "share"), (SECRET, "calendar")):
        with pytest.raises(LinkGone):
            unwrap(sealed, secret=secret, kind=kind)


def test_content_comes_back_whole_and_its_size_says_little() -> None:
    there = opened()

    sealed = [seal(b"x" * length, there) for length in (0, 1, 900)]

    assert [unseal(each, there) for each in sealed] == [b"", b"x", b"x" * 900]
    assert len({len(each) for each in sealed}) == 1


def test_two_seals_of_the_same_content_differ() -> None:
    there = opened()

    assert seal(b"the same", there) != seal(b"the same", there)


def test_a_seal_opens_nothing_in_another_row_or_with_a_bit_changed() -> None:
    there = opened()
    sealed = seal(b"content", there)
    broken = sealed[:-1] + bytes([sealed[-1] ^ 1])

    for content, where in (
        (sealed, Opened("M" * 26, there.key)),
        (sealed, opened()),
        (broken, there),
        (b"", there),
    ):
        with pytest.raises(LinkGone):
            unseal(content, where)


def test_content_longer_than_the_largest_size_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        seal(b"x" * SIZES[-1], opened())


def test_the_hash_is_not_the_secret_and_a_key_is_not_printed() -> None:
    assert SECRET not in hash_of(SECRET)
    assert repr(opened()) == "Opened(…)"
