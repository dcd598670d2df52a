"""Texts are compared in normal form, and quoted as they were written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog.text.compounds import compound_parts
from dialog.text.stems import stem
from dialog.text.words import content_words, near_duplicate_key, normalise, words


@pytest.mark.parametrize(
    "written, normal",
    [
        ("  Fler\tBUSSAR \n nu ", "fler bussar nu"),
        ("a\u030angbåt", "ångbåt"),
        ("ｂｕｓｓ", "buss"),
        ("١٢ ۱۲ buss", "12 12 buss"),
        ("\u202ebuss\u202c", "buss"),
        ("kom\u00admunen", "kommunen"),
        ("", ""),
    ],
)
def test_normal_form_does_not_depend_on_the_keyboard(written, normal):
    assert normalise(written) == normal


@given(st.text(max_size=60))
def test_words_stand_where_they_say_in_the_original(text):
    end = 0
    for word in words(text):
        assert end <= word.start < word.end <= len(text)
        assert normalise(text[word.start : word.end]) == word.form
        end = word.end


def test_words_keep_hyphens_accents_and_their_place():
    text = "Är kvälls-SFI  a\u030angest?"
    assert [text[word.start : word.end] for word in words(text)] == [
        "Är",
        "kvälls-SFI",
        "a\u030angest",
    ]
    assert [word.form for word in words(text)] == ["är", "kvälls-sfi", "ångest"]


def test_words_are_found_in_arabic_and_persian():
    assert len(words("العمل بعد دراسة اللغة")) == 4
    assert [word.form for word in words("می\u200cخواهم")] == ["میخواهم"]


def test_emoji_and_signs_are_no_words():
    assert words("⚽🎸❤️ !!! …") == []


def test_stop_words_and_words_of_the_meeting_carry_no_meaning():
    text = "Vilka åtgärder betyder mest för kommunens bibliotek, 12 st?"
    assert [word.form for word in content_words(text)] == ["bibliotek", "st"]


@pytest.mark.parametrize(
    "forms",
    [
        "cykelväg cykelvägar cykelvägen cykelvägarnas",
        "skola skolan skolor skolorna skolans",
        "bostad bostäder bostaden",
        "plats platser platserna",
        "cykel cykeln cyklar cykla",
        "buss bussar bussen",
        "trygg tryggt trygga trygghet",
        "lärare läraren lärarna",
        "sjö sjöar sjöarna",
    ],
)
def test_inflections_share_a_stem(forms):
    assert len({stem(form) for form in forms.split()}) == 1


@pytest.mark.parametrize("one, other", [("hälsa", "hall"), ("barn", "bar"), ("bostad", "bo")])
def test_different_words_keep_different_stems(one, other):
    assert stem(one) != stem(other)


def test_compounds_meet_in_what_they_are_made_of():
    assert set(compound_parts("cykelväg")) & set(compound_parts("gångvägar"))
    assert set(compound_parts("gatubelysning")) == {"gat", "belys"}
    assert compound_parts("bibliotek") == ()


def test_near_duplicates_share_a_key():
    assert near_duplicate_key("cykelväg mellan orterna") == near_duplicate_key(
        "  Cykelvägar  mellan orterna!! "
    )


def test_opposites_are_no_near_duplicates():
    assert near_duplicate_key("bygg här") != near_duplicate_key("bygg inte här")


def test_different_emoji_are_no_near_duplicates():
    assert near_duplicate_key("❤️") != near_duplicate_key("⚽")
