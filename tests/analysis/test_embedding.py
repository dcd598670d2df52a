"""What looks alike lies close, whatever is written."""

import numpy as np
from hypothesis import given

from dialog.analysis.embedding import LEXICAL
from tests.analysis import posts


@given(posts.evening)
def test_every_text_gets_a_row_of_length_one_or_nothing(texts):
    lengths = np.linalg.norm(LEXICAL.embed(texts), axis=1)
    assert lengths.shape == (len(texts),)
    assert np.all(np.isclose(lengths, 1, atol=1e-4) | (lengths == 0))


def test_only_texts_without_any_sign_have_nothing_to_say():
    lengths = np.linalg.norm(LEXICAL.embed(["", "  ", "❤️", "och", "x"]), axis=1)
    assert [bool(length) for length in lengths] == [False, False, True, True, True]


def test_inflections_and_compounds_lie_close():
    rows = LEXICAL.embed(["cykelväg", "cykelvägar", "gångväg", "bibliotek"])
    alike = rows @ rows.T
    assert alike[0, 1] > 0.99
    assert alike[0, 2] > 0.1
    assert alike[0, 3] < 0.05


def test_the_same_texts_get_the_same_vectors():
    assert np.array_equal(LEXICAL.embed(posts.EVENING), LEXICAL.embed(posts.EVENING))
