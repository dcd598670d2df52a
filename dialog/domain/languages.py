"""What language a contribution is written in. The phone says what its interface is set to, which is
a good guess and no more: somebody with a phone in Swedish may well write in Arabic.

Letters decide first, then common words and spellings. Where they do not, what was claimed stands.
Nothing is ever refused for its language.
"""

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import NamedTuple

from dialog.text import stop_words
from dialog.text.words import forms

UNKNOWN = "und"
"""What BCP 47 calls a language that nobody knows."""

TAG = re.compile(
    r"[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|\d{3}))?(-[a-z]{5,8})*", re.IGNORECASE | re.ASCII
)
"""Language, script, region, variants of BCP 47. No room for a number that is somebody's."""

IN_ARABIC_LETTERS = frozenset(("ar", "arc", "ckb", "fa", "ks", "ku", "prs", "ps", "sd", "ug", "ur"))
OWN_LETTERS = (
    ("ckb", re.compile("[ڕڵۆێ]")),
    ("ur", re.compile("[ٹڈڑںے]")),
    ("ps", re.compile("[ټډړښځڅ]")),
    ("fa", re.compile("[پچژگیک]")),
)
"""Letters that Arabic does not have. The last two of Persian only look like Arabic ones."""

OF_OTHER_SCRIPTS = {
    "CYRILLIC": frozenset(("be", "bg", "kk", "ky", "mk", "mn", "ru", "sr", "tg", "uk")),
    "GREEK": frozenset(("el",)),
    "HEBREW": frozenset(("he", "yi")),
    "ETHIOPIC": frozenset(("am", "ti")),
}
"""Script -> the languages that may be claimed of it; of scripts that are not here, any that we do
not know to be written otherwise.
"""
NOT_IN_LATIN = IN_ARABIC_LETTERS.union(*OF_OTHER_SCRIPTS.values(), {UNKNOWN})


LATIN_1 = re.compile("[\x00-\xa9\xab-\xb4\xb6-\xb9\xbb-\xff]*")
"""Characters of which every letter is Latin."""
LETTER = re.compile("[A-Za-zÀ-ÖØ-öø-ÿ]")


class Spelling(NamedTuple):
    """How to tell a language in Latin letters: its common words, spellings that are frequent in it,
    and letters that it does not have.
    """

    common: frozenset[str]
    signs: re.Pattern[str]
    never: re.Pattern[str]


NEVER_MIND = re.compile("(?!)")
SPELLINGS = {
    "sv": Spelling(
        frozenset(stop_words.SWEDISH.split()),
        re.compile(
            "å|ck|rätt|^(?:sj|stj|skj|tj|kv)"
            "|(?:ning|ningar|het|heten|heter|arna|erna|orna|skap|lig|liga|ligt|isk|iska)$"
        ),
        NEVER_MIND,
    ),
    "en": Spelling(
        frozenset(stop_words.ENGLISH.split()),
        re.compile(
            "^(?:th|wh)|ough|ght|w[aeio]|ea[dklmnrst]|ee[dnpst]"
            "|(?:tions?|ness|ments?|ies|able|ly|[bcdfghjklmnpqrstvwxz]y|'s|sh|ch)$"
        ),
        re.compile("[åäö]"),
    ),
    "fi": Spelling(
        frozenset(stop_words.FINNISH.split()),
        re.compile(
            "aa|ää|öö|yy|uu|ii|yö|uo|äi|öi|ai|oi|ei|ui|ie|kk|tt"
            "|(?:[^s]ss[aä]|st[aä]|ll[aä]|lt[aä]|ll?e|ksi|[aeiouyäö]t|en|[uy]s|j[aä])$"
        ),
        re.compile("[åcqwxz]"),
    ),
    "so": Spelling(
        frozenset(stop_words.SOMALI.split()),
        re.compile("aa|uu|ii|dh|x|q|kh|c[aiu]|sh|ay|ooyin|(?:aha|ada|iga|eed|yo)$"),
        re.compile("[åäöpvz]"),
    ),
}
OF_SPELLINGS = tuple(SPELLINGS)
NEVER = [(place, it.never) for place, it in enumerate(SPELLINGS.values()) if it.never != NEVER_MIND]
NOTHING = [0] * len(SPELLINGS)
COMMON, SHARED, MOST_SIGNS = 2, 1, 2
"""What a common word says for a language, and one that others have too; no word's spellings say
more than this."""
ENOUGH = 3
"""So much more than any other language has."""


def language_of(text: str, claimed: str) -> str:
    """The language's tag. `claimed` where the text does not say; `und` where it cannot be that."""
    claimed = claimed if TAG.fullmatch(claimed) else UNKNOWN
    primary = claimed.lower().partition("-")[0]
    match script_of(text):
        case None:
            return claimed
        case "ARABIC":
            return claimed if primary in IN_ARABIC_LETTERS else in_arabic_letters(text)
        case "LATIN":
            return in_latin_letters(text, claimed, primary)
        case script if script in OF_OTHER_SCRIPTS:
            return claimed if primary in OF_OTHER_SCRIPTS[script] else UNKNOWN
        case _:
            return UNKNOWN if primary in IN_ARABIC_LETTERS | SPELLINGS.keys() else claimed


def script_of(text: str) -> str | None:
    """What most of its letters are, as `LATIN`; None where it has none."""
    if LATIN_1.fullmatch(text):
        return "LATIN" if LETTER.search(text) else None
    scripts: Counter[str] = Counter()
    for c, number in Counter(text).items():
        if c.isalpha():
            scripts[script(c)] += number
    return max(scripts, key=lambda it: scripts[it]) if scripts else None


@lru_cache(maxsize=5_000)
def script(letter: str) -> str:
    """As Unicode's name of the letter begins."""
    return unicodedata.name(letter, "").partition(" ")[0]


def in_arabic_letters(text: str) -> str:
    return next((language for language, letters in OWN_LETTERS if letters.search(text)), "ar")


def in_latin_letters(text: str, claimed: str, primary: str) -> str:
    if primary not in SPELLINGS and is_written_in_latin(primary):
        return claimed  # we do not know it, and know those that we know by what others have too
    said = evidence(text)
    next_best, most = sorted(said)[-2:]
    if most - next_best >= ENOUGH:
        best = OF_SPELLINGS[said.index(most)]
        return claimed if best == primary else best
    return claimed if is_written_in_latin(primary) else UNKNOWN


def is_written_in_latin(primary: str) -> bool:
    return primary not in NOT_IN_LATIN


def evidence(text: str) -> list[int]:
    """What speaks for each language of `SPELLINGS`."""
    its = forms(text)
    whole = " ".join(its)
    said = [sum(of_words) for of_words in zip(*map(said_by, its), strict=True)] or NOTHING.copy()
    for place, never in NEVER:
        if said[place] and never.search(whole):
            said[place] = 0
    return said


@lru_cache(maxsize=50_000)
def said_by(form: str) -> tuple[int, ...]:
    """What one word says for each language of `SPELLINGS`."""
    has = [form in it.common for it in SPELLINGS.values()]
    if any(has):
        return tuple((COMMON if sum(has) == 1 else SHARED) if it else 0 for it in has)
    return tuple(signs(form, it.signs) for it in SPELLINGS.values())


def signs(form: str, signs: re.Pattern[str]) -> int:
    return min(MOST_SIGNS, len(signs.findall(form)))
