"""Every key has words in every language that needs it, and the same parameters in each."""

import re
from pathlib import Path
from typing import get_args

import pytest

from dialog.locales import (
    DOMAINS,
    best_language,
    catalogue,
    own_words,
    parameters,
    translate,
)
from dialog.protocol.agenda import LANGUAGES, Kind, Level
from dialog.protocol.commands import HideReason
from dialog.protocol.refusals import AnyRefusal

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "dialog" / "locales"
FOR_PARTICIPANTS = ("common", "phone", "projector", "pages")


def refusals():
    return {refusal.__struct_config__.tag: refusal for refusal in get_args(AnyRefusal)}


@pytest.mark.parametrize("domain", DOMAINS)
def test_swedish_and_english_have_the_same_keys(domain):
    assert set(own_words("en", domain)) == set(own_words("sv", domain))


@pytest.mark.parametrize("domain", FOR_PARTICIPANTS)
def test_easy_swedish_has_every_key_that_participants_meet(domain):
    assert set(own_words("sv-easy", domain)) == set(own_words("sv", domain))


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_words_have_the_same_parameters_and_plurals_as_the_swedish(language, domain):
    swedish = own_words("sv", domain)
    for key, words in own_words(language, domain).items():
        fewer = parameters(swedish[key]) - parameters(words)
        assert parameters(words) <= parameters(swedish[key]), key
        assert not fewer or language == "sv-easy", key  # easy words may leave something out
        assert isinstance(words, list) == isinstance(swedish[key], list), key
        assert isinstance(words, str) or len(words) == 2, key


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_key_stands_once(language, domain):
    text = (FOLDER / language / f"{domain}.po").read_text("utf-8")
    keys = re.findall(r'^msgid "(.+)"$', text, re.MULTILINE)
    assert sorted(keys) == sorted(set(keys))
    assert len(own_words(language, domain)) == len(keys)  # none is empty or fuzzy


def test_no_key_stands_in_two_domains():
    keys = [key for domain in DOMAINS for key in own_words("sv", domain)]
    assert sorted(keys) == sorted(set(keys))


def test_every_refusal_has_words_that_it_can_fill_in():
    words = catalogue("sv", "common")
    for kind, refusal in refusals().items():
        assert parameters(words[f"refusal.{kind}"]) <= set(refusal.__struct_fields__), kind


@pytest.mark.parametrize(
    "prefix, names", [("reason", HideReason), ("kind", Kind), ("level", Level)]
)
def test_every_reason_kind_and_level_has_words(prefix, names):
    words = catalogue("sv", "common")
    assert [name for name in get_args(names) if f"{prefix}.{name}" not in words] == []


@pytest.mark.parametrize(
    "domains, places",
    [
        ("phone", ["static/phone", "static/lib", "dialog/templates/phone.html"]),
        ("phone", ["dialog/templates/plain.html"]),
        ("projector", ["static/projector", "static/lib", "dialog/templates/projector.html"]),
        ("console", ["static/console", "static/staff", "static/lib"]),
        ("console", ["dialog/templates/console.html", "dialog/templates/staff.html"]),
        ("console scribe", ["static/scribe", "static/staff", "static/lib"]),
        ("console scribe", ["dialog/templates/scribe.html"]),
        ("scribe", ["static/host", "static/lib", "dialog/templates/host.html"]),
        ("console board", ["static/board", "static/staff", "static/lib"]),
        ("console board", ["dialog/templates/board.html"]),
        ("console board workboard", ["static/workboard", "static/staff", "static/lib"]),
        ("console board workboard", ["dialog/templates/work.html"]),
        ("pages", ["dialog/templates/page.html"]),
        ("pages", ["static/receipt", "static/lib"]),
        ("pages", ["dialog/templates/receipt.html", "dialog/templates/feedback.html"]),
    ],
)
def test_a_page_uses_only_words_that_it_is_sent(domains, places):
    used = {key for place in places for key in keys_used(ROOT / place)}
    assert sorted(used - set(catalogue("sv", "common", *domains.split()))) == []


def keys_used(place):
    files = [place] if place.is_file() else place.rglob("*.js")
    for file in files:
        yield from re.findall(r'\bt\(\s*"([a-z_]+\.[\w.-]+)"\s*[,)]', file.read_text("utf-8"))


def test_what_has_no_easy_words_is_said_in_swedish():
    assert translate("sv-easy", "board.merge") == translate("sv", "board.merge") == "Slå ihop"


def test_one_and_many():
    assert translate("sv", "vote.left", n=1) == "1 prick kvar"
    assert translate("sv", "vote.left", n=3) == "3 prickar kvar"


def test_an_unknown_key_and_a_missing_parameter_show_themselves():
    assert translate("en", "no.such-key") == "no.such-key"
    assert translate("en", "join.ended") == "This dialogue has ended. Read the results at {url}."


def test_a_parameter_is_filled_in_once_and_never_interpreted():
    ended = translate("en", "join.ended", url="{url} {0} %s")
    assert ended == "This dialogue has ended. Read the results at {url} {0} %s."


def test_there_is_no_catalogue_by_another_name():
    with pytest.raises(LookupError):
        catalogue("../sv", "common")


@pytest.mark.parametrize(
    "accept_language, wanted, language",
    [
        ("", "", "sv"),
        ("sv-SE,sv;q=0.9,en;q=0.8", "", "sv"),
        ("en-GB,en;q=0.9", "", "en"),
        ("ar,en;q=0.5,sv;q=0.3", "", "en"),
        ("de,fr", "", "sv"),
        ("en;q=0,sv", "", "sv"),
        ("*", "", "sv"),
        ("EN", "", "en"),
        ("sv-x-easy", "", "sv-easy"),
        ("en;q=nonsense, sv;q=2", "", "en"),
        ("sv", "en", "en"),
        ("en", "klingon", "en"),
        ("en", "sv-easy", "sv-easy"),
    ],
)
def test_the_language_of_a_reader(accept_language, wanted, language):
    assert best_language(accept_language, wanted) == language
