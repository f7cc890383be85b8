"""Every text is in each offered language; pages speak the one that was asked for."""

import dataclasses
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from meetings._phrases import PHRASES
from tests.make import a_meeting
from tests.serving import serving
from tests.test_interface_words import FORBIDDEN as FORBIDDEN_IN_ENGLISH
from web.languages import LOCALES, catalogues, language_of, offered
from web.messages import TEMPLATE, template, written

HOLDERS = re.compile(r"%\(\w+\)s|\{\w*\}|</?\w+[^>]*>")
# needs.md 6.1, said in each language. Names of fellowships are exempt: they are their own.
FORBIDDEN = {
    "en": FORBIDDEN_IN_ENGLISH,
    "es": re.compile(
        r"\b(adict[oa]s?|alcohólic[oa]s?|borrach\w+|limpi[oa]s?|sobri[oa]s?|recaíd\w+|fall(ó|id[oa]s?)"
        r"|fracas\w+|rachas?|padrin\w+|madrinas?|ahijad\w+|abusador\w*|incumplid\w+|garantizad\w+"
        r"|100 ?% confidencial|completamente anónim\w+|pacientes?|recomendad\w+|urgente\w*)\b"
    ),
    "fa": re.compile(
        r"معتاد|الکلی|دائم‌الخمر|لغزش|عود کرد|شکست|ناموفق|پاکی|پاک ماند|اسپانسر|رهجو|سوءمصرف"
        r"|تضمین|کاملاً محرمانه|کاملاً ناشناس|بیماران|توصیه‌شده|همین حالا اقدام"
    ),
}


def catalogue_of(code: str) -> Catalog:
    with (LOCALES / code / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=code)


def messages_of(code: str) -> list[Message]:
    return [message for message in catalogue_of(code) if message.id]  # all but the header


TRANSLATED = sorted(path.parents[1].name for path in LOCALES.glob("*/LC_MESSAGES/messages.po"))


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    async with serving(tmp_path, [a_meeting()]) as opened:
        yield opened


def test_the_template_of_messages_is_as_the_sources_are() -> None:
    assert TEMPLATE.read_bytes() == written()  # else: python -m web.messages


@pytest.mark.parametrize("code", TRANSLATED)
def test_no_message_is_missing(code: str) -> None:
    catalogue = catalogue_of(code)

    missing = [
        message.id
        for message in template()
        if message.id and not ((said := catalogue.get(message.id, message.context)) and said.string)
    ]
    assert missing == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_translations_keep_what_is_filled_in_and_the_markup(code: str) -> None:
    for message in messages_of(code):
        english, translated = several(message.id)[-1], several(message.string)[-1]
        assert set(HOLDERS.findall(english)) == set(HOLDERS.findall(translated)), english


def several(text: object) -> list[str]:
    """Return the forms of a counted message, or the one of another."""
    return [str(form) for form in text] if isinstance(text, list | tuple) else [str(text)]


@pytest.mark.parametrize("code", TRANSLATED)
def test_translations_judge_nobody(code: str) -> None:
    names = [str(each.string) for each in messages_of(code) if each.context == "fellowship"]
    for message in messages_of(code):
        said = str(message.string)
        for name in sorted(names, key=len, reverse=True):
            said = said.replace(name, "")  # official names are exempt
        if not FORBIDDEN_IN_ENGLISH.search(str(message.id)):  # so is a book's title
            assert not FORBIDDEN[code].search(said.lower()), message.id


@pytest.mark.parametrize("code", sorted(PHRASES))
def test_calendars_judge_nobody_in_any_language(code: str) -> None:
    for name, phrase in dataclasses.asdict(PHRASES[code]).items():
        assert not FORBIDDEN[code].search(str(phrase).lower()), name


def test_each_offered_language_has_its_words_that_judge_and_its_calendar() -> None:
    assert {each.code for each in offered()} <= set(FORBIDDEN) & set(PHRASES)


