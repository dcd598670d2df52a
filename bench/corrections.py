"""How many posts a presidium must move until most stand where it wants them.

The presidium is simulated: it knows the true label of every post. It calls each group what most
of its posts are, once, when it first looks; a post stands right in a group that is called what it
is. A correction is one post moved, to a new group where none has its name. The machine may help:
after every few corrections the area is grouped anew, with what was moved held where it is.
"""

import math
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from bench.labelled import ALONE
from bench.peers import k_means
from bench.unseen import MOST, Case, numbered
from bench.vectors import Vectors
from dialog.analysis import fit
from dialog.analysis import groups as analysis
from dialog.analysis.groups import Wishes
from dialog.analysis.linkage import Members
from dialog.suggestions import successors_of

ENOUGH = 0.9
BETWEEN_HELPS = 10


class Board(NamedTuple):
    """Where each post stands (a group's number or ALONE), what the groups are called, and which
    posts people have placed."""

    places: list[int]
    names: list[str]
    placed: frozenset[int]


Help = Callable[[Board], Board]
Order = Callable[[Board], list[int]]
"""The posts in the order in which the presidium looks at them."""


def looked_at(places: Sequence[int], labels: Sequence[str]) -> Board:
    count = max(places, default=ALONE) + 1
    groups = [[post for post, at in enumerate(places) if at == number] for number in range(count)]
    return Board(list(places), [name_of(members, labels) for members in groups], frozenset())


def name_of(members: Sequence[int], labels: Sequence[str]) -> str:
    counted = Counter(labels[post] for post in members)
    return min(counted, key=lambda label: (-counted[label], label)) if counted else ""


def right(board: Board, labels: Sequence[str]) -> int:
    return sum(stands_right(board, post, labels) for post in range(len(labels)))


def stands_right(board: Board, post: int, labels: Sequence[str]) -> bool:
    at = board.places[post]
    return at != ALONE and board.names[at] == labels[post]


def corrected(board: Board, post: int, label: str) -> Board:
    """The post in the largest group that has its name, or in a new one."""
    sizes = Counter(board.places)
    named = [number for number, name in enumerate(board.names) if name == label]
    names = board.names if named else [*board.names, label]
    to = max(named, key=lambda number: sizes[number], default=len(board.names))
    places = [*board.places[:post], to, *board.places[post + 1 :]]
    return Board(places, names, board.placed | {post})


def corrections(board: Board, labels: Sequence[str], order: Order, help: Help | None = None) -> int:
    """How many until ENOUGH stand right."""
    wanted = math.ceil(ENOUGH * len(labels))
    done = 0
    while right(board, labels) < wanted:
        for post in wrong_ones(board, labels, order)[:BETWEEN_HELPS]:
            board = corrected(board, post, labels[post])
            done += 1
            if right(board, labels) >= wanted:
                return done
        if help is not None:
            board = help(board)
    return done


def wrong_ones(board: Board, labels: Sequence[str], order: Order) -> list[int]:
    return [post for post in order(board) if not stands_right(board, post, labels)]


# ── the machine ───────────────────────────────────────────────────────────────────────────────


def grouped_anew(board: Board, vectors: Vectors, labels: Sequence[str]) -> Board:
    """As the app does it, with every proposal applied: what was placed stays, each other group is
    the successor of the one that most of it came from, and a new one is looked at."""
    placed: dict[int, Members] = defaultdict(list)
    for post in sorted(board.placed):
        placed[board.places[post]].append(post)
    held = {
        number: analysis.core(vectors, members_of(board)[number], posts)
        for number, posts in placed.items()
    }
    standing = [members for members in members_of(board) if members]
    found = analysis.group(
        vectors,
        most=max(MOST, len(standing)),
        standing=standing,
        wishes=Wishes(list(held.values())),
    ).groups
    origins = [
        [at + 1 if (at := board.places[post]) != ALONE else None for post in members]
        for members in found
    ]
    settled = [number + 1 for number in held] + [0] * (len(found) - len(held))
    names = [
        board.names[number - 1] if number else name_of(members, labels)
        for number, members in zip(successors_of(origins, settled), found, strict=True)
    ]
    return Board(numbered(found, len(vectors)), names, board.placed)


def only_if_better(help: Help, labels: Sequence[str]) -> Help:
    """The proposal is applied only where it puts more posts right than wrong."""

    def looked_through(board: Board) -> Board:
        proposed = help(board)
        return proposed if right(proposed, labels) > right(board, labels) else board

    return looked_through


def members_of(board: Board) -> list[Members]:
    groups: list[Members] = [[] for _ in board.names]
    for post, at in enumerate(board.places):
        if at != ALONE:
            groups[at].append(post)
    return groups


def least_sure_first(vectors: Vectors) -> Order:
    def order(board: Board) -> list[int]:
        sure = np.zeros(len(vectors))
        groups = members_of(board)
        for members, values in zip(groups, fit.sureness(vectors, groups), strict=True):
            sure[members] = values
        return [int(post) for post in np.argsort(sure, kind="stable")]

    return order


def in_any_order(count: int, seed: int) -> Order:
    shuffled = random.Random(seed).sample(range(count), count)
    return lambda board: shuffled


# ── the table ─────────────────────────────────────────────────────────────────────────────────

NOTHING = "every post by hand"
K_MEANS = "from k-means, no help"
OURS = "from ours, no help"
HELPED = "from ours, helped"
CHOSEN = "from ours, helped where it is better"
LEAST_SURE = "the same, least sure posts first"


def report(cases: Sequence[Case]) -> dict[str, str]:
    print(f"\n── corrections until {ENOUGH:.0%} stand right, of {len(cases[0].raw)} posts ──")
    found = [counted(case) for case in cases]
    means = {way: float(np.mean([one[way] for one in found])) for way in found[0]}
    print(f"{'posts in any order':40}{'moved':>7}{'of all by hand':>17}{'of k-means':>12}")
    for way, count in means.items():
        print(f"{way:40}{count:7.1f}{count / means[NOTHING]:17.2f}{count / means[K_MEANS]:12.2f}")
    helped = means[CHOSEN]
    return {
        "corrections": f"{helped / means[NOTHING]:.2f} of starting from nothing,"
        f" {helped / means[K_MEANS]:.2f} of starting from k-means"
        f" ({helped:.0f} posts of {len(cases[0].raw)} moved when proposals are applied where they"
        f" are better, {means[HELPED]:.0f} when always)"
    }


def counted(case: Case) -> dict[str, int]:
    labels, vectors = case.area.labels, case.prepared
    found = numbered(analysis.group(vectors, most=MOST).groups, len(labels))
    others = k_means(case.area.texts, case.raw, len(set(found)), case.order)
    ours = looked_at(found, labels)
    any_order = in_any_order(len(labels), case.order)

    def help(board: Board) -> Board:
        return grouped_anew(board, vectors, labels)

    better = only_if_better(help, labels)
    return {
        NOTHING: corrections(looked_at([ALONE] * len(labels), labels), labels, any_order),
        K_MEANS: corrections(looked_at(others, labels), labels, any_order),
        OURS: corrections(ours, labels, any_order),
        HELPED: corrections(ours, labels, any_order, help),
        CHOSEN: corrections(ours, labels, any_order, better),
        LEAST_SURE: corrections(ours, labels, least_sure_first(vectors), better),
    }
