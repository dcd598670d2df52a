"""What a group is about, told in the posts' own words: which posts, and where in them.

No string is returned: a word is pointed at where it stands, everywhere it stands, so that
when a post is hidden its words go with it and the next occurrence can be shown.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from os.path import commonprefix
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.preprocessing import normalize

from dialog.analysis.embedding import Vectors, embed, likeness
from dialog.analysis.fit import fit
from dialog.text.words import content_words, near_duplicate_key, words

MOST_TYPICAL = 5
FEWEST_TERMS, MOST_TERMS = 3, 5
WORTH_SHOWING = 0.5  # of the best term's weight, once there are enough
SHARED_LETTERS = 5  # at an end of two words, and they say too nearly the same

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


def describe(texts: Sequence[str], members: Sequence[int], others: Sequence[int]) -> Description:
    """What the posts `members` have in common that the posts `others` do not."""
    if not members:
        return Description([], [])
    found = candidates(texts, members)
    shown = [written(texts, occurrences[0]) for occurrences in found.values()]
    vectors = embed([texts[post] for post in [*members, *others]] + shown)
    inside, outside, terms = np.split(vectors, [len(members), len(members) + len(others)])
    weights = telling(terms, inside, outside) * np.sqrt([breadth(one) for one in found.values()])
    return Description(
        typical(texts, members, inside),
        [Term(found[stems]) for stems in best(list(found), weights)],
    )


def typical(texts: Sequence[str], members: Sequence[int], vectors: Vectors) -> list[int]:
    """The members that fit best among the rest, one of each kind of near duplicates."""
    fits = fit(likeness(vectors), [list(range(len(members)))])[:, 0]
    kinds: dict[str, int] = {}
    for row in np.argsort(-fits, kind="stable"):
        kinds.setdefault(near_duplicate_key(texts[members[row]]), members[row])
    return list(kinds.values())[:MOST_TYPICAL]


def candidates(texts: Sequence[str], members: Sequence[int]) -> dict[Stems, list[Occurrence]]:
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


def terms_in(text: str) -> Iterator[tuple[Stems, int, int]]:
    """Words that carry meaning (failing those, all), and pairs with only space between."""
    telling_words = content_words(text) or words(text)
    for word in telling_words:
        yield (word.stem,), word.start, word.end
    for one, next_one in pairwise(telling_words):
        if text[one.end : next_one.start].isspace():
            yield (one.stem, next_one.stem), one.start, next_one.end


def best_looking_first(texts: Sequence[str], occurrences: Sequence[Occurrence]) -> list[Occurrence]:
    """The commonest form first, then the shortest; without a sentence's capital if it can be."""
    forms = Counter(written(texts, one).casefold() for one in occurrences)

    def looks(one: Occurrence) -> tuple[int, int, bool, Occurrence]:
        form = written(texts, one)
        return -forms[form.casefold()], len(form), form.istitle(), one

    return sorted(occurrences, key=looks)


def written(texts: Sequence[str], occurrence: Occurrence) -> str:
    return texts[occurrence.text_index][occurrence.start : occurrence.end]


def breadth(occurrences: Sequence[Occurrence]) -> int:
    """In how many posts a term stands."""
    return len({one.text_index for one in occurrences})


def telling(terms: Vectors, inside: Vectors, outside: Vectors) -> NDArray[np.float32]:
    """How much closer each term is to the middle of the group than to that of the others."""
    return np.asarray(terms @ (middle(inside) - middle(outside)))


def middle(vectors: Vectors) -> NDArray[np.float32]:
    return np.asarray(normalize(vectors.sum(axis=0, keepdims=True))[0])


def best(candidates: Sequence[Stems], weights: NDArray[np.float32]) -> list[Stems]:
    """The weightiest terms that do not repeat one another."""
    chosen: list[Stems] = []
    for row in np.argsort(-weights, kind="stable"):
        enough = len(chosen) >= FEWEST_TERMS and weights[row] < WORTH_SHOWING * weights.max()
        if enough or len(chosen) == MOST_TERMS:
            break
        if not any(repeats(candidates[row], one) for one in chosen):
            chosen.append(candidates[row])
    return chosen


def repeats(term: Stems, other: Stems) -> bool:
    return any(kin(one, another) for one in term for another in other)


def kin(one: str, other: str) -> bool:
    """True for a word and its compounds, and for compounds of the same long word."""
    shared = max(len(commonprefix([one, other])), len(commonprefix([one[::-1], other[::-1]])))
    return shared >= min(len(one), len(other), SHARED_LETTERS)
