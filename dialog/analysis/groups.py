"""Which posts belong together: first groups, places in standing groups, and new groups.

A post that fits nowhere stands alone; none is ever dropped. Posts are named by their index.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from dialog.analysis import fit, linkage
from dialog.analysis.embedding import LEXICAL, Embedder, Matrix, likeness
from dialog.analysis.labels import Description, Occurrence, Term, describe
from dialog.analysis.linkage import Members

__all__ = [
    "PARAMETERS",
    "VERSION",
    "Description",
    "Grouping",
    "Members",
    "Occurrence",
    "Term",
    "describe",
    "form",
    "group",
    "most_groups",
    "place",
    "sure",
]

FEW = 15  # among fewer posts than these, two are a group
SMALLEST = 3
SMALLEST_SHARE = 0.015
JOIN_FLOOR = 0.09  # who comes later must fit better than who was there from the start
JOIN_MARGIN = 0.03

VERSION = f"{LEXICAL.name}-{LEXICAL.version}"
PARAMETERS: dict[str, float] = {
    "columns": LEXICAL.columns,
    "weight_of_parts": LEXICAL.weight_of_parts,
    "neighbours": linkage.NEIGHBOURS,
    "carry": linkage.CARRY,
    "rounds": linkage.ROUNDS,
    "floor": fit.FLOOR,
    "few": FEW,
    "smallest": SMALLEST,
    "smallest_share": SMALLEST_SHARE,
    "join_floor": JOIN_FLOOR,
    "join_margin": JOIN_MARGIN,
}


class Grouping(NamedTuple):
    """Every post is in one group or single. `sure` says 0..1 for each group."""

    groups: list[Members]
    sure: list[float]
    singles: Members


def group(
    texts: Sequence[str], *, seed: int = 0, most: int | None = None, embedder: Embedder = LEXICAL
) -> Grouping:
    """First groups of `texts`, largest first, at most `most`. The same seed gives the same."""
    count = len(texts)
    alike = likeness(embedder.embed(texts))
    groups = groups_among(alike, smallest(count), most or most_groups(count), seed)
    grouped = {member for members in groups for member in members}
    singles = [post for post in range(count) if post not in grouped]
    return Grouping(groups, fit.sureness(alike, groups), singles)


def place(
    texts: Sequence[str],
    standing: Sequence[Members],
    waiting: Sequence[int],
    *,
    embedder: Embedder = LEXICAL,
) -> dict[int, int]:
    """The waiting posts that clearly fit a standing group, and which. The others go on waiting."""
    if not standing or not waiting:
        return {}
    fits = fit.fit(likeness(embedder.embed(texts)), standing)[list(waiting)]
    best, second = np.sort(np.pad(fits, ((0, 0), (1, 0))), axis=1)[:, :-3:-1].T
    clear = (best >= JOIN_FLOOR) & (best - second >= JOIN_MARGIN)
    return {waiting[row]: int(fits[row].argmax()) for row in np.flatnonzero(clear).tolist()}


def form(
    texts: Sequence[str], waiting: Sequence[int], *, seed: int = 0, embedder: Embedder = LEXICAL
) -> list[Members]:
    """New groups among the waiting posts only; none while too few belong together."""
    if not waiting:
        return []
    alike = likeness(embedder.embed(texts)[list(waiting)])
    least = smallest(len(texts))
    rough = groups_among(alike, least, most_groups(len(waiting)), seed)
    found = fit.settled(alike, rough, least, JOIN_FLOOR)
    return [[waiting[row] for row in rows] for rows in found]


def sure(
    texts: Sequence[str], groups: Sequence[Members], *, embedder: Embedder = LEXICAL
) -> list[float]:
    """How sure each group is, 0..1, once posts have been placed or moved by people."""
    return fit.sureness(likeness(embedder.embed(texts)), groups)


def smallest(count: int) -> int:
    """How many posts make a group."""
    return 2 if count < FEW else max(SMALLEST, round(SMALLEST_SHARE * count))


def most_groups(count: int) -> int:
    """Few enough to take in at a few glances: 4 for 10 posts, 6 for 30, 9 for 225."""
    return max(1, round(4 + 1.7 * math.log(max(count, 3) / 10)))


def groups_among(alike: Matrix, least: int, most: int, seed: int) -> list[Members]:
    groups = linkage.rough_groups(alike, least, most, seed)
    for _ in range(2):
        groups = fit.settled(alike, groups, least)
    return sorted(groups, key=lambda members: (-len(members), members))
