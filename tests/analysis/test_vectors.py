"""What models are given, and what is kept of what they give back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from dialog.analysis.vectors import LONGEST, of_unit_length, pack, tidy, unpack

numbers = st.floats(-1, 1, width=32)
some_vectors = st.tuples(st.integers(0, 5), st.integers(1, 6)).flatmap(
    lambda shape: arrays.arrays(np.float32, shape, elements=numbers)
)


@given(some_vectors)
def test_vectors_come_back_from_bytes_to_the_last_bit(vectors):
    back = unpack(pack(vectors))
    assert back.dtype == np.float32 and len(back) == len(vectors)
    assert back.tobytes() == vectors.tobytes()


def test_what_is_missing_comes_back_as_zeros():
    back = unpack([None, *pack(np.ones((1, 3), np.float32)), None])
    assert back.tolist() == [[0, 0, 0], [1, 1, 1], [0, 0, 0]]
    assert unpack([None, None]).shape[0] == 2 and unpack([]).shape[0] == 0


def test_rows_become_of_length_one():
    assert np.allclose(of_unit_length([[3, 4], [-2, 0]]), [[0.6, 0.8], [-1, 0]])
    assert len(of_unit_length([])) == 0


@pytest.mark.parametrize("rows", [[[1, 2], [1]], [[0, 0]], [[]], [[float("inf"), 1]], [1, 2]])
def test_rows_that_cannot_be_vectors_are_refused(rows):
    with pytest.raises(ValueError, match="vectors"):
        of_unit_length(rows)


@given(st.text() | st.text(alphabet="\ud800\0 \n\u00a0aǻ"))
def test_a_tidy_text_can_be_encoded_and_is_tidy(text):
    given = tidy(text)
    given.encode()
    assert "\0" not in given and len(given) <= LONGEST
    assert given == tidy(given) == " ".join(given.split())


def test_the_same_text_from_two_keyboards_is_the_same():
    assert tidy("A\u030angstro\u0308m  \n på\u00a0Öland") == tidy("Ångström på Öland")


def test_a_text_is_cut_without_a_space_left_at_its_end():
    assert tidy("a" * (LONGEST - 1) + " b") == "a" * (LONGEST - 1)
