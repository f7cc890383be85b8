import datetime as dt
import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.serving import serving
from tests.test_web_pages import words
from web.helplines import COUNTRIES, helplines

TEMPLATES = Path(__file__).parents[1] / "web" / "templates"


def test_every_number_can_be_dialled_and_every_source_is_secure() -> None:
    for line in helplines().helplines:
        numbers = [line.call.dial] if line.call else []
        numbers += [line.text.to] if line.text else []

        assert numbers, line.id
        assert all(re.fullmatch(r"\+\d{8,15}|\d{3,6}", number) for number in numbers), line.id
        assert line.source_url.startswith("https://")
        assert line.country in COUNTRIES


def test_the_list_is_short_and_each_id_stands_once() -> None:
    ids = [line.id for line in helplines().helplines]

    assert len(ids) == len(set(ids)) <= 15


@pytest.mark.parametrize(("days", "checked"), [(None, False), (0, True), (365, True), (366, False)])
def test_a_check_holds_for_a_year(days: int | None, checked: bool) -> None:
    today = dt.date(2026, 11, 18)
    verified_on = None if days is None else today - dt.timedelta(days=days)

    line = replace(helplines().helplines[0], verified_on=verified_on)

    assert line.is_checked(today) is checked


async def test_the_country_is_chosen_and_unchecked_lines_say_so(tmp_path: Path) -> None:
    async with serving(tmp_path) as client:
        choice = await client.get("/helplines", headers={"Accept-Language": "en-GB"})
        british = await client.get("/helplines/gb")
        unknown = await client.get("/helplines/xx")

    assert "Samaritans" not in choice.text
    assert "Choose your country" in words(choice)
    assert 'href="tel:116123"' in british.text
    assert "nobody here has checked it yet" in words(british)
    assert unknown.status_code == 404


@pytest.mark.parametrize(
    "path", ["/helplines/us", "/helplines/gb", "/helplines/ca", "/now/us-ny-brooklyn"]
)
async def test_no_number_is_turned_around_by_text_from_right_to_left(
    tmp_path: Path, path: str
) -> None:
    async with serving(tmp_path) as client:
        main = (await client.get(f"{path}?lang=fa")).text.partition("<main")[2]

    shown = re.sub(r"<[^>]+>", "\n", re.sub(r"<bdi[^>]*>[^<]*</bdi>", "", main))
    numbers = [line.call.display for line in helplines().helplines if line.call]
    numbers += [line.text.to for line in helplines().helplines if line.text]
    numbers += [line.tty for line in helplines().helplines if line.tty]
    assert '<bdi dir="ltr">' in main
    assert not [each for each in {*numbers, "911", "999"} if re.search(rf"\b{each}\b", shown)]


def test_no_template_holds_a_telephone_number() -> None:
    for template in TEMPLATES.glob("*.html"):
        text = re.sub(r"\{[{%].*?[%}]\}|<[^>]+>", " ", template.read_text(encoding="utf-8"))

        assert not re.search(r"\+?\d[\d ()-]{6,}\d", text), template.name


async def test_a_line_says_what_to_send_and_in_which_languages_it_answers(tmp_path: Path) -> None:
    async with serving(tmp_path) as client:
        english, spanish = [
            words(await client.get(f"/helplines/us?lang={tag}")) for tag in ("en", "es")
        ]

    assert "Text your ZIP code to 435748" in english
    assert "Answers in English and Spanish." in english
    assert "Envía tu código postal (ZIP) por mensaje de texto al 435748" in spanish
    assert "Se atiende en: inglés y español." in spanish


async def test_the_emergency_number_is_large_enough_to_be_tapped(tmp_path: Path) -> None:
    async with serving(tmp_path) as client:
        page = await client.get("/helplines/us")

    assert '<a class="dial" href="tel:911">' in page.text
