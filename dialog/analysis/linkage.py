"""Likenesses in, rough groups out: the likest are joined until few enough groups remain.

Average linkage, so that what must never meet never does: a likeness of minus infinity to one
member is one to the whole group. Among many posts, dense clumps of them are joined first.
"""

import warnings
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning

from dialog.analysis.embedding import Matrix, Vectors
from dialog.analysis.neighbours import leading

Members = list[int]

CLUMPS = 1_200
"""Most parts that every two are compared of; more posts than these are clumped first."""
ROUNDS_OF_CLUMPING = 5
EVEN = 0.2
"""How much slower large parts join than small ones. Without it the groups are too uneven where
subjects are of one size; from .4 on it parts the large ones of municipal texts."""
SAME = -1e-4
"""Parts as near as this say the same: they are joined however many groups there may be."""


class Wishes(NamedTuple):
    """What people have said: posts of one of the `blocks` stay together and away from the other
    blocks; a pair (post, block) in `kept_out` never meets."""

    blocks: Sequence[Members] = ()
    kept_out: Sequence[tuple[int, int]] = ()


NO_WISHES = Wishes()


class Merger(NamedTuple):
    """Parts `one` and `other` become one; `alike`: their nearness, the greater the sooner."""

    one: int
    other: int
    alike: float


def rough_groups(
    vectors: Vectors, least: int, most: int, seed: int, wishes: Wishes = NO_WISHES
) -> list[Members]:
    """At most `most` groups of at least `least` posts; not every post is in one.

    Blocks are groups however small they are, and come first, in their order, with what joins them.
    """
    if not len(vectors):
        return []
    parts = first_parts(vectors, seed, wishes)
    apart = [(part_of(parts, post), block) for post, block in wishes.kept_out]
    sizes = np.array([len(part) for part in parts])
    alike = likeness_of_parts(vectors, parts, len(wishes.blocks), apart)
    joined = sorted(mergers(alike, sizes), key=lambda merger: -merger.alike)
    counts = sizes.tolist()
    cut = best_cut(counts, joined, least, most, len(wishes.blocks))
    found = joined_parts(parts, joined[:cut])
    blocks, others = found[: len(wishes.blocks)], found[len(wishes.blocks) :]
    large = [group for group in others if len(group) >= least]
    # Still too many, where so much has been kept apart: the smallest are no groups then.
    allowed = sorted(large, key=len, reverse=True)[: max(0, most - len(blocks))]
    return [*blocks, *(group for group in large if group in allowed)]


def first_parts(vectors: Vectors, seed: int, wishes: Wishes) -> list[Members]:
    """The blocks, then posts one by one, or in clumps where there are many."""
    placed = {post for block in wishes.blocks for post in block}
    alone = {post for post, _ in wishes.kept_out} - placed
    free = [post for post in range(len(vectors)) if post not in placed and post not in alone]
    singles = [[post] for post in sorted(alone)]
    return [*map(list, wishes.blocks), *singles, *clumps(vectors, free, seed)]


def clumps(vectors: Vectors, posts: Members, seed: int) -> list[Members]:
    if len(posts) <= CLUMPS:
        return [[post] for post in posts]
    model = KMeans(CLUMPS, init="random", n_init=1, max_iter=ROUNDS_OF_CLUMPING, random_state=seed)
    with warnings.catch_warnings():
        # Of the same words over and over there are fewer clumps than asked for.
        warnings.simplefilter("ignore", ConvergenceWarning)
        labels = model.fit_predict(leading(vectors)[posts])
    order = np.argsort(labels, kind="stable")
    starts = np.flatnonzero(np.diff(labels[order])) + 1
    return [[posts[row] for row in rows] for rows in np.split(order, starts)]


def part_of(parts: Sequence[Members], post: int) -> int:
    return next(number for number, part in enumerate(parts) if post in part)


