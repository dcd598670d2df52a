"""From a model's vectors to the space in which posts are compared.

A model tells languages and forms (keyword, question, meaning) apart as well as subjects. What was
learned about the packaged model from labelled and from parallel texts (`python -m bench.learn`)
turns that down: directions that separate languages or forms are projected out, and directions in
which texts of one subject differ are shortened (within-class covariance normalisation, Hatch and
others 2006). Other models are only centred.
"""

import hashlib
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.preprocessing import normalize

from dialog.analysis.embedding import Vectors

PSEUDO_POSTS = 50
"""An area's middle counts as if so many posts more lay at the model's own: few posts of one
subject must not lose what they have in common."""


class Learned(NamedTuple):
    """What is taken from a model's vectors first, and what they are then multiplied by."""

    mean: NDArray[np.float32]
    metric: NDArray[np.float32]


def prepared(vectors: Vectors, model: str, learned: Learned | None = None) -> Vectors:
    """`vectors` of the posts of one area by `model`, as rows of length 1; 0 where nothing is said.

    `model` is the embedder's name and version, and decides what is `learned` unless that is given.
    The same post has another place among others.
    """
    return beside(vectors, vectors, model, learned)


def beside(posts: Vectors, others: Vectors, model: str, learned: Learned | None = None) -> Vectors:
    """Where texts with the vectors `others` lie among the `posts` of an area, as in `prepared`."""
    if not len(posts) or not len(others):
        return others
    known = learned_of(model) if learned is None else learned
    moved = learned_place(posts, known)
    middle = moved.sum(axis=0) / (said(posts).sum() + PSEUDO_POSTS)
    shifted = learned_place(others, known) - middle
    return np.asarray(normalize(np.where(said(others), shifted, 0)), np.float32)


def learned_place(vectors: Vectors, known: Learned | None) -> Vectors:
    moved = vectors if known is None else (vectors - known.mean) @ known.metric
    return np.asarray(np.where(said(vectors), moved, 0), np.float32)


def said(vectors: Vectors) -> NDArray[np.bool_]:
    """Which rows are those of texts that say anything."""
    return np.asarray(np.linalg.norm(vectors, axis=1, keepdims=True) > 0)


@lru_cache(maxsize=8)
def learned_version(model: str) -> str:
    """Which edition of what was learned about a model is here, for the record; "" for others."""
    file = learned_file(model)
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12] if file.is_file() else ""


@lru_cache(maxsize=8)
def learned_of(model: str) -> Learned | None:
    """What is known about a model, by its name without the version; None for others."""
    file = learned_file(model)
    if not file.is_file():
        return None
    with file.open("rb") as opened, np.load(opened) as arrays:
        return Learned(arrays["mean"].astype(np.float32), arrays["metric"].astype(np.float32))


def learned_file(model: str) -> Traversable:
    return files(__package__) / "learned" / f"{model.rpartition('-')[0]}.npz"