async def test_a_link_names_the_language_and_its_page_s_links_do_too(
    client: httpx2.AsyncClient,
) -> None:
    page = await client.get("/?lang=fa")

    assert '<html lang="fa" dir="rtl">' in page.text
    assert 'href="/now?lang=fa"' in page.text
    assert page.headers["Content-Language"] == "fa"


async def test_the_browser_s_language_and_region_are_spoken(client: httpx2.AsyncClient) -> None:
    page = await client.get("/helplines", headers={"Accept-Language": "en-GB,en;q=0.9,es;q=0.5"})

    assert '<html lang="en-GB" dir="ltr">' in page.text
    assert page.headers["Vary"] == "Accept-Language"


async def test_a_language_that_nobody_put_here_is_answered_in_english(
    client: httpx2.AsyncClient,
) -> None:
    page = await client.get("/?lang=xx", headers={"Accept-Language": "tlh"})

    assert '<html lang="en" dir="ltr">' in page.text


def test_what_is_offered_is_translated() -> None:
    assert {each.code for each in offered()} <= {"en", *TRANSLATED}


async def test_languages_are_offered_at_the_foot_of_each_page_and_by_the_browser(
    client: httpx2.AsyncClient,
) -> None:
    page = await client.get("/find?online=1&text=a+%26+b", headers={"Accept-Language": "fa-IR"})

    assert '<html lang="fa-IR" dir="rtl">' in page.text
    assert 'href="/find?online=1&amp;text=a+%26+b&amp;lang=es" hreflang="es"' in page.text
    assert page.headers["Content-Language"] == "fa-IR"


async def test_a_link_to_a_language_tells_no_place_better_than_this_service_may(
    client: httpx2.AsyncClient,
) -> None:
    page = await client.get("/find?latitude=40.6512345&lon%67itude=-73.9498765")

    assert "latitude=40.65&amp;longitude=-73.95&amp;lang=fa" in page.text
    assert "40.651" not in page.text


async def test_words_that_mean_several_things_are_told_apart(client: httpx2.AsyncClient) -> None:
    entry = await client.get("/meetings/1?lang=es")
    lines = await client.get("/helplines/us?lang=es")

    assert "> libre</label>" in entry.text
    assert "Gratis." in lines.text


async def test_an_unread_translation_says_so(client: httpx2.AsyncClient) -> None:
    page = await client.get("/?lang=es")

    language = language_of("es")
    assert language is not None
    assert not catalogues()["es"].is_read_by_native_speaker
    assert language.gettext("No native speaker has read this translation yet.") in page.text


async def test_a_calendar_speaks_as_the_page_does_until_somebody_chooses(
    client: httpx2.AsyncClient,
) -> None:
    page = await client.get("/meetings/1/subscribe?titles=plain", headers={"Accept-Language": "fa"})
    chosen = await client.get("/meetings/1/subscribe?titles=plain&words=en&lang=fa")

    assert "words=fa" in page.text
    assert "words=fa" not in chosen.text


@pytest.mark.parametrize(
    ("tag", "united_states"), [("es", "Estados Unidos"), ("fa", "ایالات متحده")]
)
async def test_a_place_names_its_country_in_the_language(
    client: httpx2.AsyncClient, tag: str, united_states: str
) -> None:
    page = await client.get(f"/find/us-ny-brooklyn?lang={tag}")

    assert f"<bdi>Brooklyn, New York, {united_states}</bdi>" in page.text


async def test_ways_to_subscribe_say_in_the_language_what_is_followed(
    client: httpx2.AsyncClient,
) -> None:
    page = await client.get("/meetings/1/subscribe?titles=plain&lang=es")

    assert "this meeting" not in page.text


def test_ready_texts_and_notes_run_in_the_direction_of_their_words() -> None:
    templates = "".join(page.read_text() for page in LOCALES.parent.glob("templates/*.html"))
    fields = re.findall(r"<textarea[^>]*>|<input[^>]*name=\"note\"[^>]*>", templates)

    to_copy = [field for field in fields if 'class="copy"' in field]
    assert len(to_copy) >= 3
    assert not [field for field in to_copy if 'dir="auto"' not in field]
