"""Words that judge, label or promise too much are nowhere in what people read (needs.md 6.1)."""

import dataclasses
import re
from pathlib import Path

import pytest

from meetings._phrases import PHRASES
from web.messages import template
from web.problems import SENTENCES

ROOT = Path(__file__).parents[1] / "web"
FORBIDDEN = re.compile(
    r"\b(fail(ed|ure|ing|s)?|broken|relapse\w*|clean|sober|streak\w*|addict\w*|alcoholic\w*"
    r"|abuser?s?|non-compliant|sponsor\w*|sponsee\w*|guaranteed|best|recommended|patients?"
    r"|100 ?% confidential|completely anonymous|urgent|act now)\b",
    re.IGNORECASE,
)


def text_of(template: str) -> str:
    """Return what people read of a template, attributes that are read aloud included."""
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}", " ", template, flags=re.DOTALL)
    read_aloud = re.findall(r'(?:aria-label|placeholder|alt|title)="([^"]*)"', text)
    return " ".join([re.sub(r"<[^>]+>", " ", text), *read_aloud])


@pytest.mark.parametrize("template", sorted((ROOT / "templates").glob("*.html")), ids=str)
def test_templates_judge_nobody(template: Path) -> None:
    assert FORBIDDEN.findall(text_of(template.read_text(encoding="utf-8"))) == []


def test_sentences_of_problems_and_calendars_judge_nobody() -> None:
    phrases = [str(v) for p in PHRASES.values() for v in dataclasses.astuple(p)]

    for sentence in (*map(str, SENTENCES.values()), *phrases):
        assert not FORBIDDEN.search(sentence), sentence


def test_messages_judge_nobody() -> None:
    for message in template():
        if message.id and not message.context:  # those with one are official names
            for said in [message.id] if isinstance(message.id, str) else message.id:
                assert not FORBIDDEN.search(said), said


def test_the_search_finds_what_it_looks_for() -> None:
    assert FORBIDDEN.search(text_of('<p title="You relapsed">x</p>'))
    assert FORBIDDEN.search(text_of("<p>The import failed.</p>"))
    assert not FORBIDDEN.search(text_of("{% if failed %}<p>not reached</p>{% endif %}"))
