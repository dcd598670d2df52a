"""A group is told in its own posts' words, by pointing at them."""

from hypothesis import given, settings
from hypothesis import strategies as st

from dialog.analysis.groups import describe
from dialog.text.stems import stem
from dialog.text.words import words
from tests.analysis import posts

TEXTS = [*posts.CYCLING, *posts.JOBS, *posts.LIBRARY]


def title(texts, description):
    firsts = [term.occurrences[0] for term in description.terms]
    return [texts[one.text_index][one.start : one.end] for one in firsts]


@settings(max_examples=40, deadline=None)
@given(posts.evening, st.data())
def test_terms_are_whole_words_of_the_members(texts, data):
    everyone = list(range(len(texts)))
    members = data.draw(st.lists(st.sampled_from(everyone), unique=True)) if texts else []
    others = [post for post in everyone if post not in members]
    description = describe(texts, members, others)

    assert set(description.typical) <= set(members)
    assert len(description.typical) == len(set(description.typical)) <= 5
    assert len(description.terms) <= 5
    for term in description.terms:
        for text_index, start, end in term.occurrences:
            assert text_index in members
            found = words(texts[text_index])
            assert start in {word.start for word in found}
            assert end in {word.end for word in found}


def test_the_title_says_what_sets_the_group_apart():
    assert title(TEXTS, describe(TEXTS, range(5), range(5, 15)))[0] == "cykelväg"
    assert stem(title(TEXTS, describe(TEXTS, range(5, 10), range(5)))[0].lower()) == stem("jobb")
    assert title(TEXTS, describe(TEXTS, range(10, 15), range(10)))[0] == "bibliotek"


def test_a_title_does_not_say_the_same_word_twice():
    shown = title(TEXTS, describe(TEXTS, range(5, 10), range(5)))
    assert not {"jobb", "sommarjobb"} <= set(shown)


def test_every_place_where_a_term_stands_is_told():
    first = describe(TEXTS, range(5), range(5, 15)).terms[0]
    assert {one.text_index for one in first.occurrences} == {0, 1, 2}


def test_the_commonest_form_comes_first_and_then_the_shortest():
    texts = ["Lekplatser överallt", "lekplatsen är sliten", "lekplatser i byn", "bibliotek"]
    first = describe(texts, [0, 1, 2], [3]).terms[0]
    shown = [texts[index][start:end] for index, start, end in first.occurrences]
    assert shown == ["lekplatser", "Lekplatser", "lekplatsen"]


def test_a_phrase_that_recurs_is_one_term():
    texts = ["psykisk ohälsa", "Mot psykisk ohälsa bland unga", "psykiska ohälsan ökar", "cykelväg"]
    assert title(texts, describe(texts, [0, 1, 2], [3]))[0] == "psykisk ohälsa"


def test_near_duplicates_are_shown_once():
    texts = ["Cykelvägar!", "cykelväg", "cykelväg till badet", "CYKELVÄGEN"]
    assert len(describe(texts, range(4), []).typical) == 2


def test_the_typical_post_is_about_what_the_group_is_about():
    texts = ["fler bänkar", "bänkar i parken", "bänkar vid torget", "glass"]
    assert describe(texts, range(4), []).typical[-1] == 3


def test_a_group_that_people_have_emptied_has_nothing_to_say():
    assert describe(TEXTS, [], range(15)) == ([], [])


def test_posts_without_words_have_no_terms():
    assert describe(["❤️", "❤️", "⚽"], [0, 1], [2]).terms == []
