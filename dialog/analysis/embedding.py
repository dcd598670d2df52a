"""Texts as vectors in which likeness is an angle."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
from sklearn.preprocessing import normalize

from dialog.text.compounds import compound_parts
from dialog.text.stems import root
from dialog.text.words import content_words, normalise, words

Matrix = NDArray[np.float64]
Vectors = NDArray[np.float32]
Analyzer = Callable[[str], Sequence[str]]


class Embedder(Protocol):
    """What the grouping needs of a model. Name and version go to the log with each run."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row a text, of length 1, or 0 where a text has nothing to say."""
        ...


class LexicalEmbedder:
    """Likeness by common letters: parts of words, so that compounds meet, and whole roots."""

    name = "lexical"
    version = "2"
    weight_of_parts = 0.65
    # Features share columns by hashing: memory does not grow with the vocabulary.
    columns = 4096

    def embed(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.columns), np.float32)
        parts = self.weighed(texts, parts_of) * np.sqrt(self.weight_of_parts)
        roots = self.weighed(texts, roots_of) * np.sqrt(1 - self.weight_of_parts)
        return np.asarray(normalize(parts + roots))

    def weighed(self, texts: Sequence[str], analyzer: Analyzer) -> Vectors:
        """TF-IDF of what `analyzer` finds."""
        hashing = HashingVectorizer(
            analyzer=analyzer, n_features=self.columns, norm=None, dtype=np.float32
        )
        weights = TfidfTransformer().fit_transform(hashing.transform(texts))
        return np.asarray(weights.toarray())


LEXICAL = LexicalEmbedder()


def parts_of(text: str) -> list[str]:
    """Runs of three to five letters inside each word, its two ends marked by a space."""
    return [part for form in subjects(text) for part in runs(f" {root(form)} ")]


@lru_cache(maxsize=20_000)
def runs(text: str) -> tuple[str, ...]:
    return tuple(
        text[start : start + length]
        for length in (3, 4, 5)
        for start in range(len(text) - length + 1)
    )


def roots_of(text: str) -> list[str]:
    """The root of each word, and of the words it is put together from, marked as whole."""
    return [f"={one}" for form in subjects(text) for one in (root(form), *compound_parts(form))]


@lru_cache(maxsize=20_000)
def subjects(text: str) -> tuple[str, ...]:
    """The words that tell `text` from others; failing those all its words, or its signs."""
    telling = content_words(text) or words(text)
    return tuple(word.form for word in telling) or tuple(normalise(text).split())
