"""The fonts of the documents, and what happens to a character that none of them has.

They come with a package, never from the machine: the same file comes out everywhere. PDF/A takes
no character without a glyph, so such a one is named in the text instead.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

from fontTools.ttLib import TTFont

FAMILIES = {
    "Source Sans 3": "source-sans/ttf/SourceSans3-Regular.ttf",
    "Kurinto Sans": "kurinto/ttf/KurintoSans-Rg.ttf",
    "Kurinto Sans SC": "kurinto/ttf/KurintoSansSC-Rg.ttf",
    "Kurinto Sans JP": "kurinto/ttf/KurintoSansJP-Rg.ttf",
    "Kurinto Sans KR": "kurinto/ttf/KurintoSansKR-Rg.ttf",
    "Kurinto Sans TC": "kurinto/ttf/KurintoSansTC-Rg.ttf",
}
"""Family -> the file that says what it covers; its bold covers the same. In the order they are
asked."""

WORDS = {"sv": "tecken", "en": "character"}
"""Language of the document -> what a character that cannot be shown is called."""

ZERO_WIDTH_NO_BREAK_SPACE, WORD_JOINER = "\ufeff", "\u2060"
BREAKS = str.maketrans({"\u2028": "\n", "\u2029": "\n", "\r": "\n", "\t": " "})
JOINER = "\u200d"


def folders() -> list[Path]:
    """Where the font files lie."""
    root = _root()
    return [root / "source-sans/ttf", root / "kurinto/ttf"]


def shown(text: str, lang: str = "sv") -> str:
    """`text` with a named placeholder, [tecken U+1F600 grinning face], for what no font has."""
    if _is_plain(text):
        return text
    return _with_placeholders(text, lang, _coverage())


def strictly_shown(text: str, lang: str = "sv") -> str:
    """The same with nothing but Latin, Greek and Cyrillic left: for a text that the typesetter
    has refused although every character of it has a glyph."""
    return _with_placeholders(text, lang, _coverage()[:1])


def _with_placeholders(text: str, lang: str, fonts: tuple[frozenset[int], ...]) -> str:
    text = text.translate(BREAKS).replace(ZERO_WIDTH_NO_BREAK_SPACE, WORD_JOINER)
    return "".join(_shown(cluster, lang, fonts) for cluster in _clusters(text))


def _shown(cluster: str, lang: str, fonts: tuple[frozenset[int], ...]) -> str:
    """As it is if one font has all of it: a letter and its marks are shaped together. Else
    character by character, a mark always by name: no font can set it on a placeholder. Joiners
    are nothing without what they join."""
    if cluster == "\n" or (_has(fonts, cluster) and not _is_mark(cluster[0])):
        return cluster
    visible = [c for c in cluster if not _is_invisible(c)]
    return "".join(
        c if _has(fonts, c) and not _is_mark(c) else placeholder(c, lang) for c in visible
    )


def _has(fonts: tuple[frozenset[int], ...], cluster: str) -> bool:
    needed = {ord(c) for c in cluster if not _is_invisible(c)}
    return any(needed <= font for font in fonts)


def _clusters(text: str) -> Iterator[str]:
    """A character with what is joined to it: marks, and what follows a joiner."""
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or not _joins(text[place - 1], text[place]):
            yield text[start:place]
            start = place


def _joins(before: str, character: str) -> bool:
    if before == "\n" or character == "\n":
        return False
    return (
        before == JOINER
        or _is_invisible(character)
        or _is_mark(character)
        or 0x1F3FB <= ord(character) <= 0x1F3FF  # skin tones
    )


def _is_mark(character: str) -> bool:
    """Something that is set on the character before it."""
    return unicodedata.category(character).startswith("M") and not _is_invisible(character)


def _is_invisible(character: str) -> bool:
    """Joiners, variation selectors and the like: shown as nothing, with or without a glyph."""
    number = ord(character)
    return (
        character in ("\u200b", "\u200c", JOINER, WORD_JOINER, "\u00ad", "\u034f")
        or 0xFE00 <= number <= 0xFE0F
        or 0xE0100 <= number <= 0xE01EF
    )


def placeholder(character: str, lang: str) -> str:
    """What stands for a character that cannot be shown."""
    word = WORDS.get(lang.partition("-")[0], WORDS["en"])
    name = unicodedata.name(character, "").lower()
    return f"[{word} U+{ord(character):04X}{' ' if name else ''}{name}]"


@lru_cache(maxsize=20_000)
def _is_plain(text: str) -> bool:
    """Nothing but what the first font has: nearly every text."""
    first = _coverage()[0]
    return all(ord(character) in first for character in text)


@cache
def _root() -> Path:
    spec = find_spec("weblate_fonts")
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent / "static/weblate_fonts"


@cache
def _coverage() -> tuple[frozenset[int], ...]:
    return tuple(_characters_of(_root() / file) for file in FAMILIES.values())


def _characters_of(file: Path) -> frozenset[int]:
    """What the font has a glyph for, less what PDF/A takes from none: private use, and U+FEFF."""
    with TTFont(file, lazy=True) as font:
        found = font.getBestCmap()
    return frozenset(
        number
        for number in found
        if unicodedata.category(chr(number)) != "Co" and chr(number) != ZERO_WIDTH_NO_BREAK_SPACE
    )
