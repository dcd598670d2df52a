"""What a text is to the machine: its normal form, its words and where they stand.

Every span is counted in code points of the text as it was written, so that a word can be
quoted by pointing at it.
"""

import re
import unicodedata
from typing import NamedTuple

from dialog.text.stems import stem
from dialog.text.stop_words import STOP_STEMS, STOP_WORDS

# What a letter may carry (accents, vowel signs) or join with: `\w` knows none of these.
MARKS = "".join(
    char
    for char in map(chr, range(0x300, 0x10000))
    if unicodedata.category(char) in {"Mn", "Mc", "Me"}
)
JOINERS = "\u00ad\u200c\u200d\u2060"
LETTERS = rf"(?:[^\W_][{MARKS}{JOINERS}]*)+"
WORD = re.compile(rf"{LETTERS}(?:['’:\-‑]{LETTERS})*")

DIGIT = re.compile(r"\d")
PLAIN = re.compile(r"[\x20-\x7eåäöéÅÄÖÉ]*")
"""What is its own composed form, and has one form in lower case."""
PLAIN_WORD = re.compile(r"[^\W_]+(?:['’:\-‑][^\W_]+)*")
"""A word of such text, as `WORD` finds it in any."""
INVISIBLE = re.compile(r"[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")


class Word(NamedTuple):
    """A word, and where it stands: `text[start:end]`, `form` when normalised."""

    start: int
    end: int
    form: str

    @property
    def stem(self) -> str:
        """What the word has in common with its other inflections."""
        return stem(self.form)


def normalise(text: str) -> str:
    """The same text whatever keyboard it came from: one case, one kind of space and digit."""
    if PLAIN.fullmatch(text):
        return " ".join(text.lower().split())
    composed = unicodedata.normalize("NFKC", INVISIBLE.sub("", text))
    folded = unicodedata.normalize("NFKC", composed.casefold())
    plain = DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), folded)
    return " ".join(plain.split())


def words(text: str) -> list[Word]:
    """Every word of `text`, stop words too, in order."""
    return [Word(found.start(), found.end(), normalise(found[0])) for found in WORD.finditer(text)]


def forms(text: str) -> list[str]:
    """The same words as they read when normalised, where nobody asks where they stand."""
    if PLAIN.fullmatch(text):
        return PLAIN_WORD.findall(text.lower())
    return [normalise(found) for found in WORD.findall(text)]


def content_words(text: str) -> list[Word]:
    """The words that may tell one subject from another."""
    return [word for word in words(text) if carries_meaning(word.form)]


def carries_meaning(form: str) -> bool:
    """False for stop words, single letters and numbers."""
    return (
        len(form) > 1
        and not form[0].isdigit()
        and form not in STOP_WORDS
        and stem(form) not in STOP_STEMS
    )


def near_duplicate_key(text: str) -> str:
    """Equal for texts that differ only in inflection, case, punctuation or spacing."""
    return " ".join(map(stem, forms(text))) or normalise(text)
