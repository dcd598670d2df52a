"""How well the grouping finds labelled themes, beside words and k-means in the same run.

    python -m bench.grouping LABELLED.tsv [ANOTHER.tsv ...] [--most 12]

Each file has a header with the columns area, text, and theme or label. Single voices count as
one more group, and k-means gets as many groups in all, so that the figures can be compared.
"""

import argparse
import csv
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from sklearn.cluster import KMeans
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import adjusted_rand_score, v_measure_score

from dialog.analysis.groups import VERSION, Grouping, group

POSTS = 250
ORDERS = 3


class Area(NamedTuple):
    name: str
    texts: list[str]
    labels: list[str]


class Score(NamedTuple):
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
    scores = []
    for area in areas(path):
        scores.append(mean([score(sample(area, order), most) for order in range(ORDERS)]))
        print(line(area.name, scores[-1]))
    whole = mean(scores)
    print(line("mean", whole))
    print(
        f"ratio   V {ratio(whole.v, whole.baseline_v)}, ARI {ratio(whole.ari, whole.baseline_ari)}"
    )


def areas(path: Path) -> Iterator[Area]:
    """The labelled posts of each area, in the order of the file."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = (line for line in file if not line.startswith("#"))
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in rows:
        found[row["area"]].append((row["text"], row.get("theme") or row["label"]))
    for name, posts in found.items():
        yield Area(name, [text for text, _ in posts], [label for _, label in posts])


def sample(area: Area, order: int) -> Area:
    picked = random.Random(order).sample(range(len(area.texts)), min(POSTS, len(area.texts)))
    return Area(area.name, [area.texts[i] for i in picked], [area.labels[i] for i in picked])


def score(area: Area, most: int | None) -> Score:
    start = time.perf_counter()
    found = group(area.texts, most=most)
    seconds = time.perf_counter() - start
    ours = numbers(found, len(area.texts))
    theirs = words_and_k_means(area.texts, len(set(ours)))
    return Score(
        v_measure_score(area.labels, ours),
        adjusted_rand_score(area.labels, ours),
        v_measure_score(area.labels, theirs),
        adjusted_rand_score(area.labels, theirs),
        len(found.groups),
        1 - len(found.singles) / len(area.texts),
        seconds,
    )


def numbers(found: Grouping, count: int) -> list[int]:
    """The number of each post's group; single voices share one."""
    numbered = [len(found.groups)] * count
    for number, members in enumerate(found.groups):
        for member in members:
            numbered[member] = number
    return numbered


def words_and_k_means(texts: Sequence[str], count: int) -> list[int]:
    vectors = TfidfVectorizer().fit_transform(texts)
    found: list[int] = KMeans(count, n_init=10, random_state=0).fit_predict(vectors).tolist()
    return found


def mean(scores: Sequence[Score]) -> Score:
    return Score(*(sum(column) / len(scores) for column in zip(*scores, strict=True)))


def line(name: str, one: Score) -> str:
    return (
        f"{name:8}{one.v:6.3f}{one.ari:7.3f}{one.baseline_v:10.3f}{one.baseline_ari:7.3f}"
        f"{one.groups:8.1f}{one.grouped:9.0%}{one.seconds:7.2f}"
    )


def ratio(ours: float, theirs: float) -> str:
    return f"{ours / theirs:.1f} times" if theirs > 0.005 else "(baseline about 0)"


if __name__ == "__main__":
    main()
