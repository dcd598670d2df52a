"""Likenesses in, rough groups out: neighbours are drawn together, then joined until few remain."""

from collections.abc import Iterator

import numpy as np
from sklearn.cluster import AgglomerativeClustering
from sklearn.preprocessing import normalize

from dialog.analysis.embedding import Matrix

Members = list[int]

NEIGHBOURS = 10  # a post listens to a tenth of the others, but to no more than these
CARRY = 0.7  # how much of its place a post takes from its neighbours
ROUNDS = 3


def rough_groups(alike: Matrix, least: int, most: int, seed: int) -> list[Members]:
    """At most `most` groups of at least `least` posts; not every post is in one."""
    if len(alike) < max(least, 2):
        return []
    return best_cut(smoothed(alike, seed), least, most)


def smoothed(alike: Matrix, seed: int) -> Matrix:
    """Likenesses once each post has moved towards its neighbours: friends of friends come close."""
    near = neighbourhood(alike, seed)
    own = np.eye(len(alike))
    mixture = own
    for _ in range(ROUNDS):
        mixture = (1 - CARRY) * own + CARRY * near @ mixture
    moved = mixture @ alike @ mixture.T
    lengths = np.sqrt(np.maximum(np.diag(moved), 1e-9))
    return np.asarray(np.clip(np.round(moved / np.outer(lengths, lengths), 5), 0, 1))


def neighbourhood(alike: Matrix, seed: int) -> Matrix:
    """How much each post listens to each of its nearest; among equally near the lot decides."""
    apart = np.maximum(alike, 0) * (1 - np.eye(len(alike)))
    lots = np.random.default_rng(seed).random(alike.shape) * 1e-6
    nearest = np.argsort(-(apart + lots), axis=1)[:, : reach(len(alike))]
    near = np.zeros_like(apart)
    np.put_along_axis(near, nearest, np.take_along_axis(apart, nearest, axis=1), axis=1)
    return np.asarray(normalize(np.maximum(near, near.T), norm="l1"))


def reach(count: int) -> int:
    return min(NEIGHBOURS, max(2, count // 10), count - 1)


def best_cut(alike: Matrix, least: int, most: int) -> list[Members]:
    """As many groups as allowed; of the cuts with that many, the one that leaves fewest alone."""
    best: list[Members] = []
    for groups in cuts(alike, least):
        if len(best) <= len(groups) <= most:
            best = groups
    return best


def cuts(alike: Matrix, least: int) -> Iterator[list[Members]]:
    """The groups of at least `least` posts after each merger, from fine to coarse."""
    tree = AgglomerativeClustering(
        n_clusters=1, metric="precomputed", linkage="average", compute_full_tree=True
    ).fit(1 - alike)
    parts = {post: [post] for post in range(len(alike))}
    for merger, (one, other) in enumerate(tree.children_, start=len(alike)):
        parts[merger] = parts.pop(one) + parts.pop(other)
        yield [members for members in parts.values() if len(members) >= least]
