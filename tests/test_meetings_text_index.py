import random

import numpy as np
import pytest

from meetings._text_index import TextBuilder, TextIndex, fold

WORDS = ["hope", "hopeful", "o'brien", "st.", "port", "portland", "sérénité", "東京断酒会", "فارسی"]
WORDS += ["a", "b", "serenitygardens", "gardens", "(room", "5)", "extraordinarily"]


def indexed(*texts: str) -> TextIndex:
    builder = TextBuilder()
    for text in texts:
        builder.add(fold(text))
    return builder.built(np.arange(len(texts)))


def found(index: TextIndex, text: str, rows: list[int] | None = None) -> list[int]:
    given = None if rows is None else np.array(rows, dtype=np.int64)
    return [int(row) for row in index.narrowed(text, given)]


def test_each_word_must_be_part_of_a_word() -> None:
    index = indexed("Hope in Portland", "Hopeful Gardens", "Port of hope")

    assert found(index, "HOPE port") == [0, 2]
    assert found(index, "hope") == [0, 1, 2]
    assert found(index, "ort and") == [0]
    assert found(index, "nothing") == []


def test_long_words_are_compared_in_full() -> None:
    index = indexed("extraordinarily", "extraordinary", "serenitygardens")

    assert found(index, "extraordinarily") == [0]
    assert found(index, "ordinary") == [1]
    assert found(index, "renitygarden") == [2]


def test_scripts_and_accents_are_found() -> None:
    index = indexed("東京断酒会", "گروه فارسی", "Réunion de la Sérénité")

    assert found(index, "断酒会") == [0]
    assert found(index, "فارسی") == [1]
    assert found(index, "serenite REUNION") == [2]


def test_rows_come_in_the_order_that_was_asked_for() -> None:
    builder = TextBuilder()
    for text in ("one two", "two", "three"):
        builder.add(text)
    index = builder.built(np.array([2, 0, 1]))

    assert index.narrowed("two", None).tolist() == [1, 2]


@pytest.mark.parametrize("count", [3, 400])
def test_any_text_is_found_as_a_scan_finds_it(count: int) -> None:
    chance = random.Random(count)
    texts = [
        " ".join(chance.choice(WORDS) + chance.choice(["", "", str(n)]) for _ in range(4))
        for n in range(count)
    ]
    index = indexed(*texts)

    for _ in range(60):
        word = chance.choice(WORDS)
        start = chance.randrange(len(word))
        asked = f"{word[start : start + chance.randint(1, 12)]} {chance.choice(['', 'o', 'por'])}"
        rows = sorted(chance.sample(range(count), count // 2))
        expected = [
            n for n, t in enumerate(texts) if all(w in fold(t) for w in fold(asked).split())
        ]

        assert found(index, asked) == expected
        assert found(index, asked, rows) == [n for n in rows if n in expected]


def test_an_empty_index_finds_nothing() -> None:
    assert found(indexed(), "hope") == []
