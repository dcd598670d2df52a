"""Which posts belong together: first groups, places in standing groups, and new groups.

A post that fits nowhere stands alone; none is ever dropped. Posts are named by their index.
Vectors are those of `space.prepared`.
"""

import math
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

import numpy as np
from sklearn.preprocessing import normalize

from dialog.analysis import fit, linkage, neighbours, space
from dialog.analysis.embedding import Vectors
from dialog.analysis.linkage import NO_WISHES, Members, Wishes

__all__ = [
    "PARAMETERS",
    "Grouping",
    "Members",
    "Wishes",
    "form",
    "group",
    "most_groups",
    "place",
    "sure",
]

FEW = 15  # among fewer posts than these, two are a group
SMALLEST = 3
SMALLEST_SHARE = 0.015
ROUNDS_OF_SETTLING = 2
JOIN_FLOOR = 0.12  # who comes later must fit better than who was there from the start
JOIN_MARGIN = 0.03
INERTIA = 0.1
"""How much liker two posts count that stand in one group already, when an area is grouped anew:
what is no better elsewhere stays."""

PARAMETERS: dict[str, float] = {
    "pseudo_posts": space.PSEUDO_POSTS,
    "neighbours": neighbours.NEIGHBOURS,
    "carry": neighbours.CARRY,
    "rounds": neighbours.ROUNDS,
    "many": neighbours.MANY,
    "directions": neighbours.DIRECTIONS,
    "clumps": linkage.CLUMPS,
    "floor": fit.FLOOR,
    "strange": fit.STRANGE,
    "few": FEW,
    "smallest": SMALLEST,
    "smallest_share": SMALLEST_SHARE,
    "join_floor": JOIN_FLOOR,
    "join_margin": JOIN_MARGIN,
    "inertia": INERTIA,
}
"""What decides besides the model; written in the log with each run."""


class Grouping(NamedTuple):
    """Every post is in one group or single. `sure` says 0..1 for each group."""

    groups: list[Members]
    sure: list[float]
    singles: Members


def group(
    vectors: Vectors,
    *,
    seed: int = 0,
    most: int | None = None,
    standing: Sequence[Members] = (),
    wishes: Wishes = NO_WISHES,
) -> Grouping:
    """First groups, largest first, at most `most`. The same seed gives the same.

    With `standing` the area is grouped anew, and what is as well where it stands stays there. With
    wishes the groups of their blocks come first, in their order, each with what joins it; there
    are at least as many as there are blocks.
    """
    count = len(vectors)
    seen = drawn_together(as_their_groups(vectors, standing, wishes), standing)
    moved = neighbours.smoothed(seen)
    least = smallest(count)
    groups = linkage.rough_groups(moved, least, most or most_groups(count), seed, wishes)
    for _ in range(ROUNDS_OF_SETTLING):
        groups = fit.settled(moved, groups, least, wishes=wishes)
    groups = fit.without_strangers(vectors, groups, least, wishes)
    blocks = len(wishes.blocks)
    by_size = sorted(groups[blocks:], key=lambda members: (-len(members), members))
    groups = [*groups[:blocks], *by_size]
    grouped = {member for members in groups for member in members}
    singles = [post for post in range(count) if post not in grouped]
    return Grouping(groups, sure(vectors, groups), singles)


def as_their_groups(vectors: Vectors, standing: Sequence[Members], wishes: Wishes) -> Vectors:
    """The vectors, with a block that is the smaller part of a standing group in its middle: few
    that people have put there, however unlike it, do not make it another group."""
    found = np.array(vectors)
    for block in wishes.blocks:
        home = next((it for it in standing if not set(block).isdisjoint(it)), [])
        if len(home) > 2 * len(block):
            found[list(block)] = normalize(vectors[home].mean(axis=0, keepdims=True))
    return found


def drawn_together(vectors: Vectors, standing: Sequence[Members]) -> Vectors:
    """The vectors with one direction more for each standing group, which its members share."""
    if not standing:
        return vectors
    belonging = np.zeros((len(vectors), len(standing)), np.float32)
    for number, members in enumerate(standing):
        belonging[members, number] = math.sqrt(INERTIA)
    return np.asarray(normalize(np.hstack([vectors, belonging])), np.float32)


def place(
    vectors: Vectors,
    standing: Sequence[Members],
    waiting: Sequence[int],
    kept_out: Mapping[int, AbstractSet[int]] | None = None,
) -> dict[int, int]:
    """The waiting posts that clearly fit a standing group, and which. The others go on waiting.

    `kept_out`: post -> standing groups that it may not join.
    """
    if not standing or not waiting:
        return {}
    rows = list(waiting)
    fits = fit.fit(vectors, standing)[rows]
    for row, post in enumerate(rows):
        fits[row, list((kept_out or {}).get(post, ()))] = -1
    best, second = np.sort(np.pad(fits, ((0, 0), (1, 0))), axis=1)[:, :-3:-1].T
    clear = (best >= JOIN_FLOOR) & (best - second >= JOIN_MARGIN)
    return {rows[row]: int(fits[row].argmax()) for row in np.flatnonzero(clear).tolist()}


def form(
    vectors: Vectors, waiting: Sequence[int], *, seed: int = 0, most: int | None = None
) -> list[Members]:
    """New groups among the waiting posts only, at most `most`, largest first; none while too few
    belong together."""
    if not waiting:
        return []
    among = vectors[list(waiting)]
    least = smallest(len(vectors))
    allowed = most_groups(len(waiting)) if most is None else min(most, most_groups(len(waiting)))
    if not allowed:
        return []
    moved = neighbours.smoothed(among)
    rough = linkage.rough_groups(moved, least, allowed, seed)
    found = fit.settled(among, rough, least, JOIN_FLOOR)
    found.sort(key=lambda members: (-len(members), members))
    return [[waiting[row] for row in rows] for rows in found]


def sure(vectors: Vectors, groups: Sequence[Members]) -> list[float]:
    """How sure each group is, 0..1: the mean of its members' own sureness."""
    return [
        round(float(one.mean()), 2) if len(one) else 0.0 for one in fit.sureness(vectors, groups)
    ]


def smallest(count: int) -> int:
    """How many posts make a group."""
    return 2 if count < FEW else max(SMALLEST, round(SMALLEST_SHARE * count))


def most_groups(count: int) -> int:
    """Few enough to take in at a few glances: 4 for 10 posts, 6 for 30, 9 for 225."""
    return max(1, round(4 + 1.7 * math.log(max(count, 3) / 10)))
