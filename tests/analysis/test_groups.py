"""Posts that belong together are grouped, and no post is ever lost or moved behind one's back."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialog.analysis.groups import PARAMETERS, VERSION, form, group, most_groups, place, sure
from tests.analysis import posts

few_examples = settings(max_examples=40, deadline=None)


def everyone(grouping):
    return sorted([*grouping.singles, *(post for members in grouping.groups for post in members)])


@few_examples
@given(posts.evening, posts.seed)
def test_every_post_is_in_one_group_or_single(texts, seed):
    grouping = group(texts, seed=seed)
    assert everyone(grouping) == list(range(len(texts)))
    assert all(len(members) >= 2 for members in grouping.groups)
    assert len(grouping.groups) <= most_groups(len(texts))


@few_examples
@given(posts.evening, posts.seed)
def test_the_same_texts_and_seed_give_the_same_groups(texts, seed):
    assert group(texts, seed=seed) == group(list(texts), seed=seed)


@few_examples
@given(posts.evening)
def test_each_group_is_between_unsure_and_sure(texts):
    grouping = group(texts)
    assert len(grouping.sure) == len(grouping.groups)
    assert all(0 <= one <= 1 for one in grouping.sure)
    assert grouping.sure == sure(texts, grouping.groups)


@few_examples
@given(posts.evening, st.data())
def test_placing_and_forming_only_ever_touch_the_waiting(texts, data):
    standing = group(texts[: len(texts) // 2]).groups
    stand = {post for members in standing for post in members}
    waiting = [post for post in range(len(texts)) if post not in stand]
    waiting = data.draw(st.lists(st.sampled_from(waiting), unique=True)) if waiting else []
    before = [list(members) for members in standing]

    placed = place(texts, standing, waiting)
    formed = form(texts, [post for post in waiting if post not in placed])

    assert standing == before
    assert set(placed) <= set(waiting)
    assert all(0 <= number < len(standing) for number in placed.values())
    new = [post for members in formed for post in members]
    assert len(new) == len(set(new))
    assert set(new) <= set(waiting) - set(placed)


@pytest.fixture
def texts():
    return [*posts.CYCLING, *posts.JOBS, *posts.LIBRARY]


def test_posts_about_one_thing_meet(texts):
    topics = [set(range(5)), set(range(5, 10)), set(range(10, 15))]
    groups = group(texts).groups
    assert len(groups) == 3
    assert all(any(set(members) <= topic for topic in topics) for members in groups)


def test_at_most_as_many_groups_as_asked_for(texts):
    assert len(group(texts, most=2).groups) <= 2


@pytest.mark.parametrize("count, most", [(1, 2), (10, 4), (30, 6), (225, 9)])
def test_the_default_number_of_groups_grows_slowly(count, most):
    assert most_groups(count) == most


@pytest.mark.parametrize("alone", [[], [""], ["❤️"], ["hej"], ["", " ", "\u200f"]])
def test_too_few_posts_stay_single(alone):
    assert group(alone).singles == list(range(len(alone)))


def test_a_new_post_joins_the_group_it_clearly_fits(texts):
    standing = [list(range(5)), list(range(5, 10))]
    assert place([*texts, "fler cykelvägar"], standing, [15]) == {15: 0}


def test_a_post_that_fits_nowhere_goes_on_waiting(texts):
    standing = [list(range(5)), list(range(5, 10))]
    assert place([*texts, "hörslinga", "❤️", ""], standing, [15, 16, 17]) == {}


def test_a_group_that_people_have_emptied_takes_nobody_in(texts):
    standing = [[], list(range(5))]
    assert place([*texts, "fler cykelvägar"], standing, [15]) == {15: 1}
    assert sure(texts, standing)[0] == 0


def test_a_post_between_two_groups_goes_on_waiting():
    texts = ["bänk", "fler bänkar", "bänken", "lampa", "fler lampor", "lampan", "bänkar, lampor"]
    assert place(texts, [[0, 1, 2], [3, 4, 5]], [6]) == {}


def test_new_groups_form_only_when_enough_belong_together(texts):
    assert form(texts, [0, 5, 10]) == []
    assert form(texts, [0, 1, 2, 5, 10]) == [[0, 1, 2]]


def test_another_model_can_take_the_place_of_the_first(texts):
    class ByLength:
        name, version = "length", "1"

        def embed(self, texts):
            long = np.array([len(text) > 20 for text in texts])
            return np.column_stack([long, ~long]).astype(np.float32)

    grouping = group(["kort"] * 3 + ["lång" * 9] * 3, embedder=ByLength())
    assert grouping.groups == [[0, 1, 2], [3, 4, 5]]


def test_version_and_parameters_can_be_written_in_the_log():
    assert VERSION == "lexical-1"
    assert json.loads(json.dumps(PARAMETERS)) == PARAMETERS
