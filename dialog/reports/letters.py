"""Characters and directions that every format of a document must agree on."""

import re
import unicodedata

from dialog.reports.model import Run

_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
RIGHT_TO_LEFT = ("ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi")


def writable(text: str) -> str:
    """The text without what XML cannot hold (nothing of which passes the door): each such
    character becomes U+FFFD, so that a document is made whatever has been stored.
    """
    return _NOT_IN_XML.sub("\ufffd", text)


def right_to_left(text: str, lang: str = "") -> bool:
    """Whether the text runs from right to left: by its first letter, else by its language."""
    for c in text:
        direction = unicodedata.bidirectional(c)
        if direction in ("R", "AL"):
            return True
        if direction == "L":
            return False
    return primary(lang) in RIGHT_TO_LEFT


def primary(lang: str) -> str:
    """`sv-easy` -> `sv`."""
    return lang.lower().split("-")[0]


def spoken(text: str, lang: str) -> str:
    """The language to mark the text with, "" where nobody knows: a phone set to Swedish may well
    be written on in Arabic, and is then not read aloud as Swedish.
    """
    known = primary(lang)
    return known if (known in RIGHT_TO_LEFT) == right_to_left(text, lang) else ""


def plain(runs: list[Run]) -> str:
    return "".join(run.text for run in runs)
