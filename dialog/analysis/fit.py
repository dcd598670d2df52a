"""How well posts fit groups, and what follows: who belongs, who may join, how sure it is."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dialog.analysis.embedding import Matrix
from dialog.analysis.linkage import Members

FLOOR = 0.05  # a post that fits no group better than this stands alone


def fit(alike: Matrix, groups: Sequence[Members]) -> Matrix:
    """One row a post, one column a group: how well it fits the others of that group."""
    columns = [fit_in(alike, members) for members in groups]
    return np.column_stack(columns) if columns else np.zeros((len(alike), 0))


def fit_in(alike: Matrix, members: Members) -> NDArray[np.float64]:
    """Cosine with the sum of the group's members, a post's self aside, from likenesses alone."""
    inside = np.isin(np.arange(len(alike)), list(members))
    self_likeness = np.where(inside, np.diag(alike), 0)
    total = alike[:, inside].sum(axis=1) - self_likeness
    square = alike[inside][:, inside].sum() - 2 * np.where(inside, total, 0) - self_likeness
    return np.asarray(total / np.sqrt(np.maximum(square, 1)))


def settled(
    alike: Matrix, groups: Sequence[Members], least: int, floor: float = FLOOR
) -> list[Members]:
    """Each post in the group it fits best, if it fits at all; groups grown too small dissolve."""
    if not groups:
        return []
    fits = fit(alike, groups)
    best = np.where(fits.max(axis=1) >= floor, fits.argmax(axis=1), -1)
    found: list[Members] = [np.flatnonzero(best == one).tolist() for one in range(len(groups))]
    return [members for members in found if len(members) >= least]


def sureness(alike: Matrix, groups: Sequence[Members]) -> list[float]:
    """For each group 0..1: how much better its members fit it than the next best, or nothing."""
    fits = fit(alike, groups)
    return [margin(fits[members], own) for own, members in enumerate(groups)]


def margin(fits: Matrix, own: int) -> float:
    rivals = np.delete(fits, own, axis=1).max(axis=1, initial=FLOOR)
    gain = 1 - rivals / np.maximum(fits[:, own], FLOOR)
    return round(float(np.clip(gain, 0, 1).mean()), 2) if len(gain) else 0.0
