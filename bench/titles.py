"""How well a group's title says what most of its posts are about.

`bench.grouping --blind` writes pairs of titles, ours and c-TF-IDF's over k-means, for a reader who
does not know which is which; its `--judged` counts what the reader found usable.
"""

import csv
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer

from bench.corrections import name_of
from bench.peers import k_means
from bench.unseen import MOST, Case
from bench.vectors import Vectors, model, vectors_of
from dialog.analysis import groups as analysis
from dialog.analysis import labels, space
from dialog.domain.titles import TITLE_TERMS, joined
from dialog.embedders import label as label_of
from dialog.text.words import content_words

GROUPS_READ = 36
POSTS_READ = 5

OURS = "ours"
WORDS = "c-TF-IDF over k-means"
MEDOID = "the most typical post"
POSTS = "all the posts of ours"


class Titled(NamedTuple):
    """A group with its title, and the label that most of its posts have."""

    area: str
    members: list[int]
    title: str
    label: str


class Shares(NamedTuple):
    """Of the groups' titles, those whose nearest label is the true one."""

    in_area: float
    """Among the labels of the group's own area."""
    among_all: float


def report(swedish: Sequence[Case], english: Sequence[Case]) -> dict[str, str]:
    print("\n── titles: whether the nearest of the true labels is that of most of the posts ──")
    print("(nearest by the model's vectors, less the mean of the titles and that of the labels)")
    found, other = reported("Swedish", swedish), reported("English", english)
    return {
        "titles": f"{found[OURS].among_all:.0%} Swedish, {other[OURS].among_all:.0%} English"
        f" (c-TF-IDF over k-means {found[WORDS].among_all:.0%}, {other[WORDS].among_all:.0%});"
        f" among those of the area {found[OURS].in_area:.0%}, {other[OURS].in_area:.0%}"
    }


def reported(language: str, cases: Sequence[Case]) -> dict[str, Shares]:
    known = sorted({(case.area.name, label) for case in cases for label in case.area.labels})
    print(f"{language:26}{'groups':>7}{'among the area':>16}{f'among all {len(known)}':>15}")
    shares = {}
    ways = by_way(cases)
    for way, titled in ways.items():
        said = vectors_of([one.title for one in titled])
        shares[way] = nearest_is_true(said, titled, known)
    shares[POSTS] = nearest_is_true(means_of_posts(cases), ways[OURS], known)
    for way, one in shares.items():
        print(f"{way:26}{len(ways[OURS]):7}{one.in_area:16.0%}{one.among_all:15.0%}")
    return shares


def by_way(cases: Sequence[Case]) -> dict[str, list[Titled]]:
    found: dict[str, list[Titled]] = {OURS: [], WORDS: [], MEDOID: []}
    for case in cases:
        groups = analysis.group(case.prepared, most=MOST).groups
        found[OURS] += titled(case, groups, our_titles(case, groups))
        others = groups_of_k_means(case, len(groups))
        found[WORDS] += titled(case, others, titles_of_words(case.area.texts, others))
        found[MEDOID] += titled(case, groups, typical_posts(case, groups))
    return found


def titled(case: Case, groups: Sequence[list[int]], titles: Sequence[str]) -> list[Titled]:
    return [
        Titled(case.area.name, members, title, name_of(members, case.area.labels))
        for members, title in zip(groups, titles, strict=True)
    ]


def our_titles(case: Case, groups: Sequence[list[int]]) -> list[str]:
    def locate(words: Sequence[str]) -> Vectors:
        return space.beside(case.raw, vectors_of(words), label_of(model()), case.learned)

    area = labels.written(case.area.texts, case.prepared, locate)
    titles = []
    for members in groups:
        terms = labels.describe(area, members).terms[:TITLE_TERMS]
        titles.append(joined(labels.said(case.area.texts, one.occurrences[0]) for one in terms))
    return titles


def typical_posts(case: Case, groups: Sequence[list[int]]) -> list[str]:
    return [
        case.area.texts[labels.typical(case.area.texts, members, case.prepared[members])[0]]
        for members in groups
    ]


def groups_of_k_means(case: Case, count: int) -> list[list[int]]:
    found = np.array(k_means(case.area.texts, case.raw, count, case.order))
    return [np.flatnonzero(found == one).tolist() for one in range(count)]


def titles_of_words(texts: Sequence[str], groups: Sequence[Sequence[int]]) -> list[str]:
    """c-TF-IDF as BERTopic has it: how common a word is in a group, times the logarithm of 1 and
    the mean length of a group over how common it is anywhere. As whole words without their
    stems, but spared those that we leave out too."""
    counter = CountVectorizer(analyzer=telling_words)
    counts = counter.fit_transform([" ".join(texts[post] for post in one) for one in groups])
    counts = np.asarray(counts.todense(), np.float64)
    weights = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    weights *= np.log(1 + counts.sum(axis=1).mean() / counts.sum(axis=0))
    words = counter.get_feature_names_out()
    best = np.argsort(-weights, axis=1, kind="stable")[:, :TITLE_TERMS]
    return [
        joined(words[column] for column in row if weights[number, column])
        for number, row in enumerate(best)
    ]


