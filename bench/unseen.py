"""Each Swedish area as a meeting would bring it: with a metric that was learned without it.

Nested: how much the metric is shrunk is chosen, too, without the area, by leaving out in turn
each of those that it is learned from.
"""

import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from sklearn.preprocessing import normalize

from bench.labelled import ALONE, Area, samples, score
from bench.learn import Labelled, Unwanted, learned_with
from bench.vectors import Vectors, label, model, vectors_of
from dialog.analysis import groups as analysis
from dialog.analysis import space
from dialog.analysis.groups import Grouping
from dialog.analysis.space import Learned

MOST = 12
SHRINKAGES = (0.5, 0.6, 0.7, 0.8, 0.9)

Drawn = Mapping[str, Sequence[Area]]
"""Samples of each area, in their orders."""


class Metric(NamedTuple):
    learned: Learned | None
    """None: what is shipped."""
    shrinkage: float


class Case(NamedTuple):
    """A sample of an area, and its vectors as the model gives them and as they are compared."""

    area: Area
    order: int
    raw: Vectors
    prepared: Vectors
    learned: Learned | None = None


def drawn_from(areas: Sequence[Area]) -> Drawn:
    return {area.name: list(samples(area)) for area in areas}


def metrics(labelled: Labelled, unwanted: Unwanted, drawn: Drawn) -> dict[str, Metric]:
    """For each area what all the others teach."""
    worth: dict[tuple[str, float], float] = defaultdict(float)
    for pair in combinations(drawn, 2):
        print(f"learning without {' and '.join(pair)} …", file=sys.stderr)
        others = without(labelled, pair)
        for shrinkage in SHRINKAGES:
            known = learned_with(others, unwanted, shrinkage)
            for unseen, tried in (pair, pair[::-1]):
                worth[unseen, shrinkage] += sum(
                    found_by(known, area) for area in drawn[tried]
                ) / len(drawn[tried])
    found = {}
    for name in drawn:
        shrinkage = max(SHRINKAGES, key=lambda one: worth[name, one])
        known = learned_with(without(labelled, (name,)), unwanted, shrinkage)
        found[name] = Metric(known, shrinkage)
    return found


def without(labelled: Labelled, areas: Sequence[str]) -> Labelled:
    kept = [row for row, area in enumerate(labelled.areas) if area not in areas]
    return Labelled(
        labelled.vectors[kept],
        [labelled.areas[row] for row in kept],
        [labelled.labels[row] for row in kept],
    )


def found_by(known: Learned, area: Area) -> float:
    """The ARI on a sample."""
    vectors = prepared(vectors_of(area.texts), known)
    return score(area.labels, numbers(analysis.group(vectors, most=MOST), len(vectors))).ari


def prepared(raw: Vectors, known: Learned | None) -> Vectors:
    return space.prepared(raw, label(model()), known)


def centred(raw: Vectors) -> Vectors:
    """As they would be compared if nothing had been learned."""
    return np.asarray(normalize(raw - raw.mean(axis=0)), np.float32)


def numbers(found: Grouping, count: int) -> list[int]:
    """The number of each post's group, ALONE for a single voice."""
    return numbered(found.groups, count)


def numbered(groups: Sequence[Sequence[int]], count: int) -> list[int]:
    given = [ALONE] * count
    for number, members in enumerate(groups):
        for member in members:
            given[member] = number
    return given


def cases(drawn: Drawn, known: Mapping[str, Metric]) -> Iterator[Case]:
    for name, orders in drawn.items():
        for order, area in enumerate(orders):
            yield case(area, order, known[name])


def case(area: Area, order: int, metric: Metric) -> Case:
    raw = vectors_of(area.texts)
    return Case(area, order, raw, prepared(raw, metric.learned), metric.learned)
