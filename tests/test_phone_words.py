"""The phone never says a word that it does not have yet."""

import re
from pathlib import Path
from typing import get_args

import pytest

from dialog import phone_words
from dialog.locales import catalogue
from dialog.protocol.agenda import LANGUAGES
from dialog.protocol.refusals import AnyRefusal

ROOT = Path(__file__).parent.parent
STATIC = ROOT / "static"
WORDS = catalogue("sv", "common", "phone")
TEMPLATE = (ROOT / "dialog/templates/phone.html").read_text("utf-8")
PRELOADED = [f"{name}.js" for name in re.findall(r'"((?:lib|phone)/\w+)"', TEMPLATE)]
KEY = re.compile(r'"([a-z_]+\.[\w.-]+)"')
PUT_TOGETHER = re.compile(r"`([a-z_]+\.[\w.-]*)\$")


def said_in(file: Path) -> set[str]:
    """The keys, and the beginnings of keys that are put together, in a module."""
    text = file.read_text("utf-8")
    return {key for key in KEY.findall(text) if key in WORDS} | {*PUT_TOGETHER.findall(text)}


def missing(said: set[str], there: dict[str, object]) -> list[str]:
    return sorted(key for key in said if not any(it.startswith(key) for it in there))


@pytest.mark.parametrize("name", PRELOADED)
def test_the_first_page_has_the_words_of_its_modules(name):
    waits_for_the_rest = {
        *("elsewhere.open", "elsewhere.here"),
        *("post.pii_anyway", "post.withdrawn", "table.prompt", "try.sent"),
        "evaluation.saved",
    }
    said = said_in(STATIC / name) - waits_for_the_rest
    assert missing(said, phone_words.at_once(WORDS)) == []


def test_no_module_of_the_phone_says_what_it_is_never_sent():
    sent = phone_words.at_once(WORDS) | phone_words.later(WORDS)
    for file in (STATIC / "phone").glob("*.js"):
        assert missing(said_in(file), sent) == [], file.name


def test_each_word_is_sent_once():
    at_once, later = phone_words.at_once(WORDS), phone_words.later(WORDS)
    assert not at_once.keys() & later.keys()
    never = WORDS.keys() - at_once.keys() - later.keys()
    assert all(key.startswith(phone_words.NEVER) for key in never)


def test_every_beginning_that_is_named_is_one_of_a_key():
    refusals = {f"refusal.{it.__struct_config__.tag}" for it in get_args(AnyRefusal)}
    for beginning in phone_words.AT_ONCE + phone_words.NEVER:
        assert any(key.startswith(beginning) for key in WORDS.keys() | refusals), beginning


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_later_words_of_a_language_have_an_address_of_their_own(language):
    assert re.fullmatch(
        rf"/static/words-[0-9a-f]{{12}}/{language}\.js", phone_words.address(language)
    )
