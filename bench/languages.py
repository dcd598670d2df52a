"""Whether posts in several languages meet by subject. Nothing is learned from this file, so that
each of its topics is left out of all that was learned."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sklearn.cluster import KMeans

from bench.labelled import rows, score
from bench.learn import LANGUAGES, SHRINKAGE, Labelled, learned_with
from bench.unseen import centred, numbers, prepared
from bench.vectors import Vectors, vectors_of
from dialog.analysis import groups as analysis

BY_TOPIC = (4, 5, 6)
BY_SUBJECT = (8, 10)


class Posts(NamedTuple):
    """Translations of one post have the same subject; a topic has several."""

    raw: Vectors
    topics: list[str]
    subjects: list[str]
    languages: list[str]


def read(path: Path) -> Posts:
    """The columns topic, lang and text; the posts of a topic are in the same order in each."""
    found = rows(path)
    topics, languages = [row["topic"] for row in found], [row["lang"] for row in found]
    raw = vectors_of([row["text"] for row in found])
    return Posts(raw, topics, subjects_of(topics, languages), languages)


def subjects_of(topics: Sequence[str], languages: Sequence[str]) -> list[str]:
    seen: Counter[tuple[str, str]] = Counter()
    subjects = []
    for topic, language in zip(topics, languages, strict=True):
        seen[topic, language] += 1
        subjects.append(f"{topic} {seen[topic, language]}")
    return subjects


def report(path: Path, labelled: Labelled) -> dict[str, str]:
    posts = read(path)
    tested = sorted(set(posts.languages))
    untested = sorted(set(LANGUAGES) - set(tested))
    print("\n── languages: parallel posts; nothing is learned from them, so every topic is new ──")
    print(f"{len(posts.raw)} posts in {' '.join(tested)}; not tested here: {' '.join(untested)}")
    ours = prepared(posts.raw, None)
    deaf = prepared(posts.raw, learned_with(labelled, None, SHRINKAGE))
    print(f"{'ARI by':31}{'topic':>18}{'subject':>16}{'language':>12}{'nearest post':>17}")
    print(f"{'groups at most':31}", *(f"{most:5}" for most in (*BY_TOPIC, *BY_SUBJECT)), end="")
    print(f"{'5':>12}{'topic  language':>22}")
    found = line("ours", posts, ours, ours_at)
    line("k-means on the same vectors", posts, ours, k_means_at)
    line("ours without parallel texts", posts, deaf, ours_at)
    line("ours on the model's vectors", posts, centred(posts.raw), ours_at)
    by_topic, by_subject = found[: len(BY_TOPIC)], found[len(BY_TOPIC) :]
    return {
        "languages": f"{np.mean(by_topic):.2f} by topic, {np.mean(by_subject):.2f} by subject"
        f" ({' '.join(tested)}; not tested: {' '.join(untested)})"
    }


def line(
    name: str, posts: Posts, vectors: Vectors, grouped_at: Callable[[Vectors, int], list[int]]
) -> list[float]:
    """Prints how alike the groups are to topics, subjects and languages; the first two returned."""
    by_topic = [score(posts.topics, grouped_at(vectors, most)).ari for most in BY_TOPIC]
    by_subject = [score(posts.subjects, grouped_at(vectors, most)).ari for most in BY_SUBJECT]
    by_language = score(posts.languages, grouped_at(vectors, 5)).ari
    print(
        f"{name:31}",
        *(f"{one:5.2f}" for one in (*by_topic, *by_subject)),
        f"{by_language:11.2f}{nearest_is(vectors, posts.topics):13.0%}"
        f"{nearest_is(vectors, posts.languages):9.0%}",
    )
    return [*by_topic, *by_subject]


def ours_at(vectors: Vectors, most: int) -> list[int]:
    return numbers(analysis.group(vectors, most=most), len(vectors))


def k_means_at(vectors: Vectors, most: int) -> list[int]:
    """As many groups as ours finds."""
    groups = len(set(ours_at(vectors, most)))
    found = KMeans(groups, n_init=10, random_state=0).fit_predict(vectors)
    return [int(one) for one in found]


def nearest_is(vectors: Vectors, kinds: Sequence[str]) -> float:
    """The share of posts whose nearest other one is of the same kind."""
    alike = vectors @ vectors.T
    np.fill_diagonal(alike, -np.inf)
    near = alike.argmax(axis=1)
    return float(np.mean([kinds[one] == kinds[other] for one, other in enumerate(near)]))
