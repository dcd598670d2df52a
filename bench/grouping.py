"""How well the grouping finds labelled themes, beside words and k-means in the same run.

    python -m bench.grouping LABELLED.tsv [ANOTHER.tsv ...] [--most 12]

The files are as bench/labelled.py says. Single voices count as one more group, and k-means gets
as many groups in all, so that the figures can be compared.
"""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bench.labelled import ALONE, ORDERS, POSTS, Area, areas, samples, score
from bench.peers import words_and_k_means
from dialog.analysis.groups import VERSION, Grouping, group

NO_VECTORS = np.zeros((0, 0), np.float32)  # words need none


class Compared(NamedTuple):
    v: float
    ari: float
    baseline_v: float
    baseline_ari: float
    groups: float
    grouped: float
    seconds: float


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("files", nargs="+", type=Path)
    arguments.add_argument("--most", type=int, help="the number of groups allowed in an area")
    chosen = arguments.parse_args()
    for path in chosen.files:
        report(path, chosen.most)


def report(path: Path, most: int | None) -> None:
    print(f"\n{path.name} ({VERSION}; at most {POSTS} posts an area, mean of {ORDERS} orders)")
    print(
        f"{'area':8}{'V':>6}{'ARI':>7}{'words V':>10}{'ARI':>7}{'groups':>8}{'grouped':>9}{'s':>7}"
    )
    found = []
    for area in areas(path):
        found.append(mean([compared(one, most) for one in samples(area)]))
        print(line(area.name, found[-1]))
    whole = mean(found)
    print(line("mean", whole))
    print(
        f"ratio   V {ratio(whole.v, whole.baseline_v)}, ARI {ratio(whole.ari, whole.baseline_ari)}"
    )


def compared(area: Area, most: int | None) -> Compared:
    start = time.perf_counter()
    found = group(area.texts, most=most)
    seconds = time.perf_counter() - start
    ours = numbers(found, len(area.texts))
    theirs = words_and_k_means(area.texts, NO_VECTORS, len(set(ours)), seed=0)
    us, them = score(area.labels, ours), score(area.labels, theirs)
    return Compared(us.v, us.ari, them.v, them.ari, us.groups, us.grouped, seconds)


def numbers(found: Grouping, count: int) -> list[int]:
    """The number of each post's group, ALONE for a single voice."""
    numbered = [ALONE] * count
    for number, members in enumerate(found.groups):
        for member in members:
            numbered[member] = number
    return numbered


def mean(found: Sequence[Compared]) -> Compared:
    return Compared(*np.mean(found, axis=0).tolist())


def line(name: str, one: Compared) -> str:
    return (
        f"{name:8}{one.v:6.3f}{one.ari:7.3f}{one.baseline_v:10.3f}{one.baseline_ari:7.3f}"
        f"{one.groups:8.1f}{one.grouped:9.0%}{one.seconds:7.2f}"
    )


def ratio(ours: float, theirs: float) -> str:
    return f"{ours / theirs:.1f} times" if theirs > 0.005 else "(baseline about 0)"


if __name__ == "__main__":
    main()
