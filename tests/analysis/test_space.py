"""Posts are compared in a space of their own, whichever model they were seen by."""

from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings

from dialog import analysis
from dialog.analysis import space
from dialog.analysis.space import PSEUDO_POSTS, learned_of, prepared
from tests.analysis import posts

E5, WIDTH = "e5-small-q4", 384
LEARNED = sorted(it.name for it in files(analysis).joinpath("learned").iterdir())


def of_one_or_nothing(rows):
    lengths = np.linalg.norm(rows, axis=1)
    return np.all(np.isclose(lengths, 1, atol=1e-4) | (lengths == 0))


def some(count, width=WIDTH, seed=1):
    """Vectors in a narrow cone, as models give them, one of them of nothing."""
    rows = np.random.default_rng(seed).normal(size=(count, width)) + 2
    rows[count // 2] = 0
    return rows.astype(np.float32) / max(np.linalg.norm(rows[0]), 1)


@pytest.mark.parametrize("model", ["lexical-2", "another-7", f"{E5}-0.3.0"])
@pytest.mark.parametrize("count", [1, 2, 5, 40])
def test_rows_are_of_length_one_and_what_says_nothing_stays_nothing(model, count):
    given = some(count)
    rows = prepared(given, model)
    assert rows.shape == given.shape and rows.dtype == np.float32
    assert of_one_or_nothing(rows)
    assert (rows.any(axis=1) == given.any(axis=1)).all()


@settings(deadline=None)
@given(posts.vectors())
def test_the_space_of_any_vectors_has_rows_of_length_one_or_nothing(vectors):
    rows = prepared(vectors, "another-1")
    assert rows.shape == vectors.shape and of_one_or_nothing(rows)
    assert not rows[~vectors.any(axis=1)].any()


def test_no_posts_have_no_space():
    assert prepared(np.zeros((0, WIDTH), np.float32), f"{E5}-0.3.0").shape == (0, WIDTH)
    assert not prepared(np.zeros((3, WIDTH), np.float32), f"{E5}-0.3.0").any()


def test_an_unknown_model_is_only_centred():
    vectors = some(30, 6)
    middle = vectors.sum(axis=0) / (29 + PSEUDO_POSTS)
    centred = np.where(vectors.any(axis=1, keepdims=True), vectors - middle, 0)
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    assert np.allclose(
        prepared(vectors, "another-1"), centred / np.maximum(lengths, 1e-9), atol=1e-5
    )


def test_what_is_learned_of_a_model_is_used_whatever_its_version():
    vectors = some(30)
    first = prepared(vectors, f"{E5}-0.3.0")
    assert np.array_equal(first, prepared(vectors, f"{E5}-9"))
    assert not np.allclose(first, prepared(vectors, "another-0.3.0"), atol=0.01)


def test_what_is_learned_is_taken_from_each_vector_before_the_middle_is():
    vectors = some(30)
    known = learned_of(f"{E5}-0.3.0")
    said = vectors.any(axis=1, keepdims=True)
    moved = np.where(said, (vectors - known.mean) @ known.metric, 0).astype(np.float32)
    assert np.allclose(prepared(vectors, f"{E5}-1"), prepared(moved, "another-1"), atol=1e-5)


def test_of_models_that_do_not_come_along_nothing_is_learned():
    assert learned_of("lexical-2") is None and learned_of("") is None


def test_what_comes_along_has_the_models_width_and_only_numbers():
    assert f"{E5}.npz" in LEARNED
    for name in (name for name in LEARNED if not name.endswith(".goals.npz")):
        known = learned_of(name.removesuffix(".npz") + "-1")
        assert known.mean.shape == (WIDTH,) and known.metric.shape == (WIDTH, WIDTH)
        assert np.isfinite(known.mean).all() and np.isfinite(known.metric).all()
        assert np.linalg.matrix_rank(known.metric) > WIDTH // 2


def test_a_run_can_say_which_edition_of_the_learned_it_was_made_with(monkeypatch, tmp_path):
    shipped = space.learned_version(f"{E5}-0.3.0")
    assert shipped == space.learned_version(f"{E5}-9.9") != ""
    assert space.learned_version("another-7") == ""
    other = tmp_path / "relearned.npz"
    other.write_bytes(b"other numbers")
    monkeypatch.setattr(space, "learned_file", lambda model: other)
    assert space.learned_version("relearned-1") not in ("", shipped)
