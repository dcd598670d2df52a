"""What stays when a quarter more posts come, as the groups of those that were there say."""

from collections.abc import Mapping, Sequence

import numpy as np

from bench.labelled import ORDERS, POSTS, Area, sample, score
from bench.peers import k_means, kouchou_ai
from bench.unseen import MOST, Metric, numbered, prepared
from bench.vectors import Vectors, vectors_of
from dialog.analysis import groups as analysis
from dialog.analysis.linkage import Members

MORE = POSTS * 5 // 4

Both = tuple[list[int], list[int]]
"""The numbers of the posts' groups before, and of all of them after."""


def report(areas: Sequence[Area], known: Mapping[str, Metric]) -> dict[str, str]:
    print(f"\n── stability: {POSTS} posts, and the same with {MORE - POSTS} more ──")
    print(f"{'ARI of the groups before and after':36}{'kept':>7}{'worst':>7}{'by labels':>11}")
    kept: dict[str, list[float]] = {}
    right: dict[str, list[float]] = {}
    for area in areas:
        for order in range(ORDERS):
            drawn = sample(area, order, MORE)
            for way, (before, after) in ways(drawn, order, known[area.name]).items():
                kept.setdefault(way, []).append(same(before, after))
                right.setdefault(way, []).append(score(drawn.labels, after).ari)
    for way, values in kept.items():
        print(f"{way:36}{np.mean(values):7.3f}{min(values):7.3f}{np.mean(right[way]):11.3f}")
    shown = [float(np.mean(kept[way])) for way in (FROM_SCRATCH, REGROUPED, LIVE, K_MEANS)]
    return {
        "stability": "{:.2f} from scratch, {:.2f} as the app re-groups, {:.2f} live"
        " (k-means {:.2f})".format(*shown)
    }


FROM_SCRATCH = "ours from scratch"
REGROUPED = "ours grouped anew in a meeting"
LIVE = "ours live"
K_MEANS = "k-means"


def ways(drawn: Area, order: int, metric: Metric) -> dict[str, Both]:
    raw = vectors_of(drawn.texts)
    few, every = prepared(raw[:POSTS], metric.learned), prepared(raw, metric.learned)
    first = analysis.group(few, most=MOST).groups
    scratch = analysis.group(every, most=MOST).groups
    anew = analysis.group(every, most=MOST, standing=first).groups
    before = numbered(first, len(few))
    found = {
        way: (before, numbered(groups, len(every)))
        for way, groups in (
            (FROM_SCRATCH, scratch),
            (REGROUPED, anew),
            (LIVE, live(every, first, MOST)),
        )
    }
    for way, recipe in ((K_MEANS, k_means), ("kouchou-ai", kouchou_ai)):
        found[way] = (
            recipe(drawn.texts[:POSTS], raw[:POSTS], len(set(before)), order),
            recipe(drawn.texts, raw, len(set(before)), order),
        )
    return found


def live(vectors: Vectors, standing: Sequence[Members], most: int) -> list[Members]:
    """As posts come: those that stand in no group join one or form new ones, and no other moves."""
    placed = {post for members in standing for post in members}
    waiting = [post for post in range(len(vectors)) if post not in placed]
    joins = analysis.place(vectors, standing, waiting)
    now = [list(members) for members in standing]
    for post, number in joins.items():
        now[number].append(post)
    rest = [post for post in waiting if post not in joins]
    return now + analysis.form(vectors, rest, most=max(0, most - len(standing)))


def same(before: Sequence[int], after: Sequence[int]) -> float:
    """On the posts of before; those that stood alone and joined something later count as moved."""
    return score([str(one) for one in before], after[: len(before)]).ari