def likeness_of_parts(
    vectors: Vectors, parts: Sequence[Members], blocks: int, apart: Sequence[tuple[int, int]]
) -> Matrix:
    """The mean likeness of every two parts' posts; minus infinity for those that may not meet."""
    middles = np.stack([vectors[part].mean(axis=0) for part in parts])
    alike = np.round(middles @ middles.T, 5).astype(np.float64)
    alike[:blocks, :blocks] = -np.inf
    for one, other in apart:
        alike[one, other] = alike[other, one] = -np.inf
    np.fill_diagonal(alike, -np.inf)
    return alike


def mergers(alike: Matrix, sizes: NDArray[np.int_], even: float = EVEN) -> Iterator[Merger]:
    """Every merger of average linkage, by the nearest-neighbour chain (Murtagh 1983), in no order.

    A part is known by the lowest number in it. `alike` is used up. `even`: how much slower large
    parts join than small ones; 0 is plain average linkage, 1 near Ward's method.
    """
    weights = sizes.astype(np.float64)
    open_parts = list(range(len(sizes)))[::-1]
    gone = np.zeros(len(sizes), bool)
    chain: list[int] = []
    while open_parts or chain:
        if not chain:
            chain.append(open_parts.pop())
            if gone[chain[-1]]:
                chain.pop()
                continue
        last = chain[-1]
        near = nearness(alike[last], weights[last], weights, even)
        best = int(near.argmax())
        if len(chain) > 1 and near[chain[-2]] >= near[best]:
            best = chain[-2]
        if near[best] == -np.inf:  # nothing may join it
            chain.pop()
        elif len(chain) > 1 and best == chain[-2]:
            del chain[-2:]
            one, other = min(last, best), max(last, best)
            yield Merger(one, other, float(near[best]))
            join(alike, weights, one, other)
            gone[other] = True
            open_parts.append(one)
        else:
            chain.append(best)


def nearness(
    alike: Matrix, weight: float, weights: NDArray[np.float64], even: float
) -> NDArray[np.float64]:
    """Of one part to each: the likeness, less the larger both are. The nearest-neighbour chain
    still holds: joining two parts brings the result no nearer to a third than the nearer was."""
    slowness = (2 * weight * weights / (weight + weights)) ** even
    return np.asarray(np.minimum(alike - 1, 0) * slowness)


def join(alike: Matrix, weights: NDArray[np.float64], one: int, other: int) -> None:
    """`one` stands for both from now on, `other` for nothing."""
    total = weights[one] + weights[other]
    row = (weights[one] * alike[one] + weights[other] * alike[other]) / total
    weights[one] = total
    alike[one], alike[:, one] = row, row
    alike[other], alike[:, other] = -np.inf, -np.inf
    alike[one, one] = -np.inf


def best_cut(
    sizes: Sequence[int], joined: Sequence[Merger], least: int, most: int, blocks: int
) -> int:
    """After how many mergers there are as many groups as allowed, leaving fewest alone. `joined`
    is in order; what says the same is joined in any case."""
    same = sum(merger.alike >= SAME for merger in joined)
    now = list(sizes)
    counted = [number < blocks or size >= least for number, size in enumerate(now)]
    groups = sum(counted)
    best, cut = (groups, 0) if groups <= most and not same else (-1, len(joined))
    for done, merger in enumerate(joined, start=1):
        groups -= counted[merger.one] + counted[merger.other]
        now[merger.one] += now[merger.other]
        counted[merger.one] = merger.one < blocks or now[merger.one] >= least
        counted[merger.other] = False
        groups += counted[merger.one]
        if done >= same and best <= groups <= most:
            best, cut = groups, done
    return cut


def joined_parts(parts: Sequence[Members], joined: Sequence[Merger]) -> list[Members]:
    """What stands once these mergers are made, in the order of the lowest part."""
    now: dict[int, Members] = {number: list(part) for number, part in enumerate(parts)}
    for merger in joined:
        now[merger.one] += now.pop(merger.other)
    return [sorted(now[number]) for number in sorted(now)]
