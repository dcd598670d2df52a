"""A group is told in its own posts' words, by pointing at them."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dialog.analysis.labels import describe, reasons, stressed, written
from dialog.text.compounds import compound_parts
from dialog.text.stems import root, stem
from dialog.text.words import content_words, words
from tests.analysis import posts

TEXTS = [*posts.CYCLING, *posts.JOBS, *posts.LIBRARY]
few_examples = settings(max_examples=40, deadline=None)


def area(texts):
    return written(texts, posts.seen(texts))


def said(texts, occurrence):
    return texts[occurrence.text_index][occurrence.start : occurrence.end]


def title(texts, members):
    return [said(texts, term.occurrences[0]) for term in describe(area(texts), members).terms]


def some_of(data, texts):
    everyone = list(range(len(texts)))
    return data.draw(st.lists(st.sampled_from(everyone), unique=True)) if texts else []


def whole_words_of(texts, members, terms):
    for term in terms:
        assert term.occurrences
        for text_index, start, end in term.occurrences:
            assert text_index in members
            found = words(texts[text_index])
            assert start in {word.start for word in found}
            assert end in {word.end for word in found}


# ── a group ───────────────────────────────────────────────────────────────────────────────────


@few_examples
@given(posts.evening, st.data())
def test_terms_are_whole_words_of_the_members(texts, data):
    members = some_of(data, texts)
    description = describe(area(texts), members)

    assert set(description.typical) <= set(members)
    assert len(description.typical) == len(set(description.typical)) <= 5
    assert bool(description.typical) == bool(members)
    assert len(description.terms) <= 5
    whole_words_of(texts, members, description.terms)


def test_the_title_says_what_sets_the_group_apart():
    assert title(TEXTS, range(5))[0] == "cykelväg"
    assert stem(title(TEXTS, range(5, 10))[0].lower()) == stem("jobb")
    assert title(TEXTS, range(10, 15))[0] == "bibliotek"


def test_a_word_that_the_whole_area_uses_says_nothing_of_a_group():
    texts = ["kommunens gator lyser", "gator i kommunen", "kommunen och bad", "bad i kommunen"]
    assert title(texts, [0, 1])[0] == "gator"
    assert title(texts, [2, 3])[0] == "bad"


def test_a_title_does_not_say_the_same_word_twice():
    shown = title(TEXTS, range(5, 10))
    assert not {"jobb", "sommarjobb"} <= set(shown)


def test_every_place_where_a_term_stands_is_told():
    first = describe(area(TEXTS), range(5)).terms[0]
    assert {one.text_index for one in first.occurrences} == {0, 1, 2}


def test_the_commonest_form_comes_first_and_then_the_shortest():
    texts = ["Lekplatser överallt", "lekplatsen är sliten", "lekplatser i byn", "bibliotek"]
    first = describe(area(texts), [0, 1, 2]).terms[0]
    shown = [said(texts, one) for one in first.occurrences]
    assert shown == ["lekplatser", "Lekplatser", "lekplatsen"]


def test_a_phrase_that_recurs_is_one_term():
    texts = ["psykisk ohälsa", "Mot psykisk ohälsa bland unga", "psykiska ohälsan ökar", "cykelväg"]
    assert title(texts, [0, 1, 2])[0] == "psykisk ohälsa"


def test_near_duplicates_are_shown_once():
    texts = ["Cykelvägar!", "cykelväg", "cykelväg till badet", "CYKELVÄGEN"]
    assert len(describe(area(texts), range(4)).typical) == 2


def test_the_typical_post_is_about_what_the_group_is_about():
    texts = ["fler bänkar", "bänkar i parken", "bänkar vid torget", "glass"]
    assert describe(area(texts), range(4)).typical[-1] == 3


def test_a_group_that_people_have_emptied_has_nothing_to_say():
    assert describe(area(TEXTS), []) == ([], [])


def test_posts_without_words_have_no_terms():
    assert describe(area(["❤️", "❤️", "⚽"]), [0, 1]).terms == []


# ── the target groups in it ───────────────────────────────────────────────────────────────────


@few_examples
@given(posts.evening, st.data())
def test_what_a_target_group_stresses_stands_in_two_of_its_own_posts(texts, data):
    members = some_of(data, texts)
    perspective = st.sampled_from(["youth", "seniors", "families"])
    perspectives = data.draw(st.lists(perspective, min_size=len(members), max_size=len(members)))
    found = stressed(area(texts), members, perspectives)

    assert set(found) <= set(perspectives)
    for one, terms in found.items():
        own = [post for post, it in zip(members, perspectives, strict=True) if it == one]
        assert 1 <= len(terms) <= 4
        whole_words_of(texts, own, terms)
        for term in terms:
            assert len({occurrence.text_index for occurrence in term.occurrences}) >= 2


BUSES = [
    "bussen är för dyr",
    "en dyr buss varje månad",
    "dyr buss och dåliga tider",
    "bussen saknar ramp",
    "ramp på bussen",
    "ramp till varje buss",
]
RIDERS = ["youth"] * 3 + ["seniors"] * 3


def test_each_target_groups_own_words_are_told_and_not_what_all_of_them_say():
    found = stressed(area(BUSES), range(6), RIDERS)
    first = {one: said(BUSES, terms[0].occurrences[0]).lower() for one, terms in found.items()}
    assert "dyr" in first["youth"] and "ramp" in first["seniors"]
    shown = {said(BUSES, it.occurrences[0]) for terms in found.values() for it in terms}
    assert not {"buss", "bussen"} & shown


def test_places_are_those_in_the_area_not_in_the_group():
    texts = ["något helt annat", *BUSES]
    found = stressed(area(texts), range(1, 7), RIDERS)
    whole_words_of(texts, range(1, 4), found["youth"])
    whole_words_of(texts, range(4, 7), found["seniors"])


def test_one_posts_words_say_nothing_about_a_target_group():
    found = stressed(area(BUSES), [0, 3, 4, 5], ["youth", "seniors", "seniors", "seniors"])
    assert set(found) == {"seniors"}


def test_where_all_answer_from_one_perspective_nothing_is_stressed():
    assert stressed(area(BUSES), range(6), ["youth"] * 6) == {}
    assert stressed(area(BUSES), [], []) == {}


# ── a post in it ──────────────────────────────────────────────────────────────────────────────


def akin(word, other):
    """Whether two words share a root, or a word that they are put together from."""
    one, another = ({root(it.form), *compound_parts(it.form)} for it in (word, other))
    return bool(one & another)


@few_examples
@given(posts.evening, st.data())
def test_a_reason_is_the_nearest_others_and_the_words_shared_with_them(texts, data):
    members = some_of(data, texts)
    asked = [post for post in members if data.draw(st.booleans())]
    vectors = posts.seen(texts)
    found = reasons(written(texts, vectors), members, asked)

    assert len(found) == len(asked)
    for post, (near, shared) in zip(asked, found, strict=True):
        assert post not in near and set(near) <= set(members)
        assert len(near) == len(set(near)) <= 3
        alike = [float(vectors[post] @ vectors[other]) for other in near]
        assert all(one > 0 for one in alike) and alike == sorted(alike, reverse=True)
        others = set(members) - {post, *near}
        if len(near) == 3:
            best = np.array([vectors[post] @ vectors[other] for other in others])
            assert (best <= alike[-1] + 1e-5).all()

        own = {(word.start, word.end): word for word in content_words(texts[post])}
        theirs = [word for other in near for word in content_words(texts[other])]
        assert set(shared) == {
            place for place, word in own.items() if any(akin(word, other) for other in theirs)
        }


def test_why_a_post_is_there_is_told_in_its_own_words():
    texts = ["Trygg cykelväg till skolan", "cykelvägar längs ån", "skolans mat", "bibliotek"]
    ((near, shared),) = reasons(area(texts), [0, 1, 2], [0])
    assert near[:2] == [1, 2]
    assert [texts[0][start:end] for start, end in shared] == ["cykelväg", "skolan"]


def test_a_compound_is_shared_with_what_it_is_put_together_from():
    texts = ["ny gångväg", "en väg till", "glass", "bad"]
    ((near, shared),) = reasons(area(texts), [0, 1], [0])
    assert near == [1]
    assert [texts[0][start:end] for start, end in shared] == ["gångväg"]


def test_who_stands_alone_or_is_like_nobody_has_no_reason():
    assert reasons(area(TEXTS), [3], [3]) == [([], [])]
    assert reasons(area(["bad", "glass", ""]), [0, 1, 2], [2]) == [([], [])]
    assert reasons(area(TEXTS), [], []) == []
