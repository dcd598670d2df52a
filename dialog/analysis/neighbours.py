"""Each post's nearest, and every post moved towards them: friends of friends come close.

Every two posts are compared, but only a few of each are kept: memory grows with their number.
"""

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import normalize

from dialog.analysis.embedding import Vectors

NEIGHBOURS = 10
FEWEST = 3
SHARE = 4  # a post listens to one in so many of the others, within the two bounds above
CARRY = 0.7  # how much of its place a post takes from its neighbours
ROUNDS = 3
MANY = 2_000
"""Among more posts than these, nearness is looked for in the leading directions only."""
DIRECTIONS = 96


def smoothed(vectors: Vectors) -> Vectors:
    """Each post moved towards its neighbours, three times over; rows of length 1 or 0."""
    if len(vectors) <= FEWEST:
        return vectors
    listens = graph(vectors)
    moved = vectors
    for _ in range(ROUNDS):
        moved = (1 - CARRY) * vectors + CARRY * (listens @ moved)
    return np.asarray(normalize(moved), np.float32)


def graph(vectors: Vectors) -> sp.csr_array:
    """Row by row how much a post listens to which others: to those nearest to it, and to those
    that it is nearest to, by likeness."""
    count, reach = len(vectors), reach_among(len(vectors))
    distances, near = nearest(vectors, reach)
    alike = np.maximum(1 - distances**2 / 2, 0)  # of rows of length 1
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
    _, directions = np.linalg.eigh(vectors.T @ vectors)
    return np.asarray(normalize(vectors @ directions[:, -DIRECTIONS:]), np.float32)
