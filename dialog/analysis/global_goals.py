"""Which global goals a theme may touch: a hint for people to confirm, with the words behind it.

Two witnesses are heard: the everyday words of the goals in the posts, and how near the posts lie
to the goals' targets and subjects.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from sklearn.preprocessing import normalize

from dialog.analysis.embedding import Matrix, Vectors
from dialog.analysis.goal_words import (
    GOALS,
    Lexicon,
    Stems,
    Subject,
    Trigger,
    goals,
    subjects,
    targets,
    triggers,
)
from dialog.analysis.labels import Occurrence
from dialog.text.words import content_words

MOST = 3
NEAREST = 3  # texts of a goal, of each sort, that say how near it is
OF_SUBJECTS = 2 / 3  # the rest is of the official texts
# Beside nearness, which spreads by 1 over the goals. All from 2 to 6 did as well.
OF_WORDS = 4.0
DOUBT = 1.0  # votes that nobody cast: a single word decides nothing

# Words that stand in for triggers, where no everyday word of the goal is in the posts.
WORDS_WEIGHED = 12
WORDS_SHOWN = 3
CLEARLY_NEARER = 1.5  # spreads above the mean of all goals

Embed = Callable[[Sequence[str]], Vectors | None]
"""None where the model cannot be had just now."""
Votes = list[tuple[int, Trigger]]
Belonging = tuple[int, str]  # a goal, and a text of it


class Hint(NamedTuple):
    """A goal, and the words that speak of it, the most telling first; there may be none."""

    goal: int
    score: float
    words: list[Occurrence]


class GoalVectors(NamedTuple):
    """The texts of the goals as one model sees them."""

    middle: Vectors
    official: list[Vectors]
    subjects: list[Vectors]


def goal_vectors(
    embed: Callable[[Sequence[str]], Vectors], chosen: Sequence[Subject] | None = None
) -> GoalVectors:
    """Embed the texts of the goals: about 500, once for each model. Keep the answer."""
    chosen = subjects() if chosen is None else chosen
    official = official_texts()
    everyday = [(subject.goal, subject.words) for subject in chosen]
    vectors = embed([text for _, text in official + everyday])
    middle = vectors.mean(axis=0)
    centred = normalize(vectors - middle)
    return GoalVectors(
        middle,
        by_goal(official, centred[: len(official)]),
        by_goal(everyday, centred[len(official) :]),
    )


def known_goal_vectors(model: str) -> GoalVectors | None:
    """Those of the packaged model, which come along (`python -m bench.learn`); None for others.

    `model` is the embedder's name and version.
    """
    return kept_goal_vectors(model.rpartition("-")[0])


@lru_cache(maxsize=4)
def kept_goal_vectors(name: str) -> GoalVectors | None:
    file = files(__package__) / "learned" / f"{name}.goals.npz"
    if not file.is_file():
        return None
    with file.open("rb") as opened, np.load(opened) as arrays:
        kept = arrays["vectors"].astype(np.float32)
    return goal_vectors(lambda texts: kept)


def official_texts() -> list[Belonging]:
    named = [
        (goal.number, text)
        for goal in goals()
        for text in (*goal.name.values(), *goal.aim.values())
    ]
    return named + [(target.goal, target.text) for target in targets()]


def by_goal(texts: Sequence[Belonging], vectors: Vectors) -> list[Vectors]:
    return [vectors[[number == goal for number, _ in texts]] for goal in GOALS]


def hints(
    texts: Sequence[str],
    vectors: Vectors | None = None,
    known: GoalVectors | None = None,
    embed: Embed | None = None,
    lexicon: Lexicon | None = None,
) -> list[Hint]:
    """At most three goals for the theme that `texts` make up, the likeliest first.

    `vectors` and `known` must come from one embedder; the lexical one will do. Without them the
    words alone decide, and goals that no word speaks of are left out. With its `embed` too, a
    goal that no everyday word speaks of is explained by the words that lie nearest to it.
    """
    votes = [(index, one) for index, text in enumerate(texts) for one in triggers(text, lexicon)]
    scores = OF_WORDS * shares(votes)
    possible = scores > 0
    if vectors is not None and known is not None and len(texts):
        scores = scores + nearness(vectors, known)
        possible[:] = True
    order = np.argsort(-np.round(scores, 6), kind="stable")[:MOST]
    found = [
        Hint(GOALS[row], float(scores[row]), telling(votes, GOALS[row]))
        for row in order
        if possible[row]
    ]
    return explained(found, texts, known, embed) if known and embed else found


def shares(votes: Votes) -> Matrix:
    """Each goal's part of the votes. A word that several goals have is divided among them."""
    counted = Counter(one.key for _, one in votes)
    told = {one.key: one for _, one in votes}
    sums = np.zeros(len(GOALS))
    for key, one in told.items():
        for goal in one.goals:
            sums[goal - 1] += weight(one) * (1 + np.log(counted[key]))
    return np.asarray(sums / (sums.sum() + DOUBT))


