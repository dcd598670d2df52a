"""Every key has words in every language that needs it, and the same parameters in each."""

import re
from collections import Counter
from gettext import c2py
from pathlib import Path
from typing import get_args

import pytest
from babel.messages.pofile import read_po

from dialog.locales import (
    DOMAINS,
    best_language,
    catalogue,
    day,
    direction,
    form_for,
    forms,
    moment,
    name_of,
    number,
    own_words,
    parameters,
    tag,
    translate,
)
from dialog.protocol.agenda import LANGUAGES, REVIEWED, Kind, Level
from dialog.protocol.commands import HideReason
from dialog.protocol.refusals import AnyRefusal

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "dialog" / "locales"
FOR_PARTICIPANTS = ("common", "phone", "projector", "pages")
THERE = [
    (language, domain)
    for language in LANGUAGES
    for domain in DOMAINS
    if (FOLDER / language / f"{domain}.po").exists()
]
FROM_ZERO = range(1000)


def refusals():
    return {refusal.__struct_config__.tag: refusal for refusal in get_args(AnyRefusal)}


@pytest.mark.parametrize("domain", DOMAINS)
def test_swedish_and_english_have_the_same_keys(domain):
    assert set(own_words("en", domain)) == set(own_words("sv", domain))


@pytest.mark.parametrize(
    "language, domain", [it for it in THERE if it[0] != "sv" and it[1] in FOR_PARTICIPANTS]
)
def test_every_language_has_every_key_that_participants_meet(language, domain):
    ours, swedish = set(own_words(language, domain)), set(own_words("sv", domain))
    assert (sorted(swedish - ours), sorted(ours - swedish)) == ([], [])


@pytest.mark.parametrize("language, domain", THERE)
def test_words_have_the_same_parameters_as_the_swedish(language, domain):
    swedish = own_words("sv", domain)
    for key, words in own_words(language, domain).items():
        fewer = parameters(swedish[key]) - parameters(words)
        assert parameters(words) <= parameters(swedish[key]), key
        assert not fewer or language == "sv-easy", key  # easy words may leave something out


@pytest.mark.parametrize("language, domain", THERE)
def test_what_counts_has_every_plural_form_of_its_language(language, domain):
    swedish = own_words("sv", domain)
    counted = {key for key, words in swedish.items() if isinstance(words, list)}
    ours = own_words(language, domain)
    assert {key for key, words in ours.items() if isinstance(words, list)} == counted & set(ours)
    wrong = [key for key in counted & set(ours) if len(ours[key]) != len(forms(language))]
    assert wrong == []


@pytest.mark.parametrize("language, domain", THERE)
def test_only_a_form_for_a_single_number_may_leave_the_number_out(language, domain):
    counts = Counter(form_for(language, n) for n in FROM_ZERO)
    swedish = own_words("sv", domain)
    for key, words in own_words(language, domain).items():
        for form, said in enumerate(words if isinstance(words, list) else ()):
            if counts[form] > 1 and "n" in parameters(swedish[key][1]):
                assert "n" in parameters(said) or language == "sv-easy", (key, form)


@pytest.mark.parametrize("language, domain", THERE)
def test_a_catalogue_says_its_language_and_counts_as_we_do(language, domain):
    """Tools for translators go by the header."""
    with (FOLDER / language / f"{domain}.po").open("rb") as file:
        read = read_po(file, abort_invalid=True)
    assert dict(read.mime_headers)["Language"] == language.replace("-", "_")
    assert read.num_plurals == len(forms(language))
    counts = c2py(read.plural_expr)
    assert [n for n in FROM_ZERO if int(counts(n)) != form_for(language, n)] == []


