"""The likest are joined first, as average linkage does, and what may not meet never does."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from dialog.analysis.linkage import Wishes, joined_parts, likeness_of_parts, mergers, rough_groups
from tests.analysis import posts

some_examples = settings(max_examples=60, deadline=None)
chances = st.integers(0, 2**32 - 1).map(np.random.default_rng)


def likenesses(chance, count):
    """Between every two of `count` parts; no two means of any are the same."""
    alike = squareform(chance.uniform(-1, 1, count * (count - 1) // 2))
    np.fill_diagonal(alike, -np.inf)
    return alike


def partitions(alike, sizes):
    """Number of groups -> the groups of parts, after so many mergers of ours."""
    count = len(sizes)
    plain = mergers(alike.copy(), np.array(sizes), even=0)
    joined = sorted(plain, key=lambda merger: -merger.alike)
    assert len(joined) == count - 1
    parts = [[number] for number in range(count)]
    return {count - done: sets(joined_parts(parts, joined[:done])) for done in range(count)}


def sets(groups):
    return {frozenset(members) for members in groups}


def scipys(distances, groups, parts):
    """`groups` groups of scipy's, told in the parts that the posts belong to."""
    numbers = fcluster(linkage(squareform(distances), method="average"), groups, "maxclust")
    return sets(set(parts[numbers == number].tolist()) for number in set(numbers.tolist()))


@some_examples
@given(st.integers(2, 24), chances)
def test_posts_one_by_one_are_joined_as_scipy_joins_them(count, chance):
    alike = likenesses(chance, count)
    distances = 1 - alike
    np.fill_diagonal(distances, 0)
    for groups, found in partitions(alike, [1] * count).items():
        assert found == scipys(distances, groups, np.arange(count))


@some_examples
@given(st.lists(st.integers(1, 6), min_size=2, max_size=12), chances)
def test_a_part_counts_as_much_as_its_posts_one_by_one(sizes, chance):
    alike = likenesses(chance, len(sizes))
    parts = np.repeat(np.arange(len(sizes)), sizes)
    distances = (1.5 - alike)[np.ix_(parts, parts)]
    distances[parts[:, None] == parts[None, :]] = 0  # nearer than any two parts
    for groups, found in partitions(alike, sizes).items():
        assert found == scipys(distances, groups, parts)


@some_examples
@given(posts.vectors(fewest=2), st.data())
def test_two_parts_are_as_alike_as_their_posts_are_on_average(vectors, data):
    of_part = data.draw(st.lists(st.integers(0, 4), min_size=len(vectors), max_size=len(vectors)))
    parts = [[n for n, one in enumerate(of_part) if one == part] for part in set(of_part)]
    alike = likeness_of_parts(vectors, parts, 0, [])
    for one, other in np.argwhere(~np.eye(len(parts), dtype=bool)):
        between = (vectors[parts[one]] @ vectors[parts[other]].T).mean()
        assert abs(alike[one, other] - between) < 2e-5
    assert (np.diag(alike) == -np.inf).all()


@some_examples
@given(st.integers(2, 16), chances, st.data())
def test_what_may_not_meet_never_does_however_much_is_joined(count, chance, data):
    alike = likenesses(chance, count)
    numbers = st.integers(0, count - 1)
    apart = data.draw(st.lists(st.tuples(numbers, numbers).filter(lambda it: it[0] != it[1])))
    for one, other in apart:
        alike[one, other] = alike[other, one] = -np.inf
    joined = sorted(mergers(alike, np.ones(count, int)), key=lambda merger: -merger.alike)
    for done in range(len(joined) + 1):
        for group in joined_parts([[number] for number in range(count)], joined[:done]):
            assert not any({one, other} <= set(group) for one, other in apart)
    left = joined_parts([[number] for number in range(count)], joined)
    for number, group in enumerate(left):
        for other in left[:number]:
            assert any({*pair} <= {*group, *other} for pair in apart)


def test_each_merger_is_no_more_alike_than_the_last_of_its_parts():
    alike = likenesses(np.random.default_rng(4), 40)
    last = {}
    for merger in sorted(mergers(alike, np.ones(40, int)), key=lambda merger: -merger.alike):
        assert merger.one < merger.other
        for part in (merger.one, merger.other):
            assert merger.alike <= last.get(part, np.inf)
            last[part] = merger.alike


@some_examples
@given(posts.vectors(), st.integers(1, 4), st.integers(1, 6), posts.seed, st.data())
def test_rough_groups_are_few_and_large_enough_and_share_no_post(vectors, least, most, seed, data):
    wishes = data.draw(posts.wishes(len(vectors)))
    groups = rough_groups(vectors, least, most, seed, wishes)
    blocks = len(wishes.blocks)
    assert len(groups) <= max(most, blocks)
    assert all(len(members) >= least for members in groups[blocks:])
    everyone = [post for members in groups for post in members]
    assert len(everyone) == len(set(everyone))
    for block, members in zip(wishes.blocks, groups[:blocks], strict=True):
        assert set(block) <= set(members)


def test_the_number_of_groups_that_leaves_fewest_alone_is_taken():
    pairs = np.float32([[1, 0], [1, 0.1], [0, 1], [0.1, 1], [-1, -0.9]])
    vectors = pairs / np.linalg.norm(pairs, axis=1, keepdims=True)
    assert rough_groups(vectors, 2, 3, 0) == [[0, 1], [2, 3]]
    assert rough_groups(vectors, 1, 3, 0) == [[0, 1], [2, 3], [4]]
    assert rough_groups(vectors, 2, 1, 0) == [[0, 1, 2, 3, 4]]
    assert rough_groups(vectors, 2, 1, 0, Wishes([[0]], [(2, 0)])) == [[0, 1]]


def test_what_is_kept_out_of_the_only_group_allowed_makes_no_other():
    vectors = np.tile(np.float32([0.6, 0.8]), (4, 1))
    wishes = Wishes([[3]], [(0, 0), (1, 0)])
    assert rough_groups(vectors, 1, 1, 0, wishes) == [[2, 3]]
    assert len(rough_groups(vectors, 1, 2, 0, wishes)) == 2


def test_small_parts_are_joined_before_large_ones_that_are_a_little_liker():
    alike = np.full((4, 4), -np.inf)
    alike[0, 1] = alike[1, 0] = 0.52
    alike[2, 3] = alike[3, 2] = 0.5
    alike[:2, 2:] = alike[2:, :2] = -1
    sizes = np.array([50, 50, 2, 2])
    soonest = max(mergers(alike.copy(), sizes), key=lambda merger: merger.alike)
    assert (soonest.one, soonest.other) == (2, 3)
    plain = max(mergers(alike.copy(), sizes, even=0), key=lambda merger: merger.alike)
    assert (plain.one, plain.other) == (0, 1)
