"""Names as people write them from memory."""

from collections.abc import Iterable
from difflib import get_close_matches


def plain(name: str) -> str:
    """As people remember it: Forms puts hard spaces and line breaks into its questions."""
    return " ".join(name.casefold().split())


def nearest(name: str, known: Iterable[str]) -> str:
    """` (did you mean "title"?)`, or nothing."""
    close = get_close_matches(name, list(known), 1, 0.6)
    return f' (did you mean "{close[0]}"?)' if close else ""
