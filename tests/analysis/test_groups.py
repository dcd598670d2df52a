"""Posts that belong together are grouped, and no post is ever lost or moved behind one's back."""

import json
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialog.analysis import linkage, neighbours
from dialog.analysis.fit import fit_in
from dialog.analysis.groups import (
    PARAMETERS,
    Wishes,
    form,
    group,
    most_groups,
    place,
    smallest,
    sure,
)
from tests.analysis import posts

few_examples = settings(max_examples=40, deadline=None)


each_way = pytest.mark.parametrize("clumped", [False, True], ids=["one by one", "clumped"])


@contextmanager
def hall(clumped):
    """Where each post is looked at, or where there are too many for that."""
    with pytest.MonkeyPatch.context() as patch:
        if clumped:
            patch.setattr(linkage, "CLUMPS", 5)
            patch.setattr(neighbours, "MANY", 8)
            patch.setattr(neighbours, "DIRECTIONS", 3)
        yield


def everyone(grouping):
    return sorted([*grouping.singles, *(post for members in grouping.groups for post in members)])


# ── first groups ──────────────────────────────────────────────────────────────────────────────


@few_examples
@given(posts.evening, posts.seed)
def test_every_post_is_in_one_group_or_single(texts, seed):
    grouping = group(posts.seen(texts), seed=seed)
    assert everyone(grouping) == list(range(len(texts)))
    assert all(len(members) >= 2 for members in grouping.groups)
    assert len(grouping.groups) <= most_groups(len(texts))


@each_way
@few_examples
@given(posts.vectors(), posts.seed, st.none() | st.integers(1, 8))
def test_so_it_is_with_any_vectors_largest_group_first(clumped, vectors, seed, most):
    with hall(clumped):
        grouping = group(vectors, seed=seed, most=most)
    assert everyone(grouping) == list(range(len(vectors)))
    sizes = [len(members) for members in grouping.groups]
    assert sizes == sorted(sizes, reverse=True)
    assert all(size >= smallest(len(vectors)) for size in sizes)
    assert len(sizes) <= (most or most_groups(len(vectors)))


@few_examples
@given(posts.evening, posts.seed)
def test_the_same_texts_and_seed_give_the_same_groups(texts, seed):
    assert group(posts.seen(texts), seed=seed) == group(posts.seen(list(texts)), seed=seed)


@each_way
@few_examples
@given(posts.vectors(), posts.seed, st.data())
def test_the_same_vectors_wishes_and_seed_give_the_same_groups(clumped, vectors, seed, data):
    wishes = data.draw(posts.wishes(len(vectors)))
    with hall(clumped):
        first = group(vectors, seed=seed, wishes=wishes)
        assert group(vectors.copy(), seed=seed, wishes=wishes) == first


@few_examples
@given(posts.evening)
def test_each_group_is_between_unsure_and_sure(texts):
    vectors = posts.seen(texts)
    grouping = group(vectors)
    assert len(grouping.sure) == len(grouping.groups)
    assert all(0 <= one <= 1 for one in grouping.sure)
    assert grouping.sure == sure(vectors, grouping.groups)


@pytest.fixture
def texts():
    return [*posts.CYCLING, *posts.JOBS, *posts.LIBRARY]


def test_posts_about_one_thing_meet(texts):
    topics = [set(range(5)), set(range(5, 10)), set(range(10, 15))]
    groups = group(posts.seen(texts)).groups
    assert len(groups) == 3
    assert all(any(set(members) <= topic for topic in topics) for members in groups)


def test_at_most_as_many_groups_as_asked_for(texts):
    assert len(group(posts.seen(texts), most=2).groups) <= 2


@each_way
@few_examples
@given(posts.vectors(fewest=4, most=12), st.integers(3, 14), posts.seed, st.integers(2, 40))
def test_the_same_words_are_never_parted_however_many_groups_are_asked_for(
    clumped, vectors, times, seed, most
):
    over_and_over = np.repeat(vectors, times, axis=0)
    with hall(clumped):
        groups = group(over_and_over, seed=seed, most=most).groups
    for first in range(0, len(over_and_over), times):
        same = set(range(first, first + times))
        assert all(same <= set(members) or same.isdisjoint(members) for members in groups)


@pytest.mark.parametrize("count, most", [(1, 2), (10, 4), (30, 6), (225, 9)])
def test_the_default_number_of_groups_grows_slowly(count, most):
    assert most_groups(count) == most


@pytest.mark.parametrize("alone", [[], [""], ["❤️"], ["hej"], ["", " ", "\u200f"]])
def test_too_few_posts_stay_single(alone):
    assert group(posts.seen(alone)).singles == list(range(len(alone)))


def test_what_says_nothing_stays_single_among_many(texts):
    silent = ["", " ", "\u200f"] * 4
    grouping = group(posts.seen([*texts, *silent]))
    assert set(range(15, 27)) <= set(grouping.singles)
    assert [set(members) for members in grouping.groups] == [
        set(members) for members in group(posts.seen(texts)).groups
    ]


