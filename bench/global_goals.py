"""How often the right global goal is among the three that are suggested.

    python -m bench.global_goals ENGLISH.tsv SWEDISH.tsv

ENGLISH.tsv has the columns sdg and text, each text a theme of its own. SWEDISH.tsv has area, label
and text; a theme is some texts of one label, whose goals stand in data/global_goals_of_labels.tsv.
Nothing is learned from either file; the few weights were chosen from a wide range that does as well
on both.
"""

import argparse
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bench.labelled import rows
from bench.vectors import vectors_of
from dialog.analysis.embedding import LEXICAL, Vectors
from dialog.analysis.global_goals import Hint, goal_vectors, hints, official_texts
from dialog.analysis.goal_words import GOALS, Subject, lexicon_of, subjects
from dialog.text.stems import root
from dialog.text.words import content_words

ASSIGNED = Path(__file__).parent / "data" / "global_goals_of_labels.tsv"
POSTS = 15
DRAWS = 10
MOST_OF_A_LABEL = 60

Suggest = Callable[[Sequence[str], Vectors], list[int]]


class Theme(NamedTuple):
    texts: list[str]
    goals: list[int]


class Score(NamedTuple):
    first: float  # the first suggestion is right
    among: float  # one of the three is
    nearest: float  # the goal that was assigned first is among the three
    found: float  # how many of those assigned are


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("english", type=Path)
    arguments.add_argument("swedish", type=Path)
    chosen = arguments.parse_args()
    report("English", english_themes(rows(chosen.english)))
    for posts in (POSTS, 4, 1):
        report(f"Swedish, {posts} posts a theme", swedish_themes(rows(chosen.swedish), posts))


def english_themes(posts: Iterable[dict[str, str]]) -> list[Theme]:
    return [Theme([row["text"]], [int(row["sdg"])]) for row in posts]


def swedish_themes(posts: Iterable[dict[str, str]], size: int) -> list[Theme]:
    """DRAWS themes of each label that has goals. The same texts are drawn from for all sizes."""
    of_label: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in posts:
        of_label[row["area"], row["label"]].append(row["text"])
    themes = []
    for row in rows(ASSIGNED):
        assigned = [int(goal) for goal in row["goals"].split()]
        chance = random.Random(row["label"])
        texts = of_label[row["area"], row["label"]]
        texts = chance.sample(texts, min(MOST_OF_A_LABEL, len(texts)))
        if assigned and len(texts) >= size:
            themes += [Theme(chance.sample(texts, size), assigned) for _ in range(DRAWS)]
    return themes


def report(title: str, themes: Sequence[Theme]) -> dict[str, Score]:
    texts = sorted({text for theme in themes for text in theme.texts})
    vectors = dict(zip(texts, vectors_of(texts), strict=True))
    print(f"\n{title} ({len(themes)} themes)")
    print(f"{'':34}{'first':>7}{'among 3':>9}{'nearest':>9}{'found':>7}")
    found = {name: scored(themes, vectors, suggest) for name, suggest in ways(themes).items()}
    for name, score in found.items():
        print(
            f"{name:34}{score.first:7.3f}{score.among:9.3f}{score.nearest:9.3f}{score.found:7.3f}"
        )
    return found


def ways(themes: Sequence[Theme]) -> dict[str, Suggest]:
    """The baselines first. The last two tell how much rests on words written by us."""
    common = [goal for goal, _ in Counter(g for one in themes for g in one.goals).most_common(3)]
    known, told = goal_vectors(vectors_of), told_goals()
    lexical = goal_vectors(LEXICAL.embed)
    elsewhere = without(words_of_labels())
    unread, lexicon = goal_vectors(vectors_of, elsewhere), lexicon_of(elsewhere)
    return {
        "the three commonest goals": lambda texts, vectors: common,
        "nearest to goals and targets": told,
        "suggested": lambda texts, vectors: numbers(hints(texts, vectors, known)),
        "with the lexical embedder": lambda texts, vectors: numbers(
            hints(texts, LEXICAL.embed(texts), lexical)
        ),
        "by words alone": lambda texts, vectors: numbers(hints(texts)),
        "without words in the labels": lambda texts, vectors: numbers(
            hints(texts, vectors, unread, lexicon=lexicon)
        ),
        "by words not in the labels alone": lambda texts, vectors: numbers(
            hints(texts, lexicon=lexicon)
        ),
    }


def told_goals() -> Suggest:
    """Plain cosines: the goals whose official texts are most like on an average."""
    official = official_texts()
    vectors = vectors_of([text for _, text in official])
    means = [vectors[[one == goal for one, _ in official]].mean(axis=0) for goal in GOALS]

    def suggest(texts: Sequence[str], posts: Vectors) -> list[int]:
        likeness = (posts @ np.array(means).T).mean(axis=0)
        return [GOALS[row] for row in np.argsort(-likeness)[:3]]

    return suggest


def numbers(found: Iterable[Hint]) -> list[int]:
    return [one.goal for one in found]


def words_of_labels() -> set[str]:
    labels = [row["label"] for row in rows(ASSIGNED)]
    return {root(word.form)[:5] for label in labels for word in content_words(label)}


def without(roots: set[str]) -> list[Subject]:
    """The subjects less each word that begins as one of `roots`: those labels were read."""
    kept = []
    for subject in subjects():
        left = [
            word
            for word in subject.words.split(", ")
            if not any(root(one.form)[:5] in roots for one in content_words(word))
        ]
        if left:
            kept.append(Subject(subject.goal, subject.language, ", ".join(left)))
    return kept


def scored(themes: Sequence[Theme], vectors: dict[str, Vectors], suggest: Suggest) -> Score:
    scores = []
    for theme in themes:
        found = suggest(theme.texts, np.array([vectors[text] for text in theme.texts]))
        right = set(found) & set(theme.goals)
        scores.append(
            Score(
                bool(found) and found[0] in theme.goals,
                bool(right),
                theme.goals[0] in found,
                len(right) / len(theme.goals),
            )
        )
    return Score(*(float(np.mean(column)) for column in zip(*scores, strict=True)))


if __name__ == "__main__":
    main()
