"""Friends of friends come close, and no hall is too small or too much alike for it."""

import time

import numpy as np
import pytest
from hypothesis import given, settings

from dialog.analysis import neighbours
from dialog.analysis.neighbours import FEWEST, NEIGHBOURS, graph, leading, reach_among, smoothed
from tests.analysis import posts


@settings(deadline=None)
@given(posts.vectors())
def test_rows_stay_of_length_one_or_nothing(vectors):
    moved = smoothed(vectors)
    lengths = np.linalg.norm(moved, axis=1)
    assert moved.shape == vectors.shape and moved.dtype == np.float32
    assert np.all(np.isclose(lengths, 1, atol=1e-4) | (lengths == 0))
    assert not moved[~vectors.any(axis=1)].any()


@pytest.mark.parametrize("count", range(FEWEST + 1))
def test_in_the_smallest_halls_nobody_moves(count):
    vectors = np.eye(5, dtype=np.float32)[:count]
    assert np.array_equal(smoothed(vectors), vectors)


@pytest.mark.parametrize("count", [1, 4, 5, 30])
def test_the_same_words_over_and_over_stay_the_same(count):
    vectors = np.tile(np.float32([0.6, 0.8]), (count, 1))
    assert np.allclose(smoothed(vectors), vectors, atol=1e-5)


@pytest.mark.parametrize("count", [0, 1, 4, 30])
def test_what_says_nothing_is_near_nobody(count):
    assert not smoothed(np.zeros((count, 3), np.float32)).any()


def test_a_friend_of_a_friend_comes_close():
    bearings = np.radians([0, 50, 100, 180, 230, 280])
    vectors = np.column_stack([np.cos(bearings), np.sin(bearings)]).astype(np.float32)
    before, after = vectors @ vectors.T, smoothed(vectors) @ smoothed(vectors).T
    assert before[0, 2] < 0 < after[0, 2]
    assert after[0, 1] > before[0, 1]


@settings(deadline=None)
@given(posts.vectors(fewest=FEWEST + 1).filter(lambda rows: rows.any(axis=1).all()))
def test_a_post_listens_to_others_only_and_never_to_the_unlike(vectors):
    listens = graph(vectors).toarray()
    alike = vectors @ vectors.T
    assert not np.diag(listens).any()
    assert (listens >= 0).all() and (alike[listens > 0] > -1e-3).all()
    sums = listens.sum(axis=1)
    assert np.all(np.isclose(sums, 1, atol=1e-4) | (sums == 0))
    assert ((listens > 0) == (listens.T > 0)).all()


@pytest.mark.parametrize("count, reach", [(2, 1), (4, 3), (12, 3), (20, 5), (40, 10), (9999, 10)])
def test_a_post_listens_to_more_in_a_larger_hall_but_never_to_many(count, reach):
    assert reach_among(count) == reach <= NEIGHBOURS


@pytest.mark.parametrize("wide", [1_000, 5])
def test_among_many_posts_the_leading_directions_tell_nearly_the_same(monkeypatch, wide):
    monkeypatch.setattr(neighbours, "WIDE", wide)
    monkeypatch.setattr(neighbours, "MANY", 50)
    monkeypatch.setattr(neighbours, "DIRECTIONS", 3)
    chance = np.random.default_rng(0)
    vectors = np.repeat(np.eye(3, 8), 20, axis=0) + 0.05 * chance.normal(size=(60, 8))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    fewer = leading(vectors)
    assert fewer.shape == (60, 3)
    assert np.allclose(fewer @ fewer.T, vectors @ vectors.T, atol=0.1)
    assert np.array_equal(leading(vectors[:50]), vectors[:50])


def test_the_leading_directions_of_wide_rows_are_found_in_seconds():
    chance = np.random.default_rng(0)
    rows = np.zeros((neighbours.MANY + 1, 8192), np.float32)
    rows[np.arange(len(rows))[:, None], chance.integers(8192, size=(len(rows), 30))] = 30**-0.5
    began = time.process_time()
    leading(rows)
    assert time.process_time() - began < 20