@pytest.mark.parametrize("language, domain", THERE)
def test_a_key_stands_once(language, domain):
    text = (FOLDER / language / f"{domain}.po").read_text("utf-8")
    keys = re.findall(r'^msgid "(.+)"$', text, re.MULTILINE)
    assert sorted(keys) == sorted(set(keys))
    assert len(own_words(language, domain)) == len(keys)  # none is empty or fuzzy


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_said_in_swedish_instead_has_the_plural_forms_of_the_language(language, domain):
    for key, words in catalogue(language, domain).items():
        assert isinstance(words, str) or len(words) == len(forms(language)), key


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
        ("console moderator", ["static/moderator", "static/console", "static/staff", "static/lib"]),
        ("console moderator", ["dialog/templates/moderator.html"]),
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


def test_arabic_counts_in_six_ways_and_the_others_in_two():
    assert {language: len(forms(language)) for language in LANGUAGES} == {
        **dict.fromkeys(LANGUAGES, 2),
        "ar": 6,
    }
    said = [forms("ar")[form_for("ar", n)] for n in (0, 1, 2, 3, 11, 100)]
    assert said == ["zero", "one", "two", "few", "many", "other"]


@pytest.mark.parametrize(
    "language, thousand, more",
    [
        ("sv", "1000", "20\u00a0000"),
        ("sv-easy", "1000", "20\u00a0000"),
        ("en", "1000", "20,000"),
        ("fi", "1000", "20\u00a0000"),
        ("ar", "1000", "20,000"),
        ("fa", "۱۰۰۰", "۲۰٬۰۰۰"),
        ("so", "1000", "20,000"),
    ],
)
def test_numbers_are_written_as_readers_write_them(language, thousand, more):
    assert (number(language, 1000), number(language, 20_000)) == (thousand, more)
    assert more in translate(language, "count.people", n=20_000)


@pytest.mark.parametrize(
    "language, words",
    [
        ("sv", "1 april 2019"),
        ("sv-easy", "1 april 2019"),
        ("en", "1 April 2019"),
        ("fi", "1. huhtikuuta 2019"),
        ("ar", "1 أبريل 2019"),
        ("fa", "۱ آوریل ۲۰۱۹"),
        ("so", "Abriil 1, 2019"),
    ],
)
def test_days_are_written_as_readers_write_them(language, words):
    assert day(language, "2019-04-01") == words
    assert day(language, "in spring") == "in spring"


def test_arabic_and_persian_run_from_right_to_left():
    assert [it for it in LANGUAGES if direction(it) == "rtl"] == ["ar", "fa"]
    assert [tag(it) for it in LANGUAGES] == ["sv", "sv", "en", "fi", "ar", "fa", "so"]


def test_languages_that_people_write_in_have_names():
    assert name_of("ckb", "sv") == "centralkurdiska"
    assert name_of("ti", "en") == "Tigrinya"
    assert [name_of(it, "sv") for it in ("und", "", "xx")] == ["", "", ""]


def test_every_language_is_called_by_its_own_name():
    for language in LANGUAGES:
        names = {translate(it, f"language.{language}") for it in REVIEWED}
        assert len(names) == 1 and names != {f"language.{language}"}


def test_an_unknown_key_and_a_missing_parameter_show_themselves():
    assert translate("en", "no.such-key") == "no.such-key"
    assert translate("en", "join.ended") == "This dialogue has ended. Read the results at {url}."


def test_latin_letters_keep_their_order_in_a_language_that_runs_the_other_way():
    key, day = "page.feedback.when", "15 april 2019"
    assert f"\u2068{day}\u2069" in translate("ar", key, date=day)
    assert "\u2068" not in translate("ar", key, date="2019") + translate("sv", key, date=day)


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


def test_an_hour_stands_after_its_day_as_people_say_it():
    at = 1_554_674_340_000  # 2019-04-07, a minute before midnight in Sweden
    assert moment("sv", at) == "7 april 2019 kl. 23.59"
    assert moment("sv-easy", at) == "7 april 2019 klockan 23.59"
    assert moment("fa", at).endswith(" ۲۳.۵۹")
