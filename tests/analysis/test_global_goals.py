"""A theme's global goals are suggested with the words that speak of them."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialog.analysis import goal_words
from dialog.analysis.embedding import LEXICAL
from dialog.analysis.global_goals import goal_vectors, hints
from dialog.analysis.goal_words import DATA, GOALS, lexicon_of, triggers
from dialog.text.words import words
from tests.analysis import posts

KNOWN = goal_vectors(LEXICAL.embed)

THEMES = [
    (["cykelvägar mellan byarna", "bredare cykelbana vid skolan"], {11}),
    (["mobbning i skolan", "Ingen ska behöva bli mobbad"], {4, 3}),
    (["hemtjänst för äldre", "samma personal i hemtjänsten"], {3, 10}),
    (["algblomning i Östersjön", "plast på stränderna"], {14}),
    (["kranvattnet smakar illa", "reningsverket luktar"], {6}),
    (["solceller på taken", "dyra elräkningar"], {7}),
    (["fler sommarjobb", "schyssta löner"], {8}),
    (["hedersförtryck", "lika lön för lika arbete"], {5}),
    (["matsvinnet i skolan", "återvinningscentral med öppet på helgen"], {12}),
    (["utsläppen måste ner", "klimatsmarta resor"], {13}),
    (["rädda bina", "låt gammelskogen stå"], {15}),
    (["inbrott i källarna", "fler poliser på kvällen"], {16}),
    (["samverkan mellan föreningarna", "vänort i Finland"], {17}),
    (["föreningsbidrag åt barnfattigdomen", "hemlösa behöver tak"], {1}),
    (["närodlat i köken", "bönderna får inget för mjölken"], {2}),
    (["fiber till alla byar", "potthål i vägen"], {9}),
    (["rullstolen kommer inte in", "rasism på bussen"], {10}),
]


def suggested(texts):
    return {hint.goal for hint in hints(texts)}


def shown(texts, hint):
    return [texts[index][start:end] for index, start, end in hint.words]


def test_there_are_17_goals_and_169_targets_each_once():
    assert [goal.number for goal in goal_words.goals()] == list(GOALS) == list(range(1, 18))
    names = [target.name for target in goal_words.targets()]
    assert len(names) == len(set(names)) == 169
    assert all(target.name.startswith(f"{target.goal}.") for target in goal_words.targets())
    assert [Counter(t.goal for t in goal_words.targets())[goal] for goal in GOALS] == [
        *(7, 8, 13, 10, 9, 8, 5, 12, 8, 10, 10, 11, 5, 10, 12, 12, 19)
    ]


def test_nothing_of_the_goals_is_empty_or_damaged():
    for goal in goal_words.goals():
        assert all(goal.name.values()) and all(goal.aim.values())
    for text in [t.text for t in goal_words.targets()] + [s.words for s in goal_words.subjects()]:
        assert text == text.strip() and len(text) > 20
        assert "?" not in text and "\ufffd" not in text


@pytest.mark.parametrize("name", ["goals", "targets", "words"])
def test_each_file_tells_its_source_and_licence(name):
    head = [line for line in (DATA / f"{name}.tsv").read_text().splitlines() if line[0] == "#"]
    assert any(line.startswith("# Source:") for line in head)
    assert any(line.startswith("# Licence:") for line in head)


def test_each_goal_has_everyday_words_in_both_languages():
    count = Counter()
    for subject in goal_words.subjects():
        count[subject.goal, subject.language] += len(subject.words.split(", "))
    assert all(count[goal, "sv"] >= 40 and count[goal, "en"] >= 25 for goal in GOALS)


@pytest.mark.parametrize("texts, expected", THEMES)
def test_a_theme_gets_the_goals_it_is_about(texts, expected):
    assert expected <= suggested(texts)
    assert hints(texts)[0].goal in expected


def test_the_words_that_speak_of_a_goal_are_pointed_at_where_they_stand():
    texts = ["Cykelvägarna är mörka", "en cykelväg till och gatubelysning"]
    first = hints(texts)[0]
    assert first.goal == 11
    assert set(shown(texts, first)) == {"Cykelvägarna", "cykelväg", "gatubelysning"}


def test_a_word_of_one_goal_comes_before_a_word_that_many_have():
    texts = ["mobbning, och studiero"]
    assert shown(texts, hints(texts)[0]) == ["studiero", "mobbning"]


def test_all_inflections_of_a_word_speak_alike():
    for form in ("klimat", "klimatet", "klimatets", "badplats", "badplatsen", "badplatser"):
        assert list(triggers(form)), form


def test_a_compound_speaks_as_the_word_in_it_but_less():
    (compound,) = triggers("äldreomsorgsplanen")
    (whole,) = triggers("äldreomsorgen")
    assert compound.goals == whole.goals == {3}
    assert compound.weight < whole.weight


def test_the_longest_phrase_is_read():
    (phrase,) = triggers("fattiga familjer")
    assert (phrase.start, phrase.end) == (0, 16)
    (phrase,) = triggers("Lika lön!")
    (word,) = triggers("lön")
    assert (phrase.start, phrase.end) == (0, 8)
    assert (phrase.goals, word.goals) == ({5}, {8})


def test_words_that_only_share_a_short_stem_are_not_taken_for_one_another():
    assert not list(triggers("jag"))  # jägare
    assert not any(3 in one.goals for one in triggers("lakes"))  # läkare


def test_small_words_and_strange_signs_speak_of_nothing():
    assert hints(["och", "⚽", "dom va här", "stand by me", "العمل"]) == []
    assert hints([]) == hints([], np.zeros((0, LEXICAL.columns), np.float32), KNOWN) == []


def test_a_word_said_ten_times_does_not_outweigh_all_others():
    texts = ["polis " * 10, "skola, elever, lärare, läxhjälp"]
    assert [hint.goal for hint in hints(texts)] == [4, 16]


def test_other_words_can_be_had_in_place_of_ours():
    ours = lexicon_of([goal_words.Subject(14, "sv", "gråsten, blå lagun")])
    (hint,) = hints(["en Blå lagun här"], lexicon=ours)
    assert (hint.goal, hint.words) == (14, [(0, 3, 12)])


@settings(max_examples=30, deadline=None)
@given(posts.evening, st.booleans())
def test_hints_are_at_most_three_different_goals_with_whole_words(texts, with_vectors):
    if with_vectors:
        found = hints(texts, LEXICAL.embed(texts), KNOWN, LEXICAL.embed)
        assert len(found) == (3 if texts else 0)
    else:
        found = hints(texts)
        assert all(hint.words for hint in found)
    assert len({hint.goal for hint in found}) == len(found) <= 3
    assert [hint.score for hint in found] == sorted((h.score for h in found), reverse=True)
    for hint in found:
        assert np.isfinite(hint.score)
        for index, start, end in hint.words:
            assert {start, end} <= {at for w in words(texts[index]) for at in (w.start, w.end)}


@settings(max_examples=30, deadline=None)
@given(posts.evening, posts.seed)
def test_the_order_of_the_posts_does_not_matter(texts, seed):
    other = [texts[i] for i in np.random.default_rng(seed).permutation(len(texts))]
    assert [hint.goal for hint in hints(texts)] == [hint.goal for hint in hints(other)]


def test_a_model_finds_goals_that_no_everyday_word_speaks_of_and_says_by_which_words():
    texts = ["kolektivtraffiken!", "qqqq wwww"]
    assert not hints(texts)
    first = hints(texts, LEXICAL.embed(texts), KNOWN, LEXICAL.embed)[0]
    assert first.goal == 11
    assert shown(texts, first) == ["kolektivtraffiken"]
