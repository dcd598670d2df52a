"""Each post's nearest, and every post moved towards them: friends of friends come close.

Every two posts are compared, but only a few of each are kept: memory grows with their number.
"""

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import normalize
from sklearn.utils.extmath import randomized_svd

from dialog.analysis.embedding import Vectors

NEIGHBOURS = 10
FEWEST = 3
SHARE = 4  # a post listens to one in so many of the others, within the two bounds above
CARRY = 0.7  # how much of its place a post takes from its neighbours
ROUNDS = 3
MANY = 2_000
"""Among more posts than these, nearness is looked for in the leading directions only."""
DIRECTIONS = 96
WIDE = 1_000
"""Exactly the leading directions of wider rows would take minutes to find."""


def smoothed(vectors: Vectors) -> Vectors:
    """Each post moved towards its neighbours, three times over; rows of length 1 or 0. What was the
    same is the same still.

    What says nothing is nobody's neighbour: its likeness to others is not seen in distances.
    """
    telling = np.flatnonzero(vectors.any(axis=1))
    if len(telling) <= FEWEST:
        return vectors
    given = vectors[telling]
    listens = graph(given)
    moved = given
    for _ in range(ROUNDS):
        moved = (1 - CARRY) * given + CARRY * (listens @ moved)
    found = np.zeros_like(vectors, np.float32)
    found[telling] = normalize(together(given, moved))
    return found


def together(given: Vectors, moved: Vectors) -> Vectors:
    """Posts that are given the same moved to one place: of more such than a post listens to, each
    has listened to others."""
    known: dict[bytes, int] = {}
    which = np.array([known.setdefault(row.tobytes(), len(known)) for row in given])
    if len(known) == len(given):
        return moved
    sums = sp.csr_array((np.ones(len(given)), (which, np.arange(len(given))))) @ moved
    return np.asarray(sums[which], np.float32)


def graph(vectors: Vectors) -> sp.csr_array:
    """Row by row how much a post listens to which others: to those nearest to it, and to those
    that it is nearest to, by likeness. Every row is of length 1."""
    count, reach = len(vectors), reach_among(len(vectors))
    distances, near = nearest(vectors, reach)
    alike = np.maximum(1 - distances**2 / 2, 0)
    rows = np.repeat(np.arange(count), reach)
    listens = sp.csr_array((alike.ravel(), (rows, near.ravel())), shape=(count, count))
    return sp.csr_array(normalize(listens.maximum(listens.T), norm="l1"))


def nearest(vectors: Vectors, reach: int) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """The `reach` nearest others of each post, and how far away they are."""
    among = leading(vectors)
    search = NearestNeighbors(n_neighbors=reach, algorithm="brute").fit(among)
    distances, near = search.kneighbors()
    return np.round(distances, 5), near


def reach_among(count: int) -> int:
    return min(NEIGHBOURS, max(FEWEST, count // SHARE), count - 1)


def leading(vectors: Vectors) -> Vectors:
    """The posts in the directions in which they differ most, where there are many of them."""
    if len(vectors) <= MANY or vectors.shape[1] <= DIRECTIONS:
        return vectors
    return np.asarray(normalize(vectors @ directions(vectors)), np.float32)


def directions(vectors: Vectors) -> Vectors:
    """The `DIRECTIONS` in which rows are longest, as columns; nearly those, where rows are wide."""
    if vectors.shape[1] > WIDE:
        _, _, found = randomized_svd(vectors, DIRECTIONS, random_state=0)
        return np.asarray(found.T, np.float32)
    _, found = np.linalg.eigh(vectors.T @ vectors)
    return np.asarray(found[:, -DIRECTIONS:], np.float32)
