"""What a group is about, told in the posts' own words: which posts, and where in them.

No string is returned: a word is pointed at where it stands, everywhere it stands, so that
when a post is hidden its words go with it and the next occurrence can be shown.
"""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from math import log, sqrt
from os.path import commonprefix
from typing import NamedTuple

import numpy as np
from sklearn.preprocessing import normalize

from dialog.analysis.embedding import Vectors
from dialog.analysis.fit import fit_in
from dialog.text.compounds import compound_parts
from dialog.text.stems import root
from dialog.text.words import Word, content_words, near_duplicate_key, words

MOST_TYPICAL = 5
FEWEST_TERMS, MOST_TERMS = 3, 5
WORTH_SHOWING = 0.5  # of the best term's weight, once there are enough
SHARED_LETTERS = 5  # at an end of two words, and they say too nearly the same
STAYING = 1.5  # how much better another term must be than one that people have begun to read
LOCATED = 8  # of the terms that tell of a group, so many are looked up among the posts
FARTHEST = 0.01  # what a term counts that lies nowhere near
MOST_NEAR = 3
MOST_STRESSED = 4
FEWEST_STRESSING = 2  # one post's word says nothing about a target group

Stems = tuple[str, ...]


class Occurrence(NamedTuple):
    """Where a term stands: `texts[text_index][start:end]`."""

    text_index: int
    start: int
    end: int


class Term(NamedTuple):
    """One word or phrase, in all its inflections, best-looking first."""

    occurrences: list[Occurrence]


class Description(NamedTuple):
    """Members most typical first, and terms most telling first."""

    typical: list[int]
    terms: list[Term]


class Reason(NamedTuple):
    """Why a post is in its group: the members nearest to it, and where in its own text the words
    stand that it shares with them."""

    near: list[int]
    shared: list[tuple[int, int]]


Locate = Callable[[Sequence[str]], Vectors | None]
"""Where words would lie among an area's posts (`space.beside`); None if that is not known."""


class Written(NamedTuple):
    """What is written in an area: in how many posts each term stands."""

    texts: Sequence[str]
    vectors: Vectors
    breadths: Counter[Stems]
    locate: Locate | None = None


def written(texts: Sequence[str], vectors: Vectors, locate: Locate | None = None) -> Written:
    """Counted once for all the groups of an area. `vectors` are those of `space.prepared`.

    With `locate` the words nearest to the middle of a group win among those that tell of it.
    """
    breadths = Counter(stems for text in texts for stems in {stems for stems, *_ in terms_in(text)})
    return Written(texts, vectors, breadths, locate)


# ── a group ───────────────────────────────────────────────────────────────────────────────────


def describe(area: Written, members: Sequence[int], before: Collection[Stems] = ()) -> Description:
    """What the posts `members` have in common that the area's others do not.

    `before`: the terms that the group is known by; they stay unless others are clearly better.
    """
    if not members:
        return Description([], [])
    found = candidates(area.texts, members)
    weights = telling(area, members, found)
    weights |= {stems: weights[stems] * STAYING for stems in before if stems in weights}
    return Description(
        typical(area.texts, members, area.vectors[members]),
        [Term(found[stems]) for stems in best(located(area, members, found, weights))],
    )


def located(
    area: Written,
    members: Sequence[int],
    found: dict[Stems, list[Occurrence]],
    weights: dict[Stems, float],
) -> dict[Stems, float]:
    """The weightiest terms, each weighed by how near to the middle of the group it lies itself."""
    leading = sorted(weights, key=lambda stems: (-weights[stems], stems))[:LOCATED]
    if area.locate is None or not leading:
        return weights
    places = area.locate([said(area.texts, found[stems][0]) for stems in leading])
    if places is None:
        return weights
    near = np.maximum(places @ middle(area.vectors[members]), FARTHEST)
    return {stems: weights[stems] * one for stems, one in zip(leading, near.tolist(), strict=True)}