def weight(one: Trigger) -> float:
    return one.weight / len(one.goals)


def nearness(vectors: Vectors, known: GoalVectors) -> Matrix:
    """How near the posts lie to each goal, beside the other goals."""
    return beside_others(near(vectors, known).mean(axis=0))


def near(vectors: Vectors, known: GoalVectors) -> Matrix:
    """A row a text, a column a goal."""
    centred = normalize(vectors - known.middle)
    official, everyday = nearest(centred, known.official), nearest(centred, known.subjects)
    return np.asarray(OF_SUBJECTS * everyday + (1 - OF_SUBJECTS) * official)


def nearest(centred: Vectors, groups: Sequence[Vectors]) -> Matrix:
    """The mean likeness to the few texts that are most like, of each goal."""
    most = [np.sort(centred @ texts.T, axis=1)[:, -NEAREST:].mean(axis=1) for texts in groups]
    return np.array(most, float).T


def beside_others(scores: Matrix) -> Matrix:
    """The same, so that the mean of the goals is 0 and their spread 1."""
    centred = scores - scores.mean(axis=-1, keepdims=True)
    spread = centred.std(axis=-1, keepdims=True)
    return np.asarray(centred / np.where(spread > 0, spread, 1))


def telling(votes: Votes, goal: int) -> list[Occurrence]:
    """Where the words of `goal` stand, those first that weigh most in all."""
    places: dict[Stems, list[Occurrence]] = defaultdict(list)
    weights: dict[Stems, float] = defaultdict(float)
    for index, one in votes:
        if goal in one.goals:
            places[one.key].append(Occurrence(index, one.start, one.end))
            weights[one.key] += weight(one)
    ranked = sorted(places, key=lambda key: (-weights[key], key))
    return [place for key in ranked for place in places[key]]


def explained(
    found: list[Hint], texts: Sequence[str], known: GoalVectors, embed: Embed
) -> list[Hint]:
    """The hints, with the nearest words where they had none."""
    places = commonest_words(texts)
    if not places or all(hint.words for hint in found):
        return found
    forms = [texts[one.text_index][one.start : one.end] for one, *_ in places]
    vectors = embed(forms)
    if vectors is None:
        return found
    clear = beside_others(near(vectors, known))

    def closest(goal: int) -> list[Occurrence]:
        rows = np.argsort(-clear[:, goal - 1], kind="stable")[:WORDS_SHOWN]
        nearer = [row for row in rows if clear[row, goal - 1] >= CLEARLY_NEARER]
        return [place for row in nearer for place in places[row]]

    return [hint if hint.words else hint._replace(words=closest(hint.goal)) for hint in found]


def commonest_words(texts: Sequence[str]) -> list[list[Occurrence]]:
    """Where the words that carry meaning stand, those first that stand most often."""
    places: dict[str, list[Occurrence]] = defaultdict(list)
    for index, text in enumerate(texts):
        for word in content_words(text):
            places[word.stem].append(Occurrence(index, word.start, word.end))
    return sorted(places.values(), key=lambda of: (-len(of), of))[:WORDS_WEIGHED]