def test_another_model_can_take_the_place_of_the_first():
    long = np.array([False] * 3 + [True] * 3)
    by_length = np.column_stack([long, ~long]).astype(np.float32)
    assert group(by_length).groups == [[0, 1, 2], [3, 4, 5]]


def test_parameters_can_be_written_in_the_log():
    assert json.loads(json.dumps(PARAMETERS)) == PARAMETERS


# ── what people have said ─────────────────────────────────────────────────────────────────────


@each_way
@settings(max_examples=150, deadline=None)
@given(posts.vectors(), posts.seed, st.none() | st.integers(1, 8), st.data())
def test_what_people_have_said_holds_whatever_is_alike(clumped, vectors, seed, most, data):
    wishes = data.draw(posts.wishes(len(vectors)))
    standing = group(vectors).groups if data.draw(st.booleans()) else ()
    with hall(clumped):
        grouping = group(vectors, seed=seed, most=most, standing=standing, wishes=wishes)
    blocks = wishes.blocks

    assert everyone(grouping) == list(range(len(vectors)))
    for number, block in enumerate(blocks):
        assert set(block) <= set(grouping.groups[number])
    for post, block in wishes.kept_out:
        assert post not in grouping.groups[block]
    assert len(grouping.groups) <= max(most or most_groups(len(vectors)), len(blocks))
    assert all(len(it) >= smallest(len(vectors)) for it in grouping.groups[len(blocks) :])


def test_what_is_like_a_block_joins_it(texts):
    wishes = Wishes([[0, 1], [10, 11]])
    first, second, *_ = group(posts.seen(texts), wishes=wishes).groups
    assert {0, 1, 2} <= set(first) <= set(range(5))
    assert {10, 11, 12, 13} <= set(second) <= set(range(10, 15))


def test_a_post_kept_out_of_a_block_that_it_is_like_goes_elsewhere_or_nowhere(texts):
    vectors = posts.seen(texts)
    assert 2 in group(vectors, wishes=Wishes([[0, 1]])).groups[0]
    kept = group(vectors, wishes=Wishes([[0, 1]], [(2, 0)]))
    assert 2 not in kept.groups[0]
    assert 2 in everyone(kept)


def test_posts_that_are_quite_alike_stay_apart_if_they_are_in_two_blocks():
    vectors = np.tile(np.float32([0.6, 0.8]), (6, 1))
    groups = group(vectors, wishes=Wishes([[0], [5]])).groups
    assert 0 in groups[0] and 5 in groups[1]


def test_blocks_are_groups_however_many_and_small(texts):
    wishes = Wishes([[0], [5], [10]])
    assert len(group(posts.seen(texts), most=1, wishes=wishes).groups) == 3


# ── grouped anew ──────────────────────────────────────────────────────────────────────────────


def plain_groups(count=60, spread=0.45, seed=0):
    """Vectors about five middles; near enough each other that a few could be in either of two."""
    chance = np.random.default_rng(seed)
    middles = np.eye(5, 24)
    rows = middles[np.arange(count) % 5] + spread * chance.normal(size=(count, 24)) / np.sqrt(5)
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def moved(before, after):
    """How many posts of groups `before` are not with most of their group any more."""
    places = {post: number for number, members in enumerate(after) for post in members}
    stayed = 0
    for members in before:
        numbers = [places.get(post, -1) for post in members]
        stayed += max(numbers.count(one) for one in set(numbers) if one >= 0)
    return sum(map(len, before)) - stayed


@pytest.mark.parametrize("spread", [0.2, 0.6, 1.0])
def test_grouping_the_same_posts_anew_moves_almost_nothing(spread):
    shares = []
    for seed in range(20):
        vectors = plain_groups(spread=spread, seed=seed)
        before = group(vectors).groups
        shares.append(moved(before, group(vectors, standing=before).groups) / len(vectors))
    assert np.mean(shares) <= 0.04


def test_what_stands_is_moved_less_by_new_posts_than_if_it_did_not_count():
    with_it = without = 0
    for seed in range(12):
        vectors = plain_groups(count=80, spread=0.8, seed=seed)
        before = group(vectors[:60]).groups
        with_it += moved(before, group(vectors, standing=before).groups)
        without += moved(before, group(vectors).groups)
    assert with_it < 0.7 * without


def test_standing_groups_are_merged_when_fewer_are_allowed():
    near = np.float32([[1, 0.2, 0], [1, -0.2, 0], [0, 0, 1]])
    rows = np.repeat(near, 8, axis=0)
    vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    standing = [list(range(8)), list(range(8, 16)), list(range(16, 24))]
    assert group(vectors, most=3, standing=standing).groups == standing
    assert group(vectors, most=2, standing=standing).groups == [list(range(16)), standing[2]]


# ── places and new groups ─────────────────────────────────────────────────────────────────────


