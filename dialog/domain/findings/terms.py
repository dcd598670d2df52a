"""The words of contributions, to say in a few what some of them share and others do not."""

from collections import Counter
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from dialog.domain.differences import stands_out
from dialog.domain.state import Contribution
from dialog.text.words import content_words

MOST = 4


@lru_cache(maxsize=20_000)
def vocabulary(text: str) -> dict[str, str]:
    """Stem -> the word as it is written first. Not to be changed."""
    found: dict[str, str] = {}
    for word in content_words(text):
        found.setdefault(word.stem, text[word.start : word.end])
    return found


def stems(it: Contribution) -> dict[str, str]:
    return vocabulary(it.in_place)


def said(contributions: Iterable[Contribution]) -> Counter[str]:
    """Stem -> how many contributions have it."""
    return Counter(stem for it in contributions for stem in stems(it))


def speakers(
    contributions: Iterable[Contribution], who: Callable[[Contribution], Any]
) -> dict[str, set[Any]]:
    """Stem -> those who have said it."""
    found: dict[str, set[Any]] = {}
    for it in contributions:
        person = who(it)
        if person is not None:
            for stem in stems(it):
                found.setdefault(stem, set()).add(person)
    return found


def stressed(own: list[Contribution], everything: Counter[str], total: int) -> list[str]:
    """The stems that set `own` apart among `total` contributions that say `everything`, first the
    one that does so most."""
    here = said(own)
    return sorted(here, key=lambda it: (-stands_out(here[it], len(own), everything[it], total), it))


def written(stem: str, contributions: Iterable[Contribution]) -> str:
    """As most of them write it."""
    ways = Counter(stems(it)[stem] for it in contributions if stem in stems(it))
    return min(ways, key=lambda way: (-ways[way], way))
