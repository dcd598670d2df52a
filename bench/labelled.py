"""Texts whose themes are known, and how well a grouping finds those themes.

A file has a header with the columns area, text, and theme or label; lines that begin with # are
left out. A found group is a number for each text, and -1 is a text left alone.
"""

import csv
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sklearn.metrics import adjusted_rand_score, v_measure_score

POSTS = 250
ORDERS = 3
ALONE = -1


class Area(NamedTuple):
    name: str
    texts: list[str]
    labels: list[str]


class Score(NamedTuple):
    """V and ARI count the texts left alone as one more group, so that leaving the hard ones costs.

    `ari_of_grouped` looks only at the others, and means nothing without `grouped`, their share.
    """

    v: float
    ari: float
    ari_of_grouped: float
    grouped: float
    groups: float


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        lines = (line for line in file if not line.startswith("#"))
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def areas(path: Path) -> list[Area]:
    """The labelled texts of each area, in the order of the file."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in rows(path):
        found[row["area"]].append((row["text"], row.get("theme") or row["label"]))
    return [
        Area(name, [text for text, _ in posts], [label for _, label in posts])
        for name, posts in found.items()
    ]


def samples(area: Area) -> Iterator[Area]:
    return (sample(area, order) for order in range(ORDERS))


def sample(area: Area, order: int, posts: int = POSTS) -> Area:
    """At most `posts` of the area's texts, shuffled: each `order` is a draw of its own."""
    picked = random.Random(order).sample(range(len(area.texts)), min(posts, len(area.texts)))
    return Area(area.name, [area.texts[i] for i in picked], [area.labels[i] for i in picked])


def score(labels: Sequence[str], found: Sequence[int]) -> Score:
    grouped = [i for i, group in enumerate(found) if group != ALONE]
    return Score(
        v_measure_score(labels, found),
        adjusted_rand_score(labels, found),
        # Of nothing it would be 1.
        adjusted_rand_score([labels[i] for i in grouped], [found[i] for i in grouped])
        if grouped
        else 0.0,
        len(grouped) / len(found),
        len({found[i] for i in grouped}),
    )


def mean(scores: Sequence[Score]) -> Score:
    return Score(*np.mean(scores, axis=0).tolist())