def telling_words(text: str) -> list[str]:
    return [text[word.start : word.end].lower() for word in content_words(text)]


def nearest_is_true(
    said: Vectors, titled: Sequence[Titled], known: Sequence[tuple[str, str]]
) -> Shares:
    """`said`: the titles as vectors; `known`: every area with every label of it."""
    labelled = vectors_of([label.replace("_", " ") for _, label in known])
    alike = less_mean(said) @ less_mean(labelled).T
    inside = np.array([[area == one.area for area, _ in known] for one in titled])
    true = [known.index((one.area, one.label)) for one in titled]
    near = np.where(inside, alike, -np.inf).argmax(axis=1)
    return Shares(float((near == true).mean()), float((alike.argmax(axis=1) == true).mean()))


def means_of_posts(cases: Sequence[Case]) -> Vectors:
    """Of each of our groups: what no title can be expected to say better."""
    found = [(case, analysis.group(case.prepared, most=MOST).groups) for case in cases]
    return np.array([case.raw[one].mean(axis=0) for case, groups in found for one in groups])


def less_mean(vectors: Vectors) -> Vectors:
    return vectors - vectors.mean(axis=0)


# ── read blind ────────────────────────────────────────────────────────────────────────────────


class Pair(NamedTuple):
    """Two titles for posts that stand in both groups, as far as there are so many."""

    posts: list[str]
    ours: str
    words: str


SHEET = ["id", "posts", "left", "right", "left_usable", "right_usable"]
KEY = ["id", "left", "right"]


def pairs(cases: Sequence[Case]) -> list[Pair]:
    """GROUPS_READ groups, as many of each area as can be, of the first order."""
    chance = random.Random(0)
    found = [pairs_of(case, chance) for case in cases if case.order == 0]
    for some in found:
        chance.shuffle(some)
    longest = max(map(len, found))
    in_turn = [some[turn] for turn in range(longest) for some in found if turn < len(some)]
    return in_turn[:GROUPS_READ]


def pairs_of(case: Case, chance: random.Random) -> list[Pair]:
    groups = analysis.group(case.prepared, most=MOST).groups
    others = groups_of_k_means(case, len(groups))
    words = titles_of_words(case.area.texts, others)
    found = []
    for members, title in zip(groups, our_titles(case, groups), strict=True):
        shared = [len(set(members) & set(other)) for other in others]
        nearest = shared.index(max(shared))
        both = sorted(set(members) & set(others[nearest]))
        shown = chance.sample(both, min(POSTS_READ, len(both)))
        rest = sorted(set(members) - set(both))
        shown += chance.sample(rest, min(POSTS_READ - len(shown), len(rest)))
        found.append(Pair([case.area.texts[post] for post in shown], title, words[nearest]))
    return found


def write_blind(sheet: Path, key: Path, pairs: Sequence[Pair]) -> None:
    chance = random.Random(1)
    sides = [chance.random() < 0.5 for _ in pairs]
    with sheet.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerow(SHEET)
        for number, (pair, ours_left) in enumerate(zip(pairs, sides, strict=True), start=1):
            titles = (pair.ours, pair.words) if ours_left else (pair.words, pair.ours)
            writer.writerow([number, " | ".join(pair.posts), *titles, "", ""])
    with key.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerow(KEY)
        for number, ours_left in enumerate(sides, start=1):
            writer.writerow([number, *((OURS, WORDS) if ours_left else (WORDS, OURS))])


def judged(sheet: Path, key: Path) -> dict[str, int]:
    """How many titles of each way are marked as usable, with 1; 0 is not, and nothing else is
    taken for a judgement."""
    ways = {row["id"]: row for row in read(key)}
    usable = Counter({OURS: 0, WORDS: 0})
    for row in read(sheet):
        for side in ("left", "right"):
            mark = row[f"{side}_usable"].strip()
            if mark not in ("0", "1"):
                raise ValueError(f"row {row['id']}, {side}: {mark!r} is neither 0 nor 1")
            usable[ways[row["id"]][side]] += int(mark)
    return dict(usable)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def print_judged(sheet: Path, key: Path) -> dict[str, str]:
    found, count = judged(sheet, key), len(read(sheet))
    print(f"\n── titles read blind: usable, of {count} ──")
    for way, usable in found.items():
        print(f"{way:26}{usable:4}")
    return {"blind": f"{found[OURS]} of {count} (c-TF-IDF over k-means {found[WORDS]})"}