def drawn_apart(data, count):
    """Standing groups, and who waits."""
    of = data.draw(st.lists(st.integers(-2, 3), min_size=count, max_size=count))
    standing = [[post for post, one in enumerate(of) if one == number] for number in range(4)]
    return standing, [post for post, one in enumerate(of) if one == -1]


@few_examples
@given(posts.evening, st.data())
def test_placing_and_forming_only_ever_touch_the_waiting(texts, data):
    vectors = posts.seen(texts)
    standing = group(posts.seen(texts[: len(texts) // 2])).groups
    stand = {post for members in standing for post in members}
    waiting = [post for post in range(len(texts)) if post not in stand]
    waiting = data.draw(st.lists(st.sampled_from(waiting), unique=True)) if waiting else []
    touches_only_the_waiting(vectors, standing, waiting)


@each_way
@few_examples
@given(posts.vectors(), st.data())
def test_so_it_is_with_any_vectors_and_groups(clumped, vectors, data):
    with hall(clumped):
        touches_only_the_waiting(vectors, *drawn_apart(data, len(vectors)))


def touches_only_the_waiting(vectors, standing, waiting):
    before = [list(members) for members in standing]

    placed = place(vectors, standing, waiting)
    formed = form(vectors, [post for post in waiting if post not in placed])

    assert standing == before
    assert set(placed) <= set(waiting)
    assert all(0 <= number < len(standing) for number in placed.values())
    new = [post for members in formed for post in members]
    assert len(new) == len(set(new))
    assert set(new) <= set(waiting) - set(placed)
    assert all(len(members) >= smallest(len(vectors)) for members in formed)


@few_examples
@given(posts.vectors(fewest=1), st.data())
def test_nobody_is_placed_where_they_are_kept_out(vectors, data):
    standing, waiting = drawn_apart(data, len(vectors))
    everywhere = st.sets(st.integers(0, 3), min_size=1)
    kept_out = {post: data.draw(everywhere) for post in waiting if data.draw(st.booleans())}
    placed = place(vectors, standing, waiting, kept_out)
    assert not any(number in kept_out.get(post, ()) for post, number in placed.items())
    free = place(vectors, standing, waiting)
    assert all(placed.get(post) == free.get(post) for post in waiting if post not in kept_out)


def test_who_is_kept_out_of_the_best_group_may_join_the_next():
    vectors = np.float32([[1, 0, 0], [0.8, 0.6, 0], [0, 0, 1], [0.96, 0.28, 0]])
    standing = [[0], [1], [2]]
    assert place(vectors, [[0], [2]], [3]) == {3: 0}
    assert place(vectors, standing, [3], {3: {0}}) == {3: 1}
    assert place(vectors, standing, [3], {3: {0, 1, 2}}) == {}


def test_a_new_post_joins_the_group_it_clearly_fits(texts):
    standing = [list(range(5)), list(range(5, 10))]
    assert place(posts.seen([*texts, "fler cykelvägar"]), standing, [15]) == {15: 0}


def test_a_post_that_fits_nowhere_goes_on_waiting(texts):
    standing = [list(range(5)), list(range(5, 10))]
    assert place(posts.seen([*texts, "hörslinga", "❤️", ""]), standing, [15, 16, 17]) == {}


def test_a_group_that_people_have_emptied_takes_nobody_in(texts):
    standing = [[], list(range(5))]
    assert place(posts.seen([*texts, "fler cykelvägar"]), standing, [15]) == {15: 1}
    assert sure(posts.seen(texts), standing)[0] == 0


def test_a_post_between_two_groups_goes_on_waiting():
    texts = ["bänk", "fler bänkar", "bänken", "lampa", "fler lampor", "lampan", "bänkar, lampor"]
    assert place(posts.seen(texts), [[0, 1, 2], [3, 4, 5]], [6]) == {}


def test_new_groups_form_only_when_enough_belong_together(texts):
    assert form(posts.seen(texts), [0, 5, 10]) == []
    assert form(posts.seen(texts), [0, 1, 2, 5, 10]) == [[0, 1, 2]]


def test_no_new_group_forms_where_none_is_allowed(texts):
    everybody = list(range(15))
    assert form(posts.seen(texts), everybody, most=0) == []
    assert len(form(posts.seen(texts), everybody, most=1)) == 1


# ── how well a post fits ──────────────────────────────────────────────────────────────────────


@few_examples
@given(posts.vectors(fewest=1), st.data())
def test_a_post_is_compared_with_the_others_of_a_group_and_never_with_itself(vectors, data):
    everybody = st.sampled_from(range(len(vectors)))
    members = data.draw(st.lists(everybody, unique=True))
    fits = fit_in(vectors, members)
    for post, found in enumerate(fits.tolist()):
        others = sum((vectors[it] for it in members if it != post), np.zeros(vectors.shape[1]))
        length = float(np.linalg.norm(others))
        if length > 1e-3 or length == 0:  # between them only rounding decides
            assert abs(found - (vectors[post] @ others / length if length else 0)) < 1e-3
