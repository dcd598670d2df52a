"""A text without some of its characters: as people read it, and with every place kept."""

import unicodedata
from collections.abc import Callable, Iterable

MASKED = "[maskerat]"
"""What people read instead."""
BLOCK = "█"
"""What stands for one masked character where places count. No word, title or term holds one."""

Span = tuple[int, int]
"""Characters [start, end)."""

JOINERS = "\u200c\u200d\u2060"


def tidy(text: str, spans: Iterable[Span]) -> list[Span]:
    """The spans in order and apart from each other, each to the end of its last letter's marks."""
    found: list[Span] = []
    for start, end in sorted(spans):
        while end < len(text) and belongs_to_the_letter_before(text[end]):
            end += 1
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def belongs_to_the_letter_before(char: str) -> bool:
    """An accent, a vowel sign or a joiner."""
    return char in JOINERS or unicodedata.category(char).startswith("M")


def shown(text: str, spans: Iterable[Span]) -> str:
    """As people may read it."""
    return masked(text, spans, lambda part: MASKED)


def in_place(text: str, spans: Iterable[Span]) -> str:
    """As long as `text`, every other character where it was."""
    return masked(text, spans, lambda part: BLOCK * len(part))


def left(text: str, spans: Iterable[Span]) -> str:
    """Nothing but what is not masked, for those who look for meaning."""
    return " ".join(masked(text, spans, lambda part: " ").split())


def masked(text: str, spans: Iterable[Span], instead: Callable[[str], str]) -> str:
    """`spans`: as `tidy` gives them."""
    parts, at = [], 0
    for start, end in spans:
        parts += [text[at:start], instead(text[start:end])]
        at = end
    return "".join([*parts, text[at:]])
