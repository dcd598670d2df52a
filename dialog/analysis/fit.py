"""How well posts fit groups, and what follows: who belongs, who may join, how sure it is."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.preprocessing import normalize

from dialog.analysis.embedding import Matrix, Vectors
from dialog.analysis.linkage import NO_WISHES, Members, Wishes

FLOOR = 0.05  # a post that fits no group better than this stands alone
STRANGE = 0.05
"""The same before smoothing, which lets a post follow its neighbours however unlike they are."""


def fit(vectors: Vectors, groups: Sequence[Members]) -> Matrix:
    """One row a post, one column a group: the cosine with the sum of the group's other members."""
    columns = [fit_in(vectors, members) for members in groups]
    return np.column_stack(columns) if columns else np.zeros((len(vectors), 0))


def fit_in(vectors: Vectors, members: Members) -> NDArray[np.float64]:
    if not members:
        return np.zeros(len(vectors))
    total = vectors[members].sum(axis=0)
    fits = vectors @ normalize(total[None])[0]
    others = total - vectors[members]
    fits[members] = (vectors[members] * normalize(others)).sum(axis=1)
    return np.round(fits, 5).astype(np.float64)


def settled(
    vectors: Vectors,
    groups: Sequence[Members],
    least: int,
    floor: float = FLOOR,
    wishes: Wishes = NO_WISHES,
) -> list[Members]:
    """Each post in the group it fits best, if it fits at all; groups grown too small dissolve.

    The first groups are those of the wishes' blocks, which stay as they are for their own posts.
    """
    if not groups:
        return []
    fits = fit(vectors, groups)
    for post, unwanted in wishes.kept_out:
        fits[post, unwanted] = -np.inf
    best = np.where(fits.max(axis=1) >= floor, fits.argmax(axis=1), -1)
    for number, block in enumerate(wishes.blocks):
        best[list(block)] = number
    found: list[Members] = [np.flatnonzero(best == one).tolist() for one, _ in enumerate(groups)]
    blocks = len(wishes.blocks)
    return [*found[:blocks], *(members for members in found[blocks:] if len(members) >= least)]


def without_strangers(
    vectors: Vectors, groups: Sequence[Members], least: int, wishes: Wishes = NO_WISHES
) -> list[Members]:
    """The groups without the posts that are like no other there, and those too small then.

    To be asked with vectors that have not been smoothed: those have all moved closer.
    """
    fits = [fit_in(vectors, members)[members] for members in groups]
    found = [
        [post for post, own in zip(members, owns, strict=True) if own >= STRANGE]
        for members, owns in zip(groups, fits, strict=True)
    ]
    blocks = [
        sorted({*block, *members}) for block, members in zip(wishes.blocks, found, strict=False)
    ]
    return [*blocks, *(members for members in found[len(blocks) :] if len(members) >= least)]


def sureness(vectors: Vectors, groups: Sequence[Members]) -> list[NDArray[np.float64]]:
    """For each group, for each of its members 0..1: how much better it fits there than in the
    next best group, or nowhere."""
    fits = fit(vectors, groups)
    return [margins(fits[members], own) for own, members in enumerate(groups)]


def margins(fits: Matrix, own: int) -> NDArray[np.float64]:
    rivals = np.delete(fits, own, axis=1).max(axis=1, initial=FLOOR)
    gain = 1 - rivals / np.maximum(fits[:, own], FLOOR)
    return np.asarray(np.clip(gain, 0, 1))
