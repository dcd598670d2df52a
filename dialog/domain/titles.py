"""What a group is called: by a person, or by words of its own contributions."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

from dialog.domain.state import Contribution, GroupState
from dialog.protocol.commands import Span, Term
from dialog.text.masks import BLOCK

TITLE_TERMS = 2
TITLE_WORDS = 6

Shown = Callable[[Contribution], bool]
"""Whether somebody may see a contribution."""


def title_of(group: GroupState, contributions: Mapping[int, Contribution], is_shown: Shown) -> str:
    """In words that may be seen. A locked name is what it was, wherever its words stand now."""
    if group.title:
        return group.title
    there = {n: contributions[n] for n in sorted(group.members) if is_shown(contributions[n])}
    words = list(words_of(shown_among(contributions, locked_words(group), is_shown), group.said))
    if not words or not group.locks.name:
        words = list(words_of(there, title_spans(group, there)))
    return joined(words)


def joined(words: Iterable[str]) -> str:
    """Terms as a title: on one line, a capital first."""
    title = " · ".join(" ".join(it.split()) for it in words)
    return title[:1].upper() + title[1:]


def title_spans(group: GroupState, there: Mapping[int, Contribution]) -> list[Term]:
    """Where the words stand that the machine calls it by, given the members that may be seen."""
    sayable = (said_first(term, there) for term in group.described.terms)
    terms = list(islice((term for term in sayable if term), TITLE_TERMS))
    return terms or [[first_words(it)] for it in typical(group, there)[:1]]


def said_first(term: Term, there: Mapping[int, Contribution]) -> Term:
    """The term from the place that it is quoted from; none if it cannot be said."""
    start = next((n for n, span in enumerate(term) if said_at(span, there) is not None), len(term))
    return term[start:]


def typical(group: GroupState, there: Mapping[int, Contribution]) -> list[Contribution]:
    """The members that say best what the group is about; all of them if the machine named none."""
    named = [there[n] for n in group.described.typical if n in there]
    return named or list(there.values())


def first_words(it: Contribution) -> Span:
    """The first few that stand together; none where all is masked."""
    stretch = re.search(rf"[^{BLOCK}]*[^{BLOCK}\s][^{BLOCK}]*", it.in_place)
    if stretch is None:
        return Span(it.id, 0, 0)
    found = list(islice(re.finditer(r"\S+", stretch[0]), TITLE_WORDS))
    return Span(it.id, stretch.start() + found[0].start(), stretch.start() + found[-1].end())


def words_of(there: Mapping[int, Contribution], terms: Iterable[Term]) -> Iterator[str]:
    """Each term in the words of a contribution that may be seen; else it is not said."""
    for term in terms:
        words = (said_at(span, there) for span in term)
        sayable = next((it for it in words if it is not None), None)
        if sayable is not None:
            yield sayable


def said_at(span: Span, there: Mapping[int, Contribution]) -> str | None:
    """The words at that place; None if they may not be seen, or any of them is masked."""
    it = there.get(span.contribution)
    words = BLOCK if it is None else it.in_place[span.start : span.end]
    return None if BLOCK in words else words


def locked_words(group: GroupState) -> Iterator[int]:
    return (span.contribution for term in group.said for span in term)


def shown_among(
    contributions: Mapping[int, Contribution], numbers: Iterable[int], is_shown: Shown
) -> dict[int, Contribution]:
    return {n: contributions[n] for n in numbers if is_shown(contributions[n])}