def typical(texts: Sequence[str], members: Sequence[int], vectors: Vectors) -> list[int]:
    """The members that fit best among the rest, one of each kind of near duplicates."""
    fits = fit_in(vectors, list(range(len(members))))
    kinds: dict[str, int] = {}
    for row in np.argsort(-fits, kind="stable"):
        kinds.setdefault(near_duplicate_key(texts[members[row]]), members[row])
        if len(kinds) == MOST_TYPICAL:
            break
    return list(kinds.values())


def candidates(texts: Sequence[str], members: Iterable[int]) -> dict[Stems, list[Occurrence]]:
    """Every word of the members, and every phrase that more than one of them uses."""
    found: dict[Stems, list[Occurrence]] = defaultdict(list)
    for post in members:
        for stems, start, end in terms_in(texts[post]):
            found[stems].append(Occurrence(post, start, end))
    return {
        stems: best_looking_first(texts, occurrences)
        for stems, occurrences in found.items()
        if len(stems) == 1 or breadth(occurrences) > 1
    }


def stems_of(term: str) -> Stems:
    """What `terms_in` knows a word or phrase by."""
    return tuple(word.stem for word in words(term))


@lru_cache(maxsize=50_000)
def terms_in(text: str) -> tuple[tuple[Stems, int, int], ...]:
    """Words that carry meaning (failing those, all), and pairs with only space between."""
    telling_words = content_words(text) or words(text)
    single = [((word.stem,), word.start, word.end) for word in telling_words]
    paired = [
        ((one.stem, other.stem), one.start, other.end)
        for one, other in pairwise(telling_words)
        if text[one.end : other.start].isspace()
    ]
    return (*single, *paired)


def best_looking_first(texts: Sequence[str], occurrences: Sequence[Occurrence]) -> list[Occurrence]:
    """The commonest form first, then the shortest; without a sentence's capital if it can be."""
    forms = Counter(said(texts, one).casefold() for one in occurrences)

    def looks(one: Occurrence) -> tuple[int, int, bool, Occurrence]:
        form = said(texts, one)
        return -forms[form.casefold()], len(form), form.istitle(), one

    return sorted(occurrences, key=looks)


def said(texts: Sequence[str], occurrence: Occurrence) -> str:
    return texts[occurrence.text_index][occurrence.start : occurrence.end]


def breadth(occurrences: Sequence[Occurrence]) -> int:
    """In how many posts a term stands."""
    return len({one.text_index for one in occurrences})


def telling(
    area: Written, members: Sequence[int], found: dict[Stems, list[Occurrence]]
) -> dict[Stems, float]:
    """How much each term says of the group: how much commoner it is there than elsewhere, in how
    many of its posts, how near the middle of the group those posts lie, and how many of its
    people read its letters."""
    central = np.maximum(area.vectors[members] @ middle(area.vectors[members]), 0)
    nearness = dict(zip(members, central.tolist(), strict=True))
    others = len(area.texts) - len(members)
    scripts = Counter(script_of(area.texts[post]) for post in members)
    return {
        stems: sqrt(breadth(where))
        * commoner(breadth(where), len(members), area.breadths[stems] - breadth(where), others)
        * mean_over(nearness, where)
        * scripts[script_of(stems[0])]
        for stems, where in found.items()
    }


@lru_cache(maxsize=50_000)
def script_of(text: str) -> str:
    """LATIN, ARABIC …: that of the first letter; nothing where there is none."""
    first = next((letter for letter in text if letter.isalpha()), "")
    return unicodedata.name(first, "").partition(" ")[0] if first else ""


def middle(vectors: Vectors) -> Vectors:
    return np.asarray(normalize(vectors.sum(axis=0, keepdims=True))[0], np.float32)


def commoner(inside: int, members: int, outside: int, others: int) -> float:
    """The logarithm of the ratio of two shares, each with half a post's caution."""
    return log((inside + 0.5) / (members + 1)) - log((outside + 0.5) / (others + 1))


