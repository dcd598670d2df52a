"""What can be kept of a text: no control characters, nothing that disturbs other people's."""

import re
import unicodedata

MARKS_IN_A_ROW = 4
"""More combining marks than this on one letter is no language; it climbs out of its line."""

_BIDI_CONTROLS = dict.fromkeys(
    [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\u2800\u3164\ufeff"
_BLANK = "".join(c for c in map(chr, range(0x3001)) if c.isspace()) + _INVISIBLE
_PLAIN_LATIN = re.compile(r"[\t\n\r\x20-\x7e\xa0-\u024f]*")
"""What nearly every text is made of. None of it is a control character or a mark."""
_IGNORABLE = frozenset(
    map(
        chr,
        [
            *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2065, 0x3164, 0xFFA0),
            *range(0xFFF0, 0xFFF9),
            *range(0xE0000, 0xE1000),
        ],
    )
)
"""What Unicode wants drawn as nothing (Default_Ignorable_Code_Point), beside all that is Cf."""


def readable(text: str) -> bool:
    """Whether every document can hold the text: no control characters, no halves of characters."""
    return bool(_PLAIN_LATIN.fullmatch(text)) or not any(_unreadable(c) for c in text)


def tidy(text: str) -> str:
    """The text as it is stored: the same words, without what could disturb other people's. Empty
    if nothing of it would be drawn."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not _PLAIN_LATIN.fullmatch(text):
        text = text.translate(_BIDI_CONTROLS)
    text = _few_marks(unicodedata.normalize("NFC", text))
    text = unicodedata.normalize("NFC", text).strip(_BLANK)
    return "" if all(c in _BLANK or is_undrawn(c) for c in text) else text


def is_undrawn(c: str) -> bool:
    """By itself: a mark is drawn on another character, or is what makes a picture of a digit."""
    return unicodedata.category(c) in ("Cf", "Mn", "Me") or c in _IGNORABLE


def _unreadable(c: str) -> bool:
    if c in "\n\r\t":
        return False
    noncharacter = ord(c) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(c) <= 0xFDEF
    return noncharacter or unicodedata.category(c) in ("Cc", "Cs")


def _few_marks(text: str) -> str:
    if _PLAIN_LATIN.fullmatch(text):
        return text
    kept, marks = [], 0
    for c in text:
        marks = marks + 1 if unicodedata.category(c) in ("Mn", "Me") else 0
        if marks <= MARKS_IN_A_ROW:
            kept.append(c)
    return "".join(kept)
