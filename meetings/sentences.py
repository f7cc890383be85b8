"""Sentences for people that a caller may say in another language: their words and their values."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sentence:
    """English *words* with {names}, and what stands in their place; `str` fills them."""

    words: str
    values: tuple[tuple[str, object], ...] = ()

    def __str__(self) -> str:
        return self.words.format(**dict(self.values)) if self.values else self.words


def sentence(words: str, **values: object) -> Sentence:
    return Sentence(words, tuple(values.items()))