def mean_over(nearness: dict[int, float], occurrences: Sequence[Occurrence]) -> float:
    posts = {one.text_index for one in occurrences}
    return sum(nearness[post] for post in posts) / len(posts)


def best(weights: dict[Stems, float]) -> list[Stems]:
    """The weightiest terms that do not repeat one another; of words always said together, the
    phrase."""
    chosen: list[Stems] = []
    top = max(weights.values(), default=0)
    for stems, weight in sorted(weights.items(), key=lambda it: (-it[1], -len(it[0]), it[0])):
        enough = len(chosen) >= FEWEST_TERMS and weight < WORTH_SHOWING * top
        if enough or len(chosen) == MOST_TERMS:
            break
        if not any(repeats(stems, one) for one in chosen):
            chosen.append(stems)
    return chosen


def repeats(term: Stems, other: Stems) -> bool:
    return any(kin(one, another) for one in term for another in other)


def kin(one: str, other: str) -> bool:
    """True for a word and its compounds, and for compounds of the same long word."""
    shared = max(len(commonprefix([one, other])), len(commonprefix([one[::-1], other[::-1]])))
    return shared >= min(len(one), len(other), SHARED_LETTERS)


# ── the target groups in it ───────────────────────────────────────────────────────────────────


def stressed(
    area: Written, members: Sequence[int], perspectives: Sequence[str]
) -> dict[str, list[Term]]:
    """For each target group among the members' `perspectives` the terms that set its posts apart
    from the other members'; only target groups that have such terms."""
    apart: dict[str, list[int]] = defaultdict(list)
    for post, perspective in zip(members, perspectives, strict=True):
        apart[perspective].append(post)
    if len(apart) < 2:
        return {}
    inside = written([area.texts[post] for post in members], area.vectors[list(members)])
    place = {post: row for row, post in enumerate(members)}
    found = {
        perspective: setting_apart(inside, [place[post] for post in posts])
        for perspective, posts in apart.items()
    }
    return {
        perspective: [
            Term([Occurrence(members[one.text_index], one.start, one.end) for one in occurrences])
            for occurrences in terms
        ]
        for perspective, terms in found.items()
        if terms
    }


def setting_apart(inside: Written, posts: Sequence[int]) -> list[list[Occurrence]]:
    found = candidates(inside.texts, posts)
    others = len(inside.texts) - len(posts)
    weights = {
        stems: sqrt(n) * commoner(n, len(posts), inside.breadths[stems] - n, others)
        for stems, n in ((stems, breadth(where)) for stems, where in found.items())
        if n >= FEWEST_STRESSING
    }
    telling_ones = {stems: weight for stems, weight in weights.items() if weight > 0}
    return [found[stems] for stems in best(telling_ones)[:MOST_STRESSED]]


# ── a post in it ──────────────────────────────────────────────────────────────────────────────


def reasons(area: Written, members: Sequence[int], posts: Sequence[int]) -> list[Reason]:
    """Why each of `posts`, which are among `members`, is there."""
    if not posts:
        return []
    alike = area.vectors[list(posts)] @ area.vectors[list(members)].T
    return [
        reason(area.texts, post, nearest(members, row, post))
        for post, row in zip(posts, alike, strict=True)
    ]


def nearest(members: Sequence[int], alike: Vectors, post: int) -> list[int]:
    """The members most like `post`, itself aside; none that is not like it at all."""
    order = np.argsort(-alike, kind="stable")[: MOST_NEAR + 1].tolist()
    return [members[row] for row in order if members[row] != post and alike[row] > 0][:MOST_NEAR]


def reason(texts: Sequence[str], post: int, near: list[int]) -> Reason:
    theirs = {key for other in near for word in content_words(texts[other]) for key in keys(word)}
    shared = [
        (word.start, word.end)
        for word in content_words(texts[post])
        if not theirs.isdisjoint(keys(word))
    ]
    return Reason(near, shared)


def keys(word: Word) -> Collection[str]:
    """What a word may have in common with another: its root, and those it is put together from."""
    return {root(word.form), *compound_parts(word.form)}
